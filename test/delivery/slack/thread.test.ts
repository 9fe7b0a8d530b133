import { describe, expect, it } from 'vitest';
import type { Incident, IncidentJob } from '../../../src/domain/incident.ts';
import { e2e, facts, incident, OWNERS } from './fixtures.ts';
import type { StandInMessage } from './stand-in.ts';
import { again, first, ID, message, notice, posted, refusal, reply, subject, useSlack } from './setup.ts';

const on = useSlack();

describe('a thread', () => {
  const opened = async (over: Partial<Incident> = {}): Promise<Incident> => {
    const i = incident({ facts: facts({ kind: 'opened', asks: OWNERS }, { kind: 'acknowledged', by: 'olga' }), ...over });
    return posted(i, await on.slack.execute(message(i), subject(i), first));
  };

  it('holds one reply for each fact, below the incident\'s message', async () => {
    const i = await opened();
    const one = await on.slack.execute(reply(i, 1), subject(i), first);
    const two = await on.slack.execute(reply(i, 2), subject(i), first);
    const [top, details, ack] = on.standIn.messages;
    expect([details?.thread_ts, ack?.thread_ts]).toEqual([top?.ts, top?.ts]);
    expect(one).toEqual({ ok: true, receipt: { kind: 'reply', ts: details?.ts } });
    expect(two).toEqual({ ok: true, receipt: { kind: 'reply', ts: ack?.ts } });
    expect(details?.text).toContain('2 of 5 jobs on linux/s390x are failing');
    expect(ack?.text).toBe('`olga` has it. No reminder follows.');
  });

  it('gets no second reply for a fact whose answer was lost', async () => {
    const i = await opened();
    on.standIn.fault('chat.postMessage', { cut: 'after' });
    expect(await on.slack.execute(reply(i, 1), subject(i), first)).toMatchObject({ ok: false, retry: true });
    on.standIn.pageSize = 1;
    expect(await on.slack.execute(reply(i, 1), subject(i), again)).toMatchObject({ ok: true, receipt: { ts: on.standIn.messages[1]?.ts } });
    expect(on.standIn.messages).toHaveLength(2);
  });

  it('gets no second reply where an older version posted it, which marked it by the fact\'s number, nor where a restored store counts otherwise', async () => {
    const i = await opened();
    await on.slack.execute(reply(i, 1), subject(i), first);
    await on.slack.execute(reply(i, 2), subject(i), first);
    const [, , ack] = on.standIn.messages;
    if (!ack) throw new Error('no reply');
    const later = { ...i, facts: i.facts.map((f) => f.n === 2 ? { ...f, n: 3 } : f) };
    expect(await on.slack.execute(reply(later, 3), subject(later), { look: true, restored: true })).toMatchObject({ ok: true, receipt: { ts: ack.ts } });
    Object.assign(ack, JSON.parse(JSON.stringify(ack).replaceAll(/\/2\.acknowledged[.a-z0-9]*/g, '/2')) as object);
    expect(await on.slack.execute(reply(i, 2), subject(i), again)).toMatchObject({ ok: true, receipt: { ts: ack.ts } });
    expect(on.standIn.messages).toHaveLength(3);
  });

  it('waits for the message that it belongs to', async () => {
    const i = incident();
    expect(await on.slack.execute(reply(i, 1), subject(i), first)).toMatchObject({ ok: false, retry: true, scope: 'row' });
    expect(on.standIn.calls).toEqual([]);
  });

  it('says so when the fact is not there', async () => {
    const i = await opened();
    expect(refusal(await on.slack.execute(reply(i, 9), subject(i), first))).toContain('no fact 9');
  });

  it('that is gone holds no reply of ours, so Slack\'s word on posting there decides', async () => {
    const i = await opened();
    on.standIn.messages = [];
    expect(await on.slack.execute(reply(i, 1), subject(i), again)).toMatchObject({ ok: true });
    on.standIn.fault('chat.postMessage', { refuse: 'thread_not_found' });
    expect(refusal(await on.slack.execute(reply(i, 2), subject(i), first))).toContain('thread_not_found');
  });

  const many = (address: string): IncidentJob[] => Array.from({ length: 40 }, (_, n) => ({
    ...e2e, links: { page: `https://testgrid.k8s.io/${address}`, logs: `https://prow.k8s.io/${address}` },
    key: `k${n}`, name: `ci-kubernetes-e2e-${n}-${'x'.repeat(200)}`,
    failingTests: Array.from({ length: 20 }, (_t, t) => ({ name: `test ${t} ${'y'.repeat(500)}`, message: 'm'.repeat(5_000) })), moreFailingTests: 7_000,
  }));
  const shownIn = (m: StandInMessage | undefined): string => m?.blocks.map((b) => b.text?.text).join('\n') ?? '';
  const issue = '<https://github.com/kubernetes/kubernetes/issues/4711|#4711>';

  it('names a dozen jobs and a few tests of each, and where the others are', async () => {
    const i = await opened({ jobs: many('page') });
    expect(await on.slack.execute(reply(i, 1), subject(i), first)).toMatchObject({ ok: true });
    const shown = shownIn(on.standIn.messages[1]);
    expect(shown).toContain(`• and 28 more, listed in ${issue}`);
    expect(shown).toContain('and 7,015 more tests: <https://prow.k8s.io/page|all of them>');
    expect(shown).not.toContain('x'.repeat(100));
    expect(shown).not.toContain('m'.repeat(200));
  });

  it('cuts what is too long for Slack after what is asked, and says where the rest is', async () => {
    const i = await opened({ jobs: many('p'.repeat(450)) });
    expect(await on.slack.execute(reply(i, 1), subject(i), first)).toMatchObject({ ok: true });
    const [, sent] = on.standIn.messages;
    for (const shown of [shownIn(sent), sent?.text ?? '']) {
      expect(shown).toContain('*Asked of `s390x-owners` and `octo-porter`:*');
      expect(shown.endsWith(`… There is more than fits here: ${issue}.`)).toBe(true);
    }
    expect(sent?.text.length).toBeLessThan(3_500);
    expect(shownIn(sent).length).toBeLessThan(12_000);
  });
});

