import { accessSync, chownSync, constants, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { StoreError, messageOf } from './errors.ts';

const BUSY = 5;

/** What is held until the process gives it back or dies. */
export interface Held {
  release(): void;
}

/**
 * Makes this process the one owner of a data folder. The lock is SQLite's own on a small file beside the store, so the
 * operating system drops it however the process ends; the file stays. Throws a `StoreError` where somebody else has it.
 */
export function lockFolder(dataDir: string): Held {
  const db = openLock(dataDir);
  try {
    db.exec('begin exclusive');
  } catch (error) {
    db.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== BUSY) throw cannotLock(dataDir, error);
    throw new StoreError('locked', `Another Archsignal server is using ${dataDir}: stop it first, give this one a DATA_DIR of its own, or set DATABASE_URL so that several servers can share the work.`);
  }
  return { release: () => { if (db.isOpen) db.close(); } };
}

function openLock(dataDir: string): DatabaseSync {
  const file = join(dataDir, 'server.lock');
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file, { timeout: 0 });
    giveToOwner(file, dataDir);
    // SQLite opens a file that may not be written all the same, and then locks nothing.
    accessSync(file, constants.W_OK);
    return db;
  } catch (error) {
    db?.close();
    throw cannotLock(dataDir, error);
  }
}

/** Root may make a store for a server that runs as somebody else, who has to be able to open it: it is theirs whose folder it is. */
export function giveToOwner(file: string, dataDir: string): void {
  if (process.geteuid?.() !== 0) return;
  try {
    const { uid, gid } = statSync(dataDir);
    chownSync(file, uid, gid);
  } catch {
    // A root that may give nothing away, as in some containers, is the one who runs the server.
  }
}

const cannotLock = (dataDir: string, error: unknown): StoreError =>
  new StoreError('unreachable', `The folder ${dataDir} cannot be locked (${messageOf(error)}): check that it is on a local disk and that this user may write there.`, error);
