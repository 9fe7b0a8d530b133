import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { postgresIsHere, type Database } from '../postgres.ts';
import { Council } from './council.ts';
import { newDatabase } from './database.ts';
import { World, type WorldSpec } from './world.ts';

vi.setConfig({ testTimeout: 400_000, maxConcurrency: 4 });

const E2E = 'linux/s390x e2e';
const UNIT = 'linux/s390x unit';

async function inWorld(story: (world: World) => Promise<void>, spec: WorldSpec = {}): Promise<void> {
  const world = await World.begin(spec);
  try {
    await story(world);
  } finally {
    await world.end();
  }
}

/** Puts a backup back as docs/operating.md says. */
function restore(world: World, backup: string): void {
  const data = join(world.dir, 'data');
  for (const end of ['-wal', '-shm']) rmSync(join(data, `archsignal.db${end}`), { force: true });
  copyFileSync(backup, join(data, 'archsignal.db'));
}

async function backUp(world: World, name: string): Promise<string> {
  const file = join(world.dir, name);
  const done = await world.archsignal('db', 'backup', file);
  expect(done.code, done.err).toBe(0);
  return file;
}

const told = (world: World): Promise<void> => world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('|#1>') && world.slack.thread(m).length > 0), 'the breakage is told');

/**
 * What people see, but for whether its owners' name is a mention: a store that finds an issue again may ask by a later
 * minute than the one that filed it, and what is written anew calls nobody.
 */
const seen = (world: World): string => world.picture().replaceAll(/@demo\/s390x-owners|`demo\/s390x-owners`/g, 'demo/s390x-owners');

/** What people see of one breakage that was told once. */
function isToldOnce(world: World): void {
  expect(world.github.issues('demo/demo').map((i) => [i.number, i.state])).toEqual([[1, 'open']]);
  expect(world.slack.messages('#signal').map((m) => world.slack.thread(m).length)).toEqual([1]);
  expect(world.github.mentions().map((m) => m.handle)).toEqual(['@demo/s390x-owners']);
}

describe('a backup', () => {
  it.concurrent('of a server at work gives back the same world, in which nothing is done again', () => inWorld(async (world) => {
    await world.start();
    world.runs(E2E, 'FFF');
    await told(world);
    // While it writes, and again when all is said.
    world.runs(UNIT, 'FFF');
    await backUp(world, 'meanwhile.db');
    await world.until(() => world.github.issues('demo/demo')[0]?.comments.length === 1, 'the second job joined');
    await world.quiet();
    const backup = await backUp(world, 'backup.db');
    await world.program.kill();
    const [picture, writes] = [world.picture(), world.writes()];
    restore(world, backup);
    await world.start();
    await world.quiet();
    expect(world.picture()).toBe(picture);
    expect(world.writes()).toEqual(writes);
    world.runs(E2E, 'PP').runs(UNIT, 'PP');
    await world.until(() => world.github.issues('demo/demo')[0]?.state === 'closed', 'it goes on');
  }));

  it.concurrent('from before a breakage finds what was filed and told since, and asks nobody twice', () => inWorld(async (world) => {
    await world.start();
    const backup = await backUp(world, 'backup.db');
    world.runs(E2E, 'FFF');
    await told(world);
    await world.quiet();
    await world.program.kill();
    const picture = seen(world);
    restore(world, backup);
    const again = await world.start();
    await world.quiet();
    expect(seen(world)).toBe(picture);
    isToldOnce(world);
    expect(again.log).toContain('this store is a copy');
    world.runs(E2E, 'PP');
    await world.until(() => world.slack.messages('#signal')[0]?.text.includes(':large_green_circle:') === true && world.github.issues('demo/demo')[0]?.state === 'closed', 'it goes on');
    expect(world.slack.messages('#signal')).toHaveLength(1);
  }));

  it.concurrent('whose words were counted otherwise says none of them again: that it broke, who joined, that it is over', () => inWorld(async (world) => {
    await world.start();
    world.runs(E2E, 'FFF');
    await told(world);
    await world.quiet();
    const backup = await backUp(world, 'backup.db');
    const [issue] = world.github.issues('demo/demo');
    if (!issue) throw new Error('no issue');
    await world.github.person('s390x-owners-member').comment(issue, '/arch ack');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('has it')), 'somebody has it');
    world.runs(UNIT, 'FFF');
    await world.until(() => issue.comments.some((c) => c.body.includes('failing too')), 'the second job joined');
    world.runs(E2E, 'PP').runs(UNIT, 'PP');
    await world.until(() => issue.state === 'closed' && world.slack.messages('#signal')[0]?.text.includes(':large_green_circle:') === true, 'all is over');
    await world.quiet();
    await world.program.kill();
    const words = (): unknown => [issue.state, issue.comments.map((c) => c.body), world.slack.messages('#signal').map((m) => world.slack.thread(m).map((r) => r.text)), world.github.mentions().length];
    const before = words();
    restore(world, backup);
    await world.start();
    await world.quiet(3);
    expect(words()).toEqual(before);
    // What breaks after that is news, though its word may have the number of one that was said.
    world.runs(E2E, 'FFF');
    await world.until(() => issue.state === 'open', 'the same issue goes on');
    world.runs(E2E, 'PP');
    await world.until(() => issue.state === 'closed', 'it is over again');
    await world.quiet();
    expect(issue.comments.filter((c) => / again\*\* after /.test(c.body))).toHaveLength(2);
    expect(world.slack.messages('#signal').flatMap((m) => world.slack.thread(m)).filter((r) => r.text.includes('Broken again'))).toHaveLength(1);
  }));

  it.concurrent('from before a decision says so where it was made, accuses no bot, and takes the decision when it is said again', async () => {
    const council = await Council.open(['s390x']);
    const { world } = council;
    try {
      const { issue } = await council.propose('s390x');
      await world.quiet();
      const backup = await backUp(world, 'backup.db');
      const reject = (): Promise<unknown> => council.github.person('ivan-lead').comment(issue, '/arch reject no need');
      await reject();
      await world.until(() => issue.state === 'closed', 'it is decided');
      await world.quiet();
      await world.program.kill();
      restore(world, backup);
      await world.start();
      await world.until(() => issue.state === 'open', 'it is open again');
      await world.quiet();
      const words = issue.comments.map((c) => c.body).join('\n');
      expect(words).toContain('Archsignal had closed this issue, which its store, put back from a backup, does not remember, so it is open again. If it was decided meanwhile, whoever decided has to say so once more here');
      expect(words).not.toContain('keep the bot away');
      await reject();
      await world.until(() => issue.state === 'closed', 'it is decided again');
    } finally {
      await world.end();
    }
  });

  it.concurrent('is not needed to find an issue again where MARKER_SECRET is what it was', () => inWorld(async (world) => {
    await world.start();
    world.runs(E2E, 'FFF');
    await told(world);
    await world.quiet();
    await world.program.kill();
    rmSync(join(world.dir, 'data'), { recursive: true });
    mkdirSync(join(world.dir, 'data'));
    expect((await world.archsignal('db', 'migrate')).code).toBe(0);
    expect((await world.archsignal('db', 'restored')).out).toMatch(/^Noted: for a day /);
    await world.start();
    await world.quiet();
    isToldOnce(world);
  }));

  it.concurrent('holds the key of the markers: with neither, the issue is filed once more, and the old one is left to people', () => inWorld(async (world) => {
    await world.start({ MARKER_SECRET: '' });
    world.runs(E2E, 'FFF');
    await told(world);
    await world.program.kill();
    rmSync(join(world.dir, 'data'), { recursive: true });
    await world.start({ MARKER_SECRET: '' });
    await world.until(() => world.github.issues('demo/demo').length === 2, 'it is filed once more');
    await world.quiet();
    expect(world.github.issues('demo/demo').map((i) => i.state)).toEqual(['open', 'open']);
  }));
});

