import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ActionResult, PlannedAction } from '../../src/domain/action.ts';
import { commitChange } from '../../src/runtime/commit.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { gathered } from '../../src/runtime/given-up.ts';
import { retryAfter } from '../../src/runtime/settle.ts';
import type { Store } from '../../src/store/store.ts';
import { Story } from '../policy/story.ts';
import { held, HOUR, stage, type Stage } from './fixtures.ts';

let on: Stage;
afterEach(() => on.store.close());

const later = (after: number | null, scope: 'row' | 'destination' = 'destination'): ActionResult => ({ ok: false, retry: true, reason: 'Not now.', after, scope });
const refused: ActionResult = { ok: false, retry: false, reason: 'Never.', lost: null };

const notice = (n: number, channel: string): PlannedAction => ({
  key: `warning:${channel}:${n}`, project: 'demo', entity: `warning:${channel}:${n}`, destination: `slack:${channel}`, family: null,
  action: { kind: 'notice', channel, warning: `${channel}:${n}`, text: 'Mind this.' }, summary: `tell ${channel}`,
});

const plan = (...actions: PlannedAction[]): Promise<unknown> => on.store.commit({ at: on.clock.now, actions });

/** Stores a breakage of linux/s390x as a poll would. */
async function broken(): Promise<string> {
  const story = new Story([{ platform: 'linux/amd64', name: 'e2e' }, { platform: 'linux/s390x', name: 'e2e' }]).hours({ 'linux/amd64 e2e': 'PPPP', 'linux/s390x e2e': 'PFFF' });
  on.clock.now = story.now;
  const incident = { ...story.live(), revision: 1 };
  expect(await commitChange(on.rt, { expected: null, incident, audit: [], pings: [] })).toBe('committed');
  return incident.id;
}

const states = async (): Promise<Record<string, string>> => Object.fromEntries((await on.rows()).map((r) => [r.key.replace(/^incident:[^:]+:/, ''), r.state]));

