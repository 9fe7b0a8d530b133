import { expect, it } from 'vitest';
import { growing, slopeOf, type Keeping } from './growth.ts';
import type { Week } from './measure.ts';

const KEEPING: Keeping = { runsPerDay: 100, jobs: 60, runs: 30, rollups: 100 };
const MB = 1_000_000;

/** A week as it is where nothing grows; the process is `age` weeks old. */
const week = (n: number, { rows, ...over }: Partial<Week> = {}, age = n): Week => ({
  week: n, heap: 60 * MB, heapTotal: 200 * MB, rss: 280 * MB, external: 4 * MB, cpu: age * 7_000, read: age * 50 * MB, files: 40, resources: { Timeout: 8 }, remembered: {},
  rows: { runs: 3_000, rollups: 6_000, outbox: 4_000, inbox: 300, audit: n * 100, incidents: n * 8, pings: 300, ...rows }, disk: 8 * MB + n * 100_000, wal: 4 * MB, github: 1_500, slack: 200, source: 80, cpuPerDay: 1_000, readPerDay: 8 * MB, ...over,
});
const year = (over: (n: number) => Partial<Week> = () => ({}), age?: (n: number) => number): Week[] => Array.from({ length: 52 }, (_, i) => week(i + 1, over(i + 1), age?.(i + 1)));
const judged = (weeks: readonly Week[]) => growing(weeks, KEEPING, true);

it('finds nothing where nothing grows but what is kept for good, and what is odd now and then', () => {
  expect(judged(year())).toEqual({ wrong: [], untold: [] });
  expect(judged(year((n) => ({ heap: (n % 9 === 0 ? 110 : 60) * MB, cpuPerDay: n % 7 === 0 ? 4_000 : 1_000, rss: (n < 5 ? 150 : n % 10 === 0 ? 500 : 280) * MB, files: 40 + n % 12, github: n % 6 === 0 ? 6_000 : 1_500 })))).toEqual({ wrong: [], untold: [] });
});

it.each<[string, (n: number) => Partial<Week>]>([
  ['the heap', (n) => ({ heap: (60 + n * 0.3 + (n % 5) * 3) * MB })],
  ['the memory beside the heap', (n) => ({ rss: (280 + n * 2) * MB })],
  ['the number of open files', (n) => ({ files: 40 + n })],
  ['the number of what keeps it busy', (n) => ({ resources: { Timeout: 8 + n } })],
  ['the inbox', (n) => ({ rows: { inbox: n * 50 } })],
  ['the number of requests to GitHub in a week', (n) => ({ github: 1_500 + n * 50 })],
  ['the text that it reads from its store in a day', (n) => ({ readPerDay: (8 + n * 0.2) * MB })],
  ['the processor time of a day', (n) => ({ cpuPerDay: 1_000 + n * 20 + (n % 4) * 200 })],
  ['the table outbox', (n) => ({ rows: { outbox: n * 200 } })],
  ['the disk beside what is kept for good', (n) => ({ disk: (8 + n * 0.9) * MB })],
])('sees that %s grows', (what, over) => {
  const { wrong } = judged(year(over));
  expect(wrong).toEqual([expect.stringMatching(new RegExp(`^${what} grows: from \\d+ by \\d+ between the weeks`))]);
});

it('says which rows and which bytes are more than what is kept', () => {
  expect(judged([week(1, { rows: { runs: 3_301 } })]).wrong).toEqual(['week 1: runs has 3301 rows, and 3300 are kept at most']);
  expect(judged([week(1, { disk: 90 * MB })]).wrong).toEqual([expect.stringMatching(/^week 1: the disk holds 90000000 bytes, and its rows account for \d+ at most$/)]);
  expect(judged([week(1, { wal: 30 * MB })]).wrong).toEqual(['week 1: the log beside the database has 30000000 bytes']);
});

it('judges memory by the longest life between deployments, wherever it lies, and says what was too short', () => {
  // It leaks all year, and was deployed anew in the weeks 3, 40 and 51.
  const age = (n: number): number => n - (n >= 51 ? 50 : n >= 40 ? 39 : n >= 3 ? 2 : 0);
  expect(judged(year((n) => ({ heap: (60 + age(n)) * MB }), age)).wrong).toEqual([expect.stringMatching(/^the heap grows: from \d+ by 32000000 between the weeks 7 and 39$/)]);
  expect(judged(year(() => ({}), (n) => n % 8))).toEqual({ wrong: [], untold: ['whether the memory of one process grows: it takes 10 measurements, and there are 8'] });
  expect(judged(year().slice(0, 12)).untold).toEqual(['whether the disk grows once as much is dropped as is written: it takes 10 measurements, and there are 0']);
});

it('takes the middle of all slopes, so that a few odd measurements do not decide', () => {
  expect([slopeOf([1, 2, 3, 4]), slopeOf([5, 5, 99, 5, 5]), slopeOf([4])]).toEqual([1, 0, 0]);
});
