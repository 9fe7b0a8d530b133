import type { Job, JobKey, JobReading, JobState, SourceReading } from '../domain/job.ts';
import type { Run } from '../domain/run.ts';
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

type Runs = Extract<JobReading, { kind: 'runs' }>;

/**
 * Takes what the sources brought into the project's states and stores it. Returns the keys whose state changed.
 * A failed source changes nothing but the note that it is down.
 */
export async function takeReadings(store: Store, tracked: Tracked, readings: readonly SourceReading[], now: number): Promise<JobKey[]> {
  const changed: JobKey[] = [];
  for (const reading of readings) {
    if (reading.ok) tracked.down.delete(reading.source);
    else tracked.down.set(reading.source, reading.error ?? `${reading.source}: it could not be read.`);
    if (!reading.ok) continue;
    tracked.readAt.set(reading.source, now);
    if (reading.readings.length === 0) continue;
    const jobs = new Map((tracked.jobsBySource.get(reading.source) ?? []).map((j) => [j.key, j]));
    const runs = reading.readings.filter((r): r is Runs => r.kind === 'runs' && jobs.has(r.key));
    for (let i = 0; i < runs.length; i += CHUNK) {
      changed.push(...await takeRuns(store, tracked, jobs, runs.slice(i, i + CHUNK), now));
    }
    changed.push(...await takeProblems(store, tracked, reading, jobs, now));
  }
  return changed;
}

async function takeRuns(store: Store, tracked: Tracked, jobs: ReadonlyMap<JobKey, Job>, readings: readonly Runs[], now: number): Promise<JobKey[]> {
  const missing = readings.filter((r) => needsStored(r)).map((r) => r.key);
  const stored = missing.length > 0 ? await store.lastRuns(tracked.project.name, missing, STORED_RUNS) : new Map<JobKey, Run[]>();
  const saved = readings.map((reading): SavedReading => {
    const previous = tracked.states?.get(reading.key) ?? null;
    const job = jobs.get(reading.key) as Job;
    const state = readJob(reading, joinHistory(reading, stored.get(reading.key) ?? []), job.thresholds, previous);
    return { state, runs: newRuns(reading.runs, previous, tracked.project.retention.runs, now) };
  });
  await store.saveReadings(tracked.project.name, now, saved);
  tracked.states?.learn(saved.map((s) => s.state));
  return saved.map((s) => s.state.key);
}

/** The runs worth writing: within what is kept, and not long known. */
function newRuns(runs: readonly Run[], previous: JobState | null, keep: number, now: number): readonly Run[] {
  const from = Math.max(now - keep, previous?.lastRun ? previous.lastRun - LATE_RUNS : 0);
  return runs.filter((r) => r.started >= from);
}

/** Notes which jobs could not be read; the problem stands until the source brings runs of the job again. */
async function takeProblems(store: Store, tracked: Tracked, reading: SourceReading, jobs: ReadonlyMap<JobKey, Job>, now: number): Promise<JobKey[]> {
  const unknown = new Map(reading.readings.filter((r) => r.kind === 'unknown' && jobs.has(r.key)).map((r) => [r.key, r as Extract<JobReading, { kind: 'unknown' }>]));
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
