import { isoTime } from '../time.ts';
import { commitOf, uniqueBuilds, idText } from './columns.ts';
import type { CellRun, Grid, GridRow } from './grid.ts';
import { V1Header, V1Headers, V1Row, V1Rows, V1Summaries, V1Summary } from './schema.ts';

/** The newer API's own key of a tab, by which it is found again in the answer: lower-case letters and digits. Requests carry the name as it is; the server makes the same of it. */
export const v1Key = (name: string): string => name.replace(/[^a-zA-Z0-9]+/g, '').toLowerCase();

/** The tab summaries by the key of their tab; null: they are not of that shape. */
export function readV1Summaries(json: unknown): Map<string, object> | null {
  const parsed = V1Summaries.safeParse(json);
  if (!parsed.success) return null;
  const entries = new Map<string, object>();
  for (const raw of parsed.data.tab_summaries) {
    const entry = V1Summary.safeParse(raw);
    if (!entry.success) return null;
    entries.set(v1Key(entry.data.tab_name) || entry.data.tab_name, raw as object);
  }
  return entries;
}

/** One tab's headers and rows as a grid; null: they are not of that shape. */
export function readV1Grid(headersJson: unknown, rowsJson: unknown): Grid | null {
  const columns = readHeaders(headersJson);
  const parsed = V1Rows.safeParse(rowsJson);
  if (!columns || !parsed.success) return null;
  const rows: GridRow[] = [];
  for (const raw of parsed.data.rows) {
    const row = V1Row.safeParse(raw);
    const cells = row.success ? readCells(row.data.cells) : null;
    if (!row.success || !cells) return null;
    rows.push({ name: row.data.name, ...cells });
  }
  return { columns, rows, query: null, units: new Set() };
}

function readHeaders(json: unknown): Grid['columns'] | null {
  const parsed = V1Headers.safeParse(json);
  if (!parsed.success) return null;
  const headers: V1Header[] = [];
  for (const raw of parsed.data.headers) {
    const header = V1Header.safeParse(raw);
    if (!header.success) return null;
    headers.push(header.data);
  }
  const times = headers.map((h) => v1Time(h.started));
  const builds = uniqueBuilds(headers.map((h, i) => idText(h.build) || idText(h.name) || String(times[i] ?? `column ${headers.length - i}`)));
  return headers.map((h, i) => ({ started: times[i] ?? null, build: builds[i] ?? '', commit: firstCommit(h.extra), url: null }));
}

function v1Time(started: V1Header['started']): number | null {
  if (typeof started !== 'object' || started === null) return isoTime(started);
  const ms = Number(started.seconds ?? 0) * 1000 + Math.floor((started.nanos ?? 0) / 1e6);
  return ms > 0 && ms <= 8.64e15 ? ms : null;
}

/**
 * The API does not name the custom headers. By Kubernetes' defaults the first is the tested commit and the second the
 * infrastructure's; a plain number is rather a date or a counter.
 */
function firstCommit(extra: readonly unknown[]): string | null {
  const commit = commitOf(extra[0]);
  return commit !== null && /[a-f]/.test(commit) ? commit : null;
}

/** Cells, run-length encoded as the older API has them, with the messages of those that are not empty. */
function readCells(raw: readonly unknown[]): Pick<GridRow, 'cells' | 'messages'> | null {
  const cells: { count: number; value: number }[] = [];
  const messages: unknown[] = [];
  for (const cell of raw) {
    if (typeof cell !== 'object' || cell === null) return null;
    const { result = 0, message } = cell as { result?: unknown; message?: unknown };
    if (typeof result !== 'number') return null;
    const last = cells.at(-1);
    if (last?.value === result) last.count++;
    else cells.push({ count: 1, value: result });
    if (result !== 0) messages.push(message);
  }
  return { cells: cells satisfies CellRun[], messages };
}
