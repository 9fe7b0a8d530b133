import { expect, it } from 'vitest';
import { seldom } from '../../src/domain/seldom.ts';

it('says the first few of a time, and later how many were left out', () => {
  const say = seldom(2, 1_000);
  expect([0, 1, 2, 999].map(say)).toEqual([{ unsaid: 0 }, { unsaid: 0 }, null, null]);
  expect([1_000, 1_001, 1_002, 2_000].map(say)).toEqual([{ unsaid: 2 }, { unsaid: 0 }, null, { unsaid: 1 }]);
});

it('is not silent for ever where the clock is set back', () => {
  const say = seldom(1, 1_000);
  expect([5_000_000, 1, 2].map(say)).toEqual([{ unsaid: 0 }, { unsaid: 0 }, null]);
});
