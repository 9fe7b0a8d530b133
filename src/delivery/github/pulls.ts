import { z } from 'zod';
import { anyJson, type Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { decoded } from './git-data.ts';
import { authorship } from './identity.ts';
import { everyPage, PER_PAGE } from './pages.ts';

const text = z.string().nullish().transform((t) => t ?? '');

const pull = authorship.extend({
  number: z.number(), html_url: text, state: z.enum(['open', 'closed']), body: text,
  labels: z.array(z.object({ name: z.string() })).nullish().transform((l) => l ?? []),
  requested_reviewers: z.array(z.object({ login: z.string() })).nullish().transform((l) => l ?? []),
  requested_teams: z.array(z.object({ slug: z.string() })).nullish().transform((l) => l ?? []),
  milestone: z.object({ title: z.string() }).nullish().transform((m) => m?.title ?? null),
  head: z.object({ sha: z.string() }).nullish().transform((h) => h?.sha ?? null),
});
/** A pull request, reduced to what is used. */
export type Pull = z.output<typeof pull>;

const milestones = z.array(z.object({ number: z.number(), title: z.string() }));
/** Open milestones, in hundreds. */
const MILESTONE_PAGES = 5;
const repository = z.object({ full_name: z.string(), default_branch: z.string() });
const ref = z.object({ object: z.object({ sha: z.string() }) });
/** Anything but a file that the API shows whole (a folder, a link, more than a megabyte) is none. */
const content = z.union([
  z.object({ type: z.literal('file'), encoding: z.literal('base64'), content: z.string(), sha: z.string() }),
  anyJson.transform(() => null),
]);

/** A text file at a branch or commit. */
export interface File {
  readonly text: string;
  /** The content's own name, by which a write says what it replaces. */
  readonly sha: string;
}

/** The few requests about branches, files and pull requests that delivery makes, each with its answer checked. */
export interface Pulls {
  /** The default branch, and the owner as they are called now. */
  base(repo: string): Promise<Answer<{ readonly owner: string; readonly branch: string }>>;
  /** The commit that a branch stands at. */
  head(repo: string, branch: string): Promise<Answer<string>>;
  /** A file; null where there is none. */
  file(repo: string, path: string, ref: string): Promise<Answer<File | null>>;
  branch(repo: string, name: string, sha: string): Promise<Answer<unknown>>;
  /** Puts a branch at a commit, whatever it stood at. */
  reset(repo: string, branch: string, sha: string): Promise<Answer<unknown>>;
  write(repo: string, fields: { path: string; branch: string; text: string; sha: string; message: string }): Promise<Answer<unknown>>;
  /** Pull requests from a branch, in every state, the newest first. */
  from(repo: string, owner: string, branch: string): Promise<Answer<Pull[]>>;
  open(repo: string, fields: { title: string; body: string; head: string; base: string }): Promise<Answer<Pull>>;
  /** Asks people (logins) and teams of the repository's owner (slugs) for their review. */
  review(repo: string, number: number, asked: { readonly reviewers?: readonly string[]; readonly team_reviewers?: readonly string[] }): Promise<Answer<unknown>>;
  close(repo: string, number: number): Promise<Answer<unknown>>;
  /** The number of the open milestone of this title; null: there is none. */
  milestone(repo: string, title: string): Promise<Answer<number | null>>;
  intoMilestone(repo: string, number: number, milestone: number): Promise<Answer<unknown>>;
  label(repo: string, number: number, labels: readonly string[]): Promise<Answer<unknown>>;
}

/** A file as text; null where it is none: writing it back would change more than was meant. */
function fileOf({ content: encoded, sha }: { readonly content: string; readonly sha: string }): File | null {
  const whole = decoded(encoded);
  return whole === null ? null : { text: whole, sha };
}

export function createPulls({ inRepo }: Pick<Clients, 'inRepo'>): Pulls {
  const changed = <A, B>(answer: Answer<A>, change: (data: A) => B): Answer<B> => answer.ok ? { ...answer, data: change(answer.data) } : answer;
  return {
    base: async (repo) => changed(await inRepo(repo, 'GET /repos/{owner}/{repo}', {}, repository), (r) => ({ owner: r.full_name.split('/')[0] ?? '', branch: r.default_branch })),
    head: async (repo, branch) => changed(await inRepo(repo, 'GET /repos/{owner}/{repo}/git/ref/{ref}', { ref: `heads/${branch}` }, ref), (r) => r.object.sha),
    file: async (repo, path, at) => {
      const answer = await inRepo(repo, 'GET /repos/{owner}/{repo}/contents/{path}', { path, ref: at }, content);
      if (!answer.ok && answer.failure.kind === 'missing') return { ok: true, data: null, headers: {} };
      return changed(answer, (f) => f === null ? null : fileOf(f));
    },
    branch: (repo, name, sha) => inRepo(repo, 'POST /repos/{owner}/{repo}/git/refs', { ref: `refs/heads/${name}`, sha }, anyJson),
    reset: (repo, branch, sha) => inRepo(repo, 'PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ref: `heads/${branch}`, sha, force: true }, anyJson),
    write: (repo, { text: whole, ...fields }) => inRepo(repo, 'PUT /repos/{owner}/{repo}/contents/{path}', { ...fields, content: Buffer.from(whole, 'utf8').toString('base64') }, anyJson),
    from: (repo, owner, branch) => inRepo(repo, 'GET /repos/{owner}/{repo}/pulls', { head: `${owner}:${branch}`, state: 'all', sort: 'created', direction: 'desc', per_page: 30 }, z.array(pull)),
    open: (repo, fields) => inRepo(repo, 'POST /repos/{owner}/{repo}/pulls', fields, pull),
    review: (repo, number, asked) => inRepo(repo, 'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', { pull_number: number, ...asked }, anyJson),
    close: (repo, number) => inRepo(repo, 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: number, state: 'closed' }, anyJson),
    milestone: async (repo, title) => {
      const all = await everyPage(MILESTONE_PAGES, `milestones of ${repo}`, (page) =>
        inRepo(repo, 'GET /repos/{owner}/{repo}/milestones', { state: 'open', per_page: PER_PAGE, page }, milestones));
      return changed(all, (found) => found.find((m) => m.title.trim().toLowerCase() === title.trim().toLowerCase())?.number ?? null);
    },
    intoMilestone: (repo, number, milestone) => inRepo(repo, 'PATCH /repos/{owner}/{repo}/issues/{issue_number}', { issue_number: number, milestone }, anyJson),
    label: (repo, number, labels) => inRepo(repo, 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { issue_number: number, labels }, anyJson),
  };
}
