import { splitLine } from '../../commands/grammar.ts';
import type { Surface } from '../../domain/person.ts';
import type { Runtime } from '../context.ts';
import type { Answered } from './run.ts';

/** Decisions that somebody else overtook are made again on what is stored then, this often at most. */
export const TRIES = 10;

const RECHECK = 'recheck:';

/** Asks whichever replica polls the project to do so now. */
export const askForPoll = (rt: Runtime, project: string): Promise<void> => rt.store.setMeta(`${RECHECK}${project}`, String(rt.now()));

/** When a poll of the project was last asked for (epoch ms); 0: never. */
export const pollAskedFor = async (rt: Runtime, project: string): Promise<number> => Number(await rt.store.meta(`${RECHECK}${project}`) ?? 0);

export function countAnswers(rt: Runtime, surface: Surface, answers: readonly Answered[]): void {
  // What people mistype must not become a label each.
  for (const { line, ending } of answers) rt.metrics.commands.inc({ verb: ending === 'mistake' ? '' : splitLine(line)?.verb.text.toLowerCase() ?? '', surface, outcome: ending });
}
