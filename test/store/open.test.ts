import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/store/engine.ts';
import { Contention, StoreError } from '../../src/store/errors.ts';
import type { StoreProblem } from '../../src/store/errors.ts';
import { SCHEMA_VERSION } from '../../src/store/migrate.ts';
import { STEP_NAMES } from '../../src/store/migrations/index.ts';
import { openEngine, openStore, storeFile } from '../../src/store/open.ts';
import type { OpenOptions } from '../../src/store/open.ts';
import { openSqlite, sqliteProblem } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { folder } from './here.ts';
import { GITHUB, NOW, PROJECT, claim, incident, planned, state } from './samples.ts';

const ROOT = process.geteuid?.() === 0;

describe('opening the embedded store', () => {
  let here: ReturnType<typeof folder>;
  const opened: Store[] = [];
  const open = async (mode: OpenOptions['mode'], dataDir = here.path): Promise<Store> => {
    const store = await openStore({ dataDir, mode });
    opened.push(store);
    return store;
  };
  const refusal = async (mode: OpenOptions['mode'], dataDir = here.path): Promise<{ problem: StoreProblem; message: string }> => {
    const error = await open(mode, dataDir).then(() => null, (e: unknown) => e);
    expect(error).toBeInstanceOf(StoreError);
    return { problem: (error as StoreError).problem, message: (error as StoreError).message };
  };
  const asNewer = async (): Promise<void> => {
    await (await open('server')).close();
    const db = openSqlite(storeFile(here.path), false);
    await sql`insert into kysely_migration (name, timestamp) values ('0099-later', '2099-01-01T00:00:00.000Z')`.execute(db);
    await db.destroy();
  };

  beforeEach(() => { here = folder(); });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    here.remove();
  });

  it('creates the folder and its file for this user alone', async () => {
    const dataDir = join(here.path, 'deep', 'data');
    await open('server', dataDir);
    expect([statSync(dataDir).mode & 0o777, statSync(storeFile(dataDir)).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('finds what an earlier server stored', async () => {
    const first = await open('server');
    await first.commit({ at: NOW, incidents: [{ expected: null, incident: incident('one') }] });
    await first.close();
    expect((await (await open('server')).incident('one'))?.id).toBe('one');
  });

  it('makes a folder with those above it, and says what is in the way where it cannot', async () => {
    await open('server', join(here.path, 'a/b/c'));
    expect(statSync(join(here.path, 'a')).mode & 0o777).toBe(0o700);
    writeFileSync(join(here.path, 'file'), '');
    symlinkSync('/nowhere/volume', join(here.path, 'link'));
    const refused = async (dataDir: string): Promise<string> => (await refusal('server', join(here.path, dataDir))).message;
    expect(await refused('file')).toContain('(EEXIST');
    expect(await refused('file/data')).toContain('(ENOTDIR');
    expect(await refused('link')).toContain(`(${here.path}/link is a link to what is not there): let this user write there, or set DATA_DIR`);
    expect(await refused('link/data')).toContain(`(${here.path}/link is a link to what is not there)`);
  });

  it.runIf(existsSync('/proc/self'))('does not try for ever where a folder denies that there is one', () => {
    const open = `import { openStore } from ${JSON.stringify(new URL('../../src/store/open.ts', import.meta.url))}; await openStore({ dataDir: '/proc/archsignal/data', mode: 'server' });`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', open], { encoding: 'utf8', timeout: 60_000 }).stderr).toContain('The folder /proc/archsignal/data cannot be used for the store (ENOENT');
  });

  it('refuses a second server with a sentence that says where and what to do, until the first has closed', async () => {
    const first = await open('server');
    const { problem, message } = await refusal('server');
    expect(problem).toBe('locked');
    expect(message).toContain(here.path);
    expect(message).toContain('DATABASE_URL');
    await first.close();
    await open('server');
  });

  it('refuses a folder whose lock this user may not write: SQLite opens it all the same, and nothing would keep a second server out', () => {
    writeFileSync(join(here.path, 'server.lock'), '');
    chmodSync(join(here.path, 'server.lock'), 0o444);
    const [uid, gid] = ROOT ? [65_534, 65_534] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
    chownSync(here.path, uid, gid);
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', `import { lockFolder } from ${JSON.stringify(new URL('../../src/store/lock.ts', import.meta.url))}; lockFolder(${JSON.stringify(here.path)});`], { uid, gid, encoding: 'utf8' });
    expect(child.stderr).toContain(`The folder ${here.path} cannot be locked (EACCES`);
  });

  it.runIf(ROOT)('gives what root makes there to whose folder it is, so that the server may open it', async () => {
    chownSync(here.path, 65_534, 65_534);
    await open('server');
    expect(readdirSync(here.path).map((f) => [f, statSync(join(here.path, f)).uid])).toEqual(readdirSync(here.path).map((f) => [f, 65_534]));
    expect(readdirSync(here.path)).toEqual(expect.arrayContaining(['archsignal.db', 'archsignal.db-wal', 'server.lock']));
  });

  it('lets a reader look beside a running server and after it, and write nothing', async () => {
    const server = await open('server');
    const reader = await open('reader');
    await server.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [] }]);
    expect(await reader.jobStates(PROJECT)).toHaveLength(1);
    await expect(reader.setMeta('a', 'b')).rejects.toThrow(/readonly/);
    await server.saveReadings(PROJECT, NOW, [{ state: state('b'), runs: [] }]);
    expect(await reader.jobStates(PROJECT)).toHaveLength(2);
    await reader.close();
    await server.close();
    expect(await (await open('reader')).jobStates(PROJECT)).toHaveLength(2);
  });

  it('lets an operator revive a dead row beside a running server', async () => {
    const server = await open('server');
    await server.commit({ at: NOW, actions: [planned('k')] });
    await server.claimActions(claim('me', NOW));
    await server.commit({ at: NOW, settled: { key: 'k', attempts: 1, state: 'dead', error: '404' } });
    expect(await (await open('operator')).reviveAction('k', NOW)).toBe(true);
    expect(await server.claimActions(claim('me', NOW))).toMatchObject([{ key: 'k', destination: GITHUB, attempts: 2 }]);
  });

  it.each(['reader', 'operator'] as const)('creates nothing for a %s where there is no store', async (mode) => {
    const { problem, message } = await refusal(mode);
    expect(problem).toBe('missing');
    expect(message).toContain('archsignal db migrate');
    expect(readdirSync(here.path)).toEqual([]);
  });

  it('does not migrate for a reader', async () => {
    writeFileSync(storeFile(here.path), '');
    expect((await refusal('reader')).problem).toBe('missing');
    const server = await open('server');
    await server.close();
    const db = openSqlite(storeFile(here.path), false);
    await sql`delete from kysely_migration where name = ${STEP_NAMES.at(-1) ?? ''}`.execute(db);
    await db.destroy();
    const { problem, message } = await refusal('reader');
    expect(problem).toBe('older');
    expect(message).toMatch(new RegExp(`version ${SCHEMA_VERSION - 1}, .* version ${SCHEMA_VERSION}`));
  });

  it.each(['server', 'reader', 'operator'] as const)('refuses a %s that is older than the store, naming both versions', async (mode) => {
    await asNewer();
    const { problem, message } = await refusal(mode);
    expect(problem).toBe('newer');
    expect(message).toMatch(new RegExp(`version 99, .* up to ${SCHEMA_VERSION}:`));
    expect((await refusal(mode)).problem).toBe('newer');
  });

  it('says so when the file is no database or the folder no folder', async () => {
    writeFileSync(storeFile(here.path), 'This is a letter and not a database, and it is long enough to be sure of that.');
    expect((await refusal('server')).message).toContain(storeFile(here.path));
    writeFileSync(join(here.path, 'file'), '');
    expect((await refusal('server', join(here.path, 'file', 'data'))).problem).toBe('unreachable');
  });

  it('undoes a migration that fails halfway', async () => {
    const db = openSqlite(storeFile(here.path), false);
    await sql`create table meta (something text)`.execute(db);
    expect((await refusal('server')).message).toMatch(/version 0 to \d+ .*table meta already exists.*nothing was changed/);
    const { rows } = await sql<{ name: string }>`select name from sqlite_master where name in ('jobs', 'audit', 'meta')`.execute(db);
    expect(rows).toEqual([{ name: 'meta' }]);
    await db.destroy();
  });

  it('keeps a memory store to itself', async () => {
    const one = await open('memory', '/nowhere');
    const two = await open('memory', '/nowhere');
    await one.setMeta('a', 'b');
    expect([await one.meta('a'), await two.meta('a'), existsSync('/nowhere')]).toEqual(['b', null, false]);
  });

  it('syncs every commit to disk and keeps references whole', async () => {
    const engine = await openEngine({ dataDir: here.path, mode: 'server' });
    const pragma = async (name: string): Promise<unknown> => Object.values((await sql`${sql.raw(`pragma ${name}`)}`.execute(engine.db)).rows[0] as object)[0];
    expect([await pragma('journal_mode'), await pragma('synchronous'), await pragma('foreign_keys')]).toEqual(['wal', 2, 1]);
    await expect(sql`insert into job_states (job, state) values (77, '{}')`.execute(engine.db)).rejects.toThrow(/FOREIGN KEY/);
    await expect(sql`select 1; select 2`.execute(engine.db)).rejects.toThrow(/more than one statement/);
    await expect(sql`select ${new Date(NOW)}`.execute(engine.db)).rejects.toThrow(/binds text/);
    await expect(sql`select ${true}`.execute(engine.db)).rejects.toThrow(/binds text/);
    await engine.close();
  });

  it('waits for another process that holds the database without holding up its own', async () => {
    const store = await open('server');
    const other = new DatabaseSync(storeFile(here.path));
    other.exec('begin immediate');
    const written = Promise.all([store.setMeta('a', 'b'), store.commit({ at: NOW, actions: [planned('k')] })]);
    // It lets go only if it gets a turn before the patience with it is over.
    setTimeout(() => { other.exec('rollback'); }, 200);
    expect((await written)[1]).toBe('committed');
    expect(await store.meta('a')).toBe('b');
    other.close();
  });

  it('takes the writer\'s place at the beginning of a transaction, so that it cannot be refused at its end', async () => {
    const engine = await openEngine({ dataDir: here.path, mode: 'server' });
    const other = new DatabaseSync(storeFile(here.path), { timeout: 0 });
    await engine.db.transaction().execute(async () => expect(() => other.exec('begin immediate')).toThrow(/locked/));
    other.close();
    await engine.close();
  });

  it('tries again what the database refused for the sake of order, then calls it a conflict', async () => {
    const engine = await openEngine({ dataDir: here.path, mode: 'memory' });
    const refused = (code: string): Error => Object.assign(new Error('refused'), { code });
    let tries = 0;
    expect(await inTransaction(engine, async () => { if (++tries < 3) throw refused('40P01'); return tries; })).toBe(3);
    await expect(inTransaction(engine, async () => { tries += 1; throw refused('40001'); })).rejects.toThrow(Contention);
    expect(tries).toBe(8);
    await expect(inTransaction(engine, async () => { tries += 1; throw refused('23505'); })).rejects.toThrow('refused');
    expect(tries).toBe(9);
    await engine.close();
  });

  it('lends the connection in order, so that nobody sees half of a transaction', async () => {
    const engine = await openEngine({ dataDir: here.path, mode: 'memory' });
    const seen: unknown[] = [];
    const both = engine.db.transaction().execute(async (trx) => {
      await trx.insertInto('meta').values({ key: 'a', value: '1' }).execute();
      await trx.insertInto('meta').values({ key: 'b', value: '1' }).execute();
    });
    const count = engine.db.selectFrom('meta').select((eb) => eb.fn.countAll().as('n')).execute().then(([row]) => seen.push(row?.n));
    await Promise.all([both, count]);
    expect(seen).toEqual([2]);
    await engine.close();
  });
});

it('needs a SQLite without the WAL-reset bug', () => {
  expect(['3.51.3', '3.51.10', '3.52.0', '4.0.0', process.versions['sqlite']].map(sqliteProblem)).toEqual([null, null, null, null, null]);
  expect(sqliteProblem('3.51.2')).toContain('3.51.2');
  expect(sqliteProblem('3.9.9')).not.toBeNull();
  expect(sqliteProblem(undefined)).not.toBeNull();
});
