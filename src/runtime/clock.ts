/** The clocks of one machine. */
export interface Clocks {
  /** Epoch ms; it may be wrong, and it may be set. */
  readonly wall: () => number;
  /** Milliseconds since some moment; never set, but it stands while the machine sleeps. */
  readonly monotonic: () => number;
}

/** Tells of a clock that was set or is wrong; a pino logger fits. */
interface ClockLog {
  warn(fields: object, message: string): void;
}

/** How often the shared time is asked for (ms): it is carried on by a clock that drifts by less than a millisecond meanwhile. */
const EVERY = 5_000;

/** Questions at start, the quickest answer of which counts. */
const FIRST = 3;

/** From here on (ms) a difference is told to the operator, and the machine is thought to have slept. */
const WORTH_TELLING = 30_000;
const ODD = 1_000;

/**
 * The time that all servers on one store go by: the store's, asked for now and then and carried on by a clock that is
 * never set. What the machine's own clock says makes no difference, however wrong it is and whoever sets it.
 */
export class SharedClock {
  readonly #clocks: Clocks;
  readonly #ask: () => Promise<number>;
  readonly #log: ClockLog;
  /** What the shared time is ahead of the monotonic clock (ms). */
  #ahead = 0;
  /** What the machine's clock was ahead of the monotonic one when the time was last asked for. */
  #wallAhead = 0;
  #asking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  private constructor(clocks: Clocks, ask: () => Promise<number>, log: ClockLog) {
    this.#clocks = clocks;
    this.#ask = ask;
    this.#log = log;
  }

  /** A clock that goes right already. `ask`: the shared time, epoch ms; rejects where the store does not answer, and so does this. */
  static async set(clocks: Clocks, ask: () => Promise<number>, log: ClockLog): Promise<SharedClock> {
    const clock = new SharedClock(clocks, ask, log);
    let quickest = Infinity;
    for (let i = 0; i < FIRST; i++) {
      const { ahead, took } = await clock.#measure();
      if (took < quickest) [quickest, clock.#ahead] = [took, ahead + took / 2];
    }
    const apart = Math.round(clocks.wall() - clock.now());
    if (Math.abs(apart) >= WORTH_TELLING) log.warn({ seconds: apart / 1_000 }, `the clock of this machine is ${apart > 0 ? 'ahead of' : 'behind'} the store's; the store's counts`);
    return clock;
  }

  /** The shared time (epoch ms). */
  readonly now = (): number => {
    // The machine slept, or somebody set its clock: only the store can tell.
    if (Math.abs(this.#clocks.wall() - this.#clocks.monotonic() - this.#wallAhead) >= ODD) void this.align();
    return Math.round(this.#clocks.monotonic() + this.#ahead);
  };

  /** Asks now and then, until `stop`. */
  start(): void { this.#timer = setInterval(() => { void this.align(); }, EVERY).unref(); }

  stop(): void { if (this.#timer !== null) clearInterval(this.#timer); }

  /** Asks what time it is, and goes by the answer. Never rejects: where the store is away, nothing can be done too early either. */
  align(): Promise<void> {
    this.#asking ??= this.#align().catch(() => {}).finally(() => { this.#asking = null; });
    return this.#asking;
  }

  async #align(): Promise<void> {
    const { ahead, took } = await this.#measure();
    // It was that time at some moment between question and answer: what agrees with it is left alone.
    if (this.#ahead >= ahead - 1 && this.#ahead <= ahead + took + 1) return;
    const by = ahead + took / 2 - this.#ahead;
    this.#ahead += by;
    if (Math.abs(by) >= ODD) this.#log.warn({ seconds: Math.round(by / 100) / 10 }, 'the time has moved: this machine slept, or the clock of the store was set');
  }

  /** What the shared time is ahead at least, and at most so much (ms) more than that. */
  async #measure(): Promise<{ readonly ahead: number; readonly took: number }> {
    const { wall, monotonic } = this.#clocks;
    const asked = monotonic();
    const time = await this.#ask();
    const answered = monotonic();
    this.#wallAhead = wall() - answered;
    return { ahead: time - answered, took: answered - asked };
  }
}

/** Notices between two looks that the clock was set back: what is to come by it would wait for as much longer. */
export class Setback {
  #last = -Infinity;

  /** By how many ms it was set back since the last look; 0: it was not. */
  since(now: number): number {
    const by = this.#last - now;
    this.#last = now;
    return by >= ODD ? by : 0;
  }
}

/** Begins to measure: milliseconds since, by whichever of the machine's clocks says more. One of them stands while it sleeps, the other can be set. */
export type Stopwatch = () => () => number;

export const stopwatchOf = ({ wall, monotonic }: Clocks): Stopwatch => () => {
  const [w, m] = [wall(), monotonic()];
  return () => Math.max(Math.abs(wall() - w), monotonic() - m);
};
