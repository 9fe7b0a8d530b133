import { Setback } from './clock.ts';

/** Something that is done now and then, never twice at once, and not later because the clock was set back. Its work must not throw. */
export class Chore {
  #running: Promise<unknown> | null = null;
  #next = 0;
  readonly #setback = new Setback();

  /** What is under way; null: nothing. */
  get running(): Promise<unknown> | null { return this.#running; }

  /** Begins it unless it is under way or was begun less than `every` ms ago. `now`: epoch ms. */
  begin(now: number, every: number, work: () => Promise<unknown>): void {
    this.#next -= this.#setback.since(now);
    if (this.#running !== null || now < this.#next) return;
    this.#next = now + every;
    this.#running = work().finally(() => { this.#running = null; });
  }

  /** The next time may come this early (epoch ms). */
  again(at: number): void { this.#next = at; }

  /** The next time comes no later than this (epoch ms). */
  sooner(at: number): void { this.#next = Math.min(this.#next, at); }
}
