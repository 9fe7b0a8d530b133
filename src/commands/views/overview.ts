import type { Health } from '../../domain/job.ts';
import type { Platform } from '../../domain/project.ts';
import { bullets, coded, says, type Spans, type Text } from '../../domain/text.ts';
import { counted } from '../../domain/time.ts';
import { platformHealth } from '../../signal/platform-health.ts';
import type { JobNow } from '../../signal/job-health.ts';
import type { Scene } from '../verb.ts';
import { buildNow, conflictsOf, conflictSpans } from './conflict.ts';
import { healthWord, incidentsOf, incidentSpans, isBroken, issueOf, joined, proposalsOf, proposalSpans, quietsOf, quietSpans, waits, whyNow, worstFirst } from './wording.ts';

/** Rows that one answer shows. */
export const MOST_ROWS = 40;

interface Row {
  readonly platform: Platform;
  readonly health: Health;
  readonly jobs: readonly JobNow[];
}

/** Every platform, the worst first, under one line that sums them up. */
export function overview(scene: Scene): Text {
  const jobs = Map.groupBy(scene.jobs, (j) => j.job.platform);
  const rows = scene.project.platforms.map((platform): Row => {
    const own = jobs.get(platform.id) ?? [];
    return { platform, jobs: own, health: platformHealth(own.map((j) => j.health)) };
  }).sort(worstFirst);
  const left = rows.slice(MOST_ROWS);
  const floods = scene.incidents.filter((i) => i.kind === 'flood' && i.state !== 'closed');
  const summaries = floods.map((f): Spans => [issueOf(f, scene), ` sums up ${counted(f.summarises.length, 'breakage')} that began at once`]);
  return [
    says({ bold: scene.project.name }, ': ', summary(rows, scene)),
    ...(summaries.length > 0 ? [bullets(...summaries)] : []),
    { kind: 'table', head: ['platform', 'health', 'step', 'build', 'open'], rows: rows.slice(0, MOST_ROWS).map((row) => cells(row, scene)) },
    ...(left.length > 0 ? [says(`${counted(left.length, 'more platform')} have no room here (${count(left)}).`)] : []),
    says(coded('/arch status <platform>'), ' shows the jobs of one, ', coded('/arch explain <platform>'), ' why it is called what it is.'),
  ];
}

/** `2 of 7 platforms are broken; 1 is not known. 1 incident waits for somebody to take it.` */
function summary(rows: readonly Row[], scene: Scene): string {
  const broken = rows.filter((r) => isBroken(r.health));
  const others = rows.filter((r) => !isBroken(r.health));
  const waiting = scene.incidents.filter((i) => waits(i, scene)).length;
  return `${head(rows.length, broken.length, others)}. ${waiting === 0
    ? (broken.length === 0 ? '' : 'No incident waits for anybody.') : `${counted(waiting, 'incident')} ${waiting === 1 ? 'waits' : 'wait'} for somebody to take ${waiting === 1 ? 'it' : 'them'}.`}`.trim();
}

function head(total: number, broken: number, others: readonly Row[]): string {
  const platforms = counted(total, 'platform');
  if (broken === total) return total === 1 ? 'its one platform is broken' : `all ${platforms} are broken`;
  const rest = count(others);
  if (broken > 0) return `${broken} of ${platforms} ${broken === 1 ? 'is' : 'are'} broken, ${rest}`;
  if (others.every((r) => r.health === 'passing')) return total === 1 ? 'its one platform is passing' : `all ${platforms} are passing`;
  return `none of ${platforms} is known to be broken: ${rest}`;
}

/** `1 flaky, 1 not known, 3 passing`. */
function count(rows: readonly Row[]): string {
  return [...Map.groupBy(rows, (r) => r.health)].map(([health, of]) => `${of.length} ${healthWord(health)}`).join(', ');
}

function cells({ platform, health, jobs }: Row, scene: Scene): Spans[] {
  return [[platform.id], [healthWord(health)], [String(platform.step)], [buildNow(platform, scene)], open(platform, health, jobs, scene)];
}

/** What is open about a platform: incidents, silence, proposals; and why it is not known. */
function open({ id }: Platform, health: Health, jobs: readonly JobNow[], scene: Scene): Spans {
  const parts: Spans[] = [
    ...incidentsOf(scene, id).map((i) => incidentSpans(i, scene)),
    ...conflictsOf(scene, id).map((c) => conflictSpans(c, scene)),
    ...quietsOf(scene, id).map((q) => quietSpans(q, scene.now)),
    ...proposalsOf(scene, id).map((p) => proposalSpans(p, scene)),
    ...(health === 'unknown' ? [[unknown(jobs, scene)]] : []),
  ];
  return parts.length === 0 ? ['—'] : joined(parts, '; ');
}

/** The first reason, and for how many jobs there is none better. */
function unknown(jobs: readonly JobNow[], scene: Scene): string {
  const dark = jobs.filter((j) => j.health === 'unknown');
  const [first] = dark;
  if (first === undefined) return 'no job of it is tracked';
  const share = jobs.length === 1 ? 'its one job is' : dark.length === jobs.length ? `all ${jobs.length} jobs are` : `${dark.length} of ${jobs.length} jobs ${dark.length === 1 ? 'is' : 'are'}`;
  return `${share} not known. ${whyNow(first, scene)}`;
}
