import { json, text, type Answer } from '../common/answer.ts';
import { Router } from '../common/router.ts';
import type { CiJob, CiModel } from './model.ts';
import { read } from './reading.ts';
import type { Json } from './testgrid.ts';

/** How the newer API compares names. */
const normal = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
const quoted = (name: string): string => `{${JSON.stringify(normal(name))}}`;
const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** Leaves out zero values, as protojson does. */
function sparse(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, v]) => v !== '' && v !== 0 && v !== false && v !== null && v !== undefined && !(Array.isArray(v) && v.length === 0)));
}

function summary(job: CiJob, now: number): Json {
  const reading = read(job, now);
  const newest = reading.runs[0];
  return sparse({
    dashboard_name: job.dashboard, tab_name: job.tab, overall_status: reading.status, detailed_status_message: reading.text,
    last_run_timestamp: newest ? iso(newest.at) : null, last_update_timestamp: iso(now), latest_passing_build: reading.latestGreen?.build ?? '',
    failures_summary: sparse({
      top_failing_tests: reading.alerts.slice(0, 5).map((a) => sparse({
        display_name: a.row.name, fail_count: a.count, pass_timestamp: a.lastPassed ? iso(a.lastPassed.at) : null, fail_timestamp: iso(a.firstFailed.at),
      })),
      failure_stats: sparse({ num_failing_tests: reading.alerts.length }),
    }),
    healthiness_summary: { healthiness_stats: {} },
  });
}

function headers(job: CiJob): Json {
  return sparse({ headers: job.visible.map((r) => sparse({ build: r.build, name: r.build, started: iso(r.at), extra: [r.commit, ''] })) });
}

function rows(job: CiJob, now: number): Json {
  const reading = read(job, now);
  return sparse({
    rows: reading.rows.map((row) => {
      const alert = reading.alerts.find((a) => a.row === row);
      return sparse({
        name: row.name,
        cells: row.cells.map((value, i) => (value === 0 ? {} : sparse({ result: value, cell_id: reading.runs[i]?.build, message: row.messages[i], icon: ({ 12: 'F', 4: 'R', 13: 'f' })[value] }))),
        alert: alert && sparse({ fail_count: alert.count, fail_build_id: alert.firstFailed.build, fail_time: iso(alert.firstFailed.at), fail_test_id: row.name, failure_message: alert.message, pass_time: alert.lastPassed ? iso(alert.lastPassed.at) : null, pass_build_id: alert.lastPassed?.build, latest_fail_build_id: alert.newestFailed.build }),
      });
    }),
  });
}

/** TestGrid's newer API, under `/api/v1`: protojson with snake_case names; what is missing is a 404 in plain text. */
export function v1(model: CiModel, fillNames: () => readonly string[]): Router {
  const router = new Router();
  const base = '/api/v1/dashboards';
  const dashboard = (name: string): string | undefined => model.dashboards().find((d) => normal(d) === normal(name));
  const onTab = (answer: (job: CiJob) => Json) => (params: Readonly<Record<string, string>>): Answer => {
    const found = dashboard(params['dashboard'] ?? '');
    if (found === undefined) return text(`Dashboard ${quoted(params['dashboard'] ?? '')} not found\n`, 404);
    const job = model.tabs(found).find((j) => normal(j.tab ?? '') === normal(params['tab'] ?? ''));
    return job ? json(answer(job)) : text(`Tab ${quoted(params['tab'] ?? '')} not found\n`, 404);
  };
  router.on('GET', base, () => json(sparse({ dashboards: [...model.dashboards(), ...fillNames()].sort().map((name) => ({ name, link: `/dashboards/${normal(name)}` })) })));
  router.on('GET', `${base}/:dashboard`, (params) => (dashboard(params['dashboard'] ?? '') === undefined ? text(`Dashboard ${JSON.stringify(params['dashboard'])} not found\n`, 404) : json({})));
  router.on('GET', `${base}/:dashboard/tabs`, (params) => {
    const found = dashboard(params['dashboard'] ?? '');
    if (found === undefined) return text(`Dashboard ${JSON.stringify(params['dashboard'])} not found\n`, 404);
    return json(sparse({ dashboard_tabs: model.tabs(found).map((j) => ({ name: j.tab, link: `/dashboards/${normal(found)}/tabs/${normal(j.tab ?? '')}` })) }));
  });
  router.on('GET', `${base}/:dashboard/tab-summaries`, (params) => {
    const found = dashboard(params['dashboard'] ?? '');
    if (found === undefined) return text(`dashboard ${quoted(params['dashboard'] ?? '')} not found in config\n`, 404);
    return json(sparse({ tab_summaries: model.tabs(found).map((j) => summary(j, model.now())) }));
  });
  router.on('GET', `${base}/:dashboard/tab-summaries/:tab`, onTab((job) => ({ tab_summary: summary(job, model.now()) })));
  router.on('GET', `${base}/:dashboard/tabs/:tab/headers`, onTab(headers));
  router.on('GET', `${base}/:dashboard/tabs/:tab/rows`, onTab((job) => rows(job, model.now())));
  return router;
}
