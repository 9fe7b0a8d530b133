import type { Runtime } from './context.ts';

/** How soon a check is made again that failed (ms), each time twice as late, and how late at most. */
const AGAIN = 1_000;
const LATEST = 60_000;

/**
 * Makes the checks of a start, side by side and each until it was done: what is found with none of them is found by nothing else before
 * the next start. `wait`: so many milliseconds; it rejects where the program ends meanwhile, and then nothing is made again. Does not reject.
 */
export async function untilChecked({ log }: Pick<Runtime, 'log'>, checks: readonly (() => Promise<void>)[], wait: (ms: number) => Promise<unknown>): Promise<void> {
  await Promise.allSettled(checks.map(async (check) => {
    for (let pause = AGAIN; ; pause = Math.min(LATEST, 2 * pause)) {
      try {
        return await check();
      } catch (error) {
        log.error({ err: error }, 'a start-up check failed and is made again');
      }
      await wait(pause);
    }
  }));
}
