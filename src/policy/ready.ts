import { heldAt } from '../domain/asked.ts';
import { isJobIn } from '../domain/scope.ts';
import { isOff, type Conflict } from '../domain/conflict.ts';
import { rateOf, runsOn, type DaysOff, type DaySum, type Rate } from '../domain/day-sum.ts';
import { standingJobs, type Incident } from '../domain/incident.ts';
import type { Board, Job, JobKey } from '../domain/job.ts';
import type { CriterionResult, Ladder } from '../domain/ladder.ts';
import type { Platform, Project, Release } from '../domain/project.ts';
import type { Proposal } from '../domain/proposal.ts';
import { isQuiet, type Quiet } from '../domain/quiet.ts';
import type { JobNow } from '../signal/job-health.ts';
import type { PlatformEvaluation } from './ladder/evaluate.ts';

/** Passed runs in a row of each deciding job that it takes to ship (policy.md, "release-blocking jobs"). */
export const GREENS = 3;

const DAY = 86_400_000;

/** Days that a rate may look back at most: `pass-rate`'s longest window where the ladder does not say. */
export const MOST_DAYS = 84;

/**
 * Whether a platform can ship. `no`: evidence speaks against it. `unknown`: what it takes to say yes is missing, which is
 * never a yes. `risk`: it can, and somebody should look. The worst reason decides.
 */
export type Ships = 'no' | 'unknown' | 'risk' | 'yes';

export const WORST_SHIPS: readonly Ships[] = ['no', 'unknown', 'risk', 'yes'];

/** What speaks for or against it, by how much that weighs; `yes` weighs nothing. */
export type Reason = { readonly weight: Ships } & (
  | { readonly kind: 'build-off' | 'no-jobs' | 'all-muted' }
  /** A deciding job whose last runs do not all pass, or of which too little is known. */
  | { readonly kind: 'red' | 'few-greens' | 'young' | 'dark' | 'stale'; readonly job: JobNow; readonly greens: number }
  | { readonly kind: 'rate'; readonly job: Job; readonly rate: Rate; readonly share: number; /** Epoch ms; null: no exception. */ readonly exceptedUntil: number | null }
  | { readonly kind: 'few-runs'; readonly job: Job; readonly rate: Rate; readonly least: number }
  /** Jobs that do not decide, and are not passing. */
  | { readonly kind: 'others'; readonly jobs: readonly JobNow[] }
  | { readonly kind: 'quiet'; readonly quiet: Quiet }
  | { readonly kind: 'incident'; readonly incident: Incident }
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  /** It is in the way of a release blocker on this branch, or off on account of one. */
  | { readonly kind: 'conflict'; readonly conflict: Conflict }
  /** What its step asks for and does not hold, without an exception. */
  | { readonly kind: 'unmet'; readonly criteria: readonly CriterionResult[] }
  | { readonly kind: 'excepted'; readonly criteria: readonly CriterionResult[]; readonly until: number }
  /** Deciding jobs that are as they should be. */
  | { readonly kind: 'well'; readonly jobs: readonly JobNow[]; readonly rate: Rate; /** Null: the ladder asks for none. */ readonly share: number | null }
);

export interface Readiness {
  readonly platform: Platform;
  readonly ships: Ships;
  /** The board whose jobs decide; null: none stands on any, so all of them do. */
  readonly board: Board | null;
  /** The weightiest first. */
  readonly reasons: readonly Reason[];
}

/** What the go or no-go of a release rests on. */
export interface ReadyFacts {
  readonly project: Project;
  readonly now: number;
  readonly jobs: readonly JobNow[];
  /** Live ones. */
  readonly incidents: readonly Incident[];
  /** Open ones. */
  readonly proposals: readonly Proposal[];
  /** Those that are not over; left out: none. */
  readonly conflicts?: readonly Conflict[];
  readonly quiets: readonly Quiet[];
  readonly ladder: Ladder;
  readonly evaluations: readonly PlatformEvaluation[];
  /** The sums of the last `MOST_DAYS` days that count of deciding jobs, and days that do not. */
  readonly days: ReadonlyMap<JobKey, readonly DaySum[]>;
  readonly daysOff: ReadonlyMap<JobKey, DaysOff>;
}

/** Whether the job tells of the release: it tests its branch, or, for the current release, the main branch without naming it. */
export const isOfRelease = (job: Job, release: Release, { releases }: Project): boolean =>
  job.branch === null ? release === releases[0] : job.branch === release.branch;

/** Platforms on a step that ships with the release, and the others. */
export function shipping({ platforms }: Project, { steps }: Ladder): { readonly ships: readonly Platform[]; readonly others: readonly Platform[] } {
  const released = new Set(steps.filter((s) => s.release === 'on').map((s) => s.step));
  return { ships: platforms.filter((p) => released.has(p.step)), others: platforms.filter((p) => !released.has(p.step)) };
}

