import type { Job, JobReading } from '../../domain/job.ts';
import type { FailingTest, Outcome, Run } from '../../domain/run.ts';
import { storable } from '../text.ts';
import { flakyTests } from './flaky-tests.ts';
import { cellRun, FAIL, lookAt, NONE, weigh } from './grid.ts';
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
  const overall = grid.rows.find(overallOf(subject.job, grid.query));
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

/** True for the row that tells how the job itself did. */
function overallOf(job: Job, query: string | null): (row: GridRow) => boolean {
  const prefixes = [job.name, job.tab, query?.split('/').at(-1)];
  const names = new Set(['Overall', ...prefixes.filter((p) => typeof p === 'string' && p !== '').map((p) => `${p}.Overall`)]);
  return (row) => names.has(row.name);
}

const isOverallRow = (row: GridRow): boolean => /(^|\.)overall$/i.test(row.name);

/** A weight per column, or why the row cannot be right. */
function rowOutcomes(row: GridRow, columns: number): Uint8Array | string {
  const weights = new Uint8Array(columns);
  const length = applyRow(row, weights);
  return length === columns ? weights : misfit(row, length, columns);
}

/** The heaviest cell of every column, or why a row cannot be right. A row without any cell says nothing. */
function columnOutcomes(grid: Grid): Uint8Array | string {
  const weights = new Uint8Array(grid.columns.length);
  for (const row of grid.rows) {
    const length = applyRow(row, weights);
    if (length !== grid.columns.length && length !== 0) return misfit(row, length, grid.columns.length);
  }
  return weights;
}

/** Raises the weights to those of the row's cells; answers with how many cells it has, null where they make no sense. */
function applyRow(row: GridRow, weights: Uint8Array): number | null {
  let at = 0;
  for (const entry of row.cells) {
    const run = cellRun(entry);
    if (!run) return null;
    const weight = weigh(run.value);
    const end = Math.min(at + run.count, weights.length);
    if (weight !== NONE) for (let i = at; i < end; i++) if ((weights[i] ?? NONE) < weight) weights[i] = weight;
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
