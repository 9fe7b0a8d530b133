import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { answers, Desk, told } from './desk.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000, maxConcurrency: 16 });

const ARCHES = ['s390x', 'arm64', 'ppc64le', 'riscv64', 'mips64le', 'loong64', 'arm', '386', 'ppc64', 'mipsle', 'mips'] as const;
type Arch = (typeof ARCHES)[number];

/** One world in which each test has a platform of its own. */
let desk: Desk;
beforeAll(async () => { desk = await Desk.open(ARCHES); });
afterAll(() => desk.world.end());

const owner = (arch: Arch): string => `${arch}-owners-member`;
const shows = (arch: Arch, words: string): Promise<void> => desk.world.until(() => desk.slack(arch).includes(words), `Slack shows of linux/${arch}: ${words}`);
const says = (issue: Issue, words: string | RegExp): Promise<void> =>
  desk.world.until(() => typeof words === 'string' ? issue.body?.includes(words) ?? false : words.test(issue.body ?? ''), `#${issue.number} says: ${words}`);

/** A run that begins after everything that was done so far, by the clock of the programs. */
function runNow(arch: Arch, outcome: 'pass' | 'fail'): void {
  const { world } = desk;
  world.jobs.get(`linux/${arch} e2e`)?.run({ outcome, at: Date.now() + 1_000, commit: world.commit(), ...(outcome === 'fail' ? { tests: [{ name: 'TestTwo' }] } : {}) });
}

