import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { databaseOf, postgresIsHere } from '../postgres.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
const ROLE = `archsignal_restore_${process.pid}`;

/** The lines of the shell that the page has for PostgreSQL, with a folder of this test's own in the place of /backup. */
const recipe = (folder: string): string => {
  const block = [...page.matchAll(/```sh\n([^]*?)```/g)].map((m) => m[1] ?? '').find((b) => b.includes('pg_restore --dbname'));
  return (block ?? '').replaceAll('/backup', folder);
};

/** What the page has a superuser say when the database is made, and where it was not said then. */
const handover = /`(alter schema public owner to )archsignal`/.exec(page)?.[1] ?? '';

it.runIf(await postgresIsHere('the recipe for restoring PostgreSQL'))('restores a PostgreSQL by the lines of docs/operating.md, and stops at the first that fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'archsignal-restore-'));
  const database = databaseOf('restore');
  await database.create();
  const asSuperuser = (statement: string): void => { execFileSync('psql', ['--quiet', `--command=${statement}`, database.url], { stdio: 'pipe' }); };
  const url = database.url.replace('postgres@', `${ROLE}@`);
  const run = (script: string): { readonly status: number | null; readonly said: string } => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: `${join(ROOT, 'bin')}:${process.env['PATH'] ?? ''}`, DATABASE_URL: url } });
    return { status, said: stdout + stderr };
  };
  try {
    asSuperuser(`create role ${ROLE} login`);
    asSuperuser(`alter database ${new URL(url).pathname.slice(1)} owner to ${ROLE}`);
    // As PostgreSQL 13 and 14 make a database: its owner may write to the schema, and not drop it.
    asSuperuser('alter schema public owner to postgres');
    asSuperuser('grant all on schema public to public');
    expect(run('archsignal db migrate').status).toBe(0);
    const before = run(recipe(folder));
    expect(before.status).not.toBe(0);
    expect(before.said).toContain('must be owner of schema public');
    expect(before.said).not.toMatch(/pg_restore|Noted/);
    asSuperuser(`${handover}${ROLE}`);
    const after = run(recipe(folder));
    expect(after.status, after.said).toBe(0);
    expect(after.said).toContain('Noted: for a day');
    expect(run('archsignal db migrate').said).toContain('already at version');
  } finally {
    await database.drop();
    execFileSync('psql', ['--quiet', `--command=drop role if exists ${ROLE}`, 'postgres://postgres@127.0.0.1:5432/postgres'], { stdio: 'pipe' });
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
