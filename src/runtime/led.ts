import type { Lead } from '../store/store.ts';
import type { Runtime } from './context.ts';

/**
 * The runtime for a piece of work that only the leader of a project does: nothing that it decides or has read is taken once
 * another server leads, however long this one was stopped in between and wherever in its work.
 */
export function led(rt: Runtime, lead: Lead | null): Runtime {
  if (lead === null) return rt;
  return {
    ...rt, store: {
      ...rt.store,
      commit: (decision) => rt.store.commit({ ...decision, lead }),
      saveReadings: (project, at, readings) => rt.store.saveReadings(project, at, readings, lead),
    },
  };
}
