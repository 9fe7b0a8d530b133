import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { startSlack, type Slack } from '../../demo/stand-ins/slack/index.ts';

let slack: Slack;
let http: Server;
let heard: string[];
let seen: IncomingMessage[];

beforeEach(async () => {
  slack = await startSlack();
  heard = [];
  seen = [];
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logLevel: LogLevel.ERROR, logger: { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => LogLevel.ERROR, setName() {} } });
  const app = new App({ token: slack.token, receiver, clientOptions: { slackApiUrl: slack.apiUrl }, logLevel: LogLevel.ERROR });
  app.command('/arch', async ({ ack, command, respond }) => { heard.push(`command ${command.text} by ${command.user_name}`); await ack(); await respond('done'); });
  app.action('ack', async ({ ack, body, action }) => { heard.push(`action ${'value' in action ? String(action.value) : ''} by ${body.user.id}`); await ack(); });
  app.event('app_mention', async ({ event }) => { heard.push(`event ${event.text}`); });
  app.view('why', async ({ ack, view }) => { heard.push(`view ${String(view.state.values['b']?.['a']?.value)}`); await ack(); });
  http = createServer((req, res) => { seen.push(req); receiver.requestListener(req, res); });
  await new Promise<void>((r) => { http.listen(0, '127.0.0.1', r); });
  slack.send.target = `http://127.0.0.1:${(http.address() as { port: number }).port}/slack/events`;
});
afterEach(async () => {
  await new Promise((r) => { http.closeAllConnections(); http.close(r); });
  await slack.close();
});

describe('what the Slack stand-in sends, as the real receiver takes it', () => {
  it('is a slash command whose answer comes back to the asker', async () => {
    expect((await slack.send.command({ user: 'olga', channel: '#s390x', text: 'ack #12' })).status).toBe(200);
    await expect.poll(() => slack.messages('s390x').map((m) => m.text), { timeout: 20_000 }).toEqual(['done']);
    expect(heard).toEqual(['command ack #12 by olga']);
  });

  it('is a click on a button of a message', async () => {
    const channel = slack.channel('s390x');
    const message = slack.state.post(channel, slack.state.bot, { text: 'red', blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'ack', value: 'i1', text: { type: 'plain_text', text: 'I have it' } }] }] });
    expect((await slack.send.action({ user: 'olga', message, actionId: 'ack' })).status).toBe(200);
    expect(heard).toEqual([`action i1 by ${slack.user('olga').id}`]);
    expect(() => slack.send.action({ user: 'olga', message, actionId: 'none' })).toThrow('has no button');
  });

  it('is an event, with the headers of a retry where it is one', async () => {
    const event = { type: 'app_mention', user: slack.user('olga').id, text: 'hi', channel: slack.channel('s390x').id, ts: '1.000001', event_ts: '1.000001' };
    expect((await slack.send.event(event, { eventId: 'Ev1', retry: { num: 1, reason: 'http_timeout' } })).status).toBe(200);
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['event hi']);
    expect(seen[0]?.headers).toMatchObject({ 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' });
  });

  it('is a modal that was sent', async () => {
    slack.state.views.push({ id: 'V1', user: null, kind: 'modal', view: { type: 'modal', callback_id: 'why' } });
    expect((await slack.send.submit({ user: 'olga', viewId: 'V1', values: { b: { a: { type: 'plain_text_input', value: 'because' } } } })).status).toBe(200);
    expect(heard).toEqual(['view because']);
  });

  it('is the same request again where Slack repeats it', async () => {
    expect(() => slack.send.again()).toThrow('Nothing was sent yet.');
    await slack.send.command({ user: 'olga', channel: '#s390x', text: 'ack' });
    expect((await slack.send.again({ retry: { num: 2 } })).status).toBe(200);
    expect(heard).toEqual(['command ack by olga', 'command ack by olga']);
    expect(seen[1]?.headers).toMatchObject({ 'x-slack-retry-num': '2' });
    expect((await slack.send.raw('{"type":"url_verification","challenge":"c4a77"}', 'application/json')).text).toContain('c4a77');
  });

  it('is refused where its signature is of another secret or too old', async () => {
    const command = { user: 'eve', channel: '#s390x', text: 'ack' };
    expect((await slack.send.command(command, { secret: 'guess' })).status).toBe(401);
    expect((await slack.send.command(command, { signedAt: Date.now() - 600_000 })).status).toBe(401);
    expect(heard).toEqual([]);
  });
});
