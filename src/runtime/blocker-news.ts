import type { GitHubEvent, GitHubEventName } from '../delivery/github/index.ts';
import type { BlockerNews } from '../domain/blocker-look.ts';

/** What may make, change or end a conflict. */
const NEWS: ReadonlySet<GitHubEventName> = new Set([
  'issues.opened', 'issues.closed', 'issues.reopened', 'issues.edited', 'issues.deleted', 'issues.transferred', 'issues.labeled', 'issues.unlabeled', 'issues.milestoned', 'issues.demilestoned',
  'pull_request.opened', 'pull_request.closed', 'pull_request.reopened', 'pull_request.synchronize', 'pull_request.edited',
  'pull_request.labeled', 'pull_request.unlabeled', 'pull_request.milestoned', 'pull_request.demilestoned',
  'check_run.completed', 'check_suite.completed', 'status',
]);

/** What an event says of blockers; null: nothing. `repo`: the repository as the configuration calls it. */
export function blockerNews(event: GitHubEvent, repo: string): BlockerNews | null {
  if (!NEWS.has(event.event)) return null;
  const [named] = event.check?.pulls ?? [];
  return { repo, number: event.issue?.number ?? event.pull?.number ?? named ?? null, sha: event.check?.sha ?? null, at: event.at };
}
