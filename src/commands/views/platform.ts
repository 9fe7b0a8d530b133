import type { Platform } from '../../domain/project.ts';
import { bullets, coded, says, type Block, type Span, type Spans, type Text } from '../../domain/text.ts';
import { counted, moment } from '../../domain/time.ts';
import { platformHealth } from '../../signal/platform-health.ts';
import { sinceNow, type JobNow } from '../../signal/job-health.ts';
import type { Scene } from '../verb.ts';
import { buildNow, conflictsOf, conflictSpans } from './conflict.ts';
import { MOST_ROWS } from './overview.ts';
import { ownersSpans } from './owners.ts';
import { healthWord, incidentsOf, incidentSpans, linked, proposalsOf, proposalSpans, quietsOf, quietSpans, tally, whyNow, worstFirst } from './wording.ts';

/** Reasons that are given one by one. */
const MOST_REASONS = 10;

/** One platform: its jobs, what is open about it, who cares for it. */
export function platformStatus(platform: Platform, scene: Scene): Text {
  const jobs = scene.jobs.filter((j) => j.job.platform === platform.id).toSorted(worstFirst);
  const health = platformHealth(jobs.map((j) => j.health));
  const open: Spans[] = [
    ...incidentsOf(scene, platform.id).map((i) => incidentSpans(i, scene)),
    ...conflictsOf(scene, platform.id).map((c): Spans => ['It is ', ...conflictSpans(c, scene)]),
    ...quietsOf(scene, platform.id, { ahead: true }).map((q) => quietSpans(q, scene.now)),
    ...proposalsOf(scene, platform.id).map((p) => proposalSpans(p, scene)),
  ];
  return [
    says({ bold: `${platform.id} is ${healthWord(health)}` }, `: ${summary(jobs)}. Step ${platform.step}, build ${buildNow(platform, scene)}.`),
    ...(open.length > 0 ? [bullets(...open)] : [says('Nothing is open about it: no incident, downtime, mute or proposal.')]),
    ...(jobs.length > 0 ? [jobTable(jobs.slice(0, MOST_ROWS), scene)] : []),
    ...(jobs.length > MOST_ROWS ? [says(`${counted(jobs.length - MOST_ROWS, 'more job')} have no room here: ${tally(jobs.slice(MOST_ROWS).map((j) => j.health))}.`)] : []),
    ...unknowns(jobs, scene),
    says(...ownersSpans(platform, scene)),
  ];
}

const summary = (jobs: readonly JobNow[]): string => {
  if (jobs.length === 0) return 'no job of it is tracked';
  return jobs.length === 1 ? `its one job is ${healthWord(jobs[0]?.health ?? 'unknown')}` : `of ${jobs.length} jobs, ${tally(jobs.map((j) => j.health))}`;
};

/** Jobs with their health and times. */
export const jobTable = (jobs: readonly JobNow[], scene: Scene, { platform = false } = {}): Block => ({
  kind: 'table', head: [...(platform ? ['platform'] : []), 'job', 'health', 'since', 'last run', 'last green'],
  rows: jobs.map((j) => [...(platform ? [[j.job.platform]] : []), ...jobCells(j, scene)]),
});

function jobCells(j: JobNow, scene: Scene): Spans[] {
  const { job, state, health } = j;
  const at = (time: number | null | undefined, otherwise: string): string => time === null || time === undefined ? otherwise : moment(time, scene.now);
  const board = job.board === null ? '' : ` (${job.board})`;
  const logs: readonly Span[] = health === 'failing' && state?.links.logs ? [', ', { words: 'logs', link: state.links.logs }] : [];
  const muted = scene.quiets.some((q) => q.kind === 'mute' && q.job === job.key && q.ended === null && q.from <= scene.now && scene.now < q.to);
  return [
    [linked(job.name, state?.links.page ?? null), board], [healthWord(health), ...logs, muted ? ', muted' : ''],
    [at(sinceNow(state, health), '—')], [at(state?.lastRun, 'none is known')],
    [state?.lastGreen === null || state === null ? 'none is known' : linked(at(state.lastGreen, ''), state.lastGreenUrl)],
  ];
}

/** Why jobs are not known, each reason once. */
function unknowns(jobs: readonly JobNow[], scene: Scene): Text {
  const reasons = Map.groupBy(jobs.filter((j) => j.health === 'unknown'), (j) => whyNow(j, scene));
  if (reasons.size === 0) return [];
  const told = [...reasons].slice(0, MOST_REASONS).map(([why, of]): Spans =>
    [coded(of[0]?.job.name ?? ''), ...(of.length > 1 ? [` and ${counted(of.length - 1, 'other')}`] : []), `: ${why}`]);
  const more: Spans[] = reasons.size > MOST_REASONS ? [[`${reasons.size - MOST_REASONS} more reasons are left out`]] : [];
  return [says('Not known, and so neither green nor red:'), bullets(...told, ...more)];
}
