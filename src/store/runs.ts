import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { JobKey } from '../domain/job.ts';
import type { Run } from '../domain/run.ts';
import { reportBroken } from './engine.ts';
import type { Engine, EngineKind } from './engine.ts';
import { outcome } from './schemas/job.ts';
import type { DayRollup } from './store.ts';
import { DAY, clean, dayOf, ms, rowLimit, textsFrom } from './values.ts';

/** Jobs that one statement looks up. */
const PAGE = 500;

/**
 * Newest first. Builds that began in the same millisecond are told apart by their ids: the longer one is newer, of two as
 * long the one that sorts later. For ids of digits, which may exceed 2^53, that is the larger number.
 */
const newestFirst = (alias: string): RawBuilder<unknown> =>
  sql.raw(`${alias}.started desc, length(${alias}.build) desc, ${alias}.build desc`);

interface RunRow {
  key: string;
  build: string;
  started: number;
  finished: number | null;
  outcome: string;
  sha: string | null;
  url: string | null;
}

/** A seek per job in one statement; the two engines spell it differently, and a window function would read every run. */
function newestRuns(engine: Engine, project: string, keys: readonly JobKey[], limit: number): RawBuilder<RunRow> {
  const asked = textsFrom(engine.kind, 'k', keys);
  const columns = sql.raw('j.key, r.build, r.started, r.finished, r.outcome, r.sha, r.url');
  if (engine.kind === 'postgres') {
    return sql<RunRow>`select ${columns} from ${asked} join jobs j on j.project = ${project} and j.key = k.value
      cross join lateral (select * from runs n where n.job = j.id order by ${newestFirst('n')} limit ${limit}) r
      order by j.id, ${newestFirst('r')}`;
  }
  return sql<RunRow>`select ${columns} from ${asked} cross join jobs j on j.project = ${project} and j.key = k.value
    cross join runs r on r.job = j.id and r.build in (
      select n.build from runs n indexed by runs_by_start where n.job = j.id order by ${newestFirst('n')} limit ${limit})
    order by j.id, ${newestFirst('r')}`;
}

/** The newest runs of each job; a key without runs has an empty list. */
export async function lastRuns(engine: Engine, project: string, keys: readonly JobKey[], limit: number): Promise<Map<JobKey, Run[]>> {
  const found = new Map<string, Run[]>(keys.map((key) => [clean(key), []]));
  const asked = [...found.keys()];
  for (let i = 0; i < asked.length && rowLimit(limit) > 0; i += PAGE) {
    if (i > 0) await setImmediate();
    const { rows } = await newestRuns(engine, clean(project), asked.slice(i, i + PAGE), rowLimit(limit)).execute(engine.db);
    for (const row of rows) {
      const run = runOf(engine, row.key, row);
      if (run) found.get(row.key)?.push(run);
    }
  }
  return new Map(keys.map((key) => [key, found.get(clean(key)) ?? []]));
}

const OUTCOMES: ReadonlySet<string> = new Set(outcome.options);

function runOf(engine: Engine, key: string, row: Omit<RunRow, 'key'>): Run | null {
  if (!OUTCOMES.has(row.outcome)) {
    reportBroken(engine, 'runs', `${key} ${row.build}`, `unknown outcome ${row.outcome}`);
    return null;
  }
  return { build: row.build, started: row.started, finished: row.finished, outcome: row.outcome as Run['outcome'], commit: row.sha, url: row.url };
}

/**
 * The runs of one job that started at or after a moment, oldest first: `lastRuns` the other way round. Upkeep has dropped those
 * older than `retention.runs`, 90 days by default; no criterion looks at runs of more than 12 weeks ago (policy.md,
 * `pass-rate`), and what looks further back reads `rollups`.
 */
