import { afterEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import { Inbox } from '../../src/runtime/deliveries.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
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
  });

  it('says nothing of issues that are not ours', async () => {
    await filed();
    const inbox = new Inbox(on.rt);
    await inbox.receive(delivery('issues.closed', 'olga', { issue: { number: 8, state: 'closed', labels: [], authorLogin: 'olga', url: 'u' } }));
    await inbox.receive(delivery('issues.closed', 'olga', { repo: { fullName: 'demo/other', id: 2 } }));
    expect(await inbox.work()).toBe(2);
    expect(await kinds()).toEqual(['opened']);
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

  it('wakes up for what comes in, and ends when it is told to', async () => {
    await filed();
    const inbox = new Inbox(on.rt);
    inbox.start();
    await inbox.receive(delivery('issues.closed', 'olga'));
    await expect.poll(kinds).toEqual(['opened', 'dismissed']);
    await inbox.stop();
  });
});
