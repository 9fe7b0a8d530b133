/** Why a store could not be opened, copied or saved. */
export type StoreProblem = 'locked' | 'newer' | 'older' | 'missing' | 'damaged' | 'unreachable' | 'engine' | 'refused';

/** Something an operator has to mend; the message is a sentence or two for them: what, where, what to do. */
export class StoreError extends Error {
  readonly problem: StoreProblem;

  constructor(problem: StoreProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.problem = problem;
  }
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : error.name;
};

/** SQLite's codes for a page that is not as it must be, and for a file that is no database. */
const [CORRUPT, NOT_A_DATABASE] = [11, 26];

/** What SQLite refuses for reasons that an operator can do something about, by its code. */
const TROUBLES: Readonly<Record<number, string>> = {
  5: 'The store is busy: another process has held it for more than five seconds. Try again; if it stays so, `fuser` on archsignal.db in DATA_DIR names who holds it.',
  6: 'The store is busy: another process has held it for more than five seconds. Try again; if it stays so, `fuser` on archsignal.db in DATA_DIR names who holds it.',
  8: 'The store cannot be written: this user may not (run this as root, or as the user that the server runs as), or its file system is read-only.',
  10: 'The disk under the store cannot be read or written: look at the disk, and into the system\'s log.',
  13: 'The disk under the store is full, and nothing was changed: make room, and try again.',
  14: 'The store cannot be opened by this user: run this as root, or as the user that the server runs as.',
};

/** The same of PostgreSQL, by its codes. */
const REFUSALS: Readonly<Record<string, string>> = {
  '25006': 'PostgreSQL is read-only: let DATABASE_URL name the server that takes writes, or let this database and role write again.',
  '42501': 'The role in DATABASE_URL lacks a right in PostgreSQL: let it own the database and its tables.',
  '42P01': 'A table of the store is missing in PostgreSQL: restore the last backup, or see which schema the role looks into (search_path).',
  '53100': 'The disk under PostgreSQL is full, and nothing was changed: make room.',
  '53300': 'PostgreSQL takes no more connections: raise max_connections, or let others have fewer.',
  '55P03': 'PostgreSQL kept the store waiting too long: another session holds a lock (pg_locks and pg_stat_activity name it).',
  '57014': 'PostgreSQL kept the store waiting too long: another session holds a lock (pg_locks and pg_stat_activity name it), or the server is overloaded.',
  '57P01': 'PostgreSQL is being stopped.',
  '57P03': 'PostgreSQL is starting or being stopped: try again in a moment.',
};

/** What an operator should know of an error that the engine gave; null: it is another error, or a mistake of the program. */
export function troubleIn(error: unknown): string | null {
  const { errcode, code, severity } = (error ?? {}) as { errcode?: unknown; code?: unknown; severity?: unknown };
  const trouble = typeof errcode === 'number' ? TROUBLES[errcode % 256] : typeof code === 'string' && severity !== undefined ? REFUSALS[code] : undefined;
  return trouble === undefined ? null : `${trouble} (${messageOf(error)})`;
}

/** What SQLite says of a file that is damaged, for the operator; null: that is not what it says. */
export function damageIn(file: string, error: unknown): StoreError | null {
  const code = ((error as { errcode?: number } | null)?.errcode ?? 0) % 256;
  if (code !== CORRUPT && code !== NOT_A_DATABASE) return null;
  const what = code === CORRUPT ? 'is damaged' : 'is no database, or its beginning is damaged';
  return new StoreError('damaged', `The store in ${file} ${what} (${messageOf(error)}): nothing more is read from it or written to it. Stop the server, put the file aside, and restore the last backup (docs/operating.md, "Backup and restore").`, error);
}
