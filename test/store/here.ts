import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import type { Engine } from '../../src/store/engine.ts';

const SERVER = 'postgres://postgres@127.0.0.1:5432';

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${SERVER}/postgres`, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Whether tests on PostgreSQL can run here; where they cannot, says which are left out. */
export async function postgresIsHere(what: string): Promise<boolean> {
  try {
    await onServer('select 1');
    return true;
  } catch (error) {
    console.warn(`Skipped, because there is no PostgreSQL at 127.0.0.1:5432 (${error instanceof Error ? error.message : String(error)}): ${what}`);
    return false;
  }
}

/** A database of this test file's own. */
export const databaseOf = (name: string) => {
  const database = `archsignal_test_store_${name}_${process.pid}`;
  return {
    url: `${SERVER}/${database}`,
    create: async (): Promise<void> => {
      await onServer(`drop database if exists ${database} with (force)`);
      await onServer(`create database ${database}`);
    },
    drop: (): Promise<void> => onServer(`drop database if exists ${database} with (force)`),
    /** Breaks every connection to it, as a restart of the server does. */
    breakConnections: (): Promise<void> => onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`),
  };
};

/** A folder that is gone after `remove`. */
export function folder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'archsignal-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

const TABLES = ['incident_issues', 'incidents', 'job_states', 'runs', 'rollups', 'jobs', 'source_health', 'outbox', 'inbox', 'pings', 'audit', 'warnings', 'leases', 'meta'];

/** Empties a PostgreSQL store. Deleting little is faster than truncating; a replica's session does not ask the audit's trigger. */
export async function empty(engine: Engine): Promise<void> {
  await engine.db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(trx);
  });
  engine.jobIds.clear();
}
