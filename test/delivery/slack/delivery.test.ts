import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIncoming, type Incoming, type SlackDelivery } from '../../../src/delivery/slack/delivery.ts';
import { parseSlackEvent } from '../../../src/delivery/slack/index.ts';
import { typed } from '../../../src/delivery/slack/typed.ts';
import { hostileText } from './hostile.ts';

const AT = Date.UTC(2025, 10, 18, 14, 10);
const TS = `${AT / 1000 - 2}.840180`;

const command = {
  token: 'x', team_id: 'T1', team_domain: 'k8s', channel_id: 'C0000002', channel_name: 's390x', user_id: 'U9', user_name: 'pia', command: '/arch', text: 'ack',
  response_url: 'https://hooks.slack.com/commands/T1/1/x', trigger_id: '13345224609.738474920.8088930838d88f008e0',
};
const button = { type: 'button', action_id: 'arch:approve', block_id: 'buttons:1@1.0', action_ts: TS, value: '{"proposal":"mute-7","edition":2}' };
const click = {
  type: 'block_actions', user: { id: 'U9', name: 'pia', team_id: 'T1' }, team: { id: 'T1', domain: 'k8s' }, trigger_id: '1.2', response_url: 'https://hooks.slack.com/actions/T1/2/y',
  channel: { id: 'C0000002', name: 's390x' }, container: { type: 'message', message_ts: '100.1', channel_id: 'C0000002' }, message: { ts: '100.1', text: 'long' }, actions: [button],
};
const opened = { type: 'event_callback', event_id: 'Ev1', team_id: 'T1', event: { type: 'app_home_opened', user: 'U9', tab: 'home', event_ts: TS } };
const submission = (reason: string | null, over: object = {}) => ({
  type: 'view_submission', user: { id: 'U9', team_id: 'T1' }, team: { id: 'T1' },
  view: {
    id: 'V1', callback_id: 'arch:reject', state: { values: { reason: { reason: { type: 'plain_text_input', value: reason } } } }, ...over,
    private_metadata: JSON.stringify({ about: { proposal: 'mute-7', edition: 2 }, channel: { id: 'C0000002', name: 's390x' }, message: { channel: 'C0000002', ts: '100.1' }, responseUrl: 'https://hooks.slack.com/actions/T1/2/y' }),
  },
});

function deliveryOf(incoming: Incoming): SlackDelivery {
  if (incoming.kind !== 'delivery') throw new Error(JSON.stringify(incoming));
  return incoming.delivery;
}
const stored = (body: unknown): SlackDelivery => deliveryOf(readIncoming(body, AT));
/** As the inbox gives it back. */
const back = (body: unknown) => parseSlackEvent(JSON.parse(JSON.stringify(stored(body).payload)));

