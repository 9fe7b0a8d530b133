import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startCi } from '../../demo/stand-ins/ci/index.ts';
import { startGitHub } from '../../demo/stand-ins/github/index.ts';
import { startSlack, type Sent } from '../../demo/stand-ins/slack/index.ts';
import type { SendHow } from '../../demo/stand-ins/slack/send.ts';
import type { WorldSpec } from '../e2e/configuration.ts';
import { fence, LIFE, underWay } from '../sweep/fence.ts';
import { Points } from '../sweep/life.ts';
import { setUp } from '../sweep/people.ts';
import type { Place } from '../sweep/stores.ts';
import { SECRET, START, World } from '../sweep/world.ts';
import { Server, type HeldClock, type Trouble } from './server.ts';

const MINUTE = 60_000;
/** How far the clock moves at once while somebody works, and how much farther with each round in which nothing happened (ms). */
const STEP = 1_100;
const FARTHER = 4_000;
const MOST_ROUNDS = 600;
const QUIET_ROUNDS = 6;
const STILL = 4;
const PATIENCE = 60_000;
/** Longer than lost webhooks wait until GitHub is asked for them (ms). */
const CAUGHT_UP = 11 * MINUTE;
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

const TROUBLES: readonly Trouble[] = ['killed', 'stopped', 'asleep', 'without PostgreSQL', 'without GitHub', 'without Slack', 'without anybody'];

export interface Disturbance {
  /** How many servers there are. */
  readonly servers: number;
  readonly dice: () => number;
  /** How likely a request to one of them, or a second of its life, is its server's last for a while; 0: nothing happens to any. */
  readonly risk: number;
}

/** Several servers on one PostgreSQL, with clocks that are minutes apart and set now and then; webhooks and clicks reach any of them, some twice. */
export class Town extends World {
  readonly servers: readonly Server[];
  /** What happened, for whoever looks into a difference. */
  readonly story: string[] = [];
  readonly #of: Disturbance;
  readonly #clock: HeldClock;
  /** Nothing happens to anybody but what is planned. */
  peace = true;
  #plan: { readonly point: string; readonly kind: Trouble; readonly lasts: number } | null = null;

  private constructor(of: Disturbance, spec: WorldSpec, clock: HeldClock, ...rest: [Place, Points, Awaited<ReturnType<typeof startCi>>, Awaited<ReturnType<typeof startGitHub>>, Awaited<ReturnType<typeof startSlack>>]) {
    super(spec, clock, ...rest);
    this.#of = of;
    this.#clock = clock;
    this.servers = Array.from({ length: of.servers }, (_, i) => new Server(String.fromCharCode(65 + i), Math.round((of.dice() - 0.5) * 20 * MINUTE), clock));
  }

