import { describe, expect, it, vi } from 'vitest';
import { Desk } from './desk.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 200_000, maxConcurrency: 4 });

const E2E = 'linux/s390x e2e';

/** A world whose port is owned by a team and by one person; `prepare` before the program starts. */
async function inWorld(prepare: (world: World) => void, story: (world: World, desk: Desk) => Promise<void>): Promise<void> {
  const world = await World.begin({ platforms: { 'linux/amd64': { suites: ['e2e'] }, 'linux/s390x': { owners: ['@demo/s390x-owners', '@solo'], suites: ['e2e'] } } });
  try {
    prepare(world);
    await world.launch();
    await story(world, new Desk(world));
  } finally {
    await world.end();
  }
}

const without = (permission: string) => (world: World): void => { delete world.github.auth.permissions[permission]; };
/** Everything that `/readyz` says, standing warnings among them. */
const said = async (world: World): Promise<string> => JSON.stringify(await world.ready());

describe('the program, granted less than it asks for,', () => {
  it.concurrent('tells Slack where it may not write issues, and names the permission', () => inWorld(without('issues'), async (world) => {
    world.runs(E2E, 'FFF');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('linux/s390x')), 'Slack is told');
    await world.until(async () => (await said(world)).includes('issues: write'), 'the permission is named');
    expect(world.github.issues('demo/demo')).toEqual([]);
    expect(world.log).not.toContain('unexpectedly');
  }));

  it.concurrent('files, tells and lets people act who are named, where it may not look into teams, and denies the others with words', () => inWorld(without('members'), async (world, desk) => {
    const issue = await desk.broken('s390x');
    const refused = await desk.ask(issue, 's390x-owners-member', '/arch ack');
    expect(refused).toMatch(/could not be looked up on GitHub.*Nothing was changed\./);
    expect(desk.slack('s390x')).not.toContain('has it');
    expect(await desk.ask(issue, 'solo', '/arch ack')).toContain('You have linux/s390x');
    expect(await desk.ask(issue, 'stranger', '/arch status')).toContain('linux/s390x');
    await world.until(async () => /`demo\/s390x-owners`.*commands of their members are refused.*`members: read`/.test(await said(world)), 'the permission is named');
    expect(world.log).toContain('members: read');
    expect(world.log).not.toContain('unexpectedly');
  }));

  it.concurrent('follows breakages and commands without contents, workflows, checks, actions and statuses', () => inWorld((world) => {
    world.github.auth.permissions = { issues: 'write', metadata: 'read', members: 'read' };
  }, async (world, desk) => {
    const issue = await desk.broken('s390x');
    expect(await desk.ask(issue, 's390x-owners-member', '/arch ack')).toContain('You have linux/s390x');
    world.runs(E2E, 'PP');
    await world.until(() => issue.state === 'closed', 'the issue is closed');
    expect(world.log).not.toContain('unexpectedly');
  }));

  it.concurrent('names the permission that a fix could not be looked at for', () => inWorld(without('pull_requests'), async (world, desk) => {
    const issue = await desk.broken('s390x');
    await desk.ask(issue, 'solo', '/arch fixed-by #99');
    await world.until(async () => /demo\/demo: The App's installation lacks the permission `pull_requests: \w+`: grant it/.test(await said(world)), 'the permission is named');
    expect(world.log).toContain('lacks the permission `pull_requests');
  }));

  for (const [scope, methods] of [['chat:write', /^chat\./], ['channels:read', /^conversations\.(?:list|info)/], ['channels:history', /^conversations\.(?:history|replies)/]] as const) {
    it.concurrent(`does on GitHub what it does without Slack's scope ${scope}, and names it where it was needed`, () => inWorld((world) => {
      world.slack.faults.add({ kind: 'status', status: 200, body: { ok: false, error: 'missing_scope', needed: scope, provided: '' }, times: Infinity, match: { path: new RegExp(methods.source.replace('^', '/api/')) } });
    }, async (world, desk) => {
      world.runs(E2E, 'FFF');
      await world.until(() => desk.issuesOf('s390x').length === 1, 'the issue is filed');
      const [issue] = desk.issuesOf('s390x');
      if (!issue) throw new Error('unreachable');
      expect(await desk.ask(issue, 's390x-owners-member', '/arch ack')).toContain('You have linux/s390x');
      if (scope !== 'channels:history') await world.until(async () => `${await said(world)}\n${world.log}`.includes(scope), 'the scope is named');
      world.runs(E2E, 'PP');
      await world.until(() => issue.state === 'closed', 'the issue is closed');
      expect(world.log).not.toContain('unexpectedly');
    }));
  }
});
