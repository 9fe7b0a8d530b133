import { z } from 'zod';
import type { Look } from '../../domain/blocker-look.ts';
import type { BringingPull, FileCommit } from '../../domain/file-change.ts';
import type { Clients } from './clients.ts';
import { conditional } from './conditional.ts';
import type { Limits } from './handles.ts';
import { unread } from './look.ts';
import { patient } from './patient.ts';
import { createPulls } from './pulls.ts';
import { within } from './within.ts';

/** Commits of a file that are looked through. */
const MOST_COMMITS = 30;

/** How a file of a repository came to be as it is. Reads alone; a failure is data. */
export interface FileHistory {
  /** The commits that changed the file, from `commit` back, the newest first; at most 30. */
  readonly commits: (repo: string, path: string, commit: string, limits: Limits) => Promise<Look<readonly FileCommit[]>>;
  /** The file at a commit; null: there is none, or no text. */
  readonly textAt: (repo: string, path: string, commit: string, limits: Limits) => Promise<Look<string | null>>;
  /** The merged pull request that brought the commit to its branch; null: it was pushed. */
  readonly pullOf: (repo: string, commit: string, limits: Limits) => Promise<Look<BringingPull | null>>;
}

const page = z.string().nullish().transform((url) => url ?? '');
/** Null, or nothing in it: GitHub does not know them. */
const login = z.object({ login: z.string().nullish() }).nullish().transform((u) => u?.login ?? null);
const commits = z.array(z.object({ sha: z.string().min(1), html_url: page, author: login }));
const merged = z.string().nullish();
const pulls = z.array(z.object({ number: z.number(), merged_at: merged, base: z.object({ ref: z.string() }) }));
const pull = z.object({ number: z.number(), html_url: page, merged_at: merged, user: login, merged_by: login });

type Asking = Pick<Clients, 'inRepo'>;

async function commitsOf(asking: Asking, repo: string, path: string, commit: string): Promise<Look<readonly FileCommit[]>> {
  const answer = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}/commits', { path, sha: commit, per_page: MOST_COMMITS }, commits);
  return answer.ok ? { ok: true, value: answer.data.map(({ sha, html_url: url, author }) => ({ sha, url, author })) } : unread(answer.failure);
}

async function textAt(asking: Asking, repo: string, path: string, commit: string): Promise<Look<string | null>> {
  const answer = await createPulls(asking).file(repo, path, commit);
  return answer.ok ? { ok: true, value: answer.data?.text ?? null } : unread(answer.failure);
}

/** Of several, the one that was merged first: it brought the commit, and later ones only contain it. */
async function pullOf(asking: Asking, repo: string, commit: string): Promise<Look<BringingPull | null>> {
  const listed = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', { commit_sha: commit }, pulls);
  if (!listed.ok) return unread(listed.failure);
  const [first] = listed.data.filter((p) => p.merged_at).toSorted((a, b) => Date.parse(a.merged_at ?? '') - Date.parse(b.merged_at ?? ''));
  if (first === undefined) return { ok: true, value: null };
  // Who merged it stands in no list.
  const answer = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: first.number }, pull);
  if (!answer.ok) return unread(answer.failure);
  const { number, html_url: url, user: author, merged_by: mergedBy } = answer.data;
  return { ok: true, value: { number, url, author, mergedBy } };
}

export function createFileHistory(clients: Asking): FileHistory {
  const remembering = conditional(clients);
  const limited = <T>(repo: string, { deadline }: Limits, ask: (asking: Asking) => Promise<Look<T>>): Promise<Look<T>> =>
    within(deadline, ask(patient(remembering, deadline)), { ok: false, why: `GitHub did not tell of changes in ${repo} within ${deadline / 1_000} s.`, after: null, lasting: false });
  return {
    commits: (repo, path, commit, limits) => limited(repo, limits, (asking) => commitsOf(asking, repo, path, commit)),
    textAt: (repo, path, commit, limits) => limited(repo, limits, (asking) => textAt(asking, repo, path, commit)),
    pullOf: (repo, commit, limits) => limited(repo, limits, (asking) => pullOf(asking, repo, commit)),
  };
}
