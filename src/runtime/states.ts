import type { JobKey, JobState } from '../domain/job.ts';
import type { JobNow } from '../signal/job-health.ts';

/** What is known of a project's jobs, and how often that has changed. */
export class States {
  readonly #byKey: Map<JobKey, JobState>;
  #changes = 0;

  constructor(states: readonly JobState[]) { this.#byKey = new Map(states.map((s) => [s.key, s])); }

  get changes(): number { return this.#changes; }

  get(key: JobKey): JobState | null { return this.#byKey.get(key) ?? null; }

  learn(states: readonly JobState[]): void {
    if (states.length === 0) return;
    for (const state of states) this.#byKey.set(state.key, state);
    this.#changes++;
  }
}

/** A list of jobs as they are, and as long as they are so. */
export interface Shown {
  readonly jobs: readonly JobNow[];
  readonly states: States | null;
  readonly changes: number;
  readonly sources: ReadonlyMap<string, Span>;
}

/** Health by a source's jobs holds for readings from `from` until `until`, when the next of them turns stale; null: it is not read. */
export type Span = { readonly from: number; until: number } | null;
