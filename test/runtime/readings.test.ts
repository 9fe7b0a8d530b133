import { afterEach, describe, expect, it } from 'vitest';
import type { JobState, SourceReading } from '../../src/domain/job.ts';
import type { Run } from '../../src/domain/run.ts';
import { loadStates, pollProject } from '../../src/runtime/poll.ts';
import { takeReadings } from '../../src/runtime/readings.ts';
import { DAY, HOUR, readingOf, runsOf, stage, START, type Stage } from './fixtures.ts';

let on: Stage;
afterEach(() => on.store.close());

const never = new AbortController().signal;

async function ready(): Promise<void> {
  on = await stage();
  await loadStates(on.rt, on.tracked);
}

const take = (...readings: SourceReading['readings']): Promise<readonly string[]> =>
  takeReadings(on.store, on.tracked, [{ source: 'grid', ok: true, error: null, requests: 1, bytes: 1, readings, warnings: [] }], on.clock.now);

const failed = (): Promise<readonly string[]> =>
  takeReadings(on.store, on.tracked, [{ source: 'grid', ok: false, error: 'grid: it is out.', requests: 1, bytes: 0, readings: [], warnings: [] }], on.clock.now);

const state = (): JobState | null | undefined => on.tracked.states?.get(on.key);
const stored = async (): Promise<readonly Run[]> => (await on.store.lastRuns('demo', [on.key], 100)).get(on.key) ?? [];
const missing = { kind: 'unknown', problem: 'missing' } as const;
const lost = (reason: string) => ({ ...missing, key: on.key, reason });

/** A source that only tells what is new, as Prow does. */
const news = (...runs: Run[]) => readingOf(on.key, runs, false);
const run = (build: string, hoursAgo: number, outcome: Run['outcome'], commit: string | null = null): Run =>
  ({ build, started: START - hoursAgo * HOUR, finished: null, outcome, commit, url: null });

describe('what a poll brings', () => {
  it('is stored, and remembered the same by a program that starts anew', async () => {
    await ready();
    expect(await take(readingOf(on.key, runsOf('PPFFF', START)))).toEqual([on.key]);
    const before = state();
    expect(before).toMatchObject({ health: 'failing', streak: { length: 3, commits: 3 } });
    on.tracked.states = null;
    await loadStates(on.rt, on.tracked);
    expect(state()).toEqual(before);
    expect(await stored()).toHaveLength(5);
  });

  it('changes nothing when it comes twice', async () => {
    await ready();
    await take(readingOf(on.key, runsOf('PPFFF', START)));
    const before = state();
    await take(readingOf(on.key, runsOf('PPFFF', START)));
    expect(state()).toEqual(before);
    expect(await stored()).toHaveLength(5);
  });

  it('is joined with what is stored, where the source tells only what is new', async () => {
    await ready();
    await take(news(run('1', 5, 'pass')));
    await take(news(run('2', 4, 'fail')));
    await take(news(run('3', 3, 'fail')));
    expect(state()?.health).toBe('flaky');
    await take(news(run('4', 2, 'fail')));
    expect(state()).toMatchObject({ health: 'failing', streak: { length: 3, firstBuild: '2' }, lastGreen: START - 5 * HOUR });
  });

  it('is no news when a run of the past comes late: neither a pass closes nor a failure opens', async () => {
    await ready();
    await take(news(run('2', 5, 'fail'), run('3', 4, 'fail'), run('4', 3, 'fail')));
    await take(news(run('1', 6, 'pass')));
    expect(state()).toMatchObject({ health: 'failing', streak: { length: 3 } });
    await take(news(run('5', 2, 'pass'), run('6', 1, 'pass')));
    await take(news(run('0', 7, 'fail')));
    expect(state()).toMatchObject({ passes: { length: 2 }, streak: null });
  });

  it('is no news when a run starts late on a commit that newer ones have followed', async () => {
    await ready();
    await take(news(run('1', 6, 'pass', 'a'.repeat(40)), run('2', 5, 'fail', 'b'.repeat(40)), run('3', 4, 'fail', 'c'.repeat(40)), run('4', 3, 'fail', 'd'.repeat(40))));
    await take(news(run('5', 1, 'pass', 'a'.repeat(40))));
    expect(state()).toMatchObject({ health: 'failing', streak: { length: 3 } });
  });

  it('is kept as it was, run by run, when the source fails; it is unknown meanwhile', async () => {
    await ready();
    await take(readingOf(on.key, runsOf('PPFFF', START)));
    const before = state();
    expect(await failed()).toEqual([]);
    expect(on.tracked.down.get('grid')).toBe('grid: it is out.');
    expect(state()).toEqual(before);
    expect(await stored()).toHaveLength(5);
    await take();
    expect(on.tracked.down.size).toBe(0);
    expect(state()).toEqual(before);
  });

  it('keeps a problem standing until runs of the job come again, and since when', async () => {
    await ready();
    await take(readingOf(on.key, runsOf('PPFFF', START)));
    on.clock.now += HOUR;
    expect(await take(lost('grid: it has no such tab.'))).toEqual([on.key]);
    const since = on.clock.now;
    on.clock.now += DAY;
    expect(await take()).toEqual([]);
    expect(await take(lost('grid: it has no such tab.'))).toEqual([]);
    await failed();
    expect(state()).toMatchObject({ problem: { kind: 'missing', since }, streak: { length: 3 } });
    on.tracked.states = null;
    await loadStates(on.rt, on.tracked);
    expect(state()?.problem).toMatchObject({ kind: 'missing', since });
    await take(readingOf(on.key, runsOf('PPFFF', START)));
    expect(state()).toMatchObject({ problem: null, health: 'failing' });
  });

  it('is asked for again when it could not be stored', async () => {
    await ready();
    const store = new Proxy(on.store, { get: (s, name) => name === 'saveReadings' ? async () => { throw new Error('full disk'); } : Reflect.get(s, name) as unknown });
    on.brings('PPFFF');
    await expect(pollProject({ ...on.rt, store }, on.tracked, never)).rejects.toThrow('full disk');
    expect(on.source.forgotten).toBe(1);
    on.brings('PPFFF');
    await pollProject(on.rt, on.tracked, never);
    expect(await on.store.incidents('demo', 0)).toHaveLength(1);
  });

  it('is dropped, and asked for again, where another replica has taken over meanwhile', async () => {
    await ready();
    on.brings('PPFFF');
    await pollProject(on.rt, on.tracked, never, async () => false);
    expect([on.source.forgotten, on.tracked.states, await stored()]).toEqual([1, null, []]);
    expect(await on.store.incidents('demo', 0)).toEqual([]);
    expect(await on.store.sourceHealth('demo')).toEqual([]);
  });
});
