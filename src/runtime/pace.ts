import type { Destination } from '../domain/action.ts';

/** A destination that refused because it was too much at once is written to no faster than this for a while: GitHub takes 80 a minute of what makes content, Slack one a second in a channel. */
const EVERY = 1_000;
/** How long it is gone gently with, counted from the end of the wait that it asked for (ms). */
const GENTLE = 3_600_000;
/** A shorter wait than this (ms) was a matter of the moment. */
const LASTING = 5_000;
/** Writes that may be made at once where some time went by without any. */
const MOST = 5;

interface Gentle { until: number; writes: number; at: number }

/** How fast writes may follow each other. Destinations that never complained have no pace: theirs is what the dispatcher can do. Times are epoch milliseconds. */
export class Pace {
  readonly #gentle = new Map<Destination, Gentle>();

  /** It was too much at once; nothing goes there before `end`. */
  slower(destination: Destination, now: number, end: number): void {
    if (end - now < LASTING) return;
    const until = Math.max(this.#gentle.get(destination)?.until ?? 0, end + GENTLE);
    this.#gentle.set(destination, { until, writes: 1, at: end });
  }

  /** Forgets what is over, and lets time count. `back`: by how much the clock was set back since (ms). */
  pass(now: number, back = 0): void {
    for (const [destination, pace] of this.#gentle) {
      [pace.until, pace.at] = [pace.until - back, pace.at - back];
      if (pace.until <= now) this.#gentle.delete(destination);
      else if (now > pace.at) [pace.writes, pace.at] = [Math.min(MOST, pace.writes + (now - pace.at) / EVERY), now];
    }
  }

  /** A write was begun. */
  took(destination: Destination): void {
    const pace = this.#gentle.get(destination);
    if (pace) pace.writes--;
  }

  /** Whether the destination is gone gently with: then one write at a time. */
  isGentle(destination: Destination): boolean { return this.#gentle.has(destination); }

  /** Those that are gone gently with, and whether another write may begin now. */
  get all(): readonly (readonly [Destination, boolean])[] { return [...this.#gentle].map(([d, { writes }]) => [d, writes >= 1] as const); }

  /** When the next write may begin at one that has to wait; Infinity: none has to. */
  get next(): number { return Math.min(Infinity, ...[...this.#gentle.values()].filter((p) => p.writes < 1).map((p) => p.at + (1 - p.writes) * EVERY)); }
}
