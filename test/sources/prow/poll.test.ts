import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createSource } from '../../../src/sources/index.ts';
import type { FetchLimits, Source } from '../../../src/sources/index.ts';
import { LATER, prowJob, runsOf } from '../jobs.ts';
import { limits, never, patience, serve } from '../server.ts';
import type { Answer } from '../server.ts';

const prow = (url: string, changes: Partial<FetchLimits> = {}): Source =>
  createSource({ name: 'prow', kind: 'prow', url, api: 'legacy', guarded: false }, limits(changes), patience());

const PATH = '/prowjobs.js?var=allBuilds&omit=annotations,labels,decoration_config,pod_spec';
const unit = prowJob({ name: 'unit' });
const e2e = prowJob({ name: 'e2e' });

/** A ProwJob as Prow writes it. */
function item(job: string, state: string, changes: { type?: string; start?: string; end?: string; build?: unknown; spec?: object; status?: object; metadata?: object } = {}): object {
  const finished = !['scheduling', 'triggered', 'pending'].includes(state);
  return {
    kind: 'ProwJob', apiVersion: 'prow.k8s.io/v1', metadata: { name: `uuid-${job}`, namespace: 'default', creationTimestamp: '2026-11-20T07:59:59Z', ...changes.metadata },
    spec: { type: changes.type ?? 'periodic', agent: 'kubernetes', cluster: 'default', job, extra_refs: [{ org: 'acme', repo: 'acme', base_ref: 'master', base_sha: 'a57b4befda57b4befda57b4befda57b4befd0000' }], ...changes.spec },
    status: {
      startTime: changes.start ?? '2026-11-20T08:00:00Z', ...(finished ? { completionTime: changes.end ?? '2026-11-20T08:20:00Z' } : {}),
      state, description: 'Job ended.', url: `https://prow.example/view/gs/logs/${job}/1`, build_id: changes.build ?? '2016584716093755392', ...changes.status,
    },
  };
}

const body = (...items: unknown[]): string => `var allBuilds = ${JSON.stringify({ items })};`;
const answering = (text: () => string): Answer => (_, res) => void res.setHeader('content-type', 'application/javascript').end(text());

