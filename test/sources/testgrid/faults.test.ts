import { describe, expect, it } from 'vitest';
import { createSource } from '../../../src/sources/index.ts';
import type { FetchLimits, Source } from '../../../src/sources/index.ts';
import { job, runsOf, unknownOf } from '../jobs.ts';
import { files, limits, never, patience, serve } from '../server.ts';
import { entry, NEWEST, table } from './tables.ts';

const grid = (url: string, changes: Partial<FetchLimits> = {}): Source =>
  createSource({ name: 'grid', kind: 'testgrid', url, api: 'legacy', guarded: false }, limits(changes), patience());

const unit = job();
const e2e = job({ name: 'e2e-s390x', tab: 'e2e' });
const SUMMARY = '/board/summary';
const tableOf = (tab: string, dashboard = 'board'): string => `/${dashboard}/table?tab=${tab}&show-stale-tests=`;

/** A dashboard of two tabs that changes as a test says. */
const board = (): Record<string, unknown> => ({
  [SUMMARY]: { unit: entry(), e2e: entry(), other: entry() },
  [tableOf('unit')]: table({ rows: { Overall: [12, 1] } }),
  [tableOf('e2e')]: table({ rows: { Overall: [1] } }),
});

describe('a tab that is gone', () => {
  it('is missing, with the name that it may have now', async () => {
    const bodies = board();
    bodies[SUMMARY] = { e2e: entry(), 'unit-v2': entry() };
    const source = grid((await serve(files(bodies))).url);
    const reading = await source.poll([unit, e2e], NEWEST, never());
    expect(unknownOf(reading, unit)).toMatchObject({
      problem: 'missing', reason: 'grid: dashboard "board" has no tab "unit"; there is "unit-v2": renamed? Correct the job\'s tab in the configuration.',
    });
    expect(reading).toMatchObject({ ok: true, warnings: [{ key: 'tab:board/unit' }] });
    const again = await source.poll([unit, e2e], NEWEST, never());
    expect(again).toMatchObject({ readings: [], warnings: reading.warnings, requests: 1 });
  });

  it('is read when it comes back', async () => {
    const bodies = board();
    const summary = bodies[SUMMARY];
    bodies[SUMMARY] = { e2e: entry() };
    const source = grid((await serve(files(bodies))).url);
    await source.poll([unit, e2e], NEWEST, never());
    bodies[SUMMARY] = summary;
    const reading = await source.poll([unit, e2e], NEWEST, never());
    expect(runsOf(reading, unit).runs).toHaveLength(2);
    expect(reading.warnings).toEqual([]);
  });

  it('with all the others is the dashboard\'s fault: one warning, and no job is called missing', async () => {
    const bodies = board();
    bodies[SUMMARY] = { other: entry() };
    const reading = await grid((await serve(files(bodies))).url).poll([unit, e2e], NEWEST, never());
    expect(reading.warnings).toMatchObject([{ key: 'dashboard:board', text: expect.stringContaining('without any of the 2 tabs') as string }]);
    expect([unknownOf(reading, unit).problem, unknownOf(reading, e2e).problem]).toEqual(['unreadable', 'unreadable']);
  });

  it('is missing where it is the only one tracked and others are there, and unreadable where the summary is empty', async () => {
    const bodies = board();
    bodies[SUMMARY] = { other: entry() };
    const source = grid((await serve(files(bodies))).url);
    expect(unknownOf(await source.poll([unit], NEWEST, never()), unit).problem).toBe('missing');
    bodies[SUMMARY] = {};
    expect(unknownOf(await source.poll([unit], NEWEST, never()), unit).problem).toBe('unreadable');
  });
});

