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

describe('a poll of TestGrid', () => {
  it('at start reads one summary and the tables of the tracked tabs', async () => {
    const server = await serve(files(board()));
    const reading = await grid(server.url).poll([unit, e2e], NEWEST, never());
    expect(server.hits.toSorted()).toEqual([SUMMARY, tableOf('e2e'), tableOf('unit')]);
    expect(reading).toMatchObject({ source: 'grid', ok: true, error: null, requests: 3, warnings: [] });
    expect(reading.bytes).toBeGreaterThan(1000);
    expect(runsOf(reading, unit).runs.map((r) => r.outcome)).toEqual(['fail', 'pass']);
    expect(runsOf(reading, unit).links.page).toBe(`${server.url}/board#unit`);
  });

  it('asks for nothing but the summary where only the time of its update is new', async () => {
    const bodies = board();
    const server = await serve(files(bodies));
    const source = grid(server.url);
    await source.poll([unit, e2e], NEWEST, never());
    bodies[SUMMARY] = { unit: entry({ last_update_timestamp: 1_800_000_001 }), e2e: entry({ last_update_timestamp: 1_800_000_002 }), other: entry() };
    const again = await source.poll([unit, e2e], NEWEST, never());
    expect(again).toMatchObject({ ok: true, requests: 1, readings: [], warnings: [] });
    expect(server.hits.slice(3)).toEqual([SUMMARY]);
  });

  it('reads the table of the one tab whose entry changed', async () => {
    const bodies = board();
    const server = await serve(files(bodies));
    const source = grid(server.url);
    await source.poll([unit, e2e], NEWEST, never());
    bodies[SUMMARY] = { unit: entry(), e2e: entry({ status: '9 of 10' }), other: entry({ status: 'whatever' }) };
    bodies[tableOf('e2e')] = table({ rows: { Overall: [12, 1] } });
    const again = await source.poll([unit, e2e], NEWEST, never());
    expect(server.hits.slice(3)).toEqual([SUMMARY, tableOf('e2e')]);
    expect(again.readings.map((r) => r.key)).toEqual([e2e.key]);
    expect((await source.poll([unit, e2e], NEWEST, never())).requests).toBe(1);
  });

  it('asks again with the next poll for a table that it could not read', async () => {
    const bodies = board();
    const server = await serve(files(bodies));
    const source = grid(server.url);
    bodies[tableOf('unit')] = 500;
    const first = await source.poll([unit, e2e], NEWEST, never());
    expect(first.ok).toBe(true);
    expect(unknownOf(first, unit)).toMatchObject({ problem: 'unreadable', reason: expect.stringContaining('grid: dashboard "board", tab "unit" could not be read:') as string });
    expect(runsOf(first, e2e).runs).toHaveLength(1);
    expect(first.warnings).toMatchObject([{ key: 'tables:board', text: expect.stringContaining('one tab could not be read ("unit")') as string }]);
    bodies[tableOf('unit')] = table({ rows: { Overall: [1] } });
    const second = await source.poll([unit, e2e], NEWEST, never());
    expect(second.readings.map((r) => r.key)).toEqual([unit.key]);
    expect(second.warnings).toEqual([]);
  });

  it('reads again what it is told to forget, and a job that is new to it', async () => {
    const server = await serve(files(board()));
    const source = grid(server.url);
    await source.poll([unit], NEWEST, never());
    expect((await source.poll([unit, e2e], NEWEST, never())).readings.map((r) => r.key)).toEqual([e2e.key]);
    source.forget([unit.key]);
    expect((await source.poll([unit, e2e], NEWEST, never())).readings.map((r) => r.key)).toEqual([unit.key]);
  });

  it('reads a tab that two platforms share once, for both', async () => {
    const server = await serve(files(board()));
    const twin = job({ platform: 'linux/ppc64le', name: 'unit-ppc64le' });
    const reading = await grid(server.url).poll([unit, twin], NEWEST, never());
    expect(reading.requests).toBe(2);
    expect([runsOf(reading, unit).runs.length, runsOf(reading, twin).runs.length]).toEqual([2, 2]);
  });

  it('has as many requests under way as it may, and never more', async () => {
    const tabs = Array.from({ length: 20 }, (_, i) => `t${i}`);
    const bodies = Object.fromEntries([[SUMMARY, Object.fromEntries(tabs.map((t) => [t, entry()]))], ...tabs.map((t) => [tableOf(t), table({ rows: { Overall: [1] } })])]) as Record<string, unknown>;
    const waiting: (() => void)[] = [];
    let [answered, most] = [0, 0];
    const server = await serve((req, res, nth) => {
      if (req.url === SUMMARY) return files(bodies)(req, res, nth);
      waiting.push(() => files(bodies)(req, res, nth));
      most = Math.max(most, waiting.length);
      // Answers come only when three wait, or the last ones do: with fewer at once it would never end.
      if (waiting.length >= 3 || answered + waiting.length === 20) setImmediate(() => waiting.splice(0).forEach((go) => { answered++; go(); }));
    });
    const reading = await grid(server.url, { concurrency: 3 }).poll(tabs.map((tab) => job({ name: tab, tab })), NEWEST, never());
    expect([reading.readings.length, most]).toEqual([20, 3]);
  });

  it('sends validators where the server offers them, and not where it needs the answer', async () => {
    const bodies = board();
    const server = await serve((req, res, nth) => {
      res.setHeader('etag', '"same"');
      if (req.headers['if-none-match'] === '"same"') res.writeHead(304).end();
      else files(bodies)(req, res, nth);
    });
    const source = grid(server.url);
    await source.poll([unit], NEWEST, never());
    expect(await source.poll([unit], NEWEST, never())).toMatchObject({ ok: true, requests: 1, bytes: 0, readings: [] });
    source.forget([unit.key]);
    expect((await source.poll([unit], NEWEST, never())).readings).toHaveLength(1);
  });

  it('takes a table that answers 304 as unchanged', async () => {
    const bodies = board();
    const server = await serve((req, res, nth) => {
      if (req.url !== SUMMARY) res.setHeader('etag', '"table"');
      if (req.headers['if-none-match'] === '"table"') res.writeHead(304).end();
      else files(bodies)(req, res, nth);
    });
    const source = grid(server.url);
    await source.poll([unit], NEWEST, never());
    bodies[SUMMARY] = { unit: entry({ alert: 'changed' }) };
    expect(await source.poll([unit], NEWEST, never())).toMatchObject({ ok: true, requests: 2, readings: [] });
    expect(await source.poll([unit], NEWEST, never())).toMatchObject({ ok: true, requests: 1, readings: [] });
  });

  it('encodes names in its addresses', async () => {
    const odd = job({ dashboard: 'a/b c', tab: 'x&y=#1' });
    const server = await serve((req, res) => void (new URL(req.url ?? '', 'http://x').pathname.endsWith('summary') ? res.end(JSON.stringify({ 'x&y=#1': entry() })) : res.end(JSON.stringify(table({ rows: { Overall: [1] } })))));
    const reading = await grid(server.url).poll([odd], NEWEST, never());
    expect(server.hits).toEqual(['/a%2Fb%20c/summary', '/a%2Fb%20c/table?tab=x%26y%3D%231&show-stale-tests=']);
    expect(runsOf(reading, odd).links.page).toBe(`${server.url}/a%2Fb%20c#x%26y%3D%231`);
  });

  it('knows tabs by the names of an object\'s own inheritance', async () => {
    const proto = job({ name: 'p', tab: '__proto__' });
    const missing = job({ name: 'c', tab: 'constructor' });
    const server = await serve(files({ [SUMMARY]: `{"__proto__":${JSON.stringify(entry())}}`, [tableOf('__proto__')]: table({ rows: { Overall: [1] } }) }));
    const reading = await grid(server.url).poll([proto, missing], NEWEST, never());
    expect(runsOf(reading, proto).runs).toHaveLength(1);
    expect(unknownOf(reading, missing).problem).toBe('missing');
  });

  it('without any job asks for nothing', async () => {
    const server = await serve(files({}));
    expect(await grid(server.url).poll([], NEWEST, never())).toMatchObject({ ok: true, requests: 0, readings: [] });
  });
});
