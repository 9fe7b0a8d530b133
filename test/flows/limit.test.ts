import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import type { CiJob } from '../../demo/stand-ins/ci/index.ts';
import { Held, HOUR } from './held.ts';

vi.setConfig({ testTimeout: 200_000 });

/** GitHub's limit is used up for an hour: decisions go on, writes wait, Slack is told. */

const MINUTE = 60_000;
const REPO = 'demo/demo';
const PORTS = ['linux/arm64', 'linux/s390x', 'linux/ppc64le', 'linux/riscv64', 'linux/loong64', 'linux/386', 'windows/arm64', 'darwin/arm64', 'freebsd/riscv64', 'netbsd/386', 'openbsd/arm64', 'aix/ppc64'];
const tab = (platform: string): string => `e2e-${platform.replace('/', '-')}`;

let held: Held;
afterEach(() => held.end());

const jobs = new Map<string, CiJob>();
let commit = 0x1000;

/** Runs of a platform's job, a minute apart, the last one ended now. */
function runs(platform: string, letters: string): void {
  for (const [i, l] of [...letters].entries()) {
    jobs.get(platform)?.run({ outcome: l === 'P' ? 'pass' : 'fail', at: held.now - (letters.length - i) * MINUTE, takes: MINUTE / 2, commit: (commit++).toString(16).padStart(8, '0').repeat(5), ...l === 'F' ? { tests: [{ name: 'TestTwo', message: 'expected 1' }] } : {} });
  }
}

async function begin(): Promise<void> {
  held = await Held.begin(Date.UTC(2035, 0, 9, 9));
  held.github.repo(REPO);
  held.github.team('demo/owners', ['porter']);
  held.github.team('demo/signal', ['sam']);
  held.slack.channel('#signal');
  held.slack.user('porter', { id: 'UPORTER' });
  for (const p of ['linux/amd64', ...PORTS]) jobs.set(p, held.ci.job({ dashboard: 'board', tab: tab(p), suite: 'e2e', tests: ['TestOne', 'TestTwo'] }));
  for (const p of jobs.keys()) runs(p, 'PPPPP');
  held.skip(HOUR);
  await held.start(`
version: 1
project: demo
repo: ${REPO}
release: { name: v1, leads: ["@demo/signal"], ci_signal: ["@demo/signal"] }
sources: { grid: { kind: testgrid, url: "${held.ci.url}" } }
slack: { channels: { incidents: "#signal" } }
people: { UPORTER: porter }
polling: { every: 5m, timeout: 5s }
signal: { stale_after: 60d, caps: { total: 100 } }
platforms:
${[...jobs.keys()].map((p) => `  ${p}: { step: 2, build: on, owners: ["@demo/owners"], jobs: [{ name: ${tab(p)}, source: grid, dashboard: board, tab: ${tab(p)}, suite: e2e }] }`).join('\n')}
`);
}

/** So many minutes go by, with a tick four times a minute and what follows from it in Slack. */
async function minutes(n: number): Promise<void> {
  const { rt, scheduler } = held.program;
  const atWork = async (): Promise<boolean> => (await rt.store.listActions({ state: 'leased', limit: 1 })).length > 0
    || (await rt.store.listActions({ state: 'pending', limit: 500 })).some((r) => r.destination.startsWith('slack:'));
  for (let i = 0; i < n * 4; i++) {
    held.skip(12_500);
    await held.breath();
    await scheduler.idle();
    while (await atWork()) await delay(5);
  }
}

/** Until nothing is left that waits; how many minutes that took. */
async function rest(most: number): Promise<number> {
  for (let n = 0; n < most; n++) {
    const { pending = 0, leased = 0 } = await held.program.rt.store.countActions();
    if (pending + leased === 0) return n;
    await minutes(1);
  }
  throw new Error(`something waits still: ${JSON.stringify((await held.program.rt.store.listActions({ state: 'pending', limit: 3 })).map((r) => [r.key, r.lastError]))}`);
}

const heard = (): string[] => held.slack.messages('#signal').filter((m) => m.ephemeralFor === null).map((m) => m.text);
const issues = () => held.github.issues(REPO);
const metric = async (name: string): Promise<number> => {
  const page = await (await fetch((held.slack.send.target ?? '').replace('/slack/events', '/metrics'))).text();
  return Number(page.split('\n').find((l) => l.startsWith(`archsignal_${name}{`))?.split(' ')[1]);
};