describe('an answer that cannot be used', () => {
  const answers: [string, unknown, string][] = [
    ['a web page', '<!doctype html><title>Sign in</title>', 'a web page instead of JSON'],
    ['half of a summary', JSON.stringify({ unit: entry() }).slice(0, 100), 'breaks off in the middle'],
    ['a text', 'Dashboard board not found', 'was not found'],
    ['404', 404, 'was not found'],
    ['500', 500, 'answered 500 (after 3 attempts)'],
    ['a list', '[]', 'is not a TestGrid summary'],
    ['an error as JSON', { error: { code: 500 } }, 'is not a TestGrid summary'],
    ['entries that are none', { unit: 'PASSING' }, 'is not a TestGrid summary'],
    ['nothing', '', 'answered with nothing'],
  ];

  it.each(answers)('for a summary (%s) makes its jobs unknown and the source not ok', async (_, body, words) => {
    const bodies = { ...board(), [SUMMARY]: body };
    const source = grid((await serve(files(bodies))).url);
    const reading = await source.poll([unit, e2e], NEWEST, never());
    expect(reading.ok).toBe(false);
    expect(reading.error).toContain(words);
    expect(reading.error).toContain('grid: dashboard "board"');
    expect(reading.warnings.map((w) => w.key)).toEqual(['dashboard:board']);
    for (const each of [unit, e2e]) expect(unknownOf(reading, each).problem).toBe('unreadable');
    Object.assign(bodies, board());
    expect((await source.poll([unit, e2e], NEWEST, never())).readings.map((r) => r.kind)).toEqual(['runs', 'runs']);
  });

  it('of one dashboard is a warning where another answers', async () => {
    const far = job({ name: 'far', dashboard: 'gone', tab: 'x' });
    const reading = await grid((await serve(files(board()))).url).poll([unit, far], NEWEST, never());
    expect(reading).toMatchObject({ ok: true, error: null, warnings: [{ key: 'dashboard:gone' }] });
    expect(unknownOf(reading, far).reason).toContain('dashboard "gone", tab "x"');
    expect(runsOf(reading, unit).runs).toHaveLength(2);
  });

  it.each([
    ['HTML', '<html>', 'web page'], ['half a table', JSON.stringify(table({ rows: { Overall: [1] } })).slice(0, 300), 'breaks off'],
    ['another shape', '{"tests":[]}', 'not a TestGrid table'], ['rows without a name', { timestamps: [1], tests: [{}] }, 'not a TestGrid table'],
    ['a shorter row', table({ rows: { Overall: [12, 12, 12] }, timestamps: [1, 2, 3, 4].map((n) => NEWEST - n) }), 'shorter than announced'],
  ])('for a table (%s) is neither green nor red', async (_, body, words) => {
    const reading = await grid((await serve(files({ ...board(), [tableOf('unit')]: body }))).url).poll([unit, e2e], NEWEST, never());
    expect(unknownOf(reading, unit)).toMatchObject({ problem: 'unreadable', reason: expect.stringContaining(words) as string });
    expect(reading).toMatchObject({ ok: true, warnings: [{ key: 'tables:board' }] });
  });

  it('of a redirect to another host names both', async () => {
    const server = await serve((_, res) => void res.writeHead(301, { location: 'https://other.example/board/summary' }).end());
    const reading = await grid(server.url).poll([unit], NEWEST, never());
    expect(reading.error).toContain(`${server.url} redirects to another host, https://other.example`);
  });

  it('is not asked for once per tab where the source is down', async () => {
    const tabs = Array.from({ length: 200 }, (_, i) => `t${i}`);
    const bodies = { [SUMMARY]: Object.fromEntries(tabs.map((t) => [t, entry()])) };
    const server = await serve((req, res, nth) => void (req.url === SUMMARY ? files(bodies)(req, res, nth) : res.writeHead(502).end()));
    const reading = await grid(server.url, { concurrency: 2 }).poll(tabs.map((tab) => job({ name: tab, tab })), NEWEST, never());
    expect(reading.readings).toHaveLength(200);
    expect(reading.readings.every((r) => r.kind === 'unknown' && r.problem === 'unreadable')).toBe(true);
    expect(server.hits.length).toBeLessThan(20);
    expect(reading.warnings).toHaveLength(1);
  });

  it('because the poll was ended says nothing about any job', async () => {
    const controller = new AbortController();
    const bodies = board();
    const server = await serve((req, res, nth) => {
      if (req.url === tableOf('unit')) controller.abort();
      else files(bodies)(req, res, nth);
    });
    const source = grid(server.url, { concurrency: 1 });
    const reading = await source.poll([unit, e2e], NEWEST, controller.signal);
    expect(reading).toMatchObject({ ok: false, readings: [], warnings: [] });
    expect(reading.error).toContain('ended before it was done');
  });
});

describe('what is odd but readable', () => {
  it('is told of with every poll while it lasts', async () => {
    const bodies = board();
    bodies[tableOf('unit')] = table({ rows: { Overall: [12, 1, 1] }, timestamps: [NEWEST, NEWEST / 1000 - 60, 0] });
    const source = grid((await serve(files(bodies))).url);
    const first = await source.poll([unit, e2e], NEWEST, never());
    expect(first.warnings.map((w) => w.key)).toEqual(['units:board', 'untimed:board']);
    expect(first.warnings[0]?.text).toContain('grid: dashboard "board", tab "unit"');
    expect((await source.poll([unit, e2e], NEWEST, never())).warnings).toEqual(first.warnings);
    bodies[SUMMARY] = { unit: entry({ alert: 'new' }), e2e: entry() };
    bodies[tableOf('unit')] = table({ rows: { Overall: [12] } });
    expect((await source.poll([unit, e2e], NEWEST, never())).warnings).toEqual([]);
  });

  it('an empty status makes results neither green nor red', async () => {
    const bodies = board();
    bodies[SUMMARY] = { unit: entry({ overall_status: '' }), e2e: entry({ overall_status: '' }) };
    bodies[tableOf('e2e')] = table({ rows: { Overall: [4, 5] } });
    const source = grid((await serve(files(bodies))).url);
    const reading = await source.poll([unit, e2e], NEWEST, never());
    expect(unknownOf(reading, unit)).toMatchObject({ problem: 'unreadable', reason: expect.stringContaining('no status for tab "unit"') as string });
    expect(runsOf(reading, e2e)).toMatchObject({ runs: [], unfinished: 2 });
    expect(reading.warnings).toMatchObject([{ key: 'status:board', text: expect.stringContaining('tabs "unit", "e2e"') as string }]);
    bodies[SUMMARY] = { unit: entry(), e2e: entry({ overall_status: '' }) };
    expect(runsOf(await source.poll([unit, e2e], NEWEST, never()), unit).runs).toHaveLength(2);
  });
});
