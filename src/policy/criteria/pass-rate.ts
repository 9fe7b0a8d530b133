import { counted, listed } from '../../domain/time.ts';
import { DAY } from '../ladder/days.ts';
import type { JobRuns } from '../ladder/job-runs.ts';
import { eachJob, type Context, type Criterion, type Part } from './criterion.ts';
import { agree, percent, percentLimit } from './words.ts';

interface Rate extends Part {
  readonly runs: number;
  readonly passed: number;
  /** How far back it looks (ms of the time that counts). */
  readonly window: number;
}

/**
 * The share of runs that pass, job by job: over the shortest time, of at least `minWindow` and at most `maxWindow`, that holds
 * `runs` runs. A flaky run is a run that did not pass, as in "3 of the last 4 runs passed" elsewhere.
 */
export const passRate: Criterion<'pass-rate'> = (params, context) => {
  const { now, clock } = context;
  const shortest = clock.back(now, params.minWindow);
  const longest = clock.back(now, Math.max(params.minWindow, params.maxWindow));
  return eachJob(context, (job): Rate => {
    const { runs, passed, from, oldest } = widened(job, { shortest, longest, enough: params.runs }, context);
    // One red run of a job that runs more rarely than every week outweighs months, and tells nothing.
    const once = params.share < 1 && runs - passed === 1 && runs < params.runs && clock.elapsed(oldest, now) > runs * WEEKLY;
    const verdict = runs < params.minRuns ? 'unknown' : passed >= params.share * runs - 1e-9 ? 'met' : once ? 'unknown' : 'unmet';
    return { job, runs, passed, verdict, early: once || context.since > longest || job.youngerThan(longest), window: clock.elapsed(from, now) };
  }, (parts) => because(parts, params.share, params.minRuns));
};

/** What is taken for weekly: a day late is no rarer. */
const WEEKLY = 8 * DAY;

interface Reach { readonly shortest: number; readonly longest: number; readonly enough: number }

function widened(job: JobRuns, { shortest, longest, enough }: Reach, { now, clock }: Context): { runs: number; passed: number; from: number; oldest: number } {
  const count = job.count(shortest, now, clock);
  if (count.runs >= enough) return { ...count, from: shortest, oldest: shortest };
  let [runs, passed, oldest] = [0, 0, now];
  job.back(now, clock, ({ started, outcome }) => {
    if (started < longest || (runs >= enough && started < shortest)) return false;
    runs++;
    if (outcome === 'pass') passed++;
    oldest = started;
    return true;
  });
  return { runs, passed, from: runs < enough ? longest : Math.min(shortest, oldest), oldest };
}

function because(parts: readonly Rate[], share: number, least: number): string {
  const known = parts.filter((p) => p.verdict !== 'unknown');
  const few = parts.filter((p) => p.verdict === 'unknown');
  const silent = few.filter((p) => p.runs === 0);
  const none = silent.length === 0 ? [] : [`${agree(silent.map((p) => p.job.label), 'has', 'have')} no run that counts in ${days(Math.max(...silent.map((p) => p.window)))}`];
  const some = few.filter((p) => p.runs > 0 && p.runs < least).map((p) => `${p.job.label} has only ${counted(p.runs, 'run')} in ${days(p.window)}`);
  const once = few.filter((p) => p.runs >= least).map((p) => `${p.job.label} failed once in ${counted(p.runs, 'run')} over ${days(p.window)}, which is too few to tell`);
  const lacking = none.length + some.length === 0 ? [] : [`${listed([...none, ...some])} (it takes at least ${least} to tell)`];
  const missing = [...lacking, ...once].join('; ');
  const red = known.filter((p) => p.verdict === 'unmet').sort((a, b) => a.passed / a.runs - b.passed / b.runs);
  if (red.length > 0) {
    const told = red.map((p) => `${p.job.label} passed ${percent(p.passed / p.runs)} of ${counted(p.runs, 'run')} over ${days(p.window)}`);
    return `${listed(told)}; ${percentLimit(share)} ${red.length === 1 ? 'is' : 'are'} needed${red.length === 1 ? '' : ' of each'}.`;
  }
  return `${[summary(known), missing].filter((t) => t !== '').join('; ')}.`;
}

function summary(known: readonly Rate[]): string {
  const [first] = known;
  if (first === undefined) return '';
  const [runs, passed, window] = [known.reduce((n, p) => n + p.runs, 0), known.reduce((n, p) => n + p.passed, 0), Math.max(...known.map((p) => p.window))];
  const lowest = known.reduce((least, p) => p.passed / p.runs < least.passed / least.runs ? p : least, first);
  const rest = known.length > 1 && lowest.passed < lowest.runs ? `; the lowest is ${lowest.job.label} with ${percent(lowest.passed / lowest.runs)}` : '';
  return `${listed(known.map((p) => p.job.label))} passed ${percent(passed / runs)} of ${counted(runs, 'run')} over ${days(window)}${rest}`;
}

const days = (ms: number): string => counted(Math.max(1, Math.round(ms / DAY)), 'day');
