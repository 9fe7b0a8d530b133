import type { Job, JobKey, JobReading, JobState, SourceReading } from '../domain/job.ts';
import type { Run } from '../domain/run.ts';
import type { RunsReading } from '../sources/source.ts';
import { joinHistory, needsStored } from '../signal/history.ts';
import { readJob, readProblem } from '../signal/job-health.ts';
import type { SavedReading, Store } from '../store/store.ts';
import type { Tracked } from './tracked.ts';

/** Runs of one job that are read back: a streak longer than this keeps the start that it had. */
const STORED_RUNS = 400;

/** A run that arrives later than this after the job's newest known one is history already (ms). */
const LATE_RUNS = 3 * 86_400_000;

/** Jobs whose stored runs are read back at once: what they hold in memory stays small however many changed. */
const CHUNK = 500;

/**
 * Takes what the sources brought into the project's states and stores it. Returns the keys whose state changed.
 * A failed source changes nothing but the note that it is down.
 */
export async function takeReadings(store: Store, tracked: Tracked, readings: readonly SourceReading[], now: number): Promise<JobKey[]> {
  let changed: JobKey[] = [];
  for (const reading of readings) {
    if (reading.ok) tracked.down.delete(reading.source);
    else tracked.down.set(reading.source, reading.error ?? `${reading.source}: it could not be read.`);
    if (!reading.ok) continue;
    tracked.readAt.set(reading.source, now);
    const states = await storeRuns(store, tracked, reading.source, reading.readings.filter((r) => r.kind === 'runs'), now);
    tracked.states?.learn(states);
    changed = changed.concat(states.map((s) => s.key), await takeProblems(store, tracked, reading, now));
  }
  return changed;
}

/**
 * Stores what a source learned of jobs that it could read, also before its poll is over. Gives the states that come of
 * it: they are for the caller to be learned together, as one decides by comparing jobs.
 */
export async function storeRuns(store: Store, tracked: Tracked, source: string, readings: readonly RunsReading[], now: number): Promise<JobState[]> {
  const known = readings.filter((r) => jobOf(tracked, source, r.key) !== null);
  const states: JobState[] = [];
  for (let i = 0; i < known.length; i += CHUNK) states.push(...await storeChunk(store, tracked, known.slice(i, i + CHUNK), now));
  return states;
}

/** The job, if it is tracked at this source. */
function jobOf(tracked: Tracked, source: string, key: JobKey): Job | null {
  const job = tracked.jobsByKey.get(key);
  return job?.source === source ? job : null;
}

async function storeChunk(store: Store, tracked: Tracked, readings: readonly RunsReading[], now: number): Promise<JobState[]> {
  const missing = readings.filter((r) => needsStored(r)).map((r) => r.key);
  const stored = missing.length > 0 ? await store.lastRuns(tracked.project.name, missing, STORED_RUNS) : new Map<JobKey, Run[]>();
  const saved = readings.map((reading): SavedReading => {
    const previous = tracked.states?.get(reading.key) ?? null;
    const job = tracked.jobsByKey.get(reading.key) as Job;
    const state = readJob(reading, joinHistory(reading, stored.get(reading.key) ?? []), job.thresholds, previous);
    return { state, runs: newRuns(reading.runs, previous, tracked.project.retention.runs, now) };
  });
  await store.saveReadings(tracked.project.name, now, saved);
  return saved.map((s) => s.state);
}

/** The runs worth writing: within what is kept, and not long known. */
function newRuns(runs: readonly Run[], previous: JobState | null, keep: number, now: number): readonly Run[] {
  const from = Math.max(now - keep, previous?.lastRun ? previous.lastRun - LATE_RUNS : 0);
  return runs.filter((r) => r.started >= from);
}

/** Notes which jobs could not be read; the problem stands until the source brings runs of the job again. */
async function takeProblems(store: Store, tracked: Tracked, reading: SourceReading, now: number): Promise<JobKey[]> {
  const unknown = new Map(reading.readings.filter((r) => r.kind === 'unknown' && jobOf(tracked, reading.source, r.key) !== null).map((r) => [r.key, r as Extract<JobReading, { kind: 'unknown' }>]));
  const saved: SavedReading[] = [];
  for (const r of unknown.values()) {
    const previous = tracked.states?.get(r.key) ?? null;
    if (previous?.problem?.kind === r.problem && previous.problem.reason === r.reason) continue;
    saved.push({ state: readProblem(r, previous, now), runs: [] });
  }
  if (saved.length === 0) return [];
  await store.saveReadings(tracked.project.name, now, saved);
  tracked.states?.learn(saved.map((s) => s.state));
  return saved.map((s) => s.state.key);
}
