import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { LogLevel, WebClient } from '@slack/web-api';
import { startSlack, type Slack, type SlackOptions } from '../../demo/stand-ins/slack/index.ts';

/** The client complains of every refusal; here they are expected. */
const QUIET = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => LogLevel.ERROR, setName() {} };

let open: Slack[] = [];
afterEach(async () => { await Promise.all(open.map((s) => s.close())); open = []; });

async function start(options: SlackOptions = {}): Promise<{ slack: Slack; web: WebClient }> {
  const slack = await startSlack(options);
  open.push(slack);
  slack.channel('#s390x');
  return { slack, web: new WebClient(slack.token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, logger: QUIET }) };
}
const errorOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'no error', (e: unknown) => (e as { data?: { error?: string } }).data?.error ?? String(e));
const section = (text: string): { type: 'section'; text: { type: 'mrkdwn'; text: string } } => ({ type: 'section', text: { type: 'mrkdwn', text } });

describe('messages at the Slack stand-in', () => {
  it('are posted by channel name or id, with blocks and metadata, and found again with their metadata', async () => {
    const { slack, web } = await start();
    const metadata = { event_type: 'archsignal', event_payload: { incident: 'i1' } };
    const posted = await web.chat.postMessage({ channel: '#s390x', text: 'fallback', blocks: [section('*red*')], metadata });
    const { messages } = await web.conversations.history({ channel: posted.channel ?? '', include_all_metadata: true });
    expect(messages).toMatchObject([{ ts: posted.ts, text: 'fallback', bot_id: 'B0ARCHSIG', metadata }]);
    expect((await web.conversations.history({ channel: posted.channel ?? '' })).messages?.[0]).not.toHaveProperty('metadata');
    expect(slack.messages('s390x')).toHaveLength(1);
  });

  it('keep their replies in a thread that the channel\'s history leaves out', async () => {
    const { slack, web } = await start();
    const top = await web.chat.postMessage({ channel: '#s390x', text: 'top' });
    const channel = top.channel ?? '';
    const reply = await web.chat.postMessage({ channel, text: 'one', thread_ts: top.ts ?? '' });
    await web.chat.postMessage({ channel, text: 'two', thread_ts: reply.ts ?? '' });
    expect((await web.conversations.history({ channel })).messages?.map((m) => [m.text, m.reply_count])).toEqual([['top', 2]]);
    expect((await web.conversations.replies({ channel, ts: top.ts ?? '' })).messages?.map((m) => m.text)).toEqual(['top', 'one', 'two']);
    expect(slack.thread(slack.messages('s390x')[0]!).map((m) => m.text)).toEqual(['one', 'two']);
    expect(await errorOf(web.conversations.replies({ channel, ts: '1.000000' }))).toBe('thread_not_found');
  });

  it('are edited by channel id only, remember what they said, and lose their blocks to a new text alone', async () => {
    const { slack, web } = await start();
    const { channel = '', ts = '' } = await web.chat.postMessage({ channel: '#s390x', text: 'red', blocks: [section('red')] });
    expect(await errorOf(web.chat.update({ channel: '#s390x', ts, text: 'green' }))).toBe('channel_not_found');
    await web.chat.update({ channel, ts, text: 'yellow', blocks: [section('yellow')] });
    expect(slack.messages('s390x')[0]).toMatchObject({ text: 'yellow', history: [{ text: 'red' }] });
    await web.chat.update({ channel, ts, text: 'green' });
    expect(slack.messages('s390x')[0]?.blocks).toBeNull();
    expect(await errorOf(web.chat.update({ channel, ts: '1.000000', text: 'x' }))).toBe('message_not_found');
    expect(await errorOf(web.chat.update({ channel, ts, text: 'x'.repeat(4_001) }))).toBe('msg_too_long');
    const byHand = slack.say('olga', 's390x', 'hello');
    expect(await errorOf(web.chat.update({ channel, ts: byHand.ts, text: 'x' }))).toBe('cant_update_message');
  });

  it('are refused where Slack refuses them', async () => {
    const { slack, web } = await start();
    const post = (channel: string, more: object = {}): Promise<string> => errorOf(web.chat.postMessage({ channel, text: 't', ...more }));
    expect(await post('#nowhere')).toBe('channel_not_found');
    slack.channel('old', { archived: true });
    expect(await post('#old')).toBe('is_archived');
    slack.channel('open', { botIsMember: false });
    expect(await post('#open')).toBe('not_in_channel');
    slack.settings.publicPosting = true;
    expect(await post('#open')).toBe('no error');
    slack.channel('secret', { private: true, botIsMember: false });
    expect(await post('#secret')).toBe('channel_not_found');
    expect(await post('#s390x', { text: '' })).toBe('no_text');
    slack.token = 'xoxb-another';
    expect(await post('#s390x')).toBe('invalid_auth');
  });

  it('are refused with blocks over Slack\'s limits', async () => {
    const { web } = await start();
    const post = (blocks: object[]): Promise<string> => errorOf(web.chat.postMessage({ channel: '#s390x', text: 't', blocks: blocks as never }));
    expect(await post(Array.from({ length: 50 }, () => section('x'.repeat(3_000))))).toBe('no error');
    expect(await post(Array.from({ length: 51 }, () => section('x')))).toBe('invalid_blocks');
    expect(await post([section('x'.repeat(3_001))])).toBe('invalid_blocks');
    expect(await post([section('')])).toBe('invalid_blocks');
    expect(await post([{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }])).toBe('invalid_blocks');
    expect(await post([{ type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'x'.repeat(76) } }] }])).toBe('invalid_blocks');
    expect(await post([{ type: 'nonsense' }])).toBe('invalid_blocks');
  });

  it('count as a ping once per message, in text, blocks or an edit, but not in escaped text', async () => {
    const { slack, web } = await start();
    const olga = slack.user('olga');
    const { channel = '', ts = '' } = await web.chat.postMessage({ channel: '#s390x', text: `<@${olga.id}> look`, blocks: [section(`<@${olga.id}> &lt;!channel&gt;`)] });
    await web.chat.update({ channel, ts, text: `<@${olga.id}> <!subteam^S123|@owners>` });
    expect(slack.pings().map((p) => [p.target, p.edited])).toEqual([[`<@${olga.id}>`, false], ['<!subteam^S123>', true]]);
  });

  it('are reacted to, deleted, and have a permalink that leads to a page', async () => {
    const { slack, web } = await start();
    const { channel = '', ts = '' } = await web.chat.postMessage({ channel: '#s390x', text: 'one :red_circle:' });
    await web.reactions.add({ channel, timestamp: ts, name: 'eyes' });
    expect(await errorOf(web.reactions.add({ channel, timestamp: ts, name: 'eyes' }))).toBe('already_reacted');
    const { permalink = '' } = await web.chat.getPermalink({ channel, message_ts: ts });
    expect(await (await fetch(permalink)).text()).toContain('one 🔴');
    await web.chat.delete({ channel, ts });
    expect(slack.messages('s390x')).toEqual([]);
  });
});

