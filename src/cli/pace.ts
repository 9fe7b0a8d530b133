import type { LoadedProject } from '../config/load.ts';
import { staleByPeriod } from '../config/thresholds.ts';
import type { JobEvidence, PlatformEvidence } from '../domain/evidence.ts';
import { listed, span } from '../domain/time.ts';

const HOUR = 3_600_000;

/** With fewer runs than this nobody can tell how often a job runs. */
const FEWEST = 6;

/** A job whose usual time between two runs leaves less than half as much again until it is called silent. */
export interface SlowJob {
  readonly job: JobEvidence['job'];
  /** From one start to the next, as half of its runs keep to (ms, whole hours). */
  readonly every: number;
  /** How long it may be silent at that pace (ms). */
  readonly staleAfter: number;
}

/**
 * The jobs of a history that run more rarely than they may be silent, where the configuration says neither how often they
 * run nor how long they may be silent. On a server people would be asked about each at once, and say so; a past knows no such people.
 */
export function slowJobs(platforms: readonly PlatformEvidence[], { settings }: Pick<LoadedProject, 'settings'>): readonly SlowJob[] {
  return platforms.flatMap(({ platform, jobs }) => jobs.flatMap(({ job, runs }): SlowJob[] => {
    const own = settings.platforms[platform]?.jobs.find((j) => j.name === job.name && j.source === job.source);
    if (own === undefined || own.every !== undefined || own.stale_after !== undefined || runs.length < FEWEST) return [];
    const gaps = runs.slice(1).map((run, i) => run.started - (runs[i]?.started ?? run.started)).sort((a, b) => a - b);
    const every = Math.round((gaps[Math.floor(gaps.length / 2)] ?? 0) / HOUR) * HOUR;
    return every * 1.5 <= job.thresholds.staleAfter ? [] : [{ job, every, staleAfter: staleByPeriod(every) }];
  }));
}

/** The record with the silence that those jobs may keep at their pace, for telling what was broken. */
export function atTheirPace(platforms: readonly PlatformEvidence[], slow: readonly SlowJob[]): readonly PlatformEvidence[] {
  const allowed = new Map(slow.map((s) => [s.job.key, s.staleAfter]));
  return platforms.map((p) => ({
    ...p, jobs: p.jobs.map(({ job, ...rest }) => ({ ...rest, job: { ...job, thresholds: { ...job.thresholds, staleAfter: allowed.get(job.key) ?? job.thresholds.staleAfter } } })),
  }));
}

/** What whoever keeps the configuration should know of them, a sentence for each pace. */
export const paceNotes = (slow: readonly SlowJob[]): string[] => [...Map.groupBy(slow, (s) => `${s.every} ${s.job.thresholds.staleAfter}`).values()].flatMap((alike) => {
  const [first] = alike;
  if (first === undefined) return [];
  const [names, one] = [listed(alike.map(({ job }) => `${job.name} on ${job.platform}`)), alike.length === 1];
  return [`${names} ${one ? 'runs' : 'run'} about every ${span(first.every)}, which the configuration does not say; a server would call ${one ? 'it' : 'each'} stale after ${span(first.job.thresholds.staleAfter)}. Here silence is a breakage after ${span(first.staleAfter)}, as with \`every: ${written(first.every)}\`; write that in the file.`];
});

/** A duration as the file writes it. */
const written = (ms: number): string => ms % (24 * HOUR) === 0 ? `${ms / (24 * HOUR)}d` : `${ms / HOUR}h`;
