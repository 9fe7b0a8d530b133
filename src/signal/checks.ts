import type { CheckAttempt, CheckReading, CheckState, ChecksNow } from '../domain/check.ts';
import { isGate, kindOfCheck, platformsOfCheck, type CheckOwner } from './check-names.ts';

/** What an attempt says of the change; `nothing`: it has not ended, waits for a person, or did not get to it. */
export function outcomeOf({ conclusion, discounted }: Pick<CheckAttempt, 'conclusion' | 'discounted'>): 'pass' | 'fail' | 'nothing' {
  if (discounted !== null) return 'nothing';
  switch (conclusion) {
    // GitHub merges past these two as well.
    case 'success': case 'neutral': case 'skipped': return 'pass';
    case 'failure': case 'timed_out': return 'fail';
    case 'cancelled': case 'startup_failure': case 'stale': case 'error': case 'action_required': case null: return 'nothing';
    default: return conclusion satisfies never;
  }
}

/** What failed, without what differs from run to run: numbers, addresses, temporary names. */
export const failureKey = (failure: string): string =>
  failure.slice(0, 2_000).toLowerCase().replaceAll(/0x[0-9a-f]{1,32}|\b[0-9a-f]{7,64}\b|\d{1,32}/g, '#').replaceAll(/\s{1,100}/g, ' ').trim().slice(0, 300);

/** Oldest first; attempts of one commit by their number. */
const inTime = (attempts: readonly CheckAttempt[]): CheckAttempt[] =>
  attempts.toSorted((a, b) => a.commit === b.commit ? a.attempt - b.attempt || a.at - b.at : a.at - b.at);

/** The attempts that failed in a row up to the newest that counts, newest first. */
function failedInARow(attempts: readonly CheckAttempt[]): CheckAttempt[] {
  const told = inTime(attempts).filter((a) => outcomeOf(a) !== 'nothing').reverse();
  const passed = told.findIndex((a) => outcomeOf(a) === 'pass');
  return passed < 0 ? told : told.slice(0, passed);
}

/** Failed the same way twice, or on two commits (policy.md: known flakes and infrastructure failures do not count). */
function isConfirmed(failed: readonly CheckAttempt[], failsOnBase: boolean): boolean {
  const commits = new Set(failed.map((f) => f.commit)).size + (failsOnBase ? 1 : 0);
  const [newest, ...earlier] = failed.map((f) => f.failure === null ? null : failureKey(f.failure));
  return commits > 1 || (newest !== undefined && earlier.includes(newest));
}

/** How a check stands on the base branch by its newest attempt that counts. */
function onBase(name: string, base: readonly CheckAttempt[]): 'green' | 'red' | 'unknown' {
  const newest = inTime(base.filter((a) => a.name === name)).findLast((a) => outcomeOf(a) !== 'nothing');
  return newest === undefined ? 'unknown' : outcomeOf(newest) === 'pass' ? 'green' : 'red';
}

/** Of the newest commit: what its newest attempt that counts says, as long as no other is under way. */
function stateOf(own: readonly CheckAttempt[], head: string, failed: readonly CheckAttempt[], failsOnBase: boolean): CheckState {
  const here = inTime(own.filter((a) => a.commit === head));
  const newest = here.at(-1);
  const told = here.findLast((a) => outcomeOf(a) !== 'nothing');
  if (told === undefined) return 'waiting';
  // A re-run that has not ended may yet be green; one that was cancelled takes nothing back.
  if (newest?.conclusion === null && outcomeOf(told) === 'fail') return isConfirmed(failed, failsOnBase) ? 'red' : 'waiting';
  if (outcomeOf(told) === 'pass') return 'green';
  return isConfirmed(failed, failsOnBase) ? 'red' : 'once';
}

/**
 * The checks that block the merge, read for the newest commit, without gates of labels, agreements and merge bots. Optional
 * checks are left out, and nothing is read where it is not known which are required (null).
 */
export function readChecks(now: ChecksNow, platforms: readonly CheckOwner[]): CheckReading[] | null {
  if (now.required === null) return null;
  return [...new Set(now.required)].filter((name) => !isGate(name)).map((name): CheckReading => {
    const own = now.attempts.filter((a) => a.name === name);
    const failed = failedInARow(own);
    const base = onBase(name, now.base);
    const newest = failed[0] ?? inTime(own).findLast((a) => outcomeOf(a) !== 'nothing');
    return {
      name, state: stateOf(own, now.head, failed, base === 'red'), kind: kindOfCheck(name), ...platformsOfCheck(name, platforms), base,
      failed: failed.length, commits: new Set(failed.map((f) => f.commit)).size, url: newest?.url ?? null, failure: failed[0]?.failure ?? null,
    };
  });
}
