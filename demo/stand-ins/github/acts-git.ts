import type { Git } from './git.ts';
import type { CheckRun, Repo, User } from './state.ts';
import { tell, type World } from './world.ts';

/** Does something to a branch and tells of it, as a push and to the pull requests that come from it. */
export function pushing<T>(world: World, repo: Repo, branch: string, by: User, act: (git: Git) => T): T {
  const before = repo.git.at(branch)?.sha ?? null;
  const result = act(repo.git);
  const after = repo.git.at(branch)?.sha ?? null;
  if (before === after || after === null) return result;
  repo.pushedAt = world.now();
  for (const commit of repo.git.between(before ?? repo.defaultBranch, after)) repo.git.dates.set(commit.sha, world.now());
  tellPush(world, repo, branch, { before, after, by });
  for (const issue of repo.issues.values()) {
    if (issue.pull?.head !== branch || issue.state !== 'open' || issue.pull.headSha === after) continue;
    issue.pull.headSha = after;
    if (before !== null && !repo.git.contains(after, before)) issue.pull.forced?.push({ at: world.now(), sha: after, by });
    tell(world, 'issues', 'synchronize', issue, by, { before, after });
  }
  return result;
}

/** GitHub tells of at most so many commits. */
const MOST = 2_048;

function tellPush(world: World, repo: Repo, branch: string, { before, after, by }: { before: string | null; after: string; by: User }): void {
  if (!repo.installed) return;
  const { shapes, state } = world;
  const base = before ?? repo.git.at(repo.defaultBranch)?.sha ?? after;
  const commits = repo.git.between(base, after).slice(-MOST).map((commit) => {
    const paths = repo.git.changes(commit.parents[0] ?? null, commit.sha);
    const of = (kind: string): string[] => [...paths].filter(([, k]) => k === kind).map(([p]) => p);
    return { id: commit.sha, message: commit.message, distinct: true, author: { name: commit.by, username: commit.by }, added: of('added'), removed: of('removed'), modified: of('modified') };
  });
  void world.hooks.send('push', {
    ref: `refs/heads/${branch}`, before: before ?? '0'.repeat(40), after, created: before === null, deleted: false, forced: before !== null && !repo.git.contains(after, before),
    commits, head_commit: commits.at(-1) ?? null, pusher: { name: by.login }, repository: shapes.repo(repo), organization: shapes.org(state.user(repo.owner)),
    sender: shapes.user(by), installation: { id: state.installationOf(repo.owner) },
  });
}

/** Asks the App to run a check again, as the button does. */
export function rerequest(world: World, repo: Repo, run: CheckRun, by: User): void {
  const { shapes, state } = world;
  void world.hooks.send('check_run', {
    action: 'rerequested', check_run: shapes.checkRun(repo, run), repository: shapes.repo(repo), organization: shapes.org(state.user(repo.owner)),
    sender: shapes.user(by), installation: { id: state.installationOf(repo.owner) },
  });
}
