import { healthNow, type JobNow } from '../signal/job-health.ts';
import type { Shown, Span } from './states.ts';
import type { Tracked } from './tracked.ts';

/**
 * Every job of the project as it was last read: unknown where its source is down or was not read yet. The same list is
 * given again while nothing in it has changed, which tells whoever lays it out that there is nothing new.
 */
export function jobsNow(tracked: Tracked): readonly JobNow[] {
  const { shown, states } = tracked;
  if (shown && isCurrent(shown, tracked)) return shown.jobs;
  const sources = new Map<string, Span>(tracked.sources.map(({ name }) => {
    const at = readWell(tracked, name);
    return [name, at === null ? null : { from: at, until: Infinity }];
  }));
  const jobs = tracked.jobs.map((job): JobNow => {
    const state = states?.get(job.key) ?? null;
    const span = sources.get(job.source) ?? null;
    if (span === null) return { job, state, health: 'unknown' };
    const health = healthNow(state, job.thresholds, span.from);
    if (state !== null && state.lastRun !== null && health !== 'stale' && health !== 'unknown') span.until = Math.min(span.until, state.lastRun + job.thresholds.staleAfter);
    return { job, state, health };
  });
  tracked.shown = { jobs, states, changes: states?.changes ?? 0, sources };
  return jobs;
}

const isCurrent = (shown: Shown, tracked: Tracked): boolean =>
  shown.states === tracked.states && shown.changes === (tracked.states?.changes ?? 0)
  && tracked.sources.every(({ name }) => stillHolds(shown.sources.get(name) ?? null, readWell(tracked, name)));

/** As of when the source's jobs are judged; null: it is down or was not read yet. */
const readWell = (tracked: Tracked, source: string): number | null => tracked.down.has(source) ? null : tracked.readAt.get(source) ?? null;

const stillHolds = (span: Span, at: number | null): boolean =>
  span === null || at === null ? span === at : at >= span.from && at <= span.until;
