import type { Warning } from '../domain/notice.ts';
import { fileForOperator, type Project } from '../domain/project.ts';
import type { Runtime } from './context.ts';
import { clear, raise } from './warnings.ts';

interface Loaded {
  readonly project: Project;
  readonly warnings: readonly { readonly file: string; readonly line: number; readonly column: number; readonly path: string; readonly message: string }[];
}

interface ChannelChecker {
  check(channels: readonly string[]): Promise<readonly { readonly channel: string; readonly ok: boolean; readonly reason: string | null }[]>;
}

/** The key of the warning about a channel that cannot be posted to; what all of a project's begin with where `channel` is empty. */
export const channelWarning = (project: string, channel: string): string => `channel:${project}:${channel}`;

/** Fetches ahead, for each project that is live, what its first breakage would have to ask GitHub for. */
export async function prepareRepositories(rt: Runtime): Promise<void> {
  for (const { project } of rt.projects.values()) await prepareRepository(rt, project);
}

/** The same for one project. A failure costs only requests later on. */
export async function prepareRepository(rt: Runtime, project: Project): Promise<void> {
  if (rt.github === null || rt.mode !== 'live') return;
  const done = await rt.github.prepare(project.repo, project.platforms.map((p) => p.id));
  if (done.ok) return;
  // What an operator has to mend is said whole at start, and not only where somebody asks `/readyz`.
  const ready = await rt.github.ready?.([project.repo]);
  if (ready?.reason) rt.log.warn({ project: project.name, reason: ready.reason }, `nothing can be written to ${project.repo} now`);
  else rt.log.warn({ project: project.name, reason: done.reason }, `${project.repo} could not be prepared; its labels will be made when they are needed`);
}

/** Raises what the configuration leaves in doubt and which Slack channels cannot be posted to; clears what was mended. */
export async function raiseStartWarnings(rt: Runtime, loaded: readonly Loaded[], slack: ChannelChecker | null): Promise<void> {
  for (const { project, warnings } of loaded) {
    const doubts = warnings.map((w): Warning => ({
      key: `config:${project.name}:${w.path}`, project: project.name, urgency: 'log',
      text: `${fileForOperator(project)}:${w.line}:${w.column}: ${w.path}: ${w.message}`,
    }));
    const channels = slack && rt.mode === 'live' ? await channelWarnings(project, slack) : [];
    await raise(rt, [...doubts, ...channels]);
    await clear(rt, project.name, `config:${project.name}:`, doubts.map((w) => w.key));
    await clear(rt, project.name, channelWarning(project.name, ''), channels.map((w) => w.key));
    await clearGoneSources(rt, project);
  }
}

/** A source that the configuration names no more is not polled, so nothing else would ever take its warnings back. */
async function clearGoneSources(rt: Runtime, { name, sources }: Project): Promise<void> {
  const about = `source:${name}:`;
  const known = (await rt.store.warnings(name)).map((w) => w.key).filter((key) => key.startsWith(about));
  const kept = known.filter((key) => sources.some((s) => key.startsWith(`${about}${s.name}:`)));
  if (kept.length < known.length) await clear(rt, name, about, kept);
}

async function channelWarnings(project: Project, slack: ChannelChecker): Promise<Warning[]> {
  const wanted = [...new Set([...Object.values(project.channels), ...project.platforms.map((p) => p.slack)].filter((c): c is string => typeof c === 'string'))];
  const checks = await slack.check(wanted);
  return checks.filter((c) => !c.ok).map((c) => ({
    key: channelWarning(project.name, c.channel), project: project.name, urgency: 'log' as const,
    text: `${fileForOperator(project)}: ${c.channel}: ${c.reason ?? 'it cannot be posted to.'}`,
  }));
}
