import { standsOn } from '../../domain/asked.ts';
import { linksTo, met, unmet, type Criterion } from './criterion.ts';
import { agree } from './words.ts';

/** A job of each suite stands on the board that is asked for; who is on the blocking one is more than informing. */
export const onBoard: Criterion<'on-board'> = ({ board, dashboard }, { jobs, suites }) => {
  const wanted = suites.length > 0 ? suites : [...new Set(jobs.map((j) => j.job.suite))];
  const there = jobs.filter((j) => standsOn(j.job, board, dashboard));
  const lacking = wanted.filter((suite) => !there.some((j) => j.job.suite === suite));
  if (wanted.length === 0) return unmet(() => `No job stands on the ${board} board.`);
  if (lacking.length > 0) return { ...unmet(() => `${agree(lacking, 'has', 'have')} no job on the ${board} board.`, () => linksTo(jobs.filter((j) => lacking.includes(j.job.suite)))), lacks: lacking };
  return met(() => `${agree(wanted, 'stands', 'stand')} on the ${board} board${there.some((j) => j.job.board !== board && wanted.includes(j.job.suite)) ? ' or on one that counts like it' : ''}.`, () => linksTo(there));
};
