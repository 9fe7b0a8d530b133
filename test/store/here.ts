import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Engine } from '../../src/store/engine.ts';
import type { TableName } from '../../src/store/tables.ts';

/** A folder that is gone after `remove`. */
export function folder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'archsignal-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Every table, those that refer to others first. */
const TABLES = Object.keys({
  incident_issues: 0, incidents: 0, proposal_issues: 0, proposals: 0, step_warning_issues: 0, step_warnings: 0, conflict_issues: 0, conflicts: 0, quiets: 0, platform_events: 0, good_days: 0, configurations: 0, identities: 0, link_codes: 0, job_states: 0, runs: 0, rollups: 0,
  jobs: 0, source_health: 0, outbox: 0, inbox: 0, pings: 0, audit: 0, warnings: 0, leases: 0, meta: 0,
} satisfies Record<TableName, 0>);

/** Empties a PostgreSQL store. Deleting little is faster than truncating; a replica's session does not ask the audit's trigger. */
export async function empty(engine: Engine): Promise<void> {
  await engine.db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(trx);
  });
  for (const remembered of [engine.jobIds, engine.incidents, engine.goodDays, engine.reported]) remembered.clear();
}
