import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionResult } from '../../../src/domain/action.ts';
import type { Incident, IncidentJob } from '../../../src/domain/incident.ts';
import { createSlack, type Slack, type SlackAction } from '../../../src/delivery/slack/index.ts';
import { briefing, e2e, facts, HOUR, incident, OWNERS, silent, T0 } from './fixtures.ts';
import { SlackStandIn, type StandInMessage } from './stand-in.ts';

const CHANNEL = '#release-ci-signal';
const ID = 'C0000001';
const first = { look: false };
const again = { look: true };

let standIn: SlackStandIn;
let slack: Slack;

const connect = (apiUrl: string, timeout = 2_000): Slack => createSlack({
  botToken: 'xoxb-1', signingSecret: 'secret', apiUrl, log: silent, onDelivery: () => Promise.resolve(true), now: () => T0 + 2 * HOUR, timeout,
});

beforeEach(async () => {
  standIn = new SlackStandIn();
  standIn.clock = T0 / 1000 + 3600;
  slack = connect(await standIn.start());
});
afterEach(async () => {
  await slack.stop();
  await standIn.stop();
});

const message = (i: Incident): SlackAction => ({ kind: 'ensure-message', incident: i.id, channel: CHANNEL, shown: i.shown, issue: i.issue?.number ?? null });
const reply = (i: Incident, fact: number): SlackAction => ({ kind: 'reply', incident: i.id, channel: CHANNEL, fact });
const notice = (text = 'Source grid of kubernetes has not answered for 2 h.', warning = 'source:kubernetes:grid:1:raised'): SlackAction =>
  ({ kind: 'notice', channel: CHANNEL, warning, text });

const subject = (i: Incident) => ({ incident: i, briefing });

/** The incident as the runtime stores it after the receipt. */
function posted(i: Incident, result: ActionResult): Incident {
  if (!result.ok || result.receipt.kind !== 'message') throw new Error(JSON.stringify(result));
  return { ...i, messages: { [CHANNEL]: { channel: result.receipt.channel, ts: result.receipt.ts } } };
}

const refusal = (result: ActionResult): string => !result.ok && !result.retry ? result.reason : `not a refusal: ${JSON.stringify(result)}`;

