import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { configOf } from './configuration.ts';
import { answers, Desk, platformsFor } from './desk.ts';
import { World, type WorldSpec } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000, maxConcurrency: 4 });

const ARCHES = ['s390x', 'arm64'] as const;
const owner = (arch: string): string => `${arch}-owners-member`;

async function inWorld(story: (desk: Desk) => Promise<void>, spec: WorldSpec = {}): Promise<void> {
  const desk = new Desk(await World.begin({ platforms: platformsFor(ARCHES), ...spec }));
  try {
    await story(desk);
  } finally {
    await desk.world.end();
  }
}

describe('a repository', () => {
  it.concurrent('that is renamed while people steer goes on as if nothing had happened, and its operator is told of the new name', () => inWorld(async (desk) => {
    const { world, github } = desk;
    await world.start();
    const issue = await desk.broken('s390x');
    const olga = github.person(owner('s390x'));
    expect(await desk.ask(issue, owner('s390x'), '/arch ack')).toContain('You have linux/s390x');
    await olga.moveRepo('demo/demo', 'demo/renamed');
    expect(await desk.ask(issue, owner('s390x'), '/arch unack')).toContain('You gave back linux/s390x');
    await github.person('somebody').assignSelf(issue);
    await world.until(() => desk.slack('s390x').includes('`somebody` has it'), 'what is done by hand is seen');
    await world.until(async () => (await world.ready()).warnings.some((w) => w.includes('demo/demo is called demo/renamed now.')), 'operators are told');
    world.runs('linux/arm64 e2e', 'FFF');
    await world.until(() => github.issues('demo/renamed').length === 2, 'what breaks now is filed there');
    await world.program.stop();
    await world.start();
    expect(await desk.ask(issue, owner('s390x'), '/arch ack'), 'also after a restart with the old name').toContain('You have linux/s390x');
  }));

  it.concurrent('that moves to another organisation is still followed; whose team cannot be read there is told so', () => inWorld(async (desk) => {
    const { world, github } = desk;
    await world.start();
    const issue = await desk.broken('s390x');
    github.state.installationOf('newhome');
    await github.person('olga').moveRepo('demo/demo', 'newhome/demo');
    expect(await desk.ask(issue, 'stranger', '/arch status')).toContain('**linux/s390x is failing**');
    expect(await desk.ask(issue, owner('s390x'), '/arch ack')).toMatch(/could not be looked up on GitHub.*Nothing was changed\./);
    expect(await desk.ask(issue, 'petra', '/arch infra')).toMatch(/is recorded as a failure of the infrastructure/);
    await world.until(async () => (await world.ready()).warnings.some((w) => w.includes('demo/demo is called newhome/demo now.')), 'operators are told');
    world.runs('linux/s390x e2e', 'PP');
    await world.until(() => issue.state === 'closed', 'it is closed where it is now');
  }, { platforms: { ...platformsFor(['arm64']), 'linux/s390x': { owners: ['@demo/s390x-owners', '@petra'], suites: ['e2e', 'unit'] } } }));

  it.concurrent('that is archived has its operator told, and gets what is missing when it is open again', () => inWorld(async (desk) => {
    const { world, github } = desk;
    await world.start();
    const issue = await desk.broken('s390x');
    const admin = github.person('admin');
    await admin.archive('demo/demo');
    await world.until(async () => (await world.ready()).warnings.some((w) => /demo\/demo was archived by `admin`/.test(w)), 'operators are told');
    world.runs('linux/arm64 e2e', 'FFF');
    await world.until(() => desk.slack('arm64').includes('linux/arm64'), 'Slack tells of what breaks');
    expect(desk.issuesOf('arm64')).toEqual([]);
    await admin.archive('demo/demo', false);
    await world.until(() => desk.issuesOf('arm64').length === 1, 'its issue is filed');
    expect(await desk.ask(issue, owner('s390x'), '/arch ack')).toContain('You have linux/s390x');
    await world.until(async () => !(await world.ready()).warnings.some((w) => w.includes('archived')), 'the warning is over');
    expect(github.issues('demo/demo')).toHaveLength(2);
  }));

  it.concurrent('of another organisation is steered by its own people, by its own file', () => inWorld(async (desk) => {
    const { world, github, world: { ci } } = desk;
    const configs = join(world.dir, 'configs');
    mkdirSync(configs);
    const arches = platformsFor(['ppc64le']);
    github.repo('other/tool');
    github.team('other/ppc64le-owners', ['petra']);
    for (const team of ['other/leads', 'other/signal']) github.team(team, ['quinn']);
    for (const suite of ['e2e', 'unit']) {
      const job = ci.job({ dashboard: 'board', tab: `${suite}-linux-ppc64le`, suite, tests: ['TestOne', 'TestTwo'] });
      world.jobs.set(`linux/ppc64le ${suite}`, job);
      for (let i = 8; i > 0; i--) job.run({ outcome: 'pass', at: Date.now() - (i + 5) * 3_600_000, commit: world.commit() });
    }
    const theirs = configOf({
      name: 'tool', repo: 'other/tool', platforms: { ...arches, 'linux/ppc64le': { owners: ['@other/ppc64le-owners'], suites: ['e2e', 'unit'] } },
      release: '{ name: v2, leads: ["@other/leads"], ci_signal: ["@other/signal"] }',
    }, ci.url);
    writeFileSync(join(configs, 'demo.yml'), configOf({ platforms: platformsFor(ARCHES) }, ci.url));
    writeFileSync(join(configs, 'tool.yml'), theirs);
    await world.start({ CONFIG: configs });
    const ours = await desk.broken('s390x');
    world.runs('linux/ppc64le e2e', 'FFF');
    await world.until(() => github.issues('other/tool').length === 1, 'it is filed where it belongs');
    const [issue] = github.issues('other/tool');
    if (!issue) throw new Error('unreachable');
    expect(await desk.ask(issue, owner('s390x'), '/arch ack')).toContain('Only owners of linux/ppc64le (`other/ppc64le-owners`) or the release-signal team (`other/signal`)');
    expect(await desk.ask(issue, 'petra', '/arch ack')).toContain('You have linux/ppc64le');
    expect(await desk.ask(ours, 'petra', '/arch ack')).toContain('Only owners of linux/s390x (`demo/s390x-owners`)');
    expect(await desk.ask(ours, owner('s390x'), '/arch ack')).toContain('You have linux/s390x');
    expect(await desk.ask(ours, 'quinn', '/arch recheck')).toContain('Only release leads (`demo/leads`)');
    expect(await desk.ask(issue, 'quinn', '/arch recheck')).toContain('being read now');
    expect(await desk.ask(issue, 'stranger', '/arch status linux/s390x')).toMatch(/\nlinux\/s390x is not tracked in tool, which tracks linux\/amd64 and linux\/ppc64le\.[^]*For example: `\/arch status linux\/ppc64le`/);
    expect(github.mentions().map((m) => m.handle).sort()).toEqual(['@demo/s390x-owners', '@other/ppc64le-owners']);
  }));

  it.concurrent('that holds the configuration gets a pull request for its owners, one that does not gets a patch', () => inWorld(async (desk) => {
    const { world, github } = desk;
    await world.start();
    const issue = await desk.broken('s390x');
    expect(await desk.ask(issue, owner('s390x'), '/arch owners linux/s390x add @petra')).toContain('Only release leads');
    expect(await desk.ask(issue, 'leads-member', '/arch owners linux/s390x add @petra')).toMatch(/The configuration is not in `demo\/demo`[^]*```diff\n--- a\/[^/\n]+\n[^]*\n-    owners: \["@demo\/s390x-owners"\]\n\+    owners: \["@demo\/s390x-owners", "@petra"\]\n/);
    const config = configOf({ platforms: platformsFor(ARCHES) }, world.ci.url);
    await github.person('leads-member').commit('demo/demo', '.github/archsignal.yml', config);
    await github.person('leads-member').comment(issue, '/arch owners linux/s390x add @petra');
    await world.until(() => github.issues('demo/demo').some((i) => i.pull !== null), 'there is a pull request');
    const pull = github.issues('demo/demo').find((i) => i.pull !== null);
    expect([pull?.title, pull?.user.login]).toEqual(['Add petra to the owners of linux/s390x', 'archsignal[bot]']);
    expect(pull?.body).toContain('`leads-member` asked for this');
    await world.until(() => answers(issue).some((a) => a.body.includes(`/pull/${pull?.number}`)), 'its link is told');
    const { git } = github.repo('demo/demo');
    expect(git.read(pull?.pull?.head ?? '', '.github/archsignal.yml')).toBe(config.replace('["@demo/s390x-owners"]', '["@demo/s390x-owners", "@petra"]'));
    expect(git.read('main', '.github/archsignal.yml')).toBe(config);
    expect(await desk.ask(issue, 'signal-member', '/arch owners linux/s390x add @petra')).toContain(`/pull/${pull?.number}`);
    expect(github.issues('demo/demo').filter((i) => i.pull !== null)).toHaveLength(1);
    expect(desk.mentions(issue)).toEqual(['@demo/s390x-owners']);
    expect(github.mentions().filter((m) => m.issue === pull)).toEqual([]);
  }));
});
