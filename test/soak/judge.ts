import type { Issue } from '../../demo/stand-ins/github/index.ts';
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
  // An issue that is full goes on in another.
  const dead = await town.ask(`select 'row ' || key as what, last_error from outbox where state = 'dead' and last_error not like '%it is continued in a new issue.' union all select 'delivery ' || id, last_error from inbox where state = 'dead'`);
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
