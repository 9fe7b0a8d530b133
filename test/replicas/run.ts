import type { Flow } from '../sweep/flows/index.ts';
import { difference, picture } from '../sweep/picture.ts';
import { newPlace } from '../sweep/stores.ts';
import { Town, type Disturbance } from './world.ts';

/** What came of one run: how the world differs from the undisturbed one, and what happened in between. */
export interface Trial {
  readonly differences: readonly string[];
  readonly story: readonly string[];
}

/** Tells a flow to several servers to which things happen, and compares what is left with what one undisturbed server leaves. */
export async function trial(flow: Flow, peace: string, of: Disturbance): Promise<Trial> {
  const town = await Town.open(flow.spec, await newPlace('postgres', flow.empty === true), of);
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
    return { differences: difference(peace, await picture(town)), story: town.story };
  } catch (error) {
    return { differences: [error instanceof Error ? error.stack ?? error.message : String(error)], story: town.story };
  } finally {
    await town.end();
  }
}
