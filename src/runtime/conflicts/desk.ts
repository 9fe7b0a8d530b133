import type { Conflict } from '../../domain/conflict.ts';
import type { IssueRef } from '../../domain/incident.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { ownPlaces } from '../../domain/switch-look.ts';
import type { ConflictDesk } from '../../policy/reconcile-conflict.ts';
import { releaseFor } from '../../policy/world.ts';
import type { Runtime } from '../context.ts';
import { tiersOf } from '../tiers.ts';

/** What stands around a conflict when its writes are planned. */
export async function conflictDesk(rt: Runtime, conflict: Conflict): Promise<ConflictDesk> {
  const project = rt.projects.get(conflict.project)?.project ?? null;
  const release = project === null ? null : releaseFor(project, conflict.branch);
  const stored = async (id: string | null) => id === null ? null : rt.store.proposal(id);
  const [proposal, backProposal] = await Promise.all([stored(conflict.proposal), stored(conflict.backProposal)]);
  const own = project?.platforms.find((p) => p.id === conflict.platform)?.slack ?? null;
  const news = rt.slack === null ? [] : [...new Set([own, project?.channels.incidents ?? null])].filter((c) => c !== null);
  return {
    proposal, backProposal, board: conflict.blocker.kind === 'board' ? await boardIssue(rt, conflict) : null,
    channels: { news, tiers: tiersOf(rt, conflict.project, conflict.platform) }, places: project === null ? [] : ownPlaces(project, partOf(conflict, backProposal)),
    milestone: release?.milestone ?? null, leads: release?.leads ?? [],
  };
}

/** What of it is to come back, where that is a part; else all that is meant. */
const partOf = ({ stage, branch, components }: Conflict, back: Proposal | null): Pick<Conflict, 'branch' | 'components'> =>
  ({ branch, components: stage === 'returning' && back?.matter.kind === 'reactivate' ? back.matter.components : components });

/** The issue of the breakage whose jobs are red on the board. */
async function boardIssue(rt: Runtime, { project, platform, blocker }: Conflict): Promise<IssueRef | null> {
  if (blocker.kind !== 'board') return null;
  const keys = new Set(blocker.jobs.map((j) => j.key));
  const live = await rt.store.incidents(project, Number.MAX_SAFE_INTEGER);
  return live.find((i) => i.platform === platform && i.issue !== null && i.jobs.some((j) => keys.has(j.key)))?.issue ?? null;
}
