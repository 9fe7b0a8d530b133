import type { ProjectFacts } from '../domain/evidence.ts';
import type { Project } from '../domain/project.ts';
import type { Store } from '../store/store.ts';
import type { Runtime } from './context.ts';

type Teams = ProjectFacts['teams'];

const teamsKey = (project: string): string => `teams:${project}`;

/**
 * Asks who is in the teams that own platforms, and keeps it for whoever judges by the store alone. A team that cannot be
 * read is not in the answer: it counts as one owner, and the criterion says so.
 */
export async function readTeams(rt: Runtime, project: Project): Promise<Teams> {
  if (rt.github === null) return knownTeams(rt.store, project.name);
  const teams: Record<string, readonly string[]> = {};
  for (const handle of new Set(project.platforms.flatMap((p) => p.owners).map((o) => o.toLowerCase()))) {
    const members = handle.includes('/') ? await rt.github.teamMembers(project.repo, handle).catch(() => null) : null;
    if (members !== null) teams[handle] = members;
  }
  await rt.store.setMeta(teamsKey(project.name), JSON.stringify(teams));
  return teams;
}

/** The teams as they were last read; none where nobody has. */
export async function knownTeams(store: Pick<Store, 'meta'>, project: string): Promise<Teams> {
  const stored = await store.meta(teamsKey(project));
  return stored === null ? {} : JSON.parse(stored) as Teams;
}
