import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Council, memberOf, type PersonName } from './council.ts';
import type { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000 });

const FORM = 'application/x-www-form-urlencoded';

describe('the door for Slack', () => {
  let council: Council;
  let world: World;
  beforeAll(async () => {
    council = await Council.open(['s390x']);
    ({ world } = council);
    await council.broken('s390x');
    await world.quiet(1);
  });
  afterAll(() => world.end());

  const said = (by: PersonName): number => council.audit('command:').filter((a) => a.actor === `slack:${by}`).length;

  it('opens to nothing that Slack did not sign, or signed more than five minutes ago', async () => {
    const before = world.picture();
    const old = { signedAt: Date.now() - 301_000 };
    for (const how of [{ secret: 'guessed' }, { secret: '' }, old, { signedAt: 0 }, { ...old, retry: { num: 1 } }]) {
      expect((await world.slack.command('porter-owner', '#signal', 'ack s390x', how)).status, JSON.stringify(how)).toBe(401);
    }
    const [message] = world.slack.messages('#signal');
    if (message) expect((await world.slack.click('porter-owner', message, 'ack', { secret: 'guessed' })).status).toBe(401);
    expect((await world.slack.openHome('porter-owner', { secret: 'guessed' })).status).toBe(401);
    await council.ask('stranger', 'status');
    await world.quiet(1);
    expect(said('porter-owner')).toBe(0);
    expect(world.slack.home('porter-owner')).toBeNull();
    const told = (picture: string): string => picture.replace(/\n+(?:ask-\d+|leads|mentions): [^]*/, '');
    expect(told(world.picture())).toBe(told(before));
  });

  it('takes whatever Slack may sign without breaking, and goes on', async () => {
    const click = (actions: unknown, more: object = {}): string => `payload=${encodeURIComponent(JSON.stringify({ type: 'block_actions', user: { id: memberOf('porter-owner') }, actions, ...more }))}`;
    const bodies: readonly (readonly [string, string])[] = [
      ['', FORM], ['null', 'application/json'], ['{}', 'application/json'], ['[]', 'application/json'], ['"x"', 'application/json'], ['{', 'application/json'], ['12', 'application/json'],
      ['payload=', FORM], ['payload=null', FORM], ['payload={}', FORM], ['payload=[]', FORM], ['payload={"type":"block_actions"}', FORM], ['payload={"type":"shortcut"}', FORM], ['payload=%00', FORM], ['%', FORM], ['a=b&a=c', FORM],
      [click([]), FORM], [click(null), FORM], [click([{ action_id: 'arch:ack' }]), FORM], [click([{ action_id: 'arch:ack', value: '{"incident":7}' }]), FORM], [click([{ action_id: 'arch:ack', value: '{"incident":"no-such"}' }]), FORM],
      [click([{ action_id: 'arch:approve', value: '{"proposal":"no-such","edition":1}' }]), FORM], [click([{ action_id: 'arch:reject', value: '{"proposal":"no-such","edition":1}' }], { trigger_id: 'none' }), FORM],
      [click([{ action_id: 'arch:snooze', selected_option: { value: '99y no-such' } }]), FORM], [click([{ action_id: 'arch:destroy', value: '{}' }]), FORM], [click([{ action_id: `arch:${'a'.repeat(5_000)}` }]), FORM],
      ['command=/arch', FORM], ['command=/arch&text=ack&user_id=', FORM], [`command=/arch&text=${'x'.repeat(100_000)}&user_id=U1&channel_id=C1`, FORM], ['command=/other&text=ack&user_id=U1&channel_id=C1', FORM],
      ['command=/arch&text=%F0%9F%98%80%00%FF%ED%A0%80status&user_id=U1&channel_id=C1', FORM], ['command=/arch&text=status&user_id=U1&channel_id=C1&response_url=http%3A%2F%2F169.254.169.254%2Flatest', FORM], ['command=/arch&text=status&user_id=U1&channel_id=C1&response_url=nonsense', FORM],
      [JSON.stringify({ type: 'event_callback', event_id: 'E1' }), 'application/json'], [JSON.stringify({ type: 'event_callback', event_id: 'E2', event: { type: 'app_home_opened', tab: 'home' } }), 'application/json'],
      [JSON.stringify({ type: 'event_callback', event_id: 'E3', event: { type: 'message', text: '/arch ack' } }), 'application/json'], [JSON.stringify({ type: 'app_rate_limited' }), 'application/json'],
      [`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'application/json'], [JSON.stringify(Object.fromEntries([['__proto__', 1], ['constructor', 2], ['event_id', 'E4']])), 'application/json'], ['status', 'text/plain'],
    ];
    for (const [body, type] of bodies) {
      const { status, text } = await world.slack.send.raw(body, type);
      expect([body.slice(0, 80), status < 500, text.length < 500], `${status} ${text.slice(0, 200)}`).toEqual([body.slice(0, 80), true, true]);
    }
    expect(await council.ask('stranger', 'owners s390x')).toContain('`demo/s390x-owners`');
    expect(world.program.running).toBe(true);
    expect(world.slack.requests.some((r) => r.path.includes('latest'))).toBe(false);
    expect(council.audit('incident:').map((a) => a.what)).toEqual(['opened']);
  });

  it('proves to Slack that it is here', async () => {
    expect((await world.slack.send.raw(JSON.stringify({ type: 'url_verification', challenge: 'c4a77' }), 'application/json')).text).toContain('c4a77');
  });

  it('answers each of a hundred commands that come at once, once', async () => {
    const before = world.slack.whispers('sam-signal').length;
    const sent = await Promise.all(Array.from({ length: 100 }, (_, i) => world.slack.command('sam-signal', '#signal', `explain ${i % 2 === 0 ? 's390x' : 'amd64'}`)));
    expect(sent.every((s) => s.status === 200 && s.text === '')).toBe(true);
    await council.whispered('sam-signal', before + 100);
    await world.quiet(1);
    expect(world.slack.whispers('sam-signal')).toHaveLength(before + 100);
  });

  it('stops explaining itself to whoever may not, after twenty times', async () => {
    const before = world.slack.whispers('ivan-lead').length;
    for (let i = 0; i < 30; i++) await world.slack.command('ivan-lead', '#signal', 'ack s390x');
    await world.until(() => said('ivan-lead') === 30, 'all were handled');
    await council.ask('stranger', 'owners s390x');
    await world.quiet(1);
    expect(world.slack.whispers('ivan-lead')).toHaveLength(before + 20);
    expect(await council.ask('ivan-lead', 'owners s390x'), 'what they may do is answered').toContain('`demo/s390x-owners`');
  });
});

/** Everything that somebody may do, on both surfaces. */
async function doEverything({ world }: Council): Promise<void> {
  const { slack, github } = world;
  const issue = await github.person('porter-owner').open('demo/demo', { title: 'What is it with s390x?' });
  await github.person('porter-owner').comment(issue, '/arch ack s390x\n/arch nonsense\n/arch owners s390x add @demo/arm64-owners');
  await slack.command('olga-lead', '#leads', 'mute linux/s390x:e2e 3d the lab is moving');
  await slack.command('stranger', '#signal', 'ack s390x');
  await slack.command('sam-signal', '#signal', 'owners s390x add @demo/arm64-owners');
  await slack.openHome('porter-owner');
  const press = (action: object): Promise<unknown> => slack.send.interact({
    type: 'block_actions', user: { id: memberOf('ivan-lead') }, team: { id: slack.state.teamId }, trigger_id: slack.state.trigger(slack.user('ivan-lead')), response_url: `${slack.url}${slack.state.answerTo(slack.channel('#leads'), slack.user('ivan-lead'), null)}`,
    channel: { id: slack.channel('#leads').id, name: 'leads' }, container: { message_ts: '1.1' }, actions: [{ block_id: 'b', action_ts: slack.state.ts(), ...action }],
  });
  await press({ action_id: 'arch:reject', value: '{"proposal":"mute-e2e-old","edition":1}' });
  await press({ action_id: 'arch:approve', value: '{"proposal":"mute-e2e-old","edition":1}' });
}

/** What was asked of Slack that changes something there. */
const slackWrites = ({ slack }: World): string[] => slack.requests.filter((r) => !/^\/api\/(?:auth\.test|conversations\.\w+|api\.test)$/.test(r.path)).map((r) => r.path);
const githubWrites = ({ github }: World): string[] => github.requests.writes().filter((r) => !r.path.includes('/access_tokens')).map((r) => `${r.method} ${r.path}`);

async function inMode(env: Record<string, string>, story: (council: Council) => Promise<void>): Promise<void> {
  const council = await Council.gather(['s390x'], { env });
  try {
    council.slack.channel('#shadow');
    await council.world.start();
    council.world.runs('linux/s390x e2e', 'FFF');
    await council.world.until(() => council.audit('incident:').length > 0, 'the breakage is decided on');
    await doEverything(council);
    await council.world.until(() => council.audit('command:').length === 7, 'all of it is handled');
    await council.world.quiet(2);
    await story(council);
  } finally {
    await council.world.end();
  }
}

describe('what people say', () => {
  it('in dry mode is decided and recorded, and nothing of it is seen outside', () => inMode({ DRY_RUN: '1' }, async (council) => {
    expect(council.audit('incident:').map((a) => [a.what, a.actor])).toEqual([['opened', 'archsignal'], ['acknowledged', 'github:porter-owner']]);
    expect(slackWrites(council.world)).toEqual([]);
    expect(githubWrites(council.world)).toEqual([]);
    const rows = (await council.world.archsignal('outbox', 'list')).out;
    for (const kind of ['post-comment', 'whisper', 'react', 'show-home', 'ensure-document', 'ensure-pull-request']) expect(rows).toContain(kind);
  }));

  it('in shadow mode is answered in the shadow channel alone, and calls nobody', () => inMode({ SHADOW_CHANNEL: '#shadow' }, async (council) => {
    const { world } = council;
    expect(githubWrites(world)).toEqual([]);
    expect(new Set(slackWrites(world))).toEqual(new Set(['/api/chat.postMessage']));
    expect([...world.slack.state.channels.values()].filter((c) => c.messages.length > 0).map((c) => c.name)).toEqual(['shadow']);
    expect(world.slack.pings()).toEqual([]);
    const all = world.slack.messages('#shadow').map((m) => m.text);
    for (const what of [
      'answer on demo/demo#1, pinging nobody', 'answer USTRANGER in Slack', 'show UPORTEROWNER their home in Slack', 'show linux/s390x (breakage) in #signal',
      'file an issue in demo/demo for the proposal mute-e2e-', 'show the proposal mute-e2e-', 'open a pull request: Add demo/arm64-owners to the owners of linux/s390x, pinging nobody', 'bring the issue for linux/s390x in demo/demo up to date, pinging nobody',
    ]) expect(all.filter((m) => m.startsWith(`Would ${what}`)).length, what).toBeGreaterThan(0);
    expect(all.filter((m) => m.startsWith('Would react'))).toEqual([]);
    expect(all.find((m) => m.startsWith('Would answer USTRANGER'))).toContain('Only owners of linux/s390x (`demo/s390x-owners`)');
    expect(all.find((m) => m.startsWith('Would show the proposal'))).toContain('[Approve] [Reject…] [Object…]');
  }));
});
