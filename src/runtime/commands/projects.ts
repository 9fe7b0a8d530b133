import { parseCommand } from '../../commands/grammar.ts';
import type { Place, Spoken } from '../../commands/verb.ts';
import type { SlackMember } from '../../domain/person.ts';
import { declaredLogin } from '../../domain/project.ts';
import type { Runtime } from '../context.ts';
import type { Tracked } from '../tracked.ts';
import { sceneOf } from './scene.ts';

/** The projects that are filed in a repository, by its configured name. */
export const projectsIn = (rt: Runtime, repo: string): Tracked[] =>
  [...rt.projects.values()].filter((t) => t.project.repo.toLowerCase() === repo.toLowerCase());

/** The projects that one of Slack's channels belongs to: by its name or its id, as the configuration has it. */
export function projectsOfChannel(rt: Runtime, channel: Place['channel']): Tracked[] {
  if (channel === null) return [];
  const names = new Set([channel.id, ...channel.name === null ? [] : [`#${channel.name}`, channel.name]].map((n) => n.toLowerCase()));
  const has = (c: string | null): boolean => c !== null && names.has(c.toLowerCase());
  return [...rt.projects.values()].filter(({ project }) => Object.values(project.channels).some(has) || project.platforms.some((p) => has(p.slack)));
}

/** The project of what a command was said on, where that is not tracked any more; null: it is, or it was said elsewhere. */
export async function endedProject(rt: Runtime, { incident, proposal, conflict = null }: Place): Promise<string | null> {
  const owner = incident !== null ? await rt.store.incident(incident) : proposal !== null ? await rt.store.proposal(proposal) : conflict !== null ? await rt.store.conflict(conflict) : null;
  return owner === null || rt.projects.has(owner.project) ? null : owner.project;
}

/**
 * The project that a command is about: the one of the incident, proposal or conflict that it was said on; where several come into
 * question, the first in which the line makes sense. Null: there is none.
 */
export async function chooseProject(rt: Runtime, candidates: readonly Tracked[], line: string, spoken: Spoken): Promise<Tracked | null> {
  const { incident, proposal, conflict = null } = spoken.place;
  const owner = incident !== null ? await rt.store.incident(incident) : proposal !== null ? await rt.store.proposal(proposal) : conflict !== null ? await rt.store.conflict(conflict) : null;
  const own = owner === null ? undefined : rt.projects.get(owner.project);
  if (own) return own;
  const [first, ...others] = candidates;
  if (!first || others.length === 0) return first ?? null;
  for (const tracked of candidates) if (parseCommand(line, await sceneOf(rt, tracked), spoken).ok) return tracked;
  return first;
}

/** The GitHub login that a Slack member is proven to be, by the operator's `people` or by `/arch link`; null: not linked. */
export async function loginOf(rt: Runtime, tracked: Tracked | null, member: SlackMember): Promise<string | null> {
  const named = tracked === null ? null : declaredLogin(tracked.project, member.user);
  return named ?? (await rt.store.identity(member))?.login ?? null;
}
