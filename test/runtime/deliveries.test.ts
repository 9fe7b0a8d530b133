import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import { lookAtOpen } from '../../src/runtime/catch-up.ts';
import { reconcileOnly } from '../../src/runtime/commit.ts';
import { Inbox } from '../../src/runtime/deliveries.ts';
import { Dispatcher, HEARTBEAT, LEASE } from '../../src/runtime/dispatch.ts';
import { pollProject } from '../../src/runtime/poll.ts';
import type { Store } from '../../src/store/store.ts';
import { held, stage, type Stage } from './fixtures.ts';

let on: Stage;
afterEach(() => on.store.close());

/** A breakage of linux/s390x whose issue, #7, is filed. */
async function filed(): Promise<void> {
  on = await stage();
  on.brings('PPFFF');
  await pollProject(on.rt, on.tracked, new AbortController().signal);
  await new Dispatcher(on.rt).drain();
}

let count = 0;
const delivery = (event: string, by: string, over: object = {}, id = `d${count++}`) => ({
  id, surface: 'github' as const, event, payload: {
    event, repo: { fullName: 'demo/demo', id: 1 }, actor: { login: by, type: 'User' }, at: on.clock.now,
    issue: { number: 7, state: 'open', labels: [], authorLogin: 'archsignal[bot]', url: 'https://github.example/7' }, ...over,
  },
});
const comment = (by: string) => delivery('issue_comment.created', by, { comment: { id: 1, url: 'https://github.example/7#1', body: 'Looking.' } });

const incident = async (): Promise<Incident> => {
  const [found] = await on.store.incidents('demo', 0);
  if (!found) throw new Error('no incident');
  return found;
};
const kinds = async (): Promise<string[]> => (await incident()).facts.map((f) => f.kind);

