import { z } from 'zod';
import type { Attempts, Look, ReportedAttempt } from '../../domain/blocker-look.ts';
import type { Conclusion } from '../../domain/check.ts';
import type { Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { unread } from './look.ts';
import { everyPage, PER_PAGE } from './pages.ts';

/** Hundreds of check runs, and of statuses, of one commit; GitHub keeps no more than ten of statuses for each name. */
const PAGES = 30;

type Asking = Pick<Clients, 'inRepo'>;

const run = z.object({
  id: z.number(), name: z.string(), status: z.string().nullish(), conclusion: z.string().nullish(), started_at: z.string().nullish(), completed_at: z.string().nullish(),
  details_url: z.string().nullish(), html_url: z.string().nullish(), app: z.object({ id: z.number() }).nullish(),
});
type Run = z.output<typeof run>;
const runs = z.object({ check_runs: z.array(run) });
const status = z.object({ id: z.number(), context: z.string(), state: z.enum(['error', 'failure', 'pending', 'success']), target_url: z.string().nullish(), created_at: z.string() });
type Status = z.output<typeof status>;
const statuses = z.array(status);

/**
 * Every attempt of every check of a commit: of check runs with those that were run again, and what commit statuses say one
 * after the other. Where the App may read only one of both, that one holds.
 */
export async function attemptsOn(asking: Asking, repo: string, sha: string): Promise<Look<Attempts>> {
  const [ran, said] = await Promise.all([
    everyPage(PAGES, `check runs of ${sha}`, async (page) => {
      const answer = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ref: sha, filter: 'all', per_page: PER_PAGE, page }, runs);
      return answer.ok ? { ...answer, data: answer.data.check_runs } : answer;
    }),
    everyPage(PAGES, `commit statuses of ${sha}`, (page) => asking.inRepo(repo, 'GET /repos/{owner}/{repo}/commits/{ref}/statuses', { ref: sha, per_page: PER_PAGE, page }, statuses)),
  ]);
  const failed = [ran, said].filter((a: Answer<unknown>) => !a.ok);
  const bad = failed.find((a) => a.failure.kind !== 'forbidden') ?? (failed.length > 1 ? failed[0] : undefined);
  if (bad) return unread(bad.failure);
  return { ok: true, value: {
    attempts: [...ran.ok ? ofRuns(ran.data, sha) : [], ...said.ok ? ofStatuses(said.data, sha) : []],
    problems: failed.map((a) => a.failure.reason),
  } };
}

const CONCLUSIONS: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped', 'failure', 'timed_out', 'cancelled', 'startup_failure', 'stale', 'error', 'action_required'] satisfies Conclusion[]);

/** What has not ended has no conclusion; a word that is not known yet says as little. */
const conclusionOf = ({ conclusion, status: state }: Run): Conclusion =>
  state !== undefined && state !== null && state !== 'completed' ? null : CONCLUSIONS.has(conclusion ?? '') ? conclusion as Conclusion : null;

function timeOf(...said: (string | null | undefined)[]): number {
  return said.map((s) => Date.parse(s ?? '')).find((at) => !Number.isNaN(at)) ?? 0;
}

/** Names with what happened under each, in the order in which it began. */
function byName<T>(items: readonly T[], name: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(name(item), [...groups.get(name(item)) ?? [], item]);
  return groups;
}

/** A run that is asked for again is a new run of the same name, with a higher number. */
export function ofRuns(all: readonly Run[], commit: string): ReportedAttempt[] {
  const unique = [...new Map(all.map((r) => [r.id, r])).values()].toSorted((a, b) => timeOf(a.started_at) - timeOf(b.started_at) || a.id - b.id);
  return [...byName(unique, (r) => `${r.app?.id ?? ''} ${r.name}`).values()].flatMap((own) => own.map((r, i): ReportedAttempt => ({
    name: r.name, commit, attempt: i + 1, conclusion: conclusionOf(r), at: timeOf(r.completed_at, r.started_at), url: r.details_url ?? r.html_url ?? null,
    failure: null, discounted: null, app: r.app?.id ?? null,
  })));
}

const SAYS = { error: 'error', failure: 'failure', success: 'success', pending: null } as const satisfies Record<Status['state'], Conclusion>;

/** A status replaces the one before it: `pending` after an end is a new attempt, and so is another end by another run. */
export function ofStatuses(all: readonly Status[], commit: string): ReportedAttempt[] {
  const unique = [...new Map(all.map((s) => [s.id, s])).values()].toSorted((a, b) => timeOf(a.created_at) - timeOf(b.created_at) || a.id - b.id);
  return [...byName(unique, (s) => s.context).values()].flatMap((own) => {
    const attempts: ReportedAttempt[] = [];
    for (const { context, state, target_url: url, created_at: at } of own) {
      const last = attempts.at(-1);
      const goesOn = last !== undefined && (last.conclusion === null || (state !== 'pending' && last.url === (url ?? null)));
      if (goesOn) attempts.pop();
      attempts.push({ name: context, commit, attempt: attempts.length + 1, conclusion: SAYS[state], at: timeOf(at), url: url ?? null, failure: null, discounted: null, app: null });
    }
    return attempts;
  });
}