describe('a command on an incident\'s issue', () => {
  it.concurrent('ack claims it and unack gives it back: seen at once, answered once, shown on the issue and in Slack', async () => {
    const issue = await desk.broken('s390x');
    const comment = await desk.github.person(owner('s390x')).comment(issue, '/arch ack');
    expect(await desk.answered(issue)).toMatch(/^You have linux\/s390x \(e2e failing since [^)]*\)\. Nobody is reminded\. Give it back with `\/arch unack`\.\n/);
    expect(comment.reactions.map((r) => [r.user.login, r.content])).toEqual([['archsignal[bot]', 'eyes']]);
    await shows('s390x', '`s390x-owners-member` has it');
    await says(issue, '`s390x-owners-member` has it');
    expect(await desk.ask(issue, owner('s390x'), '/arch ack')).toContain('You have linux/s390x already');
    expect(await desk.ask(issue, owner('s390x'), '/arch unack')).toMatch(/^You gave back linux\/s390x .*If nobody takes it, there is a reminder on .*`demo\/signal` is asked on /);
    await shows('s390x', 'owners asked');
    await desk.world.until(() => !issue.body?.includes('has it'), 'the issue asks again');
    expect(desk.calls('s390x')).toBe(1);
    expect(told(issue)).toEqual([]);
  });

  it.concurrent('snooze silences it until its time, and one comment says that it is over', async () => {
    const issue = await desk.broken('arm64');
    expect(await desk.ask(issue, owner('arm64'), '/arch snooze 3s waiting for @gcc')).toMatch(/^linux\/arm64 \(e2e failing since .*\) is snoozed until .* End it earlier with `\/arch unsnooze`\./);
    await desk.world.until(() => told(issue).length === 1, 'its end is told');
    expect(told(issue)[0]).toMatch(/^(?:`demo\/arm64-owners`, )?The snooze is over, and e2e is failing still, since /);
    await shows('arm64', ':red_circle:');
    expect(desk.thread('arm64')).toContain('snoozed it until');
    await desk.polls(3);
    expect(told(issue)).toHaveLength(1);
    expect(desk.mentions(issue)).toEqual(['@demo/arm64-owners']);
  });

  it.concurrent('snooze can be ended early, and nothing is said at its end then', async () => {
    const issue = await desk.broken('ppc64le');
    await desk.ask(issue, 'signal-member', '/arch snooze 1h');
    await says(issue, 'Snoozed until');
    await shows('ppc64le', 'snoozed');
    expect(await desk.ask(issue, owner('ppc64le'), '/arch unsnooze')).toContain('linux/ppc64le is not snoozed any more.');
    await desk.world.until(() => !issue.body?.includes('Snoozed until'), 'the issue asks again');
    expect(told(issue)).toEqual([]);
  });

  it.concurrent('flake and infra say what it is, one instead of the other, and take it back', async () => {
    const issue = await desk.broken('riscv64');
    expect(await desk.ask(issue, owner('riscv64'), '/arch flake TestTwo')).toMatch(/is recorded as a flake: TestTwo\. Nobody is reminded\. /);
    await says(issue, /A flake.*TestTwo/);
    await shows('riscv64', 'flake');
    expect(await desk.ask(issue, owner('riscv64'), '/arch infra the disk is full')).toMatch(/is recorded as a failure of the infrastructure \(before: a flake, said by `riscv64-owners-member`\): the disk is full\. It does not count against the platform/);
    await says(issue, /infrastructure.*the disk is full/);
    await shows('riscv64', 'infrastructure');
    expect(await desk.ask(issue, owner('riscv64'), '/arch flake off')).toContain('linux/riscv64 is not recorded as a flake, so nothing was changed.');
    expect(await desk.ask(issue, owner('riscv64'), '/arch infra off')).toContain('linux/riscv64 is not recorded as a failure of the infrastructure any more. If nobody takes it,');
    await desk.world.until(() => !issue.body?.includes('the disk is full'), 'the issue asks again');
  });

  it.concurrent('attempt is kept with it, and whoever tries has it', async () => {
    const issue = await desk.broken('mips64le');
    expect(await desk.ask(issue, owner('mips64le'), '/arch attempt rebuilt with gcc 15: https://example.org/log')).toContain('What you tried is recorded with linux/mips64le. You have it now, as nobody had; give it back with `/arch unack`.');
    expect(await desk.ask(issue, 'signal-member', '/arch attempt turned it off and on')).toMatch(/^What you tried is recorded with linux\/mips64le \(2 tries so far\)\.\n/);
    await says(issue, /signal-member.*turned it off and on[^]*mips64le-owners-member.*rebuilt with gcc 15/);
    await shows('mips64le', '`mips64le-owners-member` has it');
    await desk.world.until(() => desk.thread('mips64le').includes('turned it off and on'), 'the thread tells it');
  });

  it.concurrent('fixed-by is watched: its merge is known, and that it did not help is said once', async () => {
    const issue = await desk.broken('loong64');
    const fixer = desk.github.person('fixer');
    await fixer.commit('demo/demo', 'fix.txt', 'mended', 'mend-it');
    const pull = await fixer.openPull('demo/demo', { title: 'Mend it', head: 'mend-it' });
    expect(await desk.ask(issue, owner('loong64'), '/arch fixed-by #99999')).toContain('There is no pull request `demo/demo#99999`, or this App may not read it. Nothing was changed.');
    expect(await desk.ask(issue, owner('loong64'), `/arch fixed-by #${pull.number}`)).toContain('is recorded as the fix of linux/loong64. If a run that began after its merge fails, one comment says so. You have it now');
    await says(issue, new RegExp(`/pull/${pull.number}\\).*: open\\.`));
    await fixer.merge(pull);
    await says(issue, new RegExp(`/pull/${pull.number}\\).*: merged on `));
    expect(told(issue)).toEqual([]);
    runNow('loong64', 'fail');
    await desk.world.until(() => told(issue).length === 1, 'it is told that it did not help');
    expect(told(issue)[0]).toMatch(new RegExp(`/pull/${pull.number}\\), named as the fix by \`loong64-owners-member\`, is merged, and it did not help: `));
    runNow('loong64', 'fail');
    await desk.polls(3);
    expect(told(issue)).toHaveLength(1);
    expect(desk.calls('loong64')).toBe(1);
  });

  it.concurrent('status, explain, owners and help answer everybody, and mention nobody', async () => {
    const issue = await desk.broken('arm');
    expect(await desk.ask(issue, 'stranger', '/arch status')).toMatch(/^\*\*linux\/arm is failing\*\*: of 2 jobs, 1 is failing and 1 is passing\.[^]*\| \[e2e\]/);
    expect(await desk.ask(issue, 'stranger', '/arch status all')).toContain('linux/amd64');
    expect(await desk.ask(issue, 'stranger', '/arch explain')).toMatch(/\*\*e2e\*\* is failing: 3 runs failed in a row on 3 commits since /);
    expect(await desk.ask(issue, 'stranger', '/arch owners')).toContain('**linux/arm** is owned by `demo/arm-owners`.');
    expect(await desk.ask(issue, 'stranger', '/arch')).toContain('- `/arch ack [platform]`');
    expect(await desk.ask(issue, 'stranger', '/arch help snooze')).toMatch(/^`\/arch snooze \[platform\] <duration\|date\|next-release> \[reason\]`[^]*\*\*Who may:\*\* Owners/);
    expect(desk.mentions(issue)).toEqual(['@demo/arm-owners']);
  });

  it.concurrent('downtime: what breaks meanwhile opens nothing, and what still fails afterwards does', async () => {
    const elsewhere = await desk.broken('386');
    expect(await desk.ask(elsewhere, owner('ppc64'), '/arch downtime linux/ppc64 now 4h new disks for @everyone')).toMatch(/^linux\/ppc64 is in a planned downtime until .*: what breaks there opens no incident and joins none\. End it early with `\/arch downtime linux\/ppc64 end`\./);
    desk.world.runs('linux/ppc64 e2e', 'FFF');
    await desk.polls(3);
    expect(await desk.ask(elsewhere, 'stranger', '/arch status linux/ppc64')).toMatch(/downtime until .*new disks/);
    expect(desk.issuesOf('ppc64')).toEqual([]);
    expect(await desk.ask(elsewhere, owner('ppc64'), '/arch downtime linux/ppc64 end')).toMatch(/^The downtime of linux\/ppc64 is over, .* before its time\./);
    await desk.polls(2);
    expect(desk.issuesOf('ppc64')).toEqual([]);
    runNow('ppc64', 'fail');
    await desk.world.until(() => desk.issuesOf('ppc64').length === 1, 'the first failure after it opens an incident');
  });

  it.concurrent('mute closes what is left of it, keeps new breakages away, and is ended by others as well', async () => {
    const issue = await desk.broken('mipsle');
    expect(await desk.ask(issue, 'leads-member', '/arch mute e2e 2d the lab moves')).toMatch(/12 jobs are called "e2e"; say which: `linux\/\w+:e2e`, /);
    expect(await desk.ask(issue, owner('mipsle'), '/arch mute linux/mipsle:e2e 2d the lab moves')).toContain('Only release leads (`demo/leads`) or the release-signal team (`demo/signal`) may use `/arch mute` here.');
    const done = await desk.ask(issue, 'leads-member', '/arch mute linux/mipsle:e2e 2d the lab moves');
    expect(done).toMatch(/^`e2e` on linux\/mipsle is muted until .*: its breakages open no incident and ask nobody\. `\/arch mute linux\/mipsle:e2e off` ends it\./);
    await desk.world.until(() => issue.state === 'closed', 'the incident is over');
    await shows('mipsle', 'muted');
    desk.world.runs('linux/mipsle e2e', 'FFF');
    await desk.polls(3);
    expect(await desk.ask(issue, 'stranger', '/arch explain linux/mipsle')).toMatch(/`e2e` is muted until .*, by `leads-member` \(the lab moves\)/);
    expect(await desk.ask(issue, 'signal-member', '/arch mute linux/mipsle:e2e off')).toContain('is not muted any more');
    await desk.polls(2);
    expect(issue.state).toBe('closed');
    runNow('mipsle', 'fail');
    await desk.world.until(() => issue.state === 'open' || desk.issuesOf('mipsle').length === 2, 'it is followed again');
  });

  it.concurrent('is answered on a closed incident\'s issue too: it is over, and nothing is changed', async () => {
    const issue = await desk.broken('mips');
    desk.world.runs('linux/mips e2e', 'PP');
    await desk.world.until(() => issue.state === 'closed', 'it closes by itself');
    expect(await desk.ask(issue, owner('mips'), '/arch ack')).toContain('The incident of linux/mips (#');
    expect(answers(issue)[0]?.body).toMatch(/has been over since .*Nothing was changed\./);
    await shows('mips', ':large_green_circle:');
  });
});
