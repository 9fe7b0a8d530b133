import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backupStore, copyStore, migrateStore } from '../../src/store/admin.ts';
import { SCHEMA_VERSION } from '../../src/store/migrate.ts';
import { openEngine, openStore, storeFile } from '../../src/store/open.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { DAY } from '../../src/store/values.ts';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { folder } from './here.ts';
import { NILS, NOW, OLGA, PROJECT, TODAY, audit, claim, closed, code, conflict, event, incident, keysOf, ping, planned, proposal, quiet, receipt, run, state, stepWarning, vote, warning } from './samples.ts';

let here: ReturnType<typeof folder>;
beforeEach(() => { here = folder(); });
afterEach(() => here.remove());

/** Something in every table. */
async function fill(store: Store): Promise<void> {
  const readings = Array.from({ length: 700 }, (_, i) => ({ state: state(`job-${i}`), runs: [run('9007199254740993', { started: NOW - DAY, url: 'a\u0000' }), run(i)] }));
  await store.saveReadings(PROJECT, NOW, readings);
  await store.maintain(NOW, { runs: 90 * DAY, rollups: 900 * DAY });
  await store.saveSourceHealth(PROJECT, [{ source: 'grid', lastGood: NOW, lastTried: NOW, error: null }]);
  const one = incident('one', { issue: { repo: 'a/b', number: 7, url: '' }, remindAt: NOW });
  await store.commit({ at: NOW, incidents: [{ expected: null, incident: one }], audit: [audit('incident:one')], actions: [planned('a'), planned('b')], pings: [ping('p')] });
  await store.commit({ at: NOW, incidents: [{ expected: 1, incident: closed(one, NOW) }], audit: [audit('incident:one', 'closed')] });
  await store.commit({
    at: NOW, proposals: [{ expected: null, proposal: proposal('p', { issue: { repo: 'a/b', number: 8, url: '' }, votes: [vote('nina')] }) }],
    quiets: [{ expected: null, quiet: quiet('q') }], stepWarnings: [{ expected: null, warning: stepWarning('w', { issue: { repo: 'a/b', number: 3, url: 'u' } }) }], conflicts: [{ expected: null, conflict: conflict('c', { reactivation: { repo: 'a/b', number: 4, url: 'u' } }) }], identities: [{ slack: OLGA, login: 'olga', at: NOW }], codes: [code('h', NILS)], events: [event('e1'), event('e2', { at: NOW - 1 })],
    configurations: [{ expected: null, configuration: { repository: 5, revision: 1, repo: 'a/b', seen: null, good: null } }],
  });
  await store.noteGoodDay(PROJECT, ['grid', 'prow'], TODAY);
  await store.claimActions(claim('me', NOW));
  await store.commit({ at: NOW, settled: { key: 'a', attempts: 1, state: 'done', receipt: receipt() } });
  await store.receive([{ id: 'd', surface: 'slack', event: 'x', payload: { text: 'a\u0000"\ud800' } }], NOW);
  await store.raiseWarnings([warning('w')], NOW);
  await store.lease('poll:k', 'me', NOW, 100);
  await store.setMeta('marker', 'secret');
}

/** What a store answers to everything. */
const answers = async (store: Store): Promise<unknown[]> => [
  await store.jobStates(PROJECT), await store.lastRuns(PROJECT, ['job-3', 'job-699'], 9), await store.rollups(PROJECT, 'job-3', 0, 99_999),
  await store.sourceHealth(PROJECT), await store.incidents(PROJECT, 0), await store.incidentByIssue('a/b', 7), await store.listActions({ limit: 99 }),
  await store.auditOf('incident:one'), await store.pings({ since: 0, limit: 9 }), await store.warnings(), await store.meta('marker'),
  await store.claimDeliveries(claim('heir', NOW)), await store.proposals(PROJECT, 0), await store.proposalByIssue('a/b', 8), await store.dueProposals(Infinity, 9),
  await store.platformEvents(PROJECT, 0), await store.goodDays(PROJECT, 0, TODAY), await store.incidentsSince(PROJECT, 0), await store.runsSince(PROJECT, 'job-3', 0),
  await store.quiets(PROJECT, 0), await store.stepWarnings(PROJECT), await store.stepWarningByIssue('a/b', 3), await store.conflicts(PROJECT, 0), await store.conflictByIssue('a/b', 4), await store.identity(OLGA), await store.linkCode('h'), await store.auditBy('archsignal', 0, 9), await store.configurations(),
];

