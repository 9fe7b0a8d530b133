import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { inTransaction } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import { countedByDay, cutoffDay, soughtFrom } from './runs.ts';
import { DAY, dayOf, ms, rowsFrom, skipLocked } from './values.ts';

/** Work of one transaction, and transactions of one call: a few hundred milliseconds at most before others get their turn. */
const JOBS_ROLLED = 50;
const JOBS_PRUNED = 200;
const ROWS_DROPPED = 2_000;
const ROUNDS = 20;

/** GitHub offers a delivery again for days; after this long none comes with an id that was seen. */
const DELIVERIES_KEPT = 35 * DAY;
const WARNINGS_KEPT = 30 * DAY;
/** An answer to a command is finished when it is written; what stays for a while (ms) is for people who look into it, and tells a comment that comes again. */
export const ANSWERS_KEPT = 30 * DAY;

/** What was written again is the past of an issue or a message that shows it no more; what stays for a while is for people, too. */
const VERSIONS_KEPT = 7 * DAY;

export interface Keep {
  readonly runs: number;
  readonly rollups: number;
}

/**
 * Daily upkeep, in steps that are short for everybody else. Runs of a day are dropped together, and only once the day is
 * rolled up, so a run is kept up to a day longer than asked. Incidents, proposals, the platforms' record, good days and the
 * audit are kept for good: steps are decided on years of them. Returns whether there is more to do.
 */
export async function maintain(engine: Engine, now: number, keep: Keep): Promise<boolean> {
  if (await rounds(engine, (trx) => rollUp(engine, trx, dayOf(now)))) return true;
  if (await rounds(engine, (trx) => prune(engine, trx, now, keep))) return true;
  let more = false;
  for (const old of leftovers(now, keep)) more = await rounds(engine, (trx) => drop(trx, old)) || more;
  return more;
}

/** Repeats a step until it finds nothing more; true: it might. */
async function rounds(engine: Engine, step: (trx: Handle) => Promise<boolean>): Promise<boolean> {
  for (let i = 0; i < ROUNDS; i++) {
    if (!await inTransaction(engine, step)) return false;
    await setImmediate();
  }
  return true;
}

interface Picked {
  id: number;
  roll_from: number | null;
}

/** Counts completed days anew from the first one that changed; of days whose runs were dropped nothing is taken away. */
async function rollUp(engine: Engine, trx: Handle, today: number): Promise<boolean> {
  const picked = await sql<Picked>`select id, roll_from from jobs j where roll_from is not null and roll_from < ${today}
    order by roll_from, id limit ${JOBS_ROLLED} ${skipLocked(engine.kind, 'j')}`.execute(trx);
  if (picked.rows.length === 0) return false;
  const jobs = (): RawBuilder<unknown> => rowsFrom(engine.kind, 'p', { id: 'int', roll_from: 'int' }, picked.rows);
  const until = today * DAY;
  const changed = soughtFrom(engine.kind, jobs(), 'runs', (n) => sql`${sql.ref(`${n}.started`)} >= p.roll_from * ${sql.lit(DAY)} and ${sql.ref(`${n}.started`)} < ${until}`);
  const kept = (count: string): RawBuilder<unknown> => sql.raw(`${count} = case when rollups.${count} > excluded.${count}
    and rollups.day < (select pruned_day from jobs where id = rollups.job) then rollups.${count} else excluded.${count} end`);
  await sql`insert into rollups (job, day, passed, failed, flaky)
    select c.job, c.day, c.passed, c.failed, c.flaky from (${countedByDay(changed, sql`1 = 1`)}) as c where true
    on conflict (job, day) do update set ${kept('passed')}, ${kept('failed')}, ${kept('flaky')}`.execute(trx);
  const unfinishedDay = sql`(select started from runs where job = jobs.id and started >= ${until} limit 1)`;
  await sql`update jobs set roll_from = case when ${unfinishedDay} is null then null else cast(${today} as integer) end
    where id in (select p.id from ${jobs()})`.execute(trx);
  return picked.rows.length === JOBS_ROLLED;
}

