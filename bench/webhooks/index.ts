import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseOf, postgresIsHere } from '../../test/postgres.ts';
import type { Child } from '../child.ts';
import type { Aim, Figure } from '../figure.ts';
import { median, processorTime } from '../measure.ts';
import { startBare, type BareCommand } from './bare.ts';
import type { MixName } from './deliveries.ts';
import { benchReplicas } from './replicas.ts';
import { startSender, type Answered, type SenderCommand, type Signed } from './sender.ts';
import { Town } from './town.ts';

export interface WebhookOptions {
  /** Deliveries of one round. */
  readonly deliveries: number;
  /** Rounds of each kind of delivery. */
  readonly rounds: number;
  /** Told what is being measured. */
  readonly say: (what: string) => void;
}

/** Deliveries under way at once. */
const AT_ONCE = 8;

const WARM_UP = 8;

/** The server is left alone for so long after its start, and then listened to for so long (ms). */
const SETTLING = 3_000;
const RESTING = 5_000;

/** De-duplicated, durable and settled, next to a Probot that forgets each delivery as it comes. */
const LITTLE_MORE: Aim = { of: 'ratio', most: 1.3 };

interface Case {
  readonly name: string;
  readonly mix: MixName;
  readonly signed?: Signed;
  /** The same deliveries in every round. */
  readonly again?: true;
  readonly atOnce?: number;
  /** Of `deliveries`; 1 where it is left out. */
  readonly share?: number;
  readonly aim: Aim | null;
  /** Measured on PostgreSQL too. */
  readonly everywhere?: true;
}

const CASES: readonly Case[] = [
  { name: 'a busy repository', mix: 'busy', aim: LITTLE_MORE, everywhere: true },
  { name: 'a busy repository, one at a time', mix: 'busy', atOnce: 1, aim: LITTLE_MORE },
  { name: 'comments without a command', mix: 'plain', aim: LITTLE_MORE },
  { name: 'all kept in the inbox and handled', mix: 'kept', aim: null, everywhere: true },
  { name: 'all kept in the inbox and handled, one at a time', mix: 'kept', atOnce: 1, aim: null },
  { name: 'all about one issue of ours, one after the other', mix: 'ours', share: 0.5, aim: null },
  { name: 'kept ones that are repeated', mix: 'kept', again: true, aim: null },
  { name: 'wrongly signed', mix: 'busy', signed: 'wrong', aim: LITTLE_MORE },
  // Probot answers before it has read the body.
  { name: 'unsigned', mix: 'busy', signed: 'none', aim: null },
  { name: 'commands, with their reaction and answer', mix: 'commands', share: 0.2, aim: null, everywhere: true },
];

/**
 * Measures what a webhook costs the server, next to a bare Probot: processor time, user and system, of all threads of the
 * process, per delivery, from its arrival until nothing of it is left to do. What the server does every second anyway is a
 * figure of its own and taken off, or a delivery would cost the more the busier the machine is. What is sent is told in
 * `deliveries.ts`; the server is the real one with stand-ins of GitHub, Slack and CI, one incident open, its store new. Rounds
 * of the two take turns, so that what the machine does besides is shared alike; each figure is the median of its rounds.
 */
export async function benchWebhooks(options: WebhookOptions): Promise<Figure[]> {
  const { say } = options;
  const figures = await onStore('SQLite', undefined, options);
  if (!await postgresIsHere('webhooks on PostgreSQL')) return figures;
  const database = databaseOf('bench_webhooks');
  await database.create();
  try {
    figures.push(...await onStore('PostgreSQL', database.url, options));
  } finally {
    await database.drop().catch((error: unknown) => { say(String(error)); });
  }
  figures.push(...await benchReplicas(options));
  return figures;
}

async function onStore(store: string, database: string | undefined, options: WebhookOptions): Promise<Figure[]> {
  const town = await Town.begin(database === undefined ? {} : { databases: [database] });
  const [bare, sender] = [startBare(), startSender()];
  try {
    const env = town.world.env();
    const url = await bare.ask<string>({ do: 'serve', appId: env['APP_ID'] ?? '', privateKey: env['PRIVATE_KEY'] ?? '', secret: town.secret });
    const bench = new Bench(town, bare, sender, url);
    const figures: Figure[] = [await bench.rest(store)];
    for (const one of CASES.filter((c) => database === undefined || c.everywhere)) {
      options.say(`webhooks on ${store}: ${one.name}`);
      figures.push(...await bench.measure(one, store, options));
    }
    return figures;
  } finally {
    await Promise.all([bare.stop(), sender.stop(), town.end()]);
  }
}

