import type { Delivery, HeldDelivery, Store } from '../store/store.ts';
import type { Runtime } from './context.ts';
import { HEARTBEAT, LEASE } from './dispatch.ts';
import { Elsewhere } from './elsewhere.ts';
import { handleDelivery, laneOf } from './handle.ts';
import { noteStore } from './store-troubles.ts';

/** Deliveries in hand at once, tries before one is set aside, and the waits between tries (ms). */
const BATCH = 16;
const TRIES = 20;
const RETRY = 1_000;
const LONGEST_SLEEP = 1_000;

/** How long nothing is taken in hand where something has just been left to another server (ms): its look at the inbox comes in between. */
const REST = 2_000;

/** Deliveries that are stored with one statement at most. */
const STORED_AT_ONCE = 100;

/** What came in and is not stored yet. */
interface Arrival {
  readonly delivery: Delivery;
  readonly stored: PromiseWithResolvers<boolean>;
}

/**
 * Works through what came in from outside. A delivery is stored before it is acknowledged, then handled here: facts are
 * looked up, the decision and the delivery's end are written in one transaction. A kill in between repeats nothing.
 */
export class Inbox {
  readonly #rt: Runtime;
  #stopping = false;
  #wakeUp: (() => void) | null = null;
  #loop: Promise<void> | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  /** What is in hand, each with its delivery's id. */
  readonly #works = new Map<Promise<void>, string>();
  /** Room that is being filled. */
  #asked = 0;
  readonly #arrivals: Arrival[] = [];
  #storing: Promise<void> | null = null;
  /** Until when others are to take what comes (epoch ms). */
  #restsUntil = 0;

  constructor(rt: Runtime) { this.#rt = rt; }

  /** Stores a delivery. False: it is known already, and nothing will happen. */
  receive(delivery: Delivery): Promise<boolean> {
    const stored = Promise.withResolvers<boolean>();
    this.#arrivals.push({ delivery: { ...delivery, lane: laneOf(delivery) }, stored });
    this.#storing ??= this.#storeArrivals();
    return stored.promise;
  }

  /**
   * What comes while others are being stored is stored together: in a flood the store is busy with what came before, and
   * whoever sent this waits for one turn of it and not for hundreds.
   */
  async #storeArrivals(): Promise<void> {
    while (this.#arrivals.length > 0) {
      const arrived = this.#arrivals.splice(0, STORED_AT_ONCE);
      try {
        const { fresh, held } = await this.#within((limit) => this.#rt.store.receiveInHand(arrived.map((a) => a.delivery), this.#claim(this.#loop === null || this.#stopping ? 0 : limit)));
        for (const [i, { delivery, stored }] of arrived.entries()) {
          this.#rt.metrics.deliveries.inc({ surface: delivery.surface, outcome: fresh[i] === true ? 'stored' : 'repeated' });
          stored.resolve(fresh[i] === true);
        }
        noteStore(this.#rt.store, 'arrivals', null);
        this.#begin(held);
        this.#wakeUp?.();
      } catch (error) {
        // It may be this alone that the store does not take: a disk that is full only for larger writes, a table that somebody holds.
        noteStore(this.#rt.store, 'arrivals', error);
        for (const { stored } of arrived) stored.reject(error);
      }
    }
    this.#storing = null;
  }

  start(): void {
    this.#loop = this.#run();
    this.#heartbeat = setInterval(() => {
      if (this.#works.size > 0) this.#rt.store.renewDeliveries({ owner: this.#rt.owner, now: this.#rt.now(), leaseFor: LEASE, held: [...this.#works.values()] }).catch((error: unknown) => { this.#rt.log.warn({ err: error }, 'leases could not be prolonged'); });
    }, HEARTBEAT);
  }

  /** Takes nothing new and waits for what is in hand. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wakeUp?.();
    await this.#loop;
    await this.#storing;
    await Promise.all(this.#works.keys());
    if (this.#heartbeat) clearInterval(this.#heartbeat);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const woken = new Promise<void>((resolve) => { this.#wakeUp = resolve; });
      const taken = await this.#take().catch((error: unknown) => {
        noteStore(this.#rt.store, 'inbox', error);
        this.#rt.log.error({ err: error }, 'the inbox cannot be read; trying again');
        return 0;
      });
      if (taken > 0 || this.#stopping) continue;
      // One that hangs must not hold back the others: whichever ends first makes room.
      const room = this.#works.size < BATCH ? [woken, new Promise((resolve) => { setTimeout(resolve, LONGEST_SLEEP).unref(); })] : [];
      await Promise.race([...room, ...this.#works.keys()]);
    }
  }

  /** Takes what is waiting in hand, as far as there is room; how many deliveries that were. */
  async #take(): Promise<number> {
    const held = await this.#within((limit) => limit === 0 ? [] : this.#rt.store.claimDeliveries(this.#claim(limit)));
    noteStore(this.#rt.store, 'inbox', null);
    this.#begin(held);
    return held.length;
  }

  readonly #claim = (limit: number): Parameters<Store['claimDeliveries']>[0] => ({ owner: this.#rt.owner, now: this.#rt.now(), leaseFor: LEASE, limit });

  /** Has somebody take as many in hand as there is room for, which nobody else takes up meanwhile. */
  async #within<T>(take: (limit: number) => T | Promise<T>): Promise<T> {
    const rests = this.#restsUntil - this.#rt.now();
    const limit = rests > 0 && rests <= REST ? 0 : Math.max(0, BATCH - this.#works.size - this.#asked);
    this.#asked += limit;
    try {
      return await take(limit);
    } finally {
      this.#asked -= limit;
    }
  }

  #begin(held: readonly HeldDelivery[]): void {
    for (const delivery of held) {
      const work: Promise<void> = this.#one(delivery).finally(() => this.#works.delete(work));
      this.#works.set(work, delivery.id);
    }
  }

