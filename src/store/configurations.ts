import type { RepositoryConfiguration } from '../domain/configuration.ts';
import { readable, writeRevision } from './documents.ts';
import type { Engine, Handle } from './engine.ts';
import { configuration as schema } from './schemas/configuration.ts';

/** What is known of every repository's configuration file, by the repository's number. */
export async function configurations(engine: Engine): Promise<RepositoryConfiguration[]> {
  const rows = await engine.db.selectFrom('configurations').select(['repository', 'document']).orderBy('repository').execute();
  return readable(engine, 'configurations', schema, rows.map((row) => ({ id: String(row.repository), document: row.document })));
}

/** Another text after every change of any of them. */
export async function configurationsVersion(engine: Engine): Promise<string> {
  const row = await engine.db.selectFrom('configurations')
    .select((eb) => [eb.fn.countAll().as('rows'), eb.fn.sum('revision').as('revisions')]).executeTakeFirstOrThrow();
  return `${Number(row.rows)}.${Number(row.revisions ?? 0)}`;
}

/** Writes one if it still has the expected revision (null: if there is none yet). False: give the transaction up. */
export async function writeConfiguration(trx: Handle, expected: number | null, configuration: RepositoryConfiguration): Promise<boolean> {
  const { repository, revision } = configuration;
  const columns = { revision, document: JSON.stringify(configuration) };
  return writeRevision(`configuration of repository ${repository}`, expected, revision, {
    insert: () => trx.insertInto('configurations').values({ repository, ...columns }).onConflict((oc) => oc.doNothing()).executeTakeFirst(),
    update: (from) => trx.updateTable('configurations').set(columns).where('repository', '=', repository).where('revision', '=', from).executeTakeFirst(),
  });
}
