import type { Health, Job, JobReading, JobState, PassStreak, Streak, Thresholds } from '../domain/job.ts';
import type { Run } from '../domain/run.ts';
import { counted, moment, span } from '../domain/time.ts';

const PASSES_REMEMBERED = 20;

/** The failed runs in a row at the head of `runs` (newest first); null where the head did not fail. */
export function failureStreak(runs: readonly Run[]): Streak | null {
  let length = 0;
  while (runs[length]?.outcome === 'fail') length++;
  const newest = runs[0];
  const oldest = runs[length - 1];
  if (!newest || !oldest) return null;
  const commits = new Set(runs.slice(0, length).map((r) => r.commit).filter((c) => c !== null));
  return {
    length, since: oldest.started, firstBuild: oldest.build, firstCommit: oldest.commit,
    lastBuild: newest.build, lastCommit: newest.commit, lastUrl: newest.url, commits: commits.size,
  };
}

/** The passed runs in a row at the head of `runs` (newest first); null where the head did not pass. */
export function passStreak(runs: readonly Run[]): PassStreak | null {
  let length = 0;
  while (runs[length]?.outcome === 'pass') length++;
  const first = runs[length - 1];
  if (!first || length === 0) return null;
  const before = runs.slice(length).find((r) => r.outcome === 'fail');
  const passes = runs.slice(0, length);
  const failedCommit = before?.commit ?? null;
  return {
    length, since: first.started, firstCommit: first.commit, firstUrl: first.url,
    sameCommitAsFailure: failedCommit !== null && passes.every((r) => r.commit === failedCommit),
    afterFailure: before !== undefined,
    recent: passes.slice(0, PASSES_REMEMBERED).map((r) => r.started),
  };
}

/** Health by the runs alone, staleness aside (contract, "How a job's health is read"). */
function colour(runs: readonly Run[], unfinished: number, t: Thresholds): Exclude<Health, 'stale'> {
  if (runs.length === 0) return unfinished > 0 ? 'pending' : 'unknown';
  const recent = runs.slice(0, t.recentRuns);
  if ((failureStreak(runs)?.length ?? 0) >= t.failuresToOpen) return 'failing';
  return recent.every((r) => r.outcome === 'pass') ? 'passing' : 'flaky';
}

/**
 * A job's state from its history (newest first) at `now` (epoch milliseconds). `previous` gives what lies further back
 * than the history reaches: the last green.
 */
export function readJob(reading: Extract<JobReading, { kind: 'runs' }>, history: readonly Run[], t: Thresholds, previous: JobState | null): JobState {
  const health = colour(history, reading.unfinished, t);
  const streak = failureStreak(history);
  const passes = passStreak(history);
  const recent = history.slice(0, t.recentRuns);
  const green = history.find((r) => r.outcome === 'pass');
  const state: Omit<JobState, 'reason'> = {
    key: reading.key, health, streak, passes,
    runs: recent.length, passed: recent.filter((r) => r.outcome === 'pass').length,
    lastRun: history[0]?.started ?? null,
    lastGreen: green?.started ?? previous?.lastGreen ?? null,
    lastGreenCommit: green ? green.commit : previous?.lastGreenCommit ?? null,
    lastGreenUrl: green ? green.url : previous?.lastGreenUrl ?? null,
    since: health === 'failing' ? streak?.since ?? null : health === 'passing' ? passes?.since ?? null : null,
    unfinished: reading.unfinished, failingTests: reading.failingTests, moreFailingTests: reading.moreFailingTests,
    testsTotal: reading.testsTotal, ...(reading.flakyTests && { flakyTests: reading.flakyTests }), links: reading.links, problem: null,
  };
  return { ...state, reason: reasonFor(state, t) };
}

/** The state of a job that this poll could not read: what was known stays, and the problem stands beside it. */
export function readProblem(reading: Extract<JobReading, { kind: 'unknown' }>, previous: JobState | null, now: number): JobState {
  const since = previous?.problem?.kind === reading.problem ? previous.problem.since : now;
  const problem = { kind: reading.problem, reason: reading.reason, since };
  if (previous) return { ...previous, problem };
  return {
    key: reading.key, health: 'unknown', reason: reading.reason, streak: null, passes: null, runs: 0, passed: 0, lastRun: null,
    lastGreen: null, lastGreenCommit: null, lastGreenUrl: null, since: null, unfinished: 0, failingTests: [], moreFailingTests: 0,
    testsTotal: null, links: { page: null, logs: null }, problem,
  };
}

/** A job at a moment: what a reader is told. */
export interface JobNow {
  readonly job: Job;
  readonly state: JobState | null;
  readonly health: Health;
}

/**
 * A job's health at `now`: unknown while its source cannot be read, stale when no run finished for `staleAfter`,
 * else what its runs say.
 */
export function healthNow(state: JobState | null, t: Thresholds, now: number): Health {
  if (!state || state.problem) return 'unknown';
  if (state.lastRun !== null && now - state.lastRun > t.staleAfter) return 'stale';
  return state.health;
}

/** Since when the job is what `healthNow` calls it (contract, `since`); epoch milliseconds or null. */
export function sinceNow(state: JobState | null, health: Health): number | null {
  if (!state) return null;
  return health === 'stale' ? state.lastRun : health === 'unknown' ? null : state.since;
}

/** Why it is called what it is, in one sentence. */
export function explainNow(state: JobState | null, health: Health, t: Thresholds, now: number): string {
  if (!state) return 'Nothing has been read of it yet.';
  if (health === 'unknown') return state.problem?.reason ?? state.reason;
  if (health !== 'stale' || state.lastRun === null) return state.reason;
  return `No run has finished for ${span(now - state.lastRun)} (last on ${moment(state.lastRun, now)}); it is called stale after ${span(t.staleAfter)}.`;
}

function reasonFor(s: Omit<JobState, 'reason'>, t: Thresholds): string {
  const window = `${s.passed} of the last ${counted(s.runs, 'run')} passed`;
  switch (s.health) {
    case 'unknown': return 'It has no finished run that counts.';
    case 'pending': return `${counted(s.unfinished, 'run')} started, none has finished yet.`;
    case 'failing': return failingReason(s);
    case 'passing': return `${window}.`;
    case 'flaky': return s.streak ? `${window}; the newest ${s.streak.length === 1 ? 'one' : s.streak.length} failed (failing after ${t.failuresToOpen} in a row).` : `${window}.`;
    case 'stale': return '';
    default: return s.health satisfies never;
  }
}

function failingReason(s: Omit<JobState, 'reason'>): string {
  if (!s.streak) return '';
  const on = s.streak.commits > 0 ? ` on ${counted(s.streak.commits, 'commit')}` : '';
  const green = s.lastGreen === null ? '; it has never passed' : '';
  return `${counted(s.streak.length, 'run')} failed in a row${on} since ${moment(s.streak.since, s.lastRun ?? s.streak.since)}${green}.`;
}
