import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { readiness } from '../../src/runtime/readiness.ts';
import type { Runtime } from '../../src/runtime/context.ts';
import { backupStore } from '../../src/store/admin.ts';
import { readAudit } from '../../src/store/audit.ts';
import { openStore, storeFile } from '../../src/store/open.ts';
import { folder } from './here.ts';

const here = folder();
afterAll(() => here.remove());

const DAMAGED = /^The store in \S+ is damaged \(database disk image is malformed\): nothing more is read from it or written to it\. Stop the server, .* restore the last backup \(docs\/operating\.md, "Backup and restore"\)\.$/;

/** A data folder whose store lost one page to a bad disk: where the table begins. */
async function damaged(table: string): Promise<string> {
  const whole = join(here.path, 'whole');
  const store = await openStore({ dataDir: whole, mode: 'server' });
  await store.setMeta('k', 'v');
  await store.close();
  const db = new DatabaseSync(storeFile(whole), { readOnly: true });
  const size = Number(db.prepare('pragma page_size').get()?.['page_size']);
  const root = Number(db.prepare('select rootpage from sqlite_master where name = ?').get(table)?.['rootpage']);
  db.close();
  const dataDir = join(here.path, table);
  mkdirSync(dataDir);
  writeFileSync(storeFile(dataDir), readFileSync(storeFile(whole)).fill(0x5a, (root - 1) * size, root * size));
  return dataDir;
}

it('says what to do where a page is damaged, to whoever reads beside the server, writes no backup of it, and rolls back', async () => {
  const dataDir = await damaged('audit');
  await expect(readAudit({ dataDir }, { since: 0, platform: null, by: null, about: null, limit: 1 })).rejects.toThrow(DAMAGED);
  await expect(backupStore({ dataDir }, join(here.path, 'copy.db'), 0)).rejects.toThrow(DAMAGED);
  const store = await openStore({ dataDir, mode: 'server' });
  await expect(store.commit({ at: 1, audit: [{ at: 1, project: 'p', entity: 'configuration', what: 'taken up', actor: 'archsignal', evidence: null }] })).rejects.toThrow(DAMAGED);
  await store.close();
});

it('does nothing more in a server once a damaged page was met, and /readyz says so', async () => {
  const store = await openStore({ dataDir: await damaged('warnings'), mode: 'server' });
  let now = 1;
  const rt = { store, now: () => now, projects: new Map(), mode: 'live' } as unknown as Runtime;
  const asked = (): ReturnType<typeof readiness> => readiness(rt, { github: async () => ({ ok: true, reason: null }), slack: null });
  expect((await asked()).reasons).toEqual([]);
  await expect(store.raiseWarnings([{ key: 'w', project: 'p', text: 'Mind this.', urgency: 'now' }], 1)).rejects.toThrow(DAMAGED);
  expect(await store.ping()).toBe(false);
  await expect(store.setMeta('k', 'w')).rejects.toThrow(DAMAGED);
  now += 60_000;
  expect(await asked()).toMatchObject({ ready: false, reasons: [expect.stringMatching(DAMAGED)], store: { ok: false } });
  await store.close();
});

it('does nothing more where its file was deleted or replaced, which would be lost with the process, and goes on once it is back', async () => {
  const dataDir = join(here.path, 'astray');
  const store = await openStore({ dataDir, mode: 'server' });
  const rt = { store, now: () => 1, projects: new Map(), mode: 'live' } as unknown as Runtime;
  const ready = (): ReturnType<typeof readiness> => readiness(rt, { github: async () => ({ ok: true, reason: null }), slack: null });
  await store.setMeta('k', 'v');
  const ASTRAY = /was deleted, moved or replaced while it was open: .*Put that file back, and the server goes on; .*restore the last backup/;
  renameSync(storeFile(dataDir), join(dataDir, 'aside'));
  await expect(store.setMeta('k', 'lost')).rejects.toThrow(ASTRAY);
  await expect(store.commit({ at: 1, audit: [] })).rejects.toThrow(ASTRAY);
  expect(await ready()).toMatchObject({ ready: false, reasons: [expect.stringMatching(ASTRAY)], store: { ok: false } });
  writeFileSync(storeFile(dataDir), readFileSync(join(dataDir, 'aside')));
  await expect(store.meta('k')).rejects.toThrow(ASTRAY);
  renameSync(join(dataDir, 'aside'), storeFile(dataDir));
  expect(await store.meta('k')).toBe('v');
  expect(await store.ping()).toBe(true);
  await store.close();
});

it('says of a file that is no database that it is none, and of a folder without a store where to look', async () => {
  const dataDir = join(here.path, 'text');
  mkdirSync(dataDir);
  writeFileSync(storeFile(dataDir), 'Not a database at all.\n'.repeat(100));
  await expect(openStore({ dataDir, mode: 'server' })).rejects.toThrow(/is no database, or its beginning is damaged \(file is not a database\)/);
  const foreign = join(here.path, 'foreign');
  mkdirSync(foreign);
  new DatabaseSync(storeFile(foreign)).exec('create table t (a)');
  await expect(backupStore({ dataDir: foreign }, join(here.path, 'foreign.db'), 0)).rejects.toThrow(/There is no store in \S+ yet: set DATA_DIR, or DATABASE_URL/);
});
