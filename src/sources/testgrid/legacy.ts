import { epochTime } from '../time.ts';
import type { TimeUnit } from '../time.ts';
import { commitOf, idText, isCommitHeader, runUrl, uniqueBuilds } from './columns.ts';
import type { Grid, GridColumn, GridRow } from './grid.ts';
import { LegacyRow, LegacyTable } from './schema.ts';

/** The entries of a dashboard's summary by tab name; null: it is not of that shape. */
export function readLegacySummary(json: unknown): Map<string, object> | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  const entries = new Map<string, object>();
  let recognised = false;
  for (const [tab, entry] of Object.entries(json as Record<string, unknown>)) {
    if (typeof entry !== 'object' || entry === null) return null;
    recognised ||= 'overall_status' in entry;
    entries.set(tab, entry);
  }
  return recognised || entries.size === 0 ? entries : null;
}

/** The table of one tab at the TestGrid `site`; null: it is not of that shape. */
export function readLegacyTable(json: unknown, site: string): Grid | null {
  const table = LegacyTable.safeParse(json);
  if (!table.success) return null;
  const rows: GridRow[] = [];
  for (const raw of table.data.tests) {
    const row = LegacyRow.safeParse(raw);
    if (!row.success) return null;
    rows.push({ name: row.data.name, cells: row.data.statuses, messages: row.data.messages });
  }
  return { ...readColumns(table.data, site), rows, query: table.data.query };
}

function readColumns(table: LegacyTable, site: string): Pick<Grid, 'columns' | 'units'> {
  const units = new Set<TimeUnit>();
  const times = table.timestamps.map((t) => {
    const time = epochTime(t);
    if (time) units.add(time.unit);
    return time?.ms ?? null;
  });
  const numbers = customColumn(table, (name) => typeof name === 'string' && BUILD_HEADER.test(name.trim()));
  const ids = uniqueBuilds(times.map((t, i) => buildOf(table, i) || idText(numbers[i]) || String(t ?? `column ${times.length - i}`)));
  const commits = customColumn(table, isCommitHeader);
  const columns = times.map((started, i): GridColumn => {
    const build = ids[i] ?? '';
    return { started, build, commit: commitOf(commits[i]), url: runUrl(table.query, build, table['open-test-template']?.url ?? null, site) };
  });
  return { columns, units };
}

/** The job's own id of a column's run: its changelist, else the part of the column's id after the separator. */
function buildOf(table: LegacyTable, column: number): string {
  const changelist = idText(table.changelists[column]);
  if (changelist) return changelist;
  const id = idText(table.column_ids[column]);
  return id.slice(id.lastIndexOf('\uE000') + 1);
}

const BUILD_HEADER = /^build[ _-]?(number|id)?$/i;

/** Names of the custom columns: the header names that follow those of date, time and build. */
function headerNames(table: LegacyTable): readonly unknown[] {
  const fixed = table['column-header-names'].length - table['custom-columns'].length;
  return table['column-header-names'].slice(Math.max(0, fixed));
}

/** What stands in the first custom column of such a name; nothing where there is none. Looked for once in a table: there may be as many of them as columns. */
function customColumn(table: LegacyTable, isMeant: (name: unknown) => boolean): readonly unknown[] {
  const values = table['custom-columns'][headerNames(table).findIndex(isMeant)];
  return Array.isArray(values) ? values : [];
}
