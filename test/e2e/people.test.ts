import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { GitHub, Issue } from '../../demo/stand-ins/github/index.ts';
import { World, type PlatformSpec } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000, maxConcurrency: 16 });

const ARCHES = ['s390x', 'arm64', 'ppc64le', 'riscv64', 'mips64le', 'loong64', 'arm', '386', 'ppc64', 'mipsle'] as const;
type Arch = (typeof ARCHES)[number];

const platforms = Object.fromEntries(['amd64', ...ARCHES].map((a): [string, PlatformSpec] => [`linux/${a}`, { owners: [`@demo/${a}-owners`], suites: ['e2e', 'unit'] }]));

/** One world in which each test has a platform of its own. */
let world: World;
let github: GitHub;
beforeAll(async () => {
  world = await World.begin({ platforms, extra: 'escalation: { snooze: 4s }' });
  github = world.github;
  github.repo('demo/other');
  await world.start();
});
afterAll(() => world.end());

const issuesOf = (arch: Arch): Issue[] => github.issues('demo/demo').filter((i) => i.labels.some((l) => l.name === `arch/linux-${arch}`));
const told = (arch: Arch): string => world.slack.messages('#signal').filter((m) => m.text.includes(`linux/${arch}:`) || m.text.includes(`linux/${arch} `)).map((m) => m.text).join('\n');
const calls = (arch: Arch): string[] => github.mentions().filter((m) => m.handle === `@demo/${arch}-owners`).map((m) => m.where);

/** Breaks the platform's e2e and waits for its issue and its message. */
async function broken(arch: Arch): Promise<Issue> {
  world.runs(`linux/${arch} e2e`, 'FFF');
  await world.until(() => issuesOf(arch).length === 1 && told(arch).includes('|#'), `linux/${arch} has its issue and its message`);
  const [issue] = issuesOf(arch);
  if (!issue) throw new Error('unreachable');
  return issue;
}

const polls = async (n: number): Promise<void> => {
  const from = world.summaries();
  await world.until(() => world.summaries() >= from + n, `it has polled ${n} times`);
};

