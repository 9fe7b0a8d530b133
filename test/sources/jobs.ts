import { jobKey } from '../../src/domain/job.ts';
import type { Job, JobReading, SourceReading } from '../../src/domain/job.ts';

/** After every run of these tests. */
export const LATER = Date.UTC(2030, 0, 1);

export function job(changes: Partial<Job> = {}): Job {
  const parts = {
    project: 'acme', platform: 'linux/s390x', name: 'unit-s390x', source: 'grid', dashboard: 'board', tab: 'unit', suite: 'unit',
    trigger: 'periodic', branch: null, board: null, reportedBy: null,
    thresholds: { failuresToOpen: 3, passesToClose: 2, recentRuns: 10, staleAfter: 172_800_000 }, ...changes,
  } as const;
  return { ...parts, key: jobKey(parts) };
}

export const prowJob = (changes: Partial<Job> = {}): Job => job({ source: 'prow', dashboard: null, tab: null, ...changes });

/** The reading of a job, which must have runs. */
export function runsOf(reading: SourceReading, of: Job): JobReading & { kind: 'runs' } {
  const found = reading.readings.find((r) => r.key === of.key);
  if (found?.kind !== 'runs') throw new Error(`no runs for ${of.key}: ${JSON.stringify(found ?? null)}`);
  return found;
}

/** The reading of a job, which must be unknown. */
export function unknownOf(reading: SourceReading, of: Job): JobReading & { kind: 'unknown' } {
  const found = reading.readings.find((r) => r.key === of.key);
  if (found?.kind !== 'unknown') throw new Error(`not unknown: ${of.key}: ${JSON.stringify(found ?? null)}`);
  return found;
}
