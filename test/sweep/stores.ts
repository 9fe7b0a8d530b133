import { copyFileSync, mkdirSync, mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { openStore, storeFile } from '../../src/store/open.ts';

/** Stores for the sweep: each run gets a copy of one that was set up before, or an empty one. */

export const ENGINES = ['sqlite', 'postgres'] as const;
export type Engine = (typeof ENGINES)[number];

/** What a store holds, read past the program. */
export interface Place {
  readonly dir: string;
  readonly databaseUrl: string | null;
  rows(statement: string): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

const SERVER = 'postgres://postgres@127.0.0.1:5432';
/** In memory where that can be: what is swept are deaths of the program, not of the machine. */
const ROOM = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let admin: pg.Client | null = null;
async function onServer(statement: string): Promise<void> {
  if (admin === null) {
    admin = new pg.Client({ connectionString: `${SERVER}/postgres`, connectionTimeoutMillis: 5_000 });
    await admin.connect();
  }
  await admin.query(statement);
}

let count = 0;
let template: Promise<Place> | null = null;

/** A store of this run's own; `empty`: nothing is there yet, not even its tables. */
export async function newPlace(engine: Engine, empty: boolean): Promise<Place> {
  if (engine === 'postgres') return postgresPlace(empty);
  if (empty) return sqlitePlace(null);
  template ??= setUpFolder();
  return sqlitePlace(await template);
}

async function setUpFolder(): Promise<Place> {
  const place = sqlitePlace(null);
  await (await openStore({ dataDir: join(place.dir, 'data'), mode: 'server' })).close();
  return place;
}

const newFolder = (): string => {
  const dir = mkdtempSync(join(ROOM, 'archsignal-sweep-'));
  mkdirSync(join(dir, 'data'));
  return dir;
};

function sqlitePlace(from: Place | null): Place {
  const dir = newFolder();
  const file = storeFile(join(dir, 'data'));
  if (from !== null) copyFileSync(storeFile(join(from.dir, 'data')), file);
  return {
    dir, databaseUrl: null,
    rows: async (statement) => {
      const db = new DatabaseSync(file, { readOnly: true });
      try {
        return db.prepare(statement).all();
      } finally {
        db.close();
      }
    },
    remove: async () => { rmSync(dir, { recursive: true, force: true }); },
  };
}

/** Databases that are set up and not in use: emptying one is much cheaper than making one. */
const spare: { readonly name: string; readonly client: pg.Client }[] = [];

async function postgresPlace(empty: boolean): Promise<Place> {
  const dir = newFolder();
  const { name, client } = (empty ? undefined : spare.pop()) ?? await newDatabase(empty);
  return {
    dir, databaseUrl: `${SERVER}/${name}`,
    rows: async (statement) => (await client.query<Record<string, unknown>>(statement)).rows,
    remove: async () => {
      rmSync(dir, { recursive: true, force: true });
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
      if (empty) return dropDatabase(name, client);
      const { rows } = await client.query<{ tablename: string }>("select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%'");
      // The audit takes no deletions otherwise.
      await client.query('set session_replication_role = replica');
      await client.query(rows.map(({ tablename }) => `delete from ${tablename}`).join(';'));
      spare.push({ name, client });
    },
  };
}

async function newDatabase(empty: boolean): Promise<{ readonly name: string; readonly client: pg.Client }> {
  const name = `archsignal_sweep_${process.pid}_${count++}`;
  await onServer(`drop database if exists ${name} with (force)`);
  await onServer(`create database ${name}`);
  await onServer(`alter database ${name} set synchronous_commit = off`);
  const databaseUrl = `${SERVER}/${name}`;
  if (!empty) await (await openStore({ databaseUrl, dataDir: '', mode: 'server' })).close();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return { name, client };
}

async function dropDatabase(name: string, client: pg.Client): Promise<void> {
  await client.end();
  await onServer(`drop database if exists ${name} with (force)`);
}

/** Removes what was set up for all runs, and lets the server go. */
export async function removeStores(): Promise<void> {
  for (const { name, client } of spare.splice(0)) await dropDatabase(name, client);
  await (await template)?.remove();
  template = null;
  await admin?.end();
  admin = null;
}
