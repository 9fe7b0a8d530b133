import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type Slack, type SlackDelivery } from '../../../src/delivery/slack/index.ts';
import { silent } from './fixtures.ts';
import { SlackStandIn } from './stand-in.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';

let standIn: SlackStandIn;
let slack: Slack;
let server: Server;
let deliveries: SlackDelivery[];
let store: (delivery: SlackDelivery) => Promise<boolean>;

beforeEach(async () => {
  standIn = new SlackStandIn();
  deliveries = [];
  store = (delivery) => {
    if (deliveries.some((d) => d.id === delivery.id)) return Promise.resolve(false);
    deliveries.push(delivery);
    return Promise.resolve(true);
  };
});
afterEach(async () => {
  await slack.stop();
  await standIn.stop();
});

const make = (apiUrl: string, appToken?: string): Slack => createSlack({
  botToken: 'xoxb-1', signingSecret: appToken === undefined ? SECRET : '', appToken, apiUrl, log: silent, onDelivery: (d) => store(d), now: () => Date.now(),
});

const event = { type: 'event_callback', event_id: 'Ev1', team_id: 'T1', event: { type: 'app_uninstalled' } };
const click = {
  type: 'block_actions', user: { id: 'U9', team_id: 'T1', name: 'pia' }, team: { id: 'T1' }, channel: { id: 'C1' }, message: { ts: '1.1', text: 'much' }, trigger_id: '1.2',
  response_url: 'https://hooks.slack.com/x', actions: [{ type: 'button', action_id: 'ack', action_ts: '5.5', block_id: 'b', value: 'incident' }],
};
const command = { command: '/arch', text: 'ack', user_id: 'U9', team_id: 'T1', channel_id: 'C1', trigger_id: '1.3' };

describe('POST /slack/events', () => {
  beforeEach(async () => {
    slack = make(await standIn.start());
    server = createServer((req, res) => { slack.requestListener(req, res); });
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise<void>((done) => { server.close(() => { done(); }); });
  });

  interface Sent { body: string; type?: string; at?: number; secret?: string; path?: string; headers?: Record<string, string> }

  const post = ({ body, type = 'application/json', at = Date.now(), secret = SECRET, path = '/slack/events', headers = {} }: Sent): Promise<Response> => {
    const stamp = String(Math.floor(at / 1000));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex')}`;
    return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
      method: 'POST', body, headers: { 'content-type': type, 'x-slack-request-timestamp': stamp, 'x-slack-signature': signature, ...headers },
    });
  };
  const form = (fields: Record<string, string>): Sent => ({ body: new URLSearchParams(fields).toString(), type: 'application/x-www-form-urlencoded' });

  it('refuses a wrong signature with 401 and stores nothing', async () => {
    expect((await post({ body: JSON.stringify(event), secret: 'guessed' })).status).toBe(401);
    expect((await post({ body: JSON.stringify(event), headers: { 'x-slack-signature': 'v0=' } })).status).toBe(401);
    expect((await post({ body: JSON.stringify(event), headers: { 'x-slack-signature': '' } })).status).toBe(401);
    expect(deliveries).toEqual([]);
  });

  it('refuses a request without a signature or a time', async () => {
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
    expect((await fetch(at, { method: 'POST', body: JSON.stringify(event) })).status).toBe(401);
    expect((await post({ body: JSON.stringify(event), headers: { 'x-slack-request-timestamp': 'today' } })).status).toBe(401);
    expect(deliveries).toEqual([]);
  });

  it('refuses a request that is replayed after five minutes, though its signature is right', async () => {
    expect((await post({ body: JSON.stringify(event), at: Date.now() - 6 * 60_000 })).status).toBe(401);
    expect((await post({ body: JSON.stringify(event), at: Date.now() - 4 * 60_000 })).status).toBe(200);
    expect(deliveries).toHaveLength(1);
  });

  it('stores an event before it acknowledges it, with the fields that are used', async () => {
    const answer = await post({ body: JSON.stringify(event) });
    expect(answer.status).toBe(200);
    expect(deliveries).toEqual([{ id: 'slack:Ev1', surface: 'slack', event: 'event.app_uninstalled', payload: { type: 'app_uninstalled' } }]);
  });

  it('acknowledges Slack\'s repetition of an event and stores it once', async () => {
    await post({ body: JSON.stringify(event) });
    expect((await post({ body: JSON.stringify(event), headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' } })).status).toBe(200);
    expect(deliveries).toHaveLength(1);
  });

  it('stores a click, and a second one as another', async () => {
    expect((await post(form({ payload: JSON.stringify(click) }))).status).toBe(200);
    expect((await post(form({ payload: JSON.stringify({ ...click, actions: [{ ...click.actions[0], action_ts: '5.6' }] }) }))).status).toBe(200);
    expect(deliveries.map((d) => d.event)).toEqual(['block_actions', 'block_actions']);
    expect(deliveries[0]?.payload).toEqual({
      user: { id: 'U9' }, channel: { id: 'C1' }, message: { ts: '1.1' }, actions: [{ action_id: 'ack', action_ts: '5.5', block_id: 'b', value: 'incident' }],
    });
  });

  it('refuses what it cannot store, so that Slack sends it again', async () => {
    store = () => Promise.reject(new Error('disk full'));
    expect((await post({ body: JSON.stringify(event) })).status).toBe(500);
  });

  it('answers /arch to its author alone, in one sentence', async () => {
    const answer = await post(form(command));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      response_type: 'ephemeral',
      text: 'Commands come with the next release of Archsignal; until then, assign yourself to an incident\'s issue or comment there to say that you have it.',
    });
  });

  it('acknowledges everything else that Slack signed', async () => {
    const others: Sent[] = [
      form({ ...command, command: '/other' }), form({ payload: JSON.stringify({ type: 'something_new', user: { id: 'U9' } }) }),
      form({ payload: JSON.stringify({ type: 'view_submission', user: { id: 'U9' }, team: { id: 'T1' }, view: { id: 'V1', callback_id: 'x' } }) }),
    ];
    for (const sent of others) {
      const answer = await post(sent);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe('');
    }
  });

  it('answers Slack\'s question whether the address is ours', async () => {
    const answer = await post({ body: JSON.stringify({ type: 'url_verification', challenge: 'abc' }) });
    expect(await answer.json()).toEqual({ challenge: 'abc' });
  });

  it('answers 404 for every other path and method, and 400 for what is no JSON', async () => {
    expect((await post({ body: '{}', path: '/elsewhere' })).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)).status).toBe(404);
    expect((await post({ body: '{"type":' })).status).toBe(400);
  });

  it('takes a body that was read before, as the one port does', async () => {
    server.removeAllListeners('request');
    server.on('request', (req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (c: Buffer) => chunks.push(c)).on('end', () => { slack.requestListener(Object.assign(req, { rawBody: Buffer.concat(chunks) }), res); });
    });
    expect((await post({ body: JSON.stringify(event) })).status).toBe(200);
    expect((await post({ body: JSON.stringify(event), secret: 'guessed' })).status).toBe(401);
  });

  it('asks Slack nothing in order to answer', async () => {
    await post({ body: JSON.stringify(event) });
    await post(form(command));
    expect(standIn.calls).toEqual([]);
  });
});

