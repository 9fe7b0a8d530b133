import { DatabaseSync, type StatementSync } from 'node:sqlite';
import pg from 'pg';

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
