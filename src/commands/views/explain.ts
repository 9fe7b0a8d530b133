import type { JobState } from '../../domain/job.ts';
import type { Platform } from '../../domain/project.ts';
import type { Run } from '../../domain/run.ts';
import { bullets, coded, says, type Block, type Span, type Spans, type Text } from '../../domain/text.ts';
import { counted, moment, span } from '../../domain/time.ts';
import { platformHealth } from '../../signal/platform-health.ts';
import type { JobNow } from '../../signal/job-health.ts';
import type { Found, Scene } from '../verb.ts';
import { whereSpans } from './attribution.ts';
import { conflictsOf, conflictSpans } from './conflict.ts';
import { ladderView } from './ladder.ts';
import { healthWord, incidentOf, incidentsOf, incidentSpans, isBroken, quietsOf, quietSpans, whyNow, worstFirst } from './wording.ts';

/** Jobs of a platform that are told of one by one, and the worst of them that show their runs. */
const MOST_JOBS = 10;
const WITH_RUNS = 3;
/** Runs that are shown of a job. */
const MOST_RUNS = 10;

/** Why a job is called what it is, what would change that, and the runs that it rests on. */
export function explainJob(j: JobNow, scene: Scene, found: Found): Text {
  const { job, state } = j;
  const incident = incidentOf(scene, j);
  const lines: Spans[] = [
    [verdictRule(j)],
    ...(isBroken(j.health) ? [whereSpans(j, scene)] : []),
    ...(incident === null ? [] : [['Incident: ', ...incidentSpans(incident, scene)]]),
    ...quietsOf(scene, job.platform).filter((q) => q.kind === 'downtime' || q.job === job.key).map((q): Spans => [...quietSpans(q, scene.now), '; no incident opens meanwhile.']),
    ...links(state),
  ];
  return [says({ bold: job.name }, ` on ${job.platform} is `, { bold: healthWord(j.health) }, `: ${whyNow(j, scene)}`), bullets(...lines), ...runsOf(j, scene, found)];
}

/** Jobs whose runs `explainPlatform` shows: the worst of those that do not pass. */
export const runsShown = (platform: Platform, scene: Scene): readonly JobNow[] =>
  scene.jobs.filter((j) => j.job.platform === platform.id && j.health !== 'passing').toSorted(worstFirst).slice(0, WITH_RUNS);

/** Why a platform is called what it is: each of its jobs in a line, and the runs of the worst. */
export function explainPlatform(platform: Platform, scene: Scene, found: Found): Text {
  const jobs = scene.jobs.filter((j) => j.job.platform === platform.id).toSorted(worstFirst);
  const health = platformHealth(jobs.map((j) => j.health));
  const why = jobs.length === 0 ? 'no job of it is tracked.' : 'a platform is what the worst of its jobs is.';
  const open = [...incidentsOf(scene, platform.id).map((i): Spans => ['Incident: ', ...incidentSpans(i, scene)]), ...conflictsOf(scene, platform.id).map((c): Spans => ['It is ', ...conflictSpans(c, scene), '.']), ...quietsOf(scene, platform.id).map((q) => quietSpans(q, scene.now))];
  const told = jobs.slice(0, MOST_JOBS).map((j): Spans => [{ bold: j.job.name }, ` is ${healthWord(j.health)}: ${whyNow(j, scene)}`, ...(isBroken(j.health) ? [' ', ...whereSpans(j, scene)] : [])]);
  const rest = jobs.length - told.length;
  return [
    says({ bold: platform.id }, ' is ', { bold: healthWord(health) }, `: ${why}`),
    ...(open.length > 0 ? [bullets(...open)] : []),
    ...(told.length > 0 ? [bullets(...told, ...(rest > 0 ? [[`${counted(rest, 'more job')}, none of them worse; `, coded(`/arch status ${platform.id}`), ' lists them.'] satisfies Spans] : []))] : []),
    ...runsShown(platform, scene).filter((j) => found.runs.get(j.job.key)?.length).map((j): Block => ({ kind: 'details', summary: `Last runs of ${j.job.name}`, blocks: runsOf(j, scene, found) })),
    ...ladderView(platform, scene),
    ...(jobs.length > 0 ? [says('Thresholds and more of one: ', coded('/arch explain <job>'), '.')] : []),
  ];
}

/** What would change the verdict, by the job's own thresholds. */
function verdictRule({ job: { thresholds: t }, state, health }: JobNow): string {
  const closes = `${counted(t.passesToClose, 'passed run')}${t.passesToClose === 1 ? '' : ' in a row'} end${t.passesToClose === 1 ? 's' : ''} its part in an incident`;
  const stale = `without a finished run for ${span(t.staleAfter)} it is stale`;
  const opens = `${counted(t.failuresToOpen, 'failed run')}${t.failuresToOpen === 1 ? ' makes' : ' in a row make'} it failing`;
  switch (health) {
    case 'failing': return `What would change it: one passed run ends the streak; ${closes}${passed(state)}; ${stale}.`;
    case 'stale': return 'What would change it: one finished run. Until then it is stale, whatever its last colour was.';
    case 'flaky': return `What would change it: ${toFailing(state, t.failuresToOpen)}; ${counted(t.recentRuns, 'run')} without a failed one ${t.recentRuns === 1 ? 'makes' : 'make'} it passing; ${closes}${passed(state)}; ${stale}.`;
    case 'passing': return `What would change it: ${opens}; one failed or flaky run among the last ${t.recentRuns} makes it flaky; ${stale}.`;
    case 'pending': return `What would change it: its first finished run; ${opens}.`;
    case 'unknown': return `What would change it: the next good reading of its source. Then ${opens}; ${closes}; ${stale}.`;
    default: return health satisfies never;
  }
}

function toFailing(state: JobState | null, needed: number): string {
  const more = needed - (state?.streak?.length ?? 0);
  return state?.streak ? `${counted(more, 'more failed run')} now ${more === 1 ? 'makes' : 'make'} it failing` : `${counted(needed, 'failed run')}${needed === 1 ? ' makes' : ' in a row make'} it failing`;
}

/** How many of those passes it has. */
const passed = (state: JobState | null): string => state?.passes ? ` (${state.passes.length} so far)` : '';

function links(state: JobState | null): Spans[] {
  const told: Span[] = [
    ...(state?.links.page ? [{ words: 'its page', link: state.links.page }] : []),
    ...(state?.links.logs ? [{ words: 'logs of the last failure', link: state.links.logs }] : []),
  ];
  return told.length === 0 ? [] : [['To look at: ', ...told.flatMap((l, i): Spans => i === 0 ? [l] : [', ', l]), '.']];
}

const OUTCOMES: Readonly<Record<Run['outcome'], string>> = { pass: 'passed', fail: 'failed', flaky: 'flaky' };

/** The newest runs, as they are stored. */
function runsOf({ job }: JobNow, { now }: Scene, found: Found): Text {
  const runs = (found.runs.get(job.key) ?? []).slice(0, MOST_RUNS);
  if (runs.length === 0) return [says('No run of it is stored.')];
  return [{
    kind: 'table', head: ['run', 'outcome', 'commit', 'logs'],
    rows: runs.map((r) => [[moment(r.started, now)], [OUTCOMES[r.outcome]], [r.commit === null ? '—' : coded(shortCommit(r.commit))], [r.url === null ? '—' : { words: 'open', link: r.url }]]),
  }];
}

/** A hash as git shortens it; any other name of a version, cut where it is long. */
const shortCommit = (commit: string): string => /^[0-9a-f]{8,64}$/i.test(commit) ? commit.slice(0, 7).toLowerCase() : commit.slice(0, 40);
