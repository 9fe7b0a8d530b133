import { setTimeout as sleep } from 'node:timers/promises';
import { databaseOf } from '../../test/postgres.ts';
import type { Aim, Figure } from '../figure.ts';
import { median } from '../measure.ts';
import { startSender, type Answered } from './sender.ts';
import { Town } from './town.ts';

export interface ReplicaOptions {
  readonly deliveries: number;
  readonly rounds: number;
  readonly say: (what: string) => void;
}

const NEARLY_TWICE: Aim = { of: 'ratio', least: 1.7 };
const AT_ONCE = 16;
const SETTLING = 3_000;
const RESTING = 5_000;

/** A town, and what each of its servers does in a second anyway (ms). */
interface Side { readonly town: Town; readonly atRest: readonly number[] }

/**
 * Webhooks that two servers on one PostgreSQL take, next to one: as many as are kept and handled in a second of processor time
 * of whichever server has the most to do. It is the servers' own work that is compared, claims that come to nothing and
 * attempts that are made again included, because with two processors for servers, sender, stand-ins and database nothing else
 * could be told apart by the clock. Every delivery goes through the inbox; two servers get twice as many in turn, so that each
 * is as busy as the one; rounds of one and of two servers alternate.
 */
export async function benchReplicas({ deliveries, rounds, say }: ReplicaOptions): Promise<Figure[]> {
  const databases = [databaseOf('bench_one'), databaseOf('bench_two')];
  const sides: Side[] = [];
  const sender = startSender();
  try {
    for (const [i, database] of databases.entries()) {
      await database.create();
      say(`webhooks on PostgreSQL: ${i === 0 ? 'one server' : 'two servers'}`);
      sides.push(await begin(database.url, i + 1));
    }
    const rates: number[][] = [[], []];
    // The first round warms all up.
    for (let round = 0; round <= rounds; round++) {
      for (const [i, side] of sides.entries()) {
        const { town: { servers, secret, place } } = side;
        const count = deliveries * servers.length;
        const perSecond = await rateOf(side, count, (urls) => sender.ask<Answered>({ do: 'send', urls, secret, mix: 'kept', place, run: 'kept', from: round * count, count, atOnce: AT_ONCE * servers.length, signed: 'right' }));
        if (round > 0) rates[i]?.push(perSecond);
      }
    }
    return [{ name: 'webhooks on PostgreSQL, two servers next to one: kept and handled per second of the busier server', value: median(rates[1] ?? []), floor: median(rates[0] ?? []), unit: '1/s', aim: NEARLY_TWICE }];
  } finally {
    await sender.stop();
    for (const { town } of sides) await town.end();
    for (const database of databases) await database.drop().catch((error: unknown) => { say(String(error)); });
  }
}

async function begin(database: string, servers: number): Promise<Side> {
  const town = await Town.begin({ databases: [database], servers });
  await sleep(SETTLING);
  const cpu = await town.cpus();
  await sleep(RESTING);
  return { town, atRest: (await town.cpus()).map((c, i) => (c - (cpu[i] ?? 0)) / RESTING * 1000) };
}

async function rateOf({ town, atRest }: Side, count: number, send: (urls: readonly string[]) => Promise<Answered>): Promise<number> {
  const [before, begun] = [await town.cpus(), performance.now()];
  const { statuses } = await send(town.urls);
  if (statuses[200] !== count) throw new Error(`of ${count} deliveries were answered ${JSON.stringify(statuses)}`);
  await town.settled();
  const lasted = (performance.now() - begun) / 1000;
  const took = (await town.cpus()).map((c, i) => c - (before[i] ?? 0) - (atRest[i] ?? 0) * lasted);
  return count / (Math.max(...took) / 1000);
}
