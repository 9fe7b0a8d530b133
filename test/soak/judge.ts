import type { Issue } from '../../demo/stand-ins/github/index.ts';
import type { Week } from './measure.ts';
import { DAY, REPO, type Town } from './town.ts';

/** What has to be true all the time, and what has to stay flat. Each problem is a sentence; none: all is well. */

const text = (value: unknown): string => typeof value === 'string' ? value : '';

/** A proposal is over this long after it was made at the latest (ms): it expires after 14 days, objections and reminders included. */
const LONGEST_PROPOSAL = 22 * DAY;
/** What waits longer than this (ms) while everything outside works is forgotten. */
const LONGEST_WAIT = 2 * DAY;

/** What is wrong with the world as it stands when the program has come to rest and everything outside works. */
export async function wrongs(town: Town): Promise<string[]> {
  return [
    ...await issuesAgainstIncidents(town), ...await mentionsAgainstPings(town), ...await unfinished(town), ...await auditAgainstIncidents(town),
  ];
}

/** Every open incident has one open issue of its own, every issue of one that is closed is closed. */
async function issuesAgainstIncidents(town: Town): Promise<string[]> {
  const stored = await town.ask(`select i.id, i.platform, i.kind, i.state, i.summarised_by, m.number from incidents i left join incident_issues m on m.incident = i.id order by i.opened_at`);
  const wrong: string[] = [];
  const issues = new Map<number, Issue>(town.github.issues(REPO).map((i) => [i.number, i]));
  const standing = new Map<string, string>();
  const openOf = new Map<number, string>();
  for (const row of stored) {
    const [id, state] = [text(row['id']), text(row['state'])];
    const issue = row['number'] === null ? undefined : issues.get(Number(row['number']));
    if (state === 'open' && row['summarised_by'] === null) {
      const place = `${text(row['platform'])} (${text(row['kind'])})`;
      if ((standing.get(place) ?? id) !== id) wrong.push(`two incidents stand open for ${place}: ${standing.get(place) ?? ''} and ${id}`);
      standing.set(place, id);
      if (issue === undefined) wrong.push(`incident ${id} is open and has no issue`);
      else openOf.set(issue.number, id);
    }
  }
  for (const row of stored) {
    const [state, number] = [text(row['state']), Number(row['number'])];
    const issue = issues.get(number);
    if (issue === undefined || openOf.has(number)) continue;
    // Whoever opens it again afterwards wants it open.
    if (state === 'closed' && issue.state === 'open' && issue.timeline.at(-1)?.actor.type !== 'User') wrong.push(`incident ${text(row['id'])} is closed, and its issue #${number} is open`);
  }
  for (const [number, id] of openOf) {
    const issue = issues.get(number);
    const last = stored.findLast((r) => r['id'] === id && r['number'] !== null);
    if (issue?.state === 'closed' && Number(last?.['number']) === number) wrong.push(`incident ${id} is open, and its issue #${number} is closed`);
  }
  const known = new Set(stored.map((r) => Number(r['number'])));
  for (const issue of town.open('incident')) if (!known.has(issue.number)) wrong.push(`#${issue.number} is an open incident issue that no incident knows`);
  return wrong;
}

/** Nobody is named more often than there are facts to tell, as far back as those are kept. */
async function mentionsAgainstPings(town: Town): Promise<string[]> {
  const since = town.now - (Number.parseInt(town.spec.retention.rollups, 10) - 2) * DAY;
  const issues = await town.ask(`select number, incident as id from incident_issues union all select number, proposal as id from proposal_issues
    union all select number, warning as id from step_warning_issues union all select number, conflict as id from conflict_issues`);
  const pinged = new Map<string, number>();
  for (const row of await town.ask(`select incident, handle, count(*) as n from pings where at >= ${since - DAY} group by incident, handle`)) pinged.set(`${text(row['incident'])} ${text(row['handle']).toLowerCase()}`, Number(row['n']));
  const ids = Map.groupBy(issues, (r) => Number(r['number']));
  const wrong: string[] = [];
  const told = Map.groupBy(town.github.mentions().filter((m) => m.by.type === 'Bot' && m.at >= since), (m) => `${m.issue.number} ${m.handle.toLowerCase()}`);
  for (const [place, mentions] of told) {
    const [number = '', handle = ''] = place.split(' ');
    const facts = (ids.get(Number(number)) ?? []).reduce((n, r) => n + (pinged.get(`${text(r['id'])} ${handle}`) ?? 0), 0);
    if (ids.has(Number(number)) && mentions.length > facts) wrong.push(`#${number} names ${handle} ${mentions.length} times for ${facts} facts`);
  }
  return wrong;
}

