import type { JobKey } from '../domain/job.ts';
import type { PlatformId } from '../domain/platform.ts';
import { isQuiet, quietUntil, type Quiet } from '../domain/quiet.ts';
import type { JobNow } from '../signal/job-health.ts';

/** Mutes and downtimes, as deciding about incidents sees them. Times in epoch milliseconds. */

type Heard = { readonly jobs: readonly JobNow[]; readonly quiets: readonly Quiet[]; readonly now: number };

/** It was in force at some time up to `now`. */
const hasBegun = (quiet: Quiet, now: number): boolean => quiet.from <= now && quiet.from < quietUntil(quiet);

/** The quiets of a job: its own mutes and its platform's downtimes. */
function quietsOf(quiets: readonly Quiet[]): (of: JobNow) => readonly Quiet[] {
  const byPlatform = Map.groupBy(quiets.filter((q) => q.kind === 'downtime'), (q) => q.platform);
  const byJob = Map.groupBy(quiets.filter((q) => q.kind === 'mute'), (q) => q.job);
  return ({ job }) => [...byPlatform.get(job.platform) ?? [], ...byJob.get(job.key) ?? []];
}

/** The muted job; null: it is not muted at `now`. */
export const muteOf = (quiets: readonly Quiet[], key: JobKey, now: number): Quiet | null =>
  quiets.find((q) => q.kind === 'mute' && q.job === key && isQuiet(q, now)) ?? null;

/** When the platform's present downtime is over, those that follow without a gap included; null: it has none now. */
export function downUntil(quiets: readonly Quiet[], platform: PlatformId, now: number): number | null {
  const own = quiets.filter((q) => q.kind === 'downtime' && q.platform === platform);
  let until = now;
  for (let q = own.find((d) => isQuiet(d, now)); q !== undefined; q = own.find((d) => isQuiet(d, until))) until = quietUntil(q);
  return until === now ? null : until;
}

/**
 * When what keeps all of these platforms quiet is over; null: at least one is not in a downtime. An incident is quiet only
 * where each of its jobs is.
 */
export function quietSpell(quiets: readonly Quiet[], platforms: readonly PlatformId[], now: number): number | null {
  const ends = [...new Set(platforms)].map((p) => downUntil(quiets, p, now));
  const known = ends.filter((end) => end !== null);
  return known.length > 0 && known.length === ends.length ? Math.min(...known) : null;
}

interface Hushed { readonly of: string; readonly from: number; readonly until: number; readonly jobs: readonly JobNow[] }

// A list of jobs is never changed, and decisions lay each list out once: while nothing in it changes, so does this.
const hushed = new WeakMap<readonly JobNow[], Hushed>();

/**
 * The jobs as decisions see them: one that is muted, or whose platform is in a downtime, is as if unknown, to its own
 * incidents and to whoever is compared with it. When that is over, it counts as broken only with news from after it: a run
 * that began since, or as much silence as makes it stale.
 */
export function heard({ jobs, quiets, now }: Heard): readonly JobNow[] {
  const begun = quiets.filter((q) => hasBegun(q, now));
  if (begun.length === 0) return jobs;
  const of = begun.map((q) => `${q.id} ${q.revision} ${isQuiet(q, now)}`).join('\n');
  const known = hushed.get(jobs);
  if (known?.of === of && known.from <= now && now < known.until) return known.jobs;
  const found = quietsOf(begun);
  let until = Infinity;
  const seen = jobs.map((j): JobNow => {
    const own = found(j);
    if (own.length === 0) return j;
    const spoken = own.some((q) => isQuiet(q, now)) ? Infinity : speaksAgain(j, Math.max(...own.map(quietUntil)));
    if (spoken <= now) return j;
    until = Math.min(until, spoken);
    return { ...j, health: 'unknown' };
  });
  hushed.set(jobs, { of, from: now, until, jobs: seen });
  return seen;
}

/** From when on what the job shows counts again, by what is known of it now; Infinity: not without another run. */
function speaksAgain({ job, state, health }: JobNow, end: number): number {
  const fresh = (state?.lastRun ?? 0) > end;
  if (fresh) return end;
  if (health === 'stale') return end + job.thresholds.staleAfter + 1;
  return health === 'failing' || health === 'flaky' ? Infinity : end;
}
