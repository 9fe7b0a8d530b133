import { describe, expect, it } from 'vitest';
import { evaluate, evaluation } from '../../src/policy/ladder/evaluate.ts';
import { whole, type Sliced } from '../../src/policy/ladder/slices.ts';
import { inSlices } from '../../src/runtime/slices.ts';
import { evidence, factsOf, healthy, on, project, shippedLadder } from '../policy/ladder/given.ts';

describe('long work in slices', () => {
  it('gives the same as in one piece, and lets others have their turn before it is done', async () => {
    const turns: string[] = [];
    function* work(): Sliced<number> {
      for (let n = 0; n < 5; n++) {
        // Longer than anybody may be kept waiting.
        const until = performance.now() + 12;
        while (performance.now() < until);
        turns.push('slice');
        yield;
      }
      return 42;
    }
    setImmediate(() => turns.push('somebody else'));
    expect(await inSlices(work())).toBe(42);
    expect(turns.indexOf('somebody else')).toBeLessThan(4);
    expect(whole(work())).toBe(42);
  });

  it('is how platforms are evaluated: a platform and a day at a time', () => {
    const platforms = ['linux/a', 'linux/b', 'linux/c'] as const;
    const record = [evidence(platforms.map((p) => healthy(p, [0, 60]))), shippedLadder(), project(platforms.map((p) => factsOf(p))), on(61)] as const;
    const work = evaluation(...record);
    let slices = 0;
    while (work.next().done !== true) slices++;
    expect(slices).toBeGreaterThan(platforms.length * 60);
    expect(whole(evaluation(...record))).toEqual(evaluate(...record));
  });
});
