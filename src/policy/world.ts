import type { Incident, IncidentKind } from '../domain/incident.ts';
import type { AuditEntry, Ping } from '../domain/notice.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Handle, Platform, Project, Release } from '../domain/project.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Quiet } from '../domain/quiet.ts';
import type { JobNow } from '../signal/job-health.ts';
import { onCallAt } from './on-call.ts';

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
  /** Mutes and downtimes that are in force, to come, or over for less than the longest `stale_after`. */
  readonly quiets: readonly Quiet[];
  /** Platforms whose builds are turned off for a release blocker: watched, and nobody is asked (policy.md, conflict 6). Left out: none. */
  readonly advisory?: ReadonlySet<PlatformId>;
}

/** A new version of one incident, and the audit entries and mentions that go with it. */
export interface Change {
  /** The revision it was made from; null: it is new. */
  readonly expected: number | null;
  readonly incident: Incident;
  readonly audit: readonly AuditEntry[];
  readonly pings: readonly Omit<Ping, 'mode'>[];
}

/** A new version of a proposal. `expected`: the revision that it was made from; null: it is new. */
export interface ProposalChange {
  readonly expected: number | null;
  readonly proposal: Proposal;
  readonly audit: readonly AuditEntry[];
}

/** A new version of a mute or a downtime. `expected`: as above. */
export interface QuietChange {
  readonly expected: number | null;
  readonly quiet: Quiet;
}

/** The slot of an incident: one may be open in each. */
export const slotOf = (platform: PlatformId, kind: IncidentKind): string => `${platform} ${kind}`;

export const isLive = (incident: Incident): boolean => incident.state !== 'closed';

/** Who is told where no owner is asked: the release-signal team, else whom escalation goes to. */
export const releaseSignal = (project: Project): readonly Handle[] =>
  project.releaseSignal.length > 0 ? project.releaseSignal : project.escalation.to;

/** Whom escalation goes to: `escalation.to`, else the release-signal team. */
export const escalationTo = (project: Project): readonly Handle[] =>
  project.escalation.to.length > 0 ? project.escalation.to : project.releaseSignal;

/** The release that is cut from this branch, else the current one; null where the project declares none. */
export const releaseFor = (project: Project, branch: string | null): Release | null =>
  project.releases.find((r) => r.branch === branch) ?? project.releases[0] ?? null;

/** The configured platform; null where the project does not track it. */
export const platformOf = (project: Project, id: PlatformId): Platform | null =>
  project.platforms.find((p) => p.id === id) ?? null;

/** The release-signal team of every supported release, else whom escalation goes to: who may speak for any platform. */
export function anySignal(project: Project): readonly Handle[] {
  const all = distinct([...project.releases.flatMap((r) => r.ciSignal), ...project.releaseSignal]);
  return all.length > 0 ? all : project.escalation.to;
}

/** Handles without repetitions; letter case does not tell two apart. */
export const distinct = <H extends string>(handles: readonly H[]): H[] =>
  handles.filter((h, i) => handles.findIndex((other) => other.toLowerCase() === h.toLowerCase()) === i);

/**
 * Who is asked to act on an incident (behaviours 22, 23): the platform's owners when it breaks only there; the
 * release-signal team when it breaks everywhere, when nobody is declared, and beside owners none of whom can be mentioned.
 * Nobody is asked about a platform that is turned off for a release blocker. Where people take turns, the one whose turn it is is asked `first` and alone; `again` asks the owners beside them.
 */
export function askedFor(world: Pick<World, 'project' | 'unmentionable' | 'now' | 'advisory'>, incident: Pick<Incident, 'kind' | 'scope' | 'platform'>, time: 'first' | 'again'): readonly string[] {
  const signal = releaseSignal(world.project);
  if (incident.scope === 'everywhere' || incident.kind === 'flood' || incident.kind === 'configuration') return signal;
  if (world.advisory?.has(incident.platform)) return [];
  const { owners = [], onCall = null } = platformOf(world.project, incident.platform) ?? {};
  const hears = (handle: Handle): boolean => !world.unmentionable.has(handle.toLowerCase());
  const turn = onCall === null ? null : onCallAt(onCall, world.now);
  if (turn !== null && hears(turn)) return time === 'first' ? [turn] : distinct([...owners, turn]);
  if (owners.length === 0) return signal;
  return owners.some(hears) ? owners : distinct([...owners, ...signal]);
}
