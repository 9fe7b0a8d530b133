import { createServer, type AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/store/engine.ts';
import type { Engine } from '../../src/store/engine.ts';
import { StoreError, troubleIn } from '../../src/store/errors.ts';
import { SCHEMA_VERSION } from '../../src/store/migrate.ts';
import { STEP_NAMES } from '../../src/store/migrations/index.ts';
import { migratePostgres, openEngine, openStore, reachPostgres } from '../../src/store/open.ts';
import { planAction, takeTurns } from '../../src/store/outbox.ts';
import { storeOver } from '../../src/store/over.ts';
import type { Store } from '../../src/store/store.ts';
import { wayTo } from '../e2e/database.ts';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { NOW, OLGA, PROJECT, audit, claim, code, event, incident, keysOf, planned, proposal, quiet, receipt, run, state, vote } from './samples.ts';

const database = databaseOf('store_concurrency');

describe.skipIf(!await postgresIsHere('several replicas on one PostgreSQL'))('several replicas on one PostgreSQL', () => {
  let engines: Engine[];
  let stores: Store[];
  const logged: string[] = [];
  const note = (_: object, message: string): void => { logged.push(message); };
  const open = (): Promise<Engine> => openEngine({ databaseUrl: database.url, dataDir: '/nowhere', mode: 'server', log: { info: note, warn: note, error: note } });

  beforeAll(() => database.create());
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.create();
    engines = await Promise.all([open(), open(), open()]);
    stores = engines.map(storeOver);
  });
  afterEach(() => Promise.all(stores.map((s) => s.close())));
  const [A, B] = [(): Store => stores[0] as Store, (): Store => stores[1] as Store];
  const db = (): Engine['db'] => (engines[0] as Engine).db;

  it('migrates once when all start at the same moment', async () => {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db());
    expect(rows.map((r) => r.name)).toEqual(STEP_NAMES);
    expect(logged.filter((m) => m.includes('brought up to date'))).toHaveLength(1);
  });

  it('refuses a program that is older than the store, naming both versions and no password', async () => {
    await sql`insert into kysely_migration (name, timestamp) values ('0099-later', '2099-01-01T00:00:00.000Z')`.execute(db());
    const url = database.url.replace('postgres@', 'postgres:secret@');
    for (const mode of ['server', 'reader'] as const) {
      const error = await openStore({ databaseUrl: url, dataDir: '/nowhere', mode }).then(() => null, (e: unknown) => e);
      expect(error).toMatchObject({ problem: 'newer', message: expect.stringMatching(new RegExp(`version 99, .* up to ${SCHEMA_VERSION}:`)) as string });
      expect((error as StoreError).message).not.toContain('secret');
    }
  });

  it('creates nothing for a reader, and says what is missing', async () => {
    const bare = databaseOf('store_bare');
    await bare.create();
    await expect(openStore({ databaseUrl: bare.url, dataDir: '/nowhere', mode: 'reader' })).rejects.toMatchObject({ problem: 'missing' });
    await bare.drop();
    await expect(openStore({ databaseUrl: bare.url, dataDir: '/nowhere', mode: 'server' })).rejects.toMatchObject({ problem: 'unreachable' });
    await expect(openStore({ databaseUrl: 'postgres://', dataDir: '/nowhere', mode: 'reader' })).rejects.toThrow(StoreError);
  });

  it('keeps stores of one database apart that are in different schemas', async () => {
    for (const schema of ['one', 'two']) {
      await sql`create schema ${sql.ref(schema)}`.execute(db());
      const store = await openStore({ databaseUrl: `${database.url}?options=-csearch_path%3D${schema}`, dataDir: '/nowhere', mode: 'server' });
      stores.push(store);
      expect(await store.settle('whose', schema)).toBe(schema);
    }
    expect(await A().meta('whose')).toBeNull();
  });

  it.each(['repeatable read', 'serializable'])('does what is asked of several at once where the default is %s', async (isolation) => {
    const strict = databaseOf('store_strict');
    await strict.create();
    const url = `${strict.url}?options=-cdefault_transaction_isolation%3D${isolation.replace(' ', '%5C%20')}`;
    const all = await Promise.all([1, 2, 3].map(() => openStore({ databaseUrl: url, dataDir: '/nowhere', mode: 'server' })));
    try {
      await Promise.all(all.map(async (store, n) => {
        for (let i = 0; i < 30; i++) {
          await store.lease('role', `server-${n}`, NOW + i, 1);
          await store.setMeta('said', `${n}`);
        }
      }));
    } finally {
      await Promise.all(all.map((s) => s.close()));
      await strict.drop();
    }
  });

  it('waits once, and not twice, for a PostgreSQL that falls silent in the middle of a transaction', async () => {
    const way = await wayTo(database);
    const silenced = await openEngine({ databaseUrl: `${way.url}?query_timeout=3000`, dataDir: '/nowhere', mode: 'server' });
    let begun = 0;
    await expect(inTransaction(silenced, async (trx) => {
      await sql`select 1`.execute(trx);
      way.freeze();
      begun = performance.now();
      await sql`select 2`.execute(trx);
    })).rejects.toThrow('timeout');
    expect(performance.now() - begun).toBeLessThan(4_500);
    way.close();
    await silenced.close();
  });

  it('waits for its turn at the tables, and takes its time at them, whatever limits the role has, which it leaves as they are', async () => {
    const limited = `${database.url}?options=-csearch_path%3Dfresh%20-clock_timeout%3D1ms%20-cstatement_timeout%3D20s`;
    await sql`create schema fresh`.execute(db());
    const held = await db().transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(3853314791062309107)`.execute(trx);
      const migrated = migratePostgres(limited, { info: note, warn: note, error: note }).then(() => 'done', (e: unknown) => (e as Error).message);
      const waits = async (): Promise<boolean> => (await sql`select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`.execute(trx)).rows.length > 0;
      await expect.poll(async () => await Promise.race([migrated, waits()]), { timeout: 20_000 }).not.toBe(false);
      expect(await Promise.race([migrated, Promise.resolve('waiting')])).toBe('waiting');
      return { migrated };
    });
    expect(await held.migrated).toBe('done');
    const unhurried = await reachPostgres(limited, { info: note, warn: note, error: note }, { max: 1, unhurried: true });
    const limit = async (on: typeof unhurried): Promise<unknown> => (await sql<{ limit: string }>`select current_setting('statement_timeout') as limit`.execute(on)).rows[0]?.limit;
    expect(await unhurried.transaction().execute((trx) => limit(trx))).toBe('0');
    expect(await limit(unhurried)).toBe('20s');
    await unhurried.destroy();
  });

  it('looks at a store that is up to date over a connection that waits for nothing without end', async () => {
    const way = await wayTo(database);
    const store = await openStore({ databaseUrl: way.url, dataDir: '/nowhere', mode: 'server' });
    expect(way.opened).toBe(1);
    await store.close();
    way.close();
  });

  it('says in a sentence what PostgreSQL refuses: a start on it must not end with a stack', async () => {
    const readOnly = await openStore({ databaseUrl: `${database.url}?options=-cdefault_transaction_read_only%3Don`, dataDir: '/nowhere', mode: 'server' });
    stores.push(readOnly);
    const error: unknown = await readOnly.settle('marker-key', 'k').then(() => null, (e: unknown) => e);
    expect(troubleIn(error)).toMatch(/^PostgreSQL is read-only: .* \(cannot execute INSERT in a read-only transaction\)$/);
    expect(await A().meta('marker-key')).toBeNull();
  });

  it('says that another session holds a lock, however often it was asked for in vain where the role waits for none', async () => {
    const hurried = await openStore({ databaseUrl: `${database.url}?options=-clock_timeout%3D1ms`, dataDir: '/nowhere', mode: 'server' });
    stores.push(hurried);
    const error = await db().transaction().execute(async (trx) => {
      await sql`lock table outbox in access exclusive mode`.execute(trx);
      return hurried.countActions().then(() => null, (e: unknown) => e);
    });
    expect(troubleIn(error)).toMatch(/^PostgreSQL kept the store waiting too long: another session holds a lock/);
  });

  it('says what to do about a pooler that refuses time limits, several hosts, and a password that breaks the address, of which it shows nothing', async () => {
    const refusal = (url: string): Promise<string> => openStore({ databaseUrl: url, dataDir: '/nowhere', mode: 'server' }).then(() => '', (e: unknown) => (e as StoreError).message);
    const words = Buffer.from('SFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0');
    const head = Buffer.from('E\0\0\0\0');
    head.writeInt32BE(words.length + 4, 1);
    const pooler = createServer((socket) => { socket.once('data', () => { socket.end(Buffer.concat([head, words])); }); });
    await new Promise<void>((done) => { pooler.listen(0, '127.0.0.1', done); });
    expect(await refusal(`postgres://postgres@127.0.0.1:${(pooler.address() as AddressInfo).port}/x`)).toContain('PgBouncer: ignore_startup_parameters');
    pooler.close();
    expect(await refusal('postgres://me:a-secret@h1:5432,h2:5432/x')).toMatch(/^PostgreSQL at the address in DATABASE_URL .*names one host/);
    const broken = await refusal('postgres://me:a@localhost/secret@127.0.0.1:1/x');
    expect(broken).toContain('the address in DATABASE_URL');
    expect(broken).not.toContain('secret');
  });

  it('opens one incident when two open the same one, and stores one of two changes', async () => {
    for (let i = 0; i < 20; i++) {
      const platform = `linux/p${i}` as const;
      const results = await Promise.all(stores.map((s, n) => s.commit({ at: NOW, incidents: [{ expected: null, incident: incident(`${i}-${n}`, { platform }) }] })));
      expect(results.sort()).toEqual(['committed', 'conflict', 'conflict']);
      const [won] = await A().incidents(PROJECT, 0).then((all) => all.filter((x) => x.platform === platform));
      const changes = await Promise.all(stores.map((s, n) => s.commit({ at: NOW, incidents: [{ expected: 1, incident: incident(won?.id ?? '', { platform, revision: 2, shown: n + 5 }) }] })));
      expect(changes.sort()).toEqual(['committed', 'conflict', 'conflict']);
    }
  });

  it('counts one of several votes that are written on one proposal at once, and loses none that is decided anew', async () => {
    const record = async (store: Store, n: number): Promise<number> => {
      for (let tries = 1; ; tries++) {
        const p = await store.proposal('one');
        if (p === null) throw new Error('the proposal is gone');
        const next = { ...p, revision: p.revision + 1, votes: [...p.votes, vote(`lead-${n}`)] };
        if (await store.commit({ at: NOW, proposals: [{ expected: p.revision, proposal: next }], audit: [audit('proposal:one', 'approve')] }) === 'committed') return tries;
      }
    };
    await A().commit({ at: NOW, proposals: [{ expected: null, proposal: proposal('one') }] });
    const blind = await Promise.all(stores.map((s, n) => s.commit({
      at: NOW, proposals: [{ expected: 1, proposal: proposal('one', { revision: 2, votes: [vote(`first-${n}`)] }) }], quiets: [{ expected: null, quiet: quiet(`q${n}`) }],
    })));
    expect(blind.sort()).toEqual(['committed', 'conflict', 'conflict']);
    expect(await A().quiets(PROJECT, 0)).toHaveLength(1);
    await Promise.all(Array.from({ length: 12 }, (_, n) => record(stores[n % 3] as Store, n)));
    const votes = (await B().proposal('one'))?.votes.map((v) => v.by) ?? [];
    expect(votes.filter((by) => by.startsWith('lead-')).sort()).toEqual(Array.from({ length: 12 }, (_, n) => `lead-${n}`).sort());
    expect(await A().auditOf('proposal:one')).toHaveLength(12);
  });

  it('makes a proposal, a mute and a link of a code once when several do at once', async () => {
    for (let i = 0; i < 10; i++) {
      const [id, hash] = [`p${i}`, `h${i}`];
      await A().commit({ at: NOW, codes: [code(hash, OLGA)] });
      const made = await Promise.all(stores.map((s, n) => s.commit({ at: NOW, proposals: [{ expected: null, proposal: proposal(id, { quorum: n + 1 }) }] })));
      const hushed = await Promise.all(stores.map((s) => s.commit({ at: NOW, quiets: [{ expected: null, quiet: quiet(id) }] })));
      const linked = await Promise.all(stores.map((s, n) => s.commit({ at: NOW, usedCode: hash, identities: [{ slack: OLGA, login: `login-${i}-${n}`, at: NOW }] })));
      const winner = linked.indexOf('committed');
      expect((await A().identity(OLGA))?.login).toBe(`login-${i}-${winner}`);
      for (const results of [made, hushed, linked]) expect(results.sort()).toEqual(['committed', 'conflict', 'conflict']);
    }
  });

  it('leaves a member one code when several are given out at once, and none that was replaced can be used', async () => {
    for (let i = 0; i < 10; i++) {
      const given = await Promise.all(stores.map((s, n) => s.commit({ at: NOW, codes: [code(`h${i}-${n}`, OLGA)] })));
      expect(given).toEqual(['committed', 'committed', 'committed']);
      const [left, ...more] = await db().selectFrom('link_codes').select('hash').execute();
      expect(more).toEqual([]);
      const used = await Promise.all(stores.map((s, n) => s.commit({ at: NOW, usedCode: `h${i}-${n}` })));
      expect(used.map((result, n) => [`h${i}-${n}`, result]).filter(([, result]) => result === 'committed').map(([hash]) => hash)).toEqual([left?.hash]);
    }
  });

  it('remembers a happening and a good day once when several learn of them at once', async () => {
    for (let i = 0; i < 10; i++) {
      const learn = (n: number) => [event(`a${i}`, { by: `p${n}` }), event(`b${i}`, { by: `p${n}` })];
      const told = await Promise.all(stores.map((s, n) => s.commit({ at: NOW, events: learn(n), audit: [audit('platform:x', 'learned')] })));
      expect(told).toEqual(['committed', 'committed', 'committed']);
      await Promise.all(stores.map((s, n) => s.noteGoodDay(PROJECT, n === 1 ? ['grid', 'prow'] : ['prow', 'grid'], i)));
    }
    expect((await A().platformEvents(PROJECT, 0)).map((e) => e.id).sort()).toEqual(Array.from({ length: 10 }, (_, i) => [`a${i}`, `b${i}`]).flat().sort());
    expect(await A().platformEvents(PROJECT, 0)).toEqual(await B().platformEvents(PROJECT, 0));
    expect([...await B().goodDays(PROJECT, 0, 99)].map(([source, days]) => [source, days.size])).toEqual([['grid', 10], ['prow', 10]]);
  });

  it('never gives one row to two claimers, nor two rows of one entity at once', async () => {
    const all = Array.from({ length: 150 }, (_, i) => planned(`row-${i}`, { entity: `incident:${i % 12}` }));
    await A().commit({ at: NOW, actions: all });
    const inHand = new Set<string>();
    const order = new Map<string, string[]>();
    let overlaps = 0;
    const work = async (store: Store, owner: string): Promise<void> => {
      for (;;) {
        const rows = await store.claimActions(claim(owner, NOW, { limit: 5 }));
        if (rows.length === 0 && await store.nextActionAt() === null) return;
        for (const row of rows) {
          if (inHand.has(row.entity)) overlaps += 1;
          inHand.add(row.entity);
          order.set(row.entity, [...order.get(row.entity) ?? [], row.key]);
        }
        for (const row of rows) {
          inHand.delete(row.entity);
          expect(await store.commit({ at: NOW, settled: { key: row.key, attempts: row.attempts, state: 'done', receipt: receipt() } })).toBe('committed');
        }
      }
    };
    await Promise.all(stores.map((s, n) => work(s, `owner-${n}`)));
    expect(overlaps).toBe(0);
    for (let e = 0; e < 12; e++) expect(order.get(`incident:${e}`)).toEqual(all.filter((p) => p.entity === `incident:${e}`).map((p) => p.key));
  });

  it('takes each delivery once and each role once', async () => {
    const fresh = (await Promise.all(stores.map((s) => s.receive([{ id: 'same', surface: 'github', event: 'x', payload: 1 }], NOW)))).flat();
    expect(fresh.filter(Boolean)).toHaveLength(1);
    await A().receive(Array.from({ length: 40 }, (_, i) => ({ id: `d${i}`, surface: 'github' as const, event: 'x', payload: i })), NOW);
    const taken = (await Promise.all(stores.map((s, n) => s.claimDeliveries(claim(`o${n}`, NOW, { limit: 30 }))))).flat().map((d) => d.id);
    const rest = (await A().claimDeliveries(claim('rest', NOW, { limit: 99 }))).map((d) => d.id);
    expect(new Set([...taken, ...rest]).size).toBe(41);
    expect([...taken, ...rest]).toHaveLength(41);
    const roles = await Promise.all(stores.map((s, n) => s.lease('poll:k', `o${n}`, NOW, 100)));
    expect(roles.filter((r) => r.held)).toHaveLength(1);
    const settled = await Promise.all(stores.map((s, n) => s.settle('marker', String(n))));
    expect(new Set(settled).size).toBe(1);
  });

  it('takes one delivery of a lane at a time, in the order in which they came', async () => {
    const all = Array.from({ length: 60 }, (_, i) => ({ id: `l${i}`, surface: 'github' as const, event: 'x', payload: i, lane: `lane-${i % 3}` }));
    await A().receive(all, NOW);
    const inHand = new Set<string>();
    const order = new Map<string, string[]>();
    let overlaps = 0;
    const work = async (store: Store, owner: string): Promise<void> => {
      while ([...order.values()].flat().length < all.length) {
        const held = await store.claimDeliveries(claim(owner, NOW, { limit: 4 }));
        for (const { id, lane = '' } of held) {
          if (inHand.has(lane)) overlaps++;
          inHand.add(lane);
          order.set(lane, [...order.get(lane) ?? [], id]);
        }
        for (const { id, attempts, lane = '' } of held) {
          inHand.delete(lane);
          expect(await store.commit({ at: NOW, delivery: { id, attempts } })).toBe('committed');
        }
      }
    };
    await Promise.all(stores.map((s, n) => work(s, `owner-${n}`)));
    expect(overlaps).toBe(0);
    for (let l = 0; l < 3; l++) expect(order.get(`lane-${l}`)).toEqual(all.filter((d) => d.lane === `lane-${l}`).map((d) => d.id));
  });

  it('makes a row wait until an older one of its entity, still unseen, is there', async () => {
    const [first, second] = engines as [Engine, Engine];
    let later: Promise<unknown> = Promise.resolve();
    await first.db.transaction().execute(async (trx) => {
      await takeTurns(first, trx, [planned('older')]);
      await planAction(trx, planned('older'), NOW, false);
      later = storeOver(second).commit({ at: NOW, actions: [planned('younger')] });
      for (let waiting = 0; waiting === 0;) {
        const { rows } = await sql<{ n: number }>`select count(*) as n from pg_locks where locktype = 'advisory' and not granted`.execute(trx);
        waiting = rows[0]?.n ?? 0;
      }
    });
    await later;
    expect(keysOf(await A().entityActions('incident:one'))).toEqual(['older', 'younger']);
    expect(keysOf(await B().claimActions(claim('me', NOW)))).toEqual(['older']);
  });

  it('saves the same readings from several replicas at once', async () => {
    const readings = Array.from({ length: 300 }, (_, i) => ({ state: state(`job-${i}`), runs: [run(1), run(2)] }));
    await Promise.all(stores.map((s, n) => s.saveReadings(PROJECT, NOW, n === 1 ? [...readings].reverse() : readings)));
    expect(await A().jobStates(PROJECT)).toHaveLength(300);
    await Promise.all(stores.map((s) => s.maintain(NOW + 86_400_000, { runs: 86_400_000 * 90, rollups: 86_400_000 * 900 })));
    expect((await A().rollups(PROJECT, 'job-7', 0, 99_999)).map((d) => d.passed)).toEqual([2]);
  });

  it('survives the loss of every connection, idle or in the middle of a transaction', async () => {
    const [engine] = engines as [Engine];
    await expect(engine.db.transaction().execute(async (trx) => {
      await trx.insertInto('meta').values({ key: 'half', value: '1' }).execute();
      await database.breakConnections();
      for (;;) await sql`select 1`.execute(trx);
    })).rejects.toThrow();
    for (const store of stores) while (!await store.ping());
    expect(await A().meta('half')).toBeNull();
    expect(await B().commit({ at: NOW, actions: [planned('after')] })).toBe('committed');
    expect(logged.some((m) => m.includes('A connection to PostgreSQL was lost'))).toBe(true);
  });

  it('leaves a standby as soon as the address leads to a server that takes writes, with every connection', async () => {
    const [engine] = engines as [Engine];
    const every = (ask: () => Promise<unknown>): Promise<string[]> =>
      Promise.all(Array.from({ length: 5 }, () => ask().then(() => 'done', (e: unknown) => (e as { code?: string }).code ?? String(e))));
    const [name] = (await sql<{ name: string }>`select current_database() as name`.execute(db())).rows.map((r) => sql.id(r.name));
    if (!name) throw new Error('it has a name');
    await sql`alter database ${name} set default_transaction_read_only = on`.execute(db());
    await database.breakConnections();
    while (!await A().ping());
    // As many as there are at most.
    expect(new Set(await every(() => sql`select pg_sleep(0.05)`.execute(engine.db)))).toEqual(new Set(['done']));
    expect(await every(() => A().setMeta('a', 'b'))).toContain('25006');
    expect(await every(() => A().commit({ at: NOW, actions: [planned('k')] }))).toContain('25006');
    await every(() => sql`select pg_sleep(0.05)`.execute(engine.db));
    await sql`begin; set transaction read write; alter database ${name} reset default_transaction_read_only; commit`.execute((engines[1] as Engine).db);
    await every(() => A().setMeta('a', 'b'));
    expect(await every(() => A().setMeta('a', 'b'))).toEqual(Array.from({ length: 5 }, () => 'done'));
    expect(await A().commit({ at: NOW, actions: [planned('k')] })).toBe('committed');
  });
});
