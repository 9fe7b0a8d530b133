import { describe, expect, it, vi } from 'vitest';
import { World, type PlatformSpec, type WorldSpec } from './world.ts';

vi.setConfig({ testTimeout: 300_000, maxConcurrency: 4 });

const PORTS = ['linux', 'windows', 'darwin', 'freebsd', 'netbsd', 'openbsd', 'solaris', 'aix'].flatMap((os) => ['arm64', 'ppc64le', 's390x', 'riscv64', 'loong64', 'mips64le', '386'].map((arch) => `${os}/${arch}`)).slice(0, 50);
const platforms: Record<string, PlatformSpec> = Object.fromEntries(['linux/amd64', ...PORTS].map((p) => [p, { owners: [`@demo/${p.replace('/', '-')}`], suites: ['e2e'] }]));

async function inWorld(spec: WorldSpec, story: (world: World) => Promise<void>): Promise<void> {
  const world = await World.begin({ platforms, ...spec });
  try {
    await story(world);
  } finally {
    await world.end();
  }
}

const ISSUES = { method: 'POST', path: '/repos/demo/demo/issues' };

const breakAll = (world: World, ports: readonly string[]): void => { for (const port of ports) world.runs(`${port} e2e`, 'FFF'); };
const firstWords = (world: World): string[] => world.github.issues('demo/demo').map((i) => /^\[([^\]]+)\]/.exec(i.title)?.[1] ?? i.title).sort();

describe('many breakages', () => {
  it.concurrent('of fifty platforms in three ticks are fifty issues, at no more than three requests each', () => inWorld({ extra: 'signal: { caps: { total: 100 } }' }, async (world) => {
    await world.start();
    await world.quiet();
    const before = world.github.requests.length;
    for (const [from, to] of [[0, 17], [17, 34], [34, 50]] as const) {
      const polls = world.summaries();
      breakAll(world, PORTS.slice(from, to));
      await world.until(() => world.summaries() > polls + 1, 'it has polled');
    }
    await world.until(() => world.slack.messages('#signal').filter((m) => m.text.includes('|#')).length === 50, 'all are filed and told');
    await world.quiet();
    expect(firstWords(world)).toEqual(PORTS.toSorted());
    expect(world.github.requests.length - before).toBeLessThanOrEqual(3 * 50);
    expect(world.github.mentions().map((m) => m.handle).sort()).toEqual(PORTS.map((p) => `@demo/${p.replace('/', '-')}`).sort());
    expect(world.slack.messages('#signal')).toHaveLength(50);
  }));

  it.concurrent('are paced by what GitHub answers, and each is filed once', () => inWorld({ extra: 'signal: { caps: { total: 100 } }' }, async (world) => {
    await world.start();
    await world.quiet();
    const limit = { status: 403, headers: { 'retry-after': '1' }, body: { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' } };
    const fault = world.github.faults.add({ kind: 'status', ...limit, skip: 5, times: 20, match: ISSUES });
    breakAll(world, PORTS);
    await world.until(() => world.slack.messages('#signal').filter((m) => m.text.includes('|#')).length === 50, 'all are filed and told');
    await world.quiet();
    expect(firstWords(world)).toEqual(PORTS.toSorted());
    expect(fault.hits).toBe(20);
    expect(world.github.requests.where(ISSUES)).toHaveLength(70);
    expect(world.github.mentions()).toHaveLength(50);
  }));

  it.concurrent('of more than twenty platforms at once are one summary, which asks the release-signal team and is ticked off', () => inWorld({}, async (world) => {
    await world.start();
    await world.quiet();
    breakAll(world, PORTS);
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('|#1>')), 'the summary is filed and told');
    await world.quiet(3);
    expect(world.github.issues('demo/demo')).toHaveLength(1);
    expect(world.github.mentions().map((m) => m.handle)).toEqual(['@demo/signal']);
    expect(world.slack.messages('#signal').filter((m) => !m.text.includes(':warning:'))).toHaveLength(1);
    const [summary] = world.github.issues('demo/demo');
    for (const port of PORTS) expect(summary?.body).toContain(port);
    expect((await world.ready()).warnings).toEqual([expect.stringMatching(/^50 incidents opened at once/)]);
    for (const port of PORTS) world.runs(`${port} e2e`, 'PP');
    await world.until(() => summary?.state === 'closed', 'the summary is closed');
    await world.until(async () => (await world.ready()).warnings.length === 0, 'the warning is over');
    await world.quiet();
    expect(world.github.issues('demo/demo')).toHaveLength(1);
  }));
});
