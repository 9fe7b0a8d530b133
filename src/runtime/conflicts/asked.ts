import type { Runtime } from '../context.ts';

const LOOK = 'look:';

/** Asks whichever replica leads the project to look at its blockers and conflicts now. */
export const askForLook = (rt: Runtime, project: string): Promise<void> => rt.store.setMeta(`${LOOK}${project}`, String(rt.now()));

/** When a look at the project was last asked for (epoch ms); 0: never. */
export const lookAskedFor = async (rt: Runtime, project: string): Promise<number> => Number(await rt.store.meta(`${LOOK}${project}`) ?? 0);
