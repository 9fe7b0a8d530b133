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
  '08P01': 'PostgreSQL, or a pooler before it, does not take what the store sends: a pooler has to reach PostgreSQL and to lend its connections for whole transactions (PgBouncer: pool_mode).',
  '25006': 'PostgreSQL is read-only: let DATABASE_URL name the server that takes writes, or let this database and role write again.',
  '28000': 'PostgreSQL does not let the role in DATABASE_URL in: see pg_hba.conf there.',
  '28P01': 'PostgreSQL does not let the role in DATABASE_URL in: the password is not its.',
  '3D000': 'The database in DATABASE_URL is not there: correct the address, or restore the last backup.',
  '42501': 'The role in DATABASE_URL lacks a right in PostgreSQL: let it own the database and its tables.',
  '42703': 'A table of the store is not as this version made it: restore the last backup, or see which schema the role looks into (search_path).',
  '42P01': 'A table of the store is missing in PostgreSQL: restore the last backup, or see which schema the role looks into (search_path).',
  '53100': 'The disk under PostgreSQL is full, and nothing was changed: make room.',
  '53200': 'PostgreSQL is out of memory: give it more, or let others use less of it.',
  '53300': 'PostgreSQL takes no more connections: raise max_connections or what the role may have, or let others have fewer.',
  '55P03': 'PostgreSQL kept the store waiting too long: another session holds a lock (pg_locks and pg_stat_activity name it).',
  '57014': 'PostgreSQL kept the store waiting too long: another session holds a lock (pg_locks and pg_stat_activity name it), or the server is overloaded.',
  '57P01': 'PostgreSQL is being stopped.',
  '57P03': 'PostgreSQL is starting or being stopped: try again in a moment.',
  '58030': 'The disk under PostgreSQL cannot be read or written: look at the disk, and into its log.',
  XX001: 'PostgreSQL finds a table of the store damaged: look at the disk under it and into its log, and restore the last backup.',
  XX002: 'PostgreSQL finds an index of the store damaged: look at the disk under it and into its log, then REINDEX DATABASE.',
};

/** Kinds of PostgreSQL's codes that tell of the server, its disk or the way to it, and never of what was asked. */
const ITS_OWN = new Set(['08', '28', '3D', '53', '54', '55', '57', '58', 'F0', 'XX']);

/** What PostgreSQL refused, in words for the operator; null: that is not PostgreSQL's, or a mistake of the program. */
export function refusalOf(error: unknown): string | null {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  if (typeof code !== 'string' || severity === undefined) return null;
  return REFUSALS[code] ?? (ITS_OWN.has(code.slice(0, 2)) ? 'PostgreSQL cannot do what the store asks: look into its log.' : null);
}

/** Too many writers at once, again and again: the caller should load anew and decide anew. */
export class Contention extends Error {}

/** What an operator should know of an error that the engine gave; null: it is another error, or a mistake of the program. */
export function troubleIn(error: unknown): string | null {
  if (error instanceof Contention) return troubleIn(error.cause);
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  const trouble = typeof errcode === 'number' ? TROUBLES[errcode % 256] ?? null : refusalOf(error);
  return trouble === null ? null : `${trouble} (${messageOf(error)})`;
}

/** What SQLite says of a file that is damaged, for the operator; null: that is not what it says. */
export function damageIn(file: string, error: unknown): StoreError | null {
  const code = ((error as { errcode?: number } | null)?.errcode ?? 0) % 256;
  if (code !== CORRUPT && code !== NOT_A_DATABASE) return null;
  const what = code === CORRUPT ? 'is damaged' : 'is no database, or its beginning is damaged';
  return new StoreError('damaged', `The store in ${file} ${what} (${messageOf(error)}): nothing more is read from it or written to it. Stop the server, put the file aside, and restore the last backup (docs/operating.md, "Backup and restore").`, error);
}
