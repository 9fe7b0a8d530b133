import { Migrator, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silent } from '../../src/store/engine.ts';
import type { Engine, EngineKind } from '../../src/store/engine.ts';
import { migrateStore } from '../../src/store/admin.ts';
import { reachPostgres, openStore, storeFile } from '../../src/store/open.ts';
import type { StorePlace } from '../../src/store/open.ts';
import { STEP_NAMES, migrations } from '../../src/store/migrations/index.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { folder } from './here.ts';
import { NOW, PROJECT, TODAY, claim, event, incident, keysOf, planned, proposal } from './samples.ts';

/** Makes the store of a version that knew no commands, with one incident, one row and one line of the audit in it. */
async function fillOld(db: Engine['db'], kind: EngineKind): Promise<void> {
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations(kind) } }).migrateTo('0004-records');
  if (error !== undefined) throw error as Error;
  const { firstAcknowledged: _, snooze: __, classified: ___, tries: ____, fixes: _____, ...old } = incident('one', { remindAt: NOW });
  await db.insertInto('incidents').values({
    id: 'one', project: PROJECT, platform: old.platform, kind: old.kind, state: 'open', revision: 1, summarised_by: null,
    next_deadline: NOW, opened_at: NOW, closed_at: null, document: JSON.stringify(old),
  }).execute();
  const { key, project, entity, destination, family, summary, action } = planned('k');
  await db.insertInto('outbox').values({
    key, project, entity, destination, family, summary, action: JSON.stringify(action), state: 'pending', attempts: 0, not_before: NOW,
    created_at: NOW, updated_at: NOW, lease_owner: null, lease_until: null, last_error: null, receipt: null,
  }).execute();
  await db.insertInto('audit').values({ at: NOW, project: PROJECT, entity: 'incident:one', what: 'acknowledged', actor: 'github:olga', evidence: 'null' }).execute();
  for (const id of ['d1', 'd2']) {
    await sql`insert into inbox (id, surface, event, payload, state, received_at, attempts, not_before) values (${id}, 'github', 'issues.closed', '1', 'pending', ${NOW}, 0, ${NOW})`.execute(db);
  }
}

async function goesOn(place: StorePlace): Promise<void> {
  await expect(openStore({ ...place, mode: 'reader' })).rejects.toMatchObject({ problem: 'older' });
  expect((await migrateStore(place)).steps).toEqual(STEP_NAMES.slice(4));
  const store = await openStore({ ...place, mode: 'server' });
  try {
    const one = incident('one', { remindAt: NOW });
    expect(await store.incidents(PROJECT, 0)).toEqual([one]);
    expect(await store.commit({ at: NOW, incidents: [{ expected: 1, incident: { ...one, revision: 2, snooze: { by: 'olga', at: NOW, until: NOW + 5, reason: null } } }] })).toBe('committed');
    expect((await store.incident('one'))?.snooze?.by).toBe('olga');
    expect(keysOf(await store.claimActions(claim('me', NOW)))).toEqual(['k']);
    expect((await store.claimDeliveries(claim('me', NOW))).map((d) => d.id)).toEqual(['d1', 'd2']);
    expect(await store.auditBy('github:olga', 0, 9)).toMatchObject([{ what: 'acknowledged' }]);
    expect(await store.incidentsSince(PROJECT, 0)).toMatchObject([{ id: 'one' }]);
    expect(await store.commit({ at: NOW, events: [event('e')] })).toBe('committed');
    expect(await store.platformEvents(PROJECT, 0)).toEqual([event('e')]);
    expect(await store.goodDays(PROJECT, 0, TODAY)).toEqual(new Map());
    expect(await store.commit({ at: NOW, proposals: [{ expected: null, proposal: proposal('p') }] })).toBe('committed');
  } finally {
    await store.close();
  }
}

describe('a store from before there were commands', () => {
  const here = folder();
  afterAll(() => here.remove());

  it('goes on with all that it had, on SQLite', async () => {
    const db = openSqlite(storeFile(here.path), false);
    await fillOld(db, 'sqlite');
    await db.destroy();
    await goesOn({ dataDir: here.path });
  });
});

const database = databaseOf('store_upgrade');

describe.skipIf(!await postgresIsHere('the upgrade of an older store'))('a store from before there were commands', () => {
  beforeAll(() => database.create());
  afterAll(() => database.drop());

  it('goes on with all that it had, on PostgreSQL', async () => {
    const db = await reachPostgres(database.url, silent);
    await fillOld(db, 'postgres');
    await db.destroy();
    await goesOn({ databaseUrl: database.url, dataDir: '/nowhere' });
  });
});
