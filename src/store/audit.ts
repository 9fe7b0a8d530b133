import { sql } from 'kysely';
import type { AuditEntry } from '../domain/notice.ts';
import { silent } from './engine.ts';
import type { Engine, StoreLog } from './engine.ts';
import { openEngine, type StorePlace } from './open.ts';
import { entries } from './records.ts';
import { rowLimit } from './values.ts';

/** What is looked for; null: everything. */
export interface AuditFilter {
  /** At or after this moment (epoch ms). */
  readonly since: number;
  readonly platform: string | null;
  /** A login, or the actor as it stands in the audit (`github:olga`). */
  readonly by: string | null;
  /** An entity (`proposal:<id>`), or an issue (`owner/name#7`). */
  readonly about: string | null;
  readonly limit: number;
}

/** A line of the audit with what its entity says of itself. */
export interface AuditLine extends AuditEntry {
  /** Null: it is about none, or about several. */
  readonly platform: string | null;
  /** The entity's issue as `owner/name#7`; null: it has none. */
  readonly issue: string | null;
}

/** Where an entity's own document is kept. */
const TABLES = { incident: 'incidents', proposal: 'proposals', conflict: 'conflicts', 'step-warning': 'step_warnings', quiet: 'quiets' } as const;
const ISSUES = { incident: 'incident_issues', proposal: 'proposal_issues', conflict: 'conflict_issues', warning: 'step_warning_issues' } as const;

const PAGE = 500;

/** `archsignal audit`: what was decided and by whom, newest first, beside a running server. Throws a `StoreError`. */
export async function readAudit(place: StorePlace, filter: AuditFilter, log: StoreLog = silent): Promise<AuditLine[]> {
  const engine = await openEngine({ ...place, mode: 'reader', log });
  try {
    return await found(engine, filter);
  } finally {
    await engine.close();
  }
}

async function found(engine: Engine, { since, platform, by, about, limit }: AuditFilter): Promise<AuditLine[]> {
  const entities = about === null ? null : await meant(engine, about);
  const subjects = new Map<string, Subject>();
  const lines: AuditLine[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; lines.length < limit;) {
    let query = engine.db.selectFrom('audit').selectAll().where('at', '>=', since).where('seq', '<', before).orderBy('seq', 'desc').limit(rowLimit(PAGE));
    if (entities !== null) query = query.where('entity', 'in', entities);
    if (by !== null) query = query.where(sql<string>`lower(actor)`, 'in', actorsNamed(by.toLowerCase()));
    const rows = await query.execute();
    for (const entry of entries(engine, rows)) {
      const subject = subjects.get(entry.entity) ?? await subjectOf(engine, entry);
      subjects.set(entry.entity, subject);
      if (platform === null || subject.platform === platform) lines.push({ ...entry, ...subject });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    before = last.seq;
  }
  return lines.slice(0, limit);
}

/** As an actor stands in the audit: the program itself, or somebody with the surface. */
const actorsNamed = (by: string): string[] => by.includes(':') ? [by] : [by, `github:${by}`, `slack:${by}`];

type Subject = Pick<AuditLine, 'platform' | 'issue'>;

interface Described { platform?: unknown; matter?: { platform?: unknown }; issue?: unknown; reactivation?: unknown }

const text = (value: unknown): string | null => typeof value === 'string' ? value : null;

function issueIn(value: unknown): string | null {
  const { repo, number } = (value ?? {}) as { repo?: unknown; number?: unknown };
  return typeof repo === 'string' && typeof number === 'number' && number > 0 ? `${repo}#${number}` : null;
}

async function subjectOf(engine: Engine, { entity, evidence }: AuditEntry): Promise<Subject> {
  const colon = entity.indexOf(':');
  const [kind, id] = [entity.slice(0, colon), entity.slice(colon + 1)];
  if (kind === 'platform') return { platform: id, issue: null };
  const table = TABLES[kind as keyof typeof TABLES];
  const row = table === undefined ? undefined : await engine.db.selectFrom(table).select('document').where('id', '=', id).executeTakeFirst();
  const said = (row === undefined ? evidence : parsed(row.document)) as Described | null;
  return { platform: text(said?.platform) ?? text(said?.matter?.platform), issue: issueIn(said?.issue) ?? issueIn(said?.reactivation) };
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return null;
  }
}

/** The entities that an issue stands for, or the one that is named. */
async function meant(engine: Engine, about: string): Promise<string[]> {
  const [, repo, number] = /^([^#\s]+\/[^#\s]+)#(\d+)$/.exec(about) ?? [];
  if (repo === undefined) return [about];
  const all = await Promise.all(Object.entries(ISSUES).map(async ([column, table]) => {
    const { rows } = await sql<{ id: string }>`select ${sql.ref(column)} as id from ${sql.table(table)} where lower(repo) = ${repo.toLowerCase()} and number = ${Number(number)}`.execute(engine.db);
    return rows.map(({ id }) => `${column === 'warning' ? 'step-warning' : column}:${id}`);
  }));
  return [...all.flat(), ''];
}