  static async open(spec: WorldSpec, place: Place, of: Disturbance): Promise<Town> {
    fence();
    const clock: HeldClock = { now: START };
    const now = (): number => clock.now;
    const [ci, github, slack] = await Promise.all([startCi({ now }), startGitHub({ now }), startSlack({ now })]);
    const town = new Town(of, spec, clock, place, new Points(), ci, github, slack);
    for (const server of [ci, github, slack]) {
      server.onRequest((moment, seen) => {
        const who = town.servers.find((s) => s.life?.id === seen.headers[LIFE]);
        if (moment === 'answered' || who === undefined) return;
        const point = `${moment === 'arrived' ? 'before' : 'after'} ${seen.method} ${seen.path}`;
        const planned = town.#plan;
        if (planned?.point === point) {
          town.#plan = null;
          town.#suffer(who, planned.kind, planned.lasts, point);
        } else if (town.#happens(1)) town.#strike(who, point);
        if (moment === 'arrived' && who.life?.alive !== true) server.faults.add({ kind: 'cut-before', match: (call) => call === seen });
      });
    }
    setUp(town, spec);
    github.hooks.target = { secret: SECRET, get url() { return `${town.#door()}/github/webhooks`; } };
    Object.defineProperty(slack.send, 'target', { get: () => `${town.#door()}/slack/events` });
    return town;
  }

  /** Whoever passes this point next (`after GET /repos/demo/demo/issues`) suffers this, for so long (ms). */
  plan(point: string, kind: Trouble, lasts: number): void { this.#plan = { point, kind, lasts }; }

  #roll(n: number): number { return Math.floor(this.#of.dice() * n); }

  #happens(weight: number): boolean { return !this.peace && this.#of.dice() < this.#of.risk * weight; }

  /** One of the servers, or nobody where it cannot be spoken to; at times GitHub sends what it has just sent to another one as well. */
  #door(): string {
    if (!this.peace && this.#of.dice() < 0.1) setImmediate(() => { void this.github.hooks.redeliver(this.github.hooks.deliveries.at(-1)?.id ?? 0); });
    const server = this.servers[this.#roll(this.servers.length)];
    return server?.up === true ? server.url ?? NOWHERE : NOWHERE;
  }

  /** Something happens to a server, for a moment or for longer than its leases; to one at a time. */
  #strike(server: Server, when: string): void {
    if (this.servers.some((s) => s.trouble !== null) || !server.up) return;
    this.#suffer(server, TROUBLES[this.#roll(TROUBLES.length)] as Trouble, Math.round(2_000 + this.#of.dice() ** 2 * 60_000), when);
  }

  #suffer(server: Server, kind: Trouble, lasts: number, when: string): void {
    this.story.push(`${server.name} is ${kind} for ${Math.round(lasts / 1000)} s, ${when}`);
    server.suffer(kind, this.now + lasts, { github: new URL(this.github.url).origin, slack: new URL(this.slack.apiUrl).origin, ci: new URL(this.ci.url).origin });
  }

  /** Before somebody does something, every other time: one of the servers is in trouble already. */
  stir(): void { if (!this.peace && this.#of.risk > 0 && this.#of.dice() < 0.3) this.#strike(this.servers[this.#roll(this.servers.length)] as Server, 'before somebody does something'); }

  /** What happens between two ticks. */
  async #fate(): Promise<void> {
    for (const server of this.servers) {
      if (server.trouble !== null && server.trouble.until <= this.now) server.recover();
      if (server.trouble === null && server.life?.alive !== true) await server.start(this.environment);
    }
    if (this.#happens(4)) this.#strike(this.servers[this.#roll(this.servers.length)] as Server, 'between two ticks');
    // Somebody sets the clock of a machine: an hour ahead, right, or somewhere else.
    if (this.#happens(4)) {
      const server = this.servers[this.#roll(this.servers.length)] as Server;
      server.off = [60 * MINUTE, 0, -7 * MINUTE, 5 * MINUTE][this.#roll(4)] ?? 0;
      this.story.push(`the clock of ${server.name} is set to be ${server.off / MINUTE} min ahead`);
    }
  }

  override async deploy(text: string): Promise<void> {
    writeFileSync(this.configuration, text);
    for (const server of this.servers) {
      server.life?.kill();
      server.recover();
      await server.start(this.environment);
      await this.#calm();
    }
  }

  override async insist(send: (how: SendHow) => Promise<Sent>): Promise<void> {
    const reached = (sent: Sent): boolean => sent.status === 200;
    if (await send({ signedAt: this.now }).then(reached, () => false)) return;
    for (let tries = 0; tries < 30; tries++) {
      await this.#round();
      if (await this.slack.send.again({ retry: { num: 1 }, signedAt: this.now }).then(reached, () => false)) return;
    }
    throw new Error('Slack reaches none of the servers');
  }

  /** Lets the clock run until all servers are well and have nothing left to do, and nothing is missed. */
  override async settle(): Promise<void> {
    await this.#rest();
    if (this.peace || this.#of.risk === 0) return;
    // A webhook may have found nobody: the servers ask for it.
    this.#clock.now += CAUGHT_UP;
    await this.#rest();
  }

  /** Lets so many seconds pass, whatever is left to do then. */
  async rounds(n: number): Promise<void> { for (let i = 0; i < n; i++) await this.#round(); }

  async #rest(): Promise<void> {
    let quiet = 0;
    for (let round = 0; quiet < QUIET_ROUNDS; round++) {
      if (round > MOST_ROUNDS) throw new Error(`the servers do not come to rest: ${JSON.stringify(await this.#left())}`);
      quiet = await this.#round(quiet * FARTHER) ? quiet + 1 : 0;
    }
  }

  /** The clock moves, everybody works; true: nothing was done and nothing is left. */
  async #round(farther = 0): Promise<boolean> {
    await this.#fate();
    this.#clock.now += STEP + farther;
    const before = this.#done();
    const ticked = this.servers.map((s) => s.tick());
    await this.#calm();
    return ticked.every((t) => t.ended) && this.servers.every((s) => s.trouble === null && s.up) && this.#done() === before && (await this.#left()).length === 0;
  }

  /** Waits until nothing happens any more while the clock stands. */
  async #calm(): Promise<void> {
    let [still, last] = [0, -1];
    for (const begun = performance.now(); still < STILL;) {
      if (performance.now() - begun > PATIENCE) throw new Error(`something never ends while the clock stands (${underWay.count} under way): ${this.story.join('; ')}`);
      await delay(0);
      const busy = underWay.count > 0 || this.github.hooks.underWay().length > 0;
      const work = this.servers.reduce((n, s) => n + (s.life?.work ?? 0), 0);
      still = busy || work !== last ? 0 : still + 1;
      last = work;
    }
  }

  #done(): string { return [this.github, this.slack].map((s) => s.requests.writes().length).join() + this.servers.map((s) => s.lives).join(); }

  async #left(): Promise<Record<string, unknown>[]> {
    return this.place.rows(`select 'outbox ' || key as what, state, last_error from outbox where state in ('pending', 'leased') union all select 'inbox ' || id as what, state, last_error from inbox where state in ('pending', 'leased')`);
  }

  override async end(): Promise<void> {
    for (const server of this.servers) server.life?.kill();
    await super.end();
  }
}
