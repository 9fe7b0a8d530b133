import { z } from 'zod';
import type { Attempts, Look, PullChecks, PullHead, ReportedAttempt, RequiredChecks } from '../../domain/blocker-look.ts';
import type { Answer } from './answer.ts';
import { attemptsOn } from './attempts.ts';
import type { Clients } from './clients.ts';
import { everyPage, PER_PAGE, together } from './pages.ts';
import { requiredChecks } from './required-checks.ts';

/** Commits at which the pull request stood before its newest one. */
const EARLIER = 5;
/** Newest commits of the base: the last may not have been tested yet. */
const BASE = 3;
/** GitHub lists no more than 250 commits of a pull request. */
const COMMIT_PAGES = 3;
const TIMELINE_PAGES = 10;
const WIDTH = 3;

type Asking = Pick<Clients, 'inRepo'>;

const commits = z.array(z.object({ sha: z.string().min(1), commit: z.object({ committer: z.object({ date: z.string().nullish() }).nullish() }).nullish() }));
const forced = z.union([z.object({ event: z.literal('head_ref_force_pushed'), commit_id: z.string().min(1), created_at: z.string().nullish() }), z.unknown().transform(() => null)]);

/** A commit that the pull request stood at, or may have. */
interface Stand { readonly sha: string; readonly at: number }

/** The required checks, with their attempts on the head, on earlier heads and on the base. Only what the head shows has to be there. */
export async function pullChecks(asking: Asking, pull: PullHead): Promise<Look<PullChecks>> {
  const { repo, head, base } = pull;
  const [required, own, before, below] = await Promise.all([requiredChecks(asking, repo, base), attemptsOn(asking, repo, head), earlierHeads(asking, pull), newestOf(asking, repo, base)]);
  if (!own.ok) return own;
  const earlier = await manyAttempts(asking, repo, before.ok ? before.data : []);
  const onBase = await manyAttempts(asking, repo, below.ok ? below.data : []);
  const failed = [before, below].flatMap((a) => a.ok ? [] : [a.failure.reason]);
  return { ok: true, value: {
    head, branch: base, required: required.names,
    attempts: meant([...own.value.attempts, ...earlier.attempts], required), base: meant(onBase.attempts, required),
    problems: [...new Set([...required.problems, ...own.value.problems, ...earlier.problems, ...onBase.problems, ...failed])],
  } };
}

/** Without what an App reports under the name of a check that only another one may report. */
const meant = (attempts: readonly ReportedAttempt[], { apps }: RequiredChecks): ReportedAttempt[] =>
  attempts.filter((a) => a.app === null || (apps.get(a.name) ?? a.app) === a.app);

/** A commit that was pushed away may be gone, and one that cannot be read tells nothing: the others hold. */
async function manyAttempts(asking: Asking, repo: string, shas: readonly string[]): Promise<Attempts> {
  const looks = await together(shas, WIDTH, (sha) => attemptsOn(asking, repo, sha));
  return {
    attempts: looks.flatMap((look) => look.ok ? look.value.attempts : []),
    problems: looks.flatMap((look) => look.ok ? look.value.problems : look.lasting ? [] : [look.why]),
  };
}

const time = (said: string | null | undefined): number => {
  const at = Date.parse(said ?? '');
  return Number.isNaN(at) ? 0 : at;
};

/** Commits of the pull request and those that a force-push left behind, the newest first, without its head. */
async function earlierHeads(asking: Asking, { repo, number, head }: PullHead): Promise<Answer<readonly string[]>> {
  const [own, pushed] = await Promise.all([
    everyPage(COMMIT_PAGES, `commits of #${number}`, (page) => asking.inRepo(repo, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits', { pull_number: number, per_page: PER_PAGE, page }, commits)),
    everyPage(TIMELINE_PAGES, `events of #${number}`, (page) => asking.inRepo(repo, 'GET /repos/{owner}/{repo}/issues/{issue_number}/timeline', { issue_number: number, per_page: PER_PAGE, page }, z.array(forced))),
  ]);
  if (!own.ok) return own;
  const stands: Stand[] = [
    ...own.data.map((c) => ({ sha: c.sha, at: time(c.commit?.committer?.date) })),
    // Without the timeline the commits that are still there do.
    ...pushed.ok ? pushed.data.flatMap((e) => e === null ? [] : [{ sha: e.commit_id, at: time(e.created_at) }]) : [],
  ];
  const inTime = stands.map((stand, i) => ({ ...stand, i })).sort((a, b) => b.at - a.at || b.i - a.i);
  return { ...own, data: [...new Set(inTime.map((s) => s.sha))].filter((sha) => sha !== head).slice(0, EARLIER) };
}

async function newestOf(asking: Asking, repo: string, branch: string): Promise<Answer<readonly string[]>> {
  const answer = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}/commits', { sha: branch, per_page: BASE }, commits);
  return answer.ok ? { ...answer, data: answer.data.map((c) => c.sha) } : answer;
}
