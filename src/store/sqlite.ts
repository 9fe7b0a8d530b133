import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { CompiledQuery, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { StoreError, damageIn, messageOf } from './errors.ts';
import type { Tables } from './tables.ts';
import { bound } from './values.ts';
import { stayOf } from './whereabouts.ts';

/** Before it, a WAL reset could corrupt a database that several connections share. */
const OLDEST_SQLITE = [3, 51, 3] as const;
const STATEMENTS_KEPT = 200;
const ROLLBACK = 'rollback';
const MEMORY = ':memory:';
/** Nothing here ever waits, so callers in a row would keep timers and sockets from their turn: they get one this often (ms). */
const LONGEST_STRETCH = 5;

/** Null where this SQLite is recent enough; else the sentence for the operator. */
export function sqliteProblem(version: string | undefined): string | null {
  const found = (version ?? '0').split('.').map(Number);
  for (const [i, least] of OLDEST_SQLITE.entries()) {
    const part = found[i] ?? 0;
    if (part > least) return null;
    if (part < least) return `This Node.js has SQLite ${version ?? 'none'}; the store needs ${OLDEST_SQLITE.join('.')} or newer. Use the Node.js that the project brings (npm ci, npm start), or set DATABASE_URL.`;
  }
  return null;
}

/**
 * How long another process that holds the database is waited for, how often it is tried again, and for how long SQLite waits by itself (ms):
 * its own waiting stops the whole process, and a server that answers nobody looks as if it were dead.
 */
const PATIENCE = 5_000;
const AGAIN = 25;
const STANDSTILL = 5;
const BUSY = 5;

const isBusy = (error: unknown): boolean => ((error as { errcode?: number } | null)?.errcode ?? 0) % 256 === BUSY;

interface Prepared {
  readonly statement: StatementSync;
  readonly reads: boolean;
}

/** The one connection. Synchronous underneath: a statement blocks the loop, so statements are kept small. */
class SqliteConnection implements DatabaseConnection {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #prepared = new Map<string, Prepared>();
  readonly #astray: () => StoreError | null;
  #damage: StoreError | null = null;

  constructor(db: DatabaseSync, file: string) {
    this.#db = db;
    this.#file = file;
    this.#astray = file === MEMORY ? () => null : stayOf(file);
  }

  /** Once a page was found damaged nothing is done any more but to roll back: each write could spread it. Nor is anything begun in a file that is not there any more. */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const refused = this.#damage ?? (this.inTransaction ? null : this.#astray());
    if (refused && query.sql !== ROLLBACK) throw refused;
    for (const until = performance.now() + PATIENCE; ; await setTimeout(AGAIN)) {
      try {
        return this.#execute<R>(query);
      } catch (error) {
        // Nothing was done; a transaction that has begun has the database for itself.
        if (isBusy(error) && !this.inTransaction && performance.now() < until) continue;
        this.#damage ??= damageIn(this.#file, error);
        throw this.#damage ?? error;
      }
    }
  }

  #execute<R>(query: CompiledQuery): QueryResult<R> {
    const { statement, reads } = this.#prepare(query.sql);
    const values = query.parameters.map(bound);
    if (reads) return { rows: statement.all(...values) as R[] };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the store does not stream');
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  #prepare(text: string): Prepared {
    const known = this.#prepared.get(text);
    if (known) return known;
    const statement = this.#db.prepare(text);
    // SQLite compiles the first of several statements and forgets the rest.
    if (statement.sourceSQL.trim().replace(/;$/, '') !== text.trim().replace(/;$/, '')) throw new Error(`more than one statement: ${text}`);
    const prepared = { statement, reads: statement.columns().length > 0 };
    if (this.#prepared.size >= STATEMENTS_KEPT) this.#prepared.delete(this.#prepared.keys().next().value ?? '');
    this.#prepared.set(text, prepared);
    return prepared;
  }
}

/** Lends the connection to one borrower at a time, in the order in which they asked. */
class SqliteDriver implements Driver {
  readonly #db: DatabaseSync;
  readonly #connection: SqliteConnection;
  readonly #waiting: (() => void)[] = [];
  #lent = false;
  /** When timers and sockets had their turn last (ms of this process). */
  #turnedAt = 0;

  constructor(db: DatabaseSync, file: string) {
    this.#db = db;
    this.#connection = new SqliteConnection(db, file);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const late = performance.now() - this.#turnedAt > LONGEST_STRETCH;
    if (this.#lent || late) {
      const mine = new Promise<void>((resolve) => this.#waiting.push(resolve));
      if (!this.#lent) this.#lendOn();
      await mine;
    }
    this.#lent = true;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    if (this.#waiting.length > 0) this.#lendOn();
    else this.#lent = false;
  }

  /** Lends the connection to whoever has waited for longest, after a turn for everybody else where that is due. */
  #lendOn(): void {
    this.#lent = true;
    const next = this.#waiting.shift();
    if (performance.now() - this.#turnedAt <= LONGEST_STRETCH) return next?.();
    void setImmediate().then(() => {
      this.#turnedAt = performance.now();
      next?.();
    });
  }

  /** IMMEDIATE: a transaction that begins reading and then writes would be refused where somebody wrote in between. */
  async beginTransaction(): Promise<void> {
    await this.#run('begin immediate');
  }

  async commitTransaction(): Promise<void> {
    await this.#run('commit');
  }

  /** A full disk ends a transaction by itself; rolling back once more would hide the reason. */
  async rollbackTransaction(): Promise<void> {
    if (this.#connection.inTransaction) await this.#run(ROLLBACK);
  }

  /** Waits for whoever has the connection. */
  async destroy(): Promise<void> {
    await this.acquireConnection();
    if (this.#db.isOpen) this.#db.close();
    await this.releaseConnection();
  }

  async #run(text: string): Promise<void> {
    await this.#connection.executeQuery(CompiledQuery.raw(text));
  }
}

/** SQLite can create tables in a transaction; Kysely does not use it by default, and a kill would leave half a step. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

const dialect = (db: DatabaseSync, file: string): Dialect => ({
  createAdapter: () => new TransactionalSqliteAdapter(),
  createDriver: () => new SqliteDriver(db, file),
  createIntrospector: (kysely) => new SqliteIntrospector(kysely),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

/**
 * Opens a database file (or `:memory:`) with the settings that everything here relies on: write-ahead log, every commit
 * synced to disk, foreign keys, five seconds of patience with another process. Throws a `StoreError`.
 */
export function openSqlite(file: string, readOnly: boolean): Kysely<Tables> {
  const problem = sqliteProblem(process.versions['sqlite']);
  if (problem !== null) throw new StoreError('engine', problem);
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file, { readOnly, timeout: PATIENCE, enableForeignKeyConstraints: true });
    if (!readOnly) {
      db.exec('pragma journal_mode = wal');
      db.exec('pragma synchronous = full');
      db.exec('pragma journal_size_limit = 67108864');
    }
    db.exec('pragma temp_store = memory');
    db.prepare('select count(*) from sqlite_master').get();
    db.exec(`pragma busy_timeout = ${STANDSTILL}`);
    return new Kysely<Tables>({ dialect: dialect(db, file) });
  } catch (error) {
    db?.close();
    throw damageIn(file, error) ?? new StoreError('unreachable', `The store in ${file} cannot be opened (${messageOf(error)}). Check that it is a database of Archsignal on a local disk, and that this user may read and write it.`, error);
  }
}
