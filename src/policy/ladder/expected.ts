import type { PlatformEvidence, ProjectFacts } from '../../domain/evidence.ts';
import type { Ladder } from '../../domain/ladder.ts';
import { afterFreeze } from './cycles.ts';
import { DAY, dayOf } from './days.ts';

/** As far as a calendar is looked ahead. */
const MOST_DAYS = 1_000;

/** What is known of the days to come. */
export interface Ahead extends Pick<ProjectFacts, 'freezes' | 'releases'> {
  readonly downtimes: PlatformEvidence['downtimes'];
}

/**
 * When a demotion is likely to be proposed that so many more days of those that count lead to, if nothing turns (epoch ms):
 * planned freezes and downtimes are left out, and it is never proposed between a code freeze and its release. Null: not
 * before a release date is known, or too far ahead to tell.
 */
export function expectedAt(daysLeft: number, now: number, ladder: Ladder, { freezes, releases, downtimes }: Ahead): number | null {
  const off = [...freezes, ...downtimes];
  const counts = (day: number): boolean => !off.some((s) => s.from < (day + 1) * DAY && s.to > day * DAY);
  let [day, left] = [dayOf(now), daysLeft];
  for (const last = day + MOST_DAYS; left > 0 && day < last; ) if (counts(++day)) left--;
  if (left > 0) return null;
  const at = day * DAY;
  const free = ladder.demotion.heldInFreeze ? afterFreeze(at, releases) : at;
  return free === Infinity ? null : free;
}
