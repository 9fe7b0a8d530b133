import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Comment, Issue } from '../../demo/stand-ins/github/index.ts';
import { answers, Desk, platformsFor, reactions } from './desk.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000 });

const ARCHES = ['s390x', 'arm64', 'ppc64le', 'riscv64', 'mips64le', 'loong64'] as const;

const owner = (arch: string): string => `${arch}-owners-member`;

/** GitHub tells when something was said to the second: what is said after this was said later. */
async function nextSecond(world: World): Promise<void> {
  const now = Math.floor(Date.now() / 1_000);
  await world.until(() => Math.floor(Date.now() / 1_000) > now, 'a second is over');
}

describe('a comment whose webhook', () => {
  let desk: Desk;
  beforeAll(async () => { desk = await Desk.open(ARCHES); });
  afterAll(() => desk.world.end());

  /** The webhook of a comment, as it was sent. */
  const webhookOf = (comment: Comment): { id: number; payload: Record<string, unknown> } => {
    const sent = desk.github.hooks.deliveries.find((d) => d.event === 'issue_comment' && d.payload.includes(`"id":${comment.id},`));
    return { id: sent?.id ?? 0, payload: JSON.parse(sent?.payload ?? '{}') as Record<string, unknown> };
  };

  it('comes twice, under its own id and under another, is read once, also where it was undone in between', async () => {
    const issue = await desk.broken('s390x');
    const { hooks } = desk.github;
    const olga = desk.github.person(owner('s390x'));
    const said: Comment[] = [];
    for (const [n, line] of ['/arch ack', '/arch unack', '/arch attempt gcc 15', '/arch unack', '/arch downtime linux/arm64 now 4h disks', '/arch downtime linux/s390x now 4h disks', '/arch downtime linux/s390x end'].entries()) {
      said.push(await olga.comment(issue, line));
      await desk.answered(issue, n + 1);
    }
    const before = { answers: answers(issue).length, status: await desk.ask(issue, 'stranger', '/arch status') };
    for (const comment of said) {
      const { id, payload } = webhookOf(comment);
      await Promise.all([hooks.redeliver(id), hooks.send('issue_comment', payload), hooks.send('issue_comment', payload)]);
    }
    const tidied = (answer: string): string => answer.replace(/<!--.*-->/, '');
    expect(tidied(await desk.ask(issue, 'stranger', '/arch status'))).toBe(tidied(before.status));
    expect(answers(issue)).toHaveLength(before.answers + 2);
    expect(said.map(reactions)).toEqual(said.map(() => ['eyes']));
    expect(await desk.ask(issue, owner('s390x'), '/arch attempt llvm')).toContain('(2 tries so far)');
    expect((await desk.world.ready()).warnings).toEqual([]);
    expect(desk.world.log).not.toContain('a delivery failed');
  });

  it('of what was done by hand arrives before that of an earlier act changes nothing of what the issue shows', async () => {
    const issue = await desk.broken('loong64');
    const { hooks } = desk.github;
    const olga = desk.github.person(owner('loong64'));
    hooks.hold();
    await olga.assignSelf(issue);
    await olga.unassign(issue, owner('loong64'));
    await olga.close(issue);
    await olga.reopen(issue);
    await hooks.release({ reverse: true });
    expect(await desk.ask(issue, 'stranger', '/arch status')).toContain('nobody has it yet');
    expect(desk.slack('loong64')).toMatch(/^:red_circle:.*owners asked/s);
    hooks.hold();
    await olga.unassign(issue, owner('loong64'));
    await olga.assignSelf(issue);
    await hooks.release({ reverse: true });
    expect(await desk.ask(issue, 'stranger', '/arch status')).toContain('`loong64-owners-member` has it');
  });

  it('arrives before that of an earlier one is the one that counts', async () => {
    const issue = await desk.broken('arm64');
    const { hooks } = desk.github;
    const olga = desk.github.person(owner('arm64'));
    for (const [first, second] of [['/arch ack', '/arch unack'], ['/arch snooze 1h', '/arch unsnooze'], ['/arch infra', '/arch infra off'], ['/arch flake', '/arch infra the disk']] as const) {
      const before = answers(issue).length;
      hooks.hold();
      await olga.comment(issue, first);
      await nextSecond(desk.world);
      await olga.comment(issue, second);
      await hooks.release({ reverse: true });
      await desk.answered(issue, before + 2);
    }
    expect(await desk.ask(issue, 'stranger', '/arch status')).toMatch(/infrastructure|infra/);
    await desk.world.quiet(1);
    expect(issue.body).toMatch(/infrastructure.*the disk/);
    expect(issue.body).not.toMatch(/Snoozed|A flake|has it/);
    expect(desk.mentions(issue)).toEqual(['@demo/arm64-owners']);
  });

  it('arrives before that of its creation is read, and so is its creation', async () => {
    const issue = await desk.broken('ppc64le');
    const { hooks } = desk.github;
    const olga = desk.github.person(owner('ppc64le'));
    hooks.hold();
    const comment = await olga.comment(issue, '/arch attempt one');
    await olga.editComment(comment, '/arch attempt one\n/arch attempt two');
    await olga.editComment(comment, '/arch attempt one\n/arch attempt two\n/arch attempt three');
    await hooks.release({ reverse: true });
    expect([await desk.answered(issue, 1), await desk.answered(issue, 2), await desk.answered(issue, 3)].map((a) => /\((\d) tries/.exec(a)?.[1] ?? '1')).toEqual(['1', '2', '3']);
    await desk.settled(issue);
    expect(answers(issue)).toHaveLength(4);
    expect(reactions(comment)).toEqual(['eyes']);
  });

  it('is not signed as it should be is nobody\'s', async () => {
    const issue = await desk.broken('riscv64');
    const { hooks } = desk.github;
    hooks.hold();
    const comment = await desk.github.person(owner('riscv64')).comment(issue, '/arch ack');
    const { payload } = webhookOf(comment);
    hooks.lose();
    const from = hooks.deliveries.length;
    for (const how of [{ unsigned: true }, { secret: 'guessed' }, { secret: '' }]) await hooks.send('issue_comment', payload, how);
    expect(hooks.deliveries.slice(from).map((d) => d.statusCode).filter((s) => s !== 400 && s !== 401)).toEqual([]);
    await desk.settled(issue);
    expect([answers(issue).length, reactions(comment)]).toEqual([1, []]);
  });

  it('comes before it is known that the issue was filed waits for that', async () => {
    const { github, world } = desk;
    // The issue is there, and the answer that tells its number is on its way for a while.
    const slow = github.faults.add({ kind: 'slow', ms: 1_000, match: { method: 'POST', path: '/repos/demo/demo/issues' } });
    world.runs('linux/mips64le e2e', 'FFF');
    await world.until(() => desk.issuesOf('mips64le').length === 1, 'the issue is there');
    const [issue] = desk.issuesOf('mips64le') as [Issue];
    expect(await desk.ask(issue, owner('mips64le'), '/arch ack')).toContain('You have linux/mips64le (e2e failing since');
    slow.remove();
  });
});

describe('what people did while the program was down', () => {
  it.for([['is asked for at start', false], ['is seen on the issue itself where it cannot be asked for', true]] as const)('%s', async ([, away]) => {
    const world = await World.begin({ platforms: platformsFor(['s390x', 'arm64']) });
    const desk = new Desk(world);
    try {
      await world.start();
      const issues = [await desk.broken('s390x'), await desk.broken('arm64')] as const;
      await world.quiet(1);
      await world.program.stop();
      const { github } = world;
      const comment = await github.person(owner('s390x')).comment(issues[0], '/arch ack\n/arch attempt gcc 15');
      await github.person('olga').close(issues[1]);
      if (away) github.faults.add({ kind: 'status', status: 404, body: { message: 'Not Found' }, times: Infinity, match: { path: /^\/app\/hook\/deliveries/ } });
      await world.start();
      await world.until(() => desk.slack('arm64').includes(':no_bell:'), 'Slack shows that it was closed');
      expect(desk.slack('arm64')).toContain('olga');
      if (!away) {
        expect(await desk.answered(issues[0])).toContain('You have linux/s390x');
        expect(reactions(comment)).toEqual(['eyes']);
        await world.program.stop();
        await world.start();
      }
      await desk.settled(issues[0]);
      expect(answers(issues[0])).toHaveLength(away ? 1 : 2);
      expect(issues[1].state).toBe('closed');
      expect(desk.mentions(issues[1])).toEqual(['@demo/arm64-owners']);
    } finally {
      await world.end();
    }
  });
});

describe('a program that polls seldom', () => {
  it('polls at once where it is told to recheck, by those who may', async () => {
    const desk = await Desk.open(['s390x'], { extra: 'polling: { every: 1h, timeout: 5s }' });
    const { world, github } = desk;
    try {
      await world.until(() => world.summaries() === 1, 'it has polled at its start');
      const issue = await github.person('leads-member').open('demo/demo', { title: 'It looks red' });
      world.runs('linux/s390x e2e', 'FFF');
      expect(await desk.ask(issue, 'stranger', '/arch recheck')).toContain('Only release leads');
      expect(await desk.ask(issue, 'stranger', '/arch status linux/s390x')).toContain('is passing');
      expect(world.summaries()).toBe(1);
      expect(await desk.ask(issue, 'leads-member', '/arch recheck')).toMatch(/being read now[^]*every 1 h/);
      await world.until(() => desk.issuesOf('s390x').length === 1, 'the breakage is found');
      expect(await desk.ask(issue, 'stranger', '/arch status linux/s390x')).toContain('is failing');
      expect(world.summaries()).toBe(2);
    } finally {
      await world.end();
    }
  });
});
