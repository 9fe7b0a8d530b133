import type { Health } from '../domain/job.ts';

/** The worst first; `unknown` stands before the good ones, because what cannot be read is never called green. */
export const WORST_FIRST: readonly Health[] = ['failing', 'stale', 'flaky', 'unknown', 'pending', 'passing'];

/** A platform's health from its jobs': the worst of them; `unknown` for a platform without jobs. */
export const platformHealth = (jobs: readonly Health[]): Health =>
  WORST_FIRST.find((h) => jobs.includes(h)) ?? 'unknown';
