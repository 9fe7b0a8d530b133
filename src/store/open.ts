import { closeSync, existsSync, lstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { sql } from 'kysely';
import { engineOf, silent } from './engine.ts';
import type { Engine, StoreLog } from './engine.ts';
import { StoreError, messageOf, refusalOf } from './errors.ts';
import { giveToOwner, lockFolder } from './lock.ts';
import { migrateUp, refuseNewer, refuseNone, refuseOlder, schemaState } from './migrate.ts';
import { openPostgres, placeOf } from './postgres.ts';
import type { PoolOptions } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import { storeOver } from './over.ts';
import type { Store } from './store.ts';

/** Where the store is. */
export interface StorePlace {
  /** `postgres://…`; absent or empty: the embedded store in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
}

export interface OpenOptions extends StorePlace {
  /**
   * `server`: migrates, and on SQLite is the only server of its folder. `reader`: reads beside a running server.
   * `operator`: as a reader, and may change single rows (`archsignal outbox`). Neither of the two creates or migrates
   * anything: a store that is not there or has another schema is an error. `memory`: an empty store that is gone when it
   * is closed, whatever the place says.
   */
  readonly mode: 'server' | 'reader' | 'operator' | 'memory';
  readonly log?: StoreLog | undefined;
}

export const storeFile = (dataDir: string): string => join(dataDir, 'archsignal.db');

/**
 * Opens the store. Throws a `StoreError`, whose message is for the operator, where that is not possible: another server
 * has the folder, the store is newer than the program, PostgreSQL does not answer.
 */
export async function openStore(options: OpenOptions): Promise<Store> {
  return storeOver(await openEngine(options));
}

/** The engine under the store, for this folder and its tests. */
export async function openEngine(options: OpenOptions): Promise<Engine> {
  const log = options.log ?? silent;
  if (options.mode === 'memory') return openMemory(log);
  if (options.databaseUrl) return openServer(options.databaseUrl, options.mode === 'server', log);
  if (options.mode !== 'server') return openBeside(options.dataDir, options.mode === 'reader', log);
  return (await openFolder(options.dataDir, log)).engine;
}

async function openMemory(log: StoreLog): Promise<Engine> {
  const db = openSqlite(':memory:', false);
  await migrateUp(db, 'sqlite', 'memory');
  return engineOf('sqlite', db, log, () => db.destroy());
}

/** As the one server of a data folder, which is created where it is not there; with the migration steps that were run. */
export async function openFolder(dataDir: string, log: StoreLog): Promise<{ engine: Engine; steps: string[] }> {
  createFolder(dataDir);
  const lock = lockFolder(dataDir);
  let db: Engine['db'] | null = null;
  const close = async (): Promise<void> => {
    await db?.destroy();
    lock.release();
  };
  try {
    db = openSqlite(storeFile(dataDir), false);
    const steps = await migrateUp(db, 'sqlite', dataDir);
    if (steps.length > 0) log.info({ steps }, `The store in ${dataDir} was brought up to date.`);
    return { engine: engineOf('sqlite', db, log, close), steps };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The store holds a signing key, so what is created here is for this user alone. */
function createFolder(dataDir: string): void {
  try {
    makeFolder(resolve(dataDir));
    closeSync(openSync(storeFile(dataDir), 'a', 0o600));
    giveToOwner(storeFile(dataDir), dataDir);
  } catch (error) {
    throw new StoreError('unreachable', `The folder ${dataDir} cannot be used for the store (${messageOf(error)}): let this user write there, or set DATA_DIR to a folder that it may use.`, error);
  }
}

/**
 * Makes a folder with those above it. Node's own way tries for ever where a folder that is there refuses a new one by saying that
 * there is none, as `/proc` does and a folder whose contents are mounted on demand.
 */
function makeFolder(path: string): void {
  const isFolder = (): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder()) return;
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another one may have made it meanwhile.
    if (isFolder()) return;
    const leadsNowhere = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    throw leadsNowhere ? new Error(`${path} is a link to what is not there`) : error;
  }
}

/** Refuses a folder without a store, and one that this user cannot look into. */
export async function refuseUnseen(dataDir: string): Promise<void> {
  try {
    await stat(storeFile(dataDir));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as { code?: unknown }).code))) refuseNone({ version: 0 }, dataDir);
    throw new StoreError('unreachable', `This user cannot look into ${dataDir} (${messageOf(error)}): run this as root, or as the user that the server runs as.`, error);
  }
}