describe('a notice and a shadow', () => {
  it('posts an operator\'s notice once, though its answer was lost', async () => {
    on.standIn.fault('chat.postMessage', { cut: 'after' });
    expect(await on.slack.execute(notice(), null, first)).toMatchObject({ ok: false, retry: true });
    expect(await on.slack.execute(notice(), null, again)).toEqual({ ok: true, receipt: { kind: 'notice', channel: ID, ts: on.standIn.messages[0]?.ts } });
    expect(on.standIn.messages.map((m) => m.text)).toEqual(['Source grid of kubernetes has not answered for 2 h.']);
  });

  it('tells the next occurrence of the same warning again', async () => {
    await on.slack.execute(notice(), null, first);
    await on.slack.execute(notice(undefined, 'source:kubernetes:grid:2:raised'), null, again);
    expect(on.standIn.messages).toHaveLength(2);
  });

  it('shows in the shadow channel what would have been written, once for each key, and calls nobody', async () => {
    const text = 'Would file an issue and ping `kubernetes/s390x-owners`:\n<!channel> @here <@U123> see <https://evil.example|this>';
    const one = await on.slack.shadow('#s390x', 'incident:1:ensure-issue:1', text);
    const two = await on.slack.shadow('#s390x', 'incident:1:ensure-issue:1', text);
    expect(two).toEqual(one);
    await on.slack.shadow('#s390x', 'incident:1:comment:2', text);
    expect(on.standIn.top('C0000002')).toHaveLength(2);
    expect(on.standIn.messages[0]?.text).toBe('Would file an issue and ping `kubernetes/s390x-owners`:\n&lt;!channel&gt; ＠here &lt;@U123&gt; see &lt;https://evil.example|this&gt;');
  });

  it('splits a long text over sections that Slack takes', async () => {
    const long = Array.from({ length: 400 }, (_, n) => `line ${n} & <more>`).join('\n');
    expect(await on.slack.shadow('#s390x', 'k', long, first)).toMatchObject({ ok: true });
    expect(await on.slack.shadow('#s390x', 'l', `x${'&'.repeat(3_000)}`, first)).toMatchObject({ ok: true });
    for (const message of on.standIn.messages) {
      const shown = message.blocks.map((b) => b.text?.text ?? '');
      expect(shown.length).toBeGreaterThan(2);
      for (const text of shown) expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/);
      expect(shown.at(-1)).toMatch(/…$/);
    }
  });
});

describe('a preview', () => {
  it('shows in plain text what the row would write', () => {
    const i = incident();
    expect(on.slack.preview(message(i), subject(i)).text).toBe(
      ':red_circle: linux/s390x: e2e and unit failing since Tue 18 Nov 14:10 UTC, only here · owners asked · #4711 (https://github.com/kubernetes/kubernetes/issues/4711)\n[I have it] [Snooze…]');
    expect(on.slack.preview(reply(i, 1), subject(i)).text).toContain('expected <nil>, got dial tcp');
    expect(on.slack.preview(notice('a < b'), null).text).toBe('a < b');
    expect(on.standIn.calls).toEqual([]);
  });
});
