import type { Kysely, Transaction } from 'kysely';
import type { Incident } from '../domain/incident.ts';
import type { Tables } from './tables.ts';
import { Contention, messageOf } from './errors.ts';
import { Together } from './together.ts';

export type EngineKind = 'sqlite' | 'postgres';

/** Where the store tells of what it had to set aside; a pino logger fits. */
export interface StoreLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silent: StoreLog = { info: () => {}, warn: () => {}, error: () => {} };

/** A database handle: the engine's own, or one inside a transaction. */
export type Handle = Kysely<Tables> | Transaction<Tables>;

/** The issues of all that is kept, as `repository#number`, for the engine that one process has for itself. */
export interface KnownIssues {
  readonly names: Set<string>;
  /** Null: not read yet. */
  read: Promise<void> | null;
}

/** An open database and what the modules of this folder share about it. */
export interface Engine {
  readonly kind: EngineKind;
  readonly db: Kysely<Tables>;
  readonly log: StoreLog;
  /** What SQLite's transactions share a commit in; PostgreSQL sees to that itself. */
  readonly together: Together | null;
  /** Numbers of the jobs met so far, by project and key. A job's number never changes. */
  readonly jobIds: Map<string, Map<string, number>>;
  /** Live incidents as they were last read, by project and id: one whose revision is the same is not parsed again. */
  readonly incidents: Map<string, ReadonlyMap<string, Incident>>;
  /** The issues of all that is kept; null where other servers write as well. */
  readonly known: KnownIssues | null;
  /** The last day on which each source is stored as read well, by project and source. */
  readonly goodDays: Map<string, Map<string, number>>;
  /** Broken rows that have been reported, so that each is told once and not with every poll. */
  readonly reported: Set<string>;
  close(): Promise<void>;
}

export const engineOf = (kind: EngineKind, db: Kysely<Tables>, log: StoreLog, close: () => Promise<void>): Engine =>
  ({ kind, db, log, together: kind === 'sqlite' ? new Together(db) : null, jobIds: new Map(), incidents: new Map(),
    known: kind === 'sqlite' ? { names: new Set(), read: null } : null, goodDays: new Map(), reported: new Set(), close });

const ATTEMPTS = 5;
/** PostgreSQL: serialization failure, deadlock, lock not available. */
const TRANSIENT = new Set(['40001', '40P01', '55P03']);

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

/** Does again, a few times, what PostgreSQL refuses for the sake of order and has undone; then it ends as `Contention`. */
export async function inOrder<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!TRANSIENT.has(String(codeOf(error)))) throw error;
      if (attempt >= ATTEMPTS) throw new Contention(`the database refused the transaction again and again (${messageOf(error)})`, { cause: error });
    }
  }
}

/**
 * Runs `work` in one transaction; SQLite's begin IMMEDIATE, and those of one moment share a commit. What PostgreSQL refuses for the sake of order is run again a
 * few times, then ends as `Contention`. Inside, only the handle that is passed may be used: the outer one would wait for
 * its own transaction.
 */
export const inTransaction = <T>(engine: Engine, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> =>
  inOrder(() => engine.together?.run(work) ?? engine.db.transaction().execute(work));

/** SQLite's extended result codes for a broken UNIQUE or PRIMARY KEY constraint. */
const SQLITE_NOT_UNIQUE = new Set([2067, 1555]);

const isTaken = (error: unknown): boolean =>
  codeOf(error) === '23505' || SQLITE_NOT_UNIQUE.has((error as { errcode?: number } | null)?.errcode ?? 0);

/** What a statement says of its success; false where it failed because the place that it wanted is taken. */
export async function unlessTaken(statement: () => Promise<boolean>): Promise<boolean> {
  try {
    return await statement();
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

/** Tells once per process of a row that cannot be read, which is then skipped. */
export function reportBroken(engine: Engine, table: string, id: string, problem: string): void {
  const mark = `${table} ${id}`;
  if (engine.reported.has(mark)) return;
  if (engine.reported.size > 10_000) engine.reported.clear();
  engine.reported.add(mark);
  engine.log.error({ table, id, problem }, `A row of ${table} cannot be read and is set aside: ${id}. It was probably written by another version; the rest goes on without it.`);
}