describe('what comes in from Slack', () => {
  it('is a command with who said it and where, dated by the signature', () => {
    expect(back(command)).toEqual({
      kind: 'command', text: 'ack', member: { team: 'T1', user: 'U9' }, channel: { id: 'C0000002', name: 's390x' }, responseUrl: 'https://hooks.slack.com/commands/T1/1/x', at: AT,
    });
    expect(back({ ...command, channel_name: 'privategroup', response_url: 'nowhere' })).toMatchObject({ channel: { id: 'C0000002', name: null }, responseUrl: null });
  });

  it('is a click with what the button is about, dated by the click', () => {
    expect(back(click)).toEqual({
      kind: 'button', verb: 'approve', choice: null, reason: null, about: { proposal: 'mute-7', edition: 2 }, member: { team: 'T1', user: 'U9' }, channel: { id: 'C0000002', name: 's390x' },
      message: { channel: 'C0000002', ts: '100.1' }, responseUrl: 'https://hooks.slack.com/actions/T1/2/y', at: AT - 1_160,
    });
  });

  it('dates a click by its signature where its own time is far from it', () => {
    for (const action_ts of ['5.5', '99999999999.1', 'now', undefined]) expect(back({ ...click, actions: [{ ...button, action_ts }] })).toMatchObject({ at: AT });
  });

  it('is a choice in the snooze menu', () => {
    const menu = { type: 'static_select', action_id: 'arch:snooze', action_ts: TS, selected_option: { value: 'next-release kubernetes-linux-s390x-breakage-mi4x2s00' } };
    expect(back({ ...click, actions: [menu] })).toMatchObject({ kind: 'button', verb: 'snooze', choice: 'next-release', about: { incident: 'kubernetes-linux-s390x-breakage-mi4x2s00' } });
  });

  it('is a click in the App Home, which belongs to no channel', () => {
    const { channel: _, message: __, response_url: ___, ...rest } = click;
    expect(back({ ...rest, container: { type: 'view', view_id: 'V1' } })).toMatchObject({ kind: 'button', channel: null, message: null, responseUrl: null });
  });

  it('is a look at the home tab, and not at another', () => {
    expect(back(opened)).toEqual({ kind: 'home', member: { team: 'T1', user: 'U9' }, at: AT - 1_160 });
    expect(readIncoming({ ...opened, event: { ...opened.event, tab: 'messages' } }, AT).kind).toBe('nothing');
  });

  it('is a dialog that was sent, with its reason on one line', () => {
    expect(back(submission('  not before\nthe freeze  '))).toEqual({
      kind: 'button', verb: 'reject', choice: null, reason: 'not before the freeze', about: { proposal: 'mute-7', edition: 2 }, member: { team: 'T1', user: 'U9' },
      channel: { id: 'C0000002', name: 's390x' }, message: { channel: 'C0000002', ts: '100.1' }, responseUrl: 'https://hooks.slack.com/actions/T1/2/y', at: AT,
    });
    expect(stored(submission('x'.repeat(900))).payload).toMatchObject({ reason: 'x'.repeat(500) });
  });

  it('is nothing decided where a reason is still missing', () => {
    expect(readIncoming({ ...click, actions: [{ ...button, action_id: 'arch:reject' }] }, AT)).toMatchObject({ kind: 'dialog', asked: { verb: 'reject', about: { proposal: 'mute-7' } }, trigger: '1.2', member: { team: 'T1', user: 'U9' } });
    expect(readIncoming(submission(' \n '), AT)).toEqual({ kind: 'unsaid', why: 'reason' });
    expect(readIncoming(submission(null), AT)).toEqual({ kind: 'unsaid', why: 'reason' });
  });

  it('is not taken for ours where it is another\'s', () => {
    const foreign: unknown[] = [
      { ...command, command: '/other' }, { ...click, actions: [{ action_id: 'their-button', value: '{"incident":"i"}' }] }, { ...submission('x'), view: { callback_id: 'theirs' } },
      { type: 'message_action', callback_id: 'x' }, { ...opened, event: { type: 'message', user: 'U9', text: '/arch ack' } },
    ];
    for (const body of foreign) expect(readIncoming(body, AT)).toMatchObject({ kind: 'nothing', odd: false });
  });

  it('is dropped and told of where it looks like ours and cannot be read', () => {
    const odd: unknown[] = [
      null, 'text', [], { ...command, user_id: undefined }, { ...command, text: ['a', 'b'] }, { ...click, actions: [] }, { ...click, user: {} }, { ...opened, event: { type: 'app_home_opened', tab: 'home' } },
    ];
    for (const body of odd) expect(readIncoming(body, AT), JSON.stringify(body)).toMatchObject({ kind: 'nothing', odd: true });
  });

  it('is answered where it is ours and does not say any more what it is about', () => {
    const ear = { channel: 'C0000002', user: 'U9', responseUrl: click.response_url };
    for (const action of [{ ...button, action_id: 'arch:destroy' }, { ...button, value: '{"proposal":"p"}' }, { ...button, value: 'x' }]) {
      expect(readIncoming({ ...click, actions: [action] }, AT)).toEqual({ kind: 'lost', what: `a click on ${action.action_id}`, ear });
    }
    expect(readIncoming({ ...submission('x'), view: { ...submission('x').view, private_metadata: '{}' } }, AT)).toEqual({ kind: 'unsaid', why: 'lost' });
  });

  it('never throws, and what it keeps can be read back, whatever the body', () => {
    const any = fc.oneof(fc.anything(), hostileText());
    const body = fc.oneof(fc.anything(), fc.record({ command: fc.constant('/arch'), text: hostileText(), user_id: fc.string(), channel_id: fc.string(), response_url: any, trigger_id: any }),
      fc.tuple(fc.constantFrom<object>(click, opened, command, submission('x')), fc.constantFrom('user', 'team', 'actions', 'view', 'event', 'channel', 'text', 'trigger_id', 'container'), any).map(([base, key, value]) => ({ ...base, [key]: value })));
    fc.assert(fc.property(body, (b) => {
      const incoming = readIncoming(b, AT);
      if (incoming.kind === 'delivery') parseSlackEvent(JSON.parse(JSON.stringify(incoming.delivery.payload)));
    }), { numRuns: 300 });
  });
});

