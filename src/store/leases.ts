import { sql } from 'kysely';
import { inTransaction } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import type { Lead, Lease, Renewal } from './store.ts';
import { ms, textsFrom } from './values.ts';

/** The time by PostgreSQL's clock; null on SQLite, which one server has to itself. */
export async function time({ kind, db }: Engine): Promise<number | null> {
  if (kind === 'sqlite') return null;
  const { rows } = await sql<{ now: number }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db);
  return rows[0]?.now ?? null;
}

/** Takes or renews a role: its holder keeps the fence, a new holder gets a larger one. */
export async function lease(engine: Engine, name: string, owner: string, now: number, ttl: number): Promise<Lease> {
  const { rows } = await sql<{ fence: number }>`
    insert into leases (name, owner, fence, expires) values (${name}, ${owner}, 1, ${ms(now + ttl)})
    on conflict (name) do update set owner = excluded.owner, expires = excluded.expires,
      fence = case when leases.owner = excluded.owner then leases.fence else leases.fence + 1 end
      where leases.owner = excluded.owner or leases.expires <= ${ms(now)}
    returning fence`.execute(engine.db);
  if (rows[0]) return { held: true, fence: rows[0].fence };
  const standing = await engine.db.selectFrom('leases').select('fence').where('name', '=', name).executeTakeFirst();
  return { held: false, fence: standing?.fence ?? 0 };
}

/** Whether nobody else has taken the role since; inside a transaction nobody can before its end. */
export async function stillLeads(engine: Engine, trx: Handle, { role, owner, fence }: Lead): Promise<boolean> {
  const query = trx.selectFrom('leases').select('fence').where('name', '=', role).where('owner', '=', owner).where('fence', '=', fence);
  return await (engine.kind === 'postgres' ? query.forShare() : query).executeTakeFirst() !== undefined;
}

/** Prolongs one claimed row. False: it is somebody else's by now, or has ended. */
export async function keepAction(engine: Engine, { key, attempts, owner, now, leaseFor }: { key: string; attempts: number; owner: string; now: number; leaseFor: number }): Promise<boolean> {
  const result = await engine.db.updateTable('outbox').set({ lease_until: ms(now + leaseFor) })
    .where('key', '=', key).where('attempts', '=', attempts).where('lease_owner', '=', owner).where('state', '=', 'leased').executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** In hand, by whomever. The states are written out, since only so do the engines use the indexes of what is unfinished; else a heartbeat goes through all deliveries of weeks. */
const inHand = sql<boolean>`state in ('pending', 'leased') and state = 'leased'`;

/** Prolongs what this owner has in hand of a table: rows by their keys, deliveries by their ids. */
export async function renew(engine: Engine, table: 'outbox' | 'inbox', { owner, now, leaseFor, held }: Renewal): Promise<void> {
  if (held.length === 0) return;
  const name = sql.ref(table === 'outbox' ? 'key' : 'id');
  await inTransaction(engine, (trx) => trx.updateTable(table).set({ lease_until: ms(now + leaseFor) })
    .where('lease_owner', '=', owner).where(inHand).where(sql<boolean>`${name} in (select value from ${textsFrom(engine.kind, 'h', held)})`).execute());
}

/** Gives back what one owner holds, or, without one, what anybody holds. Rows keep their attempts, so whoever is next looks first. */
export async function release(engine: Engine, owner: string | null, now: number): Promise<void> {
  const at = ms(now);
  await inTransaction(engine, async (trx) => {
    const free = { state: 'pending', lease_owner: null, lease_until: null, not_before: at };
    let rows = trx.updateTable('outbox').set({ ...free, updated_at: at }).where(inHand);
    let deliveries = trx.updateTable('inbox').set(free).where(inHand);
    // A role without an owner: whoever takes it next gets a new fence.
    let roles = trx.updateTable('leases').set({ owner: '', expires: at });
    if (owner !== null) {
      rows = rows.where('lease_owner', '=', owner);
      deliveries = deliveries.where('lease_owner', '=', owner);
      roles = roles.where('owner', '=', owner);
    }
    await rows.execute();
    await deliveries.execute();
    await roles.execute();
  });
}
