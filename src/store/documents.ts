import { setImmediate } from 'node:timers/promises';
import type { z } from 'zod';
import { reportBroken, unlessTaken } from './engine.ts';
import type { Engine } from './engine.ts';
import { parseAgain } from './schemas/parse.ts';
import type { TableName } from './tables.ts';

/** A row whose content is one JSON document. */
export interface DocumentRow {
  readonly id: string;
  readonly document: string;
}

/** The documents that can be read; one that cannot is left out and reported, and its row stays. */
export function readable<T>(engine: Engine, table: TableName, schema: z.ZodType<T>, rows: readonly DocumentRow[]): T[] {
  return rows.flatMap((row) => {
    const parsed = parseAgain(schema, row.document);
    if (parsed.ok) return [parsed.value];
    reportBroken(engine, table, row.id, parsed.problem);
    return [];
  });
}

/**
 * The rows of a long list, a page at a time and with a turn for everybody else in between. `page` gives at most `size` rows
 * after the last one of the page before (null: from the start).
 */
export async function* pages<Row>(size: number, page: (last: Row | null) => Promise<readonly Row[]>): AsyncGenerator<readonly Row[], void> {
  for (let last: Row | null = null; ;) {
    const rows: readonly Row[] = await page(last);
    yield rows;
    last = rows.at(-1) ?? null;
    if (rows.length < size) return;
    await setImmediate();
  }
}

/** The two ways in which a revision gets into its table. */
interface Writes {
  readonly insert: () => Promise<{ readonly numInsertedOrUpdatedRows?: bigint | undefined }>;
  readonly update: (expected: number) => Promise<{ readonly numUpdatedRows: bigint }>;
}

/**
 * Writes an entity's next revision if it still has the expected one (null: if it does not exist yet).
 * False: somebody else was faster, and the transaction has to be given up. Throws where the revision does not grow.
 */
export async function writeRevision(entity: string, expected: number | null, revision: number, { insert, update }: Writes): Promise<boolean> {
  if (expected !== null && revision <= expected) throw new Error(`${entity} would be stored with revision ${revision} over ${expected}: every change grows it`);
  return unlessTaken(async () => (expected === null ? (await insert()).numInsertedOrUpdatedRows : (await update(expected)).numUpdatedRows) === 1n);
}
