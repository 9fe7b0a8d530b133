import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Action, ActionResult } from '../../src/domain/action.ts';
import { plainText } from '../../src/domain/text.ts';
import type { StepWarning } from '../../src/domain/step-warning.ts';
import type { StandingWarning } from '../../src/policy/ladder/evaluate.ts';
import { lookAtOpen } from '../../src/runtime/catch-up.ts';
import { Inbox } from '../../src/runtime/deliveries.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { proposeSteps } from '../../src/runtime/ladder-proposals.ts';
import { switchMode } from '../../src/runtime/mode.ts';
import { tendWarnings } from '../../src/runtime/step-warnings.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { evaluated, result } from '../commands/ladder-given.ts';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { DAY, stage, START, type Stage, type StageSpec } from './fixtures.ts';

const RED = result('pass-rate', { verdict: 'unmet', because: 'e2e passed 61%.' });
const standing = (daysLeft = 28): StandingWarning => ({ criterion: 'pass-rate', kind: 'unmet', since: START - 14 * DAY, days: 42 - daysLeft, earlier: false, daysLeft });

let on: Stage;
/** Whether the issue on GitHub is open. */
let state: 'open' | 'closed';
const issues = { filed: 0, bodies: [] as string[], comments: [] as string[] };

async function begin(spec: StageSpec = {}): Promise<void> {
  const releases = [{ name: 'v1', branch: 'master', leads: ['@olga', '@petra'], ciSignal: [], quorum: 1, date: null, freeze: null, milestone: null, proposalExpires: 3 * DAY }] as const;
  on = await stage({ ...spec, project: { channels: { incidents: '#signal', tiers: '#tiers', proposals: null }, releases } });
  [state, issues.filed, issues.bodies, issues.comments] = ['open', 0, [], []];
  on.edge.answer = answer;
}
beforeEach(() => begin());
afterEach(() => on.store.close());

function answer(action: Action): ActionResult | null {
  if (action.kind === 'post-comment') issues.comments.push(`#${action.number} ${plainText(action.text)}`);
  if (action.kind !== 'ensure-document') return action.kind === 'ensure-card' ? { ok: true, receipt: { kind: 'card', channel: 'C1', ts: '1.1', shown: action.shown } } : null;
  const number = action.document.kind === 'proposal' ? 20 : 12;
  if (number === 12) {
    if (action.issue === null) issues.filed++;
    issues.bodies.push(plainText(action.body));
    state = action.state === 'kept' ? state : action.state;
  }
  return { ok: true, receipt: { kind: 'document', repo: 'demo/demo', number, url: `https://github.example/${number}`, state: number === 12 ? state : 'open', shown: action.shown } };
}

/** An evaluation that finds this, and everything that follows from it. */
async function judged(warnings: readonly StandingWarning[], rt = on.rt, drains = true): Promise<void> {
  const due = warnings.some((w) => w.daysLeft === 0) ? { kind: 'demote', to: 1, because: ['pass-rate'], heldUntil: null } as const : null;
  const found = evaluated({ warnings, proposal: due, criteria: [warnings.length > 0 ? RED : result('pass-rate', { because: 'e2e passed 94%.' })] });
  await proposeSteps(rt, on.tracked.project, found);
  await tendWarnings(rt, on.tracked.project, { evaluated: found, facts: { freezes: [], releases: [] }, evidence: { since: 0, platforms: [] } });
  if (drains) await new Dispatcher(rt).drain();
}
const warnings = (): Promise<StepWarning[]> => on.store.stepWarnings('demo');

async function webhook(event: 'issues.closed' | 'issues.reopened', by = 'ivan'): Promise<void> {
  const issue = { number: 12, state: 'open', labels: ['archsignal'], authorLogin: null, url: 'u', isPull: false };
  const inbox = new Inbox(on.rt);
  await inbox.receive({ id: `${event}-${by}`, surface: 'github', event, payload: { event, repo: { fullName: 'demo/demo', id: 1 }, actor: { login: by, type: 'User' }, at: on.clock.now, issue } });
  await inbox.work();
  await new Dispatcher(on.rt).drain();
}

