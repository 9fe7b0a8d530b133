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

const handles = (world: World): string[] => world.github.mentions().map((m) => m.handle);
const SOON = 'escalation: { remind_after: 4s, escalate_after: 8s, to: ["@demo/leads"] }';

describe('who is asked', () => {
  it.concurrent('is asked at the opening, reminded once, and escalated past once', () => inWorld({ extra: SOON }, async (world) => {
    await world.start();
    world.runs('linux/s390x e2e', 'FFF');
    await world.until(() => handles(world).length === 3, 'the escalation is told');
    await world.quiet(5);
    expect(handles(world)).toEqual(['@demo/s390x-owners', '@demo/s390x-owners', '@demo/leads']);
    expect(world.github.issues('demo/demo')[0]?.comments).toHaveLength(2);
    expect(world.slack.pings()).toEqual([]);
  }));

  it.concurrent('is reminded and escalated past once by a server that is killed while it tells so', () => inWorld({ extra: SOON }, async (world) => {
    const kills = [['arrived', 1], ['done', 1], ['done', 2], ['arrived', 2]] as const;
    const left = new Set<string>(kills.map(([moment, n]) => `${moment} ${n}`));
    onWrites(world, async (moment, write) => {
      const n = (world.github.issues('demo/demo')[0]?.comments.length ?? 0) + (moment === 'arrived' ? 1 : 0);
      if (!write.name.includes('/comments') || !left.delete(`${moment} ${n}`)) return;
      await world.program.kill();
      if (moment === 'arrived') write.fail({ kind: 'cut-before' });
    });
    await world.keepRunning();
    world.runs('linux/s390x e2e', 'FFF');
    await world.until(() => left.size === 0, 'it was killed four times');
    await world.quiet(5);
    expect(handles(world)).toEqual(['@demo/s390x-owners', '@demo/s390x-owners', '@demo/leads']);
    expect(world.github.issues('demo/demo')[0]?.comments).toHaveLength(2);
  }));

  it.concurrent('is told only the last of the deadlines that passed while the program was down', () => inWorld({ extra: SOON }, async (world) => {
    const program = await world.start();
    world.runs('linux/s390x e2e', 'FFF');
    await world.until(() => handles(world).length === 1 && world.slack.messages('#signal').length === 1, 'the issue is filed');
    await program.stop();
    const opened = world.github.issues('demo/demo')[0]?.createdAt ?? 0;
    await world.until(() => Date.now() > opened + 9_000, 'both deadlines have passed');
    await world.start();
    await world.until(() => handles(world).length >= 2, 'it is told');
    await world.quiet(4);
    expect(handles(world)).toEqual(['@demo/s390x-owners', '@demo/leads']);
  }));

  it.concurrent('is left alone once somebody has it, and asked again when that is taken back', () => inWorld({ extra: SOON }, async (world) => {
    await world.start();
    world.runs('linux/s390x e2e', 'FFF');
    await world.until(() => world.github.issues('demo/demo').length === 1, 'the issue is filed');
    const [issue] = world.github.issues('demo/demo');
    if (!issue) throw new Error('unreachable');
    const olga = world.github.person('olga');
    await world.until(() => world.slack.messages('#signal').length === 1, 'Slack is told');
    await olga.assignSelf(issue);
    await world.until(() => world.slack.messages('#signal')[0]?.text.includes(':eyes:') === true, 'olga has it');
    const before = handles(world);
    const had = Date.now();
    await world.until(() => Date.now() > had + 9_000, 'the deadlines would have passed');
    expect(handles(world)).toEqual(before);
    await olga.unassign(issue, 'olga');
    await world.until(() => handles(world).length === before.length + 2, 'the deadlines run again');
    await world.quiet(3);
    expect(handles(world).slice(before.length)).toEqual(['@demo/s390x-owners', '@demo/leads']);
  }));

  it.concurrent('is somebody, where owners are unknown to GitHub or nobody owns the platform', () => inWorld({
    platforms: {
      'linux/amd64': { owners: ['@demo/amd64-owners'], suites: ['e2e'] },
      'linux/arm64': { owners: [], suites: ['e2e'] },
      'linux/s390x': { owners: ['@demo/renamed-away'], suites: ['e2e'] },
    },
  }, async (world) => {
    world.github.state.teams.delete('demo/renamed-away');
    await world.start();
    await world.until(async () => (await world.ready()).warnings.some((w) => w.includes('demo/renamed-away')), 'operators are told');
    world.runs('linux/arm64 e2e', 'FFF').runs('linux/s390x e2e', 'FFF');
    await world.until(() => world.github.issues('demo/demo').length === 2, 'the issues are filed');
    await world.quiet();
    expect(handles(world).sort()).toEqual(['@demo/renamed-away', '@demo/signal', '@demo/signal']);
    expect(world.slack.messages('#signal').filter((m) => m.text.includes(':warning:') && m.text.includes('renamed-away'))).toHaveLength(1);
    expect(world.slack.messages('#signal').some((m) => m.text.includes('no owners declared'))).toBe(true);
  }));
});
