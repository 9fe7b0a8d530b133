import type { RawBuilder, Selectable } from 'kysely';
import { sql } from 'kysely';
import { inTransaction, reportBroken } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import { messageOf } from './errors.ts';
import type { Claim } from './outbox.ts';
import type { Delivery, HeldDelivery } from './store.ts';
import type { Tables } from './tables.ts';
import { APART, clean, ms, rowLimit, skipLocked } from './values.ts';

type Row = Selectable<Tables['inbox']>;

/** Stores deliveries in one statement, in this order. False for each whose id is known already, or was before it in the list. */
export async function receive(engine: Engine, deliveries: readonly Delivery[], now: number): Promise<boolean[]> {
  if (deliveries.length === 0) return [];
  return inTransaction(engine, (trx) => insert(trx, deliveries, now));
}

/**
 * Stores deliveries as `receive` does and takes what is due in hand, in one transaction: whoever handles them would begin
 * with a second one. Takes nothing on PostgreSQL, where another server may be storing one of the same lane unseen.
 */
export async function receiveInHand(engine: Engine, deliveries: readonly Delivery[], claim: Claim): Promise<{ fresh: boolean[]; held: HeldDelivery[] }> {
  const limit = rowLimit(claim.limit);
  if (engine.kind === 'postgres' || limit === 0 || deliveries.length === 0) return { fresh: await receive(engine, deliveries, claim.now), held: [] };
  return inTransaction(engine, async (trx) => {
    const fresh = await insert(trx, deliveries, claim.now);
    return { fresh, held: fresh.includes(true) ? await take(engine, trx, claim, limit) : [] };
  });
}

async function insert(trx: Handle, deliveries: readonly Delivery[], now: number): Promise<boolean[]> {
  const rows = await trx.insertInto('inbox').values(deliveries.map(({ id, surface, event, payload, lane }) => ({
    id, surface, event, payload: JSON.stringify(payload ?? null), lane: lane ?? id, state: 'pending',
    received_at: ms(now), attempts: 0, not_before: ms(now), lease_owner: null, lease_until: null, last_error: null,
  }))).onConflict((oc) => oc.column('id').doNothing()).returning('id').execute();
  const fresh = new Set(rows.map((row) => row.id));
  return deliveries.map(({ id }) => fresh.delete(clean(id)));
}

/**
 * Waits (ms) that were reckoned by a clock which was set back since, and are over: those longer than GitHub asks anybody to
 * wait, and of what came by that clock all but the usual moment.
 */
const LONGEST_WAIT = 2 * 3_600_000;
const MOMENT = 10_000;

/** Due: given back until now, or held by somebody whose time has run out. */
const isDue = (alias: string, now: number): RawBuilder<boolean> => sql`(case when ${sql.ref(`${alias}.state`)} = 'pending' then ${sql.ref(`${alias}.not_before`)} else ${sql.ref(`${alias}.lease_until`)} end <= ${now}
  or (${sql.ref(`${alias}.state`)} = 'pending' and (${sql.ref(`${alias}.not_before`)} > ${now + LONGEST_WAIT}
    or (${sql.ref(`${alias}.received_at`)} > ${now + APART} and ${sql.ref(`${alias}.not_before`)} > ${now + MOMENT}))))`;
const unfinished = (alias: string): RawBuilder<boolean> => sql.raw(`${alias}.state in ('pending', 'leased')`);

/** The oldest of its lane that is due, while nobody has one of that lane in hand. */
const isHead = (now: number): RawBuilder<boolean> => sql`not exists (select 1 from inbox p
  where p.lane = i.lane and p.seq <> i.seq and ${unfinished('p')}
    and case when ${isDue('p', now)} then p.seq < i.seq else p.state = 'leased' end)`;

/** Takes deliveries that are due, oldest first, one of each lane at a time; one that cannot be read becomes `dead` and says why. */
export async function claimDeliveries(engine: Engine, claim: Claim): Promise<HeldDelivery[]> {
  const limit = rowLimit(claim.limit);
  // Asked after every delivery, and most times nothing is due: that is not worth a transaction.
  if (limit === 0 || !await isSomethingDue(engine, ms(claim.now))) return [];
  return inTransaction(engine, (trx) => take(engine, trx, claim, limit));
}

async function isSomethingDue(engine: Engine, now: number): Promise<boolean> {
  const { rows } = await sql`select 1 as due from inbox i where ${unfinished('i')} and ${isDue('i', now)} limit 1`.execute(engine.db);
  return rows.length > 0;
}

async function take(engine: Engine, trx: Handle, claim: Claim, limit: number): Promise<HeldDelivery[]> {
  const now = ms(claim.now);
  const { rows } = await sql<Row>`
    with due as materialized (
      select i.seq from inbox i
      where ${unfinished('i')} and ${isDue('i', now)} and ${isHead(now)}
      order by i.seq limit ${limit} ${skipLocked(engine.kind, 'i')})
    update inbox set state = 'leased', attempts = attempts + 1, lease_owner = ${claim.owner}, lease_until = ${ms(now + claim.leaseFor)}
    where seq in (select seq from due) returning *`.execute(trx);
  const held: HeldDelivery[] = [];
  for (const row of rows.sort((a, b) => a.seq - b.seq)) {
    const delivery = deliveryOf(row);
    if (typeof delivery !== 'string') held.push(delivery);
    else await setAside(engine, trx, row, delivery);
  }
  return held;
}

function deliveryOf(row: Row): HeldDelivery | string {
  if (row.surface !== 'github' && row.surface !== 'slack') return `unknown surface ${row.surface}`;
  try {
    return { id: row.id, surface: row.surface, event: row.event, payload: JSON.parse(row.payload) as unknown, lane: row.lane, receivedAt: row.received_at, attempts: row.attempts };
  } catch (error) {
    return `payload: ${messageOf(error)}`;
  }
}

async function setAside(engine: Engine, trx: Handle, row: Row, problem: string): Promise<void> {
  reportBroken(engine, 'inbox', row.id, problem);
  await trx.updateTable('inbox').where('seq', '=', row.seq)
    .set({ state: 'dead', lease_owner: null, lease_until: null, last_error: `Set aside: it cannot be read (${problem}).` }).execute();
}

/** Gives a delivery back, or sets it aside. Nothing happens where somebody else has it by now. */
export async function deferDelivery(engine: Engine, id: string, attempts: number, next: { notBefore: number; error: string; dead: boolean }): Promise<void> {
  await engine.db.updateTable('inbox').set({
    state: next.dead ? 'dead' : 'pending', not_before: ms(next.notBefore), last_error: next.error, lease_owner: null, lease_until: null,
  }).where('id', '=', id).where('attempts', '=', attempts).where('state', '=', 'leased').execute();
}

/** Marks a delivery as handled. False: it is somebody else's by now, and the transaction has to be given up. */
export async function settleDelivery(trx: Handle, delivery: { readonly id: string; readonly attempts: number }): Promise<boolean> {
  const result = await trx.updateTable('inbox').set({ state: 'done', lease_owner: null, lease_until: null })
    .where('id', '=', delivery.id).where('attempts', '=', delivery.attempts).where('state', '=', 'leased').executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
