import type { FactJob, IncidentJob, Surroundings } from '../domain/incident.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { JobNow } from '../signal/job-health.ts';
import { suiteHealth } from '../signal/peers.ts';
import type { Board } from './board.ts';

/** A job's row as it joins an incident. */
export function rowOf(j: JobNow, state: 'failing' | 'stale' | 'missing', now: number): IncidentJob {
  const s = j.state;
  return {
    key: j.job.key, name: j.job.name, platform: j.job.platform, suite: j.job.suite, trigger: j.job.trigger, board: j.job.board,
    state, joined: now, left: null, neverGreen: state === 'failing' && (s?.lastGreen ?? null) === null,
    streak: s?.streak ?? null, lastRun: s?.lastRun ?? null, lastGreen: s?.lastGreen ?? null,
    lastGreenCommit: s?.lastGreenCommit ?? null, lastGreenUrl: s?.lastGreenUrl ?? null,
    failingTests: state === 'failing' ? s?.failingTests ?? [] : [], moreFailingTests: s?.moreFailingTests ?? 0, testsTotal: s?.testsTotal ?? null,
    links: s?.links ?? { page: null, logs: null }, flake: false, fixedAt: null,
  };
}

/** The row with what has been learned since; the same object where nothing has. A pass keeps the streak that it ended. */
export function refreshed(row: IncidentJob, j: JobNow): IncidentJob {
  const s = j.state;
  if (!s || row.state !== 'failing') return row;
  const flake = row.flake || (s.passes?.sameCommitAsFailure ?? false);
  if (flake === row.flake && (s.streak === null || s.streak.lastBuild === row.streak?.lastBuild)) return row;
  if (s.streak === null) return { ...row, flake };
  return {
    ...row, flake, streak: s.streak, lastRun: s.lastRun, neverGreen: s.lastGreen === null, lastGreen: s.lastGreen,
    lastGreenCommit: s.lastGreenCommit, lastGreenUrl: s.lastGreenUrl, failingTests: s.failingTests,
    moreFailingTests: s.moreFailingTests, testsTotal: s.testsTotal, links: s.links,
  };
}

/**
 * Whether a broken job is well again: `passesToClose` passed runs in a row; never on the one pass of the commit that
 * had just failed, which is a flake (behaviour 4).
 */
export function recovered(row: IncidentJob, j: JobNow): boolean {
  const passes = j.state?.passes;
  if (!passes || j.state?.problem) return false;
  const needed = j.job.thresholds.passesToClose;
  if (row.state === 'stale') return passes.recent.filter((start) => start > (row.lastRun ?? 0)).length >= Math.min(needed, 20);
  if (passes.length < needed) return false;
  return passes.length > 1 || !passes.sameCommitAsFailure;
}

/** The job as a fact names it. */
export const factJob = (row: IncidentJob, j: JobNow | undefined): FactJob => ({
  key: row.key, name: row.name, platform: row.platform, since: row.streak?.since ?? row.lastRun, streak: row.streak?.length ?? 0,
  commits: row.streak?.commits ?? 0, lastFailedCommit: row.streak?.lastCommit ?? null, fixedAt: j?.state?.passes?.firstCommit ?? null,
  passes: j?.state?.passes?.length ?? 0, flake: row.flake || (j?.state?.passes?.sameCommitAsFailure ?? false), url: row.links.page,
});

/**
 * What stands around an incident: the platform's other jobs, and how other platforms do in the same suites. One that fails
 * any of them fails; those that pass are the ones that pass all of them, or where none does, some and fail none.
 */
export function surroundings(platform: PlatformId, rows: readonly IncidentJob[], board: Pick<Board, 'world' | 'layout'>): Surroundings {
  const held = new Set(rows.map((r) => r.key));
  const elsewhere = (p: PlatformId): boolean => p !== platform;
  const here = board.layout.byPlatform.get(platform) ?? [];
  const passing = new Map<PlatformId, Set<string>>();
  const failing = new Set(rows.map((r) => r.platform));
  const suites = new Set<string>();
  for (const { key } of rows) {
    const broken = board.layout.byKey.get(key);
    if (!broken) continue;
    const suite = JSON.stringify([broken.job.suite, broken.job.branch]);
    suites.add(suite);
    for (const [other, health] of suiteHealth(board.world.jobs, broken)) {
      if (health.failing) failing.add(other);
      else if (health.passing) passing.set(other, (passing.get(other) ?? new Set()).add(suite));
    }
  }
  const well = [...passing].filter(([p]) => elsewhere(p) && !failing.has(p));
  const whole = well.filter(([, passed]) => passed.size === suites.size);
  return {
    jobsTotal: here.length,
    wellJobs: here.filter((j) => j.health === 'passing' && !held.has(j.job.key)).map((j) => j.job.name),
    platformsPassing: (whole.length > 0 ? whole : well).map(([p]) => p).sort(),
    platformsFailing: [...failing].filter(elsewhere).sort(),
  };
}
