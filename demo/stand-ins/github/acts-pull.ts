import { openIssue } from './acts.ts';
import { pushing } from './acts-git.ts';
import type { Issue, Pull, Repo, User } from './state.ts';
import { note, tell, touch, type World } from './world.ts';

export interface NewPull { readonly title: string; readonly body?: string | null; readonly head: string; readonly base?: string | undefined }

/** Opens a pull request from a branch of the same repository. */
export function openPull(world: World, repo: Repo, by: User, fresh: NewPull): Issue & { pull: Pull } {
  const pull: Pull = { head: fresh.head, headSha: repo.git.at(fresh.head)?.sha ?? '', base: fresh.base ?? repo.defaultBranch, mergedAt: null, mergedBy: null, mergedAs: null, reviewers: [], reviewTeams: [], forced: [] };
  return openIssue(world, repo, by, fresh, { pull }) as Issue & { pull: Pull };
}

/** Merges a pull request, as the green button does. */
export function mergePull(world: World, issue: Issue, by: User): void {
  const { pull, repo } = issue;
  if (!pull || issue.state === 'closed') throw new Error(`#${issue.number} is no open pull request.`);
  const head = repo.git.at(pull.head)?.sha ?? pull.headSha;
  pull.mergedAs = pushing(world, repo, pull.base, by, (git) => git.merge(pull.base, head, by.login)).sha;
  pull.mergedAt = world.now();
  pull.mergedBy = by;
  issue.state = 'closed';
  issue.closedAt = world.now();
  issue.closedBy = by;
  note(world, issue, by, 'merged this');
  touch(world, issue);
  tell(world, 'issues', 'closed', issue, by);
}
