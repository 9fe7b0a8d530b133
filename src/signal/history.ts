import type { JobReading } from '../domain/job.ts';
import type { Run } from '../domain/run.ts';

/** Build ids of one source: digits of any length compare as numbers, anything else as text. */
function newerBuild(a: string, b: string): number {
  const digits = /^\d+$/;
  if (digits.test(a) && digits.test(b) && a.length !== b.length) return b.length - a.length;
  return a < b ? 1 : a > b ? -1 : 0;
}

/** Newest first: by start, then by build. */
export const byNewest = (a: Run, b: Run): number => b.started - a.started || newerBuild(a.build, b.build);

/**
 * Runs of an older commit that were started after runs of a newer one (a rerun of yesterday's commit): they are history,
 * and neither open nor close anything (contract: a result for an older commit never overrides a newer one).
 * A commit's age is that of the first run that tested it. `runs` is newest first; so is the answer.
 */
export function withoutLateCommits<R extends Pick<Run, 'commit'>>(runs: readonly R[]): R[] {
  const order = new Map<string, number>();
  let newest = -1;
  const kept: R[] = [];
  for (let i = runs.length - 1; i >= 0; i--) {
    const run = runs[i] as R;
    if (run.commit !== null) {
      let age = order.get(run.commit);
      if (age === undefined) order.set(run.commit, age = order.size);
      if (age < newest) continue;
      newest = age;
    }
    kept.push(run);
  }
  return kept.reverse();
}

/**
 * A job's history from what a poll read and what is stored, newest first, each build once.
 * Where the reading is the job's whole visible history, its own order stands (TestGrid's columns) and stored runs only
 * continue it into the past; otherwise both are merged by start, and late reruns of older commits are left out.
 */
export function joinHistory(reading: Extract<JobReading, { kind: 'runs' }>, stored: readonly Run[]): Run[] {
  const seen = new Set(reading.runs.map((r) => r.build));
  const others = stored.filter((r) => !seen.has(r.build));
  if (!reading.complete) return withoutLateCommits([...reading.runs, ...others].sort(byNewest));
  const oldest = reading.runs.reduce((least, r) => Math.min(least, r.started), Infinity);
  return [...reading.runs, ...others.filter((r) => r.started < oldest).sort(byNewest)];
}

/** True where the reading alone cannot tell how far back its streak or its last green lies. */
export const needsStored = (reading: Extract<JobReading, { kind: 'runs' }>): boolean =>
  !reading.complete || !reading.runs.some((r) => r.outcome === 'pass') || reading.runs.every((r) => r.outcome === 'pass');
