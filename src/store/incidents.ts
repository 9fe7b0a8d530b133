import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { nextDeadline } from '../domain/incident.ts';
import type { Incident } from '../domain/incident.ts';
import { isTaken, reportBroken } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import { incident as schema, parseDocument } from './schemas.ts';
import type { Tables } from './tables.ts';
import { ms, rowLimit, textsFrom } from './values.ts';

type Row = Pick<Selectable<Tables['incidents']>, 'id' | 'document'>;
const ROW = ['incidents.id', 'incidents.document'] as const;

/** A document that cannot be read is left out and reported; the row stays, and with it its place. */
function readable(engine: Engine, rows: readonly Row[]): Incident[] {
  return rows.flatMap((row) => {
    const parsed = parseDocument(schema, row.document);
    if (parsed.ok) return [parsed.value];
    reportBroken(engine, 'incidents', row.id, parsed.problem);
    return [];
  });
}

/**
 * Open and dismissed incidents, and those closed at or after `closedSince`; oldest first. Documents are read only where
 * the revision is another than last time: every change grows it.
 */
export async function incidents(engine: Engine, project: string, closedSince: number): Promise<Incident[]> {
  const rows = await engine.db.selectFrom('incidents').select(['id', 'revision']).where('project', '=', project)
    .where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>=', ms(closedSince))]))
    .orderBy('opened_at').orderBy('id').execute();
  const known = engine.incidents.get(project);
  const isKnown = (row: { id: string; revision: number }): boolean => known?.get(row.id)?.revision === row.revision;
  const read = new Map((await documents(engine, rows.filter((row) => !isKnown(row)).map((row) => row.id))).map((i) => [i.id, i]));
  const found = new Map<string, Incident>();
  for (const row of rows) {
    const incident = isKnown(row) ? known?.get(row.id) : read.get(row.id);
    if (incident) found.set(row.id, incident);
  }
  engine.incidents.set(project, found);
  return [...found.values()];
}

async function documents(engine: Engine, ids: readonly string[]): Promise<Incident[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<Row>`select i.id, i.document from ${textsFrom(engine.kind, 'k', ids)} join incidents i on i.id = k.value`.execute(engine.db);
  return readable(engine, rows);
}

export async function incidentById(engine: Engine, id: string): Promise<Incident | null> {
  const rows = await engine.db.selectFrom('incidents').select(ROW).where('id', '=', id).execute();
  return readable(engine, rows)[0] ?? null;
}

/** GitHub takes upper and lower case in a repository's name for the same. */
const repoKey = (repo: string): string => repo.toLowerCase();

/** The incident that the issue belongs to now, else the newest of those that it once belonged to. */
export async function incidentByIssue(engine: Engine, repo: string, number: number): Promise<Incident | null> {
  const rows = await engine.db.selectFrom('incident_issues').innerJoin('incidents', 'incidents.id', 'incident_issues.incident')
    .select(ROW).where('repo', '=', repoKey(repo)).where('number', '=', number)
    .orderBy('opened_at', 'desc').orderBy('id', 'desc').execute();
  const found = readable(engine, rows);
  return found.find((i) => i.issue?.number === number && repoKey(i.issue.repo) === repoKey(repo)) ?? found[0] ?? null;
}

/** The newest closed incident of the place that can be read. */
export async function lastClosed(engine: Engine, project: string, platform: string, kind: string): Promise<Incident | null> {
  const rows = await engine.db.selectFrom('incidents').select(ROW)
    .where('project', '=', project).where('platform', '=', platform).where('kind', '=', kind).where('state', '=', 'closed')
    .orderBy(sql`closed_at desc nulls last`).orderBy('opened_at', 'desc').orderBy('id', 'desc').limit(5).execute();
  return readable(engine, rows)[0] ?? null;
}

export async function dueIncidents(engine: Engine, now: number, limit: number): Promise<{ id: string; project: string }[]> {
  const rows = await engine.db.selectFrom('incidents').select(ROW).where('next_deadline', '<=', ms(now))
    .orderBy('next_deadline').orderBy('id').limit(rowLimit(limit)).execute();
  return readable(engine, rows).map(({ id, project }) => ({ id, project }));
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
  const columns = columnsOf(incident, JSON.stringify(incident));
  if (expected !== null && incident.revision <= expected) throw new Error(`incident ${incident.id} would be stored with revision ${incident.revision} over ${expected}: every change grows it`);
  try {
    const changed = expected === null
      ? (await trx.insertInto('incidents').values({ id: incident.id, ...columns }).onConflict((oc) => oc.doNothing()).executeTakeFirst()).numInsertedOrUpdatedRows
      : (await trx.updateTable('incidents').set(columns).where('id', '=', incident.id).where('revision', '=', expected).executeTakeFirst()).numUpdatedRows;
    if (changed !== 1n) return false;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
  const issues = [...incident.lostIssues, ...(incident.issue === null ? [] : [incident.issue])];
  for (const { repo, number } of issues) {
    await trx.insertInto('incident_issues').values({ repo: repoKey(repo), number, incident: incident.id }).onConflict((oc) => oc.doNothing()).execute();
  }
  return true;
}

/** Whether the incident takes the one place that its platform and kind have. */
export const takesPlace = (incident: Incident): boolean => incident.state === 'open' && incident.summarisedBy === null;
