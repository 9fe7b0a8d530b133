import type { JobState, SourceReading } from '../domain/job.ts';
import type { HandOn, RunsReading } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import { storeRuns, takeReadings } from './readings.ts';
import type { Tracked } from './tracked.ts';

/**
 * Takes in what one poll brings: portions of runs are stored while the sources are still being asked, one after the
 * other, so that a first poll of many jobs never holds all of their runs. What they mean is learned at the end, all at
 * once: a decision in between would compare jobs of now with jobs of before.
 */
export class Intake {
  readonly #store: Store;
  readonly #tracked: Tracked;
  readonly #now: number;
  readonly #leads: () => Promise<boolean>;
  readonly #states: JobState[] = [];
  #turn: Promise<void> = Promise.resolve();
  /** The first portion that could not be stored; what comes after it is not tried. */
  #failure: { readonly error: unknown } | null = null;
  #lost = false;
  #changed = 0;

  /** `leads`: whether it is still for this replica to take in what it reads. */
  constructor(store: Store, tracked: Tracked, now: number, leads: () => Promise<boolean>) {
    this.#store = store;
    this.#tracked = tracked;
    this.#now = now;
    this.#leads = leads;
  }

  /** Jobs whose state has changed; 0 until `finish`. */
  get changed(): number { return this.#changed; }

  /** Takes a source's portions. */
  of(source: string): HandOn {
    return (runs) => this.#turn = this.#turn.then(() => this.#portion(source, runs));
  }

  async #portion(source: string, runs: readonly RunsReading[]): Promise<void> {
    if (this.#lost || this.#failure !== null) return;
    try {
      this.#lost = !await this.#leads();
      if (!this.#lost) this.#states.push(...await storeRuns(this.#store, this.#tracked, source, runs, this.#now));
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** Takes the rest. Throws where anything could not be stored. False: another replica leads, and nothing is learned. */
  async finish(readings: readonly SourceReading[]): Promise<boolean> {
    await this.#turn;
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#lost || !await this.#leads()) return false;
    this.#tracked.states?.learn(this.#states);
    this.#changed = this.#states.length + (await takeReadings(this.#store, this.#tracked, readings, this.#now)).length;
    return true;
  }
}
