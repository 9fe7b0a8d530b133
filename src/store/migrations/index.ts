import { sql } from 'kysely';
import type { Migration } from 'kysely';
import type { EngineKind } from '../engine.ts';
import { results } from './0001-results.ts';
import { incidents } from './0002-incidents.ts';
import { delivery } from './0003-delivery.ts';
import { records } from './0004-records.ts';
import { steering } from './0005-steering.ts';
import { evidence } from './0006-evidence.ts';
import { configurations } from './0007-configurations.ts';
import { lanes } from './0008-lanes.ts';
import { stepWarnings } from './0009-step-warnings.ts';
import { conflicts } from './0010-conflicts.ts';
import { families } from './0011-families.ts';
import { words } from './words.ts';
import type { Words } from './words.ts';

/** In order and for ever: a step that has been released is never changed, a change is a new step. */
const STEPS: Readonly<Record<string, (w: Words) => readonly string[]>> = {
  '0001-results': results,
  '0002-incidents': incidents,
  '0003-delivery': delivery,
  '0004-records': records,
  '0005-steering': steering,
  '0006-evidence': evidence,
  '0007-configurations': configurations,
  '0008-lanes': lanes,
  '0009-step-warnings': stepWarnings,
  '0010-conflicts': conflicts,
  '0011-families': families,
};

/** Names of all steps that this program knows, oldest first; the number in front is the schema's version. */
export const STEP_NAMES: readonly string[] = Object.keys(STEPS);

/** The steps as Kysely's Migrator takes them, one statement at a time. */
export function migrations(kind: EngineKind): Record<string, Migration> {
  const w = words(kind);
  return Object.fromEntries(Object.entries(STEPS).map(([name, statements]) => [name, {
    async up(db) {
      for (const statement of statements(w)) await sql.raw(statement).execute(db);
    },
  } satisfies Migration]));
}
