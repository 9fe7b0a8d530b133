import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { inTransaction, reportBroken } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import { messageOf } from './errors.ts';
import type { Claim } from './outbox.ts';
import type { Delivery, HeldDelivery } from './store.ts';
import type { Tables } from './tables.ts';
import { ms, rowLimit, skipLocked } from './values.ts';

type Row = Selectable<Tables['inbox']>;

/** Stores a delivery. False: its id is known already. */
export async function receive(engine: Engine, delivery: Delivery, now: number): Promise<boolean> {
  const { id, surface, event } = delivery;
  const result = await engine.db.insertInto('inbox').values({
    id, surface, event, payload: JSON.stringify(delivery.payload ?? null), state: 'pending',
    received_at: ms(now), attempts: 0, not_before: ms(now), lease_owner: null, lease_until: null, last_error: null,
  }).onConflict((oc) => oc.column('id').doNothing()).executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Takes deliveries that are due, oldest first; one that cannot be read becomes `dead` and says why. */
export async function claimDeliveries(engine: Engine, claim: Claim): Promise<HeldDelivery[]> {
  const now = ms(claim.now);
  const limit = rowLimit(claim.limit);
  if (limit === 0) return [];
  return inTransaction(engine, async (trx) => {
    const { rows } = await sql<Row>`
      with due as materialized (
        select i.seq from inbox i
        where i.state in ('pending', 'leased') and case when i.state = 'pending' then i.not_before else i.lease_until end <= ${now}
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
  });
}

function deliveryOf(row: Row): HeldDelivery | string {
  if (row.surface !== 'github' && row.surface !== 'slack') return `unknown surface ${row.surface}`;
  try {
    return { id: row.id, surface: row.surface, event: row.event, payload: JSON.parse(row.payload) as unknown, receivedAt: row.received_at, attempts: row.attempts };
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
