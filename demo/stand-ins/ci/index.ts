import { createHash } from 'node:crypto';
import { json, page, text, type Answer } from '../common/answer.ts';
import { wantsPage, type Call } from '../common/call.ts';
import type { Fault, Trouble } from '../common/faults.ts';
import { ranged } from '../common/ranged.ts';
import { listen, type Server } from '../common/server.ts';
import { Fill, type FillSpec } from './fill.ts';
import { CiModel, type CiJob, type JobSpec } from './model.ts';
import { dashboardPage, historyPage, homePage, runPage } from './pages.ts';
import { prowjobs, type Noise } from './prow.ts';
import { summaryEntry, table, type Units } from './testgrid.ts';
import { v1 } from './testgrid-v1.ts';

export type { CiJob, CiOutcome, CiRun, CiTest, JobSpec, RunSpec } from './model.ts';
export type { Fill, FilledJob, FillSpec } from './fill.ts';
export type { Units } from './testgrid.ts';

export interface CiOptions { readonly port?: number | undefined; readonly now?: (() => number) | undefined }

/** TestGrid (both APIs) and Prow over HTTP, generated from one model. */
export interface Ci extends Server {
  readonly model: CiModel;
  /** Units of times in TestGrid's answers; `s`, `ms`, `ms` unless changed. */
  readonly units: Units;
  readonly settings: {
    /** Answers carry ETags and honour `if-none-match`. */
    etags: boolean;
    /** Status of `Dashboard X not found`; 404, but some servers say 200. */
    missingStatus: number;
  };
  /** A job at TestGrid, Prow or both; then `.run({ outcome: 'fail' })`. */
  job(spec: JobSpec): CiJob;
  /** The commit that runs test from now on, unless they name one. */
  head(repo: string, commit: string): void;
  removeDashboard(name: string): void;
  renameDashboard(from: string, to: string): void;
  /** A source answers badly until the fault is removed; default 503. */
  outage(which: 'testgrid' | 'prow' | 'all', trouble?: Trouble): Fault;
  /** Many cheap jobs for benchmarks, on dashboards of their own (legacy API). */
  fill(spec: FillSpec): Fill;
  /** Makes `prowjobs.js` as large as this; null: only the model's runs. */
  prowNoise(noise: Noise | null): void;
}

/** Starts a CI stand-in: TestGrid and Prow on one port. */
export async function startCi(options: CiOptions = {}): Promise<Ci> {
  const now = options.now ?? Date.now;
  const model = new CiModel(now);
  const shown: Shown = { model, units: { lastRun: 's', columns: 'ms', alert: 'ms' }, settings: { etags: false, missingStatus: 404 }, fills: [], noise: null, site: '' };
  let handle: (call: Call) => Answer | Promise<Answer> = () => text('starting', 503);
  const server = await listen({ port: options.port, now, handle: (call) => handle(call) });
  shown.site = server.url;
  handle = answerer(shown);
  const isProw = (call: Call): boolean => call.path === '/prowjobs.js';
  return {
    ...server, model, units: shown.units, settings: shown.settings,
    job: (spec) => model.job(spec),
    head: (repo, commit) => { model.heads.set(repo, commit); },
    removeDashboard: (name) => { for (const job of model.tabs(name)) job.dashboard = null; },
    renameDashboard: (from, to) => { for (const job of model.tabs(from)) job.dashboard = to; },
    outage: (which, trouble = { kind: 'status', status: 503, body: 'upstream connect error' }) =>
      server.faults.add({ ...trouble, times: Infinity, match: (call) => !wantsPage(call) && (which === 'all' || isProw(call) === (which === 'prow')) }),
    fill: (spec) => {
      const fill = new Fill(spec, now(), shown.fills.length);
      shown.fills.push(fill);
      return fill;
    },
    prowNoise: (noise) => { shown.noise = noise; },
  };
}

interface Shown {
  readonly model: CiModel;
  readonly units: Units;
  readonly settings: Ci['settings'];
  readonly fills: Fill[];
  noise: Noise | null;
  site: string;
}