describe('a public warning', () => {
  it('is filed, kept true with every evaluation, and closed with a word when the record has turned', async () => {
    await judged([standing(28)]);
    on.clock.now += DAY;
    await judged([standing(27)]);
    await judged([standing(27)]);
    expect([issues.filed, issues.bodies.length, issues.comments]).toEqual([1, 2, []]);
    await judged([]);
    expect([state, issues.comments, await warnings()]).toEqual(['closed', ['#12 linux/s390x is no longer warned of on test (2). pass-rate is met again: e2e passed 94%.'], []]);
    expect((await on.store.pings({ since: 0, limit: 9 })).map((p) => p.fact)).toEqual(['raised', ...on.tracked.project.platforms.find((p) => p.id === 'linux/s390x')?.owners.slice(1).map(() => 'raised') ?? []]);
  });

  it('leads to the proposal that follows as soon as that has an issue', async () => {
    await judged([standing(28)]);
    on.clock.now += 28 * DAY;
    await judged([standing(0)]);
    expect(issues.comments).toEqual(['#12 Release leads are asked now, in demo/demo#20, whether to move linux/s390x from test (2) to build (1). Owners can object there.']);
    expect((await warnings())[0]).toMatchObject({ state: 'open', followedBy: { state: 'open', issue: { number: 20 } } });
    await judged([standing(0)]);
    expect(issues.comments).toHaveLength(1);
  });

  it('tells where its proposal is though that was filed while it was being raised', async () => {
    const found = evaluated({ warnings: [standing(0)], proposal: { kind: 'demote', to: 1, because: ['pass-rate'], heldUntil: null }, criteria: [RED] });
    await proposeSteps(on.rt, on.tracked.project, found);
    const before = await on.store.proposals('demo', 0);
    await new Dispatcher(on.rt).drain();
    let reads = 0;
    const store: Store = { ...on.store, proposals: (...args) => reads++ === 0 ? Promise.resolve(before) : on.store.proposals(...args) };
    await tendWarnings({ ...on.rt, store }, on.tracked.project, { evaluated: found, facts: { freezes: [], releases: [] }, evidence: { since: 0, platforms: [] } });
    await new Dispatcher(on.rt).drain();
    expect(before.map((p) => p.issue)).toEqual([null]);
    expect((await warnings())[0]?.followedBy).toMatchObject({ issue: { number: 20 } });
    expect(issues.bodies.at(-1)).toContain('release leads are asked now, in demo/demo#20,');
  });

  it('is left closed when a person has closed it, and goes on when one opens it again', async () => {
    await judged([standing(28)]);
    state = 'closed';
    await webhook('issues.closed');
    await judged([standing(27)]);
    expect([state, (await warnings())[0]?.dismissed?.by, issues.comments.length]).toEqual(['closed', 'ivan', 1]);
    state = 'open';
    await webhook('issues.reopened');
    await judged([standing(26)]);
    expect([(await warnings())[0]?.state, issues.bodies.at(-1)?.includes(': 26 days more'), issues.filed]).toEqual(['open', true, 1]);
  });

  it('stays as it is where a closing is told of that was undone since', async () => {
    await judged([standing(28)]);
    on.edge.issues.set(12, { state: 'open', closedBy: null, locked: false, assignees: [], labels: [], milestone: null });
    await webhook('issues.closed');
    expect((await warnings())[0]?.state).toBe('open');
  });

  it('is taken as closed by somebody where the webhook was lost: by its next text, or with a regular look', async () => {
    await judged([standing(28)]);
    state = 'closed';
    await judged([standing(27)]);
    expect((await warnings())[0]?.dismissed?.by).toBe('somebody');
    await begin();
    await judged([standing(28)]);
    on.edge.issues.set(12, { state: 'closed', closedBy: 'ivan', locked: false, assignees: [], labels: [], milestone: null });
    await lookAtOpen(on.rt, on.tracked);
    expect((await warnings())[0]?.dismissed?.by).toBe('ivan');
  });

  const byBot = { state: 'closed', closedBy: 'stale[bot]', closedByBot: true, locked: false, assignees: [], labels: [], milestone: null } as const;

  it('is opened again with a word where a bot closed it and no webhook told, at most three times, and then somebody is told', async () => {
    await judged([standing(28)]);
    for (let i = 0; i < 3; i++) {
      state = 'closed';
      on.edge.issues.set(12, byBot);
      await lookAtOpen(on.rt, on.tracked);
      await lookAtOpen(on.rt, on.tracked);
      await new Dispatcher(on.rt).drain();
      expect([state, issues.comments.length, (await warnings())[0]?.state]).toEqual(['open', i + 1, 'open']);
    }
    expect(issues.comments[0]).toBe('#12 stale[bot] closed this issue, but what it is about stands, so it is open again. To keep the bot away, exempt the label archsignal from it.');
    await lookAtOpen(on.rt, on.tracked);
    await new Dispatcher(on.rt).drain();
    const told = async (): Promise<string[]> => (await on.store.warnings('demo')).map((w) => w.text);
    expect([issues.comments.length, await told()]).toEqual([3, ['`stale[bot]` goes on closing demo/demo#12 about linux/s390x, and Archsignal opens it no more. Exempt the label `archsignal` from that bot, then reopen the issue.']]);
    on.edge.issues.set(12, { ...byBot, state: 'open' });
    await lookAtOpen(on.rt, on.tracked);
    expect(await told()).toEqual([]);
  });

  it('accuses no bot where our own App had closed it, in a time that a restored store does not remember', async () => {
    await judged([standing(28)]);
    state = 'closed';
    on.edge.issues.set(12, { ...byBot, closedBy: 'archsignal[bot]', closedByUs: true });
    await lookAtOpen(on.rt, on.tracked);
    await new Dispatcher(on.rt).drain();
    expect([state, issues.comments]).toEqual(['open', ['#12 Archsignal had closed this issue, which its store, put back from a backup, does not remember, so it is open again. It is closed again by itself when the record shows that it is over.']]);
  });

  it('is not taken as closed by somebody where its next text finds that a bot did it', async () => {
    await judged([standing(28)]);
    state = 'closed';
    on.edge.issues.set(12, byBot);
    await judged([standing(27)]);
    expect((await warnings())[0]?.dismissed).toBeNull();
    await lookAtOpen(on.rt, on.tracked);
    await new Dispatcher(on.rt).drain();
    expect([state, issues.bodies.at(-1)?.includes(': 27 days more')]).toEqual(['open', true]);
    on.edge.issues.set(12, { ...byBot, closedBy: 'ivan', closedByBot: false });
    state = 'closed';
    await judged([standing(26)]);
    expect((await warnings())[0]?.dismissed?.by).toBe('ivan');
  });

  it('has its proposal\'s issue opened again as well', async () => {
    await judged([standing(28)]);
    on.clock.now += 28 * DAY;
    await judged([standing(0)]);
    on.edge.issues.set(20, byBot);
    await lookAtOpen(on.rt, on.tracked);
    await new Dispatcher(on.rt).drain();
    expect(issues.comments.filter((c) => c.startsWith('#20 stale[bot] closed this issue'))).toHaveLength(1);
    expect((await on.store.proposals('demo', 0))[0]?.state).toBe('open');
  });

  it('is over for a platform that is not tracked any more', async () => {
    await judged([standing(28)]);
    await tendWarnings(on.rt, on.tracked.project, { evaluated: { ...evaluated(), platforms: [] }, facts: { freezes: [], releases: [] }, evidence: { since: 0, platforms: [] } });
    await new Dispatcher(on.rt).drain();
    expect([state, issues.comments[0]?.includes('linux/s390x is not tracked any more.')]).toEqual(['closed', true]);
  });

  it('is filed with the first live evaluation where it was only recorded before', async () => {
    await begin({ mode: 'dry' });
    await judged([standing(28)]);
    expect([issues.filed, (await on.rows()).map((r) => r.state)]).toEqual([0, ['recorded']]);
    const live = { ...on.rt, mode: 'live' as const };
    await on.store.settle('mode', 'dry');
    await switchMode(live);
    await judged([standing(27)], live);
    expect([issues.filed, state]).toEqual([1, 'open']);
  });
});

const database = databaseOf('step_warnings');

describe.skipIf(!await postgresIsHere('two replicas that warn of one step'))('two replicas on one PostgreSQL', () => {
  afterAll(() => database.drop());

  it('file one warning, whichever evaluates first', async () => {
    await on.store.close();
    await database.create();
    const open = (): Promise<Store> => openStore({ databaseUrl: database.url, dataDir: '/nowhere', mode: 'server' });
    const other = await open();
    await begin({ store: await open() });
    const replicas = [on.rt, { ...on.rt, store: other, owner: 'other' }];
    for (const left of [28, 27]) {
      await Promise.all(replicas.map((rt) => judged([standing(left)], rt, false)));
      await Promise.all(replicas.map((rt) => new Dispatcher(rt).drain()));
    }
    expect([issues.filed, (await warnings()).length]).toEqual([1, 1]);
    await other.close();
  });
});