/** Nothing is given up, forgotten or left to wait. */
async function unfinished(town: Town): Promise<string[]> {
  const { now } = town;
  const dead = await town.ask(`select 'row ' || key as what, last_error from outbox where state = 'dead' union all select 'delivery ' || id, last_error from inbox where state = 'dead'`);
  const late = await town.ask(`select key, last_error from outbox where state in ('pending', 'leased') and created_at < ${now - LONGEST_WAIT}`);
  const endless = await town.ask(`select id, state from proposals where decided_at is null and proposed_at < ${now - LONGEST_PROPOSAL}`);
  return [
    ...dead.map((r) => `${text(r['what'])} was given up: ${text(r['last_error'])}`), ...late.map((r) => `row ${text(r['key'])} waits since long ago: ${text(r['last_error'])}`),
    ...endless.map((r) => `proposal ${text(r['id'])} has no end`),
  ];
}

/** The audit tells of every incident's beginning, and of the end of those that are over. */
async function auditAgainstIncidents(town: Town): Promise<string[]> {
  const lines = Map.groupBy(await town.ask(`select entity, what from audit where entity like 'incident:%' order by seq`), (r) => text(r['entity']));
  const wrong: string[] = [];
  for (const row of await town.ask('select id, state, summarised_by from incidents')) {
    if (row['summarised_by'] !== null) continue;
    const said = (lines.get(`incident:${text(row['id'])}`) ?? []).map((r) => text(r['what']));
    if (said[0] !== 'opened') wrong.push(`the audit of incident ${text(row['id'])} begins with ${said[0] ?? 'nothing'}`);
    if (said.filter((w) => w === 'opened').length > 1) wrong.push(`the audit says twice that incident ${text(row['id'])} opened`);
  }
  return wrong;
}

/** Bytes that a row of each table takes at most on average, its indexes included; what the disk may hold follows from it. */
const ROW_BYTES: Readonly<Record<string, number>> = {
  audit: 900, conflicts: 20_000, good_days: 80, identities: 200, inbox: 25_000, incidents: 12_000, incident_issues: 200, jobs: 3_000, leases: 200, link_codes: 300, meta: 60_000, outbox: 5_000,
  pings: 500, platform_events: 800, proposals: 8_000, quiets: 800, rollups: 60, runs: 300, step_warnings: 8_000, warnings: 1_000,
};
/** Tables and indexes without a row. */
const EMPTY = 2_000_000;

/** What the disk may hold by the rows that there are (bytes); half as much again for pages that are not full. */
export const diskBound = (week: Week): number => EMPTY + 1.5 * Object.entries(week.rows).reduce((n, [table, rows]) => n + rows * (ROW_BYTES[table] ?? 1_000), 0);

export interface Keeping {
  readonly runsPerDay: number;
  readonly jobs: number;
  /** Days. */
  readonly runs: number;
  readonly rollups: number;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

/** What grows that should not, over the weeks that one process of the program lived. `processors`: whether the time on them is judged, too. */
export function growing(weeks: readonly Week[], keeping: Keeping, processors: boolean): string[] {
  const wrong: string[] = [];
  const last = weeks.at(-1);
  if (last === undefined) return wrong;
  for (const [table, most] of Object.entries({
    runs: keeping.runsPerDay * (keeping.runs + 3), rollups: keeping.jobs * (keeping.rollups + 3), leases: 10, meta: 40, link_codes: 10, jobs: keeping.jobs, warnings: 200,
  })) for (const w of weeks) if ((w.rows[table] ?? 0) > most) wrong.push(`week ${w.week}: ${table} has ${w.rows[table] ?? 0} rows, and ${Math.round(most)} are kept at most`);
  for (const w of weeks) if (w.disk > diskBound(w)) wrong.push(`week ${w.week}: the disk holds ${w.disk} bytes, and its rows account for ${Math.round(diskBound(w))} at most`);
  for (const w of weeks) if (w.wal > 20_000_000) wrong.push(`week ${w.week}: the log beside the database has ${w.wal} bytes`);
  // Caches fill in the first weeks.
  const settled = weeks.slice(Math.min(4, Math.floor(weeks.length / 3)));
  if (settled.length < 6) return wrong;
  const quarter = Math.max(2, Math.floor(settled.length / 4));
  const flat = (what: string, of: (w: Week) => number, factor: number, slack: number): void => {
    const [early, late] = [mean(settled.slice(0, quarter).map(of)), mean(settled.slice(-quarter).map(of))];
    if (late > early * factor + slack) wrong.push(`${what} grows: ${Math.round(early)} in the weeks from ${settled[0]?.week ?? 0} on, ${Math.round(late)} in the last ones`);
  };
  flat('the heap', (w) => w.heap, 1.1, 4_000_000);
  flat('the resident memory', (w) => w.rss, 1.2, 20_000_000);
  flat('the number of open files', (w) => w.files, 1, 10);
  flat('the number of what keeps it busy', (w) => Object.values(w.resources).reduce((a, b) => a + b, 0), 1, 10);
  flat('the inbox', (w) => w.rows['inbox'] ?? 0, 1.5, 500);
  flat('the requests to GitHub of a week', (w) => w.github, 1.6, 300);
  if (processors) flat('the processor time of a day', (w) => w.cpuPerDay, 1.6, 150);
  return wrong;
}