export async function runsSince(engine: Engine, project: string, key: JobKey, since: number): Promise<Run[]> {
  const job = await engine.db.selectFrom('jobs').select('id').where('project', '=', project).where('key', '=', key).executeTakeFirst();
  if (!job) return [];
  // SQLite stores runs job by job: reading a job's through takes half as long as looking each up from the index by start.
  const started = engine.kind === 'sqlite' ? sql`+r.started` : sql`r.started`;
  const { rows } = await sql<Omit<RunRow, 'key'>>`select r.build, r.started, r.finished, r.outcome, r.sha, r.url from runs r
    where r.job = ${job.id} and ${started} >= ${ms(since)} order by ${started}, length(r.build), r.build`.execute(engine.db);
  return rows.flatMap((row) => runOf(engine, key, row) ?? []);
}

/**
 * The rows `r` of a big table that belong to jobs `p` and fit a condition, by a seek per job. PostgreSQL would read the
 * whole table for a few jobs while it has no statistics; OFFSET 0 keeps it from turning the seeks into a join.
 */
export function soughtFrom(kind: EngineKind, jobs: RawBuilder<unknown>, table: 'runs' | 'rollups', fits: (alias: string) => RawBuilder<unknown>): RawBuilder<unknown> {
  return kind === 'postgres'
    ? sql`${jobs} cross join lateral (select * from ${sql.table(table)} n where n.job = p.id and ${fits('n')} offset 0) r`
    : sql`${jobs} cross join ${sql.table(table)} r on r.job = p.id and ${fits('r')}`;
}

/** Counts per day of runs `r`. */
export const countedByDay = (from: RawBuilder<unknown>, where: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select r.job as job, cast(r.started / ${sql.lit(DAY)} as integer) as day,
    cast(sum(case when r.outcome = 'pass' then 1 else 0 end) as integer) as passed,
    cast(sum(case when r.outcome = 'fail' then 1 else 0 end) as integer) as failed,
    cast(sum(case when r.outcome = 'flaky' then 1 else 0 end) as integer) as flaky
  from ${from} where ${where}
  group by r.job, cast(r.started / ${sql.lit(DAY)} as integer)`;

/**
 * Days from `fromDay` to `toDay`, both included, oldest first; a day without runs has no entry. What upkeep has not rolled
 * up yet is counted from the runs, so the answer does not depend on when upkeep last ran.
 */
export async function rollups(engine: Engine, project: string, key: JobKey, fromDay: number, toDay: number): Promise<DayRollup[]> {
  const job = await engine.db.selectFrom('jobs').select(['id', 'roll_from', 'pruned_day'])
    .where('project', '=', project).where('key', '=', key).executeTakeFirst();
  if (!job) return [];
  const [first, last] = [Math.max(fromDay, dayOf(-Infinity)), Math.min(toDay, dayOf(Infinity))];
  const stored = await engine.db.selectFrom('rollups').select(['day', 'passed', 'failed', 'flaky'])
    .where('job', '=', job.id).where('day', '>=', first).where('day', '<=', last).execute();
  const days = new Map(stored.map((row) => [row.day, row]));
  if (job.roll_from !== null && job.roll_from <= last) {
    const since = Math.max(job.roll_from, first) * DAY;
    const counted = await sql<{ day: number; passed: number; failed: number; flaky: number }>`${countedByDay(
      sql`runs r`, sql`r.job = ${job.id} and r.started >= ${since} and r.started < ${(last + 1) * DAY}`)}`.execute(engine.db);
    for (const row of counted.rows) days.set(row.day, row.day < job.pruned_day ? larger(row, days.get(row.day)) : row);
  }
  return [...days.values()].sort((a, b) => a.day - b.day).map(({ day, passed, failed, flaky }) => ({ key, day, passed, failed, flaky }));
}

interface Counts {
  readonly day: number;
  readonly passed: number;
  readonly failed: number;
  readonly flaky: number;
}

/** For a day whose runs were dropped: a source that still shows some of them must not make the day smaller. */
const larger = (counted: Counts, stored: Counts | undefined): Counts => stored === undefined ? counted : {
  day: counted.day,
  passed: Math.max(counted.passed, stored.passed),
  failed: Math.max(counted.failed, stored.failed),
  flaky: Math.max(counted.flaky, stored.flaky),
};

/** The day before which a job keeps no runs. */
export const cutoffDay = (now: number, keep: number): number => Math.min(dayOf(now), dayOf(now - keep));
