import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Warning, WarningRow } from '../domain/notice.ts';
import { reportBroken } from './engine.ts';
import type { Engine } from './engine.ts';
import { urgency } from './schemas/notice.ts';
import type { Tables } from './tables.ts';
import { APART, clean, ms, rowsFrom, textsFrom } from './values.ts';

type Row = Selectable<Tables['warnings']>;

function readable(engine: Engine, rows: readonly Row[]): WarningRow[] {
  return rows.flatMap((row) => {
    const how = urgency.safeParse(row.urgency);
    if (how.success) {
      return [{ key: row.key, project: row.project, text: row.text, urgency: how.data, since: row.since, clearedAt: row.cleared_at, toldAt: row.told_at }];
    }
    reportBroken(engine, 'warnings', row.key, `unknown urgency ${row.urgency}`);
    return [];
  });
}

/** Raises each; one that stands keeps `since`, unless a clock that was set back since says so, and whether it was told. Rows in the order of the warnings, each key once. */
export async function raiseWarnings(engine: Engine, warnings: readonly Warning[], now: number): Promise<WarningRow[]> {
  const unique = new Map(warnings.map((w) => [clean(w.key), { key: clean(w.key), project: w.project, text: w.text, urgency: w.urgency }]));
  if (unique.size === 0) return [];
  const columns = { key: 'text', project: 'text', text: 'text', urgency: 'text' } as const;
  // Sorted, so that two replicas that raise the same ones do not wait for each other crosswise.
  const sorted = [...unique.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const { rows } = await sql<Row>`
    insert into warnings (key, project, text, urgency, since, cleared_at, told_at)
    select r.key, r.project, r.text, r.urgency, ${ms(now)}, null, null from ${rowsFrom(engine.kind, 'r', columns, sorted)} where true
    on conflict (key) do update set project = excluded.project, text = excluded.text, urgency = excluded.urgency,
      since = case when warnings.cleared_at is null and warnings.since <= excluded.since + ${sql.lit(APART)} then warnings.since else excluded.since end,
      told_at = case when warnings.cleared_at is null then warnings.told_at else null end,
      cleared_at = null
    returning *`.execute(engine.db);
  const byKey = new Map(readable(engine, rows).map((row) => [row.key, row]));
  return [...unique.keys()].flatMap((key) => byKey.get(key) ?? []);
}

/** Clears standing warnings under `prefix` that are not in `keep`; returns them as they are now, by key. */
export async function clearWarnings(engine: Engine, project: string, prefix: string, keep: readonly string[], now: number): Promise<WarningRow[]> {
  const { rows } = await sql<Row>`
    update warnings set cleared_at = ${ms(now)}
    where project = ${project} and cleared_at is null and substr(key, 1, ${[...clean(prefix)].length}) = ${prefix}
      and key not in (select value from ${textsFrom(engine.kind, 'k', keep)})
    returning *`.execute(engine.db);
  return readable(engine, rows).sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Standing warnings, the longest standing first. */
export async function standingWarnings(engine: Engine, project?: string): Promise<WarningRow[]> {
  let query = engine.db.selectFrom('warnings').selectAll().where('cleared_at', 'is', null).orderBy('since').orderBy('key');
  if (project !== undefined) query = query.where('project', '=', project);
  return readable(engine, await query.execute());
}

export async function markWarningTold(engine: Engine, key: string, now: number): Promise<void> {
  await engine.db.updateTable('warnings').set({ told_at: ms(now) }).where('key', '=', key).execute();
}