  /** Handles what is waiting, until nothing is due any more; how many deliveries that were. */
  async work(): Promise<number> {
    let taken = 0;
    for (let more = await this.#take(); more > 0 || this.#works.size > 0; more = await this.#take()) {
      taken += more;
      if (more === 0) await Promise.race(this.#works.keys());
    }
    return taken;
  }

  /** Gives a delivery to whoever takes it first, and takes nothing for a moment, so that another server does. */
  async #leave(held: HeldDelivery, { message }: Elsewhere): Promise<void> {
    const rt = this.#rt;
    const now = rt.now();
    this.#restsUntil = now + REST;
    rt.log.warn({ delivery: held.id, event: held.event }, 'GitHub could not be asked; a delivery is left to another server');
    await rt.store.deferDelivery(held.id, held.attempts, { notBefore: now, error: message, dead: false })
      .catch((e: unknown) => { rt.log.error({ err: e, delivery: held.id }, 'a delivery could not be given back; its lease will run out'); });
  }

  async #one(held: HeldDelivery): Promise<void> {
    const rt = this.#rt;
    try {
      await handleDelivery(rt, held);
      rt.metrics.deliveries.inc({ surface: held.surface, outcome: 'done' });
    } catch (error) {
      if (error instanceof Elsewhere) return this.#leave(held, error);
      const dead = held.attempts >= TRIES;
      rt.log.error({ err: error, delivery: held.id, event: held.event, dead }, dead ? 'a delivery is set aside' : 'a delivery failed and is tried again');
      if (dead) rt.metrics.deliveries.inc({ surface: held.surface, outcome: 'dead' });
      await rt.store.deferDelivery(held.id, held.attempts, { notBefore: rt.now() + RETRY, error: error instanceof Error ? error.message : String(error), dead })
        .catch((e: unknown) => { rt.log.error({ err: e, delivery: held.id }, 'a delivery could not be given back; its lease will run out'); });
    }
  }
}
