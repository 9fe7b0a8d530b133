import type { AddressInfo } from 'node:net';
import type { Env } from '../../src/env.ts';
import { buildProgram, type Program } from '../../src/program.ts';
import { Life, Points } from '../sweep/life.ts';

/** What may become of a server: it is killed, stopped for a while, asleep with its machine, or cut off from some of those whom it speaks to. */
export type Trouble = 'killed' | 'stopped' | 'asleep' | 'without PostgreSQL' | 'without GitHub' | 'without Slack' | 'without anybody';

/** The clock that the test holds (epoch ms): PostgreSQL's, and everybody's outside. */
export interface HeldClock { now: number }

/** One of the servers, in one life after another, on a machine whose clock is wrong. */
export class Server {
  readonly name: string;
  /** What its machine's clock is ahead of the held one (ms). */
  off: number;
  life: Life | null = null;
  program: Program | null = null;
  /** Where it listens; null: nowhere. */
  url: string | null = null;
  /** What is wrong with it now, and until when (by the held clock). */
  trouble: { readonly kind: Trouble; readonly until: number } | null = null;
  lives = 0;
  readonly #clock: HeldClock;
  /** How long its machine has slept (ms), and since when it sleeps. */
  #slept = 0;
  #asleepSince: number | null = null;

  constructor(name: string, off: number, clock: HeldClock) {
    this.name = name;
    this.off = off;
    this.#clock = clock;
  }

  /** It can be spoken to. */
  get up(): boolean { return this.life?.alive === true && !this.life.stopped && this.program !== null; }

  /** Builds the program and lets it begin; resolves when it works, has died, or could not start. */
  async start(env: Env): Promise<void> {
    const life = this.life = new Life(new Points(), () => this.#clock.now);
    [this.program, this.url, this.#slept, this.#asleepSince] = [null, null, 0, null];
    this.lives++;
    const begun = life.run(() => this.#begin(env, life)).catch((error: unknown) => {
      if (!life.alive) return;
      life.kill();
      // As the program itself ends where it does not find its database; whoever looks after it starts it again.
      if (!/PostgreSQL|ECONNREFUSED|terminated/.test(String(error))) throw error;
    });
    await Promise.race([begun, life.death]);
  }

  async #begin(env: Env, life: Life): Promise<void> {
    const program = await buildProgram(env, {
      now: () => this.#clock.now + this.off, monotonic: () => (this.#asleepSince ?? this.#clock.now) - this.#slept,
      shared: async () => {
        if (life.stopped) await life.awake();
        if (life.cut.has('postgres')) throw new Error('connect ECONNREFUSED postgres');
        return this.#clock.now;
      },
    });
    await program.prepare();
    await new Promise<void>((done) => { program.server.listen(0, '127.0.0.1', done); });
    if (!life.alive) { program.server.close(); return; }
    life.serves(program.server);
    await program.begin({ ticks: false });
    this.url = `http://127.0.0.1:${(program.server.address() as AddressInfo).port}`;
    this.program = program;
  }

  /** From now on this is wrong with it. `origins`: GitHub's and Slack's. */
  suffer(kind: Trouble, until: number, origins: { readonly github: string; readonly slack: string; readonly ci: string }): void {
    const { life } = this;
    if (life === null) return;
    this.trouble = { kind, until };
    switch (kind) {
      case 'killed': return life.kill();
      case 'stopped': return life.stop();
      case 'asleep':
        this.#asleepSince = this.#clock.now;
        return life.stop();
      case 'without PostgreSQL': return life.cutFromPostgres();
      case 'without GitHub': return void life.cut.add(origins.github);
      case 'without Slack': return void life.cut.add(origins.slack);
      case 'without anybody':
        for (const origin of Object.values(origins)) life.cut.add(origin);
        return life.cutFromPostgres();
      default: kind satisfies never;
    }
  }

  /** It is well again, or can be started anew. */
  recover(): void {
    this.trouble = null;
    if (this.#asleepSince !== null) this.#slept += this.#clock.now - this.#asleepSince;
    this.#asleepSince = null;
    this.life?.cut.clear();
    this.life?.goOn();
  }

  /** One tick of its clockwork and of its timers; whether that has ended. */
  tick(): { ended: boolean } {
    const { life, program } = this;
    const ticked = { ended: false };
    if (life === null || program === null || !this.up) return ticked;
    life.run(() => { life.fire(); });
    void life.run(() => program.scheduler.tick()).then(() => program.scheduler.idle()).then(() => { ticked.ended = true; });
    program.rt.wake();
    return ticked;
  }
}
