import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type Slack, type SlackDelivery } from '../../../src/delivery/slack/index.ts';
import { Door, form, interaction, SECRET, type Sent } from './door.ts';
import { silent } from './fixtures.ts';
import { SlackStandIn } from './stand-in.ts';

let standIn: SlackStandIn;
let slack: Slack;
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

let ahead = 0;
const make = (apiUrl: string, appToken?: string, log = silent): Slack => createSlack({
  botToken: 'xoxb-1', signingSecret: appToken === undefined ? SECRET : '', appToken, apiUrl, log, onDelivery: (d) => store(d), now: () => Date.now() + ahead,
});

const event = { type: 'event_callback', event_id: 'Ev1', team_id: 'T1', event: { type: 'app_uninstalled' } };
const click = {
  type: 'block_actions', user: { id: 'U9', team_id: 'T1', name: 'pia' }, team: { id: 'T1' }, channel: { id: 'C1', name: 's390x' }, message: { ts: '1.1', text: 'much' }, trigger_id: '1.2',
  response_url: 'https://hooks.slack.com/x', actions: [{ type: 'button', action_id: 'arch:ack', action_ts: '5.5', block_id: 'b', value: '{"incident":"i1"}' }],
};
const command = { command: '/arch', text: 'ack', user_id: 'U9', team_id: 'T1', channel_id: 'C1', channel_name: 's390x', trigger_id: '1.3' };

