import type { Thresholds } from '../domain/job.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What a job says of itself; milliseconds. */
export interface OwnThresholds {
  readonly every?: number | undefined;
  readonly stale_after?: number | undefined;
  readonly failures_to_open?: number | undefined;
  readonly passes_to_close?: number | undefined;
}

/** The thresholds of a job: its own, else those of its period, else the project's (contract, "The configuration file"). */
export function thresholdsOf(job: OwnThresholds, signal: Thresholds): Thresholds {
  return {
    failuresToOpen: job.failures_to_open ?? (job.every === undefined ? signal.failuresToOpen : failuresByPeriod(job.every)),
    passesToClose: job.passes_to_close ?? signal.passesToClose,
    recentRuns: signal.recentRuns,
    staleAfter: job.stale_after ?? (job.every === undefined ? signal.staleAfter : staleByPeriod(job.every)),
  };
}

/** Three failed runs; two when it runs every 6 to 24 hours; one when slower. */
const failuresByPeriod = (every: number): number => every > DAY ? 1 : every >= 6 * HOUR ? 2 : 3;

/** How long a job that runs every so many milliseconds may be silent (ms): three periods, two when it runs weekly or slower, and never less than a day. */
export const staleByPeriod = (every: number): number => Math.max(DAY, (every >= 7 * DAY ? 2 : 3) * every);
