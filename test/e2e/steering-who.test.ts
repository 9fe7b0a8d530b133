import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answers, Desk, reactions } from './desk.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000, maxConcurrency: 16 });

const ARCHES = ['s390x', 'arm64', 'ppc64le', 'riscv64', 'mips64le', 'loong64', 'arm', '386', 'ppc64', 'mipsle'] as const;

/** One world in which each test has a platform of its own. */
let desk: Desk;
beforeAll(async () => { desk = await Desk.open(ARCHES, { extra: 'bots: ["helper[bot]", "archsignal"]' }); });
afterAll(() => desk.world.end());

const teamOf = (arch: string): ReturnType<typeof desk.github.team> => desk.github.team(`demo/${arch}-owners`);

describe('whether somebody may steer', () => {
  it.concurrent('is told by the owners and the release-signal team for incidents, by the leads for the rest', async () => {
    const issue = await desk.broken('s390x');
    teamOf('s390x').pending.add(desk.github.state.user('invited').login);
    const may = 'Only owners of linux/s390x (`demo/s390x-owners`) or the release-signal team (`demo/signal`) may use `/arch snooze` here. You can write what you know as a comment; `/arch owners <platform>` names the people to ask. Nothing was changed.\n';
    for (const by of ['stranger', 'leads-member', 'invited', 'arm64-owners-member']) expect(await desk.ask(issue, by, '/arch snooze 1h'), by).toSatisfy((a: string) => a.startsWith(may));
    expect(issue.body).not.toContain('Snoozed');
    for (const by of ['stranger', 's390x-owners-member']) expect(await desk.ask(issue, by, '/arch recheck'), by).toContain('Only release leads (`demo/leads`) or the release-signal team (`demo/signal`) may use `/arch recheck` here.');
    for (const by of ['leads-member', 'signal-member']) expect(await desk.ask(issue, by, '/arch recheck'), by).toContain('The source is being read now:');
    expect(await desk.ask(issue, 'SIGNAL-member', '/arch snooze 1h')).toContain('is snoozed until');
    expect(await desk.ask(issue, 's390x-owners-member', '/arch unsnooze')).toContain('is not snoozed any more');
    expect(desk.mentions(issue)).toEqual(['@demo/s390x-owners']);
  });

  it.concurrent('is read live: who has left the team since the last command may not any more, and who joined may', async () => {
    const issue = await desk.broken('arm64');
    const { members } = teamOf('arm64');
    expect(await desk.ask(issue, 'arm64-owners-member', '/arch ack')).toContain('You have linux/arm64');
    members.delete('arm64-owners-member');
    expect(await desk.ask(issue, 'arm64-owners-member', '/arch unack')).toContain('Only owners of linux/arm64');
    members.add(desk.github.state.user('newcomer').login);
    expect(await desk.ask(issue, 'newcomer', '/arch unack')).toMatch(/Nobody has linux\/arm64 now; `arm64-owners-member` had it\./);
  });

  for (const [arch, what, fault] of [
    ['ppc64le', 'fails', { kind: 'status', status: 500, times: Infinity }], ['riscv64', 'never answers', { kind: 'hang', times: Infinity }],
    ['mips64le', 'is cut off', { kind: 'cut-before', times: Infinity }], ['loong64', 'is refused', { kind: 'status', status: 403, body: { message: 'Resource not accessible by integration' }, times: Infinity }],
  ] as const) {
    it.concurrent(`is denied with words where the lookup ${what}, and holds back nobody else`, async () => {
      const issue = await desk.broken(arch);
      const trouble = desk.github.faults.add({ ...fault, match: { path: new RegExp(`^/orgs/demo/teams/${arch}-owners`) } });
      const elsewhere = await desk.github.person('stranger').open('demo/demo', { title: `What is it with ${arch}?` });
      await desk.github.person(`${arch}-owners-member`).comment(issue, '/arch ack\n/arch status');
      expect(await desk.ask(elsewhere, 'stranger', `/arch owners linux/${arch}`)).toContain(`**linux/${arch}** is owned by`);
      if (fault.kind === 'hang') expect(answers(issue), 'the others do not wait for it').toEqual([]);
      const answer = await desk.answered(issue);
      expect(answer).toContain(`Whether \`${arch}-owners-member\` is one of those who may use \`/arch ack\` here`);
      expect(answer).toMatch(/could not be looked up on GitHub.*Nothing was changed\./);
      expect(answer).toContain(`**linux/${arch} is failing**`);
      expect(await desk.ask(issue, 'signal-member', '/arch infra'), 'who is found in another team').toContain('is recorded as');
      trouble.remove();
      expect(desk.slack(arch)).not.toContain('has it');
      expect(await desk.ask(issue, `${arch}-owners-member`, '/arch ack')).toContain(`You have linux/${arch}`);
    });
  }

  it.concurrent('is denied with words where the team is not there any more', async () => {
    const issue = await desk.broken('arm');
    desk.github.state.teams.delete('demo/arm-owners');
    expect(await desk.ask(issue, 'arm-owners-member', '/arch ack')).toMatch(/could not be looked up on GitHub.*Nothing was changed\./);
    expect(await desk.ask(issue, 'signal-member', '/arch ack')).toContain('You have linux/arm');
  });

  it.concurrent('is asked of whoever edits a comment, not of its author', async () => {
    const issue = await desk.broken('386');
    const { github } = desk;
    const byOwner = await github.person('386-owners-member').comment(issue, 'What is it?\n\n/arch attempt nothing yet');
    await desk.answered(issue, 1);
    await github.person('stranger').editComment(byOwner, '/arch attempt nothing yet\n/arch infra');
    expect(await desk.answered(issue, 2)).toContain('Only owners of linux/386');
    const byStranger = await github.person('stranger').comment(issue, 'It looks like the infrastructure.');
    await github.person('386-owners-member').editComment(byStranger, 'It looks like the infrastructure.\n\n/arch infra');
    expect(await desk.answered(issue, 3)).toContain('linux/386 (e2e failing since');
    await desk.world.until(() => issue.body?.includes('says `386-owners-member`') ?? false, 'it is the editor who says so');
  });

  it.concurrent('is not asked of bots: they start nothing, unless they are configured, and then they are as anybody', async () => {
    const issue = await desk.broken('ppc64');
    const { github } = desk;
    teamOf('ppc64').members.add(github.state.user('ci-robot[bot]').login);
    const ignored = await github.person('ci-robot[bot]').comment(issue, '/arch ack');
    expect(await desk.ask(issue, 'helper[bot]', '/arch infra')).toContain('Only owners of linux/ppc64');
    teamOf('ppc64').members.add(github.state.user('helper[bot]').login);
    expect(await desk.ask(issue, 'helper[bot]', '/arch infra')).toContain('is recorded as a failure of the infrastructure');
    expect(answers(issue)).toHaveLength(2);
    expect(reactions(ignored)).toEqual([]);
  });

  it.concurrent('is not asked of ourselves: nothing that we write starts anything, nor does it when a person edits it', async () => {
    const issue = await desk.broken('mipsle');
    const { github } = desk;
    teamOf('mipsle').members.add('archsignal[bot]');
    const own = await github.person('archsignal[bot]').comment(issue, '/arch ack\n/arch status');
    await github.person('mipsle-owners-member').editComment(own, '/arch ack\n/arch status\n/arch infra');
    const answer = await desk.ask(issue, 'mipsle-owners-member', '/arch owners');
    expect(answers(issue)).toHaveLength(1);
    expect(reactions(own)).toEqual([]);
    // A marker of ours that a person pastes makes nothing ours.
    expect(await desk.ask(issue, 'mipsle-owners-member', `/arch infra\n\n${answer}`)).toContain('is recorded as a failure of the infrastructure');
  });
});
