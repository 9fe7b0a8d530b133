import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { answers, Desk, told } from './desk.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000, maxConcurrency: 16 });

const ARCHES = ['s390x', 'arm64', 'ppc64le', 'riscv64', 'mips64le', 'loong64', 'arm', '386'] as const;
type Arch = (typeof ARCHES)[number];

const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

/** One world in which each test has a platform of its own. */
let desk: Desk;
beforeAll(async () => { desk = await Desk.open(ARCHES, { release: `{ name: v1.37, date: ${IN_A_MONTH}, leads: ["@demo/leads"], ci_signal: ["@demo/signal"] }` }); });
afterAll(() => desk.world.end());

const owner = (arch: Arch): string => `${arch}-owners-member`;
const shows = (arch: Arch, words: string): Promise<void> => desk.world.until(() => desk.slack(arch).includes(words), `Slack shows of linux/${arch}: ${words}`);
const says = (issue: Issue, words: RegExp): Promise<void> => desk.world.until(() => words.test(issue.body ?? ''), `#${issue.number} says: ${String(words)}`);

describe('what is done by hand on an issue means what the command means', () => {
  it.concurrent('assigning oneself claims it, being unassigned by anybody gives it back', async () => {
    const issue = await desk.broken('s390x');
    await desk.github.person('somebody').assignSelf(issue);
    await shows('s390x', '`somebody` has it');
    await says(issue, /`somebody` has it/);
    expect(await desk.ask(issue, owner('s390x'), '/arch ack')).toMatch(/^You have linux\/s390x .* now; `somebody` had it\./);
    await desk.github.person('olga').unassign(issue, 'somebody');
    expect(await desk.ask(issue, 'stranger', '/arch status'), 'who has it is another').toContain('`s390x-owners-member` has it');
    await desk.github.person('olga').assign(issue, owner('s390x'));
    await desk.github.person('olga').unassign(issue, owner('s390x'));
    await shows('s390x', 'owners asked');
    await desk.github.person('somebody').assignSelf(issue);
    await shows('s390x', '`somebody` has it');
    await desk.github.person('olga').assign(issue, 'petra');
    expect(await desk.ask(issue, owner('s390x'), '/arch unack')).toContain('Nobody has linux/s390x now; `somebody` had it.');
    await desk.world.until(() => !issue.assignees.some((u) => u.login === 'somebody'), 'who had it is unassigned');
    expect(issue.assignees.map((u) => u.login)).toEqual(['petra']);
    expect(desk.calls('s390x')).toBe(1);
  });

  it.concurrent('assigning somebody else claims it for them where an owner does it, and nothing where a stranger does', async () => {
    const issue = await desk.broken('arm64');
    await desk.github.person('stranger').assign(issue, 'petra');
    await desk.settled(issue);
    expect(desk.slack('arm64')).not.toContain('has it');
    await desk.github.person('signal-member').assign(issue, 'quinn');
    await shows('arm64', '`quinn` has it');
    // Quinn says nothing, and somebody else takes it over.
    expect(await desk.ask(issue, owner('arm64'), '/arch ack')).toContain('`quinn` had been assigned to it, has said nothing of it, and is unassigned.');
    await desk.world.until(() => !issue.assignees.some((u) => u.login === 'quinn'), 'who was given it is unassigned');
  });

  it.concurrent('closing silences it, commands say so, and reopening has it followed again', async () => {
    const issue = await desk.broken('ppc64le');
    await desk.github.person('olga').close(issue, 'not_planned');
    await shows('ppc64le', ':no_bell:');
    expect(await desk.ask(issue, owner('ppc64le'), '/arch ack')).toContain('linux/ppc64le is silenced: `olga` closed its issue, so nobody is asked while it goes on. Reopen the issue to have it followed again. Nothing was changed.');
    expect(issue.state).toBe('closed');
    await desk.github.person('olga').reopen(issue);
    await shows('ppc64le', ':red_circle:');
    expect(await desk.ask(issue, owner('ppc64le'), '/arch ack')).toContain('You have linux/ppc64le');
    expect(desk.calls('ppc64le')).toBe(1);
  });

  it.concurrent('a label says what it is, and taking it off takes that back', async () => {
    const issue = await desk.broken('riscv64');
    const olga = desk.github.person('olga');
    await olga.label(issue, 'kind/flake', 'sig/node');
    await says(issue, /A flake\*\*, says `olga`/);
    await olga.label(issue, 'archsignal/infra');
    await says(issue, /A failure of the infrastructure\*\*, says `olga`/);
    await olga.unlabel(issue, 'kind/flake');
    expect(await desk.ask(issue, 'stranger', '/arch status')).toMatch(/infrastructure/);
    await olga.unlabel(issue, 'archsignal/infra');
    await desk.world.until(() => !/A failure of the infrastructure/.test(issue.body ?? ''), 'the issue asks again');
    expect(issue.labels.map((l) => l.name)).toContain('sig/node');
    expect(told(issue)).toEqual([]);
  });

  it.concurrent('the milestone of a later release snoozes it until the present one is out, and taking it off ends that', async () => {
    const issue = await desk.broken('mips64le');
    const olga = desk.github.person('olga');
    await olga.milestone(issue, 'v1.37');
    await desk.settled(issue);
    expect(issue.body).not.toContain('Snoozed');
    await olga.milestone(issue, 'v1.38');
    await says(issue, /Snoozed until .*by `olga`: milestone v1\.38/);
    expect(await desk.ask(issue, owner('mips64le'), '/arch snooze next-release')).toMatch(/is snoozed until /);
    await olga.milestone(issue, null);
    expect(await desk.ask(issue, 'stranger', '/arch status'), 'a snooze of another reason stays').toMatch(/snoozed until/);
  });

  it.concurrent('an owner\'s words claim it where nobody has it; their questions to us and a stranger\'s words do not', async () => {
    const issue = await desk.broken('loong64');
    await desk.github.person('stranger').comment(issue, 'It is the page size.');
    expect(await desk.ask(issue, owner('loong64'), '/arch status')).toContain('nobody has it yet');
    await desk.github.person(owner('loong64')).comment(issue, 'It is the page size, I am on it. See `/arch help`.');
    await shows('loong64', '`loong64-owners-member` has it');
    expect(answers(issue)).toHaveLength(1);
  });

  it.concurrent('a bot does nothing by hand, and what it closes is open again', async () => {
    const issue = await desk.broken('arm');
    const bot = desk.github.person('triage[bot]');
    await bot.label(issue, 'kind/flake');
    await bot.assign(issue, 'petra');
    await bot.close(issue);
    await desk.world.until(() => issue.state === 'open' && told(issue).length === 1, 'it is open again, with a word');
    expect(told(issue)[0]).toMatch(/^`triage\[bot\]` closed this issue, but e2e is failing still/);
    expect(await desk.ask(issue, 'stranger', '/arch status')).toContain('nobody has it yet');
    expect(desk.slack('arm')).toContain('owners asked');
  });

  it.concurrent('said and done at once, it is told once', async () => {
    const issue = await desk.broken('386');
    const olga = desk.github.person(owner('386'));
    await Promise.all([olga.assignSelf(issue), olga.comment(issue, '/arch ack'), olga.comment(issue, 'On it.')]);
    await desk.answered(issue);
    await desk.settled(issue);
    await desk.world.quiet(1);
    expect(desk.thread('386').split('\n').filter((l) => l.includes('has it'))).toHaveLength(1);
  });
});