const serve = (dataDir = here.path): Promise<Store> => openStore({ dataDir, mode: 'server' });

describe('archsignal db migrate', () => {
  it('creates the tables once and says what it did', async () => {
    const first = await migrateStore({ dataDir: here.path });
    expect(first).toMatchObject({ engine: 'sqlite', version: SCHEMA_VERSION });
    expect(first.steps).toHaveLength(SCHEMA_VERSION);
    expect((await migrateStore({ dataDir: here.path })).steps).toEqual([]);
    const store = await serve();
    await expect(migrateStore({ dataDir: here.path })).rejects.toMatchObject({ problem: 'locked' });
    await store.close();
  });
});

describe('archsignal db backup', () => {
  it('writes a copy beside a running server that another server can start from', async () => {
    const store = await serve();
    await fill(store);
    const target = join(here.path, 'backup.db');
    const made = await backupStore({ dataDir: here.path }, target, NOW);
    expect(made).toEqual({ file: target, bytes: statSync(target).size });
    expect(statSync(target).mode & 0o777).toBe(0o600);
    await store.setMeta('marker', 'later');
    const expected = await answers(store);
    await store.close();
    const other = join(here.path, 'other');
    mkdirSync(other);
    renameSync(target, storeFile(other));
    const copy = await serve(other);
    expect(await copy.meta('marker')).toBe('secret');
    await copy.setMeta('marker', 'later');
    expect(await answers(copy)).toEqual(expected);
    await copy.close();
  });

  it('leaves an existing file alone and nothing unfinished behind', async () => {
    await (await serve()).close();
    const target = join(here.path, 'backup.db');
    writeFileSync(target, 'precious');
    await expect(backupStore({ dataDir: here.path }, target, NOW)).rejects.toMatchObject({ problem: 'refused', message: expect.stringContaining('already there') as string });
    expect(readFileSync(target, 'utf8')).toBe('precious');
    await expect(backupStore({ dataDir: here.path }, join(here.path, 'no', 'folder.db'), NOW)).rejects.toMatchObject({ problem: 'refused' });
    await expect(backupStore({ dataDir: join(here.path, 'nothing') }, join(here.path, 'b.db'), NOW)).rejects.toMatchObject({ problem: 'missing' });
    expect(readdirSync(here.path).filter((name) => name.includes('unfinished') || name === 'b.db')).toEqual([]);
  });

  it('points to pg_dump for PostgreSQL', async () => {
    await expect(backupStore({ databaseUrl: 'postgres://u:secret@db/x', dataDir: here.path }, 'out.dump', NOW)).rejects.toThrow(/pg_dump .*--file=out\.dump "\$DATABASE_URL"/);
  });
});

const database = databaseOf('store_copy');