describe('POST /slack/events', () => {
  let door: Door;
  beforeEach(async () => {
    slack = make(await standIn.start());
    door = new Door(slack);
    await door.open();
  });
  afterEach(() => door.close());
  const post = (sent: Sent): Promise<Response> => door.post(sent);

  it('refuses a wrong signature with 401 and stores nothing', async () => {
    expect((await post({ body: JSON.stringify(event), secret: 'guessed' })).status).toBe(401);
    expect((await post({ body: JSON.stringify(event), headers: { 'x-slack-signature': 'v0=' } })).status).toBe(401);
    expect((await post({ body: JSON.stringify(event), headers: { 'x-slack-signature': '' } })).status).toBe(401);
    expect(deliveries).toEqual([]);
  });

  it('refuses a request without a signature or a time', async () => {
    const at = `${door.address}/slack/events`;
    expect((await fetch(at, { method: 'POST', body: JSON.stringify(event) })).status).toBe(401);
    expect((await post({ body: JSON.stringify(event), headers: { 'x-slack-request-timestamp': 'today' } })).status).toBe(401);
    expect(deliveries).toEqual([]);
  });

  it('hands nothing on that passes for that question and is something else', async () => {
    const headers = { 'x-slack-signature': 'v0=0' };
    await post({ body: JSON.stringify({ ...event, event: { type: 'app_uninstalled', x: '&ssl_check=1&' } }), headers });
    await post({ ...form({ ssl_check: '1', payload: JSON.stringify(click) }), headers });
    expect(deliveries).toEqual([]);
  });

  it.each([20, -20])('goes by the clock that it is given, and not by this machine\'s, which is %i minutes off', async (minutes) => {
    ahead = minutes * 60_000;
    try {
      expect((await post({ body: JSON.stringify(event) })).status).toBe(401);
      expect((await post({ body: JSON.stringify(event), at: Date.now() + ahead })).status).toBe(200);
      expect(deliveries).toHaveLength(1);
    } finally {
      ahead = 0;
    }
  });

  it('looks into nothing that is not signed, but for a short question whether the connection is encrypted', async () => {
    const unsigned = { 'x-slack-signature': 'v0=0' };
    // Whoever looks into these finds that they hold nothing, or ask nothing that needs a signature.
    expect((await post({ body: 'null', headers: unsigned })).status).toBe(401);
    expect((await post({ ...form({ payload: 'null' }), headers: unsigned })).status).toBe(401);
    expect((await post({ ...form({ ssl_check: '1', pad: 'x'.repeat(2_000) }), headers: unsigned })).status).toBe(401);
    expect((await post({ ...form({ ...command, ssl_check: '1' }), headers: unsigned })).status).toBe(200);
    expect((await post({ ...form({ payload: JSON.stringify({ ...click, ssl_check: '1' }) }), headers: unsigned })).status).toBe(401);
    expect(deliveries).toEqual([]);
  });

  it('refuses a time that Slack would not write, though it is signed', async () => {
    const body = JSON.stringify(event);
    for (const stamp of ['Infinity', `${Math.floor(Date.now() / 1000)}.5`, `0${Math.floor(Date.now() / 1000)}`, '9'.repeat(400)]) {
      const signature = `v0=${createHmac('sha256', SECRET).update(`v0:${Number(stamp)}:${body}`).digest('hex')}`;
      expect((await post({ body, headers: { 'x-slack-request-timestamp': stamp, 'x-slack-signature': signature } })).status, stamp).toBe(401);
    }
    expect(deliveries).toEqual([]);
  });

  it('tells of a flood of refused requests in a few lines of the log', async () => {
    const lines: string[] = [];
    await slack.stop();
    slack = make('http://127.0.0.1:9/api/', undefined, pino({ level: 'warn' }, { write: (line: string) => { lines.push(line); } }));
    door.server.removeAllListeners('request').on('request', (req, res) => { slack.requestListener(req, res); });
    for (let i = 0; i < 60; i++) await post({ body: '{}', secret: 'guessed' });
    expect(lines.length).toBeGreaterThan(0);
    // Two minutes may have a part in it.
    expect(lines.length).toBeLessThanOrEqual(40);
  });

  it('refuses a request that is dated more than five minutes ahead, though its signature is right', async () => {
    expect((await post({ body: JSON.stringify(event), at: Date.now() + 6 * 60_000 })).status).toBe(401);
    expect(deliveries).toEqual([]);
    expect((await post({ body: JSON.stringify(event), at: Date.now() + 4 * 60_000 })).status).toBe(200);
  });

  it('refuses a request that is replayed after five minutes, though its signature is right', async () => {
    expect((await post({ body: JSON.stringify(event), at: Date.now() - 6 * 60_000 })).status).toBe(401);
    expect((await post({ body: JSON.stringify(event), at: Date.now() - 4 * 60_000 })).status).toBe(200);
    expect(deliveries).toHaveLength(1);
  });

  it('stores an event before it acknowledges it, with the fields that are used', async () => {
    const answer = await post({ body: JSON.stringify(event) });
    expect(answer.status).toBe(200);
    expect(deliveries).toEqual([{ id: 'slack:Ev1', surface: 'slack', event: 'event.app_uninstalled', payload: { kind: 'other' } }]);
  });

  it('acknowledges Slack\'s repetition of an event and stores it once', async () => {
    await post({ body: JSON.stringify(event) });
    expect((await post({ body: JSON.stringify(event), headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' } })).status).toBe(200);
    expect(deliveries).toHaveLength(1);
  });

  it('stores a click, and a second one as another', async () => {
    expect((await post(interaction(click))).status).toBe(200);
    expect((await post(form({ payload: JSON.stringify({ ...click, actions: [{ ...click.actions[0], action_ts: '5.6' }] }) }))).status).toBe(200);
    expect(deliveries.map((d) => d.event)).toEqual(['block_actions', 'block_actions']);
    expect(deliveries[0]?.payload).toMatchObject({ kind: 'button', verb: 'ack', about: { incident: 'i1' }, member: { team: 'T1', user: 'U9' } });
  });

  it('refuses what it cannot store, so that Slack sends it again', async () => {
    store = () => Promise.reject(new Error('disk full'));
    expect((await post({ body: JSON.stringify(event) })).status).toBe(500);
  });

  it('stores a command, dated by its signature, and acknowledges it without a word', async () => {
    const at = Math.floor(Date.now() / 1000) * 1000 - 7_000;
    const answer = await post({ ...form(command), at });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(deliveries.map((d) => [d.event, d.payload])).toEqual([
      ['command', { kind: 'command', text: 'ack', member: { team: 'T1', user: 'U9' }, channel: { id: 'C1', name: 's390x' }, responseUrl: null, at }],
    ]);
    await post({ ...form(command), headers: { 'x-slack-retry-num': '1' } });
    expect(deliveries).toHaveLength(1);
  });

  it('drops with 200 what Slack signed and nobody can read', async () => {
    const odd: unknown[] = [[], 5, 'text', {}, { event_id: 7 }, { command: '/arch' }, { type: 'block_actions' }, { type: 'view_submission', view: { callback_id: 'arch:reject' } }, { type: 'block_actions', user: { id: 'U9' }, actions: [{ action_id: 'arch:ack', value: 'not JSON' }] }];
    for (const body of odd) expect((await post({ body: JSON.stringify(body) })).status, JSON.stringify(body)).toBe(200);
    expect(deliveries).toEqual([]);
  });

  it('answers Slack\'s question whether the certificate is good', async () => {
    expect((await post({ ...form({ ssl_check: '1', token: 'x' }) })).status).toBe(200);
    expect(deliveries).toEqual([]);
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
    expect((await fetch(`${door.address}/slack/events`)).status).toBe(404);
    expect((await post({ body: '{"type":' })).status).toBe(400);
  });

  it('takes a body that was read before, as the one port does', async () => {
    door.server.removeAllListeners('request');
    door.server.on('request', (req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (c: Buffer) => chunks.push(c)).on('end', () => { slack.requestListener(Object.assign(req, { rawBody: Buffer.concat(chunks) }), res); });
    });
    expect((await post({ body: JSON.stringify(event) })).status).toBe(200);
    expect((await post({ body: JSON.stringify(event), secret: 'guessed' })).status).toBe(401);
    expect((await post({ body: 'null' })).status).toBe(400);
    expect((await post(form({ payload: 'null' }))).status).toBe(400);
    expect((await post({ body: `${' '.repeat(300)}null` })).status).toBe(400);
    expect((await post(form({ payload: 'null', more: 'x'.repeat(300) }))).status).toBe(400);
  });

  it('asks Slack nothing in order to answer', async () => {
    await post({ body: JSON.stringify({ ...event, event: { type: 'app_home_opened', user: 'U9', tab: 'home' } }) });
    await post(form(command));
    expect(standIn.calls).toEqual([]);
  });

  it.each(['app_uninstalled', 'tokens_revoked'])('asks Slack at once whether it may still write where it is told %s', async (type) => {
    standIn.fault('auth.test', { refuse: 'account_inactive' });
    expect((await post({ body: JSON.stringify({ ...event, event: { type } }) })).status).toBe(200);
    await expect.poll(() => slack.state().reason).toBe('Slack does not accept SLACK_BOT_TOKEN (account_inactive): install the app again and set the new token.');
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
    standIn.socket.send({ type: 'interactive', envelope_id: 'e3', payload: click });
    await standIn.socket.until(() => standIn.socket.received.length === 3);
    expect(standIn.socket.received.map((r) => r.envelope_id)).toEqual(['e1', 'e2', 'e3']);
    expect(deliveries.map((d) => d.event)).toEqual(['event.app_uninstalled', 'command', 'block_actions']);
    expect(slack.state()).toEqual({ ok: true, reason: null });
  });

  it('does not acknowledge what could not be stored', async () => {
    slack = make(await standIn.start(), 'xapp-1');
    await slack.start();
    await standIn.socket.until(() => standIn.socket.connections === 1);
    store = () => Promise.reject(new Error('disk full'));
    standIn.socket.send({ type: 'events_api', envelope_id: 'e1', payload: event });
    standIn.socket.send({ type: 'slash_commands', envelope_id: 'e2', payload: { ...command, command: '/other' } });
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

  it.each([
    ['invalid_auth', /^Slack does not accept SLACK_APP_TOKEN \(invalid_auth\), so nothing from Slack comes in: generate an app-level token .* set it and restart\.$/],
    ['missing_scope', /connections:write/], ['socket_mode_not_enabled', /^Socket Mode is not switched on for the Slack App/],
  ])('says what to do where Slack refuses the connection with %s, and connects by itself once it does not', async (code, says) => {
    await standIn.start();
    standIn.fault('apps.connections.open', { refuse: code });
    slack = make(standIn.apiUrl, 'xapp-1');
    await slack.start();
    await expect.poll(() => slack.state().reason).toMatch(says);
    await standIn.socket.until(() => standIn.socket.connections === 1);
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
