import { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import type { CiJob } from '../../demo/stand-ins/ci/index.ts';
import { Held, HOUR } from './held.ts';

vi.setConfig({ testTimeout: 200_000 });

/** The disk under the embedded store has no room, in the middle of its work: SQLite itself refuses, as its file may take no more pages. */

const MINUTE = 60_000;
const REPO = 'demo/demo';
const PORTS = ['arm64', 's390x', 'ppc64le', 'riscv64', 'loong64', '386', 'mips64le', 'arm'].map((arch) => `linux/${arch}`);

let held: Held;
afterEach(() => held.end());

const jobs = new Map<string, CiJob>();
const runs = (platform: string, outcome: 'pass' | 'fail', n: number): void => {
  for (let i = n; i > 0; i--) jobs.get(platform)?.run({ outcome, at: held.now - i * MINUTE, takes: MINUTE / 2, commit: `${jobs.size}${i}${outcome === 'pass' ? 1 : 2}${PORTS.indexOf(platform) + 1}`.padStart(40, '0'), ...outcome === 'fail' ? { tests: [{ name: 'TestTwo', message: 'expected 1' }] } : {} });
};

/** Begins, and gives the program's own connection to its store. */
async function begin(): Promise<DatabaseSync> {
  held = await Held.begin(Date.UTC(2035, 0, 9, 9));
  held.github.repo(REPO);
  held.github.team('demo/owners', ['porter']);
  held.slack.channel('#signal');
  for (const p of ['linux/amd64', ...PORTS]) jobs.set(p, held.ci.job({ dashboard: 'board', tab: `e2e-${p.replace('/', '-')}`, suite: 'e2e', tests: ['TestOne', 'TestTwo'] }));
  for (const p of jobs.keys()) runs(p, 'pass', 5);
  held.skip(HOUR);
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
  await held.start(`
version: 1
project: demo
repo: ${REPO}
sources: { grid: { kind: testgrid, url: "${held.ci.url}" } }
slack: { channels: { incidents: "#signal" } }
polling: { every: 5m, timeout: 5s }
signal: { stale_after: 60d, caps: { total: 100 } }
platforms:
${[...jobs.keys()].map((p) => `  ${p}: { step: 2, build: on, owners: ["@demo/owners"], jobs: [{ name: e2e, source: grid, dashboard: board, tab: "e2e-${p.replace('/', '-')}", suite: e2e }] }`).join('\n')}
`);
  const own = (exec.mock.contexts as DatabaseSync[]).findLast((db) => db.isOpen && db.location()?.endsWith('archsignal.db'));
  exec.mockRestore();
  if (own === undefined) throw new Error('the store is not there');
  return own;
}

async function turns(n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    await held.breath();
    await delay(5);
  }
}

/** Until nothing waits any more; the store may still refuse to say. */
async function rest(): Promise<void> {
  for (let quiet = 0; quiet < 5;) {
    await turns(1);
    const { pending = 0, leased = 0 } = await held.program.rt.store.countActions();
    quiet = pending + leased === 0 ? quiet + 1 : 0;
  }
}

const issues = () => held.github.issues(REPO);

it('loses nothing and does nothing twice where the disk is full for a while', async () => {
  const db = await begin();
  const [first = '', ...others] = PORTS;
  runs(first, 'fail', 3);
  await held.pass(6 * MINUTE);
  const [issue] = issues();
  if (issue === undefined) throw new Error('no issue');

  const most = Number(db.prepare('pragma max_page_count').get()?.['max_page_count']);
  const full = (): void => { db.exec(`pragma max_page_count = ${Number(db.prepare('pragma page_count').get()?.['page_count'])}`); };
  // In the middle of its work: some of what follows from the breakages is written, the rest is not.
  for (const p of others) runs(p, 'fail', 3);
  held.skip(5 * MINUTE);
  await turns(2);
  const refusals = (['all', 'run'] as const).map((way) => vi.spyOn(StatementSync.prototype, way));
  full();
  await turns(6);
  await held.github.person('porter').comment(issue, '/arch ack');
  for (const p of others) runs(p, 'fail', 2);
  held.skip(6 * MINUTE);
  await turns(20);
  // Thirteen: the database or disk is full.
  const refused = refusals.flatMap((way) => way.mock.results).filter((r) => r.type === 'throw' && (r.value as { errcode?: number }).errcode === 13).length;
  for (const way of refusals) way.mockRestore();
  expect(refused).toBeGreaterThan(3);

  db.exec(`pragma max_page_count = ${most}`);
  held.skip(20 * MINUTE);
  // What was said meanwhile was refused, is asked for again, and is done.
  while ((await held.program.rt.store.incidentByIssue(REPO, issue.number))?.acknowledged?.by !== 'porter') await turns(1);
  await rest();
  expect(issues().map((i) => /\[(.*?)\]/.exec(i.title)?.[1]).sort()).toEqual(PORTS.toSorted());
  expect(held.github.mentions().map((m) => m.issue.number).sort()).toEqual(issues().map((i) => i.number).sort());
  expect(held.slack.messages('#signal').filter((m) => !m.text.includes(':warning:') && !m.text.includes('Over after'))).toHaveLength(PORTS.length);
  expect((await held.program.rt.store.listActions({ state: 'dead', limit: 9 })).map((r) => r.lastError)).toEqual([]);
});
