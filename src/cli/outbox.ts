import type { OutboxRow } from '../domain/action.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { columns, plain, Refusal, thereIsMore, type Io } from './io.ts';
import { duration } from '../config/scalars.ts';

const STATES: readonly OutboxRow['state'][] = ['pending', 'leased', 'done', 'dead', 'superseded', 'recorded'];

async function withStore<T>(io: Io, mode: 'reader' | 'operator', work: (store: Store) => Promise<T>): Promise<T> {
  const env = io.env();
  const store = await openStore({ databaseUrl: env.DATABASE_URL, dataDir: env.DATA_DIR, mode, log: io.log });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Lists rows: of one state, or those that somebody may have to look at (given up, waiting, recorded). */
export async function listOutbox(io: Io, options: { state?: string; limit: string; json?: boolean }): Promise<void> {
  const wanted = options.state === undefined ? ['dead', 'leased', 'pending', 'recorded'] as const : STATES.filter((s) => s === options.state);
  if (wanted.length === 0) throw new Refusal(`--state: there is no state "${options.state}"; there are ${STATES.join(', ')}.`);
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) throw new Refusal(`--limit: expected a whole number, found "${options.limit}".`);
  await withStore(io, 'reader', async (store) => {
    const rows: OutboxRow[] = [];
    for (const state of wanted) if (rows.length <= limit) rows.push(...await store.listActions({ state, limit: limit + 1 - rows.length }));
    if (options.json) return io.out(JSON.stringify(rows.slice(0, limit), null, 2));
    if (rows.length === 0) return io.out(options.state === undefined ? 'Nothing waits and nothing was given up.' : `No row is ${options.state}.`);
    io.out(columns([['STATE', 'TRIES', 'SINCE', 'KEY', 'WHAT'], ...rows.slice(0, limit).map((r) =>
      [r.state, String(r.attempts), new Date(r.createdAt).toISOString(), r.key, plain(r.lastError ? `${r.summary}: ${r.lastError}` : r.summary)])]));
    if (rows.length > limit) io.out(thereIsMore(limit));
  });
}

/** Rows that one `--all` takes up again; more were given up than that only where something is badly wrong. */
const MOST = 10_000;

/** Makes given-up rows due again, those that are named or all; the running server takes them up. */
export async function retryRow(io: Io, named: readonly string[], { all = false }: { all?: boolean } = {}): Promise<void> {
  if (named.length > 0 === all) throw new Refusal('Name the rows to be tried again by their keys, or say --all; `archsignal outbox list --state dead` shows them.');
  await withStore(io, 'operator', async (store) => {
    const unknown: string[] = [];
    const keys = all ? (await store.listActions({ state: 'dead', limit: MOST })).map((r) => r.key) : named;
    if (keys.length === 0) io.out('Nothing was given up.');
    for (const key of keys) {
      if (await store.reviveAction(key, io.now())) io.out(`${key}: will be tried again.`);
      else unknown.push(key);
    }
    if (unknown.length > 0) throw new Refusal(unknown.map((k) => `${k}: no given-up row has this key; \`archsignal outbox list --state dead\` shows those that have.`).join('\n'));
  });
}

/** Everybody who was mentioned, or would have been, newest first. */
export async function listPings(io: Io, options: { since: string; json?: boolean }): Promise<void> {
  const read = duration('how far back').safeParse(options.since);
  if (!read.success) throw new Refusal(`--since: expected a duration such as 14d, found "${options.since}".`);
  await withStore(io, 'reader', async (store) => {
    const pings = await store.pings({ since: io.now() - read.data, limit: Infinity });
    if (options.json) return io.out(JSON.stringify(pings, null, 2));
    if (pings.length === 0) return io.out(`Nobody was mentioned in the last ${options.since}.`);
    io.out(columns([['WHEN', 'MODE', 'WHO', 'WHY', 'INCIDENT'], ...pings.map((p) => [new Date(p.at).toISOString(), p.mode, p.handle, p.fact, p.incident])]));
    const people = new Set(pings.map((p) => p.handle)).size;
    io.out(`${pings.length} in all, to ${people} ${people === 1 ? 'handle' : 'handles'}.`);
  });
}
