/** From here on (ms) a difference is a wrong clock: no answer is under way for that long, and minutes do not matter to deadlines. */
const WRONG = 30 * 60_000;

/** Answers in a row that have to agree: a proxy may hand on one that it has kept. */
const AGREED = 3;

/** How far a span (ms) is, in the largest unit of which it has two. */
function spanOf(ms: number): string {
  const hours = Math.round(ms / 3_600_000);
  if (hours < 2) return `${Math.round(ms / 60_000)} minutes`;
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

/**
 * Watches whether the clock by which deadlines are reckoned agrees with GitHub's. On a clock that is a year ahead every
 * owner was silent for too long and every job has stopped reporting; it cannot be told from a long sleep by itself.
 */
export class ClockWatch {
  readonly #tell: (problem: string) => void;
  #differing = 0;
  #apart = 0;

  /** `tell` hears of it once, when it begins. */
  constructor(tell: (problem: string) => void) { this.#tell = tell; }

  /** Learns from the date of an answer (the header as it came; null: none) that was received at `now` (epoch ms). */
  learn(date: string | null, now: number): void {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs)) return;
    this.#apart = now - theirs;
    if (Math.abs(this.#apart) < WRONG) {
      this.#differing = 0;
      return;
    }
    this.#differing++;
    if (this.#differing === AGREED) this.#tell(this.problem as string);
  }

  /** One sentence or two for the operator; null: nothing is known against the clock. */
  get problem(): string | null {
    if (this.#differing < AGREED) return null;
    return `The clock that deadlines are reckoned by (this machine's; with PostgreSQL, its server's) is ${spanOf(Math.abs(this.#apart))} ${this.#apart > 0 ? 'ahead of' : 'behind'} GitHub's: owners may be reminded, and jobs called stale, at the wrong time. Let it be set by NTP.`;
  }
}
