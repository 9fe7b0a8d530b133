import { describe, expect, it } from 'vitest';
import { says } from '../../../src/domain/text.ts';
import { again, card, CHANNEL, first, ID, notice, proposal, refusal, useSlack, votes } from './setup.ts';
import { HOUR, T0 } from './fixtures.ts';

const on = useSlack();
const at = () => ({ channel: ID, ts: on.standIn.messages[0]?.ts ?? '' });
const reply = (id: string) => ({ kind: 'card-reply', document: proposal, channel: CHANNEL, parent: at(), id, since: T0, text: [says('`olga` approved (1 of 2).')] }) as const;

describe('the card of a proposal', () => {
  it('is posted once with its buttons, by the channel\'s name, and its receipt tells where', async () => {
    expect(await on.slack.execute(card(), null, first)).toEqual({ ok: true, receipt: { kind: 'card', channel: ID, ts: at().ts, shown: 1 } });
    const [posted] = on.standIn.messages;
    expect(posted?.text).toBe('*Mute ci-e2e until Friday?* 0 of 2 approvals.');
    expect(posted?.blocks.map((b) => [b.type, b.block_id])).toEqual([['section', 'archsignal:proposal/mute-7@1.0'], ['actions', 'buttons:1@1.0']]);
    expect(posted?.blocks[1]?.elements?.map((e) => e['action_id'])).toEqual(['arch:approve', 'arch:reject']);
    expect(posted?.metadata).toEqual({ event_type: 'archsignal_card', event_payload: { key: 'proposal/mute-7', shown: 1 } });
  });

  it('is edited in place as decisions are made, and loses its buttons with the last', async () => {
    await on.slack.execute(card(), null, first);
    const decided = card({ at: at(), text: [says('Approved by ', { code: 'olga' }, ' and ', { code: 'pia' }, '.')], buttons: [], shown: 2 });
    expect(await on.slack.execute(decided, null, first)).toMatchObject({ ok: true, receipt: { kind: 'card', ts: at().ts, shown: 2 } });
    expect(on.standIn.messages).toHaveLength(1);
    expect(on.standIn.messages[0]).toMatchObject({ text: 'Approved by `olga` and `pia`.', edited: true, blocks: [{ type: 'section' }] });
  });

  for (const hidden of [[], ['metadata'], ['block_id']] as const) {
    it(`is found when the answer to its posting was lost, and brought up to date (${hidden[0] ?? 'nothing'} is hidden)`, async () => {
      on.standIn.hides = [...hidden];
      on.standIn.fault('chat.postMessage', { cut: 'after' });
      expect(await on.slack.execute(card(), null, first)).toMatchObject({ ok: false, retry: true });
      expect(await on.slack.execute(card(), null, again)).toMatchObject({ ok: true, receipt: { ts: at().ts, shown: 1 } });
      expect(on.standIn.count('chat.update')).toBe(0);
      expect(await on.slack.execute(card({ shown: 2 }), null, again)).toMatchObject({ ok: true, receipt: { ts: at().ts, shown: 2 } });
      expect([on.standIn.messages.length, on.standIn.count('chat.update')]).toEqual([1, 1]);
    });
  }

  it('is posted anew, once, where somebody deleted it', async () => {
    await on.slack.execute(card(), null, first);
    const known = card({ at: at() });
    on.standIn.messages = [];
    on.standIn.fault('chat.postMessage', { cut: 'after' });
    expect(await on.slack.execute(known, null, first)).toMatchObject({ ok: false, retry: true });
    expect(await on.slack.execute(known, null, again)).toMatchObject({ ok: true, receipt: { ts: at().ts } });
    expect(on.standIn.messages).toHaveLength(1);
  });

  it('is not looked for beyond the hour before it can have been written', async () => {
    on.standIn.clock = T0 / 1000 - 3 * 3600;
    for (let n = 0; n < 9; n++) await on.slack.execute(notice(`old ${n}`, `w${n}`), null, first);
    on.standIn.pageSize = 3;
    await on.slack.execute(card({ since: T0 + HOUR }), null, again);
    expect(on.standIn.count('conversations.history')).toBe(1);
  });

  it('is told of in its thread, once for each word', async () => {
    await on.slack.execute(card(), null, first);
    on.standIn.fault('chat.postMessage', { cut: 'after' });
    expect(await on.slack.execute(reply('vote.1'), null, first)).toMatchObject({ ok: false, retry: true });
    const found = await on.slack.execute(reply('vote.1'), null, again);
    expect(found).toEqual({ ok: true, receipt: { kind: 'reply', ts: on.standIn.messages[1]?.ts } });
    await on.slack.execute(reply('vote.2'), null, again);
    expect(on.standIn.messages.map((m) => m.thread_ts)).toEqual([undefined, at().ts, at().ts]);
  });

  it('can be read before it is posted', () => {
    expect(on.slack.preview(card(), null).text).toBe('*Mute ci-e2e until Friday?* 0 of 2 approvals.\n[Approve] [Reject…]');
    expect(on.standIn.calls).toEqual([]);
  });
});

describe('the App Home', () => {
  const home = (n: number, buttons = votes) => ({ kind: 'show-home', user: 'U9', cards: Array.from({ length: n }, (_, i) => ({ text: [says({ bold: `linux/s390x ${i}` }, ' is failing.')], buttons })) }) as const;
  const blocks = () => on.standIn.views.at(-1)?.view['blocks'] as { type: string; text?: { text: string }; block_id?: string }[];

  it('shows the cards below each other with their buttons, for the member alone', async () => {
    expect(await on.slack.execute(home(2), null, again)).toEqual({ ok: true, receipt: { kind: 'done' } });
    expect(on.standIn.views).toMatchObject([{ method: 'views.publish', form: { user_id: 'U9' }, view: { type: 'home' } }]);
    expect(blocks().map((b) => b.type)).toEqual(['section', 'actions', 'divider', 'section', 'actions']);
    expect(blocks()[3]?.text?.text).toBe('*linux/s390x 1* is failing.');
  });

  it('says how much it leaves out where Slack takes no more', async () => {
    expect(await on.slack.execute(home(200), null, first)).toMatchObject({ ok: true });
    const kept = blocks().filter((b) => b.type === 'actions').length;
    expect(blocks().at(-1)?.text?.text).toBe(`… ${200 - kept} more entries are left out here; \`/arch status\` tells all of them.`);
  });

  it('says so where there is nothing', async () => {
    await on.slack.execute(home(0), null, first);
    expect(blocks().map((b) => b.text?.text)).toEqual(['There is nothing to show here now.']);
  });

  it('is final where its tab is switched off, and says what to do', async () => {
    on.standIn.fault('views.publish', { refuse: 'not_enabled' });
    expect(refusal(await on.slack.execute(home(1), null, first))).toBe('The App\'s Home and Messages tabs are switched off (not_enabled): switch them on as in slack-manifest.yml.');
  });
});
