import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { onWrites } from './story.ts';
import { World, type WorldSpec } from './world.ts';

vi.setConfig({ testTimeout: 300_000, maxConcurrency: 8 });

async function inWorld(spec: WorldSpec, story: (world: World) => Promise<void>): Promise<void> {
  const world = await World.begin(spec);
  try {
    await story(world);
  } finally {
    await world.end();
  }
}

const E2E = 'linux/s390x e2e';
const states = (world: World): string[] => world.github.issues('demo/demo').map((i) => `#${i.number} ${i.state}`);

describe('an issue that nobody remembers', () => {
  it.concurrent('is found by its marker after the store was lost, and a copy that a person pasted is not taken for it', () => inWorld({}, async (world) => {
    const program = await world.start();
    world.runs(E2E, 'FFF');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('#1')), 'the issue is filed');
    await world.quiet();
    await program.stop();
    const [ours] = world.github.issues('demo/demo');
    await world.github.person('mallory').open('demo/demo', { title: ours?.title ?? '', body: ours?.body ?? '', labels: ours?.labels.map((l) => l.name) ?? [] });
    rmSync(join(world.dir, 'data'), { recursive: true });
    await world.start();
    await world.quiet(3);
    expect(states(world)).toEqual(['#1 open', '#2 open']);
    world.runs(E2E, 'PP');
    await world.until(() => ours?.state === 'closed', 'ours is closed');
    await world.quiet();
    expect(states(world)).toEqual(['#1 closed', '#2 open']);
    expect(world.github.issues('demo/demo')[1]?.comments).toEqual([]);
  }));

  it.concurrent('and was filed twice, because GitHub\'s lists lagged behind, is kept in its older copy; the newer is closed with a link', () => inWorld({}, async (world) => {
    world.github.lagLists(true);
    let filed = 0;
    onWrites(world, async (moment, write) => {
      if (moment !== 'done' || !write.name.startsWith('POST /issues: ')) return;
      filed++;
      if (filed === 2) world.github.lagLists(false);
      if (filed <= 2) await world.program.kill();
    });
    await world.keepRunning();
    world.runs(E2E, 'FFF');
    await world.until(() => states(world).join() === '#1 open,#2 closed', 'the newer copy is closed');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('|#1>')), 'Slack names the older one');
    await world.quiet(3);
    expect(filed).toBe(2);
    expect(world.github.issues('demo/demo').map((i) => i.comments.map((c) => c.body.includes('#1')))).toEqual([[], [true]]);
    world.runs(E2E, 'PP');
    await world.until(() => states(world).join() === '#1 closed,#2 closed', 'it is over');
  }));
});
