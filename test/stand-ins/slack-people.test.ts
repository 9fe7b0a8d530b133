import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import pino from 'pino';
import { startSlack, type Message, type Slack } from '../../demo/stand-ins/slack/index.ts';
import { wrongBlocks } from '../../demo/stand-ins/slack/validate.ts';
import { createSlack, type Slack as Edge, type SlackDelivery } from '../../src/delivery/slack/index.ts';
import { says } from '../../src/domain/text.ts';
import { card } from '../delivery/slack/setup.ts';

let slack: Slack;
let edge: Edge;
let http: Server;
let heard: SlackDelivery[];

/** The edge itself at the stand-in: what it posts is pressed here, and what it hears is what people did. */
beforeEach(async () => {
  slack = await startSlack();
  heard = [];
  edge = createSlack({
    botToken: slack.token, signingSecret: slack.signingSecret, apiUrl: slack.apiUrl, log: pino({ level: 'silent' }), now: () => Date.now(), onDelivery: (d) => { heard.push(d); return Promise.resolve(true); },
  });
  http = createServer((req, res) => { edge.requestListener(req, res); });
  await new Promise<void>((r) => { http.listen(0, '127.0.0.1', r); });
  slack.send.target = `http://127.0.0.1:${(http.address() as { port: number }).port}/slack/events`;
  slack.channel('release-ci-signal');
});
afterEach(async () => {
  await edge.stop();
  await new Promise((r) => { http.closeAllConnections(); http.close(r); });
  await slack.close();
});

const said = (n = 0): SlackDelivery['payload'] | undefined => heard[n]?.payload;
async function posted(): Promise<Message> {
  expect(await edge.execute(card(), null, { look: false })).toMatchObject({ ok: true });
  return slack.messages('release-ci-signal')[0]!;
}
const post = (url: string, body: object): Promise<Response> => fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

