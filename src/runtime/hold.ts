import { AsyncLocalStorage } from 'node:async_hooks';

/** What is in hand has been taken over: nothing more is to be written of it. */
export class TakenOver extends Error {
  constructor() { super('another server has taken this over'); }
}

const current = new AsyncLocalStorage<() => Promise<boolean>>();

/** Does a piece of work that can be taken over. `holds`: whether it is still for this server to do; asked before each write outside. */
export const holding = <T>(holds: () => Promise<boolean>, work: () => Promise<T>): Promise<T> => current.run(holds, work);

/** Before a write outside. Throws `TakenOver` where the work that it belongs to is somebody else's by now. */
export async function beforeWrite(): Promise<void> {
  const holds = current.getStore();
  if (holds && !await holds()) throw new TakenOver();
}