describe.skipIf(!await postgresIsHere('archsignal db copy'))('archsignal db copy', () => {
  beforeAll(() => database.create());
  beforeEach(() => database.create());
  afterAll(() => database.drop());
  const copy = (sqliteFile = storeFile(here.path)) => copyStore({ sqliteFile, databaseUrl: database.url });
  const open = () => openStore({ databaseUrl: database.url, dataDir: '/nowhere', mode: 'server' });

  it('moves everything, counts it, and goes on numbering where the old store stopped', async () => {
    const old = await serve();
    await fill(old);
    await old.close();
    const { tables } = await copy();
    expect(tables).toEqual({
      jobs: 700, job_states: 700, runs: 1_400, rollups: 700, source_health: 1, incidents: 1, incident_issues: 1,
      proposals: 1, proposal_issues: 1, step_warnings: 1, step_warning_issues: 1, conflicts: 1, conflict_issues: 1, quiets: 1, platform_events: 2, good_days: 2, configurations: 1, identities: 1, link_codes: 1, outbox: 2, inbox: 1, pings: 1, audit: 2, warnings: 1, leases: 1, meta: 1,
    });
    const [before, after] = [await serve(), await open()];
    expect(await answers(after)).toEqual(await answers(before));
    await after.commit({ at: NOW, actions: [planned('c')], audit: [audit('incident:one', 'later')], pings: [ping('q')], events: [event('e3'), event('e1', { by: 'nils' })] });
    await after.saveReadings(PROJECT, NOW, [{ state: state('job-new'), runs: [run(1)] }]);
    await after.receive([{ id: 'e', surface: 'github', event: 'x', payload: 1 }], NOW);
    expect(keysOf(await after.entityActions('incident:one'))).toEqual(['a', 'b', 'c']);
    expect((await after.auditOf('incident:one')).map((a) => a.what)).toEqual(['opened', 'closed', 'later']);
    expect((await after.platformEvents(PROJECT, 0)).map((e) => e.id)).toEqual(['e2', 'e1', 'e3']);
    expect((await after.lastRuns(PROJECT, ['job-new', 'job-0'], 9)).get('job-new')).toHaveLength(1);
    await before.close();
    await after.close();
  });

  it('copies a backup while the server runs, and the store itself only when none does', async () => {
    const store = await serve();
    await store.setMeta('a', 'b');
    await expect(copy()).rejects.toMatchObject({ problem: 'locked' });
    await backupStore({ dataDir: here.path }, join(here.path, 'backup.db'), NOW);
    expect((await copy(join(here.path, 'backup.db'))).tables.meta).toBe(2);
    await store.close();
  });

  it('refuses a target that is in use and a source that is not there or not of this version', async () => {
    const target = await open();
    await target.setMeta('a', 'b');
    await target.close();
    await expect(copy()).rejects.toMatchObject({ problem: 'missing' });
    expect(existsSync(storeFile(here.path))).toBe(false);
    await migrateStore({ dataDir: here.path });
    await expect(copy()).rejects.toMatchObject({ problem: 'refused', message: expect.stringContaining('not empty (table meta') as string });
    const db = openSqlite(storeFile(here.path), false);
    await sql`insert into kysely_migration (name, timestamp) values ('0099-later', '2099-01-01T00:00:00.000Z')`.execute(db);
    await db.destroy();
    await expect(copy()).rejects.toMatchObject({ problem: 'newer' });
  });

  it('takes over what another tool has put into the store that PostgreSQL cannot hold, as the program would have stored it', async () => {
    await (await serve()).close();
    const source = openSqlite(storeFile(here.path), false);
    await sql`insert into meta (key, value) values ('odd', 'a' || char(0) || 'b')`.execute(source);
    await source.destroy();
    await copy();
    const store = await open();
    expect(await store.meta('odd')).toBe('a\ufffdb');
    await store.close();
  });

  it('leaves nothing behind when it fails midway', async () => {
    const old = await serve();
    await fill(old);
    await old.close();
    await migrateStore({ databaseUrl: database.url, dataDir: '/nowhere' });
    const engine = await openEngine({ databaseUrl: database.url, dataDir: '/nowhere', mode: 'server' });
    await sql`alter table warnings add constraint none check (key <> 'w')`.execute(engine.db);
    await expect(copy()).rejects.toMatchObject({ problem: 'refused', message: expect.stringContaining('nothing of it was kept') as string });
    for (const table of ['jobs', 'runs', 'audit', 'warnings']) {
      expect((await sql`select * from ${sql.table(table)}`.execute(engine.db)).rows).toEqual([]);
    }
    await engine.close();
  });
});
