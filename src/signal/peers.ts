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

// Made once for each list of jobs: many jobs are compared with the same ones, and a list is never changed.
const suites = new WeakMap<readonly JobNow[], BySuite<JobNow[]>>();
const healths = new WeakMap<readonly JobNow[], BySuite<Map<PlatformId, SuiteHealth>>>();

function placeIn<T>(all: BySuite<T>, { suite, branch }: JobNow['job'], make: () => T): T {
  let branches = all.get(suite);
  if (!branches) all.set(suite, branches = new Map<string | null, T>());
  let found = branches.get(branch);
  if (found === undefined) branches.set(branch, found = make());
  return found;
}

function grouped(jobs: readonly JobNow[]): BySuite<JobNow[]> {
  const all: BySuite<JobNow[]> = new Map();
  for (const j of jobs) placeIn(all, j.job, () => []).push(j);
  suites.set(jobs, all);
  return all;
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

/** The jobs of the list that run the suite on the branch. */
export const runningSuite = (jobs: readonly JobNow[], suite: string, branch: string | null): readonly JobNow[] =>
  (suites.get(jobs) ?? grouped(jobs)).get(suite)?.get(branch) ?? [];

/** How each platform of the list does in the job's suite and branch. */
export const suiteHealth = (jobs: readonly JobNow[], { job }: JobNow): ReadonlyMap<PlatformId, Readonly<SuiteHealth>> =>
  (healths.get(jobs) ?? summed(jobs)).get(job.suite)?.get(job.branch) ?? new Map<PlatformId, SuiteHealth>();
