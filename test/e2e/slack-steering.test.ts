import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import type { Message } from '../../demo/stand-ins/slack/index.ts';
import { configOf } from './configuration.ts';
import { Council, memberOf, peopleLine } from './council.ts';
import type { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000 });

/** Two projects in one process: `demo`, and `other` whose platform is linux/s390x too. */
let council: Council;
let world: World;
let issue: Issue;
let message: Message;
beforeAll(async () => {
  council = await Council.gather(['s390x', 'arm64'], { channelEach: true });
  ({ world } = council);
  for (const name of ['#elsewhere', '#other', '#riscv64']) world.slack.channel(name);
  // A conversation of two people, in which the bot is not.
  world.slack.channel('directmessage', { im: true, botIsMember: false });
  world.github.repo('other/other');
  world.github.team('other/owners', ['porter-owner']);
  const platforms = { 'linux/s390x': { owners: ['@other/owners'], suites: ['unit'] }, 'linux/riscv64': { owners: ['@other/owners'], suites: [], slack: '#riscv64' } };
  const release = '{ name: v9, leads: ["@other/owners"], ci_signal: ["@other/owners"], quorum: 1 }';
  writeFileSync(join(world.dir, 'other.yml'), configOf({ name: 'other', repo: 'other/other', platforms, release, extra: peopleLine(), channels: { incidents: '#other' } }, world.ci.url));
  await world.start({ CONFIG: world.dir });
  ({ issue, message } = await council.broken('s390x'));
});
afterAll(() => world.end());

const requests = (path: RegExp): number => world.slack.requests.filter((r) => path.test(r.path)).length;
const shown = (): string => message.text;

