import { describe, expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { postgresIsHere } from '../postgres.ts';
import { newDatabase } from './database.ts';
import { answers, Desk, platformsFor, reactions } from './desk.ts';
import { World, type Program } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000, maxConcurrency: 3 });

const ARCHES = ['s390x', 'arm64', 'ppc64le'] as const;
const owner = (arch: string): string => `${arch}-owners-member`;

/** Two servers on one PostgreSQL. */
async function withTwo(story: (desk: Desk, servers: readonly [Program, Program]) => Promise<void>): Promise<void> {
  const database = await newDatabase();
  const world = await World.begin({ platforms: platformsFor(ARCHES), env: { DATABASE_URL: database.url } });
  try {
    await story(new Desk(world), [await world.start(), await world.start()]);
  } finally {
    await world.end();
    await database.drop();
  }
}

describe.skipIf(!await postgresIsHere('steering two servers on one PostgreSQL'))('two servers that are steered at once', () => {
  it.concurrent('read a comment once that both are told of at once, under one id and under several', () => withTwo(async (desk, [first, second]) => {
    const issue = await desk.broken('s390x');
    const { hooks } = desk.github;
    const olga = desk.github.person(owner('s390x'));
    for (const [n, line] of ['/arch ack', '/arch attempt gcc 15\n/arch attempt llvm', '/arch snooze 1h', '/arch downtime linux/s390x now 4h disks', '/arch unack'].entries()) {
      hooks.hold();
      const comment = await olga.comment(issue, line);
      const held = hooks.deliveries.at(-1);
      const payload = JSON.parse(held?.payload ?? '{}') as Record<string, unknown>;
      desk.toward(first);
      const one = hooks.release();
      const others = [hooks.send('issue_comment', payload), hooks.redeliver(held?.id ?? 0)];
      desk.toward(second);
      await Promise.all([one, ...others, hooks.redeliver(held?.id ?? 0), hooks.send('issue_comment', payload)]);
      await desk.answered(issue, n + 1);
      await desk.world.quiet(1);
      expect([line, answers(issue).length, reactions(comment)]).toEqual([line, n + 1, ['eyes']]);
    }
    expect(await desk.ask(issue, owner('s390x'), '/arch attempt rust')).toContain('(3 tries so far)');
    expect(answers(issue).map((a) => a.body).join('\n')).not.toContain('already');
    expect(desk.mentions(issue)).toEqual(['@demo/s390x-owners']);
  }));

  it.concurrent('answer each comment of a flood once, call nobody again, and keep the last word on each issue', () => withTwo(async (desk, servers) => {
    const issues: Issue[] = [];
    for (const arch of ARCHES) issues.push(await desk.broken(arch));
    const people = Array.from({ length: 10 }, (_, i) => `person-${i}`);
    for (const arch of ARCHES) desk.github.team(`demo/${arch}-owners`, people);
    const said = Array.from({ length: 60 }, (_, i) => ({ issue: issues[i % 3] as Issue, by: people[i % 10] ?? '', line: ['/arch ack', '/arch unack', '/arch snooze 1h', '/arch unsnooze', `/arch attempt idea ${i}.`][Math.floor(i / 3) % 5] ?? '' }));
    const comments = await Promise.all(said.map(({ issue, by, line }, i) => {
      desk.toward(servers[i % 2] as Program);
      return desk.github.person(by).comment(issue, line);
    }));
    for (const issue of issues) await desk.answered(issue, 20);
    const second = Math.floor(Date.now() / 1_000);
    await desk.world.until(() => Math.floor(Date.now() / 1_000) > second, 'a second is over');
    for (const [i, issue] of issues.entries()) {
      desk.toward(servers[i % 2] as Program);
      expect(await desk.ask(issue, people[i] ?? '', '/arch ack\n/arch unsnooze')).toMatch(/You have linux\//);
    }
    await desk.world.until(() => ARCHES.every((arch, i) => desk.slack(arch).includes(`\`person-${i}\` has it`)), 'Slack shows the last word');
    await desk.world.quiet(1);
    expect(issues.map((i) => answers(i).length)).toEqual([21, 21, 21]);
    expect(comments.map(reactions)).toEqual(comments.map(() => ['eyes']));
    for (const issue of issues) {
      const own = said.filter((s) => s.issue === issue && s.line.includes('idea'));
      expect(await desk.ask(issue, people[0] ?? '', '/arch attempt the last idea')).toContain(`(${own.length + 1} tries so far)`);
      expect(desk.mentions(issue)).toHaveLength(1);
      expect(issue.body).not.toContain('Snoozed');
    }
  }));

  it.concurrent('do what one of them took in hand when that one dies', () => withTwo(async (desk, [first, second]) => {
    const issue = await desk.broken('arm64');
    let killed = false;
    desk.github.onRequest(async (moment, { path }) => {
      if (killed || moment !== 'arrived' || !path.includes('/memberships/')) return;
      killed = true;
      await second.kill();
    });
    desk.toward(second);
    const comment = await desk.github.person(owner('arm64')).comment(issue, '/arch ack\n/arch attempt gcc 15');
    desk.toward(first);
    expect(await desk.answered(issue)).toMatch(/You have linux\/arm64[^]*What you tried is recorded with linux\/arm64\.\n/);
    expect(killed).toBe(true);
    await desk.settled(issue);
    expect([answers(issue).length, reactions(comment)]).toEqual([2, ['eyes']]);
  }));
});
