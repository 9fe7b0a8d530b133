import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCi, type Ci, type CiJob } from '../../demo/stand-ins/ci/index.ts';
import { clock } from './github-client.ts';

type Json = Record<string, unknown>;
interface Table { tests: { name: string; statuses: { count: number; value: number }[]; messages: string[]; alert: Json | null }[]; timestamps: number[]; changelists: string[]; 'custom-columns': string[][]; query: string; 'overall-status': number }

const HOUR = 3_600_000;
let ci: Ci;
let time: ReturnType<typeof clock>;
let job: CiJob;
beforeEach(async () => {
  time = clock();
  ci = await startCi({ now: time.now });
  ci.head('octo/kube', 'a'.repeat(40));
  job = ci.job({ dashboard: 'ibm-s390x', tab: 'e2e-s390x', prow: 'ci-e2e-s390x', suite: 'e2e', tests: ['boots'] });
});
afterEach(async () => { await ci.close(); });

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(ci.url + path, init);
const summary = async (): Promise<Record<string, Json>> => await (await get('/ibm-s390x/summary')).json() as Record<string, Json>;
const table = async (): Promise<Table> => await (await get('/ibm-s390x/table?tab=e2e-s390x&show-stale-tests=')).json() as Table;
const prow = async (query = ''): Promise<{ items: { spec: Json; status: Json; metadata: Json }[] }> => await (await get(`/prowjobs.js${query}`)).json() as never;

function runs(...outcomes: ('pass' | 'fail' | 'flaky' | 'running' | 'aborted')[]): void {
  for (const outcome of outcomes) {
    time.pass(HOUR);
    job.run({ outcome, ...(outcome === 'fail' && { tests: [{ name: 'dns resolves', message: 'timed out' }] }) });
  }
}

