import type { GitHubEvent } from '../delivery/github/listen.ts';
import type { Incident } from '../domain/incident.ts';
import type { Project } from '../domain/project.ts';
import type { PullNow } from '../domain/pull.ts';
import { onProposalPull } from '../policy/carrying.ts';
import { isSamePull, onPull } from '../policy/fixes.ts';
import { isOldNews, onIssueAct, type IssueAct } from '../policy/people.ts';
import { anySignal } from '../policy/world.ts';
import type { HeldDelivery } from '../store/store.ts';
import { holdsChange } from './carried.ts';
import { commitBundle, commitChange } from './commit.ts';
import { actByHand } from './platform-acts.ts';
import { CARRIED_WITHIN } from './proposals.ts';
import { warnOfBot } from './bot-closings.ts';
import type { Runtime } from './context.ts';
import { issueNow } from './issue-now.ts';

/** A lookup has this long in all (ms), then a membership is denied, and an act counts by when it was done. */
const LOOKUP_DEADLINE = 3_000;

const CONFLICTS = 8;

/** Tries that a delivery about an issue gets whose number has perhaps not been stored yet, and the wait between them (ms). */
const PATIENCE = 5;
const RETRY = 1_000;

/** An issue with our label, in whatever case the repository had it before, that is not known: somebody was quicker than the answer that tells its number. */
export const mayBeOurs = (event: GitHubEvent): boolean => event.issue?.labels.some((label) => label.toLowerCase() === 'archsignal') ?? false;

/** Whether the delivery has to wait for the number of the issue that it is about; it is then given back. A pull request of ours has our label too, and is none of the issues that are known by their number. */
export async function waitsForIssue(rt: Runtime, held: HeldDelivery, event: GitHubEvent, repo: string): Promise<boolean> {
  if (!event.issue || event.issue.isPull || !mayBeOurs(event) || held.attempts >= PATIENCE) return false;
  const { number } = event.issue;
  if (await rt.store.incidentByIssue(repo, number) !== null || await rt.store.proposalByIssue(repo, number) !== null || await rt.store.stepWarningByIssue(repo, number) !== null || await rt.store.conflictByIssue(repo, number) !== null) return false;
  await rt.store.deferDelivery(held.id, held.attempts, { notBefore: rt.now() + RETRY, error: 'the issue is not known yet', dead: false });
  return true;
}

/** What somebody did to an incident's issue by hand: it means what the command of that name means. */
export async function handleIssueAct(rt: Runtime, held: HeldDelivery, event: GitHubEvent, repo: string): Promise<void> {
  const token = { id: held.id, attempts: held.attempts };
  for (let i = 0; i < CONFLICTS; i++) {
    const incident = event.issue ? await rt.store.incidentByIssue(repo, event.issue.number) : null;
    const project = incident ? rt.projects.get(incident.project)?.project : undefined;
    const act = incident ? await actOf(rt, event, incident) : null;
    if (incident && act) await warnOfBot(rt, incident, act);
    const evidence = { delivery: held.id, event: held.event, url: event.comment?.url ?? event.issue?.url ?? null };
    const slotTaken = incident !== null && act?.kind === 'reopened' && await isSlotTaken(rt, incident);
    const change = incident && act && project ? onIssueAct(incident, act, { project, now: rt.now(), evidence, slotTaken, said: event.at }) : null;
    const result = change && act ? await commitChange(rt, change, { delivery: token, events: actByHand(change, act, event, rt.now()) }) : await rt.store.commit({ at: rt.now(), delivery: token });
    // Without a change only a lost lease can be in the way: somebody else has the delivery now.
    if (result === 'committed' || !change) return;
  }
  throw new Error('the incident kept changing while the delivery was handled');
}

/** A pull request was merged or closed: incidents that it is said to fix are told. */
export async function handlePull(rt: Runtime, held: HeldDelivery, pull: PullNow, by: string): Promise<void> {
  await tellPull(rt, pull, { delivery: held.id }, { by, via: pull.repo });
  await rt.store.commit({ at: rt.now(), delivery: { id: held.id, attempts: held.attempts } });
}

/**
 * Brings what is known of a pull request to every open incident that names it, and to the proposal that it carries out. `by`: who
 * closed or merged it; null: nobody knows. `via`: the repository in which what is known of it may be told.
 */
export async function tellPull(rt: Runtime, pull: PullNow, evidence: object, { by, via }: { readonly by: string | null; readonly via: string }): Promise<void> {
  for (const { project } of rt.projects.values()) {
    let seen = sameRepo(project.repo, via) ? pull : null;
    for (let i = 0; i < CONFLICTS; i++) {
      const naming = (await rt.store.incidents(project.name, Number.MAX_SAFE_INTEGER)).filter((incident) => incident.fixes.some((fix) => isSamePull(fix, pull)));
      seen ??= naming.length === 0 ? pull : await seenFrom(rt, project, pull);
      const now = seen;
      const changes = naming.map((incident) => onPull(incident, now, { project, now: rt.now(), evidence })).filter((c) => c !== null);
      const results = [];
      for (const change of changes) results.push(await commitChange(rt, change));
      if (results.every((r) => r === 'committed')) break;
    }
    for (let i = 0; i < CONFLICTS; i++) {
      const proposals = await rt.store.proposals(project.name, rt.now() - CARRIED_WITHIN);
      const learned = await Promise.all(proposals.map(async (p) => onProposalPull(p, pull, { now: rt.now(), by, evidence, holds: await holdsChange(rt, p, pull) })));
      const changes = learned.filter((c) => c !== null);
      if (changes.length === 0 || await commitBundle(rt, { proposals: changes }) === 'committed') break;
    }
  }
}

