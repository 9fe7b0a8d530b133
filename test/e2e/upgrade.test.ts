import { mkdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { STEP_NAMES } from '../../src/store/migrations/index.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 400_000 });

const DUMP = join(import.meta.dirname, '../fixtures/store-of-version-4.sql');

/** When the old server was killed (epoch ms). */
const THEN = 1_795_271_212_201;

/** Makes the old server's store in the world's folder, as if it had been killed just now. */
function leaveBehind(world: World, ...more: readonly string[]): void {
  const later = Date.now() - THEN;
  const folder = join(world.dir, 'data');
  mkdirSync(folder);
  const db = new DatabaseSync(join(folder, 'archsignal.db'));
  db.exec(readFileSync(DUMP, 'utf8').replaceAll(/\b179\d{10}\b/g, (at) => String(Number(at) + later)));
  for (const statement of more) db.exec(statement);
  db.close();
}

/** A row that was planned by a version whose actions nobody knows here. */
const STRANGE = `insert into outbox (key, project, entity, destination, family, summary, action, state, attempts, not_before, created_at, updated_at)
  values ('strange', 'demo', 'incident:x', 'github:demo/demo', null, 'sing a song', '{"kind":"sing"}', 'pending', 0, 0, 0, 0)`;

it('goes on with what an older version had begun and not written, once, and sets aside what nobody can read', async () => {
  const world = await World.begin();
  try {
    leaveBehind(world, STRANGE);
    world.runs('linux/s390x e2e', 'FFF');
    expect((await world.archsignal('outbox', 'list')).err).toMatch(/has schema version 4, and this Archsignal needs version \d+: start the server of this version once/);
    const program = await world.start();
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('|#1>') && world.slack.thread(m).length > 0), 'the old breakage is told');
    await world.quiet();
    expect(program.log).toContain(JSON.stringify(STEP_NAMES.slice(4)));
    expect(world.github.issues('demo/demo').map((i) => [i.state, i.title.startsWith('[linux/s390x] e2e')])).toEqual([['open', true]]);
    expect(world.slack.messages('#signal')).toHaveLength(1);
    expect(world.github.mentions().map((m) => m.handle)).toEqual(['@demo/s390x-owners']);
    expect(world.github.issues('demo/demo')[0]?.body).toContain('demo-linux-s390x-breakage-mwq9kvgz.1.1:');
    expect(program.log.match(/A row of outbox cannot be read and is set aside: strange/g)).toHaveLength(1);
    world.runs('linux/s390x e2e', 'PP');
    await world.until(() => world.github.issues('demo/demo')[0]?.state === 'closed', 'it is over');
    expect((await world.archsignal('audit', '--about', 'demo/demo#1')).out).toMatch(/archsignal +recovered +linux\/s390x[^]*archsignal +opened +linux\/s390x/);
  } finally {
    await world.end();
  }
});
