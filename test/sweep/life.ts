import { AsyncLocalStorage } from 'node:async_hooks';
import type { Server } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type pg from 'pg';

/**
 * One life of the program inside this process. Whatever the program does runs in its life (`fence.ts` sees to it), so it
 * can be killed at a point: from then on nothing of it reaches the outside, and what it had not committed is gone. What
 * is left of it never hears of anything again.
 */

/** Where a run is killed: at its n-th point, from 0, or at the n-th of this name, which no crowded machine shifts. */
export type Kill = number | `${number} ${string}`;

/** The points passed in a whole run, over all of the program's lives, and those at which it is killed. */
export class Points {
  readonly names: string[] = [];
  readonly killed: string[] = [];
  readonly #kills: ReadonlySet<Kill>;
  readonly #count = new Map<string, number>();
  #begun = false;

  constructor(kills: Iterable<Kill> = []) { this.#kills = new Set(kills); }

  /** From here on points are counted. */
  begin(): void { this.#begun = true; }

  /** Counts a point; true: the program is killed here. */
  pass(name: string): boolean {
    if (!this.#begun) return false;
    const nth = this.#count.get(name) ?? 0;
    this.#count.set(name, nth + 1);
    const kill = this.#kills.has(this.names.length) || this.#kills.has(`${nth} ${name}`);
    this.names.push(name);
    if (kill) this.killed.push(name);
    return kill;
  }
}

/** What is thrown in the program at the point of its death, and afterwards where something cannot wait for ever. */
export class Dead extends Error {
  constructor() { super('killed'); }
}

/** Resolves never: what a dead program waits for. */
export const never = <T>(): Promise<T> => new Promise<T>(() => {});

const streamOf = (client: pg.Client): { destroy(): void } => (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;

interface Timer { due: number; readonly every: number | null; readonly run: () => void }

export class Life {
  static readonly current = new AsyncLocalStorage<Life>();
  static #count = 0;
  readonly id = String(++Life.#count);
  readonly points: Points;
  readonly databases = new Set<DatabaseSync>();
  readonly clients = new Set<pg.Client>();
  readonly #timers = new Set<Timer>();
  readonly #soon = new Set<NodeJS.Timeout>();
  readonly #now: () => number;
  readonly #died = Promise.withResolvers<void>();
  #server: Server | null = null;
  alive = true;
  /** What it cannot reach now: `postgres`, or the origin of a server. What was under way there is lost. */
  readonly cut = new Set<string>();
  #stopped: PromiseWithResolvers<void> | null = null;
  /** Statements and requests so far: while it grows, the program is at work. */
  work = 0;

  constructor(points: Points, now: () => number) {
    this.points = points;
    this.#now = now;
  }

  /** Resolves when it is killed. */
  get death(): Promise<void> { return this.#died.promise; }

  /** Runs something as part of this life. */
  run<T>(act: () => T): T { return Life.current.run(this, act); }

  serves(server: Server): void { this.#server = server; }

  /** Passes a point of outside effect; true: this was its end. */
  passes(point: string): boolean {
    if (!this.alive || !this.points.pass(point)) return false;
    this.kill();
    return true;
  }

  get stopped(): boolean { return this.#stopped !== null; }

  /** Stops it as SIGSTOP does: nothing of it goes on, and it knows nothing of that. A transaction is let end. */
  stop(): void { this.#stopped ??= Promise.withResolvers(); }

  /** … and lets it go on where it was. */
  goOn(): void {
    this.#stopped?.resolve();
    this.#stopped = null;
  }

  /** Resolves when it is not stopped. */
  async awake(): Promise<void> { while (this.#stopped !== null) await this.#stopped.promise; }

  /** From now on it does not reach PostgreSQL: its connections are gone. */
  cutFromPostgres(): void {
    this.cut.add('postgres');
    for (const client of this.clients) streamOf(client).destroy();
  }

  /** Ends it as SIGKILL does: open transactions are rolled back, connections cut, timers gone. */
  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.goOn();
    for (const db of this.databases) if (db.isOpen) db.close();
    for (const client of this.clients) streamOf(client).destroy();
    for (const timer of this.#soon) clearTimeout(timer);
    this.#timers.clear();
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#died.resolve();
  }

  /** A timer by the held clock: it fires when the clock is moved past it. What ends it. */
  later(ms: number, every: boolean, run: () => void): () => void {
    if (!this.alive) return () => {};
    const timer: Timer = { due: this.#now() + ms, every: every ? Math.max(1, ms) : null, run };
    this.#timers.add(timer);
    return () => { this.#timers.delete(timer); };
  }

  /** A timer so short that nobody would notice it: it fires by itself. */
  soon(ms: number, real: typeof setTimeout, run: () => void): () => void {
    if (!this.alive) return () => {};
    const timer = real(() => {
      this.#soon.delete(timer);
      run();
    }, ms);
    this.#soon.add(timer);
    return () => {
      this.#soon.delete(timer);
      clearTimeout(timer);
    };
  }

  /** Lets the timers fire whose time has come. */
  fire(): void {
    const now = this.#now();
    for (const timer of [...this.#timers].sort((a, b) => a.due - b.due)) {
      if (timer.due > now || !this.#timers.has(timer)) continue;
      if (timer.every === null) this.#timers.delete(timer);
      else timer.due = now + timer.every;
      timer.run();
    }
  }
}