describe('a poll of Prow', () => {
  it('is one request, from which the tracked jobs are kept', async () => {
    const server = await serve(answering(() => body(item('other', 'failure'), item('unit', 'success'), item('e2e', 'failure'))));
    const reading = await prow(server.url).poll([unit, e2e], LATER, never());
    expect(server.hits).toEqual([PATH]);
    expect(reading).toMatchObject({ source: 'prow', ok: true, error: null, requests: 1, warnings: [] });
    expect(runsOf(reading, e2e)).toEqual({
      kind: 'runs', key: e2e.key, complete: false, unfinished: 0, failingTests: [], moreFailingTests: 0, testsTotal: null,
      runs: [{
        build: '2016584716093755392', started: Date.UTC(2026, 10, 20, 8), finished: Date.UTC(2026, 10, 20, 8, 20), outcome: 'fail',
        commit: 'a57b4befda57b4befda57b4befda57b4befd0000', url: 'https://prow.example/view/gs/logs/e2e/1',
      }],
      links: { page: `${server.url}/?job=e2e`, logs: 'https://prow.example/view/gs/logs/e2e/1' },
    });
    expect(runsOf(reading, unit).links.logs).toBeNull();
  });

  it('reads plain JSON and gzip as well', async () => {
    const plain = JSON.stringify({ items: [item('unit', 'success')] });
    expect(runsOf(await prow((await serve(answering(() => plain))).url).poll([unit], LATER, never()), unit).runs).toHaveLength(1);
    const packed = await serve((_, res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body(item('unit', 'success')))));
    expect(runsOf(await prow(packed.url).poll([unit], LATER, never()), unit).runs).toHaveLength(1);
  });

  it.each([['success', 'pass', 0], ['failure', 'fail', 0], ['error', null, 0], ['aborted', null, 0], ['scheduling', null, 1], ['triggered', null, 1], ['pending', null, 1], ['constructor', null, 0], ['', null, 0]])(
    'reads the state %s', async (state, outcome, unfinished) => {
      const reading = await prow((await serve(answering(() => body(item('unit', state))))).url).poll([unit], LATER, never());
      expect([runsOf(reading, unit).runs[0]?.outcome ?? null, runsOf(reading, unit).unfinished]).toEqual([outcome, unfinished]);
    });

  it('looks at the configured trigger only', async () => {
    const items = ['presubmit', 'postsubmit', 'periodic', 'batch'].map((type, i) => item('unit', 'success', { type, build: `${i}` }));
    const server = await serve(answering(() => body(...items)));
    expect(runsOf(await prow(server.url).poll([unit], LATER, never()), unit).runs.map((r) => r.build)).toEqual(['2']);
    const post = prowJob({ name: 'unit', trigger: 'postsubmit' });
    expect(runsOf(await prow(server.url).poll([post], LATER, never()), post).runs.map((r) => r.build)).toEqual(['1']);
  });

  it('puts the newest run first, and counts a run once', async () => {
    const at = (hour: number, build: string, state = 'success') => item('unit', state, { start: `2026-11-20T0${hour}:00:00Z`, end: `2026-11-20T0${hour}:30:00Z`, build });
    const server = await serve(answering(() => body(at(1, '9'), at(3, '99'), at(3, '100'), at(2, '50'), at(2, '50'), at(4, '200', 'pending'), at(4, '200', 'failure'))));
    const reading = await prow(server.url).poll([unit], LATER, never());
    expect(runsOf(reading, unit).runs.map((r) => r.build)).toEqual(['200', '100', '99', '50', '9']);
    expect(runsOf(reading, unit).unfinished).toBe(0);
  });

  it('never makes a number of a build', async () => {
    const text = body(item('unit', 'success', { build: 12345 })).replace('12345', '2016584716093755393');
    expect(runsOf(await prow((await serve(answering(() => text))).url).poll([unit], LATER, never()), unit).runs[0]?.build).toBe('2016584716093755393');
  });

  it('takes the commit of the refs, and no address or commit that is none', async () => {
    const refs = item('unit', 'success', { spec: { refs: { base_sha: 'FEEDBEEFEEDBEE' } } });
    expect(runsOf(await prow((await serve(answering(() => body(refs)))).url).poll([unit], LATER, never()), unit).runs[0]?.commit).toBe('feedbeefeedbee');
    const odd = item('unit', 'failure', { spec: { extra_refs: [{ base_sha: 'master @all' }] }, status: { url: 'javascript:alert(1)' } });
    expect(runsOf(await prow((await serve(answering(() => body(odd)))).url).poll([unit], LATER, never()), unit)).toMatchObject({ runs: [{ commit: null, url: null }], links: { logs: null } });
  });

  it('gives a reading of what changed only, and of what it was told to forget', async () => {
    let text = body(item('unit', 'success'), item('e2e', 'pending'));
    const source = prow((await serve(answering(() => text))).url);
    expect((await source.poll([unit, e2e], LATER, never())).readings).toHaveLength(2);
    expect((await source.poll([unit, e2e], LATER, never())).readings).toEqual([]);
    text = body(item('e2e', 'failure'), item('unit', 'success'), item('other', 'success'));
    expect((await source.poll([unit, e2e], LATER, never())).readings.map((r) => r.key)).toEqual([e2e.key]);
    source.forget([unit.key]);
    expect((await source.poll([unit, e2e], LATER, never())).readings.map((r) => r.key)).toEqual([unit.key]);
  });

  it('sees the one run that has changed among many that were there already, and the one that has left', async () => {
    const runs = Array.from({ length: 5 }, (_, i) => item('unit', 'success', { build: `201658471609375539${i}`, start: `2026-11-20T0${i}:00:00Z`, end: `2026-11-20T0${i}:20:00Z` }));
    const pending = item('unit', 'pending', { build: '2016584716093755399', start: '2026-11-20T09:00:00Z' });
    let now = [...runs, pending];
    const server = await serve(answering(() => body(item('other', 'failure'), ...now)));
    const source = prow(server.url);
    expect(runsOf(await source.poll([unit], LATER, never()), unit)).toMatchObject({ unfinished: 1, runs: { length: 5 } });
    now = [...runs, item('unit', 'failure', { build: '2016584716093755399', start: '2026-11-20T09:00:00Z', end: '2026-11-20T09:30:00Z' })];
    const changed = runsOf(await source.poll([unit], LATER, never()), unit);
    expect([changed.unfinished, changed.runs.map((r) => r.outcome)]).toEqual([0, ['fail', 'pass', 'pass', 'pass', 'pass', 'pass']]);
    expect((await source.poll([unit], LATER, never())).readings).toEqual([]);
    now = now.slice(1);
    expect(runsOf(await source.poll([unit], LATER, never()), unit).runs).toHaveLength(5);
    now = now.toReversed();
    expect((await source.poll([unit], LATER, never())).readings).toEqual([]);
  });

  it('reads for a platform that joins what it has read for another', async () => {
    const server = await serve(answering(() => body(item('unit', 'success'))));
    const source = prow(server.url);
    const elsewhere = prowJob({ name: 'unit', platform: 'linux/arm64' });
    await source.poll([unit], LATER, never());
    const both = await source.poll([unit, elsewhere], LATER, never());
    expect(both.readings.map((r) => r.key)).toEqual([elsewhere.key]);
  });

  it('tells of what it left out as long as that is there, whether anything else is new or not', async () => {
    const server = await serve(answering(() => body(item('unit', 'success', { build: '', metadata: { name: '' } }))));
    const source = prow(server.url);
    const first = await source.poll([unit], LATER, never());
    expect(first.warnings).toHaveLength(1);
    expect((await source.poll([unit], LATER, never())).warnings).toEqual(first.warnings);
  });

  it('says nothing of a job that is not in the window, and warns where none is', async () => {
    let text = body(item('unit', 'success'));
    const source = prow((await serve(answering(() => text))).url);
    expect(await source.poll([unit, e2e], LATER, never())).toMatchObject({ readings: [{ key: unit.key }], warnings: [] });
    text = body(item('other', 'success'), item('other', 'success'));
    expect(await source.poll([unit, e2e], LATER, never())).toMatchObject({ ok: true, readings: [], warnings: [{ key: 'no-tracked-job', text: expect.stringContaining('none of the 2 runs of the last 48 hours is of any of the 2 jobs') as string }] });
    text = '{"items":null}';
    expect(await source.poll([unit, e2e], LATER, never())).toMatchObject({ ok: true, readings: [], warnings: [{ text: expect.stringContaining('is empty') as string }] });
  });

  it('asks conditionally where validators are offered, and not where a job is new to it', async () => {
    const server = await serve((req, res) => {
      if (req.headers['if-none-match'] === '"v"') res.writeHead(304).end();
      else res.writeHead(200, { etag: '"v"' }).end(body(item('unit', 'success')));
    });
    const source = prow(server.url);
    await source.poll([unit], LATER, never());
    expect(await source.poll([unit], LATER, never())).toMatchObject({ ok: true, bytes: 0, readings: [] });
    expect(await source.poll([unit, e2e], LATER, never())).toMatchObject({ ok: true, readings: [] });
    expect(server.requests.map((r) => r.headers['if-none-match'] ?? null)).toEqual([null, '"v"', null]);
    expect(await source.poll([unit, e2e], LATER, never())).toMatchObject({ ok: true, bytes: 0 });
  });

  it('leaves out what has neither time nor id, and tells of it', async () => {
    const bare = item('unit', 'success', { metadata: { name: '', creationTimestamp: null }, status: { startTime: null, completionTime: null } });
    const reading = await prow((await serve(answering(() => body(bare, { spec: { job: 'unit' } })))).url).poll([unit], LATER, never());
    expect(runsOf(reading, unit).runs).toEqual([]);
    expect(reading.warnings.map((w) => w.key)).toEqual(['unreadable-items', 'untimed-items']);
  });
});

