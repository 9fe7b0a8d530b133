import type { JobReading, SourceWarning } from '../../domain/job.ts';
import type { Failure } from '../failure.ts';
import type { RunsReading } from '../source.ts';
import type { Asking, TestGridApi } from './fetch.ts';
import type { Memory } from './memory.ts';
import type { Sentences } from './sentences.ts';
import type { TrackedTab } from './tracked.ts';

/** What the parts of a poll share. */
export interface PollContext extends Asking {
  readonly api: TestGridApi;
  readonly memory: Memory;
  readonly say: Sentences;
  /** The tab's page for people. */
  readonly page: (dashboard: string, tab: string) => string;
  /** What it has learned so far of jobs that could not be read, and of those that could: these leave in portions. */
  readonly readings: JobReading[];
  readonly runs: RunsReading[];
  readonly warnings: SourceWarning[];
}

/**
 * A tab's jobs are unknown, and its table is asked for again with the next poll. A poll that was ended early says
 * nothing about a job.
 */
export function unreadable(dashboard: string, tab: TrackedTab, why: Failure, context: PollContext): void {
  context.memory.forget(tab.jobs.map((j) => j.key));
  if (why.reason === 'aborted') return;
  const reason = context.say.tabUnread(dashboard, tab.name, why);
  for (const { key } of tab.jobs) context.readings.push({ kind: 'unknown', key, problem: 'unreadable', reason });
}
