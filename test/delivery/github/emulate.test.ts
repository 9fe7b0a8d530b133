import { createEmulator, type Emulator } from 'emulate';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PlaceCuts } from '../../../src/domain/build-switch.ts';
import { createGitHub, type GitHub } from '../../../src/delivery/github/index.ts';
import { switcher } from '../../../src/switches/index.ts';
import { again, anIncident, changed, ensure, first, NO_EDITOR, opened, subjectOf, T0, tell, turn } from './fixtures.ts';

/** Another GitHub than the one of the other tests, written by others. */
let emulator: Emulator;
let github: GitHub;
const REPO = 'octocat/hello';
const TOKEN = 'gho_somebody';
const incident = anIncident({ repo: REPO, openedAt: Date.now(), facts: [{ ...opened(), at: Date.now() }] });

beforeAll(async () => {
  emulator = await createEmulator({
    service: 'github', port: 0,
    seed: { tokens: { [TOKEN]: { login: 'octocat', scopes: ['repo'] } }, github: {
      users: [{ login: 'octocat' }], repos: [{ owner: 'octocat', name: 'hello', auto_init: true }],
      apps: [{ app_id: 12345, slug: 'archsignal', name: 'archsignal', permissions: { issues: 'write', metadata: 'read', contents: 'write', pull_requests: 'write' }, installations: [{ installation_id: 100, account: 'octocat', repository_selection: 'all' }] }],
    } },
  });
  const key = emulator.generatedSecrets.find((s) => s.kind === 'github.app_private_key')?.value ?? '';
  github = createGitHub({
    appId: 12345, privateKey: key, webhookSecret: 'x', apiUrl: emulator.url, log: pino({ level: 'silent' }), markerKeys: ['key'], onDelivery: async () => true, now: Date.now, editor: NO_EDITOR, switcher, bots: [],
  });
});
afterAll(() => emulator.close());

it('tells a breakage from its opening to its end on a GitHub that others wrote', async () => {
  expect(await github.ready([REPO])).toEqual({ ok: true, reason: null });
  const filed = await github.execute(ensure(incident), subjectOf(incident), first);
  if (!filed.ok || filed.receipt.kind !== 'issue') throw new Error(JSON.stringify(filed));
  expect(filed.receipt).toMatchObject({ repo: REPO, state: 'open', facts: 1, comments: 0 });
  const { number, url } = filed.receipt;
  // The answer was lost: the same issue is found by label and marker.
  expect(await github.execute(ensure(incident), subjectOf(incident), again)).toMatchObject({ ok: true, receipt: { number } });
  const over = changed({ ...incident, issue: { repo: REPO, number, url } }, {
    state: 'closed', closedBy: 'recovery', closedAt: T0, facts: [...incident.facts, { n: 2, at: Date.now(), asks: [], kind: 'recovered' }],
  });
  const told = await github.execute(tell(over, 2), subjectOf(over), first);
  expect(told).toMatchObject({ ok: true, receipt: { kind: 'comment' } });
  expect(await github.execute(tell(over, 2), subjectOf(over), again)).toEqual(told);
  expect(await github.execute(turn(over, 'closed'), subjectOf(over), first)).toMatchObject({ ok: true, receipt: { state: 'closed' } });
  expect(await github.execute(ensure(over), subjectOf(over), first)).toMatchObject({ ok: true, receipt: { number, state: 'closed', comments: 1, facts: 1 } });
});

/** Does something as a person does. */
async function asked(method: string, path: string, body?: unknown): Promise<{ readonly content?: string; readonly sha?: string }> {
  const answer = await fetch(`${emulator.url}/repos/${REPO}${path}`, { method, headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, ...body === undefined ? {} : { body: JSON.stringify(body) } });
  return await answer.json() as { content?: string; sha?: string };
}
const read = async (path: string, ref: string): Promise<string> => Buffer.from((await asked('GET', `/contents/${path}?ref=${ref}`)).content ?? '', 'base64').toString();
const put = async (path: string, text: string): Promise<void> => {
  const { sha } = await asked('GET', `/contents/${path}?ref=main`);
  await asked('PUT', `/contents/${path}`, { message: `Write ${path}`, content: Buffer.from(text).toString('base64'), branch: 'main', ...sha === undefined ? {} : { sha } });
};

it('turns switches off and on by pull requests on that GitHub, over a base that moves', async () => {
  const script = (...platforms: readonly string[]): string => `SERVER=(\n${platforms.map((p) => `  ${p}\n`).join('')})\n`;
  const json = '{"p": ["linux/amd64", "linux/s390x"]}\n';
  await put('hack/build.sh', script('linux/amd64', 'linux/s390x'));
  await put('p.json', json);
  const places = [{ file: 'hack/build.sh', format: 'shell-array', at: 'SERVER' }, { file: 'p.json', format: 'json-list', at: 'p' }] as const;
  const turned = (to: 'off' | 'on', unmarked: readonly PlaceCuts[] = [], attempt = first, more = {}) => github.execute({
    kind: 'ensure-switch-pull', repo: REPO, branch: `archsignal/${to}`, base: 'main', since: T0, title: `Turn it ${to}`, body: [], labels: ['archsignal'], reviewers: [], milestone: null,
    platform: 'linux/s390x', to, places, mark: { proposal: '#1', link: 'https://github.com/octocat/hello/issues/2' }, unmarked, ...more,
  }, null, attempt);
  const opened = await turned('off');
  if (!opened.ok || opened.receipt.kind !== 'pull-request') throw new Error(JSON.stringify(opened));
  const { number, unmarked } = opened.receipt;
  expect(await turned('off', [], again)).toEqual(opened);
  await asked('PUT', `/pulls/${number}/merge`, {});
  expect(await read('hack/build.sh', 'main')).toContain('  linux/amd64\n  # archsignal proposal #1: linux/s390x is off');
  const ask = { project: { repo: REPO, switches: places.map((p) => ({ ...p, repo: null, controls: 'build' as const, components: [], branches: [] })) }, platform: 'linux/s390x', branch: 'main', components: [], mark: null, unmarked: unmarked ?? [] } as const;
  expect(await github.switches.switches(ask, { deadline: 10_000 })).toMatchObject({ ok: true, value: { build: 'off', back: { byHand: null } } });
  expect(await github.switches.othersChanged(ask, number, { deadline: 10_000 })).toEqual({ ok: true, value: [] });
  const back = await turned('on', unmarked);
  if (!back.ok || back.receipt.kind !== 'pull-request') throw new Error(JSON.stringify(back));
  await asked('PUT', `/pulls/${back.receipt.number}/merge`, {});
  expect([await read('hack/build.sh', 'main'), await read('p.json', 'main')]).toEqual([script('linux/amd64', 'linux/s390x'), json]);
  // Its pull requests do not follow their branches, so this one is not merged.
  const moving = { branch: 'archsignal/moving' };
  const before = await turned('off', [], first, moving);
  await put('hack/build.sh', script('linux/386', 'linux/amd64', 'linux/s390x'));
  expect(await turned('off', [], again, moving)).toEqual(before);
  expect(await read('hack/build.sh', moving.branch)).toContain('  linux/386\n  linux/amd64\n  # archsignal proposal #1: linux/s390x is off');
  const head = await asked('GET', '/git/ref/heads/archsignal/moving');
  expect(await turned('off', [], again, moving)).toEqual(before);
  expect(await asked('GET', '/git/ref/heads/archsignal/moving')).toEqual(head);
});
