import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Evaluated } from '../../src/commands/verb.ts';
import { keepEvaluation, keptEvaluation } from '../../src/runtime/kept-evaluation.ts';
import { evaluated, LADDER, result } from '../commands/ladder-given.ts';
import { shippedLadder } from '../policy/ladder/given.ts';
import { stage, START, type Stage } from './fixtures.ts';

let on: Stage;
beforeEach(async () => { on = await stage(); });
afterEach(() => on.store.close());

const FULL: Evaluated = evaluated({
  since: START, proposal: { kind: 'demote', to: 1, because: ['pass-rate'], heldUntil: Infinity }, demotions: 2,
  criteria: [result('pass-rate', { verdict: 'unmet', links: [{ words: 'e2e', link: 'https://ci.example' }], exceptedUntil: START })],
  warnings: [{ criterion: 'pass-rate', kind: 'unmet', since: START, days: 14, earlier: true, daysLeft: null }],
});

it('gives back what was kept, also a demotion that is held until somebody knows a date', async () => {
  expect(await keptEvaluation(on.rt, 'demo')).toBeNull();
  for (const one of [FULL, evaluated(), evaluated({ adoptionUntil: null }), evaluated({ adoptionUntil: START })]) {
    await keepEvaluation(on.rt, 'demo', one);
    expect(await keptEvaluation(on.rt, 'demo')).toEqual(one);
  }
});

it.each(['kubernetes-steps', 'kubernetes-platform-tiers', 'rust-targets', 'go-ports', 'cpython'])('reads the ladder %s', async (name) => {
  const ladder = shippedLadder(name);
  await keepEvaluation(on.rt, 'demo', { ladder, platforms: [] });
  expect((await keptEvaluation(on.rt, 'demo'))?.ladder).toEqual(ladder);
});

it('sets aside what another version kept, and says where it cannot be read', async () => {
  for (const [text, where] of [['{', ''], ['null', ''], [JSON.stringify({ ladder: LADDER }), 'platforms'], [JSON.stringify({ ...FULL, platforms: [{ ...FULL.platforms[0], warnings: [{ criterion: 'charm' }] }] }), 'platforms.0.warnings.0.criterion']] as const) {
    await on.store.setMeta('evaluation:demo', text);
    expect(await keptEvaluation(on.rt, 'demo')).toBeNull();
    expect(on.log.at(-1)).toMatchObject({ where, msg: expect.stringContaining('set aside') as string });
  }
});
