import { describe, expect, it } from 'vitest';
import { incident } from './fixtures.ts';
import type { SlackStandIn } from './stand-in.ts';
import { again, CHANNEL, connect, first, ID, message, notice, refusal, subject, useSlack } from './setup.ts';

const on = useSlack();

describe('channels and state', () => {
  it('checks at start whether each channel can be posted to, and says what to do', async () => {
    on.standIn.channels = [
      { id: ID, name: 'release-ci-signal' }, { id: 'C0000003', name: 'old', is_archived: true }, { id: 'C0000004', name: 'elsewhere', is_member: false },
    ];
    expect(await on.slack.check([CHANNEL, ID, '#old', '#elsewhere', '#typo', 'C9999999'])).toEqual([
      { channel: CHANNEL, ok: true, reason: null },
      { channel: ID, ok: true, reason: null },
      { channel: '#old', ok: false, reason: '#old is archived: unarchive it, or name another channel in the configuration.' },
      { channel: '#elsewhere', ok: false, reason: 'The bot is not in #elsewhere: invite it there with /invite @archsignal.' },
      { channel: '#typo', ok: false, reason: 'Slack knows no channel #typo that the bot can see: correct the name, or invite the bot there with /invite @archsignal.' },
      { channel: 'C9999999', ok: false, reason: 'Slack knows no channel C9999999 that the bot can see: correct the name, or invite the bot there with /invite @archsignal.' },
    ]);
    expect(on.standIn.count('conversations.list')).toBe(1);
  });

  it('sees a minute later that the bot was invited, and reads no list anew where all is well', async () => {
    const elsewhere = { id: 'C0000004', name: 'elsewhere', is_member: false };
    on.standIn.channels = [{ id: ID, name: 'release-ci-signal' }, elsewhere];
    let now = 0;
    const slack = connect(on.standIn.apiUrl, 2_000, () => now);
    const isOpen = async (channel: string): Promise<boolean | undefined> => (await slack.check([channel]))[0]?.ok;
    expect(await isOpen('#elsewhere')).toBe(false);
    elsewhere.is_member = true;
    now += 59_000;
    expect(await isOpen('#elsewhere')).toBe(false);
    now += 1_000;
    expect(await isOpen('#elsewhere')).toBe(true);
    now += 600_000;
    expect(await isOpen('#elsewhere')).toBe(true);
    expect(on.standIn.count('conversations.list')).toBe(2);
    await slack.stop();
  });

  it('finds public channels where the app may not list private ones', async () => {
    on.standIn.fault('conversations.list', { refuse: 'missing_scope', extra: { needed: 'groups:read' } });
    expect(await on.slack.check([CHANNEL])).toEqual([{ channel: CHANNEL, ok: true, reason: null }]);
  });

  it('says that a channel could not be checked while Slack is away', async () => {
    on.standIn.fault('conversations.list', { status: 503 });
    expect(await on.slack.check([CHANNEL])).toEqual([
      { channel: CHANNEL, ok: false, reason: `${CHANNEL} could not be checked. Slack answered conversations.list with HTTP 503.` },
    ]);
  });

  it('knows after a call that Slack is there, and after a refusal of the token why not', async () => {
    await on.slack.execute(notice(), null, first);
    expect(on.slack.state()).toEqual({ ok: true, reason: null });
    on.standIn.fault('chat.postMessage', { refuse: 'account_inactive' });
    await on.slack.execute(notice(), null, first);
    expect(on.slack.state()).toEqual({ ok: false, reason: 'Slack does not accept SLACK_BOT_TOKEN (account_inactive): install the app again and set the new token.' });
  });

  it('says what Slack answered where it was asked and refused, by whatever word', async () => {
    on.standIn.fault('auth.test', { refuse: 'accesslimited' });
    await on.slack.start();
    await expect.poll(() => on.slack.state()).toEqual({ ok: false, reason: 'Slack refused auth.test: accesslimited.' });
  });

  it('does not call a channel\'s trouble Slack\'s', async () => {
    await on.slack.execute(notice(), null, first);
    on.standIn.fault('chat.postMessage', { refuse: 'is_archived' });
    await on.slack.execute(notice(), null, first);
    expect(on.slack.state()).toEqual({ ok: true, reason: null });
  });
});

