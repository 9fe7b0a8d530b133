/** How many finished runs a job had on a day, by how they ended. `day` counts days since 1970 in UTC. */
export interface DaySum {
  readonly day: number;
  readonly passed: number;
  readonly failed: number;
  readonly flaky: number;
}

/** Runs, and how many of them passed. */
export interface Rate {
  readonly passed: number;
  readonly runs: number;
}

/**
 * The days that count for nothing (policy.md, "Not evaluable"), by their number since 1970 in UTC: `platform`, for all of a
 * job's platform, which lengthen how far back is looked; `job`, those besides on which nothing could be learned of the job.
 */
export interface DaysOff {
  readonly platform: ReadonlySet<number>;
  readonly job: ReadonlySet<number>;
}

export const runsOn = ({ passed, failed, flaky }: DaySum): number => passed + failed + flaky;

/** The sums of days added up. */
export const rateOf = (days: readonly DaySum[]): Rate =>
  ({ passed: days.reduce((n, d) => n + d.passed, 0), runs: days.reduce((n, d) => n + runsOn(d), 0) });
