import { setImmediate } from 'node:timers/promises';
import type { Sliced } from '../policy/ladder/slices.ts';

/** The longest stretch in which nobody else gets a turn (ms); one slice may take longer. */
const LONGEST = 10;

/** Does long work in slices, so that webhooks, ticks and pages are answered meanwhile. */
export async function inSlices<T>(work: Sliced<T>): Promise<T> {
  let begun = performance.now();
  let step = work.next();
  while (step.done !== true) {
    if (performance.now() - begun > LONGEST) {
      await setImmediate();
      begun = performance.now();
    }
    step = work.next();
  }
  return step.value;
}
