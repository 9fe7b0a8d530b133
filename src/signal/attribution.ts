import type { JobState } from '../domain/job.ts';
import type { JobNow } from './job-health.ts';
import { runningSuite } from './peers.ts';

/**
 * How far the reference platform's last green may lie after the start of a platform's streak and both still be one
 * breakage: its run may have tested the commit before (milliseconds).
 */
export const REFERENCE_SLACK = 90 * 60_000;

/**
 * `everywhere`: the reference platform fails the same suite. `here`: it passes it, or nobody can compare.
 * `wait`: the reference was red when this job last ran and is green since; this job's next run will tell.
 */
export type Attribution = 'here' | 'everywhere' | 'wait';

const readable = (j: JobNow): j is JobNow & { state: JobState } => j.state !== null && j.health !== 'unknown' && j.health !== 'pending';

/** The reference platform's jobs that run the same suite on the same branch. */
export const counterparts = (of: JobNow, reference: readonly JobNow[]): JobNow[] =>
  runningSuite(reference, of.job.suite, of.job.branch).filter((r) => r.job.key !== of.job.key);

/** Red at the head, and not green since `since`: its breakage began no later than the other one's (or within the slack). */
export function redSince(state: JobState, since: number): boolean {
  return state.streak !== null && redUntil(state.lastGreen ?? -Infinity, since);
}

/** The same of the last green of what is red; -Infinity: never green. */
export const redUntil = (lastGreen: number, since: number): boolean => lastGreen <= since + REFERENCE_SLACK;

/** More than half: one chronically red job of a suite that several run says nothing about the others. */
const most = (jobs: readonly JobNow[], is: (j: JobNow & { state: JobState }) => boolean): boolean => {
  const told = jobs.filter(readable);
  return told.length > 0 && told.filter(is).length * 2 > told.length;
};

/**
 * Whether a failing job of a port fails only there or everywhere, by the reference platform's jobs of the same suite.
 * A job of the reference platform itself is compared with the ports' jobs: red on any of them too is everywhere.
 */
export function attribute(failing: JobNow, reference: readonly JobNow[], ports: readonly JobNow[], isReference: boolean): Attribution {
  const since = failing.state?.streak?.since;
  const lastRun = failing.state?.lastRun ?? 0;
  if (since === undefined) return 'here';
  if (isReference) {
    return counterparts(failing, ports).some((j) => readable(j) && redSince(j.state, since)) ? 'everywhere' : 'here';
  }
  const peers = counterparts(failing, reference);
  if (most(peers, (j) => redSince(j.state, since))) return 'everywhere';
  if (most(peers, (j) => recoveredAfter(j.state, lastRun))) return 'wait';
  return 'here';
}

/** Its present greens follow a failure and began after `at`: at `at` it was still red. */
const recoveredAfter = (state: JobState, at: number): boolean =>
  state.passes !== null && state.passes.afterFailure && state.passes.since > at;

/** Stale: the reference platform's jobs of the same suite stopped as well, so the reporting is to blame, not the port. */
export const staleEverywhere = (stale: JobNow, reference: readonly JobNow[]): boolean =>
  most(counterparts(stale, reference), (j) => j.health === 'stale');

/** The reference's suite is over its breakage, and this job has failed in a run that started after that. */
export function failsAfterReference(failing: JobNow, reference: readonly JobNow[]): boolean {
  const lastRun = failing.state?.lastRun ?? 0;
  return most(counterparts(failing, reference), (j) =>
    j.state.passes !== null && j.state.passes.length >= j.job.thresholds.passesToClose && j.state.passes.since < lastRun);
}
