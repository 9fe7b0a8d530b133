import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { JobKey, JobState } from '../domain/job.ts';
import type { Run } from '../domain/run.ts';
import { inTransaction, reportBroken } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import { Contention } from './errors.ts';
import { jobState } from './schemas/job.ts';
import { parseDocument } from './schemas/parse.ts';
import { stillLeads } from './leases.ts';
import type { Lead, SavedReading } from './store.ts';
import { clean, dayOf, ms, rowsFrom, textsFrom } from './values.ts';

/** Rows that one transaction writes at most; on SQLite it blocks the loop for as long. */
const BATCH = 1_000;
const PAGE = 1_000;

/** Every job state of the project by key, in pages so that other work gets its turn. A state that cannot be read is skipped and reported. */
export async function jobStates(engine: Engine, project: string): Promise<JobState[]> {
  const states: JobState[] = [];
  for (let last = ''; ;) {
    const rows = await engine.db.selectFrom('jobs').innerJoin('job_states', 'job_states.job', 'jobs.id')
      .select(['jobs.key', 'job_states.state'])
      .where('jobs.project', '=', project).where('jobs.key', '>', last)
      .orderBy('jobs.key').limit(PAGE).execute();
    for (const row of rows) {
      const parsed = parseDocument(jobState, row.state);
      if (parsed.ok) states.push(parsed.value);
      else reportBroken(engine, 'job_states', row.key, parsed.problem);
    }
    last = rows.at(-1)?.key ?? '';
    if (rows.length < PAGE) return states;
    await setImmediate();
  }
}

interface Batch {
  readonly states: Map<JobKey, JobState>;
  readonly runs: { readonly key: JobKey; readonly run: Run }[];
}

/**
 * Stores runs and states. A state comes in the last batch of its runs or after it, so that no state ever tells of runs
 * that are not stored; a crash in between leaves runs that the next poll brings again.
 */
export async function saveReadings(engine: Engine, project: string, readings: readonly SavedReading[], lead?: Lead): Promise<void> {
  for (const batch of batchesOf(readings)) {
    try {
      const ids = await inTransaction(engine, async (trx) => {
        const saved = await saveBatch(engine, trx, clean(project), batch);
        if (lead && !await stillLeads(engine, trx, lead)) throw new Contention('another server has read later');
        return saved;
      });
      remember(engine, clean(project), ids);
    } catch (error) {
      engine.jobIds.delete(clean(project));
      throw error;
    }
    await setImmediate();
  }
}

function* batchesOf(readings: readonly SavedReading[]): Generator<Batch> {
  let batch: Batch = { states: new Map(), runs: [] };
  const full = (): boolean => batch.states.size + batch.runs.length >= BATCH;
  for (const { state, runs } of readings) {
    for (const run of runs) {
      if (full()) { yield batch; batch = { states: new Map(), runs: [] }; }
      batch.runs.push({ key: state.key, run });
    }
    if (full()) { yield batch; batch = { states: new Map(), runs: [] }; }
    batch.states.set(state.key, state);
  }
  if (batch.states.size + batch.runs.length > 0) yield batch;
}

async function saveBatch(engine: Engine, trx: Handle, project: string, batch: Batch): Promise<Map<JobKey, number>> {
  const keys = new Set([...batch.states.keys(), ...batch.runs.map((r) => r.key)]);
  const ids = await numbersOf(engine, trx, project, [...keys].map(clean));
  const idOf = (key: JobKey): number => {
    const id = ids.get(clean(key));
    if (id === undefined) throw new Error(`no number for job ${key}`);
    return id;
  };
  await saveRuns(engine, trx, batch.runs.map(({ key, run }) => ({ job: idOf(key), run })));
  await saveStates(engine, trx, [...batch.states].map(([key, state]) => ({ job: idOf(key), state: JSON.stringify(state) })));
  return ids;
}

/** The jobs' numbers, from memory where known; unknown keys get one. */
async function numbersOf(engine: Engine, trx: Handle, project: string, keys: readonly string[]): Promise<Map<string, number>> {
  const known = engine.jobIds.get(project);
  const ids = new Map<string, number>();
  for (const key of keys) {
    const id = known?.get(key);
    if (id !== undefined) ids.set(key, id);
  }
  const missing = keys.filter((key) => !ids.has(key)).sort();
  if (missing.length === 0) return ids;
  await sql`insert into jobs (project, key) select ${project}, k.value from ${textsFrom(engine.kind, 'k', missing)} where true on conflict do nothing`.execute(trx);
  const { rows } = await sql<{ id: number; key: string }>`
    select id, key from jobs where project = ${project} and key in (select k.value from ${textsFrom(engine.kind, 'k', missing)})`.execute(trx);
  for (const row of rows) ids.set(row.key, row.id);
  return ids;
}

function remember(engine: Engine, project: string, ids: ReadonlyMap<string, number>): void {
  const known = engine.jobIds.get(project) ?? new Map<string, number>();
  for (const [key, id] of ids) known.set(key, id);
  engine.jobIds.set(project, known);
}

async function saveStates(engine: Engine, trx: Handle, rows: readonly { job: number; state: string }[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into job_states (job, state)
    select r.job, r.state from ${rowsFrom(engine.kind, 'r', { job: 'int', state: 'text' }, rows)} where true
    on conflict (job) do update set state = excluded.state where job_states.state <> excluded.state`.execute(trx);
}

const RUN_COLUMNS = { job: 'int', build: 'text', started: 'int', finished: 'int', outcome: 'text', sha: 'text', url: 'text' } as const;

/** A known build keeps its start; what else changed is taken over. Days whose runs changed are marked for rolling up. */
async function saveRuns(engine: Engine, trx: Handle, saved: readonly { job: number; run: Run }[]): Promise<void> {
  if (saved.length === 0) return;
  const rows = new Map(saved.map(({ job, run }) => [`${job} ${run.build}`, {
    job, build: run.build, started: ms(run.started), finished: run.finished === null ? null : ms(run.finished),
    outcome: run.outcome, sha: run.commit, url: run.url,
  }]));
  const changed = await sql<{ job: number; started: number }>`
    insert into runs (job, build, started, finished, outcome, sha, url)
    select r.job, r.build, r.started, r.finished, r.outcome, r.sha, r.url
    from ${rowsFrom(engine.kind, 'r', RUN_COLUMNS, [...rows.values()])} where true
    on conflict (job, build) do update
      set finished = excluded.finished, outcome = excluded.outcome, sha = excluded.sha, url = excluded.url
      where runs.outcome <> excluded.outcome or runs.finished is distinct from excluded.finished
        or runs.sha is distinct from excluded.sha or runs.url is distinct from excluded.url
    returning job, started`.execute(trx);
  const firstDay = new Map<number, number>();
  for (const { job, started } of changed.rows) firstDay.set(job, Math.min(dayOf(started), firstDay.get(job) ?? Infinity));
  if (firstDay.size === 0) return;
  const days = [...firstDay].map(([job, day]) => ({ job, day })).sort((a, b) => a.job - b.job);
  await sql`update jobs set roll_from = r.day from ${rowsFrom(engine.kind, 'r', { job: 'int', day: 'int' }, days)}
    where jobs.id = r.job and (jobs.roll_from is null or jobs.roll_from > r.day)`.execute(trx);
}