describe('Slack being away', () => {
  it('neither throws nor says a word to Slack while being constructed', async () => {
    const quiet = connect('http://127.0.0.1:9/api/');
    expect(quiet.state()).toEqual({ ok: false, reason: 'Slack has not been asked yet.' });
    await quiet.start();
    expect(await quiet.execute(notice(), null, first)).toMatchObject({ ok: false, retry: true, scope: 'destination' });
    expect(quiet.state().reason).toContain('Slack did not answer');
    await quiet.stop();
    expect(on.standIn.calls).toEqual([]);
  });

  const retried: [string, Parameters<SlackStandIn['fault']>[1], string, number | null][] = [
    ['a limit with a time to wait', { limit: 7 }, 'Slack asks to wait 7 s before chat.postMessage for #release-ci-signal.', 7_000],
    ['a limit said in the answer', { refuse: 'ratelimited' }, 'Slack asks to wait before chat.postMessage for #release-ci-signal.', null],
    ['a limit without a time', { limit: null }, 'Slack did not answer chat.postMessage for #release-ci-signal', null],
    ['HTTP 503', { status: 503 }, 'Slack answered chat.postMessage for #release-ci-signal with HTTP 503.', null],
    ['an internal error', { refuse: 'internal_error' }, 'Slack could not carry out chat.postMessage for #release-ci-signal (internal_error).', null],
    ['a fatal error', { refuse: 'fatal_error' }, '(fatal_error)', null],
    ['a service that is not there', { refuse: 'service_unavailable' }, '(service_unavailable)', null],
    ['a request that timed out at Slack', { refuse: 'request_timeout' }, '(request_timeout)', null],
    ['a page instead of JSON', { say: '<html>Down for maintenance</html>' }, 'could not be used: it is not JSON ("<html>Down for maintenance</html>")', null],
    ['half an answer', { say: '{"ok":tr' }, 'could not be used', null],
    ['nothing as JSON', { say: 'null' }, 'Slack did not answer', null],
    ['an answer without the message', { say: '{"ok":true}' }, 'it lacks what it must hold', null],
    ['a connection that ends', { cut: 'before' }, 'Slack did not answer chat.postMessage for #release-ci-signal', null],
  ];
  for (const [what, fault, reason, after] of retried) {
    it(`asks for another attempt after ${what}`, async () => {
      on.standIn.fault('chat.postMessage', fault);
      const result = await on.slack.execute(notice(), null, first);
      expect(result).toMatchObject({ ok: false, retry: true, after, scope: 'destination' });
      expect(result.ok ? '' : result.reason).toContain(reason);
      expect(on.standIn.count('chat.postMessage')).toBe(1);
    });
  }

  it('waits no longer than its time-out, and finds afterwards what had been posted', async () => {
    const hasty = connect(on.standIn.apiUrl, 100);
    on.standIn.fault('chat.postMessage', { hang: 'after' });
    const result = await hasty.execute(notice(), null, first);
    expect(result).toMatchObject({ ok: false, retry: true });
    expect(result.ok ? '' : result.reason).toContain('no answer in time');
    expect(await on.slack.execute(notice(), null, again)).toMatchObject({ ok: true });
    expect(on.standIn.messages).toHaveLength(1);
  });

  it('posts nothing while it cannot look', async () => {
    on.standIn.fault('conversations.history', { status: 500 });
    expect(await on.slack.execute(notice(), null, again)).toMatchObject({ ok: false, retry: true });
    expect(on.standIn.messages).toEqual([]);
  });
});

describe('a refusal', () => {
  const refused: [string, Record<string, unknown>, string][] = [
    ['channel_not_found', {}, 'Slack knows no channel #release-ci-signal that the bot can see: correct the name, or invite the bot there with /invite @archsignal.'],
    ['is_archived', {}, '#release-ci-signal is archived: unarchive it, or name another channel in the configuration.'],
    ['not_in_channel', {}, 'The bot is not in #release-ci-signal: invite it there with /invite @archsignal.'],
    ['invalid_auth', {}, 'Slack does not accept SLACK_BOT_TOKEN (invalid_auth): install the app again and set the new token.'],
    ['account_inactive', {}, 'Slack does not accept SLACK_BOT_TOKEN (account_inactive): install the app again and set the new token.'],
    ['missing_scope', { needed: 'chat:write' }, 'The Slack app lacks the scope chat:write: add it as in slack-manifest.yml and install the app again.'],
    ['restricted_action', {}, '#release-ci-signal lets only some people post (restricted_action): allow the bot there, or name another channel in the configuration.'],
    ['msg_too_long', {}, 'Slack refused the form of a message for #release-ci-signal (msg_too_long). That is a fault of Archsignal: please report it.'],
    ['invalid_blocks', { response_metadata: { messages: ['[ERROR] must be less than 3001 characters'] } }, 'Slack refused the form of a message for #release-ci-signal (invalid_blocks: [ERROR] must be less than 3001 characters). That is a fault of Archsignal: please report it.'],
    ['something_new', {}, 'Slack refused chat.postMessage for #release-ci-signal: something_new.'],
  ];
  for (const [word, extra, sentence] of refused) {
    it(`of ${word} is final and says what to do`, async () => {
      on.standIn.channels = [];
      on.standIn.fault('chat.postMessage', { refuse: word, extra });
      expect(await on.slack.execute(notice(), null, first)).toEqual({ ok: false, retry: false, reason: sentence, lost: null });
    });
  }

  it('by an archived channel ends the message of an incident', async () => {
    on.standIn.channels = [{ id: ID, name: 'release-ci-signal', is_archived: true }];
    const i = incident();
    expect(refusal(await on.slack.execute(message(i), subject(i), first))).toContain('is archived');
  });

  it('of the scope that looking needs is final: what may be there is not posted twice', async () => {
    on.standIn.fault('conversations.history', { refuse: 'missing_scope', extra: { needed: 'channels:history' } });
    const i = incident();
    expect(refusal(await on.slack.execute(message(i), subject(i), again))).toContain('lacks the scope channels:history');
    expect(on.standIn.messages).toEqual([]);
  });

  it('with HTTP 404 names the address that is wrong', async () => {
    on.standIn.fault('chat.postMessage', { status: 404 });
    expect(refusal(await on.slack.execute(notice(), null, first))).toContain('check SLACK_API_URL');
  });
});