describe('people at the Slack stand-in', () => {
  it('press a button by its verb or its label', async () => {
    const message = await posted();
    expect(await slack.click('olga', message, 'approve')).toMatchObject({ status: 200, text: '' });
    await slack.click('pia', message, 'Approve');
    expect(heard.map((d) => d.payload)).toMatchObject([
      { kind: 'button', verb: 'approve', about: { proposal: 'mute-7', edition: 2 }, member: { user: slack.user('olga').id, team: slack.state.teamId }, message: { ts: message.ts } }, { member: { user: slack.user('pia').id } },
    ]);
    expect(() => slack.click('olga', message, 'ack')).toThrow('There is no button ack');
  });

  it('give their reason in the dialog that a click has opened for them', async () => {
    const message = await posted();
    await slack.click('olga', message, 'Reject…');
    await expect.poll(() => slack.dialog('olga')).toMatchObject({ view: { callback_id: 'arch:reject' } });
    expect(slack.dialog('pia')).toBeNull();
    expect((await slack.submit('olga', '')).json).toMatchObject({ response_action: 'errors' });
    expect((await slack.submit('olga', { reason: 'too early' })).text).toBe('');
    expect(slack.dialog('olga')).toBeNull();
    expect(said()).toMatchObject({ verb: 'reject', reason: 'too early', message: { ts: message.ts } });
    await expect(slack.submit('olga', 'again')).rejects.toThrow('olga has no dialog open');
  });

  it('choose from a menu in their App Home, once it was opened and shown', async () => {
    await slack.openHome('olga');
    expect(said()).toMatchObject({ kind: 'home', member: { user: slack.user('olga').id } });
    const cards = [{ text: [says('linux/s390x')], buttons: [{ verb: 'snooze', label: 'Snooze…', style: null, about: { incident: 'i1' } }] }] as const;
    expect(await edge.execute({ kind: 'show-home', user: slack.user('olga').id, cards }, null, { look: false })).toMatchObject({ ok: true });
    await slack.choose('olga', 'home', 'snooze', '3 days');
    expect(said(1)).toMatchObject({ verb: 'snooze', choice: '3d', about: { incident: 'i1' }, message: null, responseUrl: null });
    expect(() => slack.choose('olga', 'home', 'snooze', '5 years')).toThrow('does not offer 5 years');
    expect(slack.home('pia')).toBeNull();
  });

  it('ask by command and are answered alone, at the address that came with it', async () => {
    await slack.command('olga', '#release-ci-signal', 'status');
    const { responseUrl, channel } = said() as Extract<SlackDelivery['payload'], { kind: 'command' }>;
    const answer = { kind: 'whisper', channel: channel.id, user: slack.user('olga').id, responseUrl, text: [says('All is well.')] } as const;
    expect(await edge.execute(answer, null, { look: false })).toMatchObject({ ok: true });
    expect(await edge.execute({ ...answer, responseUrl: null }, null, { look: false })).toMatchObject({ ok: true });
    expect(slack.whispers('olga').map((m) => [m.text, m.channel.name])).toEqual([['All is well.', 'release-ci-signal'], ['All is well.', 'release-ci-signal']]);
    expect(slack.whispers('pia')).toEqual([]);
  });

  it('are told directly where the bot is not in the channel and the address is used up', async () => {
    await slack.command('olga', '#elsewhere', 'status');
    slack.channel('elsewhere', { botIsMember: false });
    const { responseUrl, channel } = said() as Extract<SlackDelivery['payload'], { kind: 'command' }>;
    for (let n = 0; n < 5; n += 1) expect((await post(responseUrl ?? '', { text: `${n}` })).status).toBe(200);
    expect(await (await post(responseUrl ?? '', { text: 'one more' })).json()).toMatchObject({ error: 'used_url' });
    expect(await edge.execute({ kind: 'whisper', channel: channel.id, user: slack.user('olga').id, responseUrl, text: [says('All is well.')] }, null, { look: false })).toMatchObject({ ok: true });
    expect(slack.whispers('olga').map((m) => m.channel.name)).toEqual([...Array.from({ length: 5 }, () => 'elsewhere'), 'dm-olga']);
  });

  it('see their buttons, menus, dialogs and homes on pages', async () => {
    const message = await posted();
    await slack.click('olga', message, 'reject');
    await expect.poll(() => slack.dialog('olga')).not.toBeNull();
    const page = async (path: string): Promise<string> => (await fetch(`${slack.url}${path}`)).text();
    expect(await page(`/archives/${message.channel.id}`)).toContain('title="arch:approve">Approve</span>');
    expect(await page(`/views/${slack.dialog('olga')?.id}`)).toContain('Why not?');
    expect(await page('/')).toContain('Dialog of olga');
  });
});

describe('blocks that Slack would refuse', () => {
  const element = (e: object): object[] => [{ type: 'actions', elements: [e] }];
  const option = { text: { type: 'plain_text', text: '1 day' }, value: '1d' };
  const refused: [string, object[]][] = [
    ['two of one action id', [{ type: 'actions', elements: ['a', 'a'].map((action_id) => ({ type: 'button', action_id, text: { type: 'plain_text', text: 'x' } })) }]],
    ['a menu without entries', element({ type: 'static_select', action_id: 'a', options: [] })],
    ['an entry whose value is too long', element({ type: 'static_select', action_id: 'a', options: [{ ...option, value: 'x'.repeat(151) }] })],
    ['an entry whose words are too long', element({ type: 'static_select', action_id: 'a', options: [{ ...option, text: { type: 'plain_text', text: 'x'.repeat(76) } }] })],
    ['an element of no known kind', element({ type: 'lever', action_id: 'a' })],
    ['an input without a label', [{ type: 'input', element: { type: 'plain_text_input', action_id: 'a' } }]],
  ];
  for (const [what, blocks] of refused) {
    it(`are refused here too: ${what}`, () => { expect(wrongBlocks(blocks)).not.toEqual([]); });
  }
});
