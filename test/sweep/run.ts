import type { Flow } from './flows/index.ts';
import { Points, type Kill } from './life.ts';
import { difference, picture } from './picture.ts';
import { newPlace, type Engine } from './stores.ts';
import { World } from './world.ts';

/** One telling of a flow: the points that it passed, what it left, and how often the program was started. */
export interface Told {
  readonly points: readonly string[];
  readonly killed: readonly string[];
  readonly picture: string;
  readonly lives: number;
}

/** Tells a flow to a program that is killed at these points. Throws where it never comes to rest. */
export async function tell(flow: Flow, engine: Engine, kills: Iterable<Kill> = []): Promise<Told> {
  const points = new Points(kills);
  const world = await World.begin(flow.spec, await newPlace(engine, flow.empty === true), points);
  try {
    await flow.before?.(world);
    if (flow.empty === true) points.begin();
    await world.settle();
    points.begin();
    for (const step of flow.steps) {
      await step(world);
      await world.settle();
    }
    return { points: points.names, killed: points.killed, picture: await picture(world), lives: world.lives };
  } finally {
    await world.end();
  }
}

/** How a run differs from the undisturbed one; empty: it does not. */
export async function trial(flow: Flow, engine: Engine, peace: Told, kills: readonly Kill[]): Promise<{ readonly killed: readonly string[]; readonly differences: string[] }> {
  try {
    const told = await tell(flow, engine, kills);
    return { killed: told.killed, differences: difference(peace.picture, told.picture) };
  } catch (error) {
    return { killed: kills.map((k) => typeof k === 'string' ? k : peace.points[k] ?? `point ${k}`), differences: [error instanceof Error ? error.message : String(error)] };
  }
}
