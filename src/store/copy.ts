import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { silent } from './engine.ts';
import type { StoreLog } from './engine.ts';
import { StoreError, messageOf } from './errors.ts';
import { lockFolder } from './lock.ts';
import type { Held } from './lock.ts';
import { refuseNewer, refuseOlder, schemaState } from './migrate.ts';
import { migratePostgres, reachPostgres, storeFile } from './open.ts';
import { placeOf } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import { cleanJson } from './values.ts';
import type { TableName, Tables } from './tables.ts';

/** How each table is walked: in the order of a key that no two rows share. Tables that others refer to come first. */
const TABLES: Readonly<Record<TableName, { readonly order: readonly string[]; readonly identity?: string }>> = {
  jobs: { order: ['id'], identity: 'id' },
  job_states: { order: ['job'] },
  runs: { order: ['job', 'build'] },
  rollups: { order: ['job', 'day'] },
  source_health: { order: ['project', 'source'] },
  incidents: { order: ['id'] },
  incident_issues: { order: ['repo', 'number', 'incident'] },
  proposals: { order: ['id'] },
  proposal_issues: { order: ['repo', 'number', 'proposal'] },
  conflicts: { order: ['id'] },
  conflict_issues: { order: ['repo', 'number', 'conflict'] },
  step_warnings: { order: ['id'] },
  step_warning_issues: { order: ['repo', 'number', 'warning'] },
  quiets: { order: ['id'] },
  identities: { order: ['slack_team', 'slack_user'] },
  link_codes: { order: ['hash'] },
  outbox: { order: ['seq'], identity: 'seq' },
  inbox: { order: ['seq'], identity: 'seq' },
  pings: { order: ['seq'], identity: 'seq' },
  platform_events: { order: ['seq'], identity: 'seq' },
  configurations: { order: ['repository'] },
  good_days: { order: ['project', 'day', 'source'] },
  audit: { order: ['seq'], identity: 'seq' },
  warnings: { order: ['key'] },
  leases: { order: ['name'] },
  meta: { order: ['key'] },
};
const NAMES = Object.keys(TABLES) as TableName[];
const BATCH = 500;

export interface Copied {
  /** Rows per table, the same on both sides. */
  readonly tables: Readonly<Record<TableName, number>>;
}

/**
 * `archsignal db copy --from FILE`: copies an embedded store into an empty PostgreSQL database, which is migrated first.
 * One transaction: when it fails midway, nothing of it stays. Throws a `StoreError`.
 */
export async function copyStore(from: { readonly sqliteFile: string; readonly databaseUrl: string }, log: StoreLog = silent): Promise<Copied> {
  const lock = lockSource(from.sqliteFile);
  try {
    const source = await openSource(from.sqliteFile);
    try {
      await migratePostgres(from.databaseUrl, log);
      const target = await reachPostgres(from.databaseUrl, log, { max: 1, unhurried: true });
      try {
        return await copyAll(source, target, placeOf(from.databaseUrl), log);
      } finally {
        await target.destroy();
      }
    } finally {
      await source.destroy();
    }
  } finally {
    lock?.release();
  }
}

/** A server that went on writing to the old store would lose what it writes. A backup has no server and needs no lock. */
function lockSource(file: string): Held | null {
  const folder = dirname(resolve(file));
  const served = resolve(file) === storeFile(folder) && existsSync(join(folder, 'server.lock'));
  return served ? lockFolder(folder) : null;
}

async function openSource(file: string): Promise<Kysely<Tables>> {
  if (!existsSync(file)) throw new StoreError('missing', `There is no file ${file}: name the embedded store (archsignal.db in DATA_DIR) or a backup of it.`);
  const db = openSqlite(file, true);
  try {
    const state = await schemaState(db, 'sqlite');
    refuseNewer(state, file);
    refuseOlder(state, file);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function copyAll(source: Kysely<Tables>, target: Kysely<Tables>, place: string, log: StoreLog): Promise<Copied> {
  try {
    return await target.transaction().execute(async (trx) => {
      await sql`lock table ${sql.join(NAMES.map((name) => sql.table(name)))} in access exclusive mode`.execute(trx);
      await refuseUsed(trx, place);
      const counts: Partial<Record<TableName, number>> = {};
      for (const name of NAMES) {
        counts[name] = await copyTable(source, trx, name).catch((error: unknown) => {
          throw new Error(`in the table ${name}: ${messageOf(error)}`, { cause: error });
        });
        log.info({ table: name, rows: counts[name] }, `Copied ${counts[name]} rows of ${name}.`);
      }
      return { tables: counts as Record<TableName, number> };
    });
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError('refused', `The copy into ${place} failed (${messageOf(error)}): nothing of it was kept; mend the cause and run it again.`, error);
  }
}

async function refuseUsed(trx: Transaction<Tables>, place: string): Promise<void> {
  for (const name of NAMES) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(trx);
    if (rows.length > 0) throw new StoreError('refused', `The store in ${place} is not empty (table ${name} has rows): a copy goes into an empty database only, so create one and name it in DATABASE_URL.`);
  }
}

async function copyTable(source: Kysely<Tables>, trx: Transaction<Tables>, name: TableName): Promise<number> {
  const { order, identity } = TABLES[name];
  let last: Record<string, unknown> | undefined;
  for (;;) {
    const rows = await page(source, name, order, last);
    if (rows.length === 0) break;
    await sql`insert into ${sql.table(name)} select * from json_populate_recordset(null::${sql.table(name)}, ${cleanJson(rows)}::json)`.execute(trx);
    last = rows.at(-1);
  }
  if (identity !== undefined) {
    await sql`select setval(pg_get_serial_sequence(${name}, ${identity}), max(${sql.ref(identity)})) from ${sql.table(name)} having max(${sql.ref(identity)}) is not null`.execute(trx);
  }
  const [here, there] = [await countOf(source, name), await countOf(trx, name)];
  if (here !== there) throw new Error(`${name} has ${here} rows here and ${there} there`);
  return there;
}

async function page(source: Kysely<Tables>, name: TableName, order: readonly string[], last: Record<string, unknown> | undefined): Promise<Record<string, unknown>[]> {
  const keys = sql.join(order.map((column) => sql.ref(column)));
  const after = last === undefined ? sql`` : sql`where (${keys}) > (${sql.join(order.map((column) => last[column]))})`;
  return (await sql<Record<string, unknown>>`select * from ${sql.table(name)} ${after} order by ${keys} limit ${BATCH}`.execute(source)).rows;
}

const countOf = async (db: Kysely<Tables> | Transaction<Tables>, name: TableName): Promise<number> =>
  (await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(db)).rows[0]?.n ?? 0;
