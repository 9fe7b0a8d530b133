import { counted, listed } from '../../domain/time.ts';
import type { JobRuns } from '../ladder/job-runs.ts';
import { eachJob, type Context, type Criterion, type Part } from './criterion.ts';
import { timeLimit } from './words.ts';

interface Best extends Part {
  readonly passes: number;
}

/** Whether a job can pass so many times in a row on one commit: a result that is repeated is a signal, not luck. */
export const sameCommitPasses: Criterion<'same-commit-passes'> = ({ passes, window }, context) => {
  const from = context.clock.back(context.now, window);
  return eachJob(context, (job): Best => {
    const { best, tried } = rowsOf(job, from, context);
    return { job, passes: best, verdict: best >= passes ? 'met' : tried >= passes ? 'unmet' : 'unknown', early: context.since > from || job.youngerThan(from) };
  }, (parts) => {
    const red = parts.filter((p) => p.verdict === 'unmet').map((p) => `${p.job.label} ${counted(p.passes, 'time')}`);
    if (red.length > 0) return `Passed in a row on one commit, at the most: ${listed(red)}; ${passes} are asked for.`;
    const untried = parts.filter((p) => p.verdict === 'unknown').map((p) => p.job.label);
    if (untried.length > 0) return `${listed(untried)} did not run ${counted(passes, 'time')} on one commit within ${timeLimit(window)}.`;
    return `${listed(parts.map((p) => p.job.label))} passed at least ${counted(passes, 'time')} in a row on one commit.`;
  });
};

/** The longest row of passes on one commit, and the most runs in a row that any commit had. */
function rowsOf(job: JobRuns, from: number, { now, clock }: Context): { best: number; tried: number } {
  let [best, tried, row, runs] = [0, 0, 0, 0];
  let commit: string | null = null;
  job.back(now, clock, (run) => {
    if (run.started < from) return false;
    if (run.commit === null || run.commit !== commit) [row, runs] = [0, 0];
    commit = run.commit;
    if (commit === null) return true;
    row = run.outcome === 'pass' ? row + 1 : 0;
    runs++;
    best = Math.max(best, row);
    tried = Math.max(tried, runs);
    return true;
  });
  return { best, tried };
}
