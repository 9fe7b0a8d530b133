import { expect, it } from 'vitest';
import { withoutStacks } from '../../src/domain/stacks.ts';

it('makes errors without their stacks, and with them again afterwards, whatever became of the parser', () => {
  const frames = (error: Error): number => error.stack?.split('\n').filter((line) => line.startsWith('    at ')).length ?? 0;
  expect(frames(withoutStacks(() => new Error('one')))).toBe(0);
  expect(frames(new Error('two'))).toBeGreaterThan(0);
  expect(() => withoutStacks(() => { throw new Error('three'); })).toThrow('three');
  expect(frames(new Error('four'))).toBeGreaterThan(0);
});
