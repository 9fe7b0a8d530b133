import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Destination, OutboxRow, PlannedAction, Receipt } from '../domain/action.ts';
import { inTransaction, reportBroken } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import { action, destination, outboxState, receipt } from './schemas/action.ts';
import { parseAgain } from './schemas/parse.ts';
import type { Settlement } from './store.ts';
import type { Tables } from './tables.ts';
import { APART, ms, rowLimit, skipLocked, textsFrom } from './values.ts';

type Row = Selectable<Tables['outbox']>;

/** The row as the domain knows it, or why it cannot be read. `asStored` takes the action as it is, for a listing. */
function rowOf(engine: Engine, row: Row, asStored = false): OutboxRow | string {
  const what = parseAgain(action, row.action);
  if (!what.ok && !asStored) return `its action cannot be read (${what.problem})`;
  const where = destination.safeParse(row.destination);
  const state = outboxState.safeParse(row.state);
  if (!where.success || !state.success) return `its destination or state is unknown (${row.destination}, ${row.state})`;
  return {
    key: row.key, project: row.project, entity: row.entity, destination: where.data, family: row.family, summary: row.summary,
    action: what.ok ? what.value : storedAction(row.action),
    state: state.data, attempts: row.attempts, notBefore: row.not_before,
    createdAt: row.created_at, updatedAt: row.updated_at, lastError: row.last_error, receipt: receiptOf(engine, row),
  };
}

/** What another version wrote, for people to look at; nothing executes it. */
function storedAction(json: string): OutboxRow['action'] {
  try {
    return JSON.parse(json) as OutboxRow['action'];
  } catch {
    return { kind: 'notice', channel: '', warning: '', text: json };
  }
}

function receiptOf(engine: Engine, row: Row): Receipt | null {
  if (row.receipt === null) return null;
  const parsed = parseAgain(receipt, row.receipt);
  if (parsed.ok) return parsed.value;
  reportBroken(engine, 'outbox', row.key, `receipt: ${parsed.problem}`);
  return null;
}

function readable(engine: Engine, rows: readonly Row[], asStored = false): OutboxRow[] {
  return rows.flatMap((row) => {
    const read = rowOf(engine, row, asStored);
    if (typeof read !== 'string') return [read];
    reportBroken(engine, 'outbox', row.key, read);
    return [];
  });
}

/** States written out: a parameter would keep the engines from using the index of unfinished rows. */
const unfinished = (alias: string): RawBuilder<boolean> => sql.raw(`${alias}.state in ('pending', 'leased')`);
const dueAt = (alias: string): RawBuilder<number> => sql.raw(`case when ${alias}.state = 'pending' then ${alias}.not_before else ${alias}.lease_until end`);
/** A wait that was reckoned by a clock that was set back since is over: nobody knows when it would end. */
const isDue = (alias: string, now: number): RawBuilder<boolean> =>
  sql`(${dueAt(alias)} <= ${now} or (${sql.ref(`${alias}.state`)} = 'pending' and ${sql.ref(`${alias}.updated_at`)} > ${now + APART}))`;
/** The oldest unfinished row of its entity and destination: only its turn has come. */
const isHead: RawBuilder<boolean> = sql`not exists (select 1 from outbox p
  where p.entity = o.entity and p.destination = o.destination and ${unfinished('p')} and p.seq < o.seq)`;
/** Reactions and answers to commands: after a long wait a flood of them would hold back what nobody knows of yet. Each of the two is read in its order, so that a few are not sorted out of thousands. */
const isAnswer = (not: 'not' | ''): RawBuilder<boolean> => sql.raw(`${not} (o.entity >= 'command:' and o.entity < 'command;')`);
const notSkipped = (engine: Engine, skip: readonly Destination[]): RawBuilder<boolean> =>
  skip.length === 0 ? sql`1 = 1` : sql`o.destination not in (select value from ${textsFrom(engine.kind, 's', skip)})`;
/** A row that this one replaced was begun and left no receipt: it may have had its effect, so this one has to look too. */
const replacesBegun: RawBuilder<boolean> = sql`exists (select 1 from outbox p
  where p.family = o.family and p.seq < o.seq and p.attempts > 0 and p.state in ('superseded', 'dead')
    and not exists (select 1 from outbox d where d.family = o.family and d.state = 'done' and d.seq > p.seq))`;

export interface Claim {
  readonly owner: string;
  readonly now: number;
  readonly leaseFor: number;
  readonly limit: number;
}

