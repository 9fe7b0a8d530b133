import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { isPull } from '../../demo/stand-ins/github/state.ts';
import { Desk, platformsFor } from './desk.ts';
import { World, type WorldSpec } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000 });

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
/** A moment of the week, as the configuration has it. */
const weekly = (at: number): string => `${DAYS[new Date(at).getUTCDay()] ?? ''} ${new Date(at).toISOString().slice(11, 16)}`;

/** A ladder on which step 2 ships, so that its platforms are asked whether they are ready. */
const LADDER = 'ladder: { steps: [{ step: 1, name: built }, { step: 2, name: shipped, build: on, release: on, hold: [{ pass-rate: { share: 75% } }] }] }';
const spec = (report: number): WorldSpec => ({
  channels: { report: '#weekly' }, extra: `${LADDER}\nreport: { at: ${weekly(report)} }`,
  platforms: { ...platformsFor(['s390x']), 'linux/s390x': { owners: ['@demo/s390x-owners'], suites: ['e2e', 'unit'], blocking: ['e2e'] } },
});

const MINUTE = 60_000;
let desk: Desk;
beforeAll(async () => {
  desk = new Desk(await World.begin(spec(Date.now() - 2 * MINUTE)));
  await desk.world.start();
});
afterAll(() => desk.world.end());

describe('release leads and the release-signal team', () => {
  it('ask whether a release is ready, and enter a platform by a pull request to the configuration', async () => {
    const { world, github } = desk;
    const issue = await desk.broken('s390x');
    const card = await desk.ask(issue, 'stranger', '/arch ready v1');
    expect(card).toMatch(/^\*\*v1: no-go\.\*\* linux\/s390x cannot ship; 1 of 2 platforms can\. As of /);
    expect(card).toMatch(/\n\| linux\/s390x \| \*\*no\*\* \| .*e2e.* failed its last 3 runs, since .*nobody has it yet.* \| `demo\/s390x-owners` \(.*\) \|\n/);

    expect(await desk.ask(issue, 'stranger', '/arch add linux/riscv64 @olga')).toContain('may use `/arch add` here');
    const file = 'config/demo.yml';
    const text = 'version: 1\nproject: demo # ours\nplatforms:\n  linux/amd64: { step: 2, build: on, jobs: [] }\n';
    await github.person('leads-member').commit('demo/demo', file, text);
    await github.person('leads-member').comment(issue, '/arch add riscv64 @olga @demo/signal');
    const repo = github.repo('demo/demo');
    const pulls = (): Issue[] => [...repo.issues.values()].filter(isPull);
    await world.until(() => pulls().length === 1, 'the pull request is open');
    expect(pulls().map((p) => p.title)).toEqual(['Enter linux/riscv64 at step off (0)']);
    expect(repo.git.read('archsignal/add/linux-riscv64', file)).toBe(`${text}  linux/riscv64: { step: 0, build: off, owners: ["@olga", "@demo/signal"], jobs: [] }\n`);
  });
});

describe('the weekly report', () => {
  it('is posted once for its week, though the program is killed and started again', async () => {
    const { world } = desk;
    expect(world.slack.messages('#weekly')).toEqual([]);
    await world.program.stop();
    // It is due now, and was not when the program was first started.
    world.configure(spec(Date.now()));
    await world.start();
    await world.until(() => world.slack.messages('#weekly').length === 1, 'the report is posted');
    await world.program.kill();
    await world.start();
    await desk.polls(3);
    const reports = world.slack.messages('#weekly').map((m) => m.text);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(/^\*demo, release signal of the week to .* UTC\.\* /);
    expect(reports[0]).toMatch(/\n• linux\/s390x: step: shipped \(2\) · passed: \d+% of 19 runs · /);
    expect(world.slack.pings()).toEqual([]);
  });
});
