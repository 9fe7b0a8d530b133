import { readdirSync, readFileSync } from 'node:fs';

/** What some work took: by the clock, and of the processors, which other people's work on the machine does not lengthen. */
export interface Taken {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** The process's memory with its garbage collected; mebibytes. */
export interface Held {
  readonly heap: number;
  readonly rss: number;
}

export const MIB = 1 << 20;

function collect(): void {
  if (!globalThis.gc) throw new Error('run with --expose-gc');
  globalThis.gc();
}

export async function measure(work: () => Promise<unknown>): Promise<Taken> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

/**
 * Processor time of another process so far, of all its threads (ms), as Linux counts it: asking the process itself would make
 * it work. Null where the system does not tell.
 */
export function processorTime(pid: number): number | null {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((t) => Number(readFileSync(`/proc/${pid}/task/${t}/schedstat`, 'utf8').split(' ')[0]));
    return threads.reduce((sum, t) => sum + t, 0) / 1_000_000;
  } catch {
    return null;
  }
}

/** Memory in use now: twice collected, as finalisers hold some of it until the first is over. */
export function held(): Held {
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: (heapUsed + external) / MIB, rss: rss / MIB };
}

/** The most memory that the process ever had, in mebibytes. */
export const peakRss = (): number => process.resourceUsage().maxRSS / 1024;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] ?? 0 : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const each = (taken: readonly Taken[], sum: (values: readonly number[]) => number): Taken =>
  ({ wallMs: sum(taken.map((t) => t.wallMs)), cpuMs: sum(taken.map((t) => t.cpuMs)) });

/** The same work by the program and by its floor. */
export interface Pair {
  readonly ours: Taken;
  readonly floor: Taken;
}

export interface Round {
  /** Makes the world ready for the program, on nobody's account; the floor, which remembers nothing, needs no other world. */
  readonly before: () => Promise<void>;
  readonly ours: () => Promise<unknown>;
  readonly floor: () => Promise<unknown>;
}

/**
 * Blocks of both in turn, so that neither has the quieter machine. Garbage is collected before a block and, as it comes,
 * within it, on the account of whoever makes it; that is why a block counts by its mean. A block's first round is not
 * counted. Of the blocks the median counts.
 */
export async function inTurn(blocks: number, rounds: number, round: Round): Promise<Pair> {
  const ours: Taken[] = [];
  const floor: Taken[] = [];
  const nothing = async (): Promise<void> => {};
  for (let n = 0; n < blocks; n++) {
    if (n % 2 === 1) floor.push(await block(rounds, nothing, round.floor));
    ours.push(await block(rounds, round.before, round.ours));
    if (n % 2 === 0) floor.push(await block(rounds, nothing, round.floor));
  }
  return { ours: each(ours, median), floor: each(floor, median) };
}

async function block(rounds: number, before: () => Promise<void>, work: () => Promise<unknown>): Promise<Taken> {
  collect();
  const taken: Taken[] = [];
  for (let n = 0; n < rounds; n++) {
    await before();
    taken.push(await measure(work));
  }
  return each(taken.slice(taken.length > 1 ? 1 : 0), mean);
}
