import { Migrator, sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { EngineKind } from './engine.ts';
import { StoreError, messageOf } from './errors.ts';
import { STEP_NAMES, migrations } from './migrations/index.ts';
import type { Tables } from './tables.ts';

/** The schema's version by the name of its newest step; 0: no tables yet. */
const versionOf = (steps: readonly string[]): number => steps.reduce((newest, name) => Math.max(newest, Number.parseInt(name, 10) || 0), 0);

/** The schema version that this program writes and reads. */
export const SCHEMA_VERSION = versionOf(STEP_NAMES);

/** Names of the steps that a store has been through. */
async function stepsOf(db: Kysely<Tables>, kind: EngineKind): Promise<string[]> {
  const found = kind === 'sqlite'
    ? await sql`select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'`.execute(db)
    : await sql`select 1 where to_regclass('kysely_migration') is not null`.execute(db);
  if (found.rows.length === 0) return [];
  return (await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)).rows.map((r) => r.name);
}

/** The schema that the tables are in or are to be in; undefined: there are none. Kysely by itself takes tables of any other schema for ours. */
async function placeOfTables(db: Kysely<Tables>, kind: EngineKind): Promise<string | undefined> {
  if (kind === 'sqlite') return undefined;
  const { rows } = await sql<{ name: string | null }>`select coalesce(
    (select s.nspname from pg_class c join pg_namespace s on s.oid = c.relnamespace where c.oid = to_regclass('kysely_migration')), current_schema()) as name`.execute(db);
  return rows[0]?.name ?? undefined;
}

/** What a store's schema is to this program: `older` includes a store without tables. */
export interface SchemaState {
  readonly version: number;
  readonly fits: 'same' | 'older' | 'newer';
}

export async function schemaState(db: Kysely<Tables>, kind: EngineKind): Promise<SchemaState> {
  const steps = await stepsOf(db, kind);
  const version = versionOf(steps);
  if (steps.some((name) => !STEP_NAMES.includes(name))) return { version, fits: 'newer' };
  return { version, fits: steps.length === STEP_NAMES.length ? 'same' : 'older' };
}

/** Refuses a store that a newer program has written. `place` says where the store is. */
export function refuseNewer(state: SchemaState, place: string): void {
  if (state.fits !== 'newer') return;
  throw new StoreError('newer', `The store in ${place} has schema version ${state.version}, and this Archsignal knows versions up to ${SCHEMA_VERSION}: run the newer Archsignal that wrote it, or give this one a store of its own.`);
}

/** Refuses a place where no store is. */
export function refuseNone({ version }: Pick<SchemaState, 'version'>, place: string): void {
  if (version === 0) throw new StoreError('missing', `There is no store in ${place} yet: set DATA_DIR, or DATABASE_URL, as the server has it; if it never ran, start it once, or run "archsignal db migrate".`);
}

/** Refuses a store whose tables are not there or not yet as this program needs them, and that it may not change. */
export function refuseOlder(state: SchemaState, place: string): void {
  if (state.fits !== 'older') return;
  refuseNone(state, place);
  throw new StoreError('older', `The store in ${place} has schema version ${state.version}, and this Archsignal needs version ${SCHEMA_VERSION}: start the server of this version once, or run "archsignal db migrate".`);
}

/**
 * Brings a store's tables to this program's version; several may call it at once on PostgreSQL. Returns the names of the
 * steps that this call ran. Throws a `StoreError` for a newer store or a step that failed, which then left nothing.
 */
export async function migrateUp(db: Kysely<Tables>, kind: EngineKind, place: string): Promise<string[]> {
  const before = await schemaState(db, kind);
  refuseNewer(before, place);
  if (before.fits === 'same') return [];
  const migrationTableSchema = await placeOfTables(db, kind);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(kind) }, ...migrationTableSchema === undefined ? {} : { migrationTableSchema } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    refuseNewer(await schemaState(db, kind), place);
    throw new StoreError('unreachable', `The tables of the store in ${place} could not be brought from version ${before.version} to ${SCHEMA_VERSION} (${messageOf(error)}): nothing was changed; mend the cause and start again.`, error);
  }
  return (results ?? []).map((step) => step.migrationName);
}