describe('the dispatcher', () => {
  it('tells the operator of an answer that was lost with its issue, not that another issue goes on, and of no edit that was handed over as a patch', async () => {
    on = await stage();
    const about = { project: 'demo', destination: 'github:demo/demo' as const, family: null };
    await plan(
      { ...about, key: 'command:a:answer:1', entity: 'command:a', summary: 'answer a comment', action: { kind: 'post-comment', repo: 'demo/demo', number: 1, id: 'a', since: 0, text: [] } },
      { ...about, key: 'command:b:pull:1', entity: 'command:b', summary: 'open a pull request', action: {
        kind: 'ensure-pull-request', repo: 'demo/demo', branch: 'x', since: 0, title: 'x', body: [], labels: [], tell: { surface: 'github', repo: 'demo/demo', number: 2 },
        edit: { kind: 'owners', project: 'demo', platform: 'linux/s390x', change: 'add', handle: '@ada' },
      } },
    );
    on.edge.answer = (a) => a.kind === 'ensure-pull-request' ? { ...refused, lost: 'not-here' } : a.kind === 'post-comment' && a.id === 'a' ? { ...refused, lost: 'gone' } : null;
    await new Dispatcher(on.rt).drain();
    expect((await on.store.warnings('demo')).map((w) => w.text)).toEqual([expect.stringMatching(/^Archsignal could not answer a comment and has given up: Never\.[^]* Only the answer is lost: what was asked for there was done or refused all the same, and `archsignal audit` says which\.$/)]);
  });

  it('executes what is planned, and what becomes possible by it, each once', async () => {
    on = await stage();
    await broken();
    const dispatcher = new Dispatcher(on.rt);
    await dispatcher.drain();
    expect(on.edge.done.map((d) => d.kind)).toEqual(['ensure-issue', 'ensure-message', 'reply']);
    expect(await states()).toEqual({ 'ensure-issue:1.1': 'done', 'ensure-message:1.7:#signal': 'done', 'reply:1:#signal': 'done' });
    on.clock.now += HOUR;
    await dispatcher.drain();
    expect(on.edge.done).toHaveLength(3);
  });

  it('looks before it writes whatever was begun before', async () => {
    on = await stage();
    await plan(notice(1, '#a'), notice(2, '#b'));
    on.edge.answer = (a) => 'channel' in a && a.channel === '#a' && on.edge.done.length < 3 ? later(null, 'row') : null;
    const dispatcher = new Dispatcher(on.rt);
    await dispatcher.drain();
    on.clock.now += 1_000;
    await dispatcher.drain();
    expect(on.edge.done.filter((d) => d.channel === '#a').map((d) => d.look)).toEqual([false, true]);
    expect(on.edge.done.filter((d) => d.channel === '#b').map((d) => d.look)).toEqual([false]);
  });

  it('takes up again what it was given without hearing of it, though it is at work on something else all the time', async () => {
    on = await stage();
    const answer = Promise.withResolvers<null>();
    await plan(notice(1, '#a'));
    on.edge.answer = (a) => 'channel' in a && a.channel === '#a' ? answer.promise : null;
    const dispatcher = new Dispatcher(on.rt);
    const drained = [dispatcher.drain()];
    await vi.waitFor(() => { expect(on.edge.done).toHaveLength(1); }, 20_000);
    await plan(notice(2, '#b'));
    // The claim is stored, and its answer is lost on the way.
    await on.store.claimActions({ owner: on.rt.owner, now: on.clock.now, leaseFor: 8_000, limit: 1, skip: [] });
    for (let i = 0; i < 4; i++) {
      on.clock.now += 2_500;
      drained.push(dispatcher.drain());
      await vi.waitFor(async () => { expect((await on.store.listActions({ state: 'leased', limit: 9 })).map((r) => r.key)).toContain('warning:#a:1'); }, 20_000);
    }
    await vi.waitFor(() => { expect(on.edge.done.map((d) => d.channel)).toEqual(['#a', '#b']); }, 20_000);
    answer.resolve(null);
    await Promise.all(drained);
  });

  it('begins nothing a second time that it has in hand, however long it slept or the clock jumped meanwhile', async () => {
    on = await stage();
    const answer = Promise.withResolvers<null>();
    await plan(notice(1, '#a'));
    on.edge.answer = (a) => 'channel' in a && a.channel === '#a' ? answer.promise : null;
    const dispatcher = new Dispatcher(on.rt);
    dispatcher.start();
    await vi.waitFor(() => { expect(on.edge.done).toHaveLength(1); });
    for (const [n, jump] of [HOUR, -2 * HOUR, 3 * HOUR].entries()) {
      on.clock.now += jump;
      await plan(notice(n, '#b'));
      dispatcher.wake();
      await vi.waitFor(() => { expect(on.edge.done).toHaveLength(n + 2); });
      await vi.waitFor(async () => { expect((await on.rows()).filter((r) => r.state === 'done')).toHaveLength(n + 1); });
    }
    expect(on.edge.done.map((d) => d.channel)).toEqual(['#a', '#b', '#b', '#b']);
    answer.resolve(null);
    await dispatcher.stop();
    expect((await on.rows()).map((r) => [r.attempts, r.state])).toEqual([1, 2, 3, 4].map(() => [1, 'done']));
  });

  it('leaves a destination alone for as long as its answer asks, and lets the others go on', async () => {
    on = await stage();
    await plan(...[1, 2, 3].map((n) => notice(n, '#a')));
    on.edge.answer = (a) => 'channel' in a && a.channel === '#a' && on.clock.now < start + 60_000 ? later(60_000) : null;
    const start = on.clock.now;
    const dispatcher = new Dispatcher(on.rt);
    await dispatcher.drain();
    expect(on.edge.done).toHaveLength(3);
    await plan(notice(4, '#a'), notice(1, '#b'));
    for (const ms of [0, 1_000, 30_000, 28_999]) {
      on.clock.now += ms;
      await dispatcher.drain();
    }
    expect(on.edge.done.slice(3).map((d) => d.channel)).toEqual(['#b']);
    on.clock.now = start + 60_000;
    await dispatcher.drain();
    expect(on.edge.done.slice(4).map((d) => d.channel)).toEqual(['#a', '#a', '#a', '#a']);
    expect(dispatcher.paused.size).toBe(0);
  });

  it('leaves a destination alone no longer where the clock is set back meanwhile', async () => {
    on = await stage();
    await plan(notice(1, '#a'));
    const right = on.clock.now;
    on.clock.now += 365 * 24 * HOUR;
    on.edge.answer = () => ({ ...later(60_000), slower: true });
    const dispatcher = new Dispatcher(on.rt);
    await dispatcher.drain();
    on.edge.answer = () => null;
    on.clock.now = right;
    await dispatcher.drain();
    expect([on.edge.done.length, [...dispatcher.paused.values()].map((until) => until - right)]).toEqual([1, [60_000]]);
    on.clock.now += 60_000;
    await plan(notice(2, '#a'));
    await dispatcher.drain();
    on.clock.now += 1_000;
    await dispatcher.drain();
    expect(await states()).toEqual({ 'warning:#a:1': 'done', 'warning:#a:2': 'done' });
  });

  it('gives a destination that hangs no more than its part, so that another is served', async () => {
    on = await stage();
    await plan(...Array.from({ length: 60 }, (_, n) => notice(n, '#hangs')), notice(1, '#well'));
    const never = held<null>();
    on.edge.answer = (a) => 'channel' in a && a.channel === '#hangs' ? never.promise : null;
    const dispatcher = new Dispatcher(on.rt);
    dispatcher.start();
    await expect.poll(() => on.edge.done.some((d) => d.channel === '#well')).toBe(true);
    expect(on.edge.done.filter((d) => d.channel === '#hangs').length).toBeLessThanOrEqual(16);
    on.edge.answer = () => null;
    never.resolve(null);
    await expect.poll(() => on.edge.done.length).toBe(61);
    await dispatcher.stop();
  });

  it('waits at most a second by itself, and as long as it is asked', () => {
    for (let attempts = 1; attempts < 5_000; attempts = attempts * 2 + 1) {
      expect(retryAfter(attempts, null)).toBeLessThan(1_000);
      expect(retryAfter(attempts, null)).toBeGreaterThanOrEqual(100);
      expect(retryAfter(attempts, 0)).toBe(retryAfter(attempts, null));
      expect(retryAfter(attempts, 61_000)).toBe(61_000);
    }
  });

  it.each(['row', 'destination'] as const)('tries no faster where the answer asks to wait no time at all, again and again (%s)', async (scope) => {
    on = await stage();
    await plan(notice(1, '#a'));
    on.edge.answer = () => on.edge.done.length < 50 ? later(0, scope) : null;
    const dispatcher = new Dispatcher(on.rt);
    for (const tries of [1, 2, 3]) {
      await dispatcher.drain();
      expect(on.edge.done.length).toBe(tries);
      on.clock.now += 1_000;
    }
  });

  it('tries again what failed unexpectedly, and holds nothing back by it', async () => {
    on = await stage();
    await plan(notice(1, '#a'), notice(1, '#b'));
    on.edge.answer = (a) => {
      if ('channel' in a && a.channel === '#a' && on.edge.done.length < 3) throw new Error('a bug');
      return null;
    };
    const dispatcher = new Dispatcher(on.rt);
    await dispatcher.drain();
    on.clock.now += 1_000;
    await dispatcher.drain();
    expect(on.edge.done.map((d) => d.channel)).toEqual(['#a', '#b', '#a']);
    expect((await on.rows()).map((r) => r.state)).toEqual(['done', 'done']);
  });

  it('tells operators of what it gives up, goes on in Slack, and ends the warning when a retry works', async () => {
    on = await stage();
    const id = await broken();
    on.edge.answer = (a) => a.kind === 'ensure-issue' ? refused : null;
    const dispatcher = new Dispatcher(on.rt);
    await dispatcher.drain();
    expect(on.edge.done.map((d) => d.kind).sort()).toEqual(['ensure-issue', 'ensure-message', 'notice', 'reply']);
    expect((await on.store.warnings('demo')).map((w) => w.text)).toEqual([expect.stringContaining('has given up: Never.')]);
    on.edge.answer = () => null;
    await on.store.reviveAction(`incident:${id}:ensure-issue:1.1`, on.clock.now);
    await dispatcher.drain();
    expect((await on.store.incident(id))?.issue?.number).toBe(7);
    expect(await on.store.warnings('demo')).toEqual([]);
    expect((await states())['ensure-message:1.7:#signal']).toBe('done');
  });

  it('tells people once of what is given up side by side for one reason, and operators of all of it', async () => {
    on = await stage();
    const comment = (n: number): PlannedAction => ({
      key: `proposal:p${n}:comment:1`, project: 'demo', entity: `proposal:p${n}`, destination: 'github:demo/demo', family: null, summary: `comment on demo/demo#${n}`,
      action: { kind: 'post-comment', repo: 'demo/demo', number: n, id: `p${n}`, since: 0, text: [] },
    });
    on.edge.answer = (a) => a.kind === 'post-comment'
      ? { ...refused, reason: a.number === 4 ? 'GitHub answered 422 to POST /repos/demo/demo/issues/4/comments: Locked.' : `GitHub answered 403 to POST /repos/demo/demo/issues/${a.number}/comments: Archived.` } : null;
    await plan(comment(1), comment(2), comment(3), comment(4));
    await new Dispatcher(on.rt).drain();
    expect(on.edge.done.filter((d) => d.kind === 'notice')).toHaveLength(2);
    const standing = await on.store.warnings('demo');
    expect(standing).toHaveLength(4);
    expect(gathered(standing)).toEqual([
      expect.stringMatching(/^Archsignal could not comment on demo\/demo#1 and has given up: GitHub answered 403 .* retry 'proposal:p1:comment:1'`, or all .*--all`\. 2 other writes were given up for the same reason: `archsignal outbox list --state dead` shows them\.$/),
      expect.stringMatching(/^Archsignal could not comment on demo\/demo#4 .* retry --all`\.$/),
    ]);
    on.edge.answer = () => null;
    for (const n of [1, 2, 3, 4]) await on.store.reviveAction(comment(n).key, on.clock.now);
    await new Dispatcher(on.rt).drain();
    expect(await on.store.warnings('demo')).toEqual([]);
    expect(on.edge.done.filter((d) => d.kind === 'notice')).toHaveLength(4);
  });

  it('makes no issue for an incident that was over before its turn came', async () => {
    on = await stage();
    const id = await broken();
    const incident = await on.store.incident(id);
    if (!incident) throw new Error('unreachable');
    await on.store.commit({ at: on.clock.now, incidents: [{ expected: 1, incident: { ...incident, revision: 2, state: 'closed', closedAt: on.clock.now, closedBy: 'recovery' } }] });
    await new Dispatcher(on.rt).drain();
    expect(on.edge.done).toEqual([]);
    expect(await states()).toEqual({ 'ensure-issue:1.1': 'superseded' });
  });

  it('does not do again what it did while the store was away', async () => {
    on = await stage();
    await plan(notice(1, '#a'));
    let refusals = 3;
    const store: Store = new Proxy(on.store, { get: (s, name) => name === 'commit' && refusals-- > 0 ? async () => { throw new Error('away'); } : Reflect.get(s, name) as unknown });
    const dispatcher = new Dispatcher({ ...on.rt, store });
    await dispatcher.drain();
    expect(on.edge.done).toHaveLength(1);
    expect((await on.rows()).map((r) => r.state)).toEqual(['done']);
  });

  it('settles nothing that is somebody else\'s by now', async () => {
    on = await stage();
    await plan(notice(1, '#a'));
    const slow = held<null>();
    on.edge.answer = () => slow.promise;
    const sleeper = new Dispatcher(on.rt).drain();
    await expect.poll(() => on.edge.done.length).toBe(1);
    on.clock.now += 60_000;
    on.edge.answer = () => refused;
    await new Dispatcher({ ...on.rt, owner: 'other' }).drain();
    slow.resolve(null);
    await sleeper;
    expect((await on.rows()).map((r) => [r.state, r.attempts])).toEqual([['dead', 2]]);
    expect(on.edge.done.map((d) => d.look)).toEqual([false, true]);
  });
});
