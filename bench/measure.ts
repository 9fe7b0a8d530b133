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

/** Needs `--expose-gc`: without it garbage of one measured thing would be collected on another's account. */
function collect(): void {
  if (!globalThis.gc) throw new Error('run with --expose-gc');
  globalThis.gc();
}

export async function measure(work: () => Promise<unknown>): Promise<Taken> {
  collect();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
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

export const medians = (taken: readonly Taken[]): Taken => ({ wallMs: median(taken.map((t) => t.wallMs)), cpuMs: median(taken.map((t) => t.cpuMs)) });

/** The same work by the program and by its floor, medians of several. */
export interface Pair {
  readonly ours: Taken;
  readonly floor: Taken;
}

export interface Round {
  /** Makes the world ready for the round, on nobody's account. */
  readonly before: () => Promise<void>;
  readonly ours: () => Promise<unknown>;
  readonly floor: () => Promise<unknown>;
}

/** Rounds of both, one after the other, the first one in turn, so that neither has the quieter machine. */
export async function interleaved(rounds: number, round: Round, after: (n: number) => void = () => {}): Promise<Pair> {
  const ours: Taken[] = [];
  const floor: Taken[] = [];
  for (let n = 1; n <= rounds; n++) {
    await round.before();
    if (n % 2 === 0) floor.push(await measure(round.floor));
    ours.push(await measure(round.ours));
    if (n % 2 === 1) floor.push(await measure(round.floor));
    after(n);
  }
  return { ours: medians(ours), floor: medians(floor) };
}
