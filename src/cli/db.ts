import { backupStore, copyStore, markRestored, migrateStore } from '../store/admin.ts';
import { Refusal, type Io } from './io.ts';

const place = (io: Io) => {
  const env = io.env();
  return { databaseUrl: env.DATABASE_URL, dataDir: env.DATA_DIR };
};

export async function migrate(io: Io): Promise<void> {
  const done = await migrateStore(place(io), io.log);
  io.out(done.steps.length > 0 ? `${done.engine}: now at version ${done.version} (${done.steps.join(', ')}).` : `${done.engine}: already at version ${done.version}.`);
}

export async function backup(io: Io, file: string): Promise<void> {
  const done = await backupStore(place(io), file, io.now());
  io.out(`${done.file}: ${done.bytes.toLocaleString('en-US')} bytes.`);
}

/** After a restore by PostgreSQL's own tools: the server is to look before it writes. */
export async function restored(io: Io): Promise<void> {
  await markRestored(place(io), io.now(), io.log);
  io.out('Noted: for a day after its next start, the server looks for what it may have written already before it writes.');
}

export async function copy(io: Io, from: string): Promise<void> {
  const { databaseUrl } = place(io);
  if (!databaseUrl) throw new Refusal('DATABASE_URL: set it to the empty PostgreSQL database that the store is to be copied into.');
  const done = await copyStore({ sqliteFile: from, databaseUrl });
  for (const [table, rows] of Object.entries(done.tables)) io.out(`${table}: ${rows.toLocaleString('en-US')} rows, the same on both sides.`);
}