it('is asked for nothing in vain while it lasts, told of once, and made good afterwards without a word that is out of date', async () => {
  await begin();
  const [first = '', second = '', ...others] = PORTS;
  runs(first, 'FFF');
  runs(second, 'FFF');
  await held.pass(6 * MINUTE);
  expect([issues().length, heard().length]).toEqual([2, 2]);

  held.github.limits.set({ primary: { limit: 0 } });
  held.github.requests.clear();
  for (const p of others) runs(p, 'FFF');
  runs(first, 'PPP');
  await minutes(7);
  // What is decided goes on, and Slack hears of it.
  expect(heard().filter((t) => t.includes(':warning:'))).toEqual([expect.stringMatching(/^:warning: GitHub takes no more from Archsignal in demo\/demo until Tue 9 Jan 11:\d\d UTC: the limit of its API is used up\./)]);
  expect(heard().filter((t) => !t.includes(':warning:'))).toHaveLength(2 + others.length);
  expect(await metric('github_limit_seconds')).toBeGreaterThan(2_000);
  await held.slack.command('porter', '#signal', `ack ${second}`, { signedAt: held.now });
  await vi.waitFor(() => { expect(held.slack.whispers('porter')).toHaveLength(1); }, 60_000);
  for (const p of others.slice(0, 5)) runs(p, 'PPP');
  await minutes(44);
  expect(held.slack.whispers('porter').map((m) => m.text)).toEqual([expect.stringMatching(/cannot be looked up before Tue 9 Jan 11:\d\d UTC, as the limit of GitHub's API is used up, so it was not done\. Please say it again then\./)]);
  expect(held.github.limits.refused).toBeLessThanOrEqual(4);
  expect(held.github.requests.filter((r) => !r.path.startsWith('/app')).length).toBeLessThanOrEqual(4);
  expect(issues()).toHaveLength(2);

  held.github.limits.set({});
  held.github.requests.clear();
  held.skip(10 * MINUTE);
  await rest(20);
  // What recovered meanwhile was never filed; the rest is, each once, and its owners hear of each once.
  expect(issues().map((i) => [/\[(.*?)\]/.exec(i.title)?.[1], i.state]).sort()).toEqual([[first, 'closed'], [second, 'open'], ...others.slice(5).map((p) => [p, 'open'])].sort());
  expect(held.github.mentions().map((m) => `${m.issue.number} ${m.handle}`).sort()).toEqual(issues().map((i) => `${i.number} @demo/owners`).sort());
  await minutes(1);
  expect(heard().filter((t) => t.includes('the limit of its API'))).toEqual([expect.stringContaining(':warning:'), expect.stringMatching(/^:white_check_mark: Over after (?:1 h|5\d min)/)]);
  expect(await held.program.rt.store.warnings()).toEqual([]);
});

/** GitHub's clock is ahead of ours by so many minutes, or behind. */
const by = (minutes: number) => (now: number): string => new Date(now + minutes * MINUTE).toUTCString();
const seconds = (ms: number): string => String(Math.ceil(ms / 1_000));

it.each<[string, number, (now: number, end: number) => Record<string, string>]>([
  ['`retry-after: 3600` and nothing else', 3, (now) => ({ 'retry-after': '3600', date: by(0)(now) })],
  ['a reset that is over since ten minutes', 24, (now) => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': seconds(now - 10 * MINUTE), date: by(0)(now) })],
  ['a reset in a hundred years', 3, (now) => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5000000000', date: by(0)(now) })],
  ['the reset by a clock ten minutes ahead of ours', 3, (now, end) => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': seconds(end + 10 * MINUTE), date: by(10)(now) })],
  ['the reset by a clock ten minutes behind ours', 3, (now, end) => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': seconds(end - 10 * MINUTE), date: by(-10)(now) })],
])('takes %s for what it is: decisions go on, little is asked in vain, Slack is told once, and all is made good', async (_, asked, headers) => {
  await begin();
  const [first = '', second = '', third = '', ...others] = PORTS;
  runs(first, 'FFF');
  await held.pass(6 * MINUTE);
  const end = held.now + HOUR;
  const refused = held.github.faults.add({
    kind: 'status', status: 403, times: Infinity, match: (call) => !call.path.startsWith('/app'), body: { message: 'You have exceeded a rate limit.' }, get headers() { return headers(held.now, end); },
  });
  for (const p of [second, third]) runs(p, 'FFF');
  await minutes(30);
  runs(third, 'PPP');
  for (const p of others) runs(p, 'FFF');
  await minutes(31);
  expect(refused.hits).toBeLessThanOrEqual(asked);
  refused.remove();
  expect(heard().filter((t) => !t.includes('the limit of its API'))).toHaveLength(PORTS.length);
  await rest(90);
  await minutes(2);
  expect(issues().map((i) => [/\[(.*?)\]/.exec(i.title)?.[1], i.state]).sort()).toEqual([first, second, ...others].map((p) => [p, 'open']).sort());
  expect(held.github.mentions().map((m) => `${m.issue.number} ${m.handle}`).sort()).toEqual(issues().map((i) => `${i.number} @demo/owners`).sort());
  expect(heard().filter((t) => t.includes('the limit of its API')).map((t) => t.split(' ')[0])).toEqual([':warning:', ':white_check_mark:']);
  expect(await held.program.rt.store.warnings()).toEqual([]);
});

it('paces writes once GitHub has said that they were too many at once, and is not refused again', async () => {
  await begin();
  held.github.limits.set({ secondary: { writes: 5, perMs: 5 * MINUTE, retryAfter: 300 } });
  for (const p of PORTS) runs(p, 'FFF');
  await minutes(6);
  const filed = issues().length;
  expect(filed).toBeLessThanOrEqual(5);
  const { refused } = held.github.limits;
  // Fewer than all that waits.
  held.github.limits.set({ secondary: { writes: 6, perMs: 10_000, retryAfter: 60 } });
  const before = held.github.limits.refused;
  held.skip(5 * MINUTE);
  await rest(20);
  expect(issues()).toHaveLength(PORTS.length);
  // One that is on its way while the clock jumps may be one too many.
  expect(held.github.limits.refused).toBeLessThanOrEqual(before + 1);
  expect(refused).toBeLessThanOrEqual(16);
});
