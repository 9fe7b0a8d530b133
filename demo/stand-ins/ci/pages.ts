import { document, html, when, type Html } from '../common/html.ts';
import type { CiJob, CiModel, CiRun } from './model.ts';
import { read, type Reading } from './reading.ts';
import { STYLE } from './style.ts';

const NAMES: Readonly<Record<number, string>> = { 0: 'nothing', 1: 'passed', 2: 'passed with errors', 3: 'passed with skips', 4: 'running', 5: 'aborted', 9: 'timed out', 12: 'failed', 13: 'flaky', 15: 'passed' };

const shell = (title: string, body: Html): Html =>
  document(`${title} · CI stand-in`, STYLE, html`<header><a href="/">CI stand-in</a> · ${title}</header><main>${body}</main>`);

const badge = (status: string, title = ''): Html => html`<span class="badge ${status.toLowerCase() || 'unknown'}" title="${title}">${status === '' ? 'UNKNOWN' : status}</span>`;

/** All dashboards. */
export function homePage(model: CiModel, filled: readonly string[]): Html {
  const rows = model.dashboards().sort().map((d) => html`<tr><td><a href="/${d}">${d}</a></td><td>${model.tabs(d).map((j) => html`<a class="tab" href="/${d}#${j.tab ?? ''}">${j.tab ?? ''} ${badge(read(j, model.now()).status)}</a> `)}</td></tr>`);
  const prowOnly = model.jobs.filter((j) => j.dashboard === null && j.prow !== null);
  return shell('Dashboards', html`<h1>TestGrid</h1><table class="plain">${rows}</table>${filled.length > 0 ? html`<p class="muted">and ${filled.length} filled dashboards for benchmarks</p>` : ''}
    <h1>Prow</h1><table class="plain">${prowOnly.map((j) => html`<tr><td><a href="/job-history/gs/${j.logPath}">${j.prow ?? ''}</a></td><td>${cells(j.visible.slice(0, 20))}</td></tr>`)}</table>
    <p><a href="/prowjobs.js?omit=annotations,labels,decoration_config,pod_spec">prowjobs.js</a></p>`);
}

const cells = (runs: readonly CiRun[]): Html => html`<span class="strip">${runs.map((r) => html`<a class="c${r.overallCell}" title="${NAMES[r.overallCell] ?? ''}, ${when(r.at)}" href="/view/gs/${r.job.logPath}/${r.build}"></a>`)}</span>`;

/** A dashboard with the grid of each of its tabs, which `#<tab>` leads to. */
export function dashboardPage(model: CiModel, dashboard: string, jobs: readonly CiJob[]): Html {
  return shell(dashboard, html`<h1>${dashboard}</h1>${jobs.map((job) => grid(job, read(job, model.now())))}`);
}

function grid(job: CiJob, reading: Reading): Html {
  const runs = reading.runs.slice(0, 40);
  const rows = reading.rows.map((row) => html`<tr><th title="${row.name}">${row.name}</th>${runs.map((r, i) => cell(r, row.cells[i] ?? 0, row.messages[i] ?? ''))}</tr>`);
  return html`<section id="${job.tab ?? ''}"><h2>${job.tab ?? ''} ${badge(reading.status)}</h2><p class="muted">${reading.text} · <a href="/job-history/gs/${job.logPath}">all runs</a></p>
    ${runs.length === 0 ? html`<p class="muted">It never ran.</p>` : html`<div class="scroll"><table class="grid"><tr class="head"><th></th>${runs.map((r) => html`<td title="${when(r.at)}, ${r.build}">${stamp(r)}</td>`)}</tr>${rows}</table></div>`}</section>`;
}

const stamp = (run: CiRun): Html => html`<span>${new Date(run.at).toISOString().slice(5, 10)}<br>${new Date(run.at).toISOString().slice(11, 16)}<br>${run.commit.slice(0, 7)}</span>`;

const cell = (run: CiRun, value: number, message: string): Html =>
  html`<td class="c${value}" title="${NAMES[value] ?? `cell ${value}`}${message === '' ? '' : `: ${message}`}"><a href="/view/gs/${run.job.logPath}/${run.build}">${({ 4: 'R', 5: 'A', 12: 'F', 13: 'f' })[value] ?? ''}</a></td>`;

/** A job's runs, newest first. */
export function historyPage(job: CiJob): Html {
  const rows = job.runs.map((r) => html`<tr><td><span class="strip"><a class="c${r.overallCell}" href="/view/gs/${job.logPath}/${r.build}"></a></span></td><td><a href="/view/gs/${job.logPath}/${r.build}">${r.build}</a></td><td>${when(r.at)}</td><td>${r.outcome}</td><td><code>${r.commit.slice(0, 7)}</code></td><td class="muted">${r.tests.map((t) => t.name).join(', ')}</td></tr>`);
  return shell(job.logName, html`<h1>${job.logName}</h1><p class="muted">${job.type}, ${job.suite}</p><table class="plain">${rows}</table>`);
}

/** One run: what it tested, and why it failed. */
export function runPage(run: CiRun): Html {
  const failed = run.tests.map((t) => html`<h3>${t.name} <span class="muted">${t.outcome ?? 'fail'}</span></h3><pre>${t.message ?? '(no message)'}</pre>`);
  return shell(`${run.job.logName} ${run.build}`, html`<h1>${run.job.logName}</h1><p><span class="strip"><a class="c${run.overallCell}"></a></span> <b>${run.outcome}</b> · run ${run.build} · started ${when(run.at)} · ${run.finished ? `took ${Math.round(run.takes / 60_000)} min` : 'still running'} · commit <code>${run.commit.slice(0, 12)}</code></p>
    ${failed.length > 0 ? failed : html`<p class="muted">${run.outcome === 'fail' ? 'It failed before any test ran.' : 'No test failed.'}</p>`}`);
}
