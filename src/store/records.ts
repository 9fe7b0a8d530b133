import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { AuditKind } from '../domain/audit.ts';
import type { AuditEntry, Ping } from '../domain/notice.ts';
import { reportBroken } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import { messageOf } from './errors.ts';
import { pingMode } from './schemas/notice.ts';
import type { SourceHealth } from './store.ts';
import type { Tables } from './tables.ts';
import { ms, rowLimit } from './values.ts';

/** Adds lines to the audit, which on both engines refuses to change or lose one. */
export async function addAudit(trx: Handle, entries: readonly AuditEntry[]): Promise<void> {
  for (const { at, project, entity, what, actor, evidence } of entries) {
    await trx.insertInto('audit').values({ at: ms(at), project, entity, what, actor, evidence: JSON.stringify(evidence ?? null) }).execute();
  }
}

/** What was decided about an entity, in the order in which it was written. */
export async function auditOf(engine: Engine, entity: string): Promise<AuditEntry[]> {
  return entries(engine, await engine.db.selectFrom('audit').selectAll().where('entity', '=', entity).orderBy('seq').execute());
}

/** What an actor did at or after a moment, newest first. */
export async function auditBy(engine: Engine, actor: string, since: number, limit: number): Promise<AuditEntry[]> {
  return entries(engine, await engine.db.selectFrom('audit').selectAll().where('actor', '=', actor).where('at', '>=', ms(since))
    .orderBy('at', 'desc').orderBy('seq', 'desc').limit(rowLimit(limit)).execute());
}

/** Lines of the audit as they were written; what cannot be read of the evidence stays as text. */
export const entries = (engine: Engine, rows: readonly Selectable<Tables['audit']>[]): AuditEntry[] => rows.map((row) => ({
  at: row.at, project: row.project, entity: row.entity, what: row.what as AuditKind, actor: row.actor, evidence: evidenceOf(engine, row.seq, row.evidence),
}));

function evidenceOf(engine: Engine, seq: number, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    reportBroken(engine, 'audit', String(seq), messageOf(error));
    return json;
  }
}

/** Adds mentions; one whose key is known stays as it is. */
export async function addPings(trx: Handle, pings: readonly Ping[]): Promise<void> {
  for (const { key, at, project, incident, fact, handle, mode } of pings) {
    await trx.insertInto('pings').values({ key, at: ms(at), project, incident, fact, handle, mode }).onConflict((oc) => oc.column('key').doNothing()).execute();
  }
}

/** Mentions since a moment, oldest first. */
export async function pingsSince(engine: Engine, filter: { since: number; limit: number }): Promise<Ping[]> {
  const rows = await engine.db.selectFrom('pings').selectAll().where('at', '>=', ms(filter.since))
    .orderBy('at').orderBy('seq').limit(rowLimit(filter.limit)).execute();
  return rows.flatMap(({ key, at, project, incident, fact, handle, mode }) => {
    const known = pingMode.safeParse(mode);
    if (known.success) return [{ key, at, project, incident, fact, handle, mode: known.data }];
    reportBroken(engine, 'pings', key, `unknown mode ${mode}`);
    return [];
  });
}

/** How the project's sources are, by name. */
export async function sourceHealth(engine: Engine, project: string): Promise<SourceHealth[]> {
  const rows = await engine.db.selectFrom('source_health').selectAll().where('project', '=', project).orderBy('source').execute();
  return rows.map((row) => ({ source: row.source, lastGood: row.last_good, lastTried: row.last_tried, error: row.error }));
}

export async function saveSourceHealth(trx: Handle, project: string, health: readonly SourceHealth[]): Promise<void> {
  for (const { source, lastGood, lastTried, error } of health) {
    const values = { last_good: lastGood === null ? null : ms(lastGood), last_tried: ms(lastTried), error };
    await trx.insertInto('source_health').values({ project, source, ...values })
      .onConflict((oc) => oc.columns(['project', 'source']).doUpdateSet(values)).execute();
  }
}

export async function metaValue(engine: Engine, key: string): Promise<string | null> {
  // Written out, since it is asked of every check that a busy repository tells of.
  const { rows } = await sql<{ value: string }>`select value from meta where key = ${key}`.execute(engine.db);
  return rows[0]?.value ?? null;
}

export async function setMeta(engine: Engine, key: string, value: string): Promise<void> {
  await engine.db.insertInto('meta').values({ key, value }).onConflict((oc) => oc.column('key').doUpdateSet({ value })).execute();
}

/** The first value that anybody stored under the key, which may be this one. */
export async function settleMeta(engine: Engine, key: string, value: string): Promise<string> {
  await engine.db.insertInto('meta').values({ key, value }).onConflict((oc) => oc.column('key').doNothing()).execute();
  return await metaValue(engine, key) ?? value;
}
