import type { GitHubEvent } from '../delivery/github/listen.ts';
import { fileShown, type Project } from '../domain/project.ts';
import type { Runtime } from './context.ts';
import { rowWarning } from './given-up.ts';
import { clear, raise } from './warnings.ts';

/**
 * The name under which the configuration knows the repository of an event: GitHub's ids outlive its names, so a renamed or
 * transferred repository is still the one that is tracked.
 */
export const configuredName = (rt: Runtime, { id, fullName }: GitHubEvent['repo']): string => rt.repositories.get(id) ?? fullName;

/** What a repository is called that took the name which the configuration has for another: no project is filed under it. */
const nobodys = (id: number): string => `#${id}`;

/** Whether a repository is known to have taken the former name of a tracked one. */
export const isImpostor = (rt: Pick<Runtime, 'repositories'>, id: number): boolean => rt.repositories.get(id) === nobodys(id);

/**
 * Whether the event is of a repository that somebody made under the former name of a tracked one: that one is known by its number
 * and is called otherwise now, of which its operator was warned. What happens in the other is no news of it.
 */
async function tookName(rt: Runtime, { repo, event }: GitHubEvent): Promise<boolean> {
  // The App's own events tell of many repositories at once.
  if (event.startsWith('installation')) return false;
  const same = (name: string | undefined): boolean => name?.toLowerCase() === repo.fullName.toLowerCase();
  if (same(rt.repositories.get(repo.id)) || ![...rt.repositories].some(([id, name]) => id !== repo.id && same(name))) return false;
  for (const { project } of rt.projects.values()) {
    if (same(project.repo) && (await rt.store.warnings(project.name)).some((w) => w.key === nameWarning(project))) return true;
  }
  return false;
}

/**
 * Asks GitHub for the ids of the tracked repositories; what cannot be asked is known by its name alone. One that was renamed
 * while nobody was there to hear of it is warned of like one that is renamed now.
 */
export async function learnRepositories(rt: Runtime): Promise<void> {
  if (rt.github === null) return;
  for (const repo of new Set([...rt.projects.values()].map((t) => t.project.repo))) {
    const found = await rt.github.repositoryOf(repo);
    if (found === null) continue;
    rt.repositories.set(found.id, repo);
    const concerned = [...rt.projects.values()].map((t) => t.project).filter((p) => p.repo === repo);
    if (found.fullName.toLowerCase() !== repo.toLowerCase()) await warnOfName(rt, concerned, found.fullName);
    else for (const p of concerned) await clear(rt, p.name, nameWarning(p));
  }
}

const nameWarning = (project: Project): string => `repository:${project.name};name`;

const warnOfName = (rt: Runtime, projects: readonly Project[], name: string): Promise<void> => raise(rt, projects.map((p) => ({
  key: nameWarning(p), project: p.name, urgency: 'now' as const,
  text: `${p.repo} is called ${name.replace('/*', `/${p.repo.split('/')[1] ?? ''}`)} now. GitHub leads from the old name to the new one for the time being; write the new one under \`repo\` in ${fileShown(p)}.`,
})));

/** What a repository's or the App's own events mean: a new name to know it by, a warning when it was archived, another try when it can be reached again. */
export async function noteRepository(rt: Runtime, event: GitHubEvent): Promise<void> {
  if (await tookName(rt, event)) {
    if (!isImpostor(rt, event.repo.id)) rt.log.warn({ repo: event.repo.fullName }, 'another repository has taken the former name of a tracked one; what happens there means nothing here');
    rt.repositories.set(event.repo.id, nobodys(event.repo.id));
    return;
  }
  const concerned = concernedBy(rt, event);
  for (const p of concerned) if (event.repo.fullName.toLowerCase() === p.repo.toLowerCase()) rt.repositories.set(event.repo.id, p.repo);
  switch (event.event) {
    case 'repository.archived': return raise(rt, concerned.map((p) => ({
      key: `repository:${p.name}`, project: p.name, urgency: 'now' as const,
      text: `${p.repo} was archived by \`${event.actor.login}\`: no issue can be filed there any more. Point \`repo\` in ${fileShown(p)} elsewhere, or stop tracking the project.`,
    })));
    case 'repository.unarchived':
      for (const p of concerned) await clear(rt, p.name, `repository:${p.name}`);
      return reviveRows(rt, concerned);
    case 'repository.renamed': case 'repository.transferred': case 'installation_target.renamed': {
      const back = concerned.filter((p) => p.repo.toLowerCase() === event.repo.fullName.toLowerCase());
      for (const p of back) await clear(rt, p.name, nameWarning(p));
      return warnOfName(rt, concerned.filter((p) => !back.includes(p)), event.repo.fullName);
    }
    case 'installation.created': case 'installation.unsuspend': case 'installation.new_permissions_accepted': case 'installation_repositories.added':
      return reviveRows(rt, concerned);
    default: return;
  }
}

function concernedBy(rt: Runtime, event: GitHubEvent): Project[] {
  const names = [configuredName(rt, event.repo), event.repo.fullName, event.repoWas, ...event.repos ?? []];
  const known = new Set(names.flatMap((n) => n === undefined ? [] : [n.toLowerCase()]));
  // An owner's own events speak of all that they have: `owner/*`.
  const isKnown = (repo: string): boolean => known.has(repo) || known.has(`${repo.split('/')[0] ?? ''}/*`);
  const concerned = [...rt.projects.values()].map((t) => t.project).filter((p) => isKnown(p.repo.toLowerCase()));
  if (event.repo.id !== 0 && (event.event === 'repository.renamed' || event.event === 'repository.transferred')) for (const p of concerned) rt.repositories.set(event.repo.id, p.repo);
  return concerned;
}

/** What was given up because GitHub could not be reached with the App's rights is tried again now that it can be, each row once. */
async function reviveRows(rt: Runtime, projects: readonly Project[]): Promise<void> {
  for (const destination of new Set(projects.map((p) => `github:${p.repo}`))) {
    const revived = new Set<string>();
    for (;;) {
      const rows = (await rt.store.listActions({ state: 'dead', to: destination, limit: 1_000 })).filter((row) => row.destination === destination && !revived.has(row.key));
      if (rows.length === 0) break;
      for (const row of rows) {
        revived.add(row.key);
        await rt.store.reviveAction(row.key, rt.now());
        await clear(rt, row.project, rowWarning(row));
      }
    }
  }
  rt.wake();
}
