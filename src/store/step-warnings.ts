import type { StepWarning } from '../domain/step-warning.ts';
import { readable, writeRevision } from './documents.ts';
import type { DocumentRow } from './documents.ts';
import type { Engine, Handle } from './engine.ts';
import { stepWarning as schema } from './schemas/step-warning.ts';
import { ms, repoKey } from './values.ts';

const ROW = ['step_warnings.id', 'step_warnings.document'] as const;
const read = (engine: Engine, rows: readonly DocumentRow[]): StepWarning[] => readable(engine, 'step_warnings', schema, rows);

/** Those that are not over, oldest first. */
export async function stepWarnings(engine: Engine, project: string): Promise<StepWarning[]> {
  return read(engine, await engine.db.selectFrom('step_warnings').select(ROW).where('project', '=', project).where('state', '<>', 'over')
    .orderBy('raised_at').orderBy('id').execute());
}

export async function stepWarningById(engine: Engine, id: string): Promise<StepWarning | null> {
  return read(engine, await engine.db.selectFrom('step_warnings').select(ROW).where('id', '=', id).execute())[0] ?? null;
}

/** The warning that the issue belongs to now, else the newest of those that it once belonged to. */
export async function stepWarningByIssue(engine: Engine, repo: string, number: number): Promise<StepWarning | null> {
  const found = read(engine, await engine.db.selectFrom('step_warning_issues').innerJoin('step_warnings', 'step_warnings.id', 'step_warning_issues.warning')
    .select(ROW).where('repo', '=', repoKey(repo)).where('number', '=', number).orderBy('raised_at', 'desc').orderBy('id', 'desc').execute());
  return found.find((w) => w.issue?.number === number && repoKey(w.issue.repo) === repoKey(repo)) ?? found[0] ?? null;
}

/** Writes one warning if it still has the expected revision (null: if its id is free). False: give the transaction up. */
export async function writeStepWarning(trx: Handle, expected: number | null, warning: StepWarning): Promise<boolean> {
  const { id, project, state, revision, raisedAt, over, issue } = warning;
  const columns = { project, state, revision, raised_at: ms(raisedAt), over_at: over === null ? null : ms(over.at), document: JSON.stringify(warning) };
  const written = await writeRevision(`step warning ${id}`, expected, revision, {
    insert: () => trx.insertInto('step_warnings').values({ id, ...columns }).onConflict((oc) => oc.doNothing()).executeTakeFirst(),
    update: (from) => trx.updateTable('step_warnings').set(columns).where('id', '=', id).where('revision', '=', from).executeTakeFirst(),
  });
  if (written && issue !== null) {
    await trx.insertInto('step_warning_issues').values({ repo: repoKey(issue.repo), number: issue.number, warning: id }).onConflict((oc) => oc.doNothing()).execute();
  }
  return written;
}