function answerer(shown: Shown): (call: Call) => Promise<Answer> {
  const newer = v1(shown.model, () => shown.fills.flatMap((f) => f.dashboards()));
  return async (call) => {
    if (call.path === '/prowjobs.js') {
      const stream = prowjobs(shown.model, shown.site, call.query, shown.noise);
      return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache, no-store' }, body: stream };
    }
    const log = buildLog(shown, call);
    if (log) return log;
    const answer = await newer.handle(call, call.path, undefined) ?? legacy(shown, call) ?? pages(shown, call) ?? text('404 page not found\n', 404);
    return shown.settings.etags ? conditional(call, answer) : answer;
  };
}

/** A run's log, as Prow keeps it in Google's store. */
function buildLog({ model }: Shown, call: Call): Answer | null {
  const match = /^\/(.+?\/logs\/[^/]+)\/(\d+)\/build-log\.txt$/.exec(decodeURIComponent(call.path));
  const run = match ? model.jobs.find((j) => j.logPath === match[1])?.runs.find((r) => r.build === match[2]) : undefined;
  return run ? ranged(call, run.log, { suffix: true }) : null;
}

/** TestGrid's older API: `/<dashboard>/summary` and `/<dashboard>/table?tab=`. */
function legacy(shown: Shown, call: Call): Answer | null {
  const match = /^\/([^/]+)\/(summary|table)$/.exec(call.path);
  if (!match) return null;
  const dashboard = decodeURIComponent(match[1] ?? '');
  const filled = shown.fills.find((f) => f.summary(dashboard) !== null);
  const tab = call.query.get('tab') ?? '';
  const raw = { 'content-type': 'application/json' };
  if (filled) {
    const body = match[2] === 'summary' ? filled.summary(dashboard) : filled.table(dashboard, tab);
    return body === null ? text(`Tab ${tab} not found`, shown.settings.missingStatus) : { status: 200, headers: raw, body };
  }
  const jobs = shown.model.tabs(dashboard);
  if (jobs.length === 0) return text(`Dashboard ${dashboard} not found`, shown.settings.missingStatus);
  const now = shown.model.now();
  if (match[2] === 'summary') return json(Object.fromEntries(jobs.map((j) => [j.tab ?? '', summaryEntry(j, now, shown.units, shown.site)])), 200, raw);
  const job = jobs.find((j) => j.tab === tab);
  return job ? json(table(job, now, shown.units, shown.site), 200, raw) : text(`Dashboard tab ${dashboard}/${tab} not found`, shown.settings.missingStatus);
}

function pages(shown: Shown, call: Call): Answer | null {
  const path = decodeURIComponent(call.path);
  if (path === '/') return page(homePage(shown.model, shown.fills.flatMap((f) => f.dashboards())));
  const log = /^\/(?:view|job-history)\/gs\/(.+?\/logs\/[^/]+)(?:\/(\d+))?\/?$/.exec(path);
  if (log) {
    const job = shown.model.jobs.find((j) => j.logPath === log[1]);
    if (!job) return null;
    const run = job.runs.find((r) => r.build === log[2]);
    return log[2] === undefined ? page(historyPage(job)) : run ? page(runPage(run)) : null;
  }
  const jobs = shown.model.tabs(path.slice(1).replace(/\/$/, ''));
  return jobs.length > 0 ? page(dashboardPage(shown.model, jobs[0]?.dashboard ?? '', jobs)) : null;
}

function conditional(call: Call, answer: Answer): Answer {
  if (answer.status !== 200 || answer.body === undefined || (typeof answer.body !== 'string' && !Buffer.isBuffer(answer.body))) return answer;
  const etag = `"${createHash('sha1').update(answer.body).digest('hex')}"`;
  return call.headers['if-none-match'] === etag ? { status: 304, headers: { etag } } : { ...answer, headers: { ...answer.headers, etag } };
}
