import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { postgresIsHere } from '../postgres.ts';
import { diceOf } from '../sweep/dice.ts';
import { breakage } from '../sweep/flows/breakage.ts';
import { command } from '../sweep/flows/command.ts';
import { conflict } from '../sweep/flows/conflict.ts';
import type { Flow } from '../sweep/flows/index.ts';
import { quorum } from '../sweep/flows/quorum.ts';
import { difference, picture } from '../sweep/picture.ts';
import { newPlace, removeStores } from '../sweep/stores.ts';
import { tellInPeace, trial, type Peace } from './run.ts';
import type { Trouble } from './server.ts';
import { Town } from './world.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 200_000 });

afterAll(() => removeStores());

const here = await postgresIsHere('several servers to which things happen');

describe.skipIf(!here)('several servers that are killed, stopped and cut off, with clocks that are minutes apart', () => {
  // A sample; the whole of it is `npm run replicas`.
  it.each([[breakage, 2, 2016], [command, 2, 2017], [quorum, 4, 2018], [conflict, 2, 2020]] as const)('leave what one undisturbed server leaves: $name', async (flow, servers, seed) => {
    const { differences, story } = await trial(flow, await tellInPeace(flow), { servers, troubles: 6, seed });
    expect(story.length).toBeGreaterThan(0);
    expect(differences, `seed ${seed}: ${story.join('; ')}`).toEqual([]);
  });
});

/** Two jobs break and one recovers: an issue is filed, edited, commented on. */
const first: Flow = { ...breakage, steps: [breakage.steps[0], breakage.steps[1], breakage.steps[3]].filter((s) => s !== undefined), ends: [/#1 open/] };
const HOUR = 3_600_000;
/** Longer than any lease, in ticks. */
const TAKEN_OVER = 15;

describe.skipIf(!here)('a server that wakes up after another one has taken over', () => {
  let peace: Peace;
  beforeAll(async () => { peace = await tellInPeace(first); });

  it.each<readonly [string, Trouble, number, string]>([
    ['between looking for an issue and filing it', 'stopped', 0, 'after GET /repos/demo/demo/issues'],
    ['between reading an issue and editing it', 'stopped', 1, 'after GET /repos/demo/demo/issues/1'],
    ['between reading an issue and editing it', 'asleep', 1, 'after GET /repos/demo/demo/issues/1'],
    ['with what it has read of a job', 'stopped', 1, 'after GET /board/table'],
    ['with what it has read of a job', 'asleep', 1, 'after GET /board/table'],
  ])('repeats nothing and undoes nothing: %s, %s', async (_, kind, at, point) => {
    const town = await Town.open(first.spec, await newPlace('postgres', false), { servers: 2, dice: diceOf(7), risk: 0 });
    try {
      await town.settle();
      for (const [i, step] of first.steps.entries()) {
        if (i === at) town.plan(point, kind, 3 * HOUR);
        await step(town);
        // It misses all that comes from here on.
        await (i < at ? town.settle() : town.rounds(TAKEN_OVER));
      }
      await town.pass(3 * HOUR);
      await town.settle();
      expect(town.story).toHaveLength(1);
      expect(difference(peace.picture, await picture(town))).toEqual([]);
    } finally {
      await town.end();
    }
  });
});
