import { DatabaseSync, StatementSync } from 'node:sqlite';
import pg from 'pg';

/** Characters of a row's texts. */
const textOf = (row: object): number => Object.values(row).reduce<number>((n, value) => n + (typeof value === 'string' ? value.length : 0), 0);

/** Has `seen` see what a method of every object of a class answers. */
function watch(prototype: object, method: string, seen: (answer: unknown) => void): void {
  const real = Reflect.get(prototype, method) as (...given: unknown[]) => unknown;
  Reflect.set(prototype, method, function watched(this: unknown, ...given: unknown[]): unknown {
    const answer: unknown = Reflect.apply(real, this, given);
    seen(answer);
    return answer;
  });
}

/** Counts, from now on, the characters of all that anybody in this process reads from a database. */
export function countReads(): { readonly read: number } {
  const count = { read: 0 };
  const rows = (all: readonly object[]): void => { for (const row of all) count.read += textOf(row); };
  watch(StatementSync.prototype, 'all', (answer) => { rows(answer as object[]); });
  watch(pg.Client.prototype, 'query', (answer) => {
    if (answer instanceof Promise) answer.then((result: { rows?: object[] }) => { rows(result.rows ?? []); }, () => {});
  });
  return count;
}

/** Has PostgreSQL tell the time of a clock that is held (epoch ms): all servers on it go by its clock, and it is in no other year than the machine. */
export function holdTime(now: () => number): void {
  const real = Reflect.get(pg.Client.prototype, 'query') as (...given: unknown[]) => unknown;
  Reflect.set(pg.Client.prototype, 'query', function held(this: unknown, text: unknown, ...given: unknown[]): unknown {
    return Reflect.apply(real, this, [typeof text === 'string' ? text.replaceAll('clock_timestamp()', () => `to_timestamp(${now() / 1_000})`) : text, ...given]);
  });
}

/** The store read past the program, on either engine. */
export interface Rows {
  ask(statement: string): Promise<Record<string, unknown>[]>;
  end(): Promise<void>;
}

/** `file`: SQLite's; `url`: PostgreSQL's, which goes first where it is given. */
export async function rowsOf(file: string, url: string | undefined): Promise<Rows> {
  if (url !== undefined) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return { ask: async (statement) => (await client.query<Record<string, unknown>>(statement)).rows, end: () => client.end() };
  }
  const db = new DatabaseSync(file, { readOnly: true });
  const prepared = new Map<string, StatementSync>();
  return {
    ask: async (statement) => {
      const known = prepared.get(statement) ?? db.prepare(statement);
      prepared.set(statement, known);
      return known.all();
    },
    end: async () => { db.close(); },
  };
}
