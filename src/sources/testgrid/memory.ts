import type { JobKey } from '../../domain/job.ts';
import type { SourceWarning } from '../../domain/job.ts';
import type { Validators } from '../wire.ts';

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
 * for unchanged when all of its jobs are here.
 */
export class Memory {
  readonly tabs = new Map<JobKey, SeenTab>();
  readonly dashboards = new Map<string, SeenDashboard>();

  forget(keys: Iterable<JobKey>): void {
    for (const key of keys) this.tabs.delete(key);
  }

  /** Drops jobs and dashboards that are no longer tracked. */
  keepOnly(keys: ReadonlySet<JobKey>, dashboards: ReadonlyMap<string, unknown>): void {
    if (this.tabs.size > keys.size) for (const key of this.tabs.keys()) if (!keys.has(key)) this.tabs.delete(key);
    for (const name of this.dashboards.keys()) if (!dashboards.has(name)) this.dashboards.delete(name);
  }
}
