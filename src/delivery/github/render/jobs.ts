import type { Briefing } from '../../../domain/briefing.ts';
import type { Incident, IncidentJob } from '../../../domain/incident.ts';
import { counted, listed, moment } from '../../../domain/time.ts';
import { link, plain } from './inert.ts';
import { commit, range } from './names.ts';
import { failedRuns, jobName, mainJobs, type Subject } from './telling.ts';

/** The table of broken jobs, one row each, and what has to be said beside it. */
export function jobTable({ incident, briefing }: Subject, max: number): string | null {
  if (incident.kind === 'flood') return floodTable(incident, max);
  const jobs = mainJobs(incident);
  if (jobs.length === 0) return null;
  const columns = COLUMNS[incident.kind];
  const rows = jobs.slice(0, max).map((j) => columns.map((c) => c.cell(j, incident, briefing)));
  return table(columns.map((c) => c.head), rows, counted(jobs.length - rows.length, 'more job', 'more jobs'), jobs.length > rows.length);
}

interface Column {
  readonly head: string;
  readonly cell: (job: IncidentJob, incident: Incident, briefing: Briefing) => string;
}

const job: Column = { head: 'job', cell: (j, i) => `${link(jobName(j, i), j.links.page)} (${[j.trigger, ...(j.board ? [`release-${j.board}`] : [])].join(', ')})` };
const lastGreen: Column = { head: 'last green', cell: (j, i, b) => green(j, i, b) };

const COLUMNS: Record<Exclude<Incident['kind'], 'flood'>, readonly Column[]> = {
  breakage: [
    job,
    { head: 'since', cell: (j, i) => j.streak ? moment(j.streak.since, i.openedAt) : 'not known' },
    { head: 'runs', cell: (j) => j.streak ? failedRuns(j.streak.length, j.streak.commits) : 'not known' },
    lastGreen,
    { head: 'failing', cell: (j) => failing(j) },
  ],
  stale: [job, { head: 'last finished run', cell: (j, i) => j.lastRun === null ? 'none is known' : moment(j.lastRun, i.openedAt) }, lastGreen],
  configuration: [
    { head: 'job', cell: (j) => plain(j.name) },
    { head: 'platform', cell: (j) => j.platform },
    { head: 'what it was tracked as', cell: (j) => trackedAs(j.key) },
    { head: 'last finished run', cell: (j, i) => j.lastRun === null ? 'none is known' : moment(j.lastRun, i.openedAt) },
  ],
};

function green(j: IncidentJob, { openedAt }: Incident, briefing: Briefing): string {
  if (j.lastGreen === null) return j.neverGreen ? 'never passed' : 'none is known';
  const at = link(moment(j.lastGreen, openedAt), j.lastGreenUrl);
  return j.lastGreenCommit === null ? at : `${at}, ${commit(j.lastGreenCommit, briefing)}`;
}

function failing(j: IncidentJob): string {
  const n = j.failingTests.length + j.moreFailingTests;
  if (n === 0) return 'no test is named';
  return j.testsTotal !== null && j.testsTotal >= n ? `${n.toLocaleString('en-US')} of ${counted(j.testsTotal, 'test')}` : counted(n, 'test');
}

/** The source and the name there, out of a job's key (`platform|source|dashboard/tab`). */
function trackedAs(key: string): string {
  const [, source = '', ...rest] = key.split('|');
  return plain(`${source}: ${rest.join('|')}`, 200);
}

function floodTable(incident: Incident, max: number): string {
  const openFirst = incident.summarises.toSorted((a, b) => Number(a.over) - Number(b.over));
  const rows = openFirst.slice(0, max).map((s) => [s.platform, plain(s.title, 200), s.over ? 'over' : 'open']);
  return table(['platform', 'what broke', 'now'], rows, `${incident.summarises.length - rows.length} more`, incident.summarises.length > rows.length);
}

function table(head: readonly string[], rows: readonly (readonly string[])[], rest: string, cut: boolean): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const body = rows.length === 0 ? [] : [line(head), line(head.map(() => '---')), ...rows.map(line)];
  return [...body, ...(cut ? ['', `… and ${rest}, which have no room here.`] : [])].join('\n').trim();
}

/** Where to look: the commits since the last green run, and the newest failed run's logs. */
export function suspects({ incident, briefing }: Subject): string | null {
  if (incident.kind !== 'breakage') return null;
  const jobs = mainJobs(incident);
  const ranges = Map.groupBy(jobs.slice(0, 50), (j) => range(j.lastGreenCommit, j.streak?.firstCommit ?? null, briefing));
  ranges.delete(null);
  const named = [...ranges].slice(0, 4).map(([text, of]) => ranges.size === 1 ? text : `${text} (${listed(of.map((j) => jobName(j, incident)), 3)})`);
  const logs = jobs.slice(0, 8).map((j) => ({ j, text: link(jobName(j, incident), j.links.logs) })).filter(({ j, text }) => text !== jobName(j, incident)).map((l) => l.text);
  const parts = [
    ...(named.length > 0 ? [`**Suspects:** the commits ${named.join('; ')}`] : []),
    ...(logs.length > 0 ? [`**Logs of the last failure:** ${logs.join(', ')}`] : []),
  ];
  return parts.length === 0 ? null : parts.join(' · ');
}

/** What became of rows that have left, and hints of a flake. */
export function notes({ incident, briefing }: Subject): string | null {
  const main = mainJobs(incident);
  const never = main.filter((j) => j.neverGreen);
  const flaky = main.filter((j) => j.flake && j.left === null);
  const left = incident.jobs.filter((j) => j.left !== null);
  const lines = [
    ...(never.length > 0 && never.length < main.length ? [`No passed run of ${listed(never.map((j) => jobName(j, incident)), 5)} is known at all: that part is not a new breakage.`] : []),
    ...(flaky.length > 0 ? [`${listed(flaky.map((j) => jobName(j, incident)), 5)} also passed on a commit that it had failed on: a part of this may be a flake.`] : []),
    ...left.slice(0, 10).map((j) => gone(j, incident, briefing)),
    ...(left.length > 10 ? [`${left.length - 10} more jobs have left.`] : []),
  ];
  return lines.length === 0 ? null : lines.map((l) => `- ${l}`).join('\n');
}

function gone(j: IncidentJob, incident: Incident, briefing: Briefing): string {
  const name = link(jobName(j, incident), j.links.page);
  const at = moment(j.left ?? incident.openedAt, incident.openedAt);
  if (j.state === 'moved') return `${name} is followed in another issue since ${at}.`;
  if (j.state === 'muted') return `${name} is muted since ${at}.`;
  if (j.state === 'untracked') return `${name} is not tracked any more since ${at}.`;
  const fix = range(j.streak?.lastCommit ?? null, j.fixedAt, briefing);
  return `${name} is ${incident.kind === 'stale' ? 'reporting' : incident.kind === 'configuration' ? 'found' : 'green'} again since ${at}${fix === null ? '' : `, fixed in ${fix}`}${j.flake ? '; it passed on the commit that it had failed on, so it looks like a flake' : ''}.`;
}
