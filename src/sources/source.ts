import type { Job, SourceReading } from '../domain/job.ts';

/** How a source is asked; durations in milliseconds, sizes in bytes. */
export interface FetchLimits {
  readonly timeout: number;
  readonly concurrency: number;
  readonly bodyLimit: number;
}

/**
 * A CI source of one project. It remembers between polls what it has seen (validators, fingerprints), so that a poll
 * in which nothing changed costs one request per dashboard.
 */
export interface Source {
  readonly name: string;
  /**
   * Asks once. Never throws: a failure is in the answer and in no job's colour.
   * `now` is epoch milliseconds; `signal` ends it early (shutdown).
   */
  poll(jobs: readonly Job[], now: number, signal: AbortSignal): Promise<SourceReading>;
  /** Forgets what it has seen of these jobs, so that they are read again with the next poll. */
  forget(keys: readonly string[]): void;
}
