import { DAY, dayOf, type Clock } from '../ladder/days.ts';
import type { Count, JobRuns } from '../ladder/job-runs.ts';

/** Days of a week; fewer runs in one of them than this tell nothing. */
const WEEK = 7;
const LEAST = 5;

/** Two weeks in a row in which a job did poorly. */
export interface PoorWeeks {
  readonly job: JobRuns;
  /** The first moment after them (epoch ms): from then on they are known. */
  readonly end: number;
}

// A list of jobs is laid out once for each look at a record, and asked about day after day.
const known = new WeakMap<readonly JobRuns[], Map<number, readonly PoorWeeks[]>>();

/**
 * Every two weeks in a row in each of which a job passed less than `share` of its runs, and the reference platform's jobs of
 * that suite did better; oldest end first. Weeks are counted from a day that was itself poor, and only days that count are their
 * days: one bad week is never two, wherever it begins, and neither are two with a good one between them.
 */
export function poorWeeks(jobs: readonly JobRuns[], reference: readonly JobRuns[], share: number, calendar: Clock): readonly PoorWeeks[] {
  let byShare = known.get(jobs);
  if (!byShare) known.set(jobs, byShare = new Map<number, readonly PoorWeeks[]>());
  let found = byShare.get(share);
  if (!found) {
    found = jobs.flatMap((job) => ofJob(job, reference.filter((r) => r.job.suite === job.job.suite && r.job.branch === job.job.branch), share, calendar)).sort((a, b) => a.end - b.end);
    byShare.set(share, found);
  }
  return found;
}

interface Sums { readonly runs: Int32Array; readonly passed: Int32Array }

function ofJob(job: JobRuns, reference: readonly JobRuns[], share: number, calendar: Clock): PoorWeeks[] {
  const [oldest, newest] = [job.runs[0], job.runs.at(-1)];
  if (!oldest || !newest) return [];
  const days: number[] = [];
  for (let day = dayOf(oldest.started); day <= dayOf(newest.started); day++) if (calendar.counts(day) && !job.isBlind(day)) days.push(day);
  const own = tallies([job], days);
  const others = tallies(reference, days);
  const poor = (from: number, to: number, least: number): boolean => {
    const [here, there] = [sum(own, from, to), sum(others, from, to)];
    return here.runs >= least && isUnder(here, share) && !(there.runs > 0 && isUnder(there, share));
  };
  const found: PoorWeeks[] = [];
  for (let i = 0; i + 2 * WEEK <= days.length; ) {
    const isFirst = poor(i, i + 1, 1) && poor(i, i + WEEK, LEAST);
    if (isFirst && poor(i + WEEK, i + 2 * WEEK, LEAST)) found.push({ job, end: ((days[i + 2 * WEEK - 1] ?? 0) + 1) * DAY });
    i += isFirst ? WEEK : 1;
  }
  return found;
}

const isUnder = ({ runs, passed }: Count, share: number): boolean => passed < share * runs - 1e-9;

/** Runs before each of the days, and of all of them. */
function tallies(jobs: readonly JobRuns[], days: readonly number[]): Sums {
  const sums = { runs: new Int32Array(days.length + 1), passed: new Int32Array(days.length + 1) };
  days.forEach((day, i) => {
    let [runs, passed] = [sums.runs[i] ?? 0, sums.passed[i] ?? 0];
    for (const job of jobs) {
      const that = job.onDay(day);
      runs += that.runs;
      passed += that.passed;
    }
    sums.runs[i + 1] = runs;
    sums.passed[i + 1] = passed;
  });
  return sums;
}

const sum = ({ runs, passed }: Sums, from: number, to: number): Count =>
  ({ runs: (runs[to] ?? 0) - (runs[from] ?? 0), passed: (passed[to] ?? 0) - (passed[from] ?? 0) });
