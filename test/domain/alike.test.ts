import fc from 'fast-check';
import { expect, it } from 'vitest';
import { alike } from '../../src/domain/alike.ts';

it('takes two values for the same in whatever order their keys stand', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const turned = JSON.parse(JSON.stringify(value), (_key, v: unknown) => typeof v === 'object' && v !== null && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).reverse()) : v) as unknown;
    expect(alike(JSON.parse(JSON.stringify(value)), turned)).toBe(true);
  }));
});

it.each([[{ a: 1 }, { a: 1, b: 1 }], [{ a: 1, b: 1 }, { a: 1 }], [{ a: 1 }, { b: 1 }], [[1, 2], [2, 1]], [[1], [1, 1]], [{}, []], [null, {}], [1, '1'], [{ a: { b: 1 } }, { a: { b: 2 } }]])('tells %j from %j', (a, b) => {
  expect(alike(a, b)).toBe(false);
});

it('takes what is left out for what is undefined', () => { expect(alike({ a: undefined }, {})).toBe(true); });
