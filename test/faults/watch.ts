import type { Server } from '../../demo/stand-ins/common/server.ts';
import type { Seen } from '../../demo/stand-ins/common/call.ts';
import { LIFE } from '../sweep/fence.ts';
import type { World } from '../sweep/world.ts';
import { CALL, goesOn, hangs } from './hung.ts';
import { ofCi, ofGitHub, ofSlack, type Operation, type System } from './operations.ts';
import { comeBetween, meddle } from './postgres.ts';
import type { How, Trouble } from './troubles.ts';

/** What is to go wrong in one run: a trouble befalls the n-th (from 0) operation of each of these kinds, or from then on as long as it lasts. */
export interface Plan {
  readonly targets: ReadonlyMap<string, number>;
  readonly trouble: Trouble;
}

/** One request or statement of the program. `to`: what it was about; the same for the same request. */
export interface Asked {
  readonly operation: Operation;
  readonly key: string;
  readonly to: string;
  /** The beginning of what was sent, by which two writes to one place are told apart. */
  readonly what: string;
  /** By the held clock (epoch ms). */
  readonly at: number;
  readonly hit: boolean;
}

/** An operation as one word, by which plans and tables name it. */
export const keyOf = ({ system, name }: Pick<Operation, 'system' | 'name'>): string => `${system} ${name}`;

/** After so many hits of what lasts, an hour passes at once. */
const IMPATIENT = 4;
const HOUR = 3_600_000;
/** So much of what is sent tells two writes apart: a title, a channel and the first words. */
const TOLD_APART = 120;
/** What is not concerned may wait for so long besides (ms). */
const PATIENT = 120_000;

/** Watches all that the program asks of the outside in one world, and lets the plan's trouble happen. */
export class Watch {
  readonly asked: Asked[] = [];
  readonly #world: World;
  readonly #plan: Plan | null;
  readonly #seen = new Map<string, number>();
  #from: number | null = null;
  hits = 0;

  constructor(world: World, plan: Plan | null) {
    this.#world = world;
    this.#plan = plan;
    for (const [server, of] of [[world.github, ofGitHub], [world.slack, ofSlack], [world.ci, ofCi]] as const) {
      server.onRequest((moment, seen) => this.#onRequest(server, of, moment, seen));
    }
    if (world.place.databaseUrl !== null) {
      comeBetween();
      meddle((operation) => this.#take(operation, operation.name));
    }
  }

  /** Rows that were due for long while something else was in trouble, and waited all the same. */
  readonly heldBack: string[] = [];

  /** Looks for what waits although it is not concerned: writes to another system, after an hour of trouble. */
  async #lookForHeldBack(system: System): Promise<void> {
    const rows = await this.#world.place.rows("select key, destination, not_before from outbox where state = 'pending'");
    const concerned = system === 'Slack' ? 'slack:' : 'github:';
    for (const r of rows) if (!String(r['destination']).startsWith(concerned) && Number(r['not_before']) < this.#world.now - HOUR - PATIENT) this.heldBack.push(`${String(r['key'])} to ${String(r['destination'])}`);
  }

  /** When the trouble began (epoch ms by the held clock); null: it has not happened. */
  get since(): number | null { return this.#from; }

  /** Milliseconds by the held clock for which what lasts goes on. */
  get left(): number {
    const lasts = this.#plan?.trouble.lasts;
    return lasts === undefined || this.#from === null ? 0 : Math.max(0, this.#from + lasts - this.#world.now);
  }

  /** Notes what is asked; what happens to it, null: nothing. */
  #take(operation: Operation, to: string, what = ''): How | null {
    const key = keyOf(operation);
    const n = this.#seen.get(key) ?? 0;
    this.#seen.set(key, n + 1);
    const hit = this.#befalls(key, n);
    this.asked.push({ operation, key, to, what, at: this.#world.now, hit });
    if (!hit || this.#plan === null) return null;
    this.#from ??= this.#world.now;
    this.hits++;
    if (this.#plan.trouble.lasts !== undefined && this.hits % IMPATIENT === 0) {
      if (this.hits > IMPATIENT && operation.system !== 'PostgreSQL') void this.#lookForHeldBack(operation.system);
      void this.#world.pass(HOUR);
    }
    return this.#plan.trouble.how;
  }

  #befalls(key: string, n: number): boolean {
    const nth = this.#plan?.targets.get(key);
    if (this.#plan === null || nth === undefined) return false;
    const { lasts } = this.#plan.trouble;
    if (lasts === undefined || this.#from === null) return lasts === undefined ? n === nth : n >= nth;
    return this.#world.now < this.#from + lasts;
  }

  #onRequest(server: Server, of: (method: string, path: string) => Operation, moment: 'arrived' | 'done' | 'answered', seen: Seen): void | Promise<void> {
    const call = seen.headers[CALL];
    if (seen.headers[LIFE] === undefined || typeof call !== 'string') return;
    if (moment === 'done' && this.#late.has(seen)) return this.#later(call, seen);
    if (moment === 'done' && this.#silentAfter.has(seen)) return hangs(call);
    if (moment !== 'arrived') return;
    const how = this.#take(of(seen.method, seen.path), `${seen.method} ${seen.path}`, seen.method === 'POST' ? seen.raw.slice(0, TOLD_APART) : '');
    if (how?.kind === 'late') this.#late.set(seen, how.ms);
    if (how?.kind !== 'http') return;
    const spec = how.http(this.#world.now);
    server.faults.add({ ...spec, match: (c) => c === seen });
    if (spec.kind === 'hang') hangs(call);
    if (spec.kind === 'hang-after' || spec.kind === 'stall') this.#silentAfter.add(seen);
  }

  readonly #late = new Map<Seen, number>();
  readonly #silentAfter = new Set<Seen>();

  /** The answer waits until the held clock has moved on. */
  async #later(call: string, seen: Seen): Promise<void> {
    const until = this.#world.now + (this.#late.get(seen) ?? 0);
    hangs(call);
    while (this.#world.now < until) await new Promise((resolve) => { setTimeout(resolve, 1); });
    goesOn(call);
  }
}
