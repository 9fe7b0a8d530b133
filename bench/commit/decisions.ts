/** Decisions into a store and bare transactions of the same database in turn, in a process of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { openStore } from '../../src/store/open.ts';
import type { Decision } from '../../src/store/store.ts';
import { audit, incident, NOW, ping, planned } from '../../test/store/samples.ts';
import { obey, runChild } from '../child.ts';
import { inTurn, type Pair, type Taken } from '../measure.ts';

export interface DecisionsPlan {
  readonly decisions: number;
  /** Under way at the same time. */
  readonly atOnce: number;
  /** Null: the embedded store. */
  readonly databaseUrl: string | null;
}

const BLOCKS = 3;

/** What one of them takes. */
export const measureDecisions = (plan: DecisionsPlan): Promise<Pair> => runChild<Pair>(import.meta.filename, plan);

/** One row into a table, as durable as a decision. */
interface Bare { insert(n: number): Promise<void>; close(): Promise<void> }

function bareSqlite(file: string): Bare {
  const db = new DatabaseSync(file);
  db.exec('pragma journal_mode = wal; pragma synchronous = full; create table bare (n integer primary key, text text) strict');
  const statement = db.prepare('insert into bare (n, text) values (?, ?)');
  return { insert: async (n) => { statement.run(n, DOCUMENT); }, close: async () => { db.close(); } };
}

function barePostgres(url: string): Bare {
  const pool = new pg.Pool({ connectionString: url, max: 5 });
  const made = pool.query('drop table if exists bare').then(() => pool.query('create table bare (n integer primary key, text text)'));
  return { insert: async (n) => { await made; await pool.query('insert into bare (n, text) values ($1, $2)', [n, DOCUMENT]); }, close: () => pool.end() };
}

/** What an opening writes: an incident, its audit, a mention and its issue's row. */
const opening = (n: number): Decision => ({
  at: NOW, incidents: [{ expected: null, incident: incident(`i${n}`, { platform: `linux/a${n}` }) }], audit: [audit(`incident:i${n}`)], pings: [ping(`p${n}`)],
  actions: [planned(`incident:i${n}:ensure-issue:1.1`, { entity: `incident:i${n}` })],
});
const DOCUMENT = JSON.stringify(opening(0));

async function run({ decisions, atOnce, databaseUrl }: DecisionsPlan): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), 'archsignal-bench-'));
  const store = await openStore({ dataDir: join(folder, 'data'), mode: 'server', ...databaseUrl === null ? {} : { databaseUrl } });
  const bare = databaseUrl === null ? bareSqlite(join(folder, 'bare.db')) : barePostgres(databaseUrl);
  let [ours, theirs] = [Date.now() * 1000, 0];
  const commit = async (): Promise<void> => { if (await store.commit(opening(++ours)) !== 'committed') throw new Error('it was not committed'); };
  const insert = (): Promise<void> => bare.insert(++theirs);
  const count = Math.ceil(decisions / atOnce);
  const rounds = (work: () => Promise<void>) => async (): Promise<void> => {
    for (let n = 0; n < count; n++) await Promise.all(Array.from({ length: atOnce }, work));
  };
  const each = ({ wallMs, cpuMs }: Taken): Taken => ({ wallMs: wallMs / (count * atOnce), cpuMs: cpuMs / (count * atOnce) });
  try {
    const pair = await inTurn(BLOCKS, 1, { before: async () => {}, ours: rounds(commit), floor: rounds(insert) });
    return { ours: each(pair.ours), floor: each(pair.floor) };
  } finally {
    await Promise.all([store.close(), bare.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) obey<DecisionsPlan>(run);
