/** What a process holds that fetches and parses what the server reads, over kept connections, and remembers none of it. */
import { obey, runChild } from '../child.ts';
import { held, type Held } from '../measure.ts';
import { Floor } from '../poll/floor.ts';

export interface FloorPlan {
  readonly url: string;
  /** `board?tab`s: dashboards and the tabs of each. */
  readonly tabs: readonly { readonly dashboard: string; readonly tab: string }[];
  readonly polls: number;
}

/** Measures in a process of its own. */
export const floorHeld = (plan: FloorPlan): Promise<Held> => runChild<Held>(import.meta.filename, plan);

if (import.meta.main) {
  obey<FloorPlan>(async ({ url, tabs, polls }) => {
    const floor = new Floor(8);
    const summaries = [...new Set(tabs.map((t) => `${url}/${t.dashboard}/summary`))];
    await floor.read(tabs.map((t) => `${url}/${t.dashboard}/table?tab=${t.tab}&show-stale-tests=`));
    for (let n = 0; n < polls; n++) await floor.read(summaries);
    return held();
  });
}