const sameRepo = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** What is known of a pull request elsewhere, as far as the project may tell it: the App hears of repositories that the project's readers may know nothing of. */
async function seenFrom({ github }: Runtime, { repo: via }: Project, pull: PullNow): Promise<PullNow> {
  const seen = await github?.pull(pull.repo, pull.number, { deadline: LOOKUP_DEADLINE, via, discreet: true }).catch(() => null);
  const isSeen = seen?.state === 'open' || seen?.state === 'closed' || seen?.state === 'merged';
  return isSeen ? pull : { ...pull, state: 'unknown', mergedAt: null };
}

/** Another incident stands open for the platform and kind. */
export const isSlotTaken = async (rt: Runtime, incident: Incident): Promise<boolean> =>
  (await rt.store.incidents(incident.project, Number.MAX_SAFE_INTEGER))
    .some((i) => i.id !== incident.id && i.state === 'open' && i.platform === incident.platform && i.kind === incident.kind);

/** What the event means for an incident whose present issue it is about; null: nothing. */
async function actOf(rt: Runtime, event: GitHubEvent, incident: Incident): Promise<IssueAct | null> {
  if (incident.issue?.number !== event.issue?.number) return null;
  const by = event.actor.login;
  if (await isUndone(rt, event, incident)) return null;
  switch (event.event) {
    case 'issues.closed': return { kind: event.actor.bot ? 'closed-by-bot' : 'closed', by };
    case 'issues.reopened': return { kind: 'reopened', by };
    case 'issues.deleted': return { kind: 'deleted', by };
    case 'issues.transferred': return { kind: 'moved', by };
    case 'issues.assigned': return event.assignee ? { kind: 'assigned', by, assignee: event.assignee, owner: await answersFor(rt, incident, by) } : null;
    case 'issues.unassigned': return event.assignee ? { kind: 'unassigned', by, assignee: event.assignee } : null;
    case 'issues.labeled': case 'issues.unlabeled':
      return event.label === undefined ? null : { kind: event.event === 'issues.labeled' ? 'labeled' : 'unlabeled', by, label: event.label };
    case 'issues.milestoned': case 'issues.demilestoned':
      return event.milestone === undefined ? null : { kind: event.event === 'issues.milestoned' ? 'milestoned' : 'demilestoned', by, milestone: event.milestone };
    case 'issue_comment.created': return { kind: 'commented', by, owner: incident.acknowledged === null && await answersFor(rt, incident, by) };
    default: return null;
  }
}

/**
 * What was done and undone leaves no trace in what GitHub shows, and the two may arrive in any order: what is so now counts.
 * Where GitHub cannot be asked, it is what was done last by what is known; a closing that is not taken is found by the next look.
 */
async function isUndone(rt: Runtime, { event, issue, assignee, milestone, at }: GitHubEvent, incident: Incident): Promise<boolean> {
  if (!REVERSIBLE.has(event) || !issue || rt.github === null) return false;
  const now = await issueNow(rt, incident.repo, issue.number, LOOKUP_DEADLINE);
  if (now === null) return (event === 'issues.closed' && isOldNews(incident, 'closed', at)) || (event === 'issues.reopened' && isOldNews(incident, 'reopened', at));
  const assigned = now.assignees.some((a) => a.toLowerCase() === assignee?.toLowerCase());
  switch (event) {
    case 'issues.closed': return now.state === 'open';
    case 'issues.reopened': return now.state === 'closed';
    case 'issues.assigned': return !assigned;
    case 'issues.unassigned': return assigned;
    case 'issues.milestoned': return now.milestone !== milestone;
    case 'issues.demilestoned': return now.milestone === milestone;
    default: return false;
  }
}

/** Labels are left out: of what they mean, the last word counts by its time. */
const REVERSIBLE: ReadonlySet<GitHubEvent['event']> = new Set(['issues.closed', 'issues.reopened', 'issues.assigned', 'issues.unassigned', 'issues.milestoned', 'issues.demilestoned']);

/** Whether the person answers for the incident: an owner of one of its platforms, one of the people who were asked, or of the release-signal team. */
async function answersFor(rt: Runtime, incident: Incident, login: string): Promise<boolean> {
  const project = rt.projects.get(incident.project)?.project;
  if (!project || !rt.github) return false;
  const platforms = new Set([incident.platform, ...incident.jobs.map((j) => j.platform)]);
  const owners = project.platforms.filter((p) => platforms.has(p.id)).flatMap((p) => p.owners);
  const handles = [...new Set<string>([...owners, ...incident.facts.flatMap((f) => f.asks), ...anySignal(project)])];
  const verdicts = await rt.github.areMembers(incident.repo, handles, [login], { deadline: LOOKUP_DEADLINE });
  return verdicts.get(login.toLowerCase()) === 'yes';
}