describe('the id of what came in', () => {
  const idOf = (body: unknown): string => stored(body).id;

  it('is the same for a repetition, whatever else Slack changes about it', () => {
    expect(idOf({ ...command, token: 'y', response_url: 'https://hooks.slack.com/other' })).toBe(idOf(command));
    expect(idOf({ ...click, trigger_id: '9.9', message: { ts: '100.1', text: 'edited' } })).toBe(idOf(click));
    expect(deliveryOf(readIncoming(submission('no'), AT + 5_000)).id).toBe(idOf(submission('no')));
    expect(deliveryOf(readIncoming(command, AT + 5_000)).id).toBe(idOf(command));
  });

  it('tells one invocation, click and dialog from the next', () => {
    const ids = [
      command, { ...command, trigger_id: '2' }, { ...command, user_id: 'U8' }, { ...command, text: 'unack' }, { ...command, trigger_id: undefined }, { ...command, trigger_id: undefined, response_url: 'https://hooks.slack.com/2' },
      click, { ...click, user: { id: 'U8', team_id: 'T1' } }, { ...click, actions: [{ ...button, action_ts: `${AT / 1000}.1` }] }, { ...click, actions: [{ ...button, action_id: 'arch:withdraw' }] },
      submission('no'), submission('never'), { ...submission('no'), user: { id: 'U8' } }, submission('no', { id: 'V2' }), opened, { ...opened, event_id: 'Ev2' },
    ].map(idOf);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('somebody of an Enterprise Grid, whom clicks name by that and commands by their workspace', () => {
  const grid = { team: { id: 'T1', enterprise_id: 'E1', enterprise_name: 'Grid' }, user: { id: 'W9', team_id: 'E1' } };
  const memberIn = (body: unknown): unknown => (stored(body).payload as { readonly member?: unknown }).member;

  it('is one and the same person in both', () => {
    const same = { team: 'T1', user: 'W9' };
    expect(memberIn({ ...command, user_id: 'W9', enterprise_id: 'E1' })).toEqual(same);
    expect(memberIn({ ...click, ...grid })).toEqual(same);
    expect(memberIn({ ...submission('no'), ...grid })).toEqual(same);
    expect(memberIn({ ...opened, enterprise_id: 'E1', event: { ...opened.event, user: 'W9' } })).toEqual(same);
  });

  it('is nobody of this workspace where the Grid is somebody else\'s, whose people share a channel', () => {
    for (const team of [{ id: 'T1' }, { id: 'T1', enterprise_id: 'E2' }, { id: 'T1', enterprise_id: 5 }, null]) {
      expect(memberIn({ ...click, ...grid, team })).toEqual({ team: 'E1', user: 'W9' });
      expect(memberIn({ ...submission('no'), ...grid, team })).toEqual({ team: 'E1', user: 'W9' });
    }
  });
});

describe('what the inbox gives back', () => {
  it('is nothing of interest where it was stored before there were commands', () => {
    expect(parseSlackEvent({ type: 'app_uninstalled' })).toEqual({ kind: 'other' });
    expect(parseSlackEvent(null)).toEqual({ kind: 'other' });
  });

  it('is refused where it names a kind and does not hold it', () => {
    expect(() => parseSlackEvent({ kind: 'command', text: 'ack' })).toThrow();
    expect(() => parseSlackEvent({ ...stored(click).payload, verb: 'destroy' })).toThrow();
  });
});

describe('a command\'s text', () => {
  const forms: [string, string][] = [
    ['reject a &lt;b&gt; &amp;amp; c', 'reject a <b> &amp; c'],
    ['fixed-by <https://github.com/a/b/pull/1>', 'fixed-by https://github.com/a/b/pull/1'],
    ['attempt <http://example.com|example.com> &amp; <https://example.com/a?b=1&amp;c=2|https://example.com/a?b=1&amp;c=2>', 'attempt example.com & https://example.com/a?b=1&c=2'],
    ['attempt <https://github.com/a/b/pull/1|the pull request>', 'attempt https://github.com/a/b/pull/1'],
    ['owners <@U123|olga> <@U124> <#C1|general> <#C2> <!here> <!subteam^S1|@owners>', 'owners @olga @U124 #general #C2 @here @owners'],
    ['mail <mailto:a@b.c|a@b.c>', 'mail a@b.c'],
    ['  snooze\t3d \r\n waits\u0000for it  ', 'snooze 3d waits for it'],
    ['a < b > c <notmarkup>', 'a < b > c <notmarkup>'],
    ['', ''],
  ];
  for (const [sent, text] of forms) it(`is what was typed: ${JSON.stringify(text)}`, () => { expect(typed(sent)).toBe(text); });

  it('is one well-formed line of a length that a person writes', () => {
    fc.assert(fc.property(hostileText(), (text) => {
      const line = typed(text);
      expect(line.length).toBeLessThanOrEqual(4_000);
      expect(line.isWellFormed()).toBe(true);
      expect(line).not.toMatch(/[\p{Cc}\n]/u);
    }), { numRuns: 200 });
  });
});
