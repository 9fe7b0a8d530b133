import { stillHolds } from '../policy/proposal-kinds.ts';
import { onConfiguration, withPeopleNow } from '../policy/carrying.ts';
import { atDeadline, invalidate } from '../policy/proposals.ts';
import { sceneOf } from './commands/scene.ts';
import { commitBundle } from './commit.ts';
import type { Runtime } from './context.ts';
import type { Tracked } from './tracked.ts';

/** Due proposals that one tick looks at. */
const DUE = 200;

/** Acts on the ends of proposals, and on the words before them, whose time has come. */
export async function dueProposals(rt: Runtime, leads: (project: string) => boolean): Promise<void> {
  for (const { id, project } of await rt.store.dueProposals(rt.now(), DUE)) {
    if (!leads(project)) continue;
    const proposal = await rt.store.proposal(id);
    const change = proposal === null ? null : atDeadline(proposal, rt.now());
    // Overtaken: the next tick looks again.
    if (change) await commitBundle(rt, { proposals: [change] });
  }
}

/** An approval that was not carried out for longer than this is not looked at any more (ms). */
export const CARRIED_WITHIN = 180 * 86_400_000;

/** Ends open proposals that rest on what no longer holds, puts the others to those who decide by now, and looks which of the approved ones the configuration has come to say. */
export async function checkProposals(rt: Runtime, tracked: Tracked): Promise<void> {
  const proposals = await rt.store.proposals(tracked.project.name, rt.now() - CARRIED_WITHIN);
  for (const proposal of proposals) {
    const change = onConfiguration(proposal, { project: tracked.project, now: rt.now() });
    // Overtaken: the next look does it.
    if (change) await commitBundle(rt, { proposals: [change] });
  }
  const open = proposals.filter((p) => p.state === 'open');
  if (open.length === 0) return;
  const scene = await sceneOf(rt, tracked);
  for (const proposal of open) {
    const because = stillHolds(proposal, scene);
    const change = because === null ? withPeopleNow(proposal, scene) : invalidate(proposal, because, { now: rt.now(), evidence: { seen: 'after a poll' } });
    if (change) await commitBundle(rt, { proposals: [change] });
  }
}
