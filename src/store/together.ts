import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** Work goes into one commit for this long (ms): nobody else has a turn meanwhile. */
const LONGEST_GROUP = 5;

interface Work {
  /** Does its part, and gives what tells its caller once all is committed. */
  readonly run: (trx: Transaction<Tables>) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/**
 * Transactions that are asked for at the same time share one commit, because a commit waits for the disk and the disk
 * takes its time. Each is whole by itself: one that fails is rolled back alone, and nobody hears of success before the
 * disk has it all. For the engine with one connection.
 */
export class Together {
  readonly #db: Kysely<Tables>;
  readonly #waiting: Work[] = [];
  #busy = false;

  constructor(db: Kysely<Tables>) { this.#db = db; }

  /** Runs `work` as a transaction of its own; inside, only the handle that is passed may be used. */
  run<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const run = async (trx: Transaction<Tables>): Promise<() => void> => {
      const value = await work(trx);
      return () => { resolve(value); };
    };
    this.#waiting.push({ run, fail: reject });
    if (!this.#busy) void this.#empty();
    return promise;
  }

  async #empty(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      // Whoever is as far in this turn of the loop comes along.
      await setImmediate();
      await this.#group();
    }
    this.#busy = false;
  }

  async #group(): Promise<void> {
    const begun: Work[] = [];
    const told: (() => void)[] = [];
    try {
      await this.#db.transaction().execute(async (trx) => {
        const start = performance.now();
        do {
          const next = this.#waiting.shift();
          if (next === undefined) break;
          begun.push(next);
          // Whoever has nobody beside it needs no way back but the transaction's own.
          told.push(await (begun.length === 1 && this.#waiting.length === 0 ? next.run(trx) : alone(trx, next)));
        } while (performance.now() - start < LONGEST_GROUP);
      });
    } catch (error) {
      if (begun.length === 0) begun.push(...this.#waiting.splice(0));
      for (const { fail } of begun) fail(error);
      return;
    }
    for (const tell of told) tell();
  }
}

/** One of the group; throws where what failed took the whole transaction with it, as a full disk does. */
async function alone(trx: Transaction<Tables>, { run, fail }: Work): Promise<() => void> {
  await sql`savepoint one`.execute(trx);
  try {
    const tell = await run(trx);
    await sql`release one`.execute(trx);
    return tell;
  } catch (error) {
    try {
      await sql`rollback to one`.execute(trx);
      await sql`release one`.execute(trx);
    } catch {
      throw error;
    }
    return () => { fail(error); };
  }
}