/** The jobs that decide: those on the blocking board, where there are none those on informing, else all. */
export function deciding<J extends { readonly job: Job }>(jobs: readonly J[]): { readonly board: Board | null; readonly jobs: readonly J[] } {
  for (const board of ['blocking', 'informing'] as const) {
    const on = jobs.filter(({ job }) => job.board === board);
    if (on.length > 0) return { board, jobs: on };
  }
  return { board: null, jobs };
}

/** Every platform that ships with the release and whether it can, the worst first. */
export function readiness(release: Release, facts: ReadyFacts): readonly Readiness[] {
  return shipping(facts.project, facts.ladder).ships.map((p) => readyOf(p, release, facts))
    .toSorted((a, b) => WORST_SHIPS.indexOf(a.ships) - WORST_SHIPS.indexOf(b.ships));
}

function readyOf(platform: Platform, release: Release, facts: ReadyFacts): Readiness {
  const { project, now, quiets, proposals } = facts;
  const jobs = facts.jobs.filter((j) => j.job.platform === platform.id && isOfRelease(j.job, release, project));
  const own = quiets.filter((q) => q.platform === platform.id && isQuiet(q, now));
  const muted = new Set(own.flatMap((q) => q.kind === 'mute' ? [q.job] : []));
  const { board, jobs: all } = deciding(jobs);
  const decide = all.filter((j) => !muted.has(j.job.key));
  const evaluation = facts.evaluations.find((e) => e.platform === platform.id && e.step === platform.step) ?? null;
  const judged = decide.map((j) => ({ job: j, reasons: [...greensOf(j), ...rateReason(j.job, platform, evaluation, facts)] }));
  const well = judged.filter((j) => j.reasons.length === 0).map((j) => j.job);
  const keys = new Set(jobs.map((j) => j.job.key));
  const reasons: Reason[] = [
    ...platform.build === 'off' ? [{ weight: 'no', kind: 'build-off' } as const] : [],
    ...jobs.length === 0 ? [{ weight: 'unknown', kind: 'no-jobs' } as const] : decide.length === 0 ? [{ weight: 'unknown', kind: 'all-muted' } as const] : [],
    ...judged.flatMap((j) => j.reasons),
    ...facts.incidents.filter((i) => standingJobs(i).some((j) => keys.has(j.key))).map((incident): Reason => ({ weight: 'risk', kind: 'incident', incident })),
    ...others(jobs.filter((j) => !all.includes(j) && !muted.has(j.job.key))),
    ...own.filter((q) => q.kind === 'downtime' || keys.has(q.job)).map((quiet): Reason => ({ weight: 'risk', kind: 'quiet', quiet })),
    ...(facts.conflicts ?? []).filter((c) => c.platform === platform.id && c.branch === release.branch).map((conflict): Reason => ({ weight: isOff(conflict) ? 'no' : 'risk', kind: 'conflict', conflict })),
    ...criteriaOf(evaluation),
    ...proposals.filter((p) => p.matter.platform === platform.id).map((proposal): Reason => ({ weight: 'yes', kind: 'proposal', proposal })),
    ...well.length === 0 ? [] : [{ weight: 'yes', kind: 'well', jobs: well, rate: added(well.map((j) => windowOf(j.job, platform, facts).rate)), share: lowestShare(well, platform, facts) } as const],
  ];
  const inOrder = reasons.toSorted((a, b) => WORST_SHIPS.indexOf(a.weight) - WORST_SHIPS.indexOf(b.weight));
  return { platform, board, ships: inOrder[0]?.weight ?? 'unknown', reasons: inOrder };
}

/** Three greens in a row, seen by a source that can be read, and not long ago. */
function greensOf(job: JobNow): Reason[] {
  const { state, health } = job;
  const greens = state?.passes?.length ?? 0;
  if (state === null || health === 'unknown' || health === 'pending') return [{ weight: 'unknown', kind: 'dark', job, greens }];
  if (health === 'stale') return [{ weight: 'unknown', kind: 'stale', job, greens }];
  if (greens >= GREENS) return [];
  if (state.streak !== null) return [{ weight: 'no', kind: 'red', job, greens }];
  // All that is known of it passed: it is too young to tell.
  return [state.runs === greens ? { weight: 'unknown', kind: 'young', job, greens } : { weight: 'no', kind: 'few-greens', job, greens }];
}

interface Asked { readonly share: number; readonly minDays: number; readonly maxDays: number; readonly runs: number; readonly least: number }

