import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inTransaction, type Engine, type Handle } from '../../src/store/engine.ts';
import { openEngine } from '../../src/store/open.ts';
import { folder } from './here.ts';

const here = folder();
afterAll(() => here.remove());

let engine: Engine;
let dataDir: string;
let engines = 0;
beforeEach(async () => {
  dataDir = join(here.path, String(++engines));
  engine = await openEngine({ dataDir, mode: 'server' });
});
afterEach(() => engine.close());

const write = (key: string) => async (trx: Handle): Promise<string> => {
  await trx.insertInto('meta').values({ key, value: 'x' }).execute();
  return key;
};
const stored = async (): Promise<string[]> => (await engine.db.selectFrom('meta').select('key').where('key', 'like', 'k%').orderBy('key').execute()).map((row) => row.key);
/** Commits so far, as the index of the write-ahead log counts them. */
const commits = (): number => readFileSync(join(dataDir, 'archsignal.db-shm')).readUInt32LE(8);
const all = (works: readonly ((trx: Handle) => Promise<string>)[]): Promise<string[]> =>
  Promise.all(works.map((work) => inTransaction(engine, work).catch((error: Error) => error.message)));

it('lets transactions of one moment wait for the disk together, in the order in which they came', async () => {
  const before = commits();
  const seen: string[] = [];
  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
  const told = await Promise.all(keys.map((key) => inTransaction(engine, async (trx) => { seen.push(key); return write(key)(trx); })));
  expect([told, seen]).toEqual([keys, keys]);
  expect(await stored()).toEqual(keys.toSorted());
  expect(commits() - before).toBeLessThan(20);
});

it('undoes the one that fails, and it alone', async () => {
  const fails = async (trx: Handle): Promise<string> => { await write('k2')(trx); throw new Error('not this one'); };
  expect(await all([write('k1'), fails, write('k3')])).toEqual(['k1', 'not this one', 'k3']);
  expect(await stored()).toEqual(['k1', 'k3']);
});

it('undoes one that nobody was beside at first, and goes on with who came meanwhile', async () => {
  const came: Promise<string>[] = [];
  const fails = async (trx: Handle): Promise<string> => {
    await write('k1')(trx);
    came.push(inTransaction(engine, write('k2')));
    throw new Error('not this one');
  };
  expect(await all([fails])).toEqual(['not this one']);
  expect([await Promise.all(came), await stored()]).toEqual([['k2'], ['k2']]);
});

it('shows each what those before it have written', async () => {
  const read = async (trx: Handle): Promise<string> => (await trx.selectFrom('meta').select('key').where('key', '=', 'k1').executeTakeFirst())?.key ?? 'nothing';
  expect(await all([write('k1'), read])).toEqual(['k1', 'k1']);
});

it('tells nobody of success where the commit fails', async () => {
  const breaks = async (trx: Handle): Promise<string> => {
    await sql`pragma defer_foreign_keys = on`.execute(trx);
    await trx.insertInto('job_states').values({ job: 4711, state: '{}' }).execute();
    return 'stored';
  };
  // However busy the machine is, both belong to one group.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  const [first, second] = await all([write('k1'), breaks]).finally(() => { clock.mockRestore(); });
  expect([first, second]).toEqual([expect.stringMatching(/FOREIGN KEY/), expect.stringMatching(/FOREIGN KEY/)]);
  expect(await stored()).toEqual([]);
  expect(await all([write('k2')])).toEqual(['k2']);
});

it('tells nobody of success where the disk is full', async () => {
  const { rows: [now] } = await sql<{ page_count: number }>`pragma page_count`.execute(engine.db);
  await sql`pragma max_page_count = ${sql.lit((now?.page_count ?? 0) + 2)}`.execute(engine.db);
  const large = async (trx: Handle): Promise<string> => {
    await trx.insertInto('meta').values({ key: 'k2', value: 'x'.repeat(100_000) }).execute();
    return 'stored';
  };
  const told = await all([write('k1'), large]);
  expect(told[1]).toMatch(/full/);
  // Whoever was told of success has it.
  expect(await stored()).toEqual(told[0] === 'k1' ? ['k1'] : []);
});
