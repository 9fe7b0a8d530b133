import { quietUntil } from '../domain/quiet.ts';
import type { Quiet } from '../domain/quiet.ts';
import { readable, writeRevision } from './documents.ts';
import type { Engine, Handle } from './engine.ts';
import { quiet as schema } from './schemas/quiet.ts';
import { ms } from './values.ts';

/** Mutes and downtimes that are over later than `overAfter`, oldest first. */
export async function quiets(engine: Engine, project: string, overAfter: number): Promise<Quiet[]> {
  return readable(engine, 'quiets', schema, await engine.db.selectFrom('quiets').select(['id', 'document'])
    .where('project', '=', project).where('over_at', '>', ms(overAfter)).orderBy('said_at').orderBy('id').execute());
}

/** Writes one mute or downtime if it still has the expected revision (null: if its id is free). False: give the transaction up. */
export async function writeQuiet(trx: Handle, expected: number | null, quiet: Quiet): Promise<boolean> {
  const { id, project, kind, revision, at } = quiet;
  const columns = { project, kind, revision, said_at: ms(at), over_at: ms(quietUntil(quiet)), document: JSON.stringify(quiet) };
  return writeRevision(`${kind} ${id}`, expected, revision, {
    insert: () => trx.insertInto('quiets').values({ id, ...columns }).onConflict((oc) => oc.doNothing()).executeTakeFirst(),
    update: (from) => trx.updateTable('quiets').set(columns).where('id', '=', id).where('revision', '=', from).executeTakeFirst(),
  });
}
