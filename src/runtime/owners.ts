import type { Warning } from '../domain/notice.ts';
import { fileForOperator, type Handle, type Project } from '../domain/project.ts';
import { listed } from '../domain/time.ts';
import type { Runtime } from './context.ts';
import type { Tracked } from './tracked.ts';
import { clear, raise } from './warnings.ts';

/** Remembers from standing warnings whom GitHub could not mention when it was last looked up. */
export async function recallOwners(rt: Runtime): Promise<void> {
  for (const { project } of rt.projects.values()) {
    const prefix = `owner:${project.name}:`;
    const handles = (await rt.store.warnings(project.name)).filter((w) => w.key.startsWith(prefix)).map((w) => w.key.slice(prefix.length).toLowerCase());
    rt.unmentionable.set(project.name, new Set(handles));
  }
}

/**
 * Looks up whether GitHub can mention the people and teams that the configuration names (behaviour 22): one that is
 * gone for sure is a warning, and from then on somebody else is told beside it. A lookup that fails says nothing; where
 * not a single handle can be found, lookups are taken for unavailable. Teams that the App may not look into are one warning.
 */
export async function checkOwners(rt: Runtime, tracked: Tracked): Promise<void> {
  if (rt.github === null || rt.mode === 'dry') return;
  const { project } = tracked;
  const asked = new Set([...project.platforms.flatMap((p) => [...p.owners, ...p.onCall?.people ?? []]), ...project.escalation.to, ...project.releaseSignal]);
  const leads = new Set(project.releases.flatMap((r) => r.leads));
  const handles = [...new Set([...asked, ...leads])];
  const found = new Map<string, Awaited<ReturnType<NonNullable<Runtime['github']>['checkHandle']>>>();
  for (const handle of handles) found.set(handle, await rt.github.checkHandle(project.repo, handle));
  const missing = [...found.values()].includes('ok') ? handles.filter((h) => found.get(h) === 'missing') : [];
  rt.unmentionable.set(project.name, new Set(missing.map((h) => h.toLowerCase())));
  const warnings = missing.map((h): Warning => ({
    key: `owner:${project.name}:${h}`, project: project.name, urgency: 'now',
    text: `${fileForOperator(project)}: \`${h.slice(1)}\` does not exist on GitHub (renamed or removed?), so ${whatIsLost(asked.has(h), leads.has(h))}`,
  }));
  const closed = [
    ...unreadable(project, handles.filter((h) => found.get(h) === 'forbidden'), `teams:${project.name}`, 'Grant it the permission `members: read` on the App\'s settings page, then accept it for the installation.'),
    ...unreadable(project, handles.filter((h) => found.get(h) === 'shut'), `teams:${project.name}:shut`, 'GitHub does not say that a permission is missing, so it is something else of the organisation\'s: an IP allow list without this server\'s address, say. Who administers it can mend that.'),
  ];
  await raise(rt, [...warnings, ...closed]);
  await clear(rt, project.name, `owner:${project.name}:`, warnings.map((w) => w.key));
  await clear(rt, project.name, `teams:${project.name}`, closed.map((w) => w.key));
}

/** What follows from a name that nobody has, and what to do. */
function whatIsLost(asked: boolean, leads: boolean): string {
  const lost = [asked ? 'nobody is reached by it' : '', leads ? 'nobody decides as a release lead by it' : ''].filter((what) => what !== '').join(', and ');
  return `${lost}. Correct it${asked ? '; until then the release-signal team is told where nobody else is' : ''}.`;
}

/** That nobody of these teams can decide anything until the App may look into them. `remedy`: what it takes. */
function unreadable(project: Project, teams: readonly Handle[], key: string, remedy: string): Warning[] {
  if (teams.length === 0) return [];
  return [{
    key, project: project.name, urgency: 'now',
    text: `The App may not look into ${listed(teams.map((t) => `\`${t.slice(1)}\``))}, so commands of ${teams.length === 1 ? 'its' : 'their'} members are refused, and only people whom the configuration names by their login can decide. ${remedy} Commands work from then on; this is looked at again within a day.`,
  }];
}
