import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { configOf } from './configuration.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000 });

const REPO = 'octo/kube';
const FILE = '.github/archsignal.yml';

/** The project as its repository keeps it; its source is never read. */
function configured(steps: Readonly<Record<string, number>> = {}): string {
  const text = configOf({
    name: 'kube', repo: REPO, release: '{ name: v1, leads: ["@octo/leads"], ci_signal: ["@octo/signal"] }', channels: { incidents: '#kube', tiers: '#kube-tiers' }, extra: 'polling: { every: 1h, timeout: 1s }',
    platforms: { 'linux/amd64': { suites: ['e2e'], owners: ['@octo/amd64-owners'] }, 'linux/s390x': { suites: ['e2e'], owners: ['@octo/s390x-owners'], slack: '#kube-s390x' } },
  }, 'https://192.0.2.1');
  return Object.entries(steps).reduce((t, [platform, step]) => {
    const at = t.indexOf('step: 2', t.indexOf(`${platform}:`));
    return `${t.slice(0, at)}step: ${step}${t.slice(at + 'step: 2'.length)}`;
  }, text);
}

async function inWorld(story: (world: World) => Promise<void>): Promise<void> {
  const world = await World.begin({ env: { REPOSITORY_HOSTS: '192.0.2.1', REPOSITORY_CHANNELS: '#kube, #kube-tiers, #kube-s390x' } });
  mkdirSync(join(world.dir, 'empty'));
  try {
    world.github.repo(REPO);
    for (const team of ['s390x-owners', 'amd64-owners', 'leads', 'signal']) world.github.team(`octo/${team}`, ['olga']);
    for (const channel of ['#kube', '#kube-tiers', '#kube-s390x']) world.slack.channel(channel);
    await world.github.person('olga').commit(REPO, FILE, configured());
    await world.start();
    await world.until(() => world.log.includes('a configuration from a repository is in force'), 'the file is in force');
    // The steps that it begins with are on record.
    await world.quiet();
    await story(world);
  } finally {
    await world.end();
  }
}

const tiers = (world: World): string[] => world.slack.messages('#kube-tiers').map((m) => m.text);
const ours = (pull: Issue): string[] => pull.comments.filter((c) => c.user.login === 'archsignal[bot]').map((c) => c.body);

it('names who pushed a step, and who merged the pull request that changed two, where one comment says what it means, with a server that is killed', () => inWorld(async (world) => {
  const [olga, ivan] = [world.github.person('olga'), world.github.person('ivan')];
  await olga.commit(REPO, FILE, configured({ 'linux/s390x': 3 }));
  await world.until(() => tiers(world).length === 1, 'the push is told of');
  expect(tiers(world)[0]).toMatch(/linux\/s390x moves from test \(2\) to release \(3\)\.[^]*The evidence says otherwise:[^]*Written by `olga` in <http[^|>]*\/commit\/[0-9a-f]{40}\|[0-9a-f]{7}>, pushed without a pull request and without a proposal\. `\/arch demote linux\/s390x/);

  await olga.commit(REPO, FILE, configured({ 'linux/s390x': 2, 'linux/amd64': 1 }), 'rethink');
  const pull = await olga.openPull(REPO, { title: 'Rethink', head: 'rethink' });
  let killed = false;
  world.github.onRequest(async (moment, seen) => {
    if (killed || moment !== 'done' || seen.method !== 'POST' || !/\/issues\/\d+\/comments$/.test(seen.path)) return;
    killed = true;
    await world.program.kill();
    await world.launch();
  });
  await ivan.merge(pull);
  await world.until(() => killed && tiers(world).length === 3, 'both changes are told of, and the server was killed while it commented');
  await world.quiet();
  for (const text of tiers(world).slice(1)) expect(text).toMatch(new RegExp(`Changed by \`olga\` in <http[^|>]*\\|octo/kube#${pull.number}>, merged by \`ivan\`, without a proposal\\.`));
  expect(ours(pull)).toEqual([expect.stringContaining('with this pull request')]);
  expect(ours(pull)[0]).toMatch(/linux\/amd64[^]*from test \(2\) to build \(1\) with this pull request\.[^]*linux\/s390x[^]*from release \(3\) to test \(2\) with this pull request\.[^]*no approval is on record/);
  expect(world.slack.messages('#kube-s390x').map((m) => m.text)).toHaveLength(2);
  expect([world.github.mentions().filter((m) => m.by.login.endsWith('[bot]')), world.slack.pings()]).toEqual([[], []]);
}));

it('says nothing of an edit that was undone before it was read, and nothing on the pull request of a bad one', () => inWorld(async (world) => {
  const olga = world.github.person('olga');
  await world.program.stop();
  await olga.commit(REPO, FILE, configured({ 'linux/s390x': 3 }));
  await olga.commit(REPO, FILE, configured());
  await world.start();
  await olga.commit(REPO, FILE, configured({ 'linux/s390x': 3 }).replace('owners:', 'ownerz:'), 'bad');
  const bad = await olga.openPull(REPO, { title: 'Bad', head: 'bad' });
  await olga.merge(bad);
  await world.until(() => world.slack.messages('#kube').some((m) => m.text.includes('it is not taken up')), 'the mistake is told of');
  expect([tiers(world), ours(bad)]).toEqual([[], []]);
  // Mended, it is put down to the pull request that changed the step.
  await world.github.person('petra').commit(REPO, FILE, configured({ 'linux/s390x': 3 }));
  await world.until(() => tiers(world).length === 1 && ours(bad).length === 1, 'the step is told of once the file is mended');
  expect(tiers(world)[0]).toMatch(new RegExp(`Changed by \`olga\` in <http[^|>]*\\|octo/kube#${bad.number}>, merged by the same`));
}));
