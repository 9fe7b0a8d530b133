import { AsyncLocalStorage } from 'node:async_hooks';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import pg from 'pg';
import { Dead, Life, never } from './life.ts';

/**
 * The fence around the program's lives: requests, statements and timers of this process know whose they are. A commit is
 * a point before and one after it; requests are counted where they arrive (`world.ts`). Whatever runs outside a life (the
 * stand-ins, the harness) is left alone.
 */

/** The header by which a stand-in knows a request of the program. */
export const LIFE = 'x-life';

/** Requests and statements under way, of the living and the dead: something may still happen. */
export const underWay = { count: 0 };

/** A timer up to this long (ms) is not by the held clock. */
const SOON = 50;

let fenced = false;

/** Puts the fence up, once for the process. */
export function fence(): void {
  if (fenced) return;
  fenced = true;
  fenceFetch();
  fenceGet();
  fenceTimers();
  fenceSqlite();
  fencePostgres();
}

/** What a program hears that does not reach whom it speaks to. */
const unreachable = (place: string): Error => Object.assign(new TypeError(`connect ECONNREFUSED ${place}`), { code: 'ECONNREFUSED' });

/** Work of a living program; whoever has died meanwhile never hears how it ended, and whoever is cut off hears that. */
async function watched<T>(life: Life, place: string, work: () => Promise<T>, stops = true): Promise<T> {
  if (stops && life.stopped) await life.awake();
  if (!life.alive) return never();
  if (life.cut.has(place)) throw unreachable(place);
  life.work++;
  underWay.count++;
  const ended = await work().then((value) => ({ ok: true as const, value }), (error: unknown) => ({ ok: false as const, error }));
  underWay.count--;
  if (stops && life.stopped) await life.awake();
  if (!life.alive) return never();
  if (life.cut.has(place)) throw unreachable(place);
  if (!ended.ok) throw ended.error;
  return ended.value;
}

function fenceFetch(): void {
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const life = Life.current.getStore();
    if (life === undefined) return real(input, init);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set(LIFE, life.id);
    return watched(life, new URL(input instanceof Request ? input.url : input).origin, () => real(input, { ...init, headers }));
  };
}

function fenceGet(): void {
  const real = http.get;
  const get = (url: URL, options: http.RequestOptions, then?: (answer: http.IncomingMessage) => void): http.ClientRequest => {
    const life = Life.current.getStore();
    if (life === undefined) return real(url, options, then);
    if (!life.alive) throw new Dead();
    life.work++;
    underWay.count++;
    const headers = { ...options.headers as Record<string, string>, [LIFE]: life.id };
    if (life.cut.has(url.origin)) return real('http://127.0.0.1:1/', options, then).once('close', () => { underWay.count--; });
    return real(url, { ...options, headers }, then).once('close', () => { underWay.count--; });
  };
  http.get = get as typeof http.get;
  syncBuiltinESMExports();
}

/** Looks like what `setTimeout` returns, as far as anybody asks. */
class Handle {
  readonly end: () => void;
  constructor(end: () => void) { this.end = end; }
  ref(): this { return this; }
  unref(): this { return this; }
  hasRef(): boolean { return false; }
  refresh(): this { return this; }
}

function fenceTimers(): void {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, setInterval: globalThis.setInterval, clearInterval: globalThis.clearInterval };
  const begin = (every: boolean) => (act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
    const life = Life.current.getStore();
    if (life === undefined) return (every ? real.setInterval : real.setTimeout)(act, ms, ...args);
    const run = AsyncLocalStorage.bind(() => { act(...args); });
    return new Handle(!every && ms <= SOON ? life.soon(ms, real.setTimeout, run) : life.later(ms, every, run));
  };
  const end = (timer: unknown): void => {
    if (timer instanceof Handle) timer.end();
    else real.clearTimeout(timer as NodeJS.Timeout);
  };
  Object.assign(globalThis, { setTimeout: begin(false), setInterval: begin(true), clearTimeout: end, clearInterval: end });
}

const BEGIN = /^\s*(?:begin|start)\b/i;
const COMMIT = /^\s*(?:commit|end)\b/i;
const ROLLBACK = /^\s*rollback\b/i;
const WRITE = /^\s*(?:insert|update|delete|replace|create|alter|drop|with\b[^]*\b(?:insert into|update|delete from))\b/i;
const DEFINES = /^\s*(?:create|alter|drop)\b/i;
/** A statement by what it does, whatever its values are. */
const nameOf = (text: string): string => (/^\s*(\w+(?:\s+(?:into|from|table|index))?(?:\s+"?\w+"?)?)/.exec(text)?.[1] ?? text).replaceAll('"', '').replaceAll(/\s+/g, ' ');

/** What a transaction under way has written, to name its commit by; one that wrote nothing commits nothing. */
const written = new WeakMap<DatabaseSync | pg.Client, string>();