describe('an answer of Prow that cannot be used', () => {
  const good = body(item('unit', 'failure'), item('e2e', 'failure'));
  it.each([
    ['cut off', good.slice(0, -40), 'breaks off in the middle'], ['cut within an item', good.slice(0, 300), 'breaks off in the middle'],
    ['a web page', '<html>Bad Gateway</html>', 'a web page instead of JSON'], ['garbage', 'x'.repeat(1000), 'not a list of Prow jobs'],
    ['broken within a tracked item', good.replace('"agent":"kubernetes"', '"agent":kubernetes'), 'broken JSON'], ['empty', '', 'answered with nothing'],
    ['another shape', '{"error":"x"}', 'has no list of items'],
  ])('(%s) fails the whole poll, gives no reading, and is made up for', async (_, text, words) => {
    let now = text;
    const source = prow((await serve(answering(() => now))).url);
    expect(await source.poll([unit, e2e], LATER, never())).toMatchObject({ ok: false, readings: [], error: expect.stringContaining(words) as string });
    now = good;
    expect((await source.poll([unit, e2e], LATER, never())).readings).toHaveLength(2);
    now = text;
    expect(await source.poll([unit, e2e], LATER, never())).toMatchObject({ ok: false, readings: [] });
    now = good;
    expect((await source.poll([unit, e2e], LATER, never())).readings).toHaveLength(2);
  });

  it('is larger than the limit', async () => {
    const reading = await prow((await serve(answering(() => good.repeat(10)))).url, { bodyLimit: 1000 }).poll([unit], LATER, never());
    expect(reading).toMatchObject({ ok: false, error: expect.stringContaining('larger than the limit of 1000 bytes') as string });
  });

  it('is a 503, of which the source speaks by its name', async () => {
    const reading = await prow((await serve((_, res) => void res.writeHead(503).end())).url).poll([unit], LATER, never());
    expect(reading).toMatchObject({ ok: false, requests: 3, readings: [], error: expect.stringMatching(/^prow: .* answered 503 \(after 3 attempts\)\./) as string });
  });
});
