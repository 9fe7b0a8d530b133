import type { CiJob } from './model.ts';
import { read, type Alert, type Row } from './reading.ts';

export type Json = Record<string, unknown>;

/** Units of the times in TestGrid's answers, which differ between its releases; `mixed`: another one for every other tab. */
export interface Units {
  lastRun: 's' | 'ms' | 'mixed';
  columns: 'ms' | 's' | 'us' | 'mixed';
  alert: 'ms' | 'us' | 'mixed';
}

const FACTOR = { s: 1 / 1000, ms: 1, us: 1000 } as const;

function inUnit(at: number, unit: 's' | 'ms' | 'us' | 'mixed', choices: readonly ('s' | 'ms' | 'us')[], job: CiJob): number {
  if (at === 0) return 0;
  const odd = [...job.tab ?? ''].reduce((n, c) => n + c.charCodeAt(0), 0) % 2;
  const chosen = unit === 'mixed' ? choices[odd] ?? 'ms' : unit;
  return Math.round(at * FACTOR[chosen]);
}

/** A tab's entry in its dashboard's summary. */
export function summaryEntry(job: CiJob, now: number, units: Units, site: string): Json {
  const reading = read(job, now);
  return {
    alert: '', last_run_timestamp: inUnit(reading.runs[0]?.at ?? 0, units.lastRun, ['s', 'ms'], job), last_update_timestamp: Math.floor(now / 1000),
    latest_green: reading.latestGreen?.commit ?? 'no recent greens', overall_status: reading.status, overall_status_icon: icon(reading.status), status: reading.text,
    tests: reading.alerts.map((a) => ({
      display_name: a.row.name, test_name: a.row.name, fail_count: a.count, fail_timestamp: Math.floor(a.firstFailed.at / 1000),
      pass_timestamp: a.lastPassed === null ? 0 : Math.floor(a.lastPassed.at / 1000), build_link: `${site}/view/gs/${job.logPath}/${a.newestFailed.build}`, build_url_text: '', build_link_text: '',
      failure_message: a.message, linked_bugs: [], fail_test_link: ` ${encodeURIComponent(a.row.name)}`,
    })),
    dashboard_name: job.dashboard, healthiness: { tests: [], previousFlakiness: -1 }, bug_url: `https://github.com/${job.repo}/issues/`,
  };
}

const icon = (status: string): string => ({ PASSING: 'done', FAILING: 'warning', FLAKY: 'remove_circle_outline', STALE: 'error_outline' })[status] ?? 'help_outline';

/** The grid of a tab. */
export function table(job: CiJob, now: number, units: Units, site: string): Json {
  const reading = read(job, now);
  const { runs } = reading;
  const overallStatus = { '': 1, PASSING: 2, FAILING: 3, FLAKY: 4, STALE: 5, PENDING: 7 }[reading.status];
  return {
    'test-group-name': job.logName, query: job.logPath, status: 'Served from cache in 0.01 seconds', 'phase-timer': { phases: ['table querying'], delta: [0.01], total: 0.01 },
    cached: true, summary: '', bugs: {}, changelists: runs.map((r) => r.build), column_ids: runs.map((r) => r.build),
    'custom-columns': [runs.map((r) => r.commit), runs.map(() => '')], 'column-header-names': ['Date', 'Time', 'Build Number', 'Commit', 'Infra-Commit'],
    groups: runs.map(() => ''), metrics: ['test-duration-minutes'], row_ids: reading.rows.map((r) => r.name),
    timestamps: runs.map((r) => inUnit(r.at, units.columns, ['ms', 'us'], job)), clusters: null, test_id_map: null, idMap: {}, 'test-metadata': {},
    'stale-test-threshold': 10, 'num-stale-tests': 0, 'add-tabular-names-option': false, 'show-tabular-names': false, description: `${job.suite} on ${job.branch}`, 'bug-component': 0,
    'code-search-path': `https://github.com/${job.repo}/search`, 'open-test-template': { url: `${site}/view/gs/<gcs_prefix>/<changelist>`, name: '', options: {} },
    'file-bug-template': { url: `https://github.com/${job.repo}/issues/new`, name: '', options: { title: '<test-name>' } }, 'attach-bug-template': { url: '', name: '', options: {} },
    'results-url-template': { url: `${site}/job-history/gs/<gcs_prefix>`, name: '', options: {} },
    'code-search-url-template': { url: `https://github.com/${job.repo}/compare/<start-custom-0>...<end-custom-0>`, name: '', options: {} },
    'about-dashboard-url': '', 'open-bug-template': { url: `https://github.com/${job.repo}/issues/`, name: '', options: {} }, 'context-menu-template': { url: '', name: '', options: {} }, 'column-diff-link-templates': null,
    'results-text': 'See these results on Prow', 'latest-green': reading.latestGreen?.commit ?? '', 'triage-enabled': false, notifications: [], 'overall-status': overallStatus,
    tests: reading.rows.map((row) => test(row, reading.alerts.find((a) => a.row === row) ?? null, job, units)),
  };
}

/** A row: its statuses run-length encoded, its messages for the cells that are not empty only. */
function test(row: Row, alert: Alert | null, job: CiJob, units: Units): Json {
  const filled = row.cells.map((value, i) => ({ value, message: row.messages[i] ?? '' })).filter((c) => c.value !== 0);
  return {
    name: row.name, 'original-name': row.name, alert: alert === null ? null : alertJson(alert, job, units), linked_bugs: [],
    messages: filled.map((c) => c.message), short_texts: filled.map((c) => ({ 4: 'R', 12: 'F', 13: 'f', 5: 'A' })[c.value] ?? ''), statuses: runLengths(row.cells), target: row.name, user_property: null,
  };
}

/** Cells as `[{count, value}]`. */
export function runLengths(cells: readonly number[]): { count: number; value: number }[] {
  const out: { count: number; value: number }[] = [];
  for (const value of cells) {
    const last = out.at(-1);
    if (last?.value === value) last.count += 1;
    else out.push({ count: 1, value });
  }
  return out;
}

function alertJson(alert: Alert, job: CiJob, units: Units): Json {
  const time = (at: number): number => inUnit(at, units.alert, ['ms', 'us'], job);
  return {
    'fail-cl': alert.firstFailed.commit, 'fail-count': alert.count, 'fail-time': time(alert.firstFailed.at), text: `Alert: ${alert.count} failures`, message: alert.message,
    'link-text': '', link: '', 'url-text': 'Changes', 'test-id': '', 'pass-cl': alert.lastPassed?.commit ?? '', 'pass-count': 0, 'pass-time': time(alert.lastPassed?.at ?? 0),
    'code-search-path': `github.com/${job.repo}/search`, 'test-name': alert.row.name, properties: null, hotlist_ids: null,
  };
}
