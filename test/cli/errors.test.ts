import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore, storeFile } from '../../src/store/open.ts';
import { folder } from '../store/here.ts';
import { audit, NOW, planned } from '../store/samples.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const here = folder();
afterAll(() => here.remove());

/** Runs the command line in a folder of its own, with nothing of this process's environment. */
function archsignal(env: Readonly<Record<string, string>>, ...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'src/cli.ts'), ...args], { env: { PATH: process.env['PATH'] ?? '', ...env }, cwd: here.path, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

/** One sentence or more on one line, without a stack. */
const sentence = (start: RegExp): unknown => expect.stringMatching(new RegExp(`^${start.source}[^\\n]*\\n$`));

describe('the command line', () => {
  it('says which version it is', () => {
    expect(archsignal({}, '--version')).toEqual({ code: 0, out: `${(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version}\n`, err: '' });
  });

  it('says where to look where no store is, and where one cannot be seen', () => {
    writeFileSync(join(here.path, 'file'), '');
    symlinkSync(join(here.path, 'circle'), join(here.path, 'circle'));
    for (const place of ['nowhere', 'file']) expect(archsignal({ DATA_DIR: place }, 'outbox')).toEqual({ code: 1, out: '', err: sentence(new RegExp(`There is no store in ${place} yet: set DATA_DIR, or DATABASE_URL, as the server has it`)) });
    expect(archsignal({ DATA_DIR: 'circle' }, 'db', 'backup', 'b.db')).toEqual({ code: 1, out: '', err: sentence(/This user cannot look into circle \(ELOOP.*run this as root/) });
  });

  it('says of a list that it was cut, calls none empty that only its state is, and lets no line end in a text from outside look like a row', async () => {
    const dataDir = join(here.path, 'long');
    const store = await openStore({ dataDir, mode: 'server' });
    await store.commit({ at: NOW, actions: ['a', 'b', 'c'].map((key) => planned(key, { summary: `file ${key}\nFORGED  1\t2\u2028x` })), audit: ['x', 'y', 'z'].map((id) => ({ ...audit(`incident:${id}`), at: Date.now() })) });
    await store.close();
    const env = { DATA_DIR: dataDir };
    const lines = (...args: readonly string[]): string[] => archsignal(env, ...args).out.trimEnd().split('\n');
    expect(lines('outbox')).toEqual([expect.stringMatching(/^STATE /), ...['c', 'b', 'a'].map((key) => expect.stringMatching(new RegExp(` file ${key} FORGED  1 2 x$`)) as unknown)]);
    expect(lines('outbox', '--limit', '2').slice(-1)).toEqual(['There are more than these 2: --limit shows them.']);
    expect(JSON.parse(archsignal(env, 'outbox', '--limit', '2', '--json').out)).toHaveLength(2);
    expect([lines('outbox', '--limit', '3').length, lines('outbox', '--state', 'dead')]).toEqual([4, ['No row is dead.']]);
    expect([lines('audit', '--limit', '2').slice(-1), lines('audit', '--limit', '3').length]).toEqual([['There are more than these 2: --limit shows them.'], 4]);
    expect(JSON.parse(archsignal(env, 'audit', '--limit', '2', '--json').out)).toHaveLength(2);
  });

  it('says that the store is busy where another process holds it, and reads it all the same', async () => {
    const dataDir = join(here.path, 'held');
    await (await openStore({ dataDir, mode: 'server' })).close();
    const db = new DatabaseSync(storeFile(dataDir));
    db.exec('begin exclusive');
    expect(archsignal({ DATA_DIR: dataDir }, 'outbox')).toMatchObject({ code: 0, out: 'Nothing waits and nothing was given up.\n' });
    expect(archsignal({ DATA_DIR: dataDir }, 'db', 'restored')).toEqual({ code: 1, out: '', err: sentence(/The store is busy: another process has held it .* \(database is locked\)/) });
    db.close();
  });

  it('ends in silence where nobody reads on', () => {
    const { stdout, stderr } = spawnSync('sh', ['-c', '"$0" "$1" schema | head -c 1', process.execPath, join(ROOT, 'src/cli.ts')], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['{', '']);
  });

  it('says so where what it prints cannot be kept, as on a full disk', { skip: !existsSync('/dev/full') }, () => {
    const { status, stderr } = spawnSync('sh', ['-c', '"$0" "$1" schema > /dev/full', process.execPath, join(ROOT, 'src/cli.ts')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, sentence(/The output cannot be written: ENOSPC/)]);
  });

  it('judges as of a time that every machine reads alike', () => {
    writeFileSync(join(here.path, 'demo.yml'), 'version: 1\nproject: demo\nrepo: octo/demo\nsources:\n  prow: { kind: prow, url: "http://127.0.0.1:9" }\nplatforms:\n  linux/s390x: { step: 0, build: on, jobs: [{ name: unit, source: prow }] }\n');
    const poll = (now: string) => archsignal({ TZ: 'America/New_York' }, 'poll', '--config', 'demo.yml', '--json', '--now', now);
    expect(poll('2026-11-20T10:00:00').out).toContain('"now": "2026-11-20T10:00:00.000Z"');
    for (const none of ['1', '2026-02-30', '20 Nov 2026']) expect(poll(none)).toEqual({ code: 1, out: '', err: `--now: expected a time such as 2026-11-20T10:00:00Z, found "${none}".\n` });
  });

  it('names every variable that is wrong, and no stack', () => {
    expect(archsignal({ LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://u:secret-word@h/d' }, 'outbox')).toEqual({
      code: 1, out: '', err: 'DATABASE_URL: expected postgres://user@host:port/database\nLOG_LEVEL: expected one of fatal, error, warn, info, debug, trace, silent\n',
    });
  });
});
