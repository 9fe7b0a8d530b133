import type { Incident, IncidentKind } from '../domain/incident.ts';
import type { AuditEntry, Ping } from '../domain/notice.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Handle, Platform, Project } from '../domain/project.ts';
import type { JobNow } from '../signal/job-health.ts';

/** Everything that a decision about a project's incidents rests on. */
export interface World {
  readonly project: Project;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly jobs: readonly JobNow[];
  /** Live incidents, and those that closed within the project's `reopenWithin`. */
  readonly incidents: readonly Incident[];
  /** The newest closed incident of a slot, for those that `slotsToOpen` named. */
  readonly lastClosed: ReadonlyMap<string, Incident>;
  /** Handles that GitHub cannot mention (renamed team, unknown login). */
  readonly unmentionable: ReadonlySet<string>;
  /** Ids that are taken by incidents which are not among `incidents`. */
  readonly takenIds: ReadonlySet<string>;
}

/** A new version of one incident, and the audit entries and mentions that go with it. */
export interface Change {
  /** The revision it was made from; null: it is new. */
  readonly expected: number | null;
  readonly incident: Incident;
  readonly audit: readonly AuditEntry[];
  readonly pings: readonly Omit<Ping, 'mode'>[];
}

/** The slot of an incident: one may be open in each. */
export const slotOf = (platform: PlatformId, kind: IncidentKind): string => `${platform} ${kind}`;

export const isLive = (incident: Incident): boolean => incident.state !== 'closed';

/** Who is told where no owner is asked: the release-signal people, else whom escalation goes to. */
export const releaseSignal = (project: Project): readonly Handle[] =>
  project.releaseSignal.length > 0 ? project.releaseSignal : project.escalation.to;

/** Whom escalation goes to: `escalation.to`, else the release-signal people. */
export const escalationTo = (project: Project): readonly Handle[] =>
  project.escalation.to.length > 0 ? project.escalation.to : project.releaseSignal;

/** The configured platform; null where the project does not track it. */
export const platformOf = (project: Project, id: PlatformId): Platform | null =>
  project.platforms.find((p) => p.id === id) ?? null;

/**
 * Who is asked to act on an incident (behaviours 22, 23): the platform's owners when it breaks only there; the
 * release-signal people when it breaks everywhere, when nobody is declared, and beside owners none of whom can be mentioned.
 */
export function askedFor(world: Pick<World, 'project' | 'unmentionable'>, incident: Pick<Incident, 'kind' | 'scope' | 'platform'>): readonly string[] {
  const signal = releaseSignal(world.project);
  if (incident.scope === 'everywhere' || incident.kind === 'flood' || incident.kind === 'configuration') return signal;
  const owners = platformOf(world.project, incident.platform)?.owners ?? [];
  if (owners.length === 0) return signal;
  const nobodyHears = owners.every((o) => world.unmentionable.has(o.toLowerCase()));
  return nobodyHears ? [...new Set([...owners, ...signal])] : owners;
}
