/** A table as TestGrid writes it, from rows of cell values (newest first) with what is special about them. */
export interface TableParts {
  readonly rows?: Readonly<Record<string, readonly number[]>>;
  readonly messages?: Readonly<Record<string, readonly string[]>>;
  readonly timestamps?: readonly unknown[];
  readonly [field: string]: unknown;
}

const HOUR = 3_600_000;
/** Start of the newest column. */
export const NEWEST = Date.UTC(2026, 10, 20, 8);

export const hoursBefore = (n: number): number => NEWEST - n * HOUR;

export function runLength(cells: readonly number[]): { count: number; value: number }[] {
  const runs: { count: number; value: number }[] = [];
  for (const value of cells) {
    const last = runs.at(-1);
    if (last?.value === value) last.count++;
    else runs.push({ count: 1, value });
  }
  return runs;
}

/** Columns are an hour apart and have builds 9000, 8999, …, the newest first. */
export function table({ rows = {}, messages = {}, ...fields }: TableParts): Record<string, unknown> {
  const columns = Math.max(0, ...Object.values(rows).map((r) => r.length));
  const all = Array.from({ length: columns }, (_, i) => i);
  return {
    'test-group-name': 'acmeunits390x', query: 'acme-logs/logs/unit-s390x', status: 'Served from cache in 0.01 seconds', bugs: {},
    timestamps: all.map(hoursBefore), changelists: all.map((i) => String(9000 - i)), column_ids: all.map((i) => `\uE000${9000 - i}`),
    'custom-columns': [all.map(() => 'master'), all.map(() => '')],
    'column-header-names': ['Date', 'Time', 'Build Number', 'Commit', 'Infra-Commit'],
    tests: Object.entries(rows).map(([name, cells]) => ({
      name, 'original-name': name, alert: null, linked_bugs: [], statuses: runLength(cells), target: name, user_property: null,
      messages: Object.hasOwn(messages, name) ? messages[name] : cells.filter((c) => c !== 0).map(() => ''), short_texts: cells.filter((c) => c !== 0).map(() => ''),
    })),
    'overall-status': 2, ...fields,
  };
}

/** A summary's entry as TestGrid writes it. */
export const entry = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  alert: '', last_run_timestamp: NEWEST / 1000, last_update_timestamp: 1_700_000_000, latest_green: 'no recent greens', overall_status: 'PASSING',
  overall_status_icon: 'done', status: '10 of 10 (100.0%) recent columns passed', tests: [], dashboard_name: 'board', ...changes,
});
