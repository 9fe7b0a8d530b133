import type { CriterionVerdict } from '../../domain/ladder.ts';
import { counted, listed } from '../../domain/time.ts';
import type { JobRuns } from '../ladder/job-runs.ts';
import { allOf, eachJob, type Context, type Criterion, type Part } from './criterion.ts';
import { timeLimit } from './words.ts';

interface Greens extends Part {
  readonly runs: number;
}

/** Passed runs in a row at each job's head: so many, or none that failed or was flaky for so long; both where both are asked for. */
export const greenStreak: Criterion<'green-streak'> = (params, context) => eachJob(context, (job): Greens => {
  const { runs, ended, since } = passesOf(job, context);
  const verdicts: CriterionVerdict[] = [];
  if (params.runs !== null) verdicts.push(runs >= params.runs ? 'met' : ended ? 'unmet' : 'unknown');
  if (params.for !== null) {
    const clean = job.elapsed(since, context.now, context.clock) >= params.for;
    verdicts.push(runs > 0 && clean ? 'met' : ended ? 'unmet' : 'unknown');
  }
  if (verdicts.length === 0) verdicts.push(runs > 0 ? 'met' : ended ? 'unmet' : 'unknown');
  return { job, runs, verdict: allOf(verdicts), early: true };
}, (parts) => {
  const asked = [...params.runs === null ? [] : [`${counted(params.runs, 'pass', 'passes')} in a row`], ...params.for === null ? [] : [`nothing but passes for ${timeLimit(params.for)}`]].join(' and ');
  const verdict = allOf(parts.map((p) => p.verdict));
  const told = parts.filter((p) => p.verdict === verdict).map((p) => `${p.job.label} ${counted(p.runs, 'time')}`);
  return `Passed in a row: ${listed(told)}${verdict === 'unknown' ? ', as far as the record goes' : ''}${asked === '' ? '' : `; asked for: ${asked}`}.`;
});

/** The passes at the head, whether another outcome came before them, and the last moment that is not known to be green. */
function passesOf(job: JobRuns, { now, clock }: Context): { runs: number; ended: boolean; since: number } {
  let [runs, ended, since] = [0, false, now];
  job.back(now, clock, (run) => {
    since = run.started;
    if (run.outcome !== 'pass') {
      ended = true;
      return false;
    }
    runs++;
    return true;
  });
  return { runs, ended, since };
}
