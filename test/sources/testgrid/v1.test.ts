import { describe, expect, it } from 'vitest';
import { createSource } from '../../../src/sources/index.ts';
import type { Source } from '../../../src/sources/index.ts';
import { LATER, job, runsOf, unknownOf } from '../jobs.ts';
import { files, limits, never, patience, serve } from '../server.ts';

const grid = (url: string): Source => createSource({ name: 'grid', kind: 'testgrid', url, api: 'v1', guarded: false }, limits(), patience());

const unit = job({ dashboard: 'Acme Board', tab: 'Unit-Tests (s390x)' });
const ROOT = '/api/v1/dashboards/Acme Board';
const SUMMARY = `${ROOT}/tab-summaries`;
const HEADERS = `${ROOT}/tabs/Unit-Tests (s390x)/headers`;
const ROWS = `${ROOT}/tabs/Unit-Tests (s390x)/rows`;

const summary = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  dashboard_name: 'Acme Board', tab_name: 'Unit-Tests (s390x)', overall_status: 'FAILING', detailed_status_message: '1 of 3',
  last_run_timestamp: '2026-11-20T08:00:00Z', last_update_timestamp: '2026-11-20T08:30:00Z', ...changes,
});

/** As protojson writes it: zero values are left out, cells of a column without a result are empty objects. */
const board = (): Record<string, unknown> => ({
  [SUMMARY]: { tab_summaries: [summary()] },
  [HEADERS]: { headers: [
    { build: '2016584716093755392', started: '2026-11-20T08:00:00Z', extra: ['a57b4befd', 'feedbee'] },
    { build: '2016569868328898560', started: '2026-11-20T07:00:00.5Z', extra: ['20261120', 'feedbee'] },
    { build: '2016569868328890000', started: '2026-11-20T06:00:00Z', extra: [''] },
  ] },
  [ROWS]: { rows: [
    { name: 'Unit-Tests (s390x).Overall', cells: [{ result: 12, cell_id: 'x', message: 'job', icon: 'F' }, {}, { result: 1 }] },
    { name: 'a test', cells: [{ result: 12, message: 'boom' }, {}, { result: 1, message: 'fine' }] },
    { name: 'another', cells: [{ result: 1 }, { result: 4 }, {}] },
  ] },
});