describe('Socket Mode', () => {
  it('stores and acknowledges what comes in, and connects again when Slack drops the connection', async () => {
    slack = make(await standIn.start(), 'xapp-1');
    await slack.start();
    await standIn.socket.until(() => standIn.socket.connections === 1);
    standIn.socket.send({ type: 'events_api', envelope_id: 'e1', payload: event });
    await standIn.socket.until(() => standIn.socket.received.length === 1);
    expect(standIn.socket.received[0]?.envelope_id).toBe('e1');
    expect(deliveries.map((d) => d.id)).toEqual(['slack:Ev1']);
    standIn.socket.drop();
    await standIn.socket.until(() => standIn.socket.connections === 2);
    standIn.socket.send({ type: 'slash_commands', envelope_id: 'e2', payload: command });
    await standIn.socket.until(() => standIn.socket.received.length === 2);
    expect(standIn.socket.received[1]).toMatchObject({ envelope_id: 'e2', payload: { response_type: 'ephemeral' } });
    expect(slack.state()).toEqual({ ok: true, reason: null });
  });

  it('does not acknowledge what could not be stored', async () => {
    slack = make(await standIn.start(), 'xapp-1');
    await slack.start();
    await standIn.socket.until(() => standIn.socket.connections === 1);
    store = () => Promise.reject(new Error('disk full'));
    standIn.socket.send({ type: 'events_api', envelope_id: 'e1', payload: event });
    standIn.socket.send({ type: 'slash_commands', envelope_id: 'e2', payload: command });
    await standIn.socket.until(() => standIn.socket.received.length === 1);
    expect(standIn.socket.received.map((r) => r.envelope_id)).toEqual(['e2']);
  });

  it('starts and stops while Slack is away, and says that nothing comes in', async () => {
    await standIn.start();
    standIn.fault('apps.connections.open', { status: 503 });
    slack = make(standIn.apiUrl, 'xapp-1');
    await slack.start();
    await slack.execute({ kind: 'notice', channel: '#s390x', warning: 'w', text: 'hello' }, null, { look: false });
    expect(slack.state().ok).toBe(false);
    expect(slack.state().reason).toMatch(/^Socket Mode /);
    await slack.stop();
  });

  it('answers nothing over HTTP', async () => {
    slack = make('http://127.0.0.1:9/api/', 'xapp-1');
    await standIn.start();
    const http = createServer((req, res) => { slack.requestListener(req, res); });
    await new Promise<void>((done) => { http.listen(0, '127.0.0.1', done); });
    expect((await fetch(`http://127.0.0.1:${(http.address() as AddressInfo).port}/slack/events`, { method: 'POST', body: '{}' })).status).toBe(404);
    http.closeAllConnections();
    await new Promise<void>((done) => { http.close(() => { done(); }); });
  });
});