/** Takes due rows, oldest first, answers to commands after all others; one that cannot be read becomes `dead` and says why, so that it holds nothing back. */
export async function claimActions(engine: Engine, claim: Claim & { readonly skip: readonly Destination[] }): Promise<OutboxRow[]> {
  const now = ms(claim.now);
  const limit = rowLimit(claim.limit);
  if (limit === 0) return [];
  const turns = (which: RawBuilder<boolean>, most: RawBuilder<number>): RawBuilder<unknown> => sql`
    select o.seq from outbox o where ${which} and ${unfinished('o')} and ${isDue('o', now)} and ${notSkipped(engine, claim.skip)} and ${isHead}
    order by o.seq limit ${most} ${skipLocked(engine.kind, 'o')}`;
  return inTransaction(engine, async (trx) => {
    const { rows } = await sql<Row>`
      with first as materialized (${turns(isAnswer('not'), sql`${limit}`)}),
      answers as materialized (${turns(isAnswer(''), sql`(select ${limit} - count(*) from first)`)}),
      due as (select seq from first union all select seq from answers)
      update outbox as o set state = 'leased', lease_owner = ${claim.owner}, lease_until = ${ms(now + claim.leaseFor)}, updated_at = ${now},
        attempts = case when o.attempts = 0 and ${replacesBegun} then 2 else o.attempts + 1 end
      where o.seq in (select seq from due) returning *`.execute(trx);
    const claimed: OutboxRow[] = [];
    for (const row of rows.sort((a, b) => a.seq - b.seq)) {
      const read = rowOf(engine, row);
      if (typeof read === 'string') await setAside(engine, trx, row, read, now);
      else claimed.push(read);
    }
    return claimed;
  });
}

async function setAside(engine: Engine, trx: Handle, row: Row, problem: string, now: number): Promise<void> {
  reportBroken(engine, 'outbox', row.key, problem);
  await trx.updateTable('outbox').where('seq', '=', row.seq).set({
    state: 'dead', lease_owner: null, lease_until: null, updated_at: now,
    last_error: `Set aside: ${problem}. It was probably written by another version of Archsignal.`,
  }).execute();
}

/** When the next row's turn comes, destinations to skip aside; null: nothing waits. */
export async function nextActionAt(engine: Engine, skip: readonly Destination[]): Promise<number | null> {
  const { rows } = await sql<{ at: number | null }>`
    select min(${dueAt('o')}) as at from outbox o where ${unfinished('o')} and ${notSkipped(engine, skip)} and ${isHead}`.execute(engine.db);
  return rows[0]?.at ?? null;
}

/** Every row of the entity that can be read, oldest first; where `since` is given, without those that nothing depends on any more. */
export async function entityActions(engine: Engine, entity: string, since = 0): Promise<OutboxRow[]> {
  if (since > 0) return readable(engine, await recentActions(engine, entity, ms(since)));
  return readable(engine, await engine.db.selectFrom('outbox').selectAll().where('entity', '=', entity).orderBy('seq').execute());
}

/**
 * Rows of an entity that were planned since a moment, those that are not finished, and of each family the newest that is done and
 * the newest that was given up. Seeks for each of them, because those of an entity that lives for years are thousands.
 */
async function recentActions(engine: Engine, entity: string, since: number): Promise<Row[]> {
  // Families are named after their entity, and what follows a colon is a semicolon.
  const [first, end] = [`${entity}:`, `${entity};`];
  // Else SQLite goes through the entity's rows.
  const waiting = sql.raw(engine.kind === 'sqlite' ? 'indexed by outbox_unfinished' : '');
  const newest = (state: 'done' | 'dead'): RawBuilder<unknown> => sql`select (select max(o.seq) from outbox o where o.family = f.family and o.state = ${sql.lit(state)}) as seq from families f where f.family is not null`;
  const { rows } = await sql<Row>`
    with recursive families (family) as (
      select min(family) from outbox where family >= ${first} and family < ${end}
      union all select (select min(o.family) from outbox o where o.family > f.family and o.family < ${end}) from families f where f.family is not null)
    select * from outbox where seq in (
      select seq from outbox where entity = ${entity} and seq > coalesce((
        select o.seq from outbox o where o.entity = ${entity} and o.created_at < ${since} order by o.seq desc limit 1), 0)
      union all select u.seq from outbox u ${waiting} where u.entity = ${entity} and ${unfinished('u')}
      union all ${newest('done')} union all ${newest('dead')}) order by seq`.execute(engine.db);
  return rows;
}

/** Which rows are listed, and how many at most. `to`: those whose destination begins so. */
export interface ListFilter {
  readonly state?: OutboxRow['state'];
  readonly to?: string;
  readonly limit: number;
}

/** Newest first. A row whose action cannot be read is listed as well, with the action as it is stored. */
export async function listActions(engine: Engine, { state, to, limit }: ListFilter): Promise<OutboxRow[]> {
  let query = engine.db.selectFrom('outbox').selectAll().orderBy('seq', 'desc').limit(rowLimit(limit));
  if (state !== undefined) query = query.where('state', '=', state);
  if (to !== undefined) query = query.where((eb) => eb(eb.fn<string>('substr', ['destination', eb.lit(1), eb.lit(to.length)]), '=', to));
  return readable(engine, await query.execute(), true);
}