/** Beside a running server, or without one. */
async function openBeside(dataDir: string, readOnly: boolean, log: StoreLog): Promise<Engine> {
  const file = storeFile(dataDir);
  await refuseUnseen(dataDir);
  const db = openSqlite(file, readOnly);
  try {
    const state = await schemaState(db, 'sqlite');
    refuseNewer(state, dataDir);
    refuseOlder(state, dataDir);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return engineOf('sqlite', db, log, () => db.destroy());
}

async function openServer(databaseUrl: string, migrates: boolean, log: StoreLog): Promise<Engine> {
  const place = placeOf(databaseUrl);
  const db = await reachPostgres(databaseUrl, log);
  try {
    if (migrates && (await schemaState(db, 'postgres')).fits === 'older') {
      log.info({}, `The tables of the store in ${place} are not there yet or are older than this program: migrating. Where another server is at it, it is waited for.`);
      const steps = await migratePostgres(databaseUrl, log);
      if (steps.length > 0) log.info({ steps }, `The store in ${place} was brought up to date.`);
    }
    const state = await schemaState(db, 'postgres');
    refuseNewer(state, place);
    refuseOlder(state, place);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return engineOf('postgres', db, log, () => db.destroy());
}

/** Migrates over a connection of its own, which may wait for another replica that is at it. Returns the steps that were run here. */
export async function migratePostgres(databaseUrl: string, log: StoreLog): Promise<string[]> {
  const db = await reachPostgres(databaseUrl, log, { max: 1, unhurried: true });
  try {
    return await migrateUp(db, 'postgres', placeOf(databaseUrl));
  } finally {
    await db.destroy();
  }
}

const OLDEST_POSTGRES = 130_000;

/** What to look at where PostgreSQL cannot be reached as it should. */
function adviceOn(error: unknown): string {
  const message = messageOf(error);
  if (message.includes('unsupported startup parameter')) return 'let the pooler in between ignore statement_timeout and idle_in_transaction_session_timeout (PgBouncer: ignore_startup_parameters), and set both for the role (docs/operating.md, "Move to PostgreSQL").';
  if (message === 'Invalid URL') return 'DATABASE_URL names one host, and a password with @, / or : in it goes into PGPASSWORD.';
  return encryptionAdvice(message, (error as { code?: unknown } | null)?.code) ?? refusalOf(error) ?? 'check DATABASE_URL, and that the server runs and lets this user in.';
}

/** The codes of a certificate that nobody known has signed. */
const UNSIGNED = new Set<unknown>(['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_GET_ISSUER_CERT']);

/** What to do where the two do not agree on encryption; null: that is not it. */
function encryptionAdvice(message: string, code: unknown): string | null {
  if (UNSIGNED.has(code)) return 'nobody that this machine trusts has signed its certificate; name the file of who has in DATABASE_URL: sslrootcert=/path/to/ca.pem.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate is for another name; use that one in DATABASE_URL, or sslmode=verify-ca, which does not look at it.';
  if (code === 'CERT_HAS_EXPIRED') return 'renew its certificate.';
  if (message.includes('sslmode=verify-ca requires')) return 'name the file in DATABASE_URL: sslrootcert=/path/to/ca.pem.';
  if (message.includes('does not support SSL')) return 'let it encrypt, or take sslmode out of DATABASE_URL.';
  return message.includes('no encryption') ? 'it may let in only who encrypts: add sslmode=verify-full to DATABASE_URL, or else see pg_hba.conf there.' : null;
}

/** A pool of which one connection has answered, from a server that is recent enough. */
export async function reachPostgres(databaseUrl: string, log: StoreLog, pool: PoolOptions = {}): Promise<Engine['db']> {
  const place = placeOf(databaseUrl);
  const unreachable = (error: unknown): StoreError => new StoreError('unreachable',
    `PostgreSQL at ${place} does not answer as it should (${messageOf(error)}): ${adviceOn(error)}`, error);
  let db: Engine['db'];
  try {
    db = openPostgres(databaseUrl, log, pool);
  } catch (error) {
    throw unreachable(error);
  }
  try {
    const { rows } = await sql<{ version: number; encoding: string }>`
      select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`.execute(db);
    const server = rows[0];
    if (!server || server.version < OLDEST_POSTGRES) throw new Error('version 13 or newer is needed');
    if (server.encoding !== 'UTF8') throw new Error(`its encoding is ${server.encoding}, UTF8 is needed`);
    return db;
  } catch (error) {
    await db.destroy();
    throw unreachable(error);
  }
}
