import { afterEach, expect, it } from 'vitest';
import { ladderFiles } from '../../src/config/ladder-files.ts';
import { loadProject } from '../../src/config/load.ts';
import { Lookups } from '../../src/runtime/commands/lookups.ts';
import { pollProject } from '../../src/runtime/poll.ts';
import { track } from '../../src/runtime/tracked.ts';
import { configOf } from '../e2e/configuration.ts';
import { DAY, readingOf, stage, START, type Stage } from './fixtures.ts';

let on: Stage;
afterEach(() => on.store.close());

const TODAY = Math.floor(START / DAY);
const day = (n: number): string => new Date((TODAY - n) * DAY).toISOString().slice(0, 10);

it('sums up the days that a rate may need, and names those that do not count: freezes, downtimes that are over, and days without a good poll', async () => {
  on = await stage();
  const loaded = loadProject(configOf({ extra: `calendar: { freezes: [{ from: ${day(9)}, to: ${day(5)}, reason: holidays }] }` }, 'https://ci.example'), { file: 'demo.yml', origin: 'disk', ladders: await ladderFiles('demo.yml') });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const tracked = track(loaded.project, [on.source], loaded);
  const rt = { ...on.rt, projects: new Map([['demo', tracked]]) };
  const job = tracked.jobs.find((j) => j.platform === 'linux/s390x');
  if (!job) throw new Error('no job');
  // A run a day, the source read well three days ago and today alone.
  const runs = Array.from({ length: 30 }, (_, i) => ({ build: String(1_000 - i), started: START - i * DAY, finished: null, outcome: 'pass' as const, commit: null, url: null }));
  on.clock.now = START - 3 * DAY;
  on.source.answer = () => ({ readings: [readingOf(job.key, runs.slice(3))] });
  await pollProject(rt, tracked, new AbortController().signal);
  on.clock.now = START;
  on.source.answer = () => ({ readings: [readingOf(job.key, runs)] });
  await pollProject(rt, tracked, new AbortController().signal);
  const from = (TODAY - 12) * DAY;
  await on.store.commit({ at: START, quiets: [{ expected: null, quiet: { id: 'q', project: 'demo', revision: 1, kind: 'downtime', platform: 'linux/s390x', from, to: from + 1, reason: null, by: 'olga', at: from, ended: null } }] });

  const { days, daysOff } = await new Lookups(rt).found(loaded.project, { allowed: 'everyone', allowedAs: '', days: { jobs: [job.key], back: 14 } });
  const ago = (numbers: Iterable<number>): number[] => [...numbers].map((n) => TODAY - n).sort((a, b) => a - b);
  const off = daysOff?.get(job.key);
  // Its source was not read on two days, which nothing could be learned on by any job of the platform.
  expect([ago(off?.platform ?? []), ago(off?.job ?? [])]).toEqual([[1, 2, 5, 6, 7, 8, 9, 12], [1, 2]]);
  // Fourteen days that count before today, and those between that do not.
  expect(ago((days?.get(job.key) ?? []).map((d) => d.day))).toEqual(Array.from({ length: 23 }, (_, i) => i));
});
