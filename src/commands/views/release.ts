import type { Board } from '../../domain/job.ts';
import type { Release } from '../../domain/project.ts';
import { bullets, coded, says, type Spans, type Text } from '../../domain/text.ts';
import { counted, day, span } from '../../domain/time.ts';
import { isOfRelease } from '../../policy/ready.ts';
import type { JobNow } from '../../signal/job-health.ts';
import type { Scene } from '../verb.ts';
import { openConflicts } from '../conflict-verbs.ts';
import { conflictSpans } from './conflict.ts';
import { MOST_ROWS } from './overview.ts';
import { jobTable } from './platform.ts';
import { healthWord, incidentOf, incidentSpans, isBroken, proposalSpans, tally, waits, whoAll, worstFirst } from './wording.ts';

/** How a release is called: by its name, else by its branch. */
export const releaseName = (release: Release): string => release.name ?? release.branch;

/** One release: when it is, who decides, what is red on its boards and what waits for whom. */
export function releaseStatus(release: Release, scene: Scene): Text {
  const jobs = scene.jobs.filter((j) => isOfRelease(j.job, release, scene.project)).toSorted((a, b) => boardRank(a.job.board) - boardRank(b.job.board) || worstFirst(a, b));
  const troubled = jobs.filter((j) => j.health !== 'passing');
  const shown = troubled.slice(0, MOST_ROWS);
  return [
    says({ bold: releaseName(release) }, release.name === null ? '' : `, from ${release.branch}`, ': ', ...releaseDates(release, scene.now), ' ', ...deciders(release)),
    bullets(...boards(jobs)),
    ...(troubled.length > 0 ? [says('Everything that is not passing, the blocking board first:'), jobTable(shown, scene, { platform: true })] : []),
    ...(troubled.length > shown.length ? [says(`${counted(troubled.length - shown.length, 'more job')} have no room here: ${tally(troubled.slice(MOST_ROWS).map((j) => j.health))}.`)] : []),
    ...waiting(jobs, release, scene),
  ];
}

const boardRank = (board: Board | null): number => board === 'blocking' ? 0 : board === 'informing' ? 1 : 2;

/** `released on Wed 16 Dec, in 26 d; code freeze on Wed 18 Nov, 2 d ago.` */
export function releaseDates({ date, freeze }: Release, now: number): Spans {
  const told = [
    ...(date === null ? [] : [`release on ${when(date, now)}`]),
    ...(freeze === null ? [] : [`code freeze on ${when(freeze, now)}`]),
  ];
  return [told.length === 0 ? 'no date is configured.' : `${told.join('; ')}.`];
}

const DAY = 86_400_000;

/** Days are counted as the calendar does, in UTC. */
function when(at: number, now: number): string {
  const days = Math.round((at - Math.floor(now / DAY) * DAY) / DAY);
  return `${day(at, now)}, ${days === 0 ? 'today' : days > 0 ? `in ${span(days * DAY)}` : `${span(-days * DAY)} ago`}`;
}

function deciders({ leads, quorum }: Release): Spans {
  if (leads.length === 0) return ['No release lead is declared, so nothing can be decided.'];
  return ['Led by ', ...whoAll(leads), `; a proposal needs ${counted(quorum, 'approval')} besides its proposer.`];
}

const BOARDS: readonly (readonly [Board | null, string])[] = [['blocking', 'Blocking board'], ['informing', 'Informing board'], [null, 'On no board']];

/** How the jobs of each board are. */
function boards(jobs: readonly JobNow[]): Spans[] {
  const told = BOARDS.flatMap(([board, name]): Spans[] => {
    const own = jobs.filter((j) => j.job.board === board);
    if (own.length === 0) return board === null ? [] : [[`${name}: no job of this release stands on it.`]];
    const [only] = own;
    return [[`${name}: ${only && own.length === 1 ? `its one job, ${only.job.name}, is ${healthWord(only.health)}` : `of ${own.length} jobs, ${tally(own.map((j) => j.health))}`}.`]];
  });
  return jobs.length === 0 ? [['No job of this release is tracked, so nothing is known of it.']] : told;
}

/** Who is waited for: leads with proposals, owners with incidents. */
function waiting(jobs: readonly JobNow[], { branch }: Release, scene: Scene): Text {
  const keys = new Set(jobs.map((j) => j.job.key));
  const proposals = scene.proposals.filter((p) => p.state === 'open' && (p.matter.kind === 'mute' ? keys.has(p.matter.job) : jobs.some((j) => j.job.platform === p.matter.platform)));
  const incidents = [...new Set(jobs.filter((j) => isBroken(j.health)).map((j) => incidentOf(scene, j)).filter((i) => i !== null))].filter((i) => waits(i, scene));
  const lines: Spans[] = [
    ...proposals.map((p) => proposalSpans(p, scene)),
    ...openConflicts(scene).filter((c) => c.branch === branch).map((c): Spans => [`${c.platform}: `, ...conflictSpans(c, scene)]),
    ...incidents.map((i): Spans => [`${i.platform}: `, ...incidentSpans(i, scene), i.scope === 'here' && i.owners.length > 0 ? '; asked: ' : '', ...(i.scope === 'here' ? whoAll(i.owners) : [])]),
  ];
  if (lines.length === 0) return [says('Nothing waits for anybody: no proposal is open, and no incident that nobody has taken, silenced or explained.')];
  const cut = lines.slice(0, MOST_ROWS);
  return [says('Waiting for somebody:'), bullets(...cut), ...(lines.length > cut.length ? [says(`And ${lines.length - cut.length} more; `, coded('/arch status'), ' lists them by platform.')] : [])];
}
