import { describe, expect, it } from 'vitest';
import { thresholdsOf } from '../../src/config/thresholds.ts';
import { jobs, valid } from './given.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SIGNAL = { failuresToOpen: 4, passesToClose: 5, recentRuns: 12, staleAfter: 50 * HOUR };

describe('the thresholds of a job', () => {
  it('are the project\'s where it says nothing', () => {
    expect(thresholdsOf({}, SIGNAL)).toEqual(SIGNAL);
  });

  const table: readonly (readonly [string, number, number, number])[] = [
    ['a minute', 60_000, 3, DAY],
    ['an hour', HOUR, 3, DAY],
    ['almost six hours', 6 * HOUR - 1, 3, DAY],
    ['six hours', 6 * HOUR, 2, DAY],
    ['eight hours', 8 * HOUR, 2, DAY],
    ['nine hours', 9 * HOUR, 2, 27 * HOUR],
    ['a day', DAY, 2, 3 * DAY],
    ['a little more than a day', DAY + 1, 1, 3 * DAY + 3],
    ['two days', 2 * DAY, 1, 6 * DAY],
    ['almost a week', 7 * DAY - 1, 1, 21 * DAY - 3],
    ['a week', 7 * DAY, 1, 14 * DAY],
    ['a month', 30 * DAY, 1, 60 * DAY],
  ];
  for (const [words, every, failuresToOpen, staleAfter] of table) {
    it(`follow from a period of ${words}`, () => {
      expect(thresholdsOf({ every }, SIGNAL)).toEqual({ failuresToOpen, passesToClose: 5, recentRuns: 12, staleAfter });
    });
  }

  it('are its own before those of its period', () => {
    expect(thresholdsOf({ every: 7 * DAY, failures_to_open: 9, passes_to_close: 1, stale_after: HOUR }, SIGNAL)).toEqual({ failuresToOpen: 9, passesToClose: 1, recentRuns: 12, staleAfter: HOUR });
    expect(thresholdsOf({ every: 7 * DAY, failures_to_open: 9 }, SIGNAL)).toMatchObject({ failuresToOpen: 9, staleAfter: 14 * DAY });
    expect(thresholdsOf({ stale_after: HOUR }, SIGNAL)).toEqual({ ...SIGNAL, staleAfter: HOUR });
  });

  it('are read from the file in that order', () => {
    const text = `${jobs('{ name: a, source: prow }', '{ name: b, source: prow, every: 12h }', '{ name: c, source: prow, every: 12h, failures_to_open: 5, passes_to_close: 1, stale_after: 90m }')}signal: { failures_to_open: 6, passes_to_close: 3, recent_runs: 20, stale_after: 3d }\n`;
    expect(valid(text).project.platforms[0]?.jobs.map((job) => job.thresholds)).toEqual([
      { failuresToOpen: 6, passesToClose: 3, recentRuns: 20, staleAfter: 3 * DAY },
      { failuresToOpen: 2, passesToClose: 3, recentRuns: 20, staleAfter: 36 * HOUR },
      { failuresToOpen: 5, passesToClose: 1, recentRuns: 20, staleAfter: 1.5 * HOUR },
    ]);
  });
});
