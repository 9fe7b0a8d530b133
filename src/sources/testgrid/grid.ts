import type { TimeUnit } from '../time.ts';

/** Cells of one value in a row, newest first; checked when they are walked, as there may be millions. */
export interface CellRun {
  readonly count: number;
  readonly value: number;
}

export interface GridRow {
  readonly name: string;
  /** Run-length encoded, newest first. */
  readonly cells: readonly unknown[];
  /** One per cell that is not empty (TestGrid's rule), or one per column. */
  readonly messages: readonly unknown[];
}

/** A column: one run of the job. */
export interface GridColumn {
  /** Start, epoch milliseconds; null: none given. */
  readonly started: number | null;
  /** Unique within the grid. */
  readonly build: string;
  readonly commit: string | null;
  /** The run's page. */
  readonly url: string | null;
}

/** The table of one tab, the same for both APIs. */
export interface Grid {
  /** Newest first, in the source's own order. */
  readonly columns: readonly GridColumn[];
  readonly rows: readonly GridRow[];
  /** The storage path of the job's logs; null where the API does not tell. */
  readonly query: string | null;
  /** The units that its times came in. */
  readonly units: ReadonlySet<TimeUnit>;
}

/** How a cell counts, by weight: the heaviest cell of a column decides it. */
export const NONE = 0;
export const PASS = 1;
export const FLAKY = 2;
export const FAIL = 3;

/** TestGrid's cell values (test_status.proto), 0 to 15, as they count (contract, "How a job's health is read"). */
const WEIGHTS = Uint8Array.of(NONE, PASS, PASS, PASS, NONE, NONE, NONE, NONE, NONE, FAIL, FAIL, FAIL, FAIL, FLAKY, FAIL, PASS);

/** What a cell of this value counts for; values that are not known do not count. */
export const weigh = (value: number): number => WEIGHTS[value] ?? NONE;

/** The run of equal cells, or null where it is none. */
export function cellRun(entry: unknown): CellRun | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { count, value } = entry as { count?: unknown; value?: unknown };
  return Number.isInteger(count) && (count as number) >= 0 && typeof value === 'number' ? { count: count as number, value } : null;
}

/** A row at one column: how many cells it has in all, the cell's value, and how many cells before it are not empty. */
export interface RowLook {
  readonly length: number;
  readonly value: number;
  readonly filledBefore: number;
  readonly filled: number;
}

/** Walks a row's runs once. Null: they are not what run-length encoding looks like. */
export function lookAt(row: GridRow, column: number): RowLook | null {
  let length = 0;
  let value = 0;
  let filled = 0;
  let filledBefore = 0;
  for (const entry of row.cells) {
    const run = cellRun(entry);
    if (!run) return null;
    if (column >= length && column < length + run.count) {
      value = run.value;
      filledBefore = filled + (run.value === 0 ? 0 : column - length);
    }
    length += run.count;
    if (run.value !== 0) filled += run.count;
  }
  return { length, value, filledBefore, filled };
}