/** Drops old runs and old roll-ups of jobs that were not looked at since the day turned. */
async function prune(engine: Engine, trx: Handle, now: number, keep: Keep): Promise<boolean> {
  const cutoff = cutoffDay(now, keep.runs);
  const picked = await sql<Picked>`select id, roll_from from jobs j where pruned_day < ${cutoff} and (roll_from is null or roll_from >= ${cutoff})
    order by pruned_day, id limit ${JOBS_PRUNED} ${skipLocked(engine.kind, 'j')}`.execute(trx);
  if (picked.rows.length === 0) return false;
  const jobs = (): RawBuilder<unknown> => rowsFrom(engine.kind, 'p', { id: 'int' }, picked.rows.map(({ id }) => ({ id })));
  const dropped = async (table: 'runs' | 'rollups', id: 'build' | 'day', column: 'started' | 'day', before: number): Promise<bigint> => {
    const old = soughtFrom(engine.kind, jobs(), table, (n) => sql`${sql.ref(`${n}.${column}`)} < ${before}`);
    const result = await sql`delete from ${sql.table(table)} where (job, ${sql.ref(id)}) in (
      select r.job, r.${sql.ref(id)} from ${old} limit ${ROWS_DROPPED})`.execute(trx);
    return result.numAffectedRows ?? 0n;
  };
  if (await dropped('runs', 'build', 'started', cutoff * DAY) === BigInt(ROWS_DROPPED)) return true;
  if (await dropped('rollups', 'day', 'day', dayOf(now - keep.rollups)) === BigInt(ROWS_DROPPED)) return true;
  await sql`update jobs set pruned_day = ${cutoff} where id in (select p.id from ${jobs()})`.execute(trx);
  return true;
}

interface Leftover {
  readonly table: 'outbox' | 'inbox' | 'warnings' | 'pings' | 'link_codes';
  readonly id: 'seq' | 'key' | 'hash';
  readonly old: RawBuilder<unknown>;
}

/**
 * Whether a row belongs to an entity of this kind. A range, because both engines can seek it and compare byte by byte;
 * what follows a colon is a semicolon.
 */
const belongsTo = (kind: string): RawBuilder<boolean> => sql`(entity >= ${sql.lit(`${kind}:`)} and entity < ${sql.lit(`${kind};`)})`;

/** Rows of an incident, a proposal, a warning or a conflict are looked at until it has been over for a while. */
function notNeeded(over: number): RawBuilder<boolean> {
  const idOf = (kind: string): RawBuilder<string> => sql`substr(outbox.entity, ${sql.lit(`${kind}:`.length + 1)})`;
  return sql`(not ${belongsTo('incident')} or exists (
      select 1 from incidents i where i.id = ${idOf('incident')} and i.state = 'closed' and i.closed_at < ${over}))
    and (not ${belongsTo('proposal')} or exists (
      select 1 from proposals p where p.id = ${idOf('proposal')} and p.decided_at < ${over}))
    and (not ${belongsTo('step-warning')} or exists (
      select 1 from step_warnings w where w.id = ${idOf('step-warning')} and w.over_at < ${over}))
    and (not ${belongsTo('conflict')} or exists (
      select 1 from conflicts c where c.id = ${idOf('conflict')} and c.over_at < ${over}))`;
}

/**
 * An earlier version of something that was written again since: of an incident or a warning that stands for a year there are hundreds,
 * and with every change of it all are read. Rows of no family are each about something of their own.
 */
const writtenAgain = sql<boolean>`state = 'done' and (${belongsTo('incident')} or ${belongsTo('step-warning')})
  and exists (select 1 from outbox d where d.family = outbox.family and d.state = 'done' and d.seq > outbox.seq)`;

/** Rows that nothing refers to any more. What was written outside is remembered as long as roll-ups: its keys keep it from being written twice. */
function leftovers(now: number, keep: Keep): Leftover[] {
  const over = ms(now - keep.runs);
  return [
    { table: 'outbox', id: 'seq', old: sql`state in ('superseded', 'recorded') and updated_at < ${over} and ${notNeeded(over)}` },
    { table: 'outbox', id: 'seq', old: sql`state in ('done', 'dead') and updated_at < ${ms(now - keep.rollups)} and ${notNeeded(over)}` },
    { table: 'outbox', id: 'seq', old: sql`updated_at < ${ms(now - VERSIONS_KEPT)} and ${writtenAgain}` },
    { table: 'outbox', id: 'seq', old: sql`${belongsTo('command')} and state not in ('pending', 'leased') and updated_at < ${ms(now - ANSWERS_KEPT)}` },
    { table: 'inbox', id: 'seq', old: sql`state in ('done', 'dead') and received_at < ${ms(now - DELIVERIES_KEPT)}` },
    { table: 'warnings', id: 'key', old: sql`cleared_at < ${ms(now - WARNINGS_KEPT)}` },
    { table: 'pings', id: 'seq', old: sql`at < ${ms(now - keep.rollups)}` },
    { table: 'link_codes', id: 'hash', old: sql`expires < ${ms(now)}` },
  ];
}

async function drop(trx: Handle, { table, id, old }: Leftover): Promise<boolean> {
  const result = await sql`delete from ${sql.table(table)} where ${sql.ref(id)} in (
    select ${sql.ref(id)} from ${sql.table(table)} where ${old} limit ${ROWS_DROPPED})`.execute(trx);
  return result.numAffectedRows === BigInt(ROWS_DROPPED);
}