describe('a person at an issue', () => {
  it.concurrent('keeps title, labels and words, while the marked section goes on', async () => {
    const issue = await broken('s390x');
    const olga = github.person('olga');
    await olga.retitle(issue, 'The big endian thing again');
    await olga.relabel(issue, ['kind/bug']);
    await olga.editBody(issue, `Seen this before, see #7.\n\n${issue.body ?? ''}\n\nOlga's notes: it is the page size.`);
    world.runs('linux/s390x unit', 'FFF');
    await world.until(() => issue.comments.length === 1, 'the joining is told on the same issue');
    expect(issue.body).toMatch(/^Seen this before, see #7\.[^]*\| \[unit\][^]*Olga's notes: it is the page size\.$/);
    world.runs('linux/s390x unit', 'PP').runs('linux/s390x e2e', 'PP');
    await world.until(() => issue.state === 'closed', 'it is closed');
    expect(issue.title).toBe('The big endian thing again');
    expect(issue.labels.map((l) => l.name)).toEqual(['kind/bug']);
    expect(issue.body).toMatch(/^Seen this before, see #7\.[^]*Olga's notes: it is the page size\.$/);
    expect(calls('s390x')).toEqual(['issue']);
  });

  it.concurrent('who closes it has silence, one word after the snooze, and a new issue for a new breakage', async () => {
    const issue = await broken('arm64');
    await github.person('olga').close(issue);
    await world.until(() => told('arm64').includes('olga'), 'Slack says who closed it');
    world.runs('linux/arm64 e2e', 'F');
    await world.until(() => issue.comments.length === 1, 'the snooze is over');
    world.runs('linux/arm64 e2e', 'FF');
    await polls(5);
    expect(issue.comments).toHaveLength(1);
    expect(issue.state).toBe('closed');
    expect(calls('arm64')).toEqual(['issue']);
    world.runs('linux/arm64 e2e', 'PP');
    await polls(3);
    world.runs('linux/arm64 e2e', 'FFF');
    await world.until(() => issuesOf('arm64').length === 2, 'the new breakage has a new issue');
    const [, next] = issuesOf('arm64');
    expect(next?.body).toContain(`#${issue.number}`);
    expect(next?.state).toBe('open');
    expect(issue.comments).toHaveLength(1);
    await world.until(() => calls('arm64').length === 2, 'the owners are asked of the new one');
  });

  it.concurrent('sees the same issue open again when it breaks soon after it closed by itself', async () => {
    const issue = await broken('ppc64le');
    world.runs('linux/ppc64le e2e', 'PP');
    await world.until(() => issue.state === 'closed', 'it closes by itself');
    world.runs('linux/ppc64le e2e', 'FFF');
    await world.until(() => issue.state === 'open', 'it is opened again');
    await polls(3);
    expect(issuesOf('ppc64le')).toHaveLength(1);
    expect(issue.comments).toHaveLength(2);
    expect(calls('ppc64le')).toEqual(['issue', 'comment']);
  });

  it.concurrent('who locks it makes an operator\'s warning, and no loop', async () => {
    const issue = await broken('riscv64');
    await github.person('olga').lock(issue);
    world.runs('linux/riscv64 unit', 'FFF');
    await world.until(async () => (await world.ready()).warnings.some((w) => w.includes(`#${issue.number} is locked`)), 'operators are told');
    await polls(4);
    expect(github.requests.where({ method: 'POST', path: `/repos/demo/demo/issues/${issue.number}/comments` })).toHaveLength(1);
    expect(issuesOf('riscv64')).toHaveLength(1);
    expect(issue.body).toContain('| [unit]');
  });

  it.concurrent('who deletes it gets one other that links it and calls nobody, and is let be the second time', async () => {
    const issue = await broken('mips64le');
    const olga = github.person('olga');
    await olga.delete(issue);
    await world.until(() => issuesOf('mips64le').some((i) => i !== issue), 'there is another');
    const [next] = issuesOf('mips64le');
    expect(next?.body).toContain(`#${issue.number}`);
    await world.until(() => told('mips64le').includes(`|#${next?.number}>`), 'Slack names the new one');
    if (next) await olga.delete(next);
    world.runs('linux/mips64le unit', 'FFF');
    await world.until(async () => (await world.ready()).warnings.some((w) => w.includes('mips64le')), 'operators are told that there will be no third');
    await polls(4);
    expect(issuesOf('mips64le')).toEqual([]);
    expect(calls('mips64le')).toEqual(['issue']);
  });

  it.concurrent('who moves it to another repository gets one other that links it, once, also where the webhook was lost', async () => {
    const issue = await broken('loong64');
    github.hooks.hold();
    await github.person('olga').transfer(issue, 'demo/other');
    github.hooks.lose();
    world.runs('linux/loong64 unit', 'FFF');
    await world.until(() => issuesOf('loong64').length === 1, 'there is another');
    const [next] = issuesOf('loong64');
    expect(next?.body).toContain(`#${issue.number}`);
    expect(next?.body).toContain('| [unit]');
    await polls(4);
    expect(issuesOf('loong64')).toHaveLength(1);
    expect(calls('loong64')).toEqual(['issue']);
  });

  it.concurrent('reads on in a new linked issue when the old one has a thousand comments', async () => {
    const issue = await broken('arm');
    const chatter = github.state.user('chatter');
    for (let i = 0; i < 1_000; i++) issue.comments.push({ id: github.state.id(), issue, user: chatter, body: 'me too', createdAt: Date.now(), updatedAt: Date.now(), reactions: [], history: [] });
    world.runs('linux/arm unit', 'FFF');
    await world.until(() => issuesOf('arm').length === 2, 'it goes on in another issue');
    const [, next] = issuesOf('arm');
    expect(next?.body).toContain(`#${issue.number}`);
    expect(next?.body).toContain('| [unit]');
    await world.until(() => told('arm').includes(`|#${next?.number}>`), 'Slack names the new one');
    world.runs('linux/arm unit', 'PP').runs('linux/arm e2e', 'PP');
    await world.until(() => next?.state === 'closed', 'the new one is closed');
    await world.until(() => issue.state === 'closed', 'nothing open is left behind');
    await polls(3);
    expect(issue.comments).toHaveLength(1_000);
    expect(calls('arm')).toEqual(['issue']);
  });

  it.concurrent('who assigns themself has it: Slack says so, and nobody is asked again', async () => {
    const issue = await broken('386');
    await github.person('386-owners-member').assignSelf(issue);
    await world.until(() => told('386').includes(':eyes:'), 'Slack says who has it');
    expect(told('386')).toContain('386-owners-member');
    await github.person('386-owners-member').unassign(issue, '386-owners-member');
    await world.until(() => !told('386').includes(':eyes:'), 'Slack says that nobody has it any more');
  });

  it.concurrent('who answers for the platform has it by commenting; anybody else just talks', async () => {
    const issue = await broken('ppc64');
    await github.person('passer-by').comment(issue, 'What does this mean?');
    await polls(3);
    expect(told('ppc64')).not.toContain(':eyes:');
    await github.person('ppc64-owners-member').comment(issue, 'On it.');
    await world.until(() => told('ppc64').includes(':eyes:'), 'Slack says who has it');
    expect(told('ppc64')).toContain('ppc64-owners-member');
    expect(issue.comments).toHaveLength(2);
  });

  it.concurrent('is heard once, however often GitHub tells it, and not at all by a stranger\'s letter', async () => {
    const issue = await broken('mipsle');
    const olga = github.person('olga');
    await olga.close(issue);
    const closing = github.hooks.deliveries.findLast((d) => d.event === 'issues' && d.action === 'closed' && d.payload.includes(`"number":${issue.number},`));
    await world.until(() => told('mipsle').includes('olga'), 'Slack says who closed it');
    await olga.reopen(issue);
    await world.until(() => !told('mipsle').includes(':no_bell:') && told('mipsle').includes(':red_circle:'), 'it is open again');
    const said = told('mipsle');
    const again = await github.hooks.redeliver(closing?.id ?? 0);
    expect(again?.statusCode).toBe(200);
    const payload = JSON.parse(closing?.payload ?? '{}') as Record<string, unknown>;
    const from = github.hooks.deliveries.length;
    await github.hooks.send('issues', payload, { unsigned: true });
    await github.hooks.send('issues', payload, { secret: 'guessed' });
    await github.hooks.send('issues', payload, { secret: '' });
    expect(github.hooks.deliveries.slice(from).filter((d) => d.payload === closing?.payload).map((d) => d.statusCode).every((s) => s === 400 || s === 401)).toBe(true);
    await polls(4);
    expect(told('mipsle')).toBe(said);
    expect(issue.state).toBe('open');
  });
});