/** What the platform's step asks of the job's pass rate: the use that names its suite, else the one for all; null: nothing. */
function askedOf(job: Job, { step }: Platform, ladder: Ladder): Asked | null {
  const { suite } = job;
  // A step that is scoped asks nothing of other components' and branches' jobs.
  const uses = heldAt(ladder, step).filter((u) => u.criterion === 'pass-rate' && isJobIn(u.scope, job, undefined));
  const suites = (params: Readonly<Record<string, unknown>>): readonly unknown[] => Array.isArray(params['suites']) ? params['suites'] : [];
  // Of several that stand, the highest step's.
  const use = uses.findLast((u) => suites(u.params).includes(suite)) ?? uses.findLast((u) => suites(u.params).length === 0);
  if (use === undefined) return null;
  const number = (key: string, otherwise: number): number => typeof use.params[key] === 'number' ? use.params[key] : otherwise;
  const [minDays, maxDays] = [number('minWindow', 14 * DAY) / DAY, Math.min(MOST_DAYS, number('maxWindow', MOST_DAYS * DAY) / DAY)];
  return { share: number('share', 0), minDays, maxDays: Math.max(minDays, maxDays), runs: number('runs', 20), least: number('minRuns', 5) };
}

const NO_DAYS: DaysOff = { platform: new Set(), job: new Set() };

/** The job's runs over the shortest time that the ladder's `pass-rate` would look at, in whole days that count, up to today. */
function windowOf(job: Job, platform: Platform, { ladder, days, daysOff, now }: ReadyFacts): { readonly asked: Asked | null; readonly rate: Rate } {
  const asked = askedOf(job, platform, ladder);
  const { minDays, maxDays, runs } = asked ?? { minDays: 14, maxDays: MOST_DAYS, runs: 20 };
  const today = Math.floor(now / DAY);
  const taken: DaySum[] = [];
  let count = 0;
  const off = daysOff.get(job.key) ?? NO_DAYS;
  for (const day of (days.get(job.key) ?? []).toSorted((a, b) => b.day - a.day)) {
    if (off.platform.has(day.day) || off.job.has(day.day)) continue;
    const age = today - day.day - [...off.platform].filter((d) => d > day.day && d <= today).length;
    if (age > maxDays || (age > minDays && count >= runs)) break;
    taken.push(day);
    count += runsOn(day);
  }
  return { asked, rate: rateOf(taken) };
}

function rateReason(job: Job, platform: Platform, evaluation: PlatformEvaluation | null, facts: ReadyFacts): Reason[] {
  const { asked, rate } = windowOf(job, platform, facts);
  if (asked === null) return [];
  if (rate.runs < asked.least) return [{ weight: 'unknown', kind: 'few-runs', job, rate, least: asked.least }];
  if (rate.passed >= asked.share * rate.runs - 1e-9) return [];
  // That a ladder is new excepts everything; what ships is decided all the same.
  const exceptedUntil = evaluation?.criteria.find((r) => r.criterion === 'pass-rate' && r.exceptedUntil !== null && r.exceptedUntil !== (evaluation.adoptionUntil ?? null))?.exceptedUntil ?? null;
  return [{ weight: exceptedUntil === null ? 'no' : 'risk', kind: 'rate', job, rate, share: asked.share, exceptedUntil }];
}

const added = (rates: readonly Rate[]): Rate => ({ passed: rates.reduce((n, r) => n + r.passed, 0), runs: rates.reduce((n, r) => n + r.runs, 0) });

function lowestShare(jobs: readonly JobNow[], platform: Platform, { ladder }: ReadyFacts): number | null {
  const shares = jobs.flatMap((j) => askedOf(j.job, platform, ladder)?.share ?? []);
  return shares.length === 0 ? null : Math.min(...shares);
}

/** Those that are broken or cannot be read are a risk; those that are flaky are only named. */
function others(jobs: readonly JobNow[]): Reason[] {
  const off = jobs.filter((j) => j.health !== 'passing' && j.health !== 'flaky');
  const flaky = jobs.filter((j) => j.health === 'flaky');
  return [...off.length === 0 ? [] : [{ weight: 'risk', kind: 'others', jobs: off } as const], ...flaky.length === 0 ? [] : [{ weight: 'yes', kind: 'others', jobs: flaky } as const]];
}

/** What its step asks for besides, as last evaluated. Its pass rate is judged here, job by job. */
function criteriaOf(evaluation: PlatformEvaluation | null): Reason[] {
  const criteria = (evaluation?.criteria ?? []).filter((r) => r.verdict !== 'met' && r.criterion !== 'pass-rate');
  const unmet = criteria.filter((r) => r.verdict === 'unmet' && r.exceptedUntil === null);
  const excepted = Map.groupBy(criteria.filter((r) => r.exceptedUntil !== null), (r) => r.exceptedUntil ?? 0);
  return [
    ...unmet.length === 0 ? [] : [{ weight: 'risk', kind: 'unmet', criteria: unmet } as const],
    ...[...excepted].toSorted(([a], [b]) => a - b).map(([until, of]): Reason => ({ weight: 'yes', kind: 'excepted', criteria: of, until })),
  ];
}
