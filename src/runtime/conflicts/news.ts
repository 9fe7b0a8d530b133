import type { GitHubEvent } from '../../delivery/github/listen.ts';
import type { Project } from '../../domain/project.ts';
import { isWaiver } from '../../policy/blockers.ts';
import { blockerNews } from '../blocker-news.ts';
import { projectsIn } from '../commands/projects.ts';
import type { Runtime } from '../context.ts';
import { askForLook } from './asked.ts';
import { watchedNow, type Watched } from './watched.ts';

/**
 * Asks for a look at the repository's blockers where an event may have made, changed or ended a conflict; bots' events count
 * as much as people's. A busy repository has thousands of checks an hour: only those of what is watched are heard.
 */
export async function tellOfBlockers(rt: Runtime, event: GitHubEvent, repo: string): Promise<void> {
  for (const project of await concernedBlockers(rt, event, repo)) await askForLook(rt, project);
}

/** The projects whose blockers the event may be about. */
export async function concernedBlockers(rt: Runtime, event: GitHubEvent, repo: string): Promise<string[]> {
  if (blockerNews(event, repo) === null) return [];
  const found: string[] = [];
  for (const { project } of projectsIn(rt, repo)) if (concerns(event, project, await watchedNow(rt, project.name))) found.push(project.name);
  return found;
}

/** Whether the event is about something that blocks a release, or comes to, or ceases to. */
export function concerns(event: GitHubEvent, project: Pick<Project, 'releases'>, watched: Watched): boolean {
  const numbers = [event.issue?.number, event.pull?.number, ...event.check?.pulls ?? []].filter((n) => n !== undefined);
  const sha = event.check?.sha ?? event.pull?.sha;
  if (numbers.some((n) => watched.numbers.includes(n)) || (sha !== undefined && watched.heads.includes(sha))) return true;
  const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
  const labels = project.releases.flatMap((r) => r.conflict?.blockerLabels ?? []);
  const said = [event.label, ...event.event === 'issues.opened' || event.event === 'issues.reopened' ? event.issue?.labels ?? [] : []].filter((l) => l !== undefined);
  if (said.some((l) => isWaiver(l) || labels.some((wanted) => same(wanted, l)))) return true;
  const { milestone } = event;
  return milestone !== undefined && project.releases.some((r) => r.milestone !== null && same(r.milestone, milestone));
}
