import { fullName, type Repo, type User } from './state.ts';
import type { World } from './world.ts';

function tellOfRepo(world: World, action: string, repo: Repo, by: User, changes?: Record<string, unknown>): void {
  if (!repo.installed) return;
  const { shapes, state } = world;
  void world.hooks.send('repository', {
    action, repository: shapes.repo(repo), organization: shapes.org(state.user(repo.owner)), sender: shapes.user(by),
    installation: { id: state.installationOf(repo.owner) }, ...(changes && { changes }),
  });
}

/** Renames a repository, or moves it to another owner; its old name answers 301. */
export function moveRepo(world: World, from: string, to: string, by: User): Repo {
  const { state, shapes } = world;
  const [owner = '', name = ''] = from.split('/');
  const repo = state.rename(from, to);
  if (repo.owner === owner) tellOfRepo(world, 'renamed', repo, by, { repository: { name: { from: name } } });
  else tellOfRepo(world, 'transferred', repo, by, { owner: { from: { organization: shapes.org(state.user(owner)) } } });
  return repo;
}

/** Archives a repository, or takes that back. */
export function archiveRepo(world: World, repo: Repo, archived: boolean, by: User): void {
  if (repo.archived === archived) return;
  repo.archived = archived;
  tellOfRepo(world, archived ? 'archived' : 'unarchived', repo, by);
}

/** Renames an organisation with everything that it has. */
export function renameOwner(world: World, from: string, to: string): void {
  const { state, shapes } = world;
  const installation = state.renameOwner(from, to);
  for (const repo of [...state.repos.values()].filter((r) => r.owner.toLowerCase() === from.toLowerCase())) state.rename(fullName(repo), `${to}/${repo.name}`);
  void world.hooks.send('installation_target', {
    action: 'renamed', account: shapes.org(state.user(to, 'Organization')), changes: { login: { from } }, target_type: 'Organization', installation: { id: installation },
  });
}

/** Takes the App off a repository, or puts it on one, in its organisation's settings. */
export function installOn(world: World, repo: Repo, installed: boolean, by: User): void {
  const { state, shapes } = world;
  if (repo.installed === installed) return;
  repo.installed = installed;
  const about = [{ id: repo.id, name: repo.name, full_name: fullName(repo), private: repo.private }];
  void world.hooks.send('installation_repositories', {
    action: installed ? 'added' : 'removed', repositories_added: installed ? about : [], repositories_removed: installed ? [] : about, repository_selection: 'selected',
    sender: shapes.user(by), installation: { id: state.installationOf(repo.owner), account: shapes.org(state.user(repo.owner)) },
  });
}
