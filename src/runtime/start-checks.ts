import type { Runtime } from './context.ts';

/** How soon a check is made again that failed (ms), each time twice as late, and how late at most. */
const AGAIN = 1_000;
const LATEST = 60_000;

const later = (ms: number): Promise<void> => new Promise((goOn) => { setTimeout(goOn, ms).unref(); });

/**
 * Makes the checks of a start, side by side and each until it was done: what is found with none of them is found by nothing else before
 * the next start. Nothing is made again once `ending` says that the program ends. `wait`: so many milliseconds. Does not reject.
 */
export async function untilChecked({ log }: Pick<Runtime, 'log'>, checks: readonly (() => Promise<void>)[], ending: AbortSignal, wait = later): Promise<void> {
  await Promise.all(checks.map(async (check) => {
    for (let pause = AGAIN; !ending.aborted; pause = Math.min(LATEST, 2 * pause)) {
      try {
        return await check();
      } catch (error) {
        log.error({ err: error }, 'a start-up check failed and is made again');
      }
      await wait(pause);
    }
  }));
}
