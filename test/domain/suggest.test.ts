import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/domain/suggest.ts';

/** Edits by the definition, without any short cut. */
function edits(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i === 0 ? j : i));
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      const row = rows[i];
      if (row) row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), swap);
    }
  }
  return at(a.length, b.length);
}

describe('the name that was meant', () => {
  it('is the nearest one, whatever short cut is taken on the way', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 12 });
    fc.assert(fc.property(word, fc.array(word, { maxLength: 6 }), (typed, names) => {
      const near = names.filter((name) => edits(typed, name) <= Math.ceil(typed.length / 3) && edits(typed, name) < name.length);
      const found = nearest(typed, names);
      expect(found === null ? null : edits(typed, found)).toBe(near.length === 0 ? null : Math.min(...near.map((name) => edits(typed, name))));
    }), { numRuns: 2_000 });
  });

  it.each([['grdi', 'grid'], ['testgird', 'testgrid'], ['S390X', 's390x'], ['prwo', 'prow']])('by %s is %s', (typed, name) => {
    expect(nearest(typed, ['grid', 'testgrid', 's390x', 'prow'])).toBe(name);
  });

  it('is nobody\'s where the word is longer than a name', () => {
    expect([nearest('a'.repeat(256), ['a'.repeat(255)]), nearest('a'.repeat(257), ['a'.repeat(257)])]).toEqual(['a'.repeat(255), null]);
  });
});
