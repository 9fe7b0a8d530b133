import type { JobNow } from './job-health.ts';
import { countBefore, countUntil, suiteTally, type SuiteTally } from './peers.ts';

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

/** Red with this last green (-Infinity: never green): the breakage began no later than `since`, or within the slack. */
export const redUntil = (lastGreen: number, since: number): boolean => lastGreen <= since + REFERENCE_SLACK;

/** The jobs of a list that run the same suite on the same branch. */
const counterparts = (of: JobNow, jobs: readonly JobNow[]): SuiteTally => suiteTally(jobs, of.job.suite, of.job.branch);

/** More than half: one chronically red job of a suite that several run says nothing about the others. */
const most = (tally: SuiteTally, count: number): boolean => count * 2 > tally.told;

/**
 * Whether a failing job of a port fails only there or everywhere, by the reference platform's jobs of the same suite.
 * A job of the reference platform itself is compared with the ports' jobs: red on any of them too is everywhere.
 */
export function attribute(failing: JobNow, reference: readonly JobNow[], ports: readonly JobNow[], isReference: boolean): Attribution {
  const since = failing.state?.streak?.since;
  if (since === undefined) return 'here';
  const peers = counterparts(failing, isReference ? ports : reference);
  const red = countUntil(peers.reds, since + REFERENCE_SLACK);
  if (isReference) return red > 0 ? 'everywhere' : 'here';
  if (most(peers, red)) return 'everywhere';
  // Their present greens follow a failure and began after this job's last run: at that time they were still red.
  const greenSince = peers.greenAgain.length - countUntil(peers.greenAgain, failing.state?.lastRun ?? 0);
  return most(peers, greenSince) ? 'wait' : 'here';
}

/** Stale: the reference platform's jobs of the same suite stopped as well, so the reporting is to blame, not the port. */
export function staleEverywhere(stale: JobNow, reference: readonly JobNow[]): boolean {
  const peers = counterparts(stale, reference);
  return most(peers, peers.stale);
}

/** The reference's suite is over its breakage, and this job has failed in a run that started after that. */
export function failsAfterReference(failing: JobNow, reference: readonly JobNow[]): boolean {
  const peers = counterparts(failing, reference);
  return most(peers, countBefore(peers.well, failing.state?.lastRun ?? 0));
}
