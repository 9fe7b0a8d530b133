import type { HeldDelivery } from '../store/store.ts';
import type { Runtime } from './context.ts';

/** Who is to handle it instead: another server may reach what this one does not. */
export class Elsewhere extends Error {
  constructor() { super('GitHub could not be asked from here; another server may'); }
}

/** How often a delivery is left to others before it is answered that nothing could be looked up. */
const LEFT = 2;

/** Throws `Elsewhere` where something could not be looked up and another server may yet try. `unsure`: whether it could not. */
export function leaveWhereUnsure(rt: Runtime, { attempts }: Pick<HeldDelivery, 'attempts'>, unsure: boolean): void {
  if (unsure && rt.store.engine === 'postgres' && attempts <= LEFT) throw new Elsewhere();
}
