import { isOpenConflict, nextConflictDeadline, type Conflict } from '../domain/conflict.ts';
import { readable, writeRevision } from './documents.ts';
import type { DocumentRow } from './documents.ts';
import type { Engine, Handle } from './engine.ts';
import { conflict as schema } from './schemas/conflict.ts';
import { ms, repoKey, rowLimit } from './values.ts';

const ROW = ['conflicts.id', 'conflicts.document'] as const;
const read = (engine: Engine, rows: readonly DocumentRow[]): Conflict[] => readable(engine, 'conflicts', schema, rows);

/** Those that are not over, and those that came to be over at or after `overSince`; oldest first. */
export async function conflicts(engine: Engine, project: string, overSince: number): Promise<Conflict[]> {
  return read(engine, await engine.db.selectFrom('conflicts').select(ROW).where('project', '=', project)
    .where((eb) => eb.or([eb('over_at', 'is', null), eb('over_at', '>=', ms(overSince))]))
    .orderBy('detected_at').orderBy('id').execute());
}

export async function conflictById(engine: Engine, id: string): Promise<Conflict | null> {
  return read(engine, await engine.db.selectFrom('conflicts').select(ROW).where('id', '=', id).execute())[0] ?? null;
}

/** The conflict that the reactivation issue belongs to now, else the newest of those that it once belonged to. */
export async function conflictByIssue(engine: Engine, repo: string, number: number): Promise<Conflict | null> {
  const found = read(engine, await engine.db.selectFrom('conflict_issues').innerJoin('conflicts', 'conflicts.id', 'conflict_issues.conflict')
    .select(ROW).where('repo', '=', repoKey(repo)).where('number', '=', number).orderBy('detected_at', 'desc').orderBy('id', 'desc').execute());
  return found.find(({ reactivation: r }) => r?.number === number && repoKey(r.repo) === repoKey(repo)) ?? found[0] ?? null;
}

export async function dueConflicts(engine: Engine, now: number, limit: number): Promise<{ id: string; project: string }[]> {
  const rows = await engine.db.selectFrom('conflicts').select(ROW).where('next_deadline', '<=', ms(now))
    .orderBy('next_deadline').orderBy('id').limit(rowLimit(limit)).execute();
  return read(engine, rows).map(({ id, project }) => ({ id, project }));
}

const columnsOf = (conflict: Conflict) => {
  const { project, platform, stage, revision, times, facts } = conflict;
  const deadline = nextConflictDeadline(conflict);
  return {
    project, platform, stage, revision, next_deadline: deadline === null ? null : ms(deadline), detected_at: ms(times.detected),
    over_at: isOpenConflict(conflict) ? null : ms(facts.at(-1)?.at ?? times.detected), document: JSON.stringify(conflict),
  };
};

/** Writes one conflict if it still has the expected revision (null: if its id is free). False: give the transaction up. */
export async function writeConflict(trx: Handle, expected: number | null, conflict: Conflict): Promise<boolean> {
  const { id, revision, reactivation } = conflict;
  const columns = columnsOf(conflict);
  const written = await writeRevision(`conflict ${id}`, expected, revision, {
    insert: () => trx.insertInto('conflicts').values({ id, ...columns }).onConflict((oc) => oc.doNothing()).executeTakeFirst(),
    update: (from) => trx.updateTable('conflicts').set(columns).where('id', '=', id).where('revision', '=', from).executeTakeFirst(),
  });
  if (written && reactivation !== null) {
    await trx.insertInto('conflict_issues').values({ repo: repoKey(reactivation.repo), number: reactivation.number, conflict: id }).onConflict((oc) => oc.doNothing()).execute();
  }
  return written;
}