describe('the rest of the Slack stand-in', () => {
  it('lists channels page by page and knows people by their address', async () => {
    const { slack, web } = await start();
    for (let n = 0; n < 4; n += 1) slack.channel(`c${n}`);
    const names: string[] = [];
    for await (const page of web.paginate('conversations.list', { limit: 2 })) names.push(...(page as unknown as { channels: { name: string }[] }).channels.map((c) => c.name));
    expect(names).toEqual(['s390x', 'c0', 'c1', 'c2', 'c3']);
    slack.user('olga', { email: 'olga@example.org' });
    expect((await web.users.lookupByEmail({ email: 'OLGA@example.org' })).user?.name).toBe('olga');
    expect(await errorOf(web.users.lookupByEmail({ email: 'eve@example.org' }))).toBe('users_not_found');
    expect(await web.auth.test()).toMatchObject({ user: 'archsignal', bot_id: 'B0ARCHSIG' });
  });

  it('fails on demand: by method and channel, and with 429 and a time to wait', async () => {
    const { slack, web } = await start();
    slack.channel('other');
    slack.fail('chat.postMessage', 'is_archived', { channel: 's390x', times: Infinity });
    expect(await errorOf(web.chat.postMessage({ channel: '#s390x', text: 't' }))).toBe('is_archived');
    expect(await errorOf(web.chat.postMessage({ channel: '#other', text: 't' }))).toBe('no error');
    slack.rateLimit(7);
    await expect(web.chat.postMessage({ channel: '#other', text: 't' })).rejects.toMatchObject({ retryAfter: 7 });
    expect(slack.messages('other')).toHaveLength(1);
  });

  it('opens a view once per trigger', async () => {
    const { slack, web } = await start();
    const requests: URLSearchParams[] = [];
    const program = createServer((req, res) => {
      let raw = '';
      req.on('data', (c: Buffer) => { raw += c.toString(); });
      req.on('end', () => { requests.push(new URLSearchParams(raw)); res.end('working on it'); });
    });
    await new Promise<void>((r) => { program.listen(0, '127.0.0.1', r); });
    const { port } = program.address() as { port: number };
    slack.send.target = `http://127.0.0.1:${port}/slack/events`;
    const sent = await slack.send.command({ user: 'olga', channel: '#s390x', text: 'ack' });
    expect(sent).toMatchObject({ status: 200, text: 'working on it' });
    expect(requests[0]?.get('command')).toBe('/arch');
    const trigger = requests[0]?.get('trigger_id') ?? '';
    const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'Why?' }, blocks: [] };
    expect((await web.views.open({ trigger_id: trigger, view })).view?.id).toBe(slack.state.views[0]?.id);
    expect(await errorOf(web.views.open({ trigger_id: trigger, view }))).toBe('invalid_trigger_id');
    const respond = (body: object): Promise<Response> => fetch(requests[0]?.get('response_url') ?? '', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
    await respond({ text: 'for olga' });
    await respond({ text: 'for all', response_type: 'in_channel' });
    expect(slack.messages('s390x').map((m) => [m.text, m.ephemeralFor !== null])).toEqual([['for olga', true], ['for all', false]]);
    await new Promise((r) => { program.closeAllConnections(); program.close(r); });
  });
});
