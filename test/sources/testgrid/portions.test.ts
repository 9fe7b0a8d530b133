import { describe, expect, it } from 'vitest';
import { createSource } from '../../../src/sources/index.ts';
import type { RunsReading } from '../../../src/sources/source.ts';
import { job } from '../jobs.ts';
import { files, limits, never, patience, serve } from '../server.ts';
import { entry, NEWEST, table } from './tables.ts';

const JOBS = 600;
const jobs = Array.from({ length: JOBS }, (_, i) => job({ name: `unit-${i}`, tab: `t${i}` }));

/** A dashboard of many tabs, one of which cannot be read. */
const board = (): Record<string, unknown> => ({
  '/board/summary': Object.fromEntries(jobs.map((j) => [j.tab ?? '', entry()] as const)),
  ...Object.fromEntries(jobs.map((j, i) => [`/board/table?tab=${j.tab}&show-stale-tests=`, i === 7 ? 404 : table({ rows: { Overall: [1] } })] as const)),
});

describe('a first poll of many jobs', () => {
  it('hands what it reads on in portions, holds back no job and tells none twice', async () => {
    const server = await serve(files(board()));
    const source = createSource({ name: 'grid', kind: 'testgrid', url: server.url, api: 'legacy', guarded: false }, limits(), patience());
    const portions: (readonly RunsReading[])[] = [];
    const reading = await source.poll(jobs, NEWEST, never(), async (runs) => { portions.push(runs); });
    expect(portions.length).toBeGreaterThan(1);
    expect(Math.max(...portions.map((p) => p.length), reading.readings.length)).toBeLessThan(JOBS / 2);
    const all = [...portions.flat(), ...reading.readings];
    expect(all.map((r) => r.key).toSorted()).toEqual(jobs.map((j) => j.key).toSorted());
    expect(all.filter((r) => r.kind === 'unknown').map((r) => r.key)).toEqual([jobs[7]?.key]);
  });

  it('waits for a portion to be taken before it reads much more', async () => {
    const server = await serve(files(board()));
    const source = createSource({ name: 'grid', kind: 'testgrid', url: server.url, api: 'legacy', guarded: false }, limits({ concurrency: 1 }), patience());
    const taken: number[] = [];
    await source.poll(jobs, NEWEST, never(), async () => {
      taken.push(server.hits.length);
      await new Promise((turn) => { setImmediate(turn); });
      expect(server.hits.length).toBe(taken.at(-1));
    });
    expect(taken.length).toBeGreaterThan(1);
  });
});
