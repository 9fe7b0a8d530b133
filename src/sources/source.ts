import type { Job, JobReading, SourceReading } from '../domain/job.ts';

/** How a source is asked; durations in milliseconds, sizes in bytes. */
export interface FetchLimits {
  readonly timeout: number;
  readonly concurrency: number;
  readonly bodyLimit: number;
}

/** What was learned of jobs that could be read. */
export type RunsReading = Extract<JobReading, { kind: 'runs' }>;

/** Takes readings as they come, a portion at a time, so that a poll that reads everything need not hold it all. Never rejects. */
export type HandOn = (readings: readonly RunsReading[]) => Promise<void>;

/**
 * A CI source of one project. It remembers between polls what it has seen (validators, fingerprints), so that a poll
 * in which nothing changed costs one request per dashboard.
 */
export interface Source {
  readonly name: string;
  /**
   * Asks once. Never throws: a failure is in the answer and in no job's colour.
   * `now` is epoch milliseconds; `signal` ends it early (shutdown). What was handed on to `handOn` is not in the answer.
   */
  poll(jobs: readonly Job[], now: number, signal: AbortSignal, handOn?: HandOn): Promise<SourceReading>;
  /** Forgets what it has seen of these jobs, so that they are read again with the next poll. */
  forget(keys: readonly string[]): void;
}
