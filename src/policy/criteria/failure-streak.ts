import { counted, listed } from '../../domain/time.ts';
import { eachJob, type Criterion, type Part } from './criterion.ts';
import { lasting, timeLimit } from './words.ts';

interface Streak extends Part {
  readonly runs: number;
  /** How long it has lasted (ms of the time that counts), from the start of its first failed run. */
  readonly ms: number;
}

/**
 * The failed runs in a row at each job's head: few enough, or short enough, whichever a job can claim, so that neither one
 * red run of a slow job nor a burst of a quick one breaks it. A flaky run ends a row (contract, "How a job's health is read").
 */
export const failureStreak: Criterion<'failure-streak'> = (params, context) => {
  const { now, clock } = context;
  return eachJob(context, (job): Streak => {
    let [runs, since] = [0, now];
    job.back(now, clock, (run) => {
      if (run.outcome !== 'fail') return false;
      runs++;
      since = run.started;
      return true;
    });
    const ms = runs === 0 ? 0 : job.elapsed(since, now, clock);
    const few = params.runs !== null && runs <= params.runs;
    const short = params.for !== null && ms <= params.for;
    return { job, runs, ms, early: true, verdict: runs === 0 ? job.last(now, clock) === null ? 'unknown' : 'met' : few || short ? 'met' : 'unmet' };
  }, (parts) => because(parts, [
    ...params.runs === null ? [] : [counted(params.runs, 'run')], ...params.for === null ? [] : [timeLimit(params.for)],
  ].join(' or ')));
};

function because(parts: readonly Streak[], allowed: string): string {
  const told = (list: readonly Streak[]): string => listed(list.map((p) => `${p.job.label} ${counted(p.runs, 'time')} in a row for ${lasting(p.ms)}`));
  const red = parts.filter((p) => p.verdict === 'unmet');
  if (red.length > 0) return `Failed: ${told(red)}; allowed are ${allowed === '' ? 'no failures' : `at most ${allowed}`}.`;
  const silent = parts.filter((p) => p.verdict === 'unknown');
  if (silent.length > 0) return `No finished run of ${listed(silent.map((p) => p.job.label))} is on record.`;
  const running = parts.filter((p) => p.runs > 0);
  return running.length > 0 ? `Failed: ${told(running)}, within the allowed ${allowed}.` : `The newest run of ${listed(parts.map((p) => p.job.label))} did not fail.`;
}
