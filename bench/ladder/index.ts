import { readLadder } from '../../src/config/ladder.ts';
import { shippedLadders } from '../../src/config/ladder-files.ts';
import type { Ladder } from '../../src/domain/ladder.ts';
import { evaluate, evaluation } from '../../src/policy/ladder/evaluate.ts';
import { replay } from '../../src/policy/ladder/replay.ts';
import type { Figure } from '../figure.ts';
import { measure, type Taken } from '../measure.ts';
import { YEAR, yearOf, type Size } from './year.ts';

export interface LadderOptions extends Size {
  /** Told what is being measured. */
  readonly say: (what: string) => void;
}

const ROUNDS = 3;
const DAY = 86_400_000;

/** What one evaluation of a platform may take of a processor, and a replay of a year of all of them (ms). */
const PER_PLATFORM = { of: 'value', most: 20 } as const;
/** What a webhook may have to wait for while all of them are evaluated: one slice of it (ms of the thread, garbage collected on its way included). */
const ONE_SLICE = { of: 'value', most: 200 } as const;
const WHOLE_YEAR = { of: 'value', most: 10_000 } as const;

/** Measures evaluation and replay of a year of runs next to reading each of those runs once. */
export async function benchLadder({ say, ...size }: LadderOptions): Promise<Figure[]> {
  const { platforms, jobs, perDay } = size;
  const runs = platforms * jobs * perDay * 365;
  say(`a year of ${platforms} platforms with ${jobs} jobs each, ${runs.toLocaleString('en-US')} runs`);
  const ladder = await defaultLadder();
  const { evidence, project } = yearOf(size);
  let read = 0;
  const floor = await best(async () => { for (const p of evidence.platforms) for (const j of p.jobs) for (const r of j.runs) read += r.outcome === 'pass' && (r.finished ?? 0) > r.started ? 1 : 0; });
  const evaluated = await best(async () => evaluate(evidence, ladder, project, YEAR.to));
  const slice = Math.min(...Array.from({ length: ROUNDS }, () => longestSlice(evaluation(evidence, ladder, project, YEAR.to))));
  const replayed = await best(async () => replay(evidence, ladder, project, { ...YEAR, approveAfter: 7 * DAY }));
  const of = `${platforms} platforms, ${jobs} jobs each, ${runs.toLocaleString('en-US')} runs`;
  if (read === 0) throw new Error('there are no runs');
  return [
    { name: `ladder, ${of}: evaluation of one platform: CPU`, value: evaluated.cpuMs / platforms, floor: floor.cpuMs / platforms, unit: 'ms', aim: PER_PLATFORM },
    { name: `ladder, ${of}: evaluation of all: longest slice: CPU of the thread`, value: slice, floor: null, unit: 'ms', aim: ONE_SLICE },
    { name: `ladder, ${of}: replay of the year: CPU`, value: replayed.cpuMs, floor: floor.cpuMs, unit: 'ms', aim: WHOLE_YEAR },
    { name: `ladder, ${of}: replay of the year: wall clock`, value: replayed.wallMs, floor: floor.wallMs, unit: 'ms', aim: null },
  ];
}

/** The longest time that the work takes between two turns of anybody else (ms of the thread's processor time). */
function longestSlice(work: ReturnType<typeof evaluation>): number {
  let [longest, done] = [0, false];
  while (!done) {
    const before = process.threadCpuUsage();
    done = work.next().done === true;
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
  }
  return longest;
}

async function defaultLadder(): Promise<Ladder> {
  const reading = readLadder('kubernetes-steps', await shippedLadders(), (message) => { throw new Error(message); });
  if (!reading.ok) throw new Error(reading.errors.map((e) => e.message).join('\n'));
  return reading.ladder;
}

async function best(work: () => Promise<unknown>): Promise<Taken> {
  const taken: Taken[] = [];
  for (let n = 0; n < ROUNDS; n++) taken.push(await measure(work));
  return taken.reduce((least, t) => t.cpuMs < least.cpuMs ? t : least);
}
