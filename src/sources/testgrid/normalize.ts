import type { Job, JobReading } from '../../domain/job.ts';
import type { FailingTest, Outcome, Run } from '../../domain/run.ts';
import { storable } from '../text.ts';
import { flakyTests } from './flaky-tests.ts';
import { cellRun, FAIL, FLAKY, lookAt, NONE, PASS, weigh } from './grid.ts';
import type { Grid, GridRow, RowLook } from './grid.ts';

const MAX_FAILING_TESTS = 50;
const MAX_MESSAGE = 2000;
const MAX_NAME = 1000;

/** What was odd about a table that could be read. */
export interface Oddities {
  /** Its times came in more than one unit. */
  readonly mixedUnits: boolean;
  /** Columns without a time, which were left out. */
  readonly untimed: number;
  /** Rows that do not fit the columns, which were left out; none of them decides an outcome. */
  readonly misfits: number;
}

export type Normalized =
  | { readonly ok: true; readonly reading: JobReading & { kind: 'runs' }; readonly oddities: Oddities }
  /** The table cannot be right: a clause that says why. */
  | { readonly ok: false; readonly message: string };

/** What a job's reading is made from besides its grid. */
export interface Subject {
  readonly job: Job;
  /** The tab's page. */
  readonly page: string;
}

/**
 * Reads a job's runs from its tab's grid (contract, "How a job's health is read"): the job's outcome is its `Overall`
 * row, or, where there is none, a column fails if any of its cells failed.
 */
export function normalize(grid: Grid, subject: Subject): Normalized {
  const overall = overallRow(grid, subject.job);
  const outcomes = overall ? rowOutcomes(overall, grid.columns.length) : columnOutcomes(grid);
  if (typeof outcomes === 'string') return { ok: false, message: outcomes };
  const runs: Run[] = [];
  let head = -1;
  let unfinished = 0;
  let untimed = 0;
  grid.columns.forEach((column, i) => {
    const outcome = OUTCOMES[outcomes[i] ?? NONE];
    if (column.started === null) untimed++;
    else if (!outcome) unfinished++;
    else {
      if (head < 0) head = i;
      runs.push({ build: column.build, started: column.started, finished: null, outcome, commit: column.commit, url: column.url });
    }
  });
  const tests = readTests(grid, head);
  return {
    ok: true,
    oddities: { mixedUnits: grid.units.size > 1, untimed, misfits: tests.misfits },
    reading: {
      kind: 'runs', key: subject.job.key, runs, complete: true, unfinished,
      failingTests: tests.failing, moreFailingTests: tests.more, testsTotal: tests.total === 0 ? null : tests.total,
      flakyTests: flakyTests(grid, grid.rows.filter((r) => !isOverallRow(r)), subject.job.thresholds.failuresToOpen),
      links: { page: subject.page, logs: runs.find((r) => r.outcome === 'fail')?.url ?? null },
    },
  };
}

/** By weight: NONE, PASS, FLAKY, FAIL. */
const OUTCOMES: readonly (Outcome | null)[] = [null, 'pass', 'flaky', 'fail'];

/** The row that tells how the job itself did, in whatever letter case; spelled exactly, if there are several. */
function overallRow({ rows, query }: Grid, job: Job): GridRow | undefined {
  const prefixes = [job.name, job.tab, query?.split('/').at(-1)];
  const names = ['Overall', ...prefixes.filter((p) => typeof p === 'string' && p !== '').map((p) => `${p}.Overall`)];
  const alike = new Set(names.map((n) => n.toLowerCase()));
  return rows.find((row) => names.includes(row.name)) ?? rows.find((row) => isOverallRow(row) && alike.has(row.name.toLowerCase()));
}

const isOverallRow = (row: GridRow): boolean => /(^|\.)overall$/i.test(row.name);

/** A weight per column, or why the row cannot be right. */
const rowOutcomes = (row: GridRow, columns: number): Uint8Array | string => heaviest([row], columns, (length) => length === columns);

/** The heaviest cell of every column, or why a row cannot be right. A row without any cell says nothing. */
const columnOutcomes = ({ rows, columns }: Grid): Uint8Array | string => heaviest(rows, columns.length, (length) => length === columns.length || length === 0);

/** The heaviest of the rows' cells for every column, or why a row cannot be right. Only where runs of cells begin and end is put down: each may claim as many as it likes. */
function heaviest(rows: readonly GridRow[], columns: number, fits: (length: number) => boolean): Uint8Array | string {
  const edges = WEIGHTS.map((weight) => ({ weight, changes: new Int32Array(columns + 1) }));
  for (const row of rows) {
    const length = markEdges(row, columns, edges);
    if (length === null || !fits(length)) return misfit(row, length, columns);
  }
  const weights = new Uint8Array(columns);
  for (const { weight, changes } of edges) {
    let cells = 0;
    for (let i = 0; i < columns; i++) if ((cells += changes[i] ?? 0) > 0) weights[i] = weight;
  }
  return weights;
}

/** By rising weight, so that the heaviest stands. */
const WEIGHTS = [PASS, FLAKY, FAIL] as const;

/** Puts down where cells of each weight begin (1) and end (-1); answers with how many cells the row has, null where they make no sense. */
function markEdges(row: GridRow, columns: number, edges: readonly { readonly weight: number; readonly changes: Int32Array }[]): number | null {
  let at = 0;
  for (const entry of row.cells) {
    const run = cellRun(entry);
    if (!run) return null;
    const changes = edges.find((e) => e.weight === weigh(run.value))?.changes;
    const [from, to] = [Math.min(at, columns), Math.min(at + run.count, columns)];
    if (changes) {
      changes[from] = (changes[from] ?? 0) + 1;
      changes[to] = (changes[to] ?? 0) - 1;
    }
    at += run.count;
  }
  return at;
}

function misfit(row: GridRow, length: number | null, columns: number): string {
  const name = JSON.stringify(storable(row.name, 120));
  if (length === null) return `its row ${name} has cells of an unknown form`;
  return `its row ${name} has ${length} cells for ${columns} columns, so it is ${length < columns ? 'shorter' : 'longer'} than announced`;
}

interface Tests {
  readonly failing: readonly FailingTest[];
  readonly more: number;
  /** Rows with a result in that column. */
  readonly total: number;
  readonly misfits: number;
}

/** The tests of one column, that of the newest finished run; -1: there is none. */
function readTests(grid: Grid, column: number): Tests {
  const failing: FailingTest[] = [];
  let [more, total, misfits] = [0, 0, 0];
  for (const row of grid.rows) {
    if (isOverallRow(row)) continue;
    const look = lookAt(row, column);
    if (!look || (look.length !== grid.columns.length && look.length !== 0)) misfits++;
    else if (column >= 0 && weigh(look.value) !== NONE) {
      total++;
      if (weigh(look.value) !== FAIL) continue;
      if (failing.length < MAX_FAILING_TESTS) failing.push({ name: storable(row.name, MAX_NAME), message: messageAt(row, look, column) });
      else more++;
    }
  }
  return { failing, more, total, misfits };
}

/** Messages belong to the cells that are not empty; where there are as many as columns, to those. */
function messageAt(row: GridRow, look: RowLook, column: number): string | null {
  const at = row.messages.length === look.filled ? look.filledBefore : row.messages.length === look.length ? column : -1;
  const message = row.messages[at];
  return typeof message === 'string' && message.trim() !== '' ? storable(message, MAX_MESSAGE) : null;
}
