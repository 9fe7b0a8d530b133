import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { Life } from '../sweep/life.ts';

/**
 * The rest of the program's time, beside its timers (`../sweep/fence.ts`): how long a request may take, how long a read
 * that failed is waited with, how much of a deadline is left. All of it goes by the held clock, so that an answer that
 * never comes costs no real time, and every run waits as long as every other.
 */

let held = false;

/** Puts the program's time-outs onto the held clock, once for the process. `now`: epoch ms; `start`: where it began. */
export function holdTime(now: () => number): void {
  if (held) return;
  held = true;
  const real = { timeout: AbortSignal.timeout.bind(AbortSignal), delay: timers.setTimeout, now: performance.now.bind(performance) };
  AbortSignal.timeout = (ms) => {
    const life = Life.current.getStore();
    if (life === undefined) return real.timeout(ms);
    const controller = new AbortController();
    life.later(ms, false, () => { controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')); });
    return controller.signal;
  };
  const delay = (ms?: number, value?: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown> => {
    const life = Life.current.getStore();
    if (life === undefined) return real.delay(ms, value, options);
    return new Promise((resolve, reject) => {
      const end = life.later(ms ?? 1, false, AsyncLocalStorage.bind(() => { resolve(value); }));
      options?.signal?.addEventListener('abort', () => { end(); reject(new DOMException('The operation was aborted', 'AbortError')); }, { once: true });
    });
  };
  timers.setTimeout = delay as typeof timers.setTimeout;
  syncBuiltinESMExports();
  performance.now = () => Life.current.getStore() === undefined ? real.now() : real.now() + now();
}
