import { afterAll, describe, expect, it, vi } from 'vitest';
import { postgresIsHere } from '../postgres.ts';
import { diceOf, randomKills } from './dice.ts';
import { FLOWS } from './flows/index.ts';
import { stepChange } from './flows/step-change.ts';
import { tell, trial } from './run.ts';
import { removeStores, type Engine } from './stores.ts';

vi.setConfig({ testTimeout: 200_000, hookTimeout: 60_000 });

/** Runs of each flow besides the undisturbed one; the whole of it is `npm run sweep`. */
const SAMPLES: Readonly<Record<Engine, number>> = { sqlite: 2, postgres: 1 };
const SEED = 2016;

afterAll(() => removeStores());

it('names who merged a pull request although it was killed before it had stored the webhook of the merge', async () => {
  const peace = await tell(stepChange, 'sqlite');
  const stored = 'before commit of insert into inbox';
  const merge = peace.points.filter((p) => p === stored).length - 1;
  expect(await trial(stepChange, 'sqlite', peace, [`${merge} ${stored}`])).toEqual({ killed: [stored], differences: [] });
});

for (const engine of ['sqlite', 'postgres'] as const) {
  const here = engine === 'sqlite' || await postgresIsHere('the crash sweep on PostgreSQL');
  describe.skipIf(!here)(`a program on ${engine} that is killed at any point`, () => {
    it.each(FLOWS.map((f) => [f.name, f] as const))('ends where it would have: %s', async (_, flow) => {
      const peace = await tell(flow, engine);
      for (const word of flow.ends) expect(peace.picture).toMatch(word);
      const n = SAMPLES[engine];
      const sampled = Array.from({ length: n }, (_, i) => [Math.floor((i + 0.5) * peace.points.length / n)]);
      for (const kills of [...sampled, ...engine === 'sqlite' ? [randomKills(diceOf(SEED), peace.points.length)] : []]) {
        const { killed, differences } = await trial(flow, engine, peace, kills);
        expect(killed.length).toBeGreaterThan(0);
        expect(differences, `killed ${killed.join(', ')} (points ${kills.join()})`).toEqual([]);
      }
    });
  });
}
