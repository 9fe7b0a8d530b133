import type { CiJob, CiRun } from './model.ts';

/** What TestGrid concludes from a job's runs, by its own rules (which are not this project's). */

export interface Row {
  readonly name: string;
  /** Newest first, one per visible run. */
  readonly cells: readonly number[];
  readonly messages: readonly string[];
}

export interface Alert { readonly row: Row; readonly count: number; readonly firstFailed: CiRun; readonly newestFailed: CiRun; readonly lastPassed: CiRun | null; readonly message: string }

export interface Reading {
  readonly runs: readonly CiRun[];
  readonly rows: readonly Row[];
  readonly alerts: readonly Alert[];
  readonly status: 'PASSING' | 'FAILING' | 'FLAKY' | 'STALE' | 'PENDING' | '';
  readonly text: string;
  readonly latestGreen: CiRun | null;
}

const FAILS = new Set([9, 10, 11, 12, 14]);
const PASSES = new Set([1, 2, 3, 15]);
const RECENT = 10;

/** Reads a job as TestGrid would at a moment. */
export function read(job: CiJob, now: number): Reading {
  const runs = job.visible;
  const overall: Row[] = job.overall === null ? [] : [{ name: job.overall, cells: runs.map((r) => r.overallCell), messages: runs.map((r) => (r.outcome === 'running' ? 'Build still running...' : '')) }];
  const rows = [...overall, ...job.tests.map((name) => ({ name, cells: runs.map((r) => r.cellOf(name)), messages: runs.map((r) => r.messageOf(name)) }))];
  const alerts = rows.map((row) => alertOf(row, runs, job.alertAfter)).filter((a) => a !== null);
  const columns = runs.map((_, i) => rows.map((r) => r.cells[i] ?? 0));
  return { runs, rows, alerts, latestGreen: greenest(runs, columns), ...verdict(job, columns, alerts, now) };
}

function alertOf(row: Row, runs: readonly CiRun[], alertAfter: number): Alert | null {
  const failed: CiRun[] = [];
  let lastPassed: CiRun | null = null;
  for (const [i, cell] of row.cells.entries()) {
    const run = runs[i];
    if (!run) break;
    if (FAILS.has(cell)) failed.push(run);
    else if (cell === 13 || PASSES.has(cell)) { lastPassed = run; break; }
  }
  const newestFailed = failed[0];
  const firstFailed = failed.at(-1);
  if (!newestFailed || !firstFailed || failed.length < alertAfter) return null;
  return { row, count: failed.length, firstFailed, newestFailed, lastPassed, message: row.messages[runs.indexOf(newestFailed)] ?? '' };
}

const settled = (cells: readonly number[]): boolean => cells.some((c) => FAILS.has(c) || PASSES.has(c) || c === 13);

function verdict(job: CiJob, columns: readonly (readonly number[])[], alerts: readonly Alert[], now: number): Pick<Reading, 'status' | 'text'> {
  const newest = job.runs[0];
  if (!newest) return { status: '', text: 'no completed results' };
  const recent = columns.filter(settled).slice(0, RECENT);
  if (recent.length === 0) return { status: 'PENDING', text: 'no completed results' };
  const passed = recent.filter((cells) => cells.every((c) => c === 0 || PASSES.has(c))).length;
  const cells = recent.flat().filter((c) => c !== 0);
  const good = cells.filter((c) => PASSES.has(c)).length;
  const share = (part: number, whole: number): string => (whole === 0 ? '0.0%' : `${((part / whole) * 100).toFixed(1)}%`);
  const text = `${passed} of ${recent.length} (${share(passed, recent.length)}) recent columns passed (${good} of ${cells.length} or ${share(good, cells.length)} cells)`;
  if (job.staleAfter !== null && now - newest.at > job.staleAfter) return { status: 'STALE', text };
  if (alerts.length > 0) return { status: 'FAILING', text };
  return { status: passed === recent.length ? 'PASSING' : 'FLAKY', text };
}

function greenest(runs: readonly CiRun[], columns: readonly (readonly number[])[]): CiRun | null {
  const at = columns.findIndex((cells) => settled(cells) && cells.every((c) => c === 0 || PASSES.has(c)));
  return runs[at] ?? null;
}
