import { healthNow, type JobNow } from '../../signal/job-health.ts';
import type { Scene } from '../../commands/verb.ts';
import type { SourceHealth } from '../../store/store.ts';
import type { Runtime } from '../context.ts';
import { lastEvaluation } from '../steps.ts';
import type { Tracked } from '../tracked.ts';

/** How long what is over is still at hand for commands (ms): somebody asks about yesterday's breakage. */
const REMEMBERED = 30 * 86_400_000;

/** Everything stored that a command about the project may rest on, as it is now; the same from every replica. */
export async function sceneOf(rt: Runtime, tracked: Tracked): Promise<Scene> {
  const { project } = tracked;
  const now = rt.now();
  const sources = await rt.store.sourceHealth(project.name);
  const [jobs, incidents, proposals, conflicts, quiets, ladder] = await Promise.all([
    jobsStored(rt, tracked, sources), rt.store.incidents(project.name, now - REMEMBERED), rt.store.proposals(project.name, now - REMEMBERED), rt.store.conflicts(project.name, 0), rt.store.quiets(project.name, now), lastEvaluation(rt, tracked),
  ]);
  const limit = rt.github?.limited?.(project.repo) ?? null;
  return { limitUntil: limit?.reads ? limit.until : null, project, now, jobs, incidents, proposals, conflicts, quiets, unmentionable: rt.unmentionable.get(project.name) ?? new Set(), readAt: readAtOf(sources), ladder, web: rt.web, slack: rt.slack !== null };
}

const readAtOf = (sources: readonly SourceHealth[]): Map<string, number> =>
  new Map(sources.flatMap(({ source, lastGood }) => lastGood === null ? [] : [[source, lastGood] as const]));

/** The jobs by what the store knows: this replica may not be the one that polls. */
export async function jobsStored(rt: Runtime, { project, jobs }: Tracked, sources: readonly SourceHealth[]): Promise<JobNow[]> {
  const states = await rt.store.jobStates(project.name);
  const byKey = new Map(states.map((s) => [s.key, s]));
  const readAt = new Map(sources.map((s) => [s.source, s.error === null ? s.lastGood : null]));
  return jobs.map((job): JobNow => {
    const state = byKey.get(job.key) ?? null;
    const at = readAt.get(job.source) ?? null;
    return { job, state, health: at === null ? 'unknown' : healthNow(state, job.thresholds, at) };
  });
}
