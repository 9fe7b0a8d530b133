import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { nextDeadline } from '../domain/incident.ts';
import type { Incident } from '../domain/incident.ts';
import { pages, readable, writeRevision } from './documents.ts';
import type { DocumentRow } from './documents.ts';
import type { Engine, Handle } from './engine.ts';
import { incident as schema } from './schemas/incident.ts';
import { ms, repoKey, rowLimit, textsFrom } from './values.ts';

const ROW = ['incidents.id', 'incidents.document'] as const;

/** The row of an incident that cannot be read stays, and with it its place. */
const read = (engine: Engine, rows: readonly DocumentRow[]): Incident[] => readable(engine, 'incidents', schema, rows);

/**
 * Open and dismissed incidents, and those closed at or after `closedSince`; oldest first. Documents are read only where
 * the revision is another than last time: every change grows it. Two seeks, because for an OR SQLite would go through the
 * incidents of all years, with every poll.
 */
export async function incidents(engine: Engine, project: string, closedSince: number): Promise<Incident[]> {
  const where = (closed: RawBuilder<unknown>): RawBuilder<unknown> => sql`select id, revision, opened_at from incidents where project = ${project} and closed_at ${closed}`;
  const { rows } = await sql<{ id: string; revision: number }>`select id, revision from (
    ${where(sql`is null`)} union all ${where(sql`>= ${ms(closedSince)}`)}) i order by opened_at, id`.execute(engine.db);
  const known = engine.incidents.get(project);
  const isKnown = (row: { id: string; revision: number }): boolean => known?.get(row.id)?.revision === row.revision;
  const fresh = new Map((await documents(engine, rows.filter((row) => !isKnown(row)).map((row) => row.id))).map((i) => [i.id, i]));
  const found = new Map<string, Incident>();
  for (const row of rows) {
    const incident = isKnown(row) ? known?.get(row.id) : fresh.get(row.id);
    if (incident) found.set(row.id, incident);
  }
  engine.incidents.set(project, found);
  return [...found.values()];
}

async function documents(engine: Engine, ids: readonly string[]): Promise<Incident[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<DocumentRow>`select i.id, i.document from ${textsFrom(engine.kind, 'k', ids)} join incidents i on i.id = k.value`.execute(engine.db);
  return read(engine, rows);
}

/** Fewer at a time than of other lists: the document of an incident is long. */
const PAGE = 200;

interface OpenedRow extends DocumentRow {
  readonly opened_at: number;
}

/** Every incident that opened at or after a moment, whatever became of it, oldest first. None is ever dropped. */
export async function incidentsSince(engine: Engine, project: string, since: number): Promise<Incident[]> {
  const found: Incident[] = [];
  const first = { opened_at: ms(since), id: '' };
  for await (const rows of pages(PAGE, async (last: OpenedRow | null) => {
    const { opened_at: at, id } = last ?? first;
    return (await sql<OpenedRow>`select id, document, opened_at from incidents
      where project = ${project} and (opened_at, id) > (${at}, ${id}) order by opened_at, id limit ${PAGE}`.execute(engine.db)).rows;
  })) found.push(...read(engine, rows));
  return found;
}

export async function incidentById(engine: Engine, id: string): Promise<Incident | null> {
  const rows = await engine.db.selectFrom('incidents').select(ROW).where('id', '=', id).execute();
  return read(engine, rows)[0] ?? null;
}

/** The incident that the issue belongs to now, else the newest of those that it once belonged to. */
export async function incidentByIssue(engine: Engine, repo: string, number: number): Promise<Incident | null> {
  const rows = await engine.db.selectFrom('incident_issues').innerJoin('incidents', 'incidents.id', 'incident_issues.incident')
    .select(ROW).where('repo', '=', repoKey(repo)).where('number', '=', number)
    .orderBy('opened_at', 'desc').orderBy('id', 'desc').execute();
  const found = read(engine, rows);
  return found.find((i) => i.issue?.number === number && repoKey(i.issue.repo) === repoKey(repo)) ?? found[0] ?? null;
}

/** The newest closed incident of the place that can be read. */
export async function lastClosed(engine: Engine, project: string, platform: string, kind: string): Promise<Incident | null> {
  const rows = await engine.db.selectFrom('incidents').select(ROW)
    .where('project', '=', project).where('platform', '=', platform).where('kind', '=', kind).where('state', '=', 'closed')
    .orderBy(sql`closed_at desc nulls last`).orderBy('opened_at', 'desc').orderBy('id', 'desc').limit(5).execute();
  return read(engine, rows)[0] ?? null;
}

export async function dueIncidents(engine: Engine, now: number, limit: number): Promise<{ id: string; project: string }[]> {
  const rows = await engine.db.selectFrom('incidents').select(ROW).where('next_deadline', '<=', ms(now))
    .orderBy('next_deadline').orderBy('id').limit(rowLimit(limit)).execute();
  return read(engine, rows).map(({ id, project }) => ({ id, project }));
}

const columnsOf = (incident: Incident, document: string) => {
  const deadline = nextDeadline(incident);
  return {
    project: incident.project,
    platform: incident.platform,
    kind: incident.kind,
    state: incident.state,
    revision: incident.revision,
    summarised_by: incident.summarisedBy,
    next_deadline: deadline === null ? null : ms(deadline),
    opened_at: ms(incident.openedAt),
    closed_at: incident.state === 'closed' ? ms(incident.closedAt ?? incident.openedAt) : null,
    document,
  };
};

/**
 * Writes one incident if it still has the expected revision (null: if its id and its place are free).
 * False: somebody else was faster, and the transaction has to be given up.
 */
export async function writeIncident(trx: Handle, expected: number | null, incident: Incident): Promise<boolean> {
  const { id, revision } = incident;
  const columns = columnsOf(incident, JSON.stringify(incident));
  const written = await writeRevision(`incident ${id}`, expected, revision, {
    insert: () => trx.insertInto('incidents').values({ id, ...columns }).onConflict((oc) => oc.doNothing()).executeTakeFirst(),
    update: (from) => trx.updateTable('incidents').set(columns).where('id', '=', id).where('revision', '=', from).executeTakeFirst(),
  });
  if (!written) return false;
  const issues = [...incident.lostIssues, ...(incident.issue === null ? [] : [incident.issue])];
  for (const { repo, number } of issues) {
    await trx.insertInto('incident_issues').values({ repo: repoKey(repo), number, incident: id }).onConflict((oc) => oc.doNothing()).execute();
  }
  return true;
}

/** Whether the incident takes the one place that its platform and kind have. */
export const takesPlace = (incident: Incident): boolean => incident.state === 'open' && incident.summarisedBy === null;
