import type { JobKey } from './job.ts';
import type { PlatformId } from './platform.ts';

/**
 * A time in which breakages open no incident. `downtime`: of a platform, planned. `mute`: of one job, decided.
 */
export type Quiet = {
  readonly id: string;
  readonly project: string;
  /** Grows by one with every stored change. */
  readonly revision: number;
  readonly platform: PlatformId;
  /** Epoch milliseconds; `to` is the first moment after it. */
  readonly from: number;
  readonly to: number;
  readonly reason: string | null;
  /** Login without `@`. */
  readonly by: string;
  readonly at: number;
  /** Ended before its time. */
  readonly ended: { readonly by: string; readonly at: number } | null;
} & (
  | { readonly kind: 'downtime' }
  | { readonly kind: 'mute'; readonly job: JobKey; readonly jobName: string; /** The proposal that decided it; null where none was needed. */ readonly proposal: string | null }
);

/** Whether it is in force at `now` (epoch ms). */
export const isQuiet = (quiet: Quiet, now: number): boolean => quiet.ended === null && quiet.from <= now && now < quiet.to;

/** When it is, or was, over (epoch ms). */
export const quietUntil = (quiet: Quiet): number => quiet.ended === null ? quiet.to : Math.min(quiet.to, quiet.ended.at);
