import { join } from 'node:path';
import { openStore } from '../../src/store/open.ts';
import type { Flow } from '../sweep/flows/index.ts';
import { Points } from '../sweep/life.ts';
import { picture } from '../sweep/picture.ts';
import { newPlace, type Engine } from '../sweep/stores.ts';
import { World } from '../sweep/world.ts';
import { holdTime } from './clock.ts';
import { numberRequests } from './hung.ts';
import { meddle } from './postgres.ts';
import { Watch, type Asked, type Plan } from './watch.ts';

/** A row that was given up. */
export interface DeadRow { readonly key: string; readonly error: string }
/** An operator's warning. */
export interface Raised { readonly key: string; readonly text: string; readonly told: boolean; readonly over: boolean }

/** One telling of a flow. */
export interface Told {
  readonly asked: readonly Asked[];
  /** How much of that was asked before the first step. */
  readonly atStart: number;
  readonly hits: number;
  /** After each step, the program's first settling included, and after what was given up was tried again. */
  readonly pictures: readonly string[];
  /** As it stood when the trouble was over, before what was given up was tried again. */
  readonly before: string;
  readonly dead: readonly DeadRow[];
  readonly warnings: readonly Raised[];
  /** Deliveries that were given up. */
  readonly deaf: readonly string[];
  readonly heldBack: readonly string[];
  /** Why the people of the flow could not go on; null: they could. */
  readonly stuck: string | null;
  /** Why it ended by itself at a start. */
  readonly failedStarts: readonly string[];
}

/** Longer than it takes until lost webhooks are asked for again, and until the next poll (ms). */
const CATCH_UP = 3_660_000;
/** Several operations that meet trouble may each be why a row is given up. */
const MOST_TRIES = 12;
/** Steps that are told after the one in which the trouble was. */
const STEPS_AFTER = 2;

const clock = { now: (): number => 0 };

/**
 * Tells a flow, with the plan's trouble in it, to the end or (`whole` false) two steps past the trouble; then tries again
 * what was given up, as an operator would. Throws where it never comes to rest.
 */
export async function tell(flow: Flow, engine: Engine, plan: Plan | null, whole = true): Promise<Told> {
  const world = await World.begin(flow.spec, await newPlace(engine, flow.empty === true), new Points());
  clock.now = () => world.now;
  holdTime(() => clock.now());
  numberRequests();
  const failedStarts: string[] = [];
  world.failedStart = (why) => { failedStarts.push(why instanceof Error ? why.message : String(why)); };
  const watch = new Watch(world, plan);
  try {
    await flow.before?.(world);
    const told = { asked: watch.asked, heldBack: watch.heldBack, failedStarts, pictures: [] as string[], before: '', dead: [] as DeadRow[], warnings: [] as Raised[], deaf: [] as string[], stuck: null as string | null };
    let left = Infinity;
    let atStart: number | null = null;
    for (const step of [() => {}, ...flow.steps]) {
      const { hits } = watch;
      if (told.pictures.length === 1) atStart = watch.asked.length;
      try {
        await step(world);
      } catch (error) {
        // People find nothing to act on: it shows in what there is instead.
        if (watch.hits === 0) throw error;
        told.stuck = error instanceof Error ? error.message : String(error);
        break;
      }
      await world.settle();
      if (watch.hits > hits) await madeGood(world, watch, told);
      told.pictures.push(await picture(world));
      if (!whole && watch.hits > 0 && left === Infinity) left = STEPS_AFTER;
      if (left-- <= 0) break;
    }
    return { ...told, hits: watch.hits, atStart: atStart ?? watch.asked.length };
  } finally {
    meddle(null);
    await world.end();
  }
}

/** What was lost is asked for again, or read with the next look; what lasts comes to its end; what was given up is noted, and tried again. */
async function madeGood(world: World, watch: Watch, told: { before: string; dead: DeadRow[]; warnings: Raised[]; deaf: string[] }): Promise<void> {
  await world.pass(CATCH_UP);
  await world.settle();
  if (watch.left > 0) {
    await world.pass(watch.left + CATCH_UP);
    await world.settle();
  }
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const dead = await deadRows(world);
    told.dead.push(...dead);
    if (tries === 0 || dead.length > 0) {
      told.warnings.push(...await raised(world));
      told.before = await picture(world);
    }
    if (dead.length === 0) break;
    await tryAgain(world, dead);
  }
  told.deaf = await deafTo(world);
}

const deadRows = async (world: World): Promise<DeadRow[]> =>
  (await world.place.rows("select key, last_error from outbox where state = 'dead' order by seq")).map((r) => ({ key: String(r['key']), error: String(r['last_error']) }));

const deafTo = async (world: World): Promise<string[]> => (await world.place.rows("select id from inbox where state = 'dead'")).map((r) => String(r['id']));

const raised = async (world: World): Promise<Raised[]> =>
  (await world.place.rows('select key, text, told_at, cleared_at from warnings order by since, key')).map((r) => ({ key: String(r['key']), text: String(r['text']), told: r['told_at'] !== null, over: r['cleared_at'] !== null }));

/** `archsignal outbox retry` for everything that was given up. */
async function tryAgain(world: World, dead: readonly DeadRow[]): Promise<void> {
  const store = await openStore({ databaseUrl: world.place.databaseUrl ?? undefined, dataDir: join(world.place.dir, 'data'), mode: 'operator' });
  try {
    for (const { key } of dead) await store.reviveAction(key, world.now);
  } finally {
    await store.close();
  }
  await world.settle();
}
