import { runLengths, type Json } from './testgrid.ts';

export interface FillSpec {
  readonly jobs: number;
  /** Runs that a table shows. */
  readonly columns: number;
  readonly seed?: number;
  /** Tabs of one dashboard; default 50. */
  readonly perDashboard?: number;
  /** Rows of a table besides its Overall; default 20. */
  readonly tests?: number;
  /** Part of the jobs whose newest runs failed, 0 to 1; default 0.02. */
  readonly failing?: number;
  /** Milliseconds between runs; default 6 h. */
  readonly every?: number;
  /** Start of the newest run; default now. */
  readonly at?: number;
}

export interface FilledJob { readonly dashboard: string; readonly tab: string; readonly name: string }

/** Many jobs that cost little to hold and to serve: each is a few numbers, its table is made when it is asked for. */
export class Fill {
  readonly jobs: readonly FilledJob[];
  readonly #spec: Required<FillSpec>;
  /** Tells several fills of one server apart. */
  readonly #prefix: string;
  /** How many runs each job had so far. */
  readonly #runs: Int32Array;
  /** Failed runs at the head of each job's history. */
  readonly #streak: Int32Array;
  readonly #newest: Float64Array;
  readonly #entries: string[];
  readonly #summaries = new Map<string, Buffer>();

  constructor(spec: FillSpec, now: number, n = 0) {
    this.#prefix = n === 0 ? '' : `${n + 1}-`;
    this.#spec = { seed: 1, perDashboard: 50, tests: 20, failing: 0.02, every: 6 * 3_600_000, at: now, ...spec };
    const { jobs, columns, perDashboard, failing, at } = this.#spec;
    this.jobs = Array.from({ length: jobs }, (_, i) => {
      const tab = `ci-filled-${this.#prefix}${String(i).padStart(5, '0')}`;
      return { dashboard: `filled-${this.#prefix}${String(Math.floor(i / perDashboard)).padStart(4, '0')}`, tab, name: tab };
    });
    this.#runs = new Int32Array(jobs).fill(columns);
    this.#streak = Int32Array.from({ length: jobs }, (_, i) => (this.#chance(i, 0) < failing ? 3 + (i % 5) : 0));
    this.#newest = Float64Array.from({ length: jobs }, (_, i) => Math.floor((at - this.#chance(i, 1) * 600_000) / 1000) * 1000);
    this.#entries = this.jobs.map((_, i) => this.#entry(i));
  }

  /** Names of its dashboards. */
  dashboards(): string[] { return [...new Set(this.jobs.map((j) => j.dashboard))]; }

  /** A dashboard's summary, ready to send; null where it has no such dashboard. */
  summary(dashboard: string): Buffer | null {
    const known = this.#summaries.get(dashboard);
    if (known) return known;
    const first = this.#first(dashboard);
    if (first < 0) return null;
    const last = Math.min(this.jobs.length, first + this.#spec.perDashboard);
    const body = Buffer.from(`{${this.#entries.slice(first, last).join(',')}}`);
    this.#summaries.set(dashboard, body);
    return body;
  }

  /** A tab's table as JSON text; null where there is no such tab. */
  table(dashboard: string, tab: string): string | null {
    const first = this.#first(dashboard);
    const i = this.#number(tab, 'ci-filled-');
    return first >= 0 && i >= first && i < first + this.#spec.perDashboard && this.jobs[i] ? JSON.stringify(this.#table(i)) : null;
  }

  /**
   * A new run of a part of the jobs, spread evenly: it passes, fails, or keeps to what the job did before; it starts
   * `at`, or one period after the job's last. Returns the jobs that ran.
   */
  advance(share: number, how: 'pass' | 'fail' | 'same' = 'same', at: number | null = null): FilledJob[] {
    const ran: FilledJob[] = [];
    const step = share <= 0 ? Infinity : 1 / share;
    for (let k = 0; Math.floor(k * step) < this.jobs.length; k += 1) {
      const i = Math.floor(k * step);
      const job = this.jobs[i];
      if (!job) break;
      const streak = this.#streak[i] ?? 0;
      this.#streak[i] = how === 'fail' || (how === 'same' && streak > 0) ? streak + 1 : 0;
      this.#runs[i] = (this.#runs[i] ?? 0) + 1;
      this.#newest[i] = at ?? (this.#newest[i] ?? 0) + this.#spec.every;
      this.#entries[i] = this.#entry(i);
      this.#summaries.delete(job.dashboard);
      ran.push(job);
    }
    return ran;
  }

  #first(dashboard: string): number {
    const n = this.#number(dashboard, 'filled-');
    return n >= 0 && n * this.#spec.perDashboard < this.jobs.length ? n * this.#spec.perDashboard : -1;
  }

