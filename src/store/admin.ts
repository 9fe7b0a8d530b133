import { existsSync, linkSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { silent } from './engine.ts';
import type { EngineKind, StoreLog } from './engine.ts';
import { StoreError, messageOf } from './errors.ts';
import { SCHEMA_VERSION, refuseNewer, refuseNone, schemaState } from './migrate.ts';
import { migratePostgres, openEngine, openFolder, refuseUnseen, storeFile } from './open.ts';
import type { StorePlace } from './open.ts';
import { setMeta } from './records.ts';
import { openSqlite } from './sqlite.ts';

export { copyStore } from './copy.ts';
export type { Copied } from './copy.ts';

/** Under this key a copy of a store says when it was taken (epoch ms); a store that is none has no such value. */
export const COPIED_AT = 'copied-at';

export interface Migrated {
  readonly engine: EngineKind;
  /** The schema version that the store has now. */
  readonly version: number;
  /** Steps that were run just now; empty where the store was up to date. */
  readonly steps: readonly string[];
}

/** `archsignal db migrate`: creates or updates the tables. A folder is locked meanwhile. Throws a `StoreError`. */
export async function migrateStore(place: StorePlace, log: StoreLog = silent): Promise<Migrated> {
  if (place.databaseUrl) {
    return { engine: 'postgres', version: SCHEMA_VERSION, steps: await migratePostgres(place.databaseUrl, log) };
  }
  const { engine, steps } = await openFolder(place.dataDir, log);
  await engine.close();
  return { engine: 'sqlite', version: SCHEMA_VERSION, steps };
}

/**
 * `archsignal db backup FILE`: one consistent copy of the embedded store, beside a running server too. The file appears
 * complete and on disk, or not at all; an existing one is left alone. Throws a `StoreError`, for PostgreSQL always: it has
 * a tool of its own.
 */
export async function backupStore(place: StorePlace, file: string, now: number): Promise<{ readonly file: string; readonly bytes: number }> {
  if (place.databaseUrl) {
    throw new StoreError('refused', `The store is in PostgreSQL: take the backup with its own tool, pg_dump --format=custom --file=${file} "$DATABASE_URL".`);
  }
  const source = storeFile(place.dataDir);
  await refuseUnseen(place.dataDir);
  if (existsSync(file)) throw alreadyThere(file);
  const unfinished = `${file}.unfinished-${process.pid}`;
  rmSync(unfinished, { force: true });
  try {
    await copyFile(source, place.dataDir, unfinished, now);
    publish(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return { file, bytes: statSync(file).size };
}

/**
 * `archsignal db restored`: says of a store that it was put back from a copy taken by another tool than `db backup`, which says
 * so by itself. Throws a `StoreError`.
 */
export async function markRestored(place: StorePlace, now: number, log: StoreLog = silent): Promise<void> {
  const engine = await openEngine({ ...place, mode: 'operator', log });
  try {
    await setMeta(engine, COPIED_AT, String(now));
  } finally {
    await engine.close();
  }
}

const alreadyThere = (file: string): StoreError => new StoreError('refused', `${file} is already there and is left as it is: name a file that does not exist yet.`);

/** Leaves in the copy when it was taken, so that whoever starts on it knows that a later life of the store may have been lost. */
function date(file: string, now: number): void {
  const copy = new DatabaseSync(file);
  try {
    copy.prepare('insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value').run(COPIED_AT, String(now));
  } finally {
    copy.close();
  }
}

async function copyFile(source: string, place: string, target: string, now: number): Promise<void> {
  const db = openSqlite(source, true);
  try {
    const state = await schemaState(db, 'sqlite');
    refuseNewer(state, place);
    refuseNone(state, place);
    // There before anything is in it, because a copy holds the signing key: for this user alone from its first byte.
    const handle = await open(target, 'wx+', 0o600);
    try {
      await sql`vacuum into ${target}`.execute(db);
      date(target, now);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError('refused', `The backup could not be written to ${target} (${messageOf(error)}): check that the folder exists, that this user may write there, and that the disk has room.`, error);
  } finally {
    await db.destroy();
  }
}

/** A link, because it refuses a name that was taken meanwhile, where a rename would replace it. */
function publish(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(file);
    throw new StoreError('refused', `The backup could not be named ${file} (${messageOf(error)}): choose a folder on a disk that can hold it.`, error);
  }
}
