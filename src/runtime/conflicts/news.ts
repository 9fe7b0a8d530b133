import type { GitHubEvent } from '../../delivery/github/listen.ts';
import { blockerNews } from '../blocker-news.ts';
import type { Runtime } from '../context.ts';
import { askForLook } from './asked.ts';

/** Asks for a look at the repository's blockers where an event may have made, changed or ended a conflict; bots' events count as much as people's. */
export async function tellOfBlockers(rt: Runtime, event: GitHubEvent, repo: string): Promise<void> {
  if (blockerNews(event, repo) === null) return;
  for (const { project } of rt.projects.values()) {
    if (project.repo.toLowerCase() === repo.toLowerCase() && project.releases.length > 0) await askForLook(rt, project.name);
  }
}
