import { afterEach, expect, it } from 'vitest';
import { pollProject } from '../../src/runtime/poll.ts';
import { track } from '../../src/runtime/tracked.ts';
import { DAY, FakeSource, readingOf, runsOf, stage, START, type Stage } from './fixtures.ts';

let on: Stage;
afterEach(() => on.store.close());

const TODAY = Math.floor(START / DAY);
const poll = (leads = true, tracked = on.tracked): Promise<unknown> => pollProject(on.rt, tracked, new AbortController().signal, async () => leads);
const good = async (): Promise<number[]> => [...(await on.store.goodDays('demo', 0, Infinity)).get('grid') ?? []].map((day) => day - TODAY);

it('remembers each day on which a source was read well', async () => {
  on = await stage();
  on.source.answer = () => ({ readings: [readingOf(on.key, runsOf('P', START))] });
  await poll();
  on.clock.now += DAY;
  await poll();
  on.clock.now += 2 * DAY;
  await poll();
  expect(await good()).toEqual([0, 1, 3]);
});

it('does not take a day for good on which the source failed, threw or was asked for nothing', async () => {
  on = await stage();
  on.source.answer = () => ({ ok: false, error: 'grid: it is out.' });
  await poll();
  on.source.answer = () => { throw new Error('a bug'); };
  await poll();
  await poll(true, track({ ...on.tracked.project, platforms: [] }, [new FakeSource()]));
  expect(await good()).toEqual([]);
  on.source.answer = () => ({});
  await poll();
  expect(await good()).toEqual([0]);
});

it('leaves the day to the replica that leads', async () => {
  on = await stage();
  await poll(false);
  expect(await good()).toEqual([]);
});
