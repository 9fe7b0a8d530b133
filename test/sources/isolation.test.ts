import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import type { Run } from '../../src/domain/run.ts';
import { withoutFuture } from '../../src/sources/future.ts';
import { createSource, isolated } from '../../src/sources/index.ts';
import { job, prowJob, runsOf } from './jobs.ts';
import { limits, never, patience, serve } from './server.ts';

describe('a source', () => {
  it('that has a bug fails its poll, and forgets what it may not have handed out', async () => {
    const forgotten: string[] = [];
    const broken = isolated({ name: 'grid', poll: async () => { throw new TypeError('x is undefined'); }, forget: (keys) => forgotten.push(...keys) });
    expect(await broken.poll([job()], 0, never())).toEqual({
      source: 'grid', ok: false, error: 'grid: the poll failed for an unforeseen reason (x is undefined).', requests: 0, bytes: 0, readings: [], warnings: [],
    });
    expect(forgotten).toEqual([job().key]);
  });

  it('whose poll was ended early reads everything again', async () => {
    const controller = new AbortController();
    const forgotten: string[] = [];
    const reading = { source: 'grid', ok: true, error: null, requests: 1, bytes: 1, readings: [], warnings: [] };
    const source = isolated({ name: 'grid', poll: async () => reading, forget: (keys) => forgotten.push(...keys) });
    expect(await source.poll([job()], 0, controller.signal)).toEqual(reading);
    expect(forgotten).toEqual([]);
    controller.abort();
    await source.poll([job()], 0, controller.signal);
    expect(forgotten).toEqual([job().key]);
  });

  it('from a repository\'s configuration does not reach this machine', async () => {
    const server = await serve((_, res) => void res.end('{}'));
    for (const kind of ['testgrid', 'prow'] as const) {
      const source = createSource({ name: 'ci', kind, url: server.url, api: 'legacy', guarded: true }, limits(), patience());
      expect(await source.poll([job()], 0, never())).toMatchObject({ ok: false, error: expect.stringContaining('127.0.0.1 leads to a private or reserved address') as string });
    }
    expect(server.hits).toEqual([]);
  });

  it('may not put a run of the future before every later one', async () => {
    const now = Date.UTC(2026, 10, 22);
    const [unit, e2e] = [job(), job({ name: 'e2e', tab: 'e2e' })];
    const run = (build: string, hours: number) => ({ build, started: now + hours * 3_600_000, finished: null, outcome: 'pass' as const, commit: null, url: null });
    const reading = (of: Job, runs: readonly Run[]) => ({ kind: 'runs' as const, key: of.key, runs, complete: true, unfinished: 0, failingTests: [], moreFailingTests: 0, testsTotal: null, links: { page: null, logs: null } });
    const forgotten: string[] = [];
    const source = withoutFuture({
      name: 'grid', forget: (keys) => forgotten.push(...keys),
      poll: async (_jobs, _now, _signal, handOn) => {
        await handOn?.([reading(unit, [run('2046', 24 * 365 * 20), run('1', -1)])]);
        return { source: 'grid', ok: true, error: null, requests: 1, bytes: 1, readings: [reading(e2e, [run('4', 23), run('3', 0)])], warnings: [] };
      },
    });
    const handed: string[] = [];
    const found = await source.poll([unit, e2e], now, never(), async (readings) => { handed.push(...readings.flatMap((r) => r.runs.map((x) => x.build))); });
    expect(handed).toEqual(['1']);
    // Clocks differ by hours.
    expect(runsOf(found, e2e).runs.map((r) => r.build)).toEqual(['4', '3']);
    expect(found.warnings).toEqual([{ key: 'future-runs', text: 'grid: runs of "unit-s390x" are said to begin more than a day from now, and were left out. Either their times are wrong, or the clock of this machine is.' }]);
    expect(forgotten).toEqual([unit.key]);
  });

  it('whose clock or ours was wrong is believed again when it is right', async () => {
    const now = Date.UTC(2026, 10, 22);
    const items = ['failure', 'success'].map((state, i) => ({ spec: { type: 'periodic', job: 'unit' }, status: { state, build_id: `${i}`, startTime: new Date(now + i * 48 * 3_600_000).toISOString() } }));
    const server = await serve((_, res) => void res.setHeader('etag', '"1"').end(JSON.stringify({ items })));
    const source = createSource({ name: 'prow', kind: 'prow', url: server.url, api: 'legacy', guarded: false }, limits(), patience());
    const unit = prowJob({ name: 'unit' });
    const builds = async (at: number): Promise<string[]> => runsOf(await source.poll([unit], at, never()), unit).runs.map((r) => r.build);
    expect(await builds(now)).toEqual(['0']);
    expect(await builds(now)).toEqual(['0']);
    expect(await builds(now + 24 * 3_600_000)).toEqual(['1', '0']);
  });
});
