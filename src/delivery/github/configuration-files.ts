import { z } from 'zod';
import { REPOSITORY_FILES, REPOSITORY_FILE_BYTES, tooLong, type FileAt, type FileNow, type InstalledRepository } from '../../domain/configuration.ts';
import { anyJson, type Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { hasNext, PER_PAGE } from './pages.ts';
import type { Pulls } from './pulls.ts';

/** GitHub lists no more than 3,000 files of a pull request. */
const FILE_PAGES = 30;
/** Repositories of one installation, in hundreds. */
const REPOSITORY_PAGES = 200;

/** What was found by a look through all installations. `complete`: no repository can be missing for another reason than that it is gone. */
export interface Installed {
  readonly repositories: readonly InstalledRepository[];
  readonly complete: boolean;
  /** A sentence; null where everything could be read. */
  readonly problem: string | null;
}

/** Configuration files in repositories. */
export interface ConfigurationFiles {
  /** The file at a commit. */
  at(repo: string, commit: string): Promise<Answer<FileAt>>;
  /**
   * The file on the default branch, every request made anew. `branch`, where it is known: one request tells that there is
   * none, for which a single 404 is then enough.
   */
  now(repo: string, branch?: string): Promise<FileNow>;
  /** Whether a pull request touches the file. */
  touched(repo: string, pull: number): Promise<Answer<boolean>>;
  /** Every repository that the App is installed on. */
  installed(): Promise<Installed>;
}

/** Anything but a folder has no entries. */
const folder = z.union([z.array(z.object({ type: z.string(), path: z.string(), sha: z.string(), size: z.number().nullish() })), z.unknown().transform(() => [])]);
const content = z.union([z.object({ type: z.literal('file'), encoding: z.literal('base64'), content: z.string() }), anyJson.transform(() => null)]);
const files = z.array(z.object({ filename: z.string(), previous_filename: z.string().nullish() }));
const installations = z.array(z.object({ id: z.number(), suspended_at: z.string().nullish(), account: z.object({ login: z.string() }).nullish() }));
const repositories = z.object({ repositories: z.array(z.object({ id: z.number(), full_name: z.string(), default_branch: z.string(), pushed_at: z.string().nullish() })) });

const PATHS: readonly string[] = REPOSITORY_FILES;
const missing = (answer: Answer<unknown>): boolean => !answer.ok && answer.failure.kind === 'missing';

export function createConfigurationFiles(clients: Pick<Clients, 'inRepo' | 'asApp' | 'inInstallation' | 'forget'>, pulls: Pick<Pulls, 'base' | 'head'>): ConfigurationFiles {
  const { inRepo } = clients;

  /** What stands in `.github` under the names, the one that counts first. */
  const entries = async (repo: string, ref: string): Promise<Answer<z.output<typeof folder>>> => {
    const answer = await inRepo(repo, 'GET /repos/{owner}/{repo}/contents/{path}', { path: '.github', ref }, folder);
    if (missing(answer)) return { ok: true, data: [], headers: {} };
    if (!answer.ok) return answer;
    return { ...answer, data: PATHS.map((path) => answer.data.find((e) => e.path === path)).filter((e) => e !== undefined) };
  };

  const at: ConfigurationFiles['at'] = async (repo, commit) => {
    const found = await entries(repo, commit);
    if (!found.ok) return found;
    const [counts, other] = found.data;
    if (counts === undefined) return { ...found, data: { kind: 'none' } };
    const { path, sha, type, size } = counts;
    const place = { path, commit, sha, ...other === undefined ? {} : { unread: other.path } };
    const unusable = (reason: string): Answer<FileAt> => ({ ok: true, headers: {}, data: { kind: 'unusable', ...place, reason } });
    if (type !== 'file') return unusable(`what stands here is no file (${type})`);
    if ((size ?? 0) > REPOSITORY_FILE_BYTES) return unusable(tooLong(size ?? 0, REPOSITORY_FILE_BYTES));
    const answer = await inRepo(repo, 'GET /repos/{owner}/{repo}/contents/{path}', { path, ref: commit }, content);
    if (!answer.ok) return answer;
    if (answer.data === null) return unusable('what stands here is no plain file');
    const bytes = Buffer.from(answer.data.content, 'base64');
    const text = bytes.toString('utf8');
    return Buffer.from(text, 'utf8').equals(bytes) ? { ...answer, data: { kind: 'file', ...place, text } } : unusable('the file is no text in UTF-8');
  };

  const unknown = ({ failure }: Extract<Answer<unknown>, { ok: false }>): FileNow => ({ kind: 'unknown', reason: failure.reason, after: failure.after, lasting: failure.kind === 'forbidden' });

  const now: ConfigurationFiles['now'] = async (repo, branch) => {
    if (branch !== undefined) {
      const quick = await entries(repo, branch);
      if (quick.ok && quick.data.length === 0) return { kind: 'none' };
    }
    const once = await pulls.base(repo);
    // One wrong 404 must not end a project.
    if (missing(once)) await clients.forget(repo);
    const base = missing(once) ? await pulls.base(repo) : once;
    if (!base.ok) return missing(base) ? { kind: 'gone' } : unknown(base);
    const head = await pulls.head(repo, base.data.branch);
    // A repository without a commit has no such branch.
    if (!head.ok) return missing(head) || head.failure.status === 409 ? { kind: 'none' } : unknown(head);
    const first = await at(repo, head.data);
    const found = first.ok && first.data.kind === 'none' ? await at(repo, head.data) : first;
    return found.ok ? found.data : unknown(found);
  };

  const touched: ConfigurationFiles['touched'] = async (repo, pull) => {
    for (let page = 1; ; page++) {
      const answer = await inRepo(repo, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files', { pull_number: pull, per_page: PER_PAGE, page }, files);
      if (!answer.ok) return answer;
      const hit = answer.data.some((f) => PATHS.includes(f.filename) || PATHS.includes(f.previous_filename ?? ''));
      if (hit || !hasNext(answer.headers, answer.data.length) || page === FILE_PAGES) return { ...answer, data: hit };
    }
  };

  return { at, now, touched, installed: () => lookThrough(clients) };
}

/** Reads every page of a list; false as `done` where one could not be read. */
async function pagesOf<T>(most: number, ask: (page: number) => Promise<Answer<readonly T[]>>): Promise<{ readonly all: T[]; readonly problem: string | null }> {
  const all: T[] = [];
  for (let page = 1; page <= most; page++) {
    const answer = await ask(page);
    if (!answer.ok) return { all, problem: answer.failure.reason };
    all.push(...answer.data);
    if (!hasNext(answer.headers, answer.data.length)) break;
  }
  return { all, problem: null };
}

async function lookThrough({ asApp, inInstallation }: Pick<Clients, 'asApp' | 'inInstallation'>): Promise<Installed> {
  const known = await pagesOf(REPOSITORY_PAGES, (page) => asApp('GET /app/installations', { per_page: PER_PAGE, page }, installations));
  const found: InstalledRepository[] = [];
  const problems = known.problem === null ? [] : [known.problem];
  let complete = known.problem === null;
  for (const { id, suspended_at: suspended } of known.all) {
    // What it had is out of reach for a while, and not gone.
    if (suspended) { complete = false; continue; }
    const { all, problem } = await pagesOf(REPOSITORY_PAGES, async (page) => {
      const answer = await inInstallation(id, 'GET /installation/repositories', { per_page: PER_PAGE, page }, repositories);
      return answer.ok ? { ...answer, data: answer.data.repositories } : answer;
    });
    found.push(...all.map((r) => ({ id: r.id, fullName: r.full_name, branch: r.default_branch, state: `${r.full_name} ${r.default_branch} ${r.pushed_at ?? ''}` })));
    if (problem !== null) { problems.push(problem); complete = false; }
  }
  return { repositories: found, complete, problem: problems[0] ?? null };
}