  #number(name: string, kind: string): number {
    const start = kind + this.#prefix;
    return name.startsWith(start) && /^\d+$/.test(name.slice(start.length)) ? Number(name.slice(start.length)) : -1;
  }

  /** A number from 0 to 1 that the seed, the job and a salt decide. */
  #chance(job: number, salt: number): number {
    let x = Math.imul(job + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b) ^ Math.imul(this.#spec.seed, 0xc2b2ae35);
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  }

  #entry(i: number): string {
    const job = this.jobs[i];
    const streak = this.#streak[i] ?? 0;
    const newest = Math.floor((this.#newest[i] ?? 0) / 1000);
    const tests = streak < 3 ? [] : [{
      display_name: `${job?.name}.Overall`, test_name: `${job?.name}.Overall`, fail_count: streak, fail_timestamp: newest - streak * 3600, pass_timestamp: newest - (streak + 1) * 3600,
      build_link: '', build_url_text: '', build_link_text: '', failure_message: '', linked_bugs: [], fail_test_link: '',
    }];
    return `${JSON.stringify(job?.tab)}:${JSON.stringify({
      alert: '', last_run_timestamp: newest, last_update_timestamp: Math.floor(this.#spec.at / 1000), latest_green: `commit-${i}`, overall_status: streak >= 3 ? 'FAILING' : 'PASSING',
      overall_status_icon: 'done', status: `${Math.max(0, 10 - streak)} of 10 recent columns passed`, tests, dashboard_name: job?.dashboard, healthiness: { tests: [], previousFlakiness: -1 }, bug_url: '',
    })}`;
  }

  #table(i: number): Json {
    const { columns, every, tests } = this.#spec;
    const name = this.jobs[i]?.name ?? '';
    const total = this.#runs[i] ?? columns;
    const streak = this.#streak[i] ?? 0;
    const column = Array.from({ length: columns }, (_, c) => c);
    const overall = column.map((c) => (c < streak || (c > streak && this.#chance(i, total - c + 100) < 0.03) ? 12 : 1));
    const row = (title: string, cells: readonly number[]): Json => ({
      name: title, 'original-name': title, alert: null, linked_bugs: [], messages: cells.map((v) => (v === 12 ? 'exit status 1' : '')), short_texts: cells.map((v) => (v === 12 ? 'F' : '')),
      statuses: runLengths(cells), target: title, user_property: null,
    });
    const builds = column.map((c) => `18${String(10 ** 15 + i * 100_000 + total - c)}`);
    return {
      'test-group-name': name, query: `stand-in-logs/logs/${name}`, status: 'Served from cache', cached: true, changelists: builds, column_ids: builds,
      'custom-columns': [column.map((c) => `c${String(i).padStart(7, '0')}${String(total - c).padStart(32, '0')}`), column.map(() => '')],
      'column-header-names': ['Date', 'Time', 'Build Number', 'Commit', 'Infra-Commit'], groups: column.map(() => ''), row_ids: [`${name}.Overall`],
      timestamps: column.map((c) => (this.#newest[i] ?? 0) - c * every), 'overall-status': streak >= 3 ? 3 : 2,
      'open-test-template': { url: '', name: '', options: {} }, tests: [row(`${name}.Overall`, overall), ...Array.from({ length: tests }, (_, t) => row(`test ${t}`, t === 0 ? overall : column.map(() => 1)))],
    };
  }
}