describe('a poll of TestGrid\'s newer API', () => {
  it('asks by the names that it knows, and reads the grid', async () => {
    const server = await serve(files(board()));
    const reading = await grid(server.url).poll([unit], LATER, never());
    expect(server.hits.map(decodeURIComponent)).toEqual([SUMMARY, HEADERS, ROWS]);
    expect(runsOf(reading, unit)).toEqual({
      kind: 'runs', key: unit.key, complete: true, unfinished: 1, testsTotal: 2, moreFailingTests: 0,
      flakyTests: [], failingTests: [{ name: 'a test', message: 'boom' }],
      runs: [
        { build: '2016584716093755392', started: Date.UTC(2026, 10, 20, 8), finished: null, outcome: 'fail', commit: 'a57b4befd', url: null },
        { build: '2016569868328890000', started: Date.UTC(2026, 10, 20, 6), finished: null, outcome: 'pass', commit: null, url: null },
      ],
      links: { page: `${server.url}/Acme%20Board#Unit-Tests%20(s390x)`, logs: null },
    });
  });

  it('asks for the summary alone where only the time of its update is new', async () => {
    const bodies = board();
    const source = grid((await serve(files(bodies))).url);
    await source.poll([unit], LATER, never());
    bodies[SUMMARY] = { tab_summaries: [summary({ last_update_timestamp: '2026-11-20T08:35:01Z' })] };
    expect(await source.poll([unit], LATER, never())).toMatchObject({ ok: true, requests: 1, readings: [] });
    bodies[SUMMARY] = { tab_summaries: [summary({ last_run_timestamp: '2026-11-20T08:35:01Z' })] };
    expect(await source.poll([unit], LATER, never())).toMatchObject({ ok: true, requests: 3, readings: [{ kind: 'runs' }] });
  });

  it('reads times as pairs of numbers, as older servers write them', async () => {
    const bodies = board();
    bodies[HEADERS] = { headers: [{ build: '3', started: { seconds: 1635779655, nanos: 123000000 } }, { build: '2', started: { seconds: '1635693255' } }, { build: '1', started: {} }] };
    const reading = await grid((await serve(files(bodies))).url).poll([unit], LATER, never());
    expect(runsOf(reading, unit).runs).toMatchObject([{ build: '3', started: 1635779655123 }]);
    expect(reading.warnings.map((w) => w.key)).toEqual(['untimed:Acme Board']);
  });

  it('asks once more where a column came in between headers and rows', async () => {
    const bodies = board();
    const headers = bodies[HEADERS] as { headers: unknown[] };
    let asked = 0;
    const server = await serve((req, res, nth) => {
      const late = decodeURIComponent(req.url ?? '') === HEADERS && asked++ === 0;
      files(late ? { [HEADERS]: { headers: headers.headers.slice(1) } } : bodies)(req, res, nth);
    });
    const reading = await grid(server.url).poll([unit], LATER, never());
    expect(server.hits.map(decodeURIComponent)).toEqual([SUMMARY, HEADERS, ROWS, HEADERS, ROWS]);
    expect(runsOf(reading, unit).runs).toHaveLength(2);
  });

  it.each([1, 2])('takes columns without a row for no answer (%i in a row)', async (bare) => {
    const bodies = board();
    let asked = 0;
    const server = await serve((req, res, nth) => {
      const empty = decodeURIComponent(req.url ?? '') === ROWS && asked++ < bare;
      files(empty ? { [ROWS]: {} } : bodies)(req, res, nth);
    });
    const source = grid(server.url);
    const first = await source.poll([unit], LATER, never());
    expect(server.hits.map(decodeURIComponent)).toEqual([SUMMARY, HEADERS, ROWS, HEADERS, ROWS]);
    if (bare === 1) return void expect(runsOf(first, unit).runs).toHaveLength(2);
    expect(unknownOf(first, unit)).toMatchObject({ problem: 'unreadable', reason: expect.stringContaining('/headers has 3 columns, and') as string });
    // Though its summary is the same.
    expect(runsOf(await source.poll([unit], LATER, never()), unit).runs).toHaveLength(2);
  });

  it('never reads a row that is shorter than the headers', async () => {
    const bodies = board();
    bodies[ROWS] = { rows: [{ name: 'Overall', cells: [{ result: 12 }] }] };
    const reading = await grid((await serve(files(bodies))).url).poll([unit], LATER, never());
    expect(unknownOf(reading, unit).reason).toContain('shorter than announced');
  });

  it.each([
    ['a dashboard that it does not have', { [SUMMARY]: 404 }, false, 'was not found'],
    ['a tab that it does not have', { [HEADERS]: 404 }, true, 'answered 404'],
    ['a summary of another shape', { [SUMMARY]: { tab_summaries: {} } }, false, 'not a TestGrid summary'],
    ['rows of another shape', { [ROWS]: { rows: [{ cells: [7] }] } }, true, 'not a TestGrid table'],
    ['headers of another shape', { [HEADERS]: { headers: [{ started: 7 }] } }, true, 'not a TestGrid table'],
  ])('calls jobs unknown for %s', async (_, changes, ok, words) => {
    const reading = await grid((await serve(files({ ...board(), ...changes }))).url).poll([unit], LATER, never());
    expect(reading.ok).toBe(ok);
    expect(unknownOf(reading, unit)).toMatchObject({ problem: 'unreadable' });
    expect(`${unknownOf(reading, unit).reason} ${reading.error ?? ''}`).toContain(words);
  });

  it('takes a status that is left out as none', async () => {
    const entry = summary();
    delete entry['overall_status'];
    const reading = await grid((await serve(files({ ...board(), [SUMMARY]: { tab_summaries: [entry] } }))).url).poll([unit], LATER, never());
    expect(unknownOf(reading, unit).reason).toContain('no status for tab');
  });

  it('an empty grid is a job that never ran', async () => {
    const reading = await grid((await serve(files({ ...board(), [HEADERS]: {}, [ROWS]: {} }))).url).poll([unit], LATER, never());
    expect(runsOf(reading, unit)).toMatchObject({ runs: [], unfinished: 0, testsTotal: null });
  });
});
