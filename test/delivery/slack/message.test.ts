import { describe, expect, it } from 'vitest';
import type { SlackAction } from '../../../src/delivery/slack/index.ts';
import { incident, T0 } from './fixtures.ts';
import { again, CHANNEL, first, ID, message, notice, posted, refusal, subject, useSlack } from './setup.ts';

const on = useSlack();

describe('the message of an incident', () => {
  it('is posted once, by the channel\'s name, and its receipt names Slack\'s id of the channel and what is shown', async () => {
    const i = incident();
    const result = await on.slack.execute(message(i), subject(i), first);
    const [only, ...more] = on.standIn.messages;
    expect(more).toEqual([]);
    expect(result).toEqual({ ok: true, receipt: { kind: 'message', channel: ID, ts: only?.ts, shown: 1, issue: 4711 } });
    expect(only?.blocks[0]).toMatchObject({ type: 'section', block_id: `archsignal:${i.id}@1.4711`, text: { type: 'mrkdwn', verbatim: true } });
    expect(only?.metadata).toEqual({ event_type: 'archsignal_incident', event_payload: { key: i.id, shown: 1, issue: 4711 } });
    expect(only?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false', parse: 'none', link_names: 'false' });
    expect(on.standIn.count('conversations.history')).toBe(0);
  });

  it('is edited as the incident changes, and stays one message', async () => {
    const i = incident();
    const known = posted(i, await on.slack.execute(message(i), subject(i), first));
    const later = { ...known, shown: 2, acknowledged: { by: 'olga', at: T0 } };
    const result = await on.slack.execute(message(later), subject(later), first);
    expect(result).toMatchObject({ ok: true, receipt: { kind: 'message', shown: 2 } });
    expect(on.standIn.messages).toHaveLength(1);
    expect(on.standIn.messages[0]?.text).toContain(':eyes:');
    expect(on.standIn.messages[0]?.metadata).toMatchObject({ event_payload: { shown: 2 } });
  });

  it('shows the incident as it is now, whatever revision the row asked for', async () => {
    const i = incident({ shown: 5 });
    const result = await on.slack.execute({ ...message(i), shown: 3, issue: null } as SlackAction, subject(i), first);
    expect(result).toMatchObject({ ok: true, receipt: { shown: 5, issue: 4711 } });
  });

  for (const hidden of [[], ['metadata'], ['block_id']] as const) {
    it(`is found again when the answer to its posting was lost (${hidden.length === 0 ? 'metadata and block ids are returned' : `no ${hidden[0]} is returned`})`, async () => {
      on.standIn.hides = [...hidden];
      on.standIn.fault('chat.postMessage', { cut: 'after' });
      const i = incident();
      const lost = await on.slack.execute(message(i), subject(i), first);
      expect(lost).toMatchObject({ ok: false, retry: true, after: null, scope: 'destination' });
      const found = await on.slack.execute(message(i), subject(i), again);
      expect(found).toMatchObject({ ok: true, receipt: { channel: ID, ts: on.standIn.messages[0]?.ts, shown: 1 } });
      expect(on.standIn.messages).toHaveLength(1);
      expect(on.standIn.count('chat.update')).toBe(0);
    });
  }

  it('is brought up to date when the one that is found shows an older state', async () => {
    on.standIn.fault('chat.postMessage', { cut: 'after' });
    const i = incident({ issue: null });
    await on.slack.execute(message(i), subject(i), first);
    const later = incident({ shown: 2 });
    expect(await on.slack.execute(message(later), subject(later), again)).toMatchObject({ ok: true, receipt: { shown: 2, issue: 4711 } });
    expect(on.standIn.messages).toHaveLength(1);
    expect(on.standIn.messages[0]?.text).toContain('#4711');
  });

  it('is found behind other messages, page by page', async () => {
    on.standIn.fault('chat.postMessage', { cut: 'after' });
    const i = incident();
    await on.slack.execute(message(i), subject(i), first);
    on.standIn.pageSize = 3;
    for (let n = 0; n < 10; n++) await on.slack.execute(notice(`another ${n}`, `w${n}`), null, first);
    expect(await on.slack.execute(message(i), subject(i), again)).toMatchObject({ ok: true, receipt: { ts: on.standIn.messages[0]?.ts } });
    expect(on.standIn.top(ID)).toHaveLength(11);
  });

  it('is not looked for beyond the hour before the incident opened', async () => {
    const i = incident();
    on.standIn.clock = T0 / 1000 - 3 * 3600;
    for (let n = 0; n < 9; n++) await on.slack.execute(notice(`old ${n}`, `w${n}`), null, first);
    on.standIn.pageSize = 3;
    await on.slack.execute(message(i), subject(i), again);
    expect(on.standIn.count('conversations.history')).toBe(1);
  });

  it('is posted when nothing of it is found', async () => {
    const i = incident();
    expect(await on.slack.execute(message(i), subject(i), again)).toMatchObject({ ok: true });
    expect(on.standIn.messages).toHaveLength(1);
  });

  it('is not mistaken for one that another app posted with the same marks', async () => {
    const i = incident();
    await on.slack.execute(message(i), subject(i), first);
    const [theirs] = on.standIn.messages;
    if (theirs) theirs.bot_id = 'B0BADBAD';
    expect(await on.slack.execute(message(i), subject(i), again)).toMatchObject({ ok: true });
    expect(on.standIn.messages).toHaveLength(2);
  });

  it('is posted anew, once, when somebody deleted it', async () => {
    const i = incident();
    const known = posted(i, await on.slack.execute(message(i), subject(i), first));
    on.standIn.messages = [];
    on.standIn.fault('chat.postMessage', { cut: 'after' });
    expect(await on.slack.execute(message(known), subject(known), first)).toMatchObject({ ok: false, retry: true });
    const result = await on.slack.execute(message(known), subject(known), again);
    expect(result).toMatchObject({ ok: true, receipt: { ts: on.standIn.messages[0]?.ts } });
    expect(on.standIn.messages).toHaveLength(1);
  });

  it('is given up when it may not be edited any more', async () => {
    const i = incident({ messages: { [CHANNEL]: { channel: ID, ts: '1.1' } } });
    for (const word of ['cant_update_message', 'edit_window_closed']) {
      on.standIn.fault('chat.update', { refuse: word });
      expect(refusal(await on.slack.execute(message(i), subject(i), first))).toBe(
        `The message in ${CHANNEL} cannot be changed any more (${word}): it was deleted, is not the bot's, or the workspace forbids edits.`);
    }
    expect(on.standIn.messages).toEqual([]);
  });

  it('finds its channel by name among many pages, the private ones too', async () => {
    on.standIn.channels = [...Array.from({ length: 8 }, (_, n) => ({ id: `C100000${n}`, name: `other-${n}` })), { id: ID, name: 'release-ci-signal', is_private: true }];
    on.standIn.pageSize = 3;
    on.standIn.fault('chat.postMessage', { cut: 'after' });
    const i = incident();
    await on.slack.execute(message(i), subject(i), first);
    expect(await on.slack.execute(message(i), subject(i), again)).toMatchObject({ ok: true, receipt: { channel: ID } });
    expect(on.standIn.messages).toHaveLength(1);
  });

  it('is posted by the channel\'s id where its name is not taken', async () => {
    on.standIn.fault('chat.postMessage', { refuse: 'channel_not_found' });
    const i = incident();
    expect(await on.slack.execute(message(i), subject(i), first)).toMatchObject({ ok: true, receipt: { channel: ID } });
    expect(on.standIn.calls.filter((c) => c.method === 'chat.postMessage').map((c) => c.form['channel'])).toEqual([CHANNEL, ID]);
  });

  it('is known where it was posted, and found again, though Slack answers with hardly more than that it is', async () => {
    const bare = (body: object): { say: string } => ({ say: JSON.stringify({ ok: true, ...body }) });
    on.standIn.fault('chat.postMessage', bare({ ts: '1763474400.000100' }));
    expect(await on.slack.execute(message(incident()), subject(incident()), first)).toMatchObject({ ok: true, receipt: { kind: 'message', channel: ID, ts: '1763474400.000100' } });
    on.standIn.fault('chat.update', bare({}));
    const known = posted(incident(), { ok: true, receipt: { kind: 'message', channel: ID, ts: '1763474400.000100', shown: 1, issue: null } });
    expect(await on.slack.execute(message(known), subject(known), first)).toMatchObject({ ok: true });
    expect(on.standIn.count('chat.postMessage')).toBe(1);
  });

  it('is taken for ours where Slack does not name the bot that posted it, and is not posted again', async () => {
    const one = await on.slack.execute(message(incident()), subject(incident()), first);
    const [ours] = on.standIn.top(ID);
    const { ts } = posted(incident(), one).messages[CHANNEL] ?? { ts: '' };
    on.standIn.fault('conversations.history', { say: JSON.stringify({ ok: true, messages: [{ ts: '1763474500.000000', bot_id: null }, { ...ours, ts, bot_id: null }], response_metadata: {} }) });
    expect(await on.slack.execute(message(incident()), subject(incident()), again)).toMatchObject({ ok: true, receipt: { ts } });
    expect(on.standIn.count('chat.postMessage')).toBe(1);
  });

  it('takes a channel\'s id as well as its name', async () => {
    const i = incident();
    const action: SlackAction = { kind: 'ensure-message', incident: i.id, channel: ID, shown: 1, issue: null };
    expect(await on.slack.execute(action, subject(i), again)).toMatchObject({ ok: true, receipt: { channel: ID } });
    expect(on.standIn.count('conversations.list')).toBe(0);
  });
});