class Bench {
  readonly #town: Town;
  readonly #bare: Child<BareCommand>;
  readonly #sender: Child<SenderCommand>;
  readonly #bareUrl: string;
  #sent = 0;
  /** What the server does in a second in which nothing comes (ms). */
  #atRest = 0;

  constructor(town: Town, bare: Child<BareCommand>, sender: Child<SenderCommand>, bareUrl: string) {
    [this.#town, this.#bare, this.#sender, this.#bareUrl] = [town, bare, sender, bareUrl];
  }

  async rest(store: string): Promise<Figure> {
    await sleep(SETTLING);
    const [cpu, begun] = [await this.#town.cpu(), performance.now()];
    await sleep(RESTING);
    this.#atRest = (await this.#town.cpu() - cpu) / (performance.now() - begun) * 1000;
    return { name: `webhooks on ${store}, nothing comes: CPU per second`, value: this.#atRest, floor: null, unit: 'ms', aim: null };
  }

  async measure(one: Case, store: string, { deliveries, rounds }: WebhookOptions): Promise<Figure[]> {
    const count = Math.max(10, Math.round(deliveries * (one.share ?? 1)));
    const [ours, floor, bytes]: number[][] = [[], [], []];
    // The first rounds warm both up: code that has run a thousand times is compiled better than code that has run a hundred.
    for (let round = -WARM_UP; round < rounds; round++) {
      const from = one.again ? 0 : this.#sent;
      this.#sent += count;
      const took = await this.#ours(one, from, count);
      const bare = await this.#floor(one, from, count);
      if (round < 0) continue;
      ours?.push(took.cpu / count);
      floor?.push(bare / count);
      if (took.bytes !== null) bytes?.push(took.bytes / count / 1024);
    }
    const of = `webhooks on ${store}, ${one.name}`;
    return [
      { name: `${of}: CPU per delivery`, value: median(ours ?? []), floor: median(floor ?? []), unit: 'ms', aim: store === 'SQLite' ? one.aim : null },
      ...bytes && bytes.length > 0 ? [{ name: `${of}: written per delivery`, value: median(bytes), floor: null, unit: 'KiB', aim: null }] : [],
    ];
  }

  async #ours(one: Case, from: number, count: number): Promise<{ cpu: number; bytes: number | null }> {
    const pid = this.#town.servers[0]?.pid ?? 0;
    const before = await this.#town.cpu();
    const [cpu, bytes, begun] = [await this.#town.cpu(), written(pid), performance.now()];
    held(await this.#send(one, this.#town.urls, from, count), one, count);
    await this.#town.settled();
    const after = written(pid);
    // Where it has to be asked for its processor time, that takes the server some, which no delivery has caused.
    const asked = cpu - before;
    const took = await this.#town.cpu() - cpu - asked - this.#atRest * (performance.now() - begun) / 1000;
    return { cpu: took, bytes: after === null || bytes === null ? null : after - bytes };
  }

  async #floor(one: Case, from: number, count: number): Promise<number> {
    const time = async (): Promise<number> => processorTime(this.#bare.pid ?? 0) ?? await this.#bare.ask<number>({ do: 'cpu' });
    const cpu = await time();
    await this.#send(one, [this.#bareUrl], from, count);
    return await time() - cpu;
  }

  #send({ mix, signed = 'right', atOnce = AT_ONCE }: Case, urls: readonly string[], from: number, count: number): Promise<Answered> {
    return this.#sender.ask<Answered>({ do: 'send', urls, secret: this.#town.secret, mix, place: this.#town.place, run: mix, from, count, atOnce, signed });
  }
}

/** A figure of deliveries that were not taken would tell nothing. */
function held({ statuses }: Answered, { name, signed = 'right' }: Case, count: number): void {
  if (statuses[signed === 'right' ? 200 : 401] !== count) throw new Error(`${name}: of ${count} deliveries were answered ${JSON.stringify(statuses)}`);
}

/** Bytes that a process has had written to disk, where the system counts them (Linux). */
function written(pid: number): number | null {
  try {
    return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? NaN);
  } catch {
    return null;
  }
}