describe('the message of an incident', () => {
  it('is posted once, by the channel\'s name, and its receipt names Slack\'s id of the channel and what is shown', async () => {
    const i = incident();
    const result = await slack.execute(message(i), subject(i), first);
    const [only, ...more] = standIn.messages;
    expect(more).toEqual([]);
    expect(result).toEqual({ ok: true, receipt: { kind: 'message', channel: ID, ts: only?.ts, shown: 1, issue: 4711 } });
    expect(only?.blocks[0]).toMatchObject({ type: 'section', block_id: `archsignal:${i.id}@1.4711`, text: { type: 'mrkdwn', verbatim: true } });
    expect(only?.metadata).toEqual({ event_type: 'archsignal_incident', event_payload: { key: i.id, shown: 1, issue: 4711 } });
    expect(only?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false', parse: 'none', link_names: 'false' });
    expect(standIn.count('conversations.history')).toBe(0);
  });

  it('is edited as the incident changes, and stays one message', async () => {
    const i = incident();
    const known = posted(i, await slack.execute(message(i), subject(i), first));
    const later = { ...known, shown: 2, acknowledged: { by: 'olga', at: T0 } };
    const result = await slack.execute(message(later), subject(later), first);
    expect(result).toMatchObject({ ok: true, receipt: { kind: 'message', shown: 2 } });
    expect(standIn.messages).toHaveLength(1);
    expect(standIn.messages[0]?.text).toContain(':eyes:');
    expect(standIn.messages[0]?.metadata).toMatchObject({ event_payload: { shown: 2 } });
  });

  it('shows the incident as it is now, whatever revision the row asked for', async () => {
    const i = incident({ shown: 5 });
    const result = await slack.execute({ ...message(i), shown: 3, issue: null } as SlackAction, subject(i), first);
    expect(result).toMatchObject({ ok: true, receipt: { shown: 5, issue: 4711 } });
  });

  for (const hidden of [[], ['metadata'], ['block_id']] as const) {
    it(`is found again when the answer to its posting was lost (${hidden.length === 0 ? 'metadata and block ids are returned' : `no ${hidden[0]} is returned`})`, async () => {
      standIn.hides = [...hidden];
      standIn.fault('chat.postMessage', { cut: 'after' });
      const i = incident();
      const lost = await slack.execute(message(i), subject(i), first);
      expect(lost).toMatchObject({ ok: false, retry: true, after: null, scope: 'destination' });
      const found = await slack.execute(message(i), subject(i), again);
      expect(found).toMatchObject({ ok: true, receipt: { channel: ID, ts: standIn.messages[0]?.ts, shown: 1 } });
      expect(standIn.messages).toHaveLength(1);
      expect(standIn.count('chat.update')).toBe(0);
    });
  }

  it('is brought up to date when the one that is found shows an older state', async () => {
    standIn.fault('chat.postMessage', { cut: 'after' });
    const i = incident({ issue: null });
    await slack.execute(message(i), subject(i), first);
    const later = incident({ shown: 2 });
    expect(await slack.execute(message(later), subject(later), again)).toMatchObject({ ok: true, receipt: { shown: 2, issue: 4711 } });
    expect(standIn.messages).toHaveLength(1);
    expect(standIn.messages[0]?.text).toContain('#4711');
  });

  it('is found behind other messages, page by page', async () => {
    standIn.fault('chat.postMessage', { cut: 'after' });
    const i = incident();
    await slack.execute(message(i), subject(i), first);
    standIn.pageSize = 3;
    for (let n = 0; n < 10; n++) await slack.execute(notice(`another ${n}`, `w${n}`), null, first);
    expect(await slack.execute(message(i), subject(i), again)).toMatchObject({ ok: true, receipt: { ts: standIn.messages[0]?.ts } });
    expect(standIn.top(ID)).toHaveLength(11);
  });

  it('is not looked for beyond the hour before the incident opened', async () => {
    const i = incident();
    standIn.clock = T0 / 1000 - 3 * 3600;
    for (let n = 0; n < 9; n++) await slack.execute(notice(`old ${n}`, `w${n}`), null, first);
    standIn.pageSize = 3;
    await slack.execute(message(i), subject(i), again);
    expect(standIn.count('conversations.history')).toBe(1);
  });

  it('is posted when nothing of it is found', async () => {
    const i = incident();
    expect(await slack.execute(message(i), subject(i), again)).toMatchObject({ ok: true });
    expect(standIn.messages).toHaveLength(1);
  });

  it('is not mistaken for one that another app posted with the same marks', async () => {
    const i = incident();
    await slack.execute(message(i), subject(i), first);
    const [theirs] = standIn.messages;
    if (theirs) theirs.bot_id = 'B0BADBAD';
    expect(await slack.execute(message(i), subject(i), again)).toMatchObject({ ok: true });
    expect(standIn.messages).toHaveLength(2);
  });

  it('is posted anew, once, when somebody deleted it', async () => {
    const i = incident();
    const known = posted(i, await slack.execute(message(i), subject(i), first));
    standIn.messages = [];
    standIn.fault('chat.postMessage', { cut: 'after' });
    expect(await slack.execute(message(known), subject(known), first)).toMatchObject({ ok: false, retry: true });
    const result = await slack.execute(message(known), subject(known), again);
    expect(result).toMatchObject({ ok: true, receipt: { ts: standIn.messages[0]?.ts } });
    expect(standIn.messages).toHaveLength(1);
  });

  it('is given up when it may not be edited any more', async () => {
    const i = incident({ messages: { [CHANNEL]: { channel: ID, ts: '1.1' } } });
    for (const word of ['cant_update_message', 'edit_window_closed']) {
      standIn.fault('chat.update', { refuse: word });
      expect(refusal(await slack.execute(message(i), subject(i), first))).toBe(
        `The message in ${CHANNEL} cannot be changed any more (${word}): it was deleted, is not the bot's, or the workspace forbids edits.`);
    }
    expect(standIn.messages).toEqual([]);
  });

  it('finds its channel by name among many pages, the private ones too', async () => {
    standIn.channels = [...Array.from({ length: 8 }, (_, n) => ({ id: `C100000${n}`, name: `other-${n}` })), { id: ID, name: 'release-ci-signal', is_private: true }];
    standIn.pageSize = 3;
    standIn.fault('chat.postMessage', { cut: 'after' });
    const i = incident();
    await slack.execute(message(i), subject(i), first);
    expect(await slack.execute(message(i), subject(i), again)).toMatchObject({ ok: true, receipt: { channel: ID } });
    expect(standIn.messages).toHaveLength(1);
  });

  it('is posted by the channel\'s id where its name is not taken', async () => {
    standIn.fault('chat.postMessage', { refuse: 'channel_not_found' });
    const i = incident();
    expect(await slack.execute(message(i), subject(i), first)).toMatchObject({ ok: true, receipt: { channel: ID } });
    expect(standIn.calls.filter((c) => c.method === 'chat.postMessage').map((c) => c.form['channel'])).toEqual([CHANNEL, ID]);
  });

  it('takes a channel\'s id as well as its name', async () => {
    const i = incident();
    const action: SlackAction = { kind: 'ensure-message', incident: i.id, channel: ID, shown: 1, issue: null };
    expect(await slack.execute(action, subject(i), again)).toMatchObject({ ok: true, receipt: { channel: ID } });
    expect(standIn.count('conversations.list')).toBe(0);
  });
});

describe('a thread', () => {
  const opened = async (over: Partial<Incident> = {}): Promise<Incident> => {
    const i = incident({ facts: facts({ kind: 'opened', asks: OWNERS }, { kind: 'acknowledged', by: 'olga' }), ...over });
    return posted(i, await slack.execute(message(i), subject(i), first));
  };

  it('holds one reply for each fact, below the incident\'s message', async () => {
    const i = await opened();
    const one = await slack.execute(reply(i, 1), subject(i), first);
    const two = await slack.execute(reply(i, 2), subject(i), first);
    const [top, details, ack] = standIn.messages;
    expect([details?.thread_ts, ack?.thread_ts]).toEqual([top?.ts, top?.ts]);
    expect(one).toEqual({ ok: true, receipt: { kind: 'reply', ts: details?.ts } });
    expect(two).toEqual({ ok: true, receipt: { kind: 'reply', ts: ack?.ts } });
    expect(details?.text).toContain('2 of 5 jobs on linux/s390x are failing');
    expect(ack?.text).toBe('`olga` has it. No reminder follows.');
  });

  it('gets no second reply for a fact whose answer was lost', async () => {
    const i = await opened();
    standIn.fault('chat.postMessage', { cut: 'after' });
    expect(await slack.execute(reply(i, 1), subject(i), first)).toMatchObject({ ok: false, retry: true });
    standIn.pageSize = 1;
    expect(await slack.execute(reply(i, 1), subject(i), again)).toMatchObject({ ok: true, receipt: { ts: standIn.messages[1]?.ts } });
    expect(standIn.messages).toHaveLength(2);
  });

  it('waits for the message that it belongs to', async () => {
    const i = incident();
    expect(await slack.execute(reply(i, 1), subject(i), first)).toMatchObject({ ok: false, retry: true, scope: 'row' });
    expect(standIn.calls).toEqual([]);
  });

  it('says so when the fact is not there', async () => {
    const i = await opened();
    expect(refusal(await slack.execute(reply(i, 9), subject(i), first))).toContain('no fact 9');
  });

  it('that is gone holds no reply of ours, so Slack\'s word on posting there decides', async () => {
    const i = await opened();
    standIn.messages = [];
    expect(await slack.execute(reply(i, 1), subject(i), again)).toMatchObject({ ok: true });
    standIn.fault('chat.postMessage', { refuse: 'thread_not_found' });
    expect(refusal(await slack.execute(reply(i, 2), subject(i), first))).toContain('thread_not_found');
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
    expect(await slack.execute(reply(i, 1), subject(i), first)).toMatchObject({ ok: true });
    const shown = shownIn(standIn.messages[1]);
    expect(shown).toContain(`• and 28 more, listed in ${issue}`);
    expect(shown).toContain('and 7,015 more tests: <https://prow.k8s.io/page|all of them>');
    expect(shown).not.toContain('x'.repeat(100));
    expect(shown).not.toContain('m'.repeat(200));
  });

  it('cuts what is too long for Slack after what is asked, and says where the rest is', async () => {
    const i = await opened({ jobs: many('p'.repeat(450)) });
    expect(await slack.execute(reply(i, 1), subject(i), first)).toMatchObject({ ok: true });
    const [, sent] = standIn.messages;
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
    standIn.fault('chat.postMessage', { cut: 'after' });
    expect(await slack.execute(notice(), null, first)).toMatchObject({ ok: false, retry: true });
    expect(await slack.execute(notice(), null, again)).toEqual({ ok: true, receipt: { kind: 'notice', channel: ID, ts: standIn.messages[0]?.ts } });
    expect(standIn.messages.map((m) => m.text)).toEqual(['Source grid of kubernetes has not answered for 2 h.']);
  });

  it('tells the next occurrence of the same warning again', async () => {
    await slack.execute(notice(), null, first);
    await slack.execute(notice(undefined, 'source:kubernetes:grid:2:raised'), null, again);
    expect(standIn.messages).toHaveLength(2);
  });

  it('shows in the shadow channel what would have been written, once for each key, and calls nobody', async () => {
    const text = 'Would file an issue and ping `kubernetes/s390x-owners`:\n<!channel> @here <@U123> see <https://evil.example|this>';
    const one = await slack.shadow('#s390x', 'incident:1:ensure-issue:1', text);
    const two = await slack.shadow('#s390x', 'incident:1:ensure-issue:1', text);
    expect(two).toEqual(one);
    await slack.shadow('#s390x', 'incident:1:comment:2', text);
    expect(standIn.top('C0000002')).toHaveLength(2);
    expect(standIn.messages[0]?.text).toBe('Would file an issue and ping `kubernetes/s390x-owners`:\n&lt;!channel&gt; ＠here &lt;@U123&gt; see &lt;https://evil.example|this&gt;');
  });

  it('splits a long text over sections that Slack takes', async () => {
    const long = Array.from({ length: 400 }, (_, n) => `line ${n} & <more>`).join('\n');
    expect(await slack.shadow('#s390x', 'k', long, first)).toMatchObject({ ok: true });
    expect(await slack.shadow('#s390x', 'l', `x${'&'.repeat(3_000)}`, first)).toMatchObject({ ok: true });
    for (const message of standIn.messages) {
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
    expect(slack.preview(message(i), subject(i)).text).toBe(
      ':red_circle: linux/s390x: e2e and unit failing since Tue 18 Nov 14:10 UTC, only here · owners asked · #4711 (https://github.com/kubernetes/kubernetes/issues/4711)');
    expect(slack.preview(reply(i, 1), subject(i)).text).toContain('expected <nil>, got dial tcp');
    expect(slack.preview(notice('a < b'), null).text).toBe('a < b');
    expect(standIn.calls).toEqual([]);
  });
});

describe('channels and state', () => {
  it('checks at start whether each channel can be posted to, and says what to do', async () => {
    standIn.channels = [
      { id: ID, name: 'release-ci-signal' }, { id: 'C0000003', name: 'old', is_archived: true }, { id: 'C0000004', name: 'elsewhere', is_member: false },
    ];
    expect(await slack.check([CHANNEL, ID, '#old', '#elsewhere', '#typo', 'C9999999'])).toEqual([
      { channel: CHANNEL, ok: true, reason: null },
      { channel: ID, ok: true, reason: null },
      { channel: '#old', ok: false, reason: '#old is archived: unarchive it, or name another channel in the configuration.' },
      { channel: '#elsewhere', ok: false, reason: 'The bot is not in #elsewhere: invite it there with /invite @archsignal.' },
      { channel: '#typo', ok: false, reason: 'Slack knows no channel #typo that the bot can see: correct the name, or invite the bot there with /invite @archsignal.' },
      { channel: 'C9999999', ok: false, reason: 'Slack knows no channel C9999999 that the bot can see: correct the name, or invite the bot there with /invite @archsignal.' },
    ]);
    expect(standIn.count('conversations.list')).toBe(1);
  });

  it('finds public channels where the app may not list private ones', async () => {
    standIn.fault('conversations.list', { refuse: 'missing_scope', extra: { needed: 'groups:read' } });
    expect(await slack.check([CHANNEL])).toEqual([{ channel: CHANNEL, ok: true, reason: null }]);
  });

  it('says that a channel could not be checked while Slack is away', async () => {
    standIn.fault('conversations.list', { status: 503 });
    expect(await slack.check([CHANNEL])).toEqual([
      { channel: CHANNEL, ok: false, reason: `${CHANNEL} could not be checked. Slack answered conversations.list with HTTP 503.` },
    ]);
  });

  it('knows after a call that Slack is there, and after a refusal of the token why not', async () => {
    await slack.execute(notice(), null, first);
    expect(slack.state()).toEqual({ ok: true, reason: null });
    standIn.fault('chat.postMessage', { refuse: 'account_inactive' });
    await slack.execute(notice(), null, first);
    expect(slack.state()).toEqual({ ok: false, reason: 'Slack does not accept SLACK_BOT_TOKEN (account_inactive): install the app again and set the new token.' });
  });

  it('does not call a channel\'s trouble Slack\'s', async () => {
    await slack.execute(notice(), null, first);
    standIn.fault('chat.postMessage', { refuse: 'is_archived' });
    await slack.execute(notice(), null, first);
    expect(slack.state()).toEqual({ ok: true, reason: null });
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
    expect(standIn.calls).toEqual([]);
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
      standIn.fault('chat.postMessage', fault);
      const result = await slack.execute(notice(), null, first);
      expect(result).toMatchObject({ ok: false, retry: true, after, scope: 'destination' });
      expect(result.ok ? '' : result.reason).toContain(reason);
      expect(standIn.count('chat.postMessage')).toBe(1);
    });
  }

  it('waits no longer than its time-out, and finds afterwards what had been posted', async () => {
    const hasty = connect(standIn.apiUrl, 100);
    standIn.fault('chat.postMessage', { hang: 'after' });
    const result = await hasty.execute(notice(), null, first);
    expect(result).toMatchObject({ ok: false, retry: true });
    expect(result.ok ? '' : result.reason).toContain('no answer in time');
    expect(await slack.execute(notice(), null, again)).toMatchObject({ ok: true });
    expect(standIn.messages).toHaveLength(1);
  });

  it('posts nothing while it cannot look', async () => {
    standIn.fault('conversations.history', { status: 500 });
    expect(await slack.execute(notice(), null, again)).toMatchObject({ ok: false, retry: true });
    expect(standIn.messages).toEqual([]);
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
      standIn.channels = [];
      standIn.fault('chat.postMessage', { refuse: word, extra });
      expect(await slack.execute(notice(), null, first)).toEqual({ ok: false, retry: false, reason: sentence, lost: null });
    });
  }

  it('by an archived channel ends the message of an incident', async () => {
    standIn.channels = [{ id: ID, name: 'release-ci-signal', is_archived: true }];
    const i = incident();
    expect(refusal(await slack.execute(message(i), subject(i), first))).toContain('is archived');
  });

  it('of the scope that looking needs is final: what may be there is not posted twice', async () => {
    standIn.fault('conversations.history', { refuse: 'missing_scope', extra: { needed: 'channels:history' } });
    const i = incident();
    expect(refusal(await slack.execute(message(i), subject(i), again))).toContain('lacks the scope channels:history');
    expect(standIn.messages).toEqual([]);
  });

  it('with HTTP 404 names the address that is wrong', async () => {
    standIn.fault('chat.postMessage', { status: 404 });
    expect(refusal(await slack.execute(notice(), null, first))).toContain('check SLACK_API_URL');
  });
});
