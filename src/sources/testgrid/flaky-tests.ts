import type { TestFlakes } from '../../domain/run.ts';
import { storable } from '../text.ts';
import { cellRun, FAIL, FLAKY, NONE, PASS, weigh } from './grid.ts';
import type { Grid, GridRow } from './grid.ts';

/** Tests of one job that are told, and failures of each. */
const MOST_TESTS = 10;
const MOST_FLAKES = 30;
const MAX_NAME = 1000;

/** So far back from the newest run is looked (ms): a week's report, and the week before. */
const LOOKED_AT = 15 * 86_400_000;

/** Cells that are looked at: of a table with more of them in rows that failed, fewer of the newest columns. */
const MOST_CELLS = 20_000_000;

/** A run in which more tests failed than these says something of the run, and not of its tests. */
const MOST_IN_A_RUN = 10;

/**
 * The tests that failed and passed again without being broken, those that did so most often first: failed cells in rows of
 * fewer than `broken` with a pass after them, those whose commit the same test also passed on, and cells that TestGrid calls
 * flaky. `rows`: those that are tests.
 */
export function flakyTests(grid: Pick<Grid, 'columns'>, rows: readonly GridRow[], broken: number): TestFlakes[] {
  const newest = grid.columns.reduce((at, c) => Math.max(at, c.started ?? at), -Infinity);
  const young = ({ started }: Grid['columns'][number]): boolean => started !== null && started >= newest - LOOKED_AT;
  const recent = grid.columns.findLastIndex(young) + 1;
  const failed = rows.filter((row) => hasFailed(row, recent, grid.columns.length));
  const columns = grid.columns.slice(0, Math.min(recent, Math.floor(MOST_CELLS / Math.max(failed.length, 1))));
  const failures = new Uint32Array(columns.length);
  const failing = failed.map((row) => {
    const cells = weights(row.cells, columns.length);
    cells.forEach((c, i) => { if (c === FAIL) failures[i] = (failures[i] ?? 0) + 1; });
    return { name: row.name, cells };
  });
  const counts = columns.map((column, i) => young(column) && (failures[i] ?? 0) <= MOST_IN_A_RUN);
  return failing.map(({ name, cells }): TestFlakes => {
    const passedOn = new Set(columns.flatMap(({ commit }, i) => commit !== null && cells[i] === PASS ? [commit] : []));
    const sameCommit = (i: number): boolean => passedOn.has(columns[i]?.commit ?? '');
    const flakes = shortRows(cells, broken, sameCommit).filter((i) => counts[i]);
    return { name: storable(name, MAX_NAME), flakes: flakes.slice(0, MOST_FLAKES).map((i) => ({ at: columns[i]?.started ?? 0, sameCommit: sameCommit(i) })) };
  }).filter((t) => t.flakes.length > 0).sort((a, b) => b.flakes.length - a.flakes.length).slice(0, MOST_TESTS);
}

/** Whether something failed in the newest columns; not of a row that does not fit. */
function hasFailed({ cells }: GridRow, columns: number, all: number): boolean {
  let at = 0;
  let failed = false;
  for (const entry of cells) {
    const run = cellRun(entry);
    if (!run) return false;
    failed ||= at < columns && weigh(run.value) >= FLAKY;
    at += run.count;
  }
  return failed && at === all;
}

/** A weight for each of the newest columns. */
function weights(cells: GridRow['cells'], columns: number): Uint8Array {
  const found = new Uint8Array(columns);
  let at = 0;
  for (const entry of cells) {
    const { count = 0, value = 0 } = cellRun(entry) ?? {};
    const weight = weigh(value);
    if (weight !== NONE) found.fill(weight, at, at + count);
    if ((at += count) >= columns) break;
  }
  return found;
}

/** The columns of flakes, newest first. What failed last is not told apart from a breakage yet. */
function shortRows(cells: Uint8Array, broken: number, sameCommit: (column: number) => boolean): number[] {
  const found: number[] = [];
  let passedSince = false;
  let row: number[] = [];
  const end = (): void => {
    found.push(...passedSince && row.length < broken ? row : row.filter(sameCommit));
    row = [];
  };
  cells.forEach((cell, i) => {
    if (cell === FAIL) row.push(i);
    else if (cell !== NONE) {
      end();
      passedSince = true;
      if (cell === FLAKY) found.push(i);
    }
  });
  end();
  return found;
}
