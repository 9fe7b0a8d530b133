import { failure } from '../failure.ts';
import type { Failure } from '../failure.ts';
import type { Fetched, GetOptions, Http, Meter, Validators } from '../wire.ts';
import { jsonSink, parseJson } from '../json.ts';
import type { Body } from '../json.ts';
import type { Grid } from './grid.ts';
import { readLegacySummary, readLegacyTable } from './legacy.ts';
import { summaryDigest } from './summary.ts';
import { readV1Grid, readV1Summaries, v1Key } from './v1.ts';

/** What one poll asks with. */
export interface Asking {
  readonly http: Http;
  readonly meter: Meter;
  readonly signal: AbortSignal;
}

/** A dashboard's summary as it came. */
export interface SummaryAnswer {
  /** Equal for equal summaries, whatever their `last_update_timestamp`. */
  readonly digest: string;
  /** Its entries by the API's key of the tab, parsed when asked. */
  readonly entries: () => { readonly ok: true; readonly value: Map<string, object> } | Failure;
}

/** One of TestGrid's two APIs: where its answers are and how they are read. */
export interface TestGridApi {
  /** One request. */
  summary(asking: Asking, dashboard: string, validators: Validators | null): Promise<Fetched<SummaryAnswer>>;
  /** The grid of one tab; `unchanged` only where validators were given. */
  grid(asking: Asking, dashboard: string, tab: string, validators: Validators | null): Promise<Fetched<Grid>>;
  /** The summary's entry for a tab of the configuration. */
  entryOf(entries: ReadonlyMap<string, object>, tab: string): object | undefined;
}

const part = encodeURIComponent;
const shown = (url: URL): string => `${url.origin}${url.pathname}`;

export function legacyApi(base: string): TestGridApi {
  return {
    summary: (asking, dashboard, validators) =>
      fetchSummary(asking, new URL(`${base}/${part(dashboard)}/summary`), validators, readLegacySummary),
    async grid(asking, dashboard, tab, validators) {
      const url = new URL(`${base}/${part(dashboard)}/table?tab=${part(tab)}&show-stale-tests=`);
      const table = await getJson(asking, url, validators);
      if (!table.ok || table.unchanged) return table;
      const grid = readLegacyTable(table.value, base);
      return grid ? { ...table, value: grid } : failure('schema', `the answer of ${shown(url)} is not a TestGrid table`);
    },
    entryOf: (entries, tab) => entries.get(tab),
  };
}

export function v1Api(base: string): TestGridApi {
  const root = (dashboard: string): string => `${base}/api/v1/dashboards/${part(dashboard)}`;
  return {
    summary: (asking, dashboard, validators) =>
      fetchSummary(asking, new URL(`${root(dashboard)}/tab-summaries`), validators, readV1Summaries),
    async grid(asking, dashboard, tab) {
      const tabRoot = `${root(dashboard)}/tabs/${part(tab)}`;
      const first = await v1Grid(asking, tabRoot);
      // Between the two requests a column may have come in.
      const grid = first.ok && !first.unchanged && (isTorn(first.value) || isBare(first.value)) ? await v1Grid(asking, tabRoot) : first;
      return grid.ok && !grid.unchanged && isBare(grid.value) ? failure('schema', `${tabRoot}/headers has ${grid.value.columns.length} columns, and ${tabRoot}/rows no row for them`) : grid;
    },
    entryOf: (entries, tab) => entries.get(v1Key(tab) || tab),
  };
}

async function v1Grid(asking: Asking, tabRoot: string): Promise<Fetched<Grid>> {
  const headers = await getJson(asking, new URL(`${tabRoot}/headers`), null);
  if (!headers.ok || headers.unchanged) return headers;
  const rows = await getJson(asking, new URL(`${tabRoot}/rows`), null);
  if (!rows.ok || rows.unchanged) return rows;
  const grid = readV1Grid(headers.value, rows.value);
  return grid
    ? { ok: true, unchanged: false, value: grid, validators: null }
    : failure('schema', `the answers of ${tabRoot}/headers and /rows are not a TestGrid table`);
}

const isTorn = (grid: Grid): boolean => {
  const cells = grid.rows[0]?.cells as readonly { count: number }[] | undefined;
  return cells !== undefined && cells.reduce((sum, run) => sum + run.count, 0) !== grid.columns.length;
};

/** Columns without any row tell nothing of their runs: an answer without its content looks like that. */
const isBare = ({ columns, rows }: Grid): boolean => columns.length > 0 && rows.length === 0;

async function fetchSummary(asking: Asking, url: URL, validators: Validators | null, read: (json: unknown) => Map<string, object> | null): Promise<Fetched<SummaryAnswer>> {
  const answer = await getBody(asking, url, validators);
  if (!answer.ok || answer.unchanged) return answer;
  const body = answer.value;
  const entries: SummaryAnswer['entries'] = () => {
    const json = parseJson(shown(url), body);
    if (!json.ok) return json;
    const value = read(json.value);
    return value ? { ok: true, value } : failure('schema', `the answer of ${shown(url)} is not a TestGrid summary`);
  };
  return { ...answer, value: { digest: summaryDigest(body), entries } };
}

const getBody = (asking: Asking, url: URL, validators: Validators | null): Promise<Fetched<Body>> => {
  const options: GetOptions<Body> = { meter: asking.meter, signal: asking.signal, validators, sink: () => jsonSink(shown(url)) };
  return asking.http.get(url, options);
};

async function getJson(asking: Asking, url: URL, validators: Validators | null): Promise<Fetched<unknown>> {
  const answer = await getBody(asking, url, validators);
  if (!answer.ok || answer.unchanged) return answer;
  const json = parseJson(shown(url), answer.value);
  return json.ok ? { ...answer, value: json.value } : json;
}
