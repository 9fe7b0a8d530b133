import type { CheckAttempt } from '../../domain/check.ts';
import type { BlockerNow, Look, PullHead } from '../../domain/blocker-look.ts';
import type { Blocker } from '../../domain/conflict.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Project } from '../../domain/project.ts';
import type { Pointing } from '../../domain/signature.ts';
import type { CheckFacts } from '../../policy/conflicts.ts';
import { platformsOfCheck } from '../../signal/check-names.ts';
import { outcomeOf, readChecks } from '../../signal/checks.ts';
import { readLog } from '../../signal/signatures.ts';
import type { ConflictEyes, Runtime } from '../context.ts';

/** Logs of one blocker that are read in one look: the newest attempts of red checks come first. */
const MOST_LOGS = 8;
/** Attempts of one check whose failures are compared. */
const ATTEMPTS_COMPARED = 2;
/** Of a log that is looked at again nothing has changed; as many are remembered. */
const LOGS_KEPT = 300;

/** A release blocker with what its checks and logs show. */
export interface BlockerSeen {
  readonly now: BlockerNow;
  readonly blocker: Blocker;
  /** The pull request that is to be merged; null: an issue that none refers to. */
  readonly pull: PullHead | null;
  /** The branch that it is to be merged into; the project's current one where nothing says so. */
  readonly branch: string;
  readonly facts: CheckFacts;
  /** When the newest attempt of a required check that failed ended (epoch ms), by the check's name. */
  readonly redAt: ReadonlyMap<string, number>;
  /** What could not be read, each a sentence. */
  readonly problems: readonly string[];
}

/** What a blocker is called wherever it is kept. */
export const blockerOf = ({ kind, repo, number, url, title, author }: BlockerNow): Blocker => ({ kind, repo, number, url, title, author });

/** A blocker as it is now: itself, or the pull request that is to fix it, with its required checks and what their logs point at. Null: there is none of that number. */
export async function lookAtBlocker(rt: Runtime, project: Project, number: number, deadline: number): Promise<Look<BlockerSeen | null>> {
  const eyes = rt.eyes ?? null;
  if (eyes === null) return { ok: false, why: 'GitHub is not connected.', after: null, lasting: true };
  const until = performance.now() + deadline;
  const found = await eyes.blockers.blocker(project.repo, number, { deadline });
  if (!found.ok || found.value === null) return found.ok ? { ok: true, value: null } : found;
  return { ok: true, value: await checksOf(rt, eyes, project, found.value, until) };
}

/** The pull request that is to be merged: itself, or the open one that says that it fixes the issue, else the newest open one that refers to it. */
const pullOf = ({ pull, linked }: BlockerNow): PullHead | null => {
  const open = linked.filter((l) => l.state === 'open');
  return pull ?? open.find((l) => l.fixes) ?? open[0] ?? linked.find((l) => l.fixes && l.state === 'merged') ?? null;
};

/** The blocker with the checks of its pull request. `until`: by the clock of `performance.now()`. */
export async function checksOf(rt: Runtime, eyes: ConflictEyes, project: Project, now: BlockerNow, until: number): Promise<BlockerSeen> {
  const pull = pullOf(now);
  const blocker = blockerOf(now);
  const branch = pull?.base ?? project.releases[0]?.branch ?? 'main';
  const left = (): number => Math.max(1, until - performance.now());
  const looked = pull === null || pull.state !== 'open' ? null : await eyes.blockers.pullChecks(pull, { deadline: left() });
  const problems = looked === null ? [] : looked.ok ? looked.value.problems : [looked.why];
  if (looked === null || !looked.ok) return { now, blocker, pull, branch, facts: { project, blocker, branch, checks: null, logs: new Map() }, redAt: new Map(), problems };
  const live = await rt.store.incidents(project.name, Number.MAX_SAFE_INTEGER);
  const { value } = looked;
  const wanted = new Set(value.required ?? []);
  const own = value.attempts.filter((a) => wanted.has(a.name)).map((a) => discounted(a, project, live));
  const logs = await logsOf(eyes, project, own, left());
  const attempts = own.map((a) => ({ ...a, failure: a.failure ?? failureIn(a.url === null ? undefined : logs.get(a.url)) }));
  const checks = readChecks({ ...value, attempts }, project.platforms);
  return { now, blocker, pull, branch, facts: { project, blocker, branch, checks, logs: newestLogs(own, logs) }, redAt: redAt(attempts), problems };
}

/** A failure that the owners have called a flake, or the infrastructure's, counts neither way (policy.md, conflict 1). */
function discounted(attempt: CheckAttempt, project: Project, live: readonly Incident[]): CheckAttempt {
  const { platforms } = platformsOfCheck(attempt.name, project.platforms);
  const said = live.find((i) => i.state === 'open' && i.classified !== null && platforms.length === 1 && i.platform === platforms[0] && attempt.at >= i.openedAt);
  return said?.classified ? { ...attempt, discounted: said.classified.as } : attempt;
}

const failedOf = (attempts: readonly CheckAttempt[]): CheckAttempt[] => attempts.filter((a) => outcomeOf(a) === 'fail').toSorted((a, b) => b.at - a.at);

/** What the logs of the newest failed attempts say, by their link. */
async function logsOf({ logs, reader, remembered }: ConflictEyes, project: Project, attempts: readonly CheckAttempt[], deadline: number): Promise<ReadonlyMap<string, Pointing>> {
  const byName = Map.groupBy(failedOf(attempts), (a) => a.name);
  const urls = [...byName.values()].flatMap((own) => own.slice(0, ATTEMPTS_COMPARED)).map((a) => a.url).filter((u) => u !== null).slice(0, MOST_LOGS);
  const tracked = { platforms: project.platforms.map((p) => p.id), reference: project.reference };
  const read = await Promise.all([...new Set(urls)].map(async (url): Promise<readonly (readonly [string, Pointing])[]> => {
    const known = remembered.get(`${project.name} ${url}`);
    if (known !== undefined) return [[url, known]];
    const tail = await logs.tail(project.repo, url, project.sources, { deadline });
    if (!tail.ok) return [];
    const pointing = readLog(tail.value.text, reader, tracked, tail.value.first ?? 1);
    remembered.set(`${project.name} ${url}`, pointing);
    for (const oldest of remembered.keys()) if (remembered.size > LOGS_KEPT) remembered.delete(oldest);
    return [[url, pointing]];
  }));
  return new Map(read.flat());
}

const failureIn = (log: Pointing | undefined): string | null => log?.error?.excerpt ?? null;

/** What the newest failure of each check points at. */
function newestLogs(attempts: readonly CheckAttempt[], logs: ReadonlyMap<string, Pointing>): ReadonlyMap<string, Pointing> {
  const found = new Map<string, Pointing>();
  for (const { name, url } of failedOf(attempts)) {
    const log = url === null ? undefined : logs.get(url);
    if (!found.has(name) && log !== undefined) found.set(name, log);
  }
  return found;
}

const redAt = (attempts: readonly CheckAttempt[]): ReadonlyMap<string, number> => new Map(failedOf(attempts).toReversed().map((a) => [a.name, a.at]));