describe('the inbox', () => {
  it('takes a delivery once, and says of a second one that it is known', async () => {
    await filed();
    const inbox = new Inbox(on.rt);
    const closing = delivery('issues.closed', 'olga');
    expect([await inbox.receive(closing), await inbox.receive(closing)]).toEqual([true, false]);
    expect(await inbox.work()).toBe(1);
    expect(await inbox.receive(closing)).toBe(false);
    expect(await inbox.work()).toBe(0);
    expect(await kinds()).toEqual(['opened', 'dismissed']);
  });

  it('leaves a command to another server twice before it is refused, where GitHub cannot be asked from here alone', async () => {
    await filed();
    const alone = new Inbox({ ...on.rt, store: { ...on.store, engine: 'postgres' } });
    on.edge.blind = true;
    const acked = delivery('issue_comment.created', 'olga', { comment: { id: 1, url: 'https://github.example/7#1', body: '/arch ack' } });
    await alone.receive(acked);
    // Nothing is taken for a moment after it was left, so that another server does.
    expect([await alone.work(), await alone.work()]).toEqual([1, 0]);
    const answered = async (): Promise<number> => (await on.rows()).filter((r) => r.action.kind === 'post-comment').length;
    for (const answers of [0, 1]) {
      on.clock.now += 2_001;
      expect([await alone.work(), await answered()]).toEqual([1, answers]);
    }
    expect(await kinds()).toEqual(['opened']);
  });

  it('takes an owner\'s comment for an answer, nobody else\'s, and nobody\'s while it cannot be looked up', async () => {
    await filed();
    const inbox = new Inbox(on.rt);
    for (const [by, answer] of [['stranger', 'no'], ['olga', 'unknown'], ['olga', 'yes'], ['jo', 'yes']] as const) {
      on.edge.member = async (_repo, handle, login) => handle === '@demo/s390x-owners' && login === by ? answer : 'no';
      await inbox.receive(comment(by));
      await inbox.work();
    }
    expect(await kinds()).toEqual(['opened', 'acknowledged']);
    expect((await incident()).acknowledged?.by).toBe('olga');
    const acts = (await on.store.platformEvents('demo', 0)).map((e) => [e.kind, e.platform, e.kind === 'act' ? `${e.by} ${e.what}` : '']);
    expect(acts).toEqual([['act', 'linux/s390x', 'olga commented']]);
  });

  it('lets count what the issue shows where two acts arrive in reverse order, and the act where the issue cannot be read', async () => {
    await filed();
    const inbox = new Inbox(on.rt);
    const shows = (over: object): void => { on.edge.issues.set(7, { state: 'open', closedBy: null, locked: false, assignees: [], labels: [], milestone: null, ...over }); };
    const happens = async (...events: [string, object?][]): Promise<void> => {
      for (const [event, over] of events) await inbox.receive(delivery(`issues.${event}`, 'olga', over));
      await inbox.work();
    };
    shows({ assignees: ['petra'] });
    await happens(['unassigned', { assignee: 'olga' }], ['assigned', { assignee: 'olga' }]);
    expect((await incident()).acknowledged).toBeNull();
    shows({ assignees: ['Olga'] });
    await happens(['assigned', { assignee: 'olga' }], ['unassigned', { assignee: 'olga' }]);
    expect((await incident()).acknowledged?.by).toBe('olga');
    shows({});
    await happens(['reopened'], ['closed'], ['demilestoned', { milestone: 'v9' }], ['milestoned', { milestone: 'v9' }]);
    expect([(await incident()).state, (await incident()).snooze]).toEqual(['open', null]);
    on.edge.issueNow = async () => { throw new Error('away'); };
    await happens(['unassigned', { assignee: 'olga' }], ['closed']);
    expect([(await incident()).acknowledged, (await incident()).state]).toEqual([null, 'dismissed']);
  });

  it('opens again what a bot closes while it is broken, once for each closing, and tells somebody in the end', async () => {
    await filed();
    const inbox = new Inbox(on.rt);
    const closing = () => delivery('issues.closed', 'stale[bot]', { actor: { login: 'stale[bot]', type: 'Bot', bot: true } });
    for (let i = 0; i < 4; i++) {
      on.clock.now += 60_000;
      await inbox.receive(closing());
      await inbox.receive(closing());
      await inbox.work();
      await new Dispatcher(on.rt).drain();
    }
    expect([await kinds(), (await incident()).state]).toEqual([['opened', 'kept-open', 'kept-open', 'kept-open'], 'open']);
    expect(on.edge.done.map((d) => d.kind).filter((k) => k === 'set-issue-state' || k === 'comment')).toEqual(Array.from({ length: 3 }, () => ['comment', 'set-issue-state']).flat());
    expect((await on.store.warnings('demo')).map((w) => w.text)).toEqual([expect.stringContaining('`stale[bot]` goes on closing demo/demo#7 while linux/s390x is broken')]);
    on.brings('PPFFFPP');
    await pollProject(on.rt, on.tracked, new AbortController().signal);
    expect([(await incident()).state, await on.store.warnings('demo')]).toEqual(['closed', []]);
  });

  it.each([['with a regular look', true], ['when it is brought up to date', false]])('opens again what a bot has closed where that is only seen %s', async (_, look) => {
    await filed();
    on.edge.issues.set(7, { state: 'closed', closedBy: 'stale[bot]', closedByBot: true, locked: false, assignees: [], labels: [], milestone: null });
    if (look) await lookAtOpen(on.rt, on.tracked);
    else {
      on.edge.answer = (action) => action.kind === 'ensure-issue' ? { ok: true, receipt: { kind: 'issue', repo: 'demo/demo', number: 7, url: 'u', state: 'closed', shown: action.shown, facts: 1, comments: 0 } } : null;
      const found = await incident();
      await on.store.commit({ at: on.clock.now, incidents: [{ expected: found.revision, incident: { ...found, revision: found.revision + 1, shown: found.shown + 1 } }] });
      await reconcileOnly(on.rt, await incident());
    }
    await new Dispatcher(on.rt).drain();
    expect([await kinds(), (await incident()).state, on.edge.done.at(-1)?.kind]).toEqual([['opened', 'kept-open'], 'open', 'set-issue-state']);
  });

  it('believes no more than a later look that an issue which we closed ourselves is of something that is broken', async () => {
    await filed();
    on.edge.issues.set(7, { state: 'closed', closedBy: 'archsignal[bot]', closedByBot: true, closedByUs: true, locked: false, assignees: [], labels: [], milestone: null });
    await lookAtOpen(on.rt, on.tracked);
    expect(await kinds()).toEqual(['opened']);
    await lookAtOpen(on.rt, on.tracked);
    await new Dispatcher(on.rt).drain();
    expect([(await incident()).facts.at(-1), on.edge.done.at(-1)?.kind]).toEqual([expect.objectContaining({ kind: 'kept-open', own: true }), 'set-issue-state']);
  });

  it('says nothing of issues that are not ours', async () => {
    await filed();
    const inbox = new Inbox(on.rt);
    await inbox.receive(delivery('issues.closed', 'olga', { issue: { number: 8, state: 'closed', labels: [], authorLogin: 'olga', url: 'u' } }));
    await inbox.receive(delivery('issues.closed', 'olga', { repo: { fullName: 'demo/other', id: 2 } }));
    expect(await inbox.work()).toBe(2);
    expect(await kinds()).toEqual(['opened']);
  });

  it('prolongs what it has in hand, and lets go of what it was given and never heard of', async () => {
    await filed();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const answer = held<'yes'>();
    const asked = held();
    on.edge.member = async () => { asked.resolve(); return answer.promise; };
    const inbox = new Inbox(on.rt);
    const claim = { owner: on.rt.owner, leaseFor: LEASE, limit: 9 };
    try {
      const begun = on.clock.now;
      await on.store.receive([{ ...comment('jo'), id: 'lost', lane: 'lost' }], begun);
      expect(await on.store.claimDeliveries({ ...claim, now: begun })).toHaveLength(1);
      inbox.start();
      await inbox.receive(comment('olga'));
      await asked.promise;
      on.clock.now += HEARTBEAT;
      const prolonged = vi.spyOn(on.rt.store, 'renewDeliveries');
      vi.advanceTimersByTime(HEARTBEAT);
      await prolonged.mock.results[0]?.value;
      // By this server's clock nothing has run out: only another one takes anything.
      expect((await on.store.claimDeliveries({ ...claim, owner: 'another', now: begun + LEASE + 1 })).map((d) => d.id)).toEqual(['lost']);
    } finally {
      answer.resolve('yes');
      await inbox.stop();
      vi.useRealTimers();
    }
    expect(await kinds()).toEqual(['opened', 'acknowledged']);
  });

  it('decides again where the incident has changed while it looked somebody up', async () => {
    await filed();
    const asked = held();
    const answer = held<'yes'>();
    on.edge.member = async () => { asked.resolve(); return answer.promise; };
    const inbox = new Inbox(on.rt);
    await inbox.receive(comment('olga'));
    const work = inbox.work();
    await asked.promise;
    const before = await incident();
    await on.store.commit({ at: on.clock.now, incidents: [{ expected: before.revision, incident: { ...before, revision: before.revision + 1 } }] });
    answer.resolve('yes');
    await work;
    expect(await kinds()).toEqual(['opened', 'acknowledged']);
    expect((await incident()).revision).toBe(before.revision + 2);
  });

  it('tries again what could not be handled, after a second, and sets it aside in the end', async () => {
    await filed();
    let away = true;
    const store: Store = new Proxy(on.store, { get: (s, name) => away && name === 'incidentByIssue' ? async () => { throw new Error('away'); } : Reflect.get(s, name) as unknown });
    const inbox = new Inbox({ ...on.rt, store });
    await inbox.receive(delivery('issues.closed', 'olga'));
    expect(await inbox.work()).toBe(1);
    expect(await inbox.work()).toBe(0);
    on.clock.now += 1_000;
    expect(await inbox.work()).toBe(1);
    away = false;
    on.clock.now += 1_000;
    expect(await inbox.work()).toBe(1);
    expect(await kinds()).toEqual(['opened', 'dismissed']);

    away = true;
    await inbox.receive(delivery('issues.reopened', 'olga'));
    let tries = 0;
    for (let i = 0; i < 60; i++) {
      tries += await inbox.work();
      on.clock.now += 1_000;
    }
    expect(tries).toBe(20);
    expect(on.log.some((l) => l['msg'] === 'a delivery is set aside')).toBe(true);
  });

  it('goes on with the others when one of them cannot be read', async () => {
    await filed();
    const inbox = new Inbox(on.rt);
    await inbox.receive({ id: 'old', surface: 'github', event: 'issues.closed', payload: { written: 'by another version' } });
    await inbox.receive(delivery('issues.closed', 'olga'));
    await inbox.work();
    expect(await kinds()).toEqual(['opened', 'dismissed']);
  });

  it('is found again by another server when the first one dies with it in hand', async () => {
    await filed();
    const first = new Inbox(on.rt);
    await first.receive(delivery('issues.closed', 'olga'));
    await on.store.claimDeliveries({ owner: 'dead', now: on.clock.now, leaseFor: 8_000, limit: 8 });
    expect(await first.work()).toBe(0);
    on.clock.now += 8_001;
    expect(await first.work()).toBe(1);
    expect(await kinds()).toEqual(['opened', 'dismissed']);
  });

  it('stores together what comes in while it is storing, and says of each what became of it', async () => {
    await filed();
    const gate = held();
    const stored: number[] = [];
    let broken = false;
    const receiveInHand: Store['receiveInHand'] = async (deliveries, claim) => {
      stored.push(deliveries.length);
      await gate.promise;
      if (broken) throw new Error('the disk is full');
      return on.store.receiveInHand(deliveries, claim);
    };
    const inbox = new Inbox({ ...on.rt, store: new Proxy(on.store, { get: (s, name) => name === 'receiveInHand' ? receiveInHand : Reflect.get(s, name) as unknown }) });
    const [first, ...others] = Array.from({ length: 200 }, () => comment('stranger'));
    if (!first) throw new Error('unreachable');
    const arrivals = [first, ...others, first].map((d) => inbox.receive(d));
    gate.resolve();
    expect(await Promise.all(arrivals)).toEqual([...Array.from({ length: 200 }, () => true), false]);
    expect(stored).toEqual([1, 100, 100]);
    broken = true;
    expect(await Promise.allSettled([inbox.receive(comment('olga')), inbox.receive(comment('olga'))])).toMatchObject([{ reason: { message: 'the disk is full' } }, { status: 'rejected' }]);
    broken = false;
    expect(await inbox.receive(comment('olga'))).toBe(true);
  });

  it('handles what is about one issue in the order in which it came, whichever server takes it', async () => {
    await filed();
    const said: string[] = [];
    on.edge.member = async (_repo, _handle, login) => {
      said.push(login);
      return 'no';
    };
    const inboxes = [new Inbox(on.rt), new Inbox({ ...on.rt, owner: 'other' })] as const;
    const people = Array.from({ length: 8 }, (_, i) => `p${i}`);
    for (const [i, by] of people.entries()) await inboxes[i % 2 === 0 ? 0 : 1].receive(comment(by));
    await Promise.all(inboxes.map((i) => i.work()));
    await Promise.all(inboxes.map((i) => i.work()));
    expect(said.filter((by, i) => by !== said[i - 1])).toEqual(people);
  });

  it('wakes up for what comes in, and ends when it is told to', async () => {
    await filed();
    const inbox = new Inbox(on.rt);
    inbox.start();
    await inbox.receive(delivery('issues.closed', 'olga'));
    await expect.poll(kinds).toEqual(['opened', 'dismissed']);
    await inbox.stop();
  });
});
