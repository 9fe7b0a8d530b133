import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import type { CiJob } from '../../demo/stand-ins/ci/index.ts';
import { Held, HOUR } from './held.ts';

vi.setConfig({ testTimeout: 200_000 });

/** One of the two surfaces takes what it is told and does not answer in time: the other does not wait for it, and nothing is told twice. */

const MINUTE = 60_000;
const REPO = 'demo/demo';
/** More than may be under way at one destination, and more than at all of them. */
const PORTS = ['arm64', 's390x', 'ppc64le', 'riscv64', 'loong64', '386'].flatMap((arch) => ['linux', 'windows', 'freebsd', 'netbsd', 'openbsd', 'solaris'].map((os) => `${os}/${arch}`));
const PATIENCE = 60_000;

let held: Held;
afterEach(() => held.end());

async function begin(): Promise<Map<string, CiJob>> {
  held = await Held.begin(Date.UTC(2035, 0, 9, 9));
  held.github.repo(REPO);
  held.github.team('demo/owners', ['porter']);
  held.github.team('demo/signal', ['sam']);
  held.slack.channel('#signal');
  const jobs = new Map(['linux/amd64', ...PORTS].map((p) => [p, held.ci.job({ dashboard: 'board', tab: `e2e-${p.replace('/', '-')}`, suite: 'e2e', tests: ['TestOne', 'TestTwo'] })]));
  for (const [n, job] of [...jobs.values()].entries()) for (let i = 5; i > 0; i--) job.run({ outcome: 'pass', at: held.now - i * MINUTE, takes: MINUTE / 2, commit: `${n}0${i}`.padStart(40, '0') });
  held.skip(HOUR);
  await held.start(`
version: 1
project: demo
repo: ${REPO}
release: { name: v1, leads: ["@demo/signal"], ci_signal: ["@demo/signal"] }
sources: { grid: { kind: testgrid, url: "${held.ci.url}" } }
slack: { channels: { incidents: "#signal" } }
polling: { every: 5m, timeout: 5s }
signal: { stale_after: 60d, caps: { total: 100 } }
platforms:
${[...jobs.keys()].map((p) => `  ${p}: { step: 2, build: on, owners: ["@demo/owners"], jobs: [{ name: e2e, source: grid, dashboard: board, tab: "e2e-${p.replace('/', '-')}", suite: e2e }] }`).join('\n')}
`);
  return jobs;
}

/** All ports break at once. */
function breakAll(jobs: ReadonlyMap<string, CiJob>): void {
  for (const [n, port] of PORTS.entries()) {
    for (let i = 3; i > 0; i--) jobs.get(port)?.run({ outcome: 'fail', at: held.now - i * MINUTE, takes: MINUTE / 2, commit: `${n}1${i}`.padStart(40, '0'), tests: [{ name: 'TestTwo', message: 'expected 1' }] });
  }
}

/** The program goes on, on a clock that moves a little with each turn, until this is so. */
async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  for (const since = performance.now(); !await so();) {
    if (performance.now() - since > PATIENCE) throw new Error(`it never is: ${issues().length} issues, ${heard().length} messages`);
    await held.breath();
    await delay(5);
  }
}

const issues = () => held.github.issues(REPO);
/** What is told of breakages; that writes wait for long is told to operators beside it. */
const heard = (): string[] => held.slack.messages('#signal').map((m) => m.text).filter((t) => !/^:warning:|Over after/.test(t));
/** Rows that are under way to this surface. */
const underWay = async (surface: 'github' | 'slack'): Promise<number> => (await held.program.rt.store.listActions({ state: 'leased', limit: 99 })).filter((r) => r.destination.startsWith(surface)).length;
const platformsOf = (texts: readonly string[]): string[] => texts.map((t) => /\b(?:linux|windows|freebsd|netbsd|openbsd|solaris)\/\w+/.exec(t)?.[0] ?? '').sort();

/** Everything is well again: what was never answered is looked for, and stands there once. */
async function madeGood(): Promise<void> {
  await until(() => heard().length >= PORTS.length && issues().length >= PORTS.length);
  for (let left = 1; left > 0;) {
    await held.breath();
    await delay(20);
    const { pending = 0, leased = 0 } = await held.program.rt.store.countActions();
    left = pending + leased;
  }
  expect(platformsOf(issues().map((i) => i.title))).toEqual(PORTS.toSorted());
  expect(platformsOf(heard())).toEqual(PORTS.toSorted());
  expect(heard().every((t) => /#\d+/.test(t))).toBe(true);
  expect(held.github.mentions().map((m) => m.issue.number).sort()).toEqual(issues().map((i) => i.number).sort());
  const threads = Map.groupBy(held.slack.messages('#signal', 'all').filter((m) => m.threadTs !== null), (m) => `${m.threadTs} ${m.text}`);
  expect([...threads.values()].filter((same) => same.length > 1)).toEqual([]);
  expect((await held.program.rt.store.listActions({ state: 'dead', limit: 10 })).map((r) => r.lastError)).toEqual([]);
}

it('files every issue while Slack takes what it is told and never answers, and each message stands there once', async () => {
  const jobs = await begin();
  const hung = held.slack.faults.add({ kind: 'hang-after', times: Infinity });
  breakAll(jobs);
  held.skip(5 * MINUTE);
  let most = 0;
  await until(async () => {
    most = Math.max(most, await underWay('slack'));
    return issues().length === PORTS.length;
  });
  // Slack has its part of what is under way at once, and no more.
  expect([hung.hits > 0, most <= 16]).toEqual([true, true]);
  hung.remove();
  await madeGood();
});

it('tells Slack of every breakage while GitHub takes what it is told and never answers, and each issue is filed once', async () => {
  const jobs = await begin();
  const hung = held.github.faults.add({ kind: 'hang-after', times: Infinity, match: (call) => call.method !== 'GET' });
  breakAll(jobs);
  held.skip(5 * MINUTE);
  let most = 0;
  await until(async () => {
    most = Math.max(most, await underWay('github'));
    return heard().length === PORTS.length;
  });
  expect([hung.hits > 0, most <= 16]).toEqual([true, true]);
  hung.remove();
  await madeGood();
});
