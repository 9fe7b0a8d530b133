import { expect, it } from 'vitest';
import { readLegacyTable } from '../../../src/sources/testgrid/legacy.ts';
import { normalize } from '../../../src/sources/testgrid/normalize.ts';
import { job } from '../jobs.ts';
import { hoursBefore, NEWEST, table, type TableParts } from './tables.ts';

const DAY = 86_400_000;

/** What is told of tests, by name: how many hours before the newest run they flaked, `!` where the commit passed too. */
function flakes(parts: TableParts): Record<string, string[]> {
  const grid = readLegacyTable(JSON.parse(JSON.stringify(table(parts))), 'https://testgrid.k8s.io');
  if (!grid) throw new Error('not a table');
  const result = normalize(grid, { job: job(), page: 'http://grid/board#unit' });
  if (!result.ok) throw new Error(result.message);
  return Object.fromEntries((result.reading.flakyTests ?? []).map((t) => [t.name, t.flakes.map(({ at, sameCommit }) => `${(NEWEST - at) / 3_600_000}${sameCommit ? '!' : ''}`)]));
}

it('names tests that failed in rows too short for a breakage with a pass after them, the most often first', () => {
  expect(flakes({ rows: { Overall: [1, 12, 1, 12, 12, 1, 12], twice: [1, 12, 1, 12, 12, 1, 12], once: [1, 1, 1, 12, 1, 1, 1], never: [1, 1, 1, 1, 1, 1, 1] } }))
    .toEqual({ twice: ['1', '3', '4', '6'], once: ['3'] });
});

it('names none that is broken, failed last, or did not run', () => {
  expect(flakes({ rows: { broken: [1, 12, 12, 12, 1], last: [12, 12, 1, 1, 1], gone: [0, 0, 12, 0, 0] } })).toEqual({});
});

it('takes a blank for nothing, and TestGrid\'s flaky cell for a flake that ends a row', () => {
  expect(flakes({ rows: { gaps: [1, 0, 12, 0, 12, 4, 1], flaky: [12, 13, 12, 1, 1, 1, 1] } })).toEqual({ gaps: ['2', '4'], flaky: ['1', '2'] });
});

it('counts a failure where the same commit passed, however long its row is', () => {
  const commits = { 'custom-columns': [['e', 'd', 'c', 'b', 'b', 'a'].map((c) => c.repeat(40)), Array.from({ length: 6 }, () => '')] };
  expect(flakes({ ...commits, rows: { long: [12, 12, 12, 12, 1, 1] } })).toEqual({ long: ['3!'] });
  expect(flakes({ ...commits, rows: { short: [1, 1, 1, 1, 12, 1] } })).toEqual({ short: ['4!'] });
});

it('says nothing of tests by runs in which many failed, nor by runs of long ago', () => {
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`t${i}`, [1, 12, 1, 1]]));
  expect(flakes({ rows: { ...many, own: [1, 12, 1, 12] } })).toEqual({ own: ['3'] });
  expect(flakes({ timestamps: [NEWEST, NEWEST - 14 * DAY, NEWEST - 16 * DAY], rows: { old: [1, 1, 12], young: [1, 12, 1] } })).toEqual({ young: ['336'] });
});

it('is bounded: ten tests, thirty flakes of each', () => {
  const cells = (from: number): number[] => Array.from({ length: 80 }, (_, i) => i % 2 === 1 && i > from ? 12 : 1);
  const found = flakes({ timestamps: Array.from({ length: 80 }, (_, i) => hoursBefore(i)), rows: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`t${i}`, cells(2 * i)])) });
  expect([Object.keys(found).length, found['t0']?.length]).toEqual([10, 30]);
  const eleven = flakes({ rows: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`t${i}`, Array.from({ length: 24 }, (_, c) => c === 2 * i + 1 ? 12 : 1)])), timestamps: Array.from({ length: 24 }, (_, i) => hoursBefore(i)) });
  expect(Object.keys(eleven)).toHaveLength(10);
});
