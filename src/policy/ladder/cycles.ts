import type { ProjectFacts } from '../../domain/evidence.ts';
import { DAY } from './days.ts';

type Releases = ProjectFacts['releases'];

/** How long a release cycle is taken to last where no release dates tell: a third of a year. */
const CYCLE = 122 * DAY;

/**
 * Until when what would come into force at a moment is held between a code freeze and its release (epoch ms); `at` itself
 * where it is not; Infinity where the current release is frozen and nobody has said when it will be.
 */
export function afterFreeze(at: number, releases: Releases): number {
  let free = at;
  for (let pass = 0; pass < releases.length; pass++) {
    const holding = releases.find(({ freeze, date }, i) => freeze !== null && freeze <= free && (date === null ? i === 0 : free < date));
    if (holding === undefined) break;
    free = holding.date ?? Infinity;
  }
  return free;
}

/** When an adoption period of so many release cycles is over that began with the first evaluation (epoch ms). */
export function adoptionEnd(first: number, cycles: number, releases: Releases): number {
  const dates = releases.map((r) => r.date).filter((date) => date !== null).filter((date) => date > first).sort((a, b) => a - b);
  const last = dates[cycles - 1];
  if (cycles <= 0) return first;
  return last ?? (dates.at(-1) ?? first) + (cycles - dates.length) * CYCLE;
}
