import { counted, listed, span } from '../../domain/time.ts';
import { eachJob, type Criterion, type Part } from './criterion.ts';
import { percentLimit, timeLimit } from './words.ts';

interface Durations extends Part {
  readonly runs: number;
  /** The duration at the percentile (ms). */
  readonly at: number;
}

/** How long the runs of a time take: the smallest duration that the given share of them does not exceed. */
export const durationPercentile: Criterion<'duration-percentile'> = ({ percentile, within, window, minRuns }, context) => {
  const { now, since, clock } = context;
  const from = clock.back(now, window);
  return eachJob(context, (job): Durations => {
    const durations: number[] = [];
    job.back(now, clock, ({ started, finished }) => {
      if (started < from) return false;
      if (finished !== null) durations.push(finished - started);
      return true;
    });
    durations.sort((a, b) => a - b);
    const at = durations[Math.max(0, Math.ceil(percentile * durations.length) - 1)] ?? 0;
    return { job, runs: durations.length, at, early: since > from || job.youngerThan(from), verdict: durations.length < minRuns ? 'unknown' : at <= within ? 'met' : 'unmet' };
  }, (parts) => {
    const slow = parts.filter((p) => p.verdict === 'unmet');
    const told = slow.length > 0 ? slow : parts.filter((p) => p.verdict === 'unknown');
    if (told.length > 0 && slow.length === 0) return `${listed(told.map((p) => `${p.job.label} has ${counted(p.runs, 'run')} with a known duration`))} in ${timeLimit(window)}; at least ${minRuns} tell.`;
    const shown = (slow.length > 0 ? slow : parts).map((p) => `${p.job.label} ${span(p.at)}`);
    return `${percentLimit(percentile)} of the runs of the last ${timeLimit(window)} took no longer than: ${listed(shown)}; at most ${span(within)} is allowed.`;
  });
};
