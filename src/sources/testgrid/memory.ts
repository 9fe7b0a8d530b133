import type { Job, JobKey, SourceWarning } from '../../domain/job.ts';
import type { Validators } from '../wire.ts';
import { groupJobs, jobsOf } from './tracked.ts';
import type { Followed, TrackedDashboard } from './tracked.ts';

/** Oddities of a tab that operators are told of as long as they last. */
export type NoteKind = 'status' | 'units' | 'untimed' | 'misfits';

/** What is remembered of a tab whose last reading was handed out. */
export interface SeenTab {
  /** The fingerprint of its summary entry, or a word for its absence. */
  readonly print: string;
  /** Of its table; null: none offered, or no table was read. */
  readonly validators: Validators | null;
  readonly notes: readonly NoteKind[];
}

/** What is remembered of a dashboard whose summary was read. */
interface SeenDashboard {
  readonly digest: string;
  readonly validators: Validators | null;
  /** What was said of it with that summary, and is said again while that stands. */
  readonly warnings: readonly SourceWarning[];
}

/**
 * What a TestGrid source has seen and handed out. A job that is not here is read again, and a summary may only be taken
 * for unchanged when all of its jobs are here. What a poll in which nothing is new would find out by walking all jobs is
 * remembered by dashboard.
 */
export class Memory {
  readonly dashboards = new Map<string, SeenDashboard>();
  readonly #tabs = new Map<JobKey, SeenTab>();
  /** Dashboards of which every job is in `#tabs`. */
  readonly #whole = new Set<string>();
  /** What there was to say of the oddities of a dashboard's tabs. */
  readonly #notes = new Map<string, readonly SourceWarning[]>();
  #followed: (Followed & { readonly jobs: readonly Job[] }) | null = null;

  /** The jobs by dashboard and tab. What is no longer among them is forgotten. */
  follow(jobs: readonly Job[]): Followed {
    if (this.#followed?.jobs === jobs) return this.#followed;
    const followed = this.#followed = { jobs, ...groupJobs(jobs) };
    const keys = new Set(jobs.map((j) => j.key));
    this.forget([...this.#tabs.keys()].filter((key) => !keys.has(key)));
    for (const name of this.dashboards.keys()) if (!followed.dashboards.has(name)) this.dashboards.delete(name);
    this.#whole.clear();
    this.#notes.clear();
    return followed;
  }

  tab(key: JobKey): SeenTab | null { return this.#tabs.get(key) ?? null; }

  remember(dashboard: string, key: JobKey, seen: SeenTab): void {
    this.#tabs.set(key, seen);
    this.#notes.delete(dashboard);
  }

  forget(keys: Iterable<JobKey>): void {
    let any = false;
    for (const key of keys) any = this.#tabs.delete(key) || any;
    if (!any) return;
    this.#whole.clear();
    this.#notes.clear();
  }

  /** Whether all of the dashboard's jobs were seen. */
  isWhole(dashboard: TrackedDashboard): boolean {
    if (this.#whole.has(dashboard.name)) return true;
    for (const job of jobsOf(dashboard)) if (!this.#tabs.has(job.key)) return false;
    this.#whole.add(dashboard.name);
    return true;
  }

  /** What is to be said of the dashboard's oddities: made anew where one of its tabs was read. */
  notesOf(dashboard: TrackedDashboard, make: () => readonly SourceWarning[]): readonly SourceWarning[] {
    let notes = this.#notes.get(dashboard.name);
    if (!notes) this.#notes.set(dashboard.name, notes = make());
    return notes;
  }
}
