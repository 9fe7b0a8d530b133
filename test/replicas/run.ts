import { diceOf } from '../sweep/dice.ts';
import type { Flow } from '../sweep/flows/index.ts';
import { difference, picture } from '../sweep/picture.ts';
import { tell } from '../sweep/run.ts';
import { newPlace } from '../sweep/stores.ts';
import { Town } from './world.ts';

/** What one undisturbed server leaves, and how much it did on the way. */
export interface Peace {
  readonly picture: string;
  readonly points: number;
}

/** Tells a flow to one server that nobody disturbs. Throws where it does not get where it should. */
export async function tellInPeace(flow: Flow): Promise<Peace> {
  const { picture: left, points } = await tell(flow, 'postgres');
  const missing = flow.ends.filter((e) => !e.test(left));
  if (missing.length > 0) throw new Error(`${flow.name}, undisturbed, does not come to ${missing.join(' and ')}`);
  return { picture: left, points: points.length };
}

/** What came of one run: how the world differs from the undisturbed one, and what happened in between. */
export interface Trial {
  readonly differences: readonly string[];
  readonly story: readonly string[];
}

export interface Hardship {
  readonly servers: number;
  /** About so many things happen to them in a run. */
  readonly troubles: number;
  readonly seed: number;
}

/** Tells a flow to several servers to which things happen, and compares what is left with what one undisturbed server leaves. */
export async function trial(flow: Flow, peace: Peace, { servers, troubles, seed }: Hardship): Promise<Trial> {
  // Several servers ask a little more than one does, and what happens to them makes them ask again.
  const risk = troubles / (3 * Math.max(peace.points, 100));
  const town = await Town.open(flow.spec, await newPlace('postgres', flow.empty === true), { servers, dice: diceOf(seed), risk });
  try {
    await flow.before?.(town);
    if (flow.empty === true) town.peace = false;
    await town.settle();
    town.peace = false;
    for (const step of flow.steps) {
      town.stir();
      await step(town);
      await town.settle();
    }
    return { differences: difference(peace.picture, await picture(town)), story: town.story };
  } catch (error) {
    return { differences: [error instanceof Error ? error.stack ?? error.message : String(error)], story: town.story };
  } finally {
    await town.end();
  }
}