/** Runs one of PostgreSQL's own tools. */
async function tool(name: string, ...args: readonly string[]): Promise<void> {
  const [code] = await once(spawn(name, args, { stdio: 'inherit' }), 'exit') as [number];
  expect(code, name).toBe(0);
}

describe.skipIf(!await postgresIsHere('moving to PostgreSQL, its backup and restore'))('PostgreSQL', () => {
  const onDatabase = (story: (world: World, database: Database) => Promise<void>): Promise<void> => inWorld(async (world) => {
    const database = await newDatabase();
    try {
      await story(world, database);
    } finally {
      await Promise.all(world.programs.filter((p) => p.running).map((p) => p.kill()));
      await database.drop();
    }
  });

  it.concurrent('takes over a store with all that is open in it, once, and the server goes on there', () => onDatabase(async (world, database) => {
    await world.start();
    world.runs(E2E, 'FFF');
    await told(world);
    await world.quiet();
    await world.program.stop();
    const [picture, writes] = [world.picture(), world.writes()];
    const copy = (): ReturnType<World['archsignal']> => world.archsignal('db', 'copy', '--from', join(world.dir, 'data', 'archsignal.db'));
    expect((await copy()).err).toContain('DATABASE_URL: set it to the empty PostgreSQL database');
    world.also({ DATABASE_URL: database.url });
    expect((await copy()).out).toMatch(/^incidents: 1 rows, the same on both sides\.$/m);
    const second = await copy();
    expect([second.code, second.err]).toEqual([1, expect.stringContaining('is not empty')]);
    await world.start();
    await world.quiet();
    expect(world.picture()).toBe(picture);
    expect(world.writes()).toEqual(writes);
    world.runs(E2E, 'PP');
    await world.until(() => world.github.issues('demo/demo')[0]?.state === 'closed', 'it goes on');
    expect((await world.ready())['store']).toEqual({ engine: 'postgres', ok: true });
  }));

  it.concurrent('is restored by its own tools into an empty schema, and what came since is found', () => onDatabase(async (world, database) => {
    world.also({ DATABASE_URL: database.url });
    await world.start();
    const dump = join(world.dir, 'before.dump');
    await tool('pg_dump', '--format=custom', `--file=${dump}`, database.url);
    world.runs(E2E, 'FFF');
    await told(world);
    await world.quiet();
    await world.program.stop();
    const picture = seen(world);
    await tool('psql', '--quiet', '--command=set client_min_messages to warning', '--command=drop schema public cascade', '--command=create schema public', database.url);
    await tool('pg_restore', `--dbname=${database.url}`, dump);
    expect((await world.archsignal('db', 'restored')).code).toBe(0);
    await world.start();
    await world.quiet();
    expect(seen(world)).toBe(picture);
    isToldOnce(world);
  }));
});
