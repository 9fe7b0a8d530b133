import { troubleIn } from '../store/errors.ts';
import type { Store } from '../store/store.ts';

/** What each store refuses, by the work that wanted it. */
const standing = new WeakMap<Store, Map<string, string>>();

/** Notes how a piece of work that comes again and again ended: with an error, or null. Only what an operator can mend at the store counts. */
export function noteStore(store: Store, work: string, error: unknown): void {
  const trouble = error === null ? null : troubleIn(error);
  const known = standing.get(store) ?? new Map<string, string>();
  if (trouble === null) known.delete(work);
  else known.set(work, trouble);
  standing.set(store, known);
}

/** What the store refuses now, though it answers: one sentence for each kind of refusal. */
export const storeTroubles = (store: Store): readonly string[] => [...new Set(standing.get(store)?.values() ?? [])];

const refusals = new WeakSet<Store>();

/** Notes that something from outside was refused because the store did not take it: who sent it can be asked for it again. */
export const noteRefusal = (store: Store): void => { refusals.add(store); };

/** Whether anything was refused since this was asked last. */
export const takeRefusal = (store: Store): boolean => refusals.delete(store);