export async function countActions(engine: Engine): Promise<Partial<Record<OutboxRow['state'], number>>> {
  const rows = await engine.db.selectFrom('outbox').select(['state', (eb) => eb.fn.countAll<number>().as('n')]).groupBy('state').execute();
  return Object.fromEntries(rows.map((row) => [row.state, row.n]));
}

export async function reviveAction(engine: Engine, key: string, now: number): Promise<boolean> {
  const result = await engine.db.updateTable('outbox').set({ state: 'pending', not_before: ms(now), updated_at: ms(now) })
    .where('key', '=', key).where('state', '=', 'dead').executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Rows are numbered in the order in which they become visible: on PostgreSQL two transactions that add rows of one entity
 * and destination take turns, else a younger row could be seen, and claimed, before an older one.
 */
export async function takeTurns(engine: Engine, trx: Handle, actions: readonly PlannedAction[]): Promise<void> {
  if (engine.kind !== 'postgres' || actions.length === 0) return;
  const places = [...new Set(actions.map((a) => `${a.entity} ${a.destination}`))];
  await sql`select pg_advisory_xact_lock(h) from (
    select distinct hashtextextended(value, 0) as h from ${textsFrom(engine.kind, 't', places)} order by 1) as places`.execute(trx);
}

/**
 * Adds a planned row. A key that exists is left alone, except that a row which only a dry run recorded becomes pending
 * when it is planned for real. A new row replaces older pending ones of its family and waits as long as they had to.
 */
export async function planAction(trx: Handle, planned: PlannedAction, at: number, record: boolean): Promise<void> {
  const state = record ? 'recorded' : 'pending';
  const { key, project, entity, destination: to, family, summary } = planned;
  const added = await trx.insertInto('outbox').values({
    key, project, entity, destination: to, family, summary, action: JSON.stringify(planned.action), state,
    attempts: 0, not_before: at, created_at: at, updated_at: at, lease_owner: null, lease_until: null, last_error: null, receipt: null,
  }).onConflict((oc) => record ? oc.column('key').doNothing()
    : oc.column('key').doUpdateSet({ state, not_before: at, updated_at: at }).where('outbox.state', '=', 'recorded'))
    .returning('seq').executeTakeFirst();
  if (!added || record || family === null) return;
  const late = at + APART;
  const replaced = await trx.updateTable('outbox').set({ state: 'superseded', updated_at: sql<number>`case when updated_at > ${late} then updated_at else ${at} end` })
    .where('family', '=', family).where('state', '=', 'pending').where('seq', '<', added.seq).returning(['not_before', 'updated_at']).execute();
  const notBefore = Math.max(at, ...replaced.filter((row) => row.updated_at <= late).map((row) => row.not_before));
  if (notBefore > at) await trx.updateTable('outbox').set({ not_before: notBefore }).where('seq', '=', added.seq).execute();
}

/** Writes how a claimed row ended. False: the lease is somebody else's by now, and the transaction has to be given up. */
export async function settleAction(trx: Handle, settled: Settlement, now: number): Promise<boolean> {
  const row = await trx.updateTable('outbox').set({
    state: settled.state, lease_owner: null, lease_until: null, updated_at: now,
    last_error: settled.state === 'done' ? null : settled.error,
    ...(settled.state === 'done' ? { receipt: JSON.stringify(settled.receipt) } : {}),
    ...(settled.state === 'done' && settled.action ? { action: JSON.stringify(settled.action) } : {}),
    ...(settled.state === 'pending' ? { not_before: ms(settled.notBefore) } : {}),
  }).where('key', '=', settled.key).where('attempts', '=', settled.attempts).where('state', '=', 'leased')
    .returning(['seq', 'family', 'not_before']).executeTakeFirst();
  if (!row) return false;
  if (settled.state === 'pending' && row.family !== null) await giveWay(trx, { ...row, family: row.family }, now);
  return true;
}

/** A row that has to be tried again gives way to a newer one of its family that was planned meanwhile; that one waits instead. */
async function giveWay(trx: Handle, row: { seq: number; family: string; not_before: number }, now: number): Promise<void> {
  const newer = await trx.selectFrom('outbox').select(['seq', 'not_before'])
    .where('family', '=', row.family).where('state', '=', 'pending').where('seq', '>', row.seq).orderBy('seq', 'desc').executeTakeFirst();
  if (!newer) return;
  await trx.updateTable('outbox').set({ state: 'superseded', updated_at: now }).where('seq', '=', row.seq).execute();
  if (newer.not_before < row.not_before) await trx.updateTable('outbox').set({ not_before: row.not_before }).where('seq', '=', newer.seq).execute();
}
