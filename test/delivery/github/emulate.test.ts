import { createEmulator, type Emulator } from 'emulate';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGitHub, type GitHub } from '../../../src/delivery/github/index.ts';
import { switcher } from '../../../src/switches/index.ts';
import { again, anIncident, changed, ensure, first, NO_EDITOR, opened, subjectOf, T0, tell, turn } from './fixtures.ts';

/** Another GitHub than the one of the other tests, written by others. */
let emulator: Emulator;
let github: GitHub;
const REPO = 'octocat/hello';
const incident = anIncident({ repo: REPO, openedAt: Date.now(), facts: [{ ...opened(), at: Date.now() }] });

beforeAll(async () => {
  emulator = await createEmulator({
    service: 'github', port: 0,
    seed: { github: {
      users: [{ login: 'octocat' }], repos: [{ owner: 'octocat', name: 'hello' }],
      apps: [{ app_id: 12345, slug: 'archsignal', name: 'archsignal', permissions: { issues: 'write', metadata: 'read' }, installations: [{ installation_id: 100, account: 'octocat', repository_selection: 'all' }] }],
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
