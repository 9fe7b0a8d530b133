import type { GitHubDelivery, GitHubEvent, GitHubEventName } from '../delivery/github/index.ts';
import { linesOf } from './commands/comment.ts';
import { projectsIn } from './commands/projects.ts';
import { concernedBlockers } from './conflicts/news.ts';
import type { Runtime } from './context.ts';
import { mayBeOurs } from './issue-acts.ts';
import { configuredName, noteRepository } from './repositories.ts';
import { noteRefusal, noteStore } from './store-troubles.ts';

/** Events that mean something only where they are about an issue of ours, a command, or a blocker that is watched. */
const PASSING: ReadonlySet<GitHubEventName> = new Set([
  'issue_comment.created', 'issue_comment.edited',
  'issues.closed', 'issues.reopened', 'issues.assigned', 'issues.unassigned', 'issues.deleted', 'issues.transferred', 'issues.locked', 'issues.edited',
  'issues.opened', 'issues.labeled', 'issues.unlabeled', 'issues.milestoned', 'issues.demilestoned',
  'pull_request.labeled', 'pull_request.unlabeled', 'pull_request.milestoned', 'pull_request.demilestoned',
  'check_run.completed', 'check_suite.completed', 'status',
]);

/**
 * Whether a delivery can start nothing, by what is stored now: most of what a busy repository tells. It is acknowledged
 * without being kept, and so is its repetition; `handleDelivery` would do nothing but mark it as done.
 */
export async function startsNothing(rt: Runtime, event: GitHubEvent): Promise<boolean> {
  if (!PASSING.has(event.event)) return false;
  // Its one trace: by which number the repository is known.
  if (rt.repositories.get(event.repo.id) !== event.repo.fullName) await noteRepository(rt, event);
  const repo = configuredName(rt, event.repo);
  if (linesOf(event).length > 0 && projectsIn(rt, repo).length > 0) return false;
  if ((await concernedBlockers(rt, event, repo)).length > 0) return false;
  return !event.issue || !(mayBeOurs(event) || await rt.store.knowsIssue(repo, event.issue.number));
}

/** Takes what GitHub tells: keeps what may start something. False: nothing was kept. Rejects where the store refuses it: then GitHub is asked for it again. */
export async function hear(rt: Runtime, inbox: { receive(delivery: GitHubDelivery): Promise<boolean> }, delivery: GitHubDelivery): Promise<boolean> {
  try {
    const passes = await startsNothing(rt, delivery.payload);
    noteStore(rt.store, 'webhooks', null);
    if (!passes) return await inbox.receive(delivery);
    rt.metrics.deliveries.inc({ surface: 'github', outcome: 'passed' });
    return false;
  } catch (error) {
    noteStore(rt.store, 'webhooks', error);
    noteRefusal(rt.store);
    throw error;
  }
}
