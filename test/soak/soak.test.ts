import { expect, it, vi } from 'vitest';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { soak, type SoakSpec } from './run.ts';

vi.setConfig({ testTimeout: 600_000 });

/** A sample of what `npm run soak` does for a year; results are kept for so short that upkeep has its part in it. */
const SAMPLE: SoakSpec = { days: 12, platforms: 4, hours: 12, seed: 3, week: 4, processors: false, retention: { runs: '3d', rollups: '6d' } };

it('lives through twelve diced days on SQLite, and nothing is doubled, lost, left open or growing', async () => {
  const { weeks, wrong, counts, starts } = await soak(SAMPLE);
  expect(wrong).toEqual([]);
  expect(weeks).toHaveLength(3);
  expect([starts > 1, (counts['runs'] ?? 0) > 100, weeks.some((w) => (w.rows['incidents'] ?? 0) > 0)]).toEqual([true, true, true]);
  // Results are dropped as they age, and the rest is accounted for.
  const [, , last] = weeks;
  expect(last?.rows['runs']).toBeLessThan((counts['runs'] ?? 0) / 2);
});

const here = await postgresIsHere('a soak on PostgreSQL');

it.skipIf(!here)('lives through a week on PostgreSQL alike', async () => {
  const database = databaseOf('soak');
  await database.create();
  try {
    const { wrong, weeks, counts } = await soak({ ...SAMPLE, days: 6, week: 3, databaseUrl: database.url });
    expect(wrong).toEqual([]);
    expect(weeks).toHaveLength(2);
    // It lives in the year that it is told to.
    const { runs = 0, incidents = 0, outbox = 0 } = weeks[1]?.rows ?? {};
    expect([runs > (counts['runs'] ?? 0) / 3, incidents > 0, outbox > 10]).toEqual([true, true, true]);
  } finally {
    await database.drop();
  }
});
