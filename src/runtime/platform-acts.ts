import type { GitHubEvent } from '../delivery/github/listen.ts';
import type { PlatformEvent } from '../domain/event.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Outcome, Scene, Spoken, Verb } from '../commands/verb.ts';
import type { IssueAct } from '../policy/people.ts';
import type { Change } from '../policy/world.ts';

/**
 * What people do for platforms, put on record for good: `active-owners` counts who did something over time (policy.md).
 * Asking is no act, and deciding about a release is none for a platform.
 */

const isForPlatforms = ({ who, name }: Pick<Verb, 'who' | 'name'>): boolean => who === 'owners' || who === 'owner' || name === 'object';

/** What a command that was done puts on record: an act of its speaker for each platform that it was about. */
export function actsOfCommand(verb: Pick<Verb, 'who' | 'name'>, outcome: Outcome, { actor, at, source }: Spoken, { project, now }: Scene): readonly PlatformEvent[] {
  const by = actor.login;
  if (by === null || outcome.verdict !== 'done' || !isForPlatforms(verb)) return [];
  const platforms = new Set<PlatformId>([
    ...(outcome.incidents ?? []).map((c) => c.incident.platform), ...(outcome.conflicts ?? []).map((c) => c.conflict.platform), ...(outcome.quiets ?? []).map((c) => c.quiet.platform), ...(outcome.proposals ?? []).map((c) => c.proposal.matter.platform),
  ]);
  return [...platforms].map((platform): PlatformEvent => ({ id: `act:${source}:${platform}`, project: project.name, platform, at: Math.min(at, now), kind: 'act', by, what: verb.name }));
}

/** What a person's act on an incident's issue by hand puts on record, if it changed anything; what a bot does is none. */
export function actByHand({ incident }: Change, act: IssueAct, { event, issue, at }: GitHubEvent, now: number): readonly PlatformEvent[] {
  if (!isWork(act)) return [];
  const { project, platform } = incident;
  return [{ id: `act:${event}:${incident.repo}#${issue?.number ?? 0}:${at}`, project, platform, at: Math.min(at, now), kind: 'act', by: act.by, what: act.kind }];
}

/** Taking it or giving it back, answering as an owner, saying what it is. Who closes an issue or puts it off need not work on it. */
function isWork(act: IssueAct): boolean {
  switch (act.kind) {
    case 'assigned': return act.by.toLowerCase() === act.assignee.toLowerCase() || act.owner === true;
    case 'commented': return act.owner;
    case 'unassigned': case 'labeled': case 'unlabeled': return true;
    default: return false;
  }
}
