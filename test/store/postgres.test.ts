import { sql } from 'kysely';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Engine } from '../../src/store/engine.ts';
import { openEngine } from '../../src/store/open.ts';
import { holdToContract } from './contract.ts';
import { databaseOf, postgresIsHere } from './here.ts';

const database = databaseOf('contract');
const TABLES = ['incident_issues', 'incidents', 'job_states', 'runs', 'rollups', 'jobs', 'source_health', 'outbox', 'inbox', 'pings', 'audit', 'warnings', 'leases', 'meta'];

/** Deleting little is faster than truncating; a replica's session does not ask the audit's trigger. */
const empty = (engine: Engine): Promise<void> => engine.db.transaction().execute(async (trx) => {
  await sql`set local session_replication_role = replica`.execute(trx);
  for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(trx);
});

describe.skipIf(!await postgresIsHere('the contract of the store on PostgreSQL'))('with PostgreSQL', () => {
  beforeAll(() => database.create());
  afterAll(() => database.drop());

  holdToContract('PostgreSQL', async (log) => {
    const engine = await openEngine({ databaseUrl: database.url, dataDir: '/nowhere', mode: 'server', log });
    await empty(engine);
    return engine;
  });
});
