import { expect, it, vi } from 'vitest';
import { SlackStandIn, type StandInMessage } from '../delivery/slack/stand-in.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000 });

const TEAM = 'T0STANDIN';

it('Slack\'s commands, clicks and dialogs over a socket do what they do over HTTP, once each', async () => {
  const slack = new SlackStandIn();
  const apiUrl = await slack.start();
  slack.members = ['UOWNER', 'ULEAD', 'USIGNAL'];
  const world = await World.begin({
    channels: { incidents: '#release-ci-signal', proposals: '#release-ci-signal' }, extra: 'people: { UOWNER: s390x-owners-member, ULEAD: leads-member, USIGNAL: signal-member }',
    release: '{ name: v1, leads: ["@demo/leads"], ci_signal: ["@demo/signal"], quorum: 1 }',
    platforms: { 'linux/amd64': { suites: ['e2e'] }, 'linux/s390x': { owners: ['@demo/s390x-owners'], suites: ['e2e'], blocking: ['e2e'] } },
    env: { SLACK_API_URL: apiUrl, SLACK_APP_TOKEN: 'xapp-1', SLACK_BOT_TOKEN: 'xoxb-1' },
  });
  let envelopes = 0;
  const send = (type: string, payload: object): void => { slack.socket.send({ type, envelope_id: `e${++envelopes}`, payload, accepts_response_payload: true }); };
  const acknowledged = (): Promise<void> => world.until(() => slack.socket.received.some((r) => r.envelope_id === `e${envelopes}`), 'it is acknowledged');
  const channel = { id: 'C0000001', name: 'release-ci-signal' };
  const command = (user: string, text: string): object => ({
    command: '/arch', text, user_id: user, team_id: TEAM, channel_id: channel.id, channel_name: channel.name, trigger_id: `t${envelopes}`, response_url: apiUrl.replace('/api/', `/respond/${user}`),
  });
  const press = (user: string, message: StandInMessage, action: string): object => {
    const element = message.blocks.flatMap((b) => b.elements ?? []).find((e) => e['action_id'] === `arch:${action}`);
    if (!element) throw new Error(`no button ${action} on ${message.text}`);
    return { type: 'block_actions', user: { id: user, team_id: TEAM }, team: { id: TEAM }, trigger_id: `t${envelopes}`, channel, container: { message_ts: message.ts }, message: { ts: message.ts }, response_url: null, actions: [{ ...element, block_id: 'b', action_ts: `${Date.now() / 1000}` }] };
  };
  const message = (words: string): StandInMessage | undefined => slack.top(channel.id).find((m) => m.text.includes(words));
  try {
    await world.launch();
    await world.until(() => slack.socket.connections === 1, 'it has connected');
    // Nothing listens for Slack over HTTP then.
    expect((await fetch(`${world.program.url}/slack/events`, { method: 'POST', body: '{}' })).status).toBe(404);
    world.runs('linux/s390x e2e', 'FFF');
    await world.until(() => message('linux/s390x:')?.text.includes('|#1>') === true, 'the breakage is told');

    send('slash_commands', command('UOWNER', 'ack s390x'));
    await acknowledged();
    await world.until(() => message('linux/s390x:')?.text.includes('`s390x-owners-member` has it') === true && slack.whispers.length === 1, 'who has it is shown and answered');
    expect(slack.whispers[0]).toMatchObject({ by: 'address', user: 'UOWNER', text: expect.stringMatching(/^You have linux\/s390x /) as unknown });

    const back = press('UOWNER', message('linux/s390x:') as StandInMessage, 'unack');
    send('interactive', back);
    await acknowledged();
    await world.until(() => message('linux/s390x:')?.text.includes('has it') === false, 'it waits again');
    send('interactive', back);
    await acknowledged();

    send('slash_commands', command('USIGNAL', 'mute linux/s390x:e2e 3d the lab is moving'));
    await world.until(() => message('Mute e2e on linux/s390x')?.text.includes('demo/demo#2') === true, 'the proposal is told');
    const card = slack.top(channel.id).find((m) => m.text.includes('0 of 1 approval')) as StandInMessage;
    send('interactive', press('ULEAD', card, 'reject'));
    await acknowledged();
    await world.until(() => slack.views.length === 1, 'the dialog is open');
    const view = slack.views[0]?.view ?? {};
    const submission = (value: string): object => ({ type: 'view_submission', user: { id: 'ULEAD', team_id: TEAM }, team: { id: TEAM }, view: { ...view, id: 'V1', state: { values: { reason: { reason: { type: 'plain_text_input', value } } } } } });
    send('interactive', submission(' '));
    await acknowledged();
    expect(slack.socket.received.at(-1)?.payload).toEqual({ response_action: 'errors', errors: { reason: 'A reason is needed, in a sentence.' } });
    send('interactive', submission('the fix lands today'));
    await acknowledged();
    await world.until(() => card.text.includes('Rejected:') && world.github.issue('demo/demo#2').state === 'closed', 'it is rejected');
    expect(card.text).toContain('Decided by `leads-member` on');

    // Whoever asked for the proposal is answered, and told where it is decided.
    expect(slack.whispers.map((w) => w.user), 'who was answered').toEqual(['UOWNER', 'USIGNAL', 'USIGNAL']);
    expect(slack.whispers.filter((w) => w.text.includes('demo/demo#2')).map((w) => w.user)).toEqual(['USIGNAL']);
    send('events_api', { type: 'event_callback', event_id: 'Ev1', team_id: TEAM, event: { type: 'app_home_opened', user: 'UOWNER', tab: 'home', event_ts: '1.1' } });
    await world.until(() => slack.views.length === 2, 'the home is shown');
    expect(JSON.stringify(slack.views[1]?.view)).toContain('You own linux/s390x. 1 incident is open on your platforms.');
  } finally {
    await world.end();
    await slack.stop();
  }
});
