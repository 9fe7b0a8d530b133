import { day } from '../../domain/time.ts';
import { met, unmet, type Criterion } from './criterion.ts';
import { plainName, timeLimit } from './words.ts';

/** A named group's recorded acknowledgement. */
export const signOff: Criterion<'sign-off'> = ({ group, within }, { platform, now, calendar }) => {
  const last = platform.signOffs.findLast((s) => s.at <= now && plainName(s.group) === plainName(group));
  if (last === undefined) return unmet(() => `No sign-off by ${plainName(group)} is on record.`);
  const told = `${plainName(group)} signed off on ${day(last.at, now)}${last.by === null ? '' : ` (${plainName(last.by)})`}`;
  if (within !== null && last.at < calendar.back(now, within)) return unmet(() => `${told}; one within ${timeLimit(within)} is needed.`);
  return met(() => `${told}.`);
};
