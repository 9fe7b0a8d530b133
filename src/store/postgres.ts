import { Kysely, PostgresAdapter, PostgresDialect } from 'kysely';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { messageOf } from './errors.ts';
import { inOrder } from './engine.ts';
import type { StoreLog } from './engine.ts';
import type { Tables } from './tables.ts';
import { bound } from './values.ts';

const INT8 = 20;
/** A statement of the store's takes milliseconds; after this long something is wrong, and waiting helps nobody. */
const STATEMENT_TIMEOUT = 30_000;

/** A transaction of the store's waits for nothing but the next statement: one of a server that was stopped or cut off must not keep its locks. */
const TRANSACTION_TIMEOUT = 5_000;
const UNHURRIED_TIMEOUT = 60_000;

export interface PoolOptions {
  readonly max?: number;
  /** For migrations and copies, which are done one at a time and may wait long for their turn: no limit on a statement of a transaction. */
  readonly unhurried?: boolean;
}

/** Where a database is, for messages: host and name, never the password, nor a piece of one that was written as it is. */
export function placeOf(databaseUrl: string): string {
  const url = URL.parse(databaseUrl);
  return url === null || url.host === '' || url.pathname.includes('@') ? 'the address in DATABASE_URL' : `${url.host}${url.pathname}`;
}

/** `sslmode`s that the driver takes for verify-full, with a warning, and psql and pg_dump do not. */
const LAX = new Set(['prefer', 'require', 'verify-ca']);

/** The address, read as psql and pg_dump read it, which are given the same one: `sslmode=require` encrypts, and asks for no certificate unless `sslrootcert` is there. */
function asPsqlReads(databaseUrl: string): string {
  const asked = URL.parse(databaseUrl)?.searchParams;
  return asked?.has('uselibpqcompat') === false && LAX.has(asked.get('sslmode') ?? '') ? `${databaseUrl}&uselibpqcompat=true` : databaseUrl;
}

/** What the server itself says; anything else means that the connection is in doubt. */
const isAnswer = (error: unknown): boolean => error instanceof pg.DatabaseError;

/** Kysely's own look at the catalogue compares with booleans, which PostgreSQL has. */
const boundHere = (value: unknown): unknown => (typeof value === 'boolean' ? value : bound(value));

/** Whatever is the default of the role or the database: what waited for its turn has to see what was done before it. */
const BEGIN = 'begin isolation level read committed';

/** The number of Kysely's own lock, by which servers of an older version wait for their turn at the tables as well. */
const TURN = '3853314791062309107';

/** How an unhurried transaction begins: it waits for its turn, whatever the role or the database has as limits. All of it ends with it, so that a pooler may lend the connection on. */
const BEGIN_UNHURRIED = `${BEGIN}; set local statement_timeout = 0; set local lock_timeout = 0; select pg_advisory_xact_lock(${TURN})`;

/** Kysely takes its lock before the transaction, where it would be another connection's behind a pooler, and a role's limit would end the waiting. */
class AdapterWithoutLock extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> { /* BEGIN_UNHURRIED has it */ }
  override async releaseMigrationLock(): Promise<void> { /* it ends with the transaction */ }
}

class Dialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter { return new AdapterWithoutLock(); }
}

const ROLLED_BACK = { command: 'ROLLBACK', rowCount: 0, rows: [] };

/** What a standby answers to a write: connections that lead there would lead there for ever, wherever the address leads by now. */
const isReadOnly = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '25006';

/** Tells connections that were made before one of them turned out to lead to a server that takes no writes: those are not lent again. */
class Ages {
  readonly #ages = new WeakMap<object, number>();
  #now = 0;

  made(client: object): void { this.#ages.set(client, this.#now); }

  /** This one leads to a server that takes no writes, and those that are as old as it are taken to do so too. */
  readOnly(client: object): void { if (!this.isPast(client)) this.#now += 1; }

  isPast(client: object): boolean { return (this.#ages.get(client) ?? 0) < this.#now; }
}

/** A client as Kysely borrows it: parameters checked and cleaned, and thrown away instead of lent again once it is in doubt. */
function borrowed(client: pg.PoolClient, begin: string, ages: Ages): PostgresPoolClient {
  let doubtful = false;
  let within = false;
  const send = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    // It is ended with its connection; a server that is silent would be waited for a second time.
    if (text === 'rollback' && doubtful) return ROLLED_BACK;
    try {
      return await client.query(text, parameters.map(boundHere));
    } catch (error) {
      if (!isAnswer(error)) doubtful = true;
      if (isReadOnly(error)) ages.readOnly(client);
      // Whatever made the transaction fail is the news, not that a dead connection cannot roll it back.
      if (text === 'rollback') return ROLLED_BACK;
      throw error;
    }
  };
  const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    if (text === 'begin') within = true;
    else if (text === 'commit' || text === 'rollback') within = false;
    else if (!within) return inOrder(() => send(text, parameters));
    return send(text === 'begin' ? begin : text, parameters);
  };
  return { query: query as PostgresPoolClient['query'], release: () => client.release(doubtful || ages.isPast(client)) };
}

/**
 * A pool of connections as a Kysely database. Connections that break, idle or lent, are logged and replaced: a restart of
 * PostgreSQL fails the statements under way and nothing else. So are all of them once one leads to a server that takes no writes:
 * after a failover the address leads elsewhere. 64-bit integers are read as numbers.
 */
export function openPostgres(databaseUrl: string, log: StoreLog, options: PoolOptions = {}): Kysely<Tables> {
  const getTypeParser = (oid: number, format?: 'text' | 'binary'): ((value: string) => unknown) =>
    (oid === INT8 ? Number : pg.types.getTypeParser(oid, format) as (value: string) => unknown);
  const pool = new pg.Pool({
    connectionString: asPsqlReads(databaseUrl),
    max: options.max ?? 5,
    application_name: 'archsignal',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: { getTypeParser },
    ...(options.unhurried === true ? { idle_in_transaction_session_timeout: UNHURRIED_TIMEOUT } : {
      statement_timeout: STATEMENT_TIMEOUT,
      query_timeout: STATEMENT_TIMEOUT + 5_000,
      idle_in_transaction_session_timeout: TRANSACTION_TIMEOUT,
    }),
  });
  const lost = (error: Error): void => log.warn({ place: placeOf(databaseUrl) }, `A connection to PostgreSQL was lost: ${messageOf(error)}`);
  // An error event without a listener ends the process, and the pool itself listens to idle connections only.
  pool.on('connect', (client) => client.on('error', lost));
  const ages = new Ages();
  pool.on('connect', (client) => { ages.made(client); });
  pool.on('error', () => { /* told by its connection */ });
  const lending: PostgresPool = {
    connect: async () => {
      for (;;) {
        const client = await pool.connect();
        if (!ages.isPast(client)) return borrowed(client, options.unhurried === true ? BEGIN_UNHURRIED : BEGIN, ages);
        client.release(true);
      }
    },
    end: () => pool.end(),
  };
  return new Kysely<Tables>({ dialect: new Dialect({ pool: lending }) });
}
