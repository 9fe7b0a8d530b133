import { listed } from '../../domain/time.ts';
import type { JobRuns } from '../ladder/job-runs.ts';
import { eachJob, type Context, type Criterion, type Part } from './criterion.ts';
import { agree, lasting, timeLimit } from './words.ts';

const MINUTE = 60_000;

interface Silence extends Part {
  /** Since the start of its last run (ms of the time that counts); since the record begins where it never ran. */
  readonly ms: number;
  readonly ran: boolean;
  /** How long it may be silent. */
  readonly within: number;
}

/**
 * No job may fall silent, however green its last run was and whatever runs beside it. Of each suite the liveliest job must
 * keep to `within`; another one may be slower where its own configuration says so (its `stale_after`). A silent job is
 * unmet, not unknown.
 */
export const runCadence: Criterion<'run-cadence'> = ({ within }, context) => {
  const silence = new Map(context.judged.map((job) => [job, silenceOf(job, context)]));
  const keeps = new Set(context.judged.filter((job) => (silence.get(job)?.ms ?? Infinity) <= within).map((j) => j.job.suite));
  return eachJob(context, (job): Silence => {
    const { ms, ran } = silence.get(job) ?? { ms: Infinity, ran: false };
    const limit = ms > within && keeps.has(job.job.suite) ? Math.max(within, job.job.thresholds.staleAfter) : within;
    return { job, ms, ran, within: limit, verdict: ms > limit ? 'unmet' : ran ? 'met' : 'unknown', early: true };
  }, because);
};

function silenceOf(job: JobRuns, { now, since, clock }: Context): { ms: number; ran: boolean } {
  const last = job.last(now, clock);
  return { ms: job.elapsed(last ?? since, now, clock), ran: last !== null };
}

function because(parts: readonly Silence[]): string {
  const silent = parts.filter((p) => p.verdict === 'unmet').sort((a, b) => b.ms - a.ms);
  if (silent.length > 0) {
    const alike = Map.groupBy(silent, (p) => p.ran ? `not run for ${lasting(p.ms)} (at most ${timeLimit(p.within)})` : 'never run, as far as the record goes');
    return `${listed([...alike].map(([how, jobs]) => `${agree(jobs.map((p) => p.job.label), 'has', 'have')} ${how}`))}.`;
  }
  const waiting = parts.filter((p) => p.verdict === 'unknown');
  if (waiting.length > 0) {
    const long = Math.max(...waiting.map((p) => p.ms));
    return `${agree(waiting.map((p) => p.job.label), 'has', 'have')} not run yet${long < MINUTE ? ', and the record has only just begun' : ` on a record of ${lasting(long)}`}.`;
  }
  const oldest = parts.reduce<Silence | null>((most, p) => most === null || p.ms > most.ms ? p : most, null);
  if (oldest === null) return '';
  if (parts.length === 1) return `${oldest.job.label} ran ${lasting(oldest.ms)} ago (at most ${timeLimit(oldest.within)}).`;
  return `${listed(parts.map((p) => p.job.label))} ran in time; the longest ago is ${oldest.job.label}, ${lasting(oldest.ms)} (at most ${timeLimit(oldest.within)}).`;
}
