import { describe, expect, it } from 'vitest';
import { createSource, isolated } from '../../src/sources/index.ts';
import { job } from './jobs.ts';
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
});