describe('a command in Slack', () => {
  it('is acknowledged at once and without words, whatever GitHub does, and answered when that is known', async () => {
    const hung = world.github.faults.add({ kind: 'hang', times: Infinity, match: { path: /\/memberships\/porter-owner$/ } });
    const before = world.slack.whispers('porter-owner').length;
    const sent = await world.slack.command('porter-owner', '#s390x', 'ack');
    expect([sent.status, sent.text]).toEqual([200, '']);
    expect(world.slack.whispers('porter-owner')).toHaveLength(before);
    expect(await council.whispered('porter-owner', before + 1)).toMatch(/^Whether `porter-owner` is one of those who may use `\/arch ack` here \(owners of linux\/s390x \(`demo\/s390x-owners`\) or .* could not be looked up on GitHub just now, so it was not done\. .* Nothing was changed\.$/);
    expect(hung.hits).toBeGreaterThan(0);
    hung.remove();
    expect(shown()).not.toContain('has it');
  });

  it('is answered to its speaker alone, at the address that came with it', async () => {
    const [posted, answered] = [requests(/chat\.post/), requests(/^\/respond\//)];
    expect(await council.ask('stranger', 'owners linux/s390x', '#elsewhere')).toContain('`demo/s390x-owners`');
    const whisper = world.slack.whispers('stranger').at(-1);
    expect([whisper?.ephemeralFor, whisper?.channel.name]).toEqual([memberOf('stranger'), 'elsewhere']);
    expect([requests(/chat\.post/) - posted, requests(/^\/respond\//) - answered]).toEqual([0, 1]);
  });

  it.for([['is used up', 404], ['is away', 503]] as const)('is answered in its channel where that address %s', async ([, status]) => {
    const fault = world.slack.faults.add({ kind: 'status', status, times: Infinity, match: { path: /^\/respond\// } });
    const before = requests(/chat\.postEphemeral/);
    expect(await council.ask('stranger', 'owners linux/arm64', '#signal')).toContain('`demo/arm64-owners`');
    expect(world.slack.whispers('stranger').at(-1)?.ephemeralFor).toBe(memberOf('stranger'));
    expect(await council.ask('stranger', 'owners linux/amd64', 'directmessage')).toContain('`demo/amd64-owners`');
    expect(world.slack.whispers('stranger').at(-1)?.channel.name, 'where the bot is not, it speaks to the person').toBe('dm-stranger');
    expect(requests(/chat\.postEphemeral/)).toBeGreaterThan(before);
    fault.remove();
  });

  it('is answered once, however often it is given again', async () => {
    const before = world.slack.whispers('stranger').length;
    await world.slack.command('stranger', '#signal', 'status linux/s390x');
    const again = await Promise.all([1, 2, 3].map((num) => world.slack.send.again({ retry: { num } })));
    expect(again.map((s) => [s.status, s.text])).toEqual([[200, ''], [200, ''], [200, '']]);
    await council.ask('stranger', 'owners linux/s390x');
    expect(world.slack.whispers('stranger').slice(before).map((m) => /^(\*linux|.*owned|.*owners)/s.test(m.text))).toEqual([true, true]);
  });

  it('waits for the one that the same person gave before it', async () => {
    const slow = world.github.faults.add({ kind: 'slow', ms: 1_000, match: { path: /\/memberships\/paula-owner$/ } });
    const before = world.slack.whispers('paula-owner').length;
    world.github.team('demo/s390x-owners').members.add(world.github.state.user('paula-owner').login);
    for (const text of ['ack s390x', 'unack s390x']) await world.slack.command('paula-owner', '#signal', text);
    await council.whispered('paula-owner', before + 2);
    expect(slow.hits).toBe(1);
    expect(world.slack.whispers('paula-owner').slice(before).map((m) => m.text.split(' linux')[0]).sort()).toEqual(['You gave back', 'You have']);
  });

  it('says what was meant where it is mistyped', async () => {
    expect(await council.ask('stranger', 'snoze 3d')).toBe('```\n/arch snoze 3d\n      ^^^^^\n```\nNo command is called "snoze"; did you mean `snooze`? Nothing was changed.\n\nFor example: `/arch snooze linux/s390x 3d waiting for the toolchain`');
    expect(await council.ask('stranger', '')).toContain('`/arch help [command]`');
  });

  it('is read as it was typed, and repeated without calling anybody', async () => {
    const pings = world.slack.pings().length;
    const answer = await council.ask('porter-owner', `snooze linux/s390x 1d a &lt;b&gt; &amp; <@${memberOf('ivan-lead')}|ivan> <#C0SIGNAL|signal> <!here> <https://ci.example/x|ci.example/x> @demo/leads #1`);
    expect(answer).toContain('linux/s390x');
    await world.until(() => issue.body?.includes('`porter-owner`: a &lt;b&gt; &amp; @\u200Bivan #signal @\u200Bhere ci.example/x @\u200Bdemo/leads #\u200B1. ') === true, 'the issue shows the reason');
    expect(world.github.mentions().map((m) => m.handle)).toEqual(['@demo/s390x-owners']);
    expect(world.slack.pings()).toHaveLength(pings);
    expect(await council.ask('porter-owner', 'unsnooze linux/s390x')).toContain('not snoozed any more');
  });
});

describe('where a command in Slack is given decides what it is about', () => {
  it('in a platform\'s own channel it is about that platform', async () => {
    expect(await council.ask('porter-owner', 'ack', '#s390x')).toMatch(/^You have linux\/s390x /);
    expect(await council.ask('porter-owner', 'unack', '#s390x')).toMatch(/^You gave back linux\/s390x /);
    expect(await council.ask('stranger', 'explain', '#s390x')).toContain('*linux/s390x*');
  });

  it('in the project\'s channel, in any other and in a conversation of two it is about what it names', async () => {
    for (const channel of ['#signal', '#elsewhere', 'directmessage']) {
      expect(await council.ask('porter-owner', 'ack linux/s390x', channel), channel).toMatch(/^You have linux\/s390x /);
      expect(await council.ask('porter-owner', 'unack', channel), channel).toContain('It is not clear which incident is meant, so name its platform; open now: linux/s390x (#1). Nothing was changed.');
      expect(await council.ask('porter-owner', 'unack s390x', channel), channel).toMatch(/^You gave back linux\/s390x /);
    }
  });

  it('of one of several projects it is about that project', async () => {
    expect(await council.ask('stranger', 'status', '#other')).toMatch(/^\*other\*: /);
    expect(await council.ask('stranger', 'status all', '#riscv64')).toMatch(/^\*other\*: /);
    expect(await council.ask('stranger', 'status', '#signal')).toMatch(/^\*demo\*: /);
    expect(await council.ask('stranger', 'owners linux/s390x', '#other')).toContain('`other/owners`');
    expect(await council.ask('stranger', 'owners linux/s390x', '#s390x')).toContain('`demo/s390x-owners`');
    expect(await council.ask('porter-owner', 'ack', '#other')).toBe('No incident is open in other. Nothing was changed.');
    expect(await council.ask('stranger', 'status linux/amd64', '#elsewhere')).toContain('*linux/amd64 is passing*');
    expect(await council.ask('stranger', 'owners linux/riscv64', '#elsewhere'), 'which only the second knows').toContain('`other/owners`');
    expect(shown()).not.toContain('has it');
  });
});
