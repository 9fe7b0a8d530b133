import { counted, listed } from '../../domain/time.ts';
import { early, met, unknown, unmet, type Criterion } from './criterion.ts';
import { lasting, plainName, timeLimit } from './words.ts';

/** "A consistent body of people working on this over time": who acknowledged, steered, fixed or signed off lately. */
export const activeOwners: Criterion<'active-owners'> = ({ people, within }, { now, since, platform, calendar }) => {
  const known = platform.acts.filter((a) => a.at <= now);
  if (known.length === 0) return unknown(() => 'Nobody\'s acknowledgement, command, fix or sign-off is on record.');
  const from = calendar.back(now, within);
  const active = [...new Set(known.filter((a) => a.at >= from).map((a) => plainName(a.by)))];
  const told = (): string => active.length === 0 ? `Nobody acted (an acknowledgement, command, fix or sign-off) within the last ${timeLimit(within)}`
    : `${counted(active.length, 'person', 'people')} acted within the last ${timeLimit(within)}: ${listed(active)}`;
  if (active.length >= people) return met(() => `${told()}.`);
  if (from < since) return early(() => `${told()}, on a record of ${lasting(now - since)}; ${needed(people)}.`);
  return unmet(() => `${told()}; ${needed(people)}.`);
};

const needed = (people: number): string => `${counted(people, 'person is', 'people are')} needed`;