function fenceSqlite(): void {
  const of = new WeakMap<StatementSync, DatabaseSync>();
  const exec = Reflect.get(DatabaseSync.prototype, 'exec');
  const prepare = Reflect.get(DatabaseSync.prototype, 'prepare') as (this: DatabaseSync, ...args: unknown[]) => StatementSync;
  const commit = <T>(life: Life, db: DatabaseSync, what: string | undefined, act: () => T): T => {
    if (what !== undefined && life.passes(`before commit of ${what}`)) throw new Dead();
    const result = act();
    if (what !== undefined && life.passes(`after commit of ${what}`)) throw new Dead();
    return result;
  };
  const wrote = (text: string, result: unknown): boolean => DEFINES.test(text) || (Array.isArray(result) ? result.length > 0 : Number((result as { changes?: number } | undefined)?.changes ?? 0) > 0);
  /** A write outside a transaction is one of its own. */
  const alone = <T>(life: Life, db: DatabaseSync, text: string, act: () => T): T => {
    exec.call(db, 'begin immediate');
    try {
      const result = act();
      commit(life, db, wrote(text, result) ? nameOf(text) : undefined, () => { exec.call(db, 'commit'); });
      return result;
    } catch (error) {
      if (db.isOpen && db.isTransaction) exec.call(db, 'rollback');
      throw error;
    }
  };
  const guarded = <T>(db: DatabaseSync, text: string, act: () => T): T => {
    const life = Life.current.getStore();
    if (life === undefined) return act();
    if (!life.alive) throw new Dead();
    life.databases.add(db);
    life.work++;
    if (BEGIN.test(text) || ROLLBACK.test(text)) written.delete(db);
    if (COMMIT.test(text)) return commit(life, db, written.get(db), act);
    if (!WRITE.test(text)) return act();
    if (!db.isTransaction) return alone(life, db, text, act);
    const result = act();
    if (wrote(text, result) && !written.has(db)) written.set(db, nameOf(text));
    return result;
  };
  DatabaseSync.prototype.exec = function (this: DatabaseSync, text: string) { guarded(this, text, () => { exec.call(this, text); }); };
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, ...args: unknown[]) {
    const statement = prepare.apply(this, args);
    of.set(statement, this);
    return statement;
  };
  for (const how of ['run', 'all', 'get'] as const) {
    const real = Reflect.get(StatementSync.prototype, how) as (this: StatementSync, ...values: unknown[]) => unknown;
    Object.assign(StatementSync.prototype, {
      [how](this: StatementSync, ...values: unknown[]) {
        const db = of.get(this);
        return db === undefined ? real.apply(this, values) : guarded(db, db.isOpen ? this.sourceSQL : '', () => real.apply(this, values));
      },
    });
  }
}

type Query = (this: pg.Client, text: unknown, ...more: unknown[]) => Promise<{ rowCount: number | null }>;

function fencePostgres(): void {
  const inTransaction = new WeakSet<pg.Client>();
  const real = Reflect.get(pg.Client.prototype, 'query') as Query;
  const wrote = (text: string, result: { rowCount: number | null }): boolean => DEFINES.test(text) || (WRITE.test(text) && (result.rowCount ?? 0) > 0);
  const commit = async (life: Life, client: pg.Client, what: string | undefined): ReturnType<Query> => {
    if (what !== undefined && life.passes(`before commit of ${what}`)) throw new Dead();
    const result = await real.call(client, 'commit');
    if (what !== undefined) life.passes(`after commit of ${what}`);
    return result;
  };
  /** A write outside a transaction is one of its own. */
  const alone = async (life: Life, client: pg.Client, text: string, more: readonly unknown[]): ReturnType<Query> => {
    await real.call(client, 'begin');
    try {
      const result = await real.call(client, text, ...more);
      await commit(life, client, wrote(text, result) ? nameOf(text) : undefined);
      return result;
    } catch (error) {
      if (life.alive) await real.call(client, 'rollback');
      throw error;
    }
  };
  const fenced: Query = function (text, ...more) {
    const life = Life.current.getStore();
    if (life === undefined || typeof text !== 'string' || typeof more.at(-1) === 'function') return real.call(this, text, ...more);
    life.clients.add(this);
    const outside = !inTransaction.has(this);
    if (BEGIN.test(text)) inTransaction.add(this);
    else if (COMMIT.test(text) || ROLLBACK.test(text)) inTransaction.delete(this);
    const what = written.get(this);
    if (!inTransaction.has(this)) written.delete(this);
    return watched(life, 'postgres', async () => {
      if (COMMIT.test(text)) return commit(life, this, what);
      if (WRITE.test(text) && !inTransaction.has(this)) return alone(life, this, text, more);
      const result = await real.call(this, text, ...more);
      if (wrote(text, result) && !written.has(this)) written.set(this, nameOf(text));
      return result;
    }, outside);
  };
  Object.assign(pg.Client.prototype, { query: fenced });
  fenceConnect();
}

/** Connecting takes its time, and the dead do not connect. */
function fenceConnect(): void {
  type Then = (error?: Error) => void;
  const real = Reflect.get(pg.Client.prototype, 'connect') as (this: pg.Client, then?: Then) => unknown;
  Object.assign(pg.Client.prototype, {
    connect(this: pg.Client, then?: Then): unknown {
      const life = Life.current.getStore();
      if (life === undefined || then === undefined) return real.call(this, then);
      if (!life.alive) return undefined;
      if (life.cut.has('postgres')) return void process.nextTick(then, unreachable('postgres'));
      life.clients.add(this);
      life.work++;
      underWay.count++;
      return real.call(this, (error) => {
        underWay.count--;
        if (life.alive) then(error);
      });
    },
  });
}
