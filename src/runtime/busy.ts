import type { Runtime } from './context.ts';

/** Something of ours is on its way to the entity's issue: what it shows now is about to change. */
export const isBusy = async (rt: Runtime, entity: string): Promise<boolean> =>
  (await rt.store.entityActions(entity, rt.now())).some((r) => r.destination.startsWith('github:') && (r.state === 'pending' || r.state === 'leased'));