describe('TestGrid at the CI stand-in', () => {
  it('shows a job\'s runs newest first, run-length encoded, with messages for the filled cells only', async () => {
    runs('pass', 'pass', 'fail', 'aborted', 'fail', 'running');
    const grid = await table();
    expect(grid.timestamps).toEqual([...grid.timestamps].sort((a, b) => b - a));
    expect(grid.timestamps[0]).toBe(time.now());
    expect(grid.query).toBe('stand-in-logs/logs/ci-e2e-s390x');
    expect(grid['custom-columns'][0]?.[0]).toBe('a'.repeat(40));
    expect(Number(grid.changelists[0])).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
    expect(grid.tests.map((t) => [t.name, t.statuses.map((s) => `${s.count}x${s.value}`).join(' ')])).toEqual([
      ['ci-e2e-s390x.Overall', '1x4 1x12 1x5 1x12 2x1'],
      ['boots', '1x0 1x1 1x0 3x1'],
      ['dns resolves', '1x0 1x12 1x0 1x12 2x1'],
    ]);
    expect(grid.tests[2]?.messages).toEqual(['timed out', 'timed out', '', '']);
  });

  it('concludes by its own rules: passing, flaky, failing from the third failure in a row, nothing where it never ran', async () => {
    expect((await summary())['e2e-s390x']).toMatchObject({ overall_status: '', last_run_timestamp: 0, status: 'no completed results' });
    runs('pass', 'pass');
    expect((await summary())['e2e-s390x']).toMatchObject({ overall_status: 'PASSING', latest_green: 'a'.repeat(40), last_run_timestamp: time.now() / 1000 });
    runs('fail', 'fail');
    expect((await summary())['e2e-s390x']).toMatchObject({ overall_status: 'FLAKY', status: '2 of 4 (50.0%) recent columns passed (8 of 12 or 66.7% cells)', tests: [] });
    runs('fail');
    const failing = (await summary())['e2e-s390x'];
    expect(failing).toMatchObject({ overall_status: 'FAILING' });
    expect(failing?.['tests']).toMatchObject([{ display_name: 'ci-e2e-s390x.Overall', fail_count: 3 }, { display_name: 'dns resolves', fail_count: 3, failure_message: 'timed out', pass_timestamp: (time.now() - 3 * HOUR) / 1000 }]);
    expect((await table()).tests[0]?.alert).toMatchObject({ 'fail-count': 3, 'fail-time': time.now() - 2 * HOUR });
  });

  it('lets a run finish later, and a job have no row of its own', async () => {
    const run = job.run({ outcome: 'running' });
    expect((await summary())['e2e-s390x']?.['overall_status']).toBe('PENDING');
    run.finish('fail', [{ name: 'x', message: 'm' }]);
    job.overall = null;
    expect((await table()).tests.map((t) => t.name)).toEqual(['boots', 'x']);
  });

  it('mixes its units of time on demand', async () => {
    runs('pass', 'fail', 'fail', 'fail');
    Object.assign(ci.units, { lastRun: 'ms', columns: 's', alert: 'us' });
    expect((await summary())['e2e-s390x']?.['last_run_timestamp']).toBe(time.now());
    const grid = await table();
    expect(grid.timestamps[0]).toBe(time.now() / 1000);
    expect(grid.tests[0]?.alert?.['fail-time']).toBe((time.now() - 2 * HOUR) * 1000);
  });

  it('changes its update time with every moment, and nothing else without news', async () => {
    runs('pass');
    const before = (await summary())['e2e-s390x'] ?? {};
    time.pass(60_000);
    const after = (await summary())['e2e-s390x'] ?? {};
    expect(after['last_update_timestamp']).not.toBe(before['last_update_timestamp']);
    expect({ ...after, last_update_timestamp: 0 }).toEqual({ ...before, last_update_timestamp: 0 });
  });

  it('says in plain text that a dashboard or a tab is not there, and forgets those that were renamed', async () => {
    const answer = await get('/nowhere/summary');
    expect([answer.status, await answer.text()]).toEqual([404, 'Dashboard nowhere not found']);
    ci.settings.missingStatus = 200;
    expect((await get('/ibm-s390x/table?tab=other')).status).toBe(200);
    ci.renameDashboard('ibm-s390x', 'ibm-z');
    expect(await (await get('/ibm-s390x/summary')).text()).toBe('Dashboard ibm-s390x not found');
    expect(Object.keys(await (await get('/ibm-z/summary')).json() as object)).toEqual(['e2e-s390x']);
  });

  it('answers 304 where it was told to offer validators', async () => {
    expect((await get('/ibm-s390x/summary')).headers.get('etag')).toBeNull();
    ci.settings.etags = true;
    const etag = (await get('/ibm-s390x/summary')).headers.get('etag') ?? '';
    expect((await get('/ibm-s390x/summary', { headers: { 'if-none-match': etag } })).status).toBe(304);
    runs('pass');
    expect((await get('/ibm-s390x/summary', { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('is out of order apart from Prow, until the outage is over', async () => {
    const outage = ci.outage('testgrid', { kind: 'html' });
    expect(await (await get('/ibm-s390x/summary')).text()).toContain('<!doctype html>');
    expect((await prow()).items).toEqual([]);
    outage.remove();
    expect(Object.keys(await summary())).toEqual(['e2e-s390x']);
  });

  it('has the newer API too: names compared loosely, zero values left out, errors in plain text', async () => {
    runs('pass', 'fail', 'fail', 'fail', 'running');
    const v1 = async (path: string): Promise<Json> => await (await get(`/api/v1/dashboards/${path}`)).json() as Json;
    expect(await v1('IBM_s390x/tab-summaries')).toMatchObject({ tab_summaries: [{
      dashboard_name: 'ibm-s390x', tab_name: 'e2e-s390x', overall_status: 'FAILING', last_run_timestamp: '2026-11-17T15:00:00Z', latest_passing_build: /^\d+$/,
      failures_summary: { top_failing_tests: [{ fail_count: 3 }, { display_name: 'dns resolves' }], failure_stats: { num_failing_tests: 2 } },
    }].map((s) => ({ ...s, latest_passing_build: expect.stringMatching(s.latest_passing_build) as string })) });
    expect(await v1('ibms390x/tab-summaries/e2es390x')).toHaveProperty('tab_summary.tab_name', 'e2e-s390x');
    const { headers } = await v1('ibm-s390x/tabs/e2e-s390x/headers') as { headers: Json[] };
    expect(headers[0]).toMatchObject({ started: '2026-11-17T15:00:00Z', extra: ['a'.repeat(40), ''] });
    const { rows } = await v1('ibm-s390x/tabs/e2e-s390x/rows') as { rows: { name: string; cells: Json[] }[] };
    expect(rows[2]?.cells.slice(0, 2)).toEqual([{}, { result: 12, cell_id: headers[1]?.['build'], message: 'timed out', icon: 'F' }]);
    const missing = await get('/api/v1/dashboards/none/tab-summaries');
    expect([missing.status, await missing.text()]).toEqual([404, 'dashboard {"none"} not found in config\n']);
  });
});

describe('Prow at the CI stand-in', () => {
  it('tells of every run of the last two days, with a build id that is text', async () => {
    runs('pass', 'fail', 'aborted');
    time.pass(HOUR);
    job.run({ outcome: 'fail', prowState: 'error' });
    job.run({ outcome: 'running', at: time.now() + 1 });
    time.pass(1);
    const { items } = await prow('?omit=annotations,labels,decoration_config,pod_spec');
    expect(items.map((i) => i.status['state'])).toEqual(['pending', 'error', 'aborted', 'failure', 'success']);
    expect(items[0]?.status).not.toHaveProperty('completionTime');
    expect(items[1]).toMatchObject({ spec: { type: 'periodic', job: 'ci-e2e-s390x', extra_refs: [{ base_sha: 'a'.repeat(40) }] }, status: { build_id: expect.stringMatching(/^\d{17,}$/) as string } });
    expect(items[1]?.metadata).not.toHaveProperty('labels');
    expect((await prow()).items[1]?.metadata).toHaveProperty('labels');
    time.pass(72 * HOUR);
    expect((await prow()).items.map((i) => i.status['state'])).toEqual(['pending']);
  });

  it('names the commit of a postsubmit in its refs, and wraps itself in a variable on demand', async () => {
    const post = ci.job({ prow: 'post-build', type: 'postsubmit' });
    post.run({ outcome: 'pass', commit: 'b'.repeat(40) });
    const answer = await (await get('/prowjobs.js?var=allBuilds')).text();
    expect(answer).toMatch(/^var allBuilds = \{"items":\[.*\]\};$/);
    expect(answer).toContain(`"refs":{"org":"octo","repo":"kube","base_ref":"main","base_sha":"${'b'.repeat(40)}"}`);
  });

  it('streams as much as it is told, with the real runs among it', async () => {
    runs('pass');
    ci.prowNoise({ bytes: 3_000_000 });
    const answer = await (await get('/prowjobs.js')).text();
    expect(answer.length).toBeGreaterThan(2_900_000);
    const { items } = JSON.parse(answer) as { items: { spec: Json; status: Json }[] };
    expect(items.filter((i) => i.spec['job'] === 'ci-e2e-s390x')).toHaveLength(1);
    expect(new Set(items.map((i) => i.status['build_id'])).size).toBe(items.length);
  });
});

describe('a filled CI stand-in', () => {
  it('serves many jobs, the same ones for the same seed, and changes only those that ran', async () => {
    const fill = ci.fill({ jobs: 120, columns: 30, seed: 7, failing: 0.1 });
    const body = async (dashboard: string): Promise<string> => (await get(`/${dashboard}/summary`)).text();
    expect(fill.dashboards()).toEqual(['filled-0000', 'filled-0001', 'filled-0002']);
    const before = await body('filled-0001');
    expect(Object.keys(JSON.parse(before) as object)).toHaveLength(50);
    const ran = fill.advance(0.01, 'fail');
    expect(ran.map((j) => j.tab)).toEqual(['ci-filled-00000', 'ci-filled-00100']);
    expect(await body('filled-0001')).toBe(before);
    expect(await body('filled-0002')).not.toContain('"ci-filled-00099"');
    const grid = await (await get('/filled-0002/table?tab=ci-filled-00100')).json() as Table;
    expect(grid.tests[0]?.statuses[0]).toMatchObject({ value: 12 });
    expect(grid.timestamps).toHaveLength(30);
    expect(await (await get('/filled-0002/table?tab=ci-filled-00001')).text()).toContain('not found');
    const other = ci.fill({ jobs: 1, columns: 3 });
    expect(other.jobs[0]?.dashboard).toBe('filled-2-0000');
    expect((await get('/filled-2-0000/table?tab=ci-filled-2-00000')).status).toBe(200);
  });
});
