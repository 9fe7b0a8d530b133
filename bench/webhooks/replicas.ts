import { setTimeout as sleep } from 'node:timers/promises';
import { databaseOf } from '../../test/postgres.ts';
import type { Aim, Figure } from '../figure.ts';
import type { Child } from '../child.ts';
import { startSender, type Answered, type SenderCommand } from './sender.ts';
import { Town } from './town.ts';

export interface ReplicaOptions {
  readonly deliveries: number;
  readonly rounds: number;
  readonly say: (what: string) => void;
}

const NEARLY_TWICE: Aim = { of: 'ratio', least: 1.7 };
const AT_ONCE = 16;
/** A round is so many times as long as elsewhere: in a second it depends on chance how much garbage is collected. */
const LONGER = 2;
const SETTLING = 3_000;
const RESTING = 5_000;

/** Two servers and what each does in a second anyway (ms): of one town on one database, or each of its own. */
interface Side { readonly towns: readonly Town[]; readonly atRest: readonly number[]; readonly works: Work[] }

/** Deliveries that were handled by two servers, and the processor time that each took for them (ms). */
interface Work { readonly count: number; readonly cpus: readonly number[] }

/** Deliveries of a second of processor time, over all rounds. */
const rateOf = (works: readonly Work[], counted: (cpus: readonly number[]) => number): number =>
  works.reduce((n, w) => n + w.count, 0) / works.reduce((n, w) => n + counted(w.cpus), 0) * 1000;

const busier = (cpus: readonly number[]): number => Math.max(...cpus);
const all = (cpus: readonly number[]): number => cpus.reduce((sum, c) => sum + c, 0);

/**
 * Webhooks that two servers on one PostgreSQL take, next to one: as many as are kept and handled in a second of processor time
 * of whichever server has the most to do. It is the servers' own work that is compared, claims that come to nothing and
 * attempts that are made again included, because with two processors for servers, senders, stand-ins and database nothing else
 * could be told apart by the clock. For the same reason the one server has a neighbour that is as busy as it is, on a database
 * of its own: what two processes take from each other's caches is nothing that a second machine would. Every delivery goes
 * through the inbox; rounds of either kind alternate.
 */
export async function benchReplicas({ deliveries, rounds, say }: ReplicaOptions): Promise<Figure[]> {
  const databases = ['bench_one', 'bench_other', 'bench_two'].map(databaseOf);
  const sides: Side[] = [];
  const senders = [startSender(), startSender()];
  const towns: Town[] = [];
  try {
    say('webhooks on PostgreSQL: two servers, and one next to one');
    for (const [i, database] of databases.entries()) {
      await database.create();
      towns.push(await Town.begin({ databases: [database.url], servers: i === 2 ? 2 : 1 }));
    }
    for (const both of [towns.slice(0, 2), towns.slice(2)]) sides.push({ towns: both, atRest: await restOf(both), works: [] });
    // The first round warms all up.
    for (let round = 0; round <= rounds; round++) {
      for (const side of sides) {
        const work = await workOf(side, senders, round, deliveries * LONGER);
        if (round > 0) side.works.push(work);
      }
    }
    const [one, two] = sides;
    return [{ name: 'webhooks on PostgreSQL, two servers next to one: kept and handled per second of the busier server', value: rateOf(two?.works ?? [], busier), floor: rateOf(one?.works ?? [], all), unit: '1/s', aim: NEARLY_TWICE }];
  } finally {
    await Promise.all(senders.map((s) => s.stop()));
    for (const town of towns) await town.end();
    for (const database of databases) await database.drop().catch((error: unknown) => { say(String(error)); });
  }
}

const cpusOf = async (towns: readonly Town[]): Promise<number[]> => (await Promise.all(towns.map((t) => t.cpus()))).flat();

async function restOf(towns: readonly Town[]): Promise<number[]> {
  await sleep(SETTLING);
  const before = await cpusOf(towns);
  await sleep(RESTING);
  return (await cpusOf(towns)).map((c, i) => (c - (before[i] ?? 0)) / RESTING * 1000);
}

/** One round: each server gets `count` deliveries from a sender of its own. */
async function workOf({ towns, atRest }: Side, senders: readonly Child<SenderCommand>[], round: number, count: number): Promise<Work> {
  const [before, begun] = [await cpusOf(towns), performance.now()];
  const served = towns.flatMap((town) => town.urls.map((url) => ({ town, url })));
  await Promise.all(served.map(async ({ town: { secret, place }, url }, i) => {
    const answered = await senders[i]?.ask<Answered>({ do: 'send', urls: [url], secret, mix: 'kept', place, run: `kept-${i}`, from: round * count, count, atOnce: AT_ONCE, signed: 'right' });
    if (answered?.statuses[200] !== count) throw new Error(`of ${count} deliveries were answered ${JSON.stringify(answered?.statuses)}`);
  }));
  await Promise.all(towns.map((t) => t.settled()));
  const lasted = (performance.now() - begun) / 1000;
  return { count: served.length * count, cpus: (await cpusOf(towns)).map((c, i) => c - (before[i] ?? 0) - (atRest[i] ?? 0) * lasted) };
}
