import { expect, it } from 'vitest';
import type { Every } from '../../src/domain/project.ts';
import { readGauges } from '../../src/runtime/gauges.ts';
import { readiness, type ReadyPorts } from '../../src/runtime/readiness.ts';
import { makeProject, START } from '../policy/story.ts';
import { stage, type Stage } from './fixtures.ts';

const PORTS: ReadyPorts = { github: async () => ({ ok: true, reason: null }), slack: null };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOURLY: Every = { kind: 'cron', line: '0 * * * *' };

async function polled(every: Every): Promise<Stage & { last(at: number, error?: string): Promise<void>; isReady(): Promise<boolean>; silent(): Promise<number[]> }> {
  const polling = { ...makeProject([]).polling, every, alertAfter: 30 * MINUTE };
  const here = await stage({ project: { polling } });
  const { name } = here.tracked.project;
  const source = here.tracked.sources[0]?.name ?? '';
  return {
    ...here,
    last: async (lastGood, error) => { await here.store.saveSourceHealth(name, [{ source, lastGood, lastTried: here.clock.now, error: error ?? null }]); },
    isReady: async () => (await readiness(here.rt, PORTS)).ready,
    silent: async () => {
      await readGauges(here.rt);
      return (await here.rt.metrics.sourceSilent.get()).values.map((v) => v.value);
    },
  };
}

it('does not call a source silent in the pauses of its own cron line, and does when a poll has failed', async () => {
  const here = await polled(HOURLY);
  await here.last(START);
  here.clock.now = START + 59 * MINUTE;
  expect([await here.isReady(), await here.silent()]).toEqual([true, [0]]);
  here.clock.now = START + HOUR;
  await here.last(START, 'grid answered 503');
  expect([await here.isReady(), await here.silent()]).toEqual([false, [1]]);
});

it('gives a source that is polled rarely three polls, and the same word in the figure as on /readyz', async () => {
  const here = await polled({ kind: 'interval', ms: HOUR });
  await here.last(START);
  for (const [minutes, ready] of [[29, true], [179, true], [181, false]] as const) {
    here.clock.now = START + minutes * MINUTE;
    expect([await here.isReady(), await here.silent()], `${minutes} min`).toEqual([ready, [ready ? 0 : 1]]);
  }
});

it('calls one silent that was never read well', async () => {
  const here = await polled(HOURLY);
  expect([await here.isReady(), await here.silent()]).toEqual([false, [1]]);
});

it('has no figure for a source that was taken out of the configuration, which nobody reads any more', async () => {
  const here = await polled({ kind: 'interval', ms: 5 * MINUTE });
  await here.last(START);
  await here.store.saveSourceHealth(here.tracked.project.name, [{ source: 'the-old-one', lastGood: START - 90 * 24 * HOUR, lastTried: START, error: null }]);
  await readGauges(here.rt);
  const told = [here.rt.metrics.lastGoodPoll, here.rt.metrics.sourceSilent].map(async (g) => (await g.get()).values.map((v) => v.labels.source));
  expect(await Promise.all(told)).toEqual([[here.tracked.sources[0]?.name], [here.tracked.sources[0]?.name]]);
});
