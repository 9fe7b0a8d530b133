import type { JobState } from '../domain/job.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { JobNow } from './job-health.ts';

/** Something per suite and branch. */
type BySuite<T> = Map<string, Map<string | null, T>>;

/** How one platform's jobs of a suite do. */
export interface SuiteHealth {
  passing: boolean;
  failing: boolean;
  /** The earliest last green of those that are red at the head; -Infinity where one was never green, Infinity where none is red. */
  reddest: number;
}

/** What a suite's jobs have to say, as sorted times (epoch milliseconds), of those whose state can be relied on. */
export interface SuiteTally {
  readonly told: number;
  readonly stale: number;
  readonly failing: number;
  /** The last green of each that is red at the head; -Infinity: never green. */
  readonly reds: readonly number[];
  /** Since when each is green that was red before. */
  readonly greenAgain: readonly number[];
  /** Since when each is green that has passed as often as ends its part in an incident. */
  readonly well: readonly number[];
}

// Made once for each list of jobs: many jobs are compared with the same ones, and a list is never changed.
const tallies = new WeakMap<readonly JobNow[], BySuite<SuiteTally>>();
const healths = new WeakMap<readonly JobNow[], BySuite<Map<PlatformId, SuiteHealth>>>();

function placeIn<T>(all: BySuite<T>, { suite, branch }: JobNow['job'], make: () => T): T {
  let branches = all.get(suite);
  if (!branches) all.set(suite, branches = new Map<string | null, T>());
  let found = branches.get(branch);
  if (found === undefined) branches.set(branch, found = make());
  return found;
}

type Counting = { -readonly [K in keyof SuiteTally]: SuiteTally[K] extends readonly number[] ? number[] : number };
const nothing = (): Counting => ({ told: 0, stale: 0, failing: 0, reds: [], greenAgain: [], well: [] });

function tallied(jobs: readonly JobNow[]): BySuite<SuiteTally> {
  const all: BySuite<Counting> = new Map();
  for (const { job, state, health } of jobs) {
    if (state !== null && health !== 'unknown' && health !== 'pending') count(placeIn(all, job, nothing), state, health, job.thresholds.passesToClose);
  }
  for (const branches of all.values()) {
    for (const tally of branches.values()) for (const times of [tally.reds, tally.greenAgain, tally.well]) times.sort((a, b) => a - b);
  }
  tallies.set(jobs, all);
  return all;
}

function count(tally: Counting, { streak, passes, lastGreen }: JobState, health: JobNow['health'], enough: number): void {
  tally.told++;
  if (health === 'stale') tally.stale++;
  if (health === 'failing') tally.failing++;
  if (streak) tally.reds.push(lastGreen ?? -Infinity);
  if (passes?.afterFailure) tally.greenAgain.push(passes.since);
  if (passes && passes.length >= enough) tally.well.push(passes.since);
}

function summed(jobs: readonly JobNow[]): BySuite<Map<PlatformId, SuiteHealth>> {
  const all: BySuite<Map<PlatformId, SuiteHealth>> = new Map();
  for (const { job, state, health } of jobs) {
    const platforms = placeIn(all, job, () => new Map<PlatformId, SuiteHealth>());
    let sum = platforms.get(job.platform);
    if (!sum) platforms.set(job.platform, sum = { passing: false, failing: false, reddest: Infinity });
    if (health === 'passing') sum.passing = true;
    if (health === 'failing') sum.failing = true;
    if (state?.streak) sum.reddest = Math.min(sum.reddest, state.lastGreen ?? -Infinity);
  }
  healths.set(jobs, all);
  return all;
}

/** What those jobs of the list have to say that run the suite on the branch. */
export const suiteTally = (jobs: readonly JobNow[], suite: string, branch: string | null): SuiteTally =>
  (tallies.get(jobs) ?? tallied(jobs)).get(suite)?.get(branch) ?? nothing();

/** How each platform of the list does in the job's suite and branch. */
export const suiteHealth = (jobs: readonly JobNow[], { job }: JobNow): ReadonlyMap<PlatformId, Readonly<SuiteHealth>> =>
  (healths.get(jobs) ?? summed(jobs)).get(job.suite)?.get(job.branch) ?? new Map<PlatformId, SuiteHealth>();

/** How many of the sorted times fit, of which those that do come first. */
function countWhile(times: readonly number[], fits: (time: number) => boolean): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(times[middle] ?? Infinity)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the sorted times are before `at`. */
export const countBefore = (times: readonly number[], at: number): number => countWhile(times, (t) => t < at);

/** How many of the sorted times are not after `at`. */
export const countUntil = (times: readonly number[], at: number): number => countWhile(times, (t) => t <= at);
