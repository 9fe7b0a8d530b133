import { SWITCH_FORMATS, type SwitchFormat, type SwitchPlace } from '../../domain/build-switch.ts';
import type { Conflict } from '../../domain/conflict.ts';
import type { IssueRef } from '../../domain/incident.ts';
import type { Project, SwitchPlace as ProjectSwitch } from '../../domain/project.ts';
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
    channels: { news, tiers: tiersOf(rt, conflict.project, conflict.platform) }, places: project === null ? [] : ownPlaces(project, conflict),
    milestone: release?.milestone ?? null, leads: release?.leads ?? [],
  };
}

/** The issue of the breakage whose jobs are red on the board. */
async function boardIssue(rt: Runtime, { project, platform, blocker }: Conflict): Promise<IssueRef | null> {
  if (blocker.kind !== 'board') return null;
  const keys = new Set(blocker.jobs.map((j) => j.key));
  const live = await rt.store.incidents(project, Number.MAX_SAFE_INTEGER);
  return live.find((i) => i.platform === platform && i.issue !== null && i.jobs.some((j) => keys.has(j.key)))?.issue ?? null;
}

/** The switches that are meant on a branch: of these components, or of all. */
export const meantSwitches = (project: Pick<Project, 'switches'>, { branch, components }: Pick<Conflict, 'branch' | 'components'>): readonly ProjectSwitch[] =>
  (project.switches ?? []).filter((s) => (s.branches.length === 0 || s.branches.includes(branch)) && (components.length === 0 || s.components.length === 0 || s.components.some((c) => components.includes(c))));

const isFormat = (name: string): name is SwitchFormat => SWITCH_FORMATS.some((f) => f === name);

/** Those in the project's own repository, which one pull request edits. */
export const ownPlaces = (project: Pick<Project, 'switches' | 'repo'>, conflict: Pick<Conflict, 'branch' | 'components'>): readonly SwitchPlace[] =>
  meantSwitches(project, conflict).filter((s) => s.repo === null || s.repo.toLowerCase() === project.repo.toLowerCase())
    .flatMap(({ file, format, at }) => isFormat(format) ? [{ file, format, at }] : []);
