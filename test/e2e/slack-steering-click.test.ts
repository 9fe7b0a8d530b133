import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { elementsOf } from '../../demo/stand-ins/slack/send.ts';
import type { Message } from '../../demo/stand-ins/slack/index.ts';
import { Council, type PersonName } from './council.ts';
import type { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000, maxConcurrency: 8 });

let council: Council;
let world: World;
beforeAll(async () => {
  council = await Council.open(['s390x', 'arm64', 'ppc64le', 'riscv64', 'mips64le', 'loong64'], { channelEach: true });
  ({ world } = council);
});
afterAll(() => world.end());

/** What can be pressed below a message. */
const buttons = (message: Message): string[] => (message.blocks ?? []).flatMap(elementsOf).map((e) => ((e['text'] ?? e['placeholder']) as { text: string }).text);

/** The platform's message in its own channel. */
const own = (arch: string): string => world.slack.messages(`#${arch}`).find((m) => m.ephemeralFor === null)?.text ?? '';

const acts = (arch: string): string[] => council.audit(`incident:demo-linux-${arch}-`).map((a) => a.what);

/** Presses, and waits until the message shows it. */
async function press(who: PersonName, message: Message, button: string, shows: string): Promise<void> {
  const sent = await world.slack.click(who, message, button);
  expect([sent.status, sent.text]).toEqual([200, '']);
  await world.until(() => message.text.includes(shows), `the message shows ${shows}`);
}

describe('a button', () => {
  it.concurrent('of an owner acts, in place, in every channel and on the issue, without a word', async () => {
    const { issue, message } = await council.broken('s390x');
    expect(buttons(message)).toEqual(['I have it', 'Snooze…']);
    await press('porter-owner', message, 'I have it', '`porter-owner` has it');
    await world.until(() => own('s390x').includes('`porter-owner` has it') && issue.body?.includes('`porter-owner` has it') === true, 'all show who has it');
    expect(buttons(message)).toEqual(['Give it back', 'Snooze…']);
    await world.slack.choose('porter-owner', message, 'Snooze…', '3 days');
    await world.until(() => message.text.includes('snoozed until') && issue.body?.includes('**Snoozed until') === true, 'it is snoozed');
    expect(buttons(message)).toEqual(['Wake it']);
    await world.slack.click('porter-owner', message, 'Wake it');
    await world.until(() => !message.text.includes('snoozed') && issue.body?.includes('**Snoozed until') === false, 'it is awake');
    await world.slack.click('porter-owner', message, 'Give it back');
    await world.until(() => !message.text.includes('has it') && issue.body?.includes('has it') === false, 'it waits again');
    expect(buttons(message)).toEqual(['I have it', 'Snooze…']);
    await world.quiet(1);
    expect(world.slack.whispers('porter-owner').filter((w) => w.text.includes('s390x'))).toEqual([]);
    expect(acts('s390x')).toEqual(['opened', 'acknowledged', 'snoozed', 'unsnoozed', 'unacknowledged']);
    expect(issue.comments).toEqual([]);
    expect(world.github.mentions().filter((m) => m.handle === '@demo/s390x-owners')).toHaveLength(1);
  });

  it.concurrent('of a stranger is refused to them alone, and changes nothing', async () => {
    const { message } = await council.broken('arm64');
    const before = message.text;
    await world.slack.click('stranger', message, 'ack');
    expect(await council.whispered('stranger', 1)).toBe('Only owners of linux/arm64 (`demo/arm64-owners`) or the release-signal team (`demo/signal`) may use `/arch ack` here. You can write what you know as a comment on GitHub; `/arch owners <platform>` names the people to ask. Nothing was changed.'.replaceAll('<platform>', '&lt;platform&gt;'));
    expect([message.text, message.history]).toEqual([before, expect.any(Array)]);
    expect(acts('arm64')).toEqual(['opened']);
    expect(council.audit('command:').filter((a) => a.actor === 'slack:stranger').map((a) => a.what)).toEqual(['refused']);
  });

  it.concurrent('that is pressed twice at once counts once', async () => {
    const { issue, message } = await council.broken('ppc64le');
    await Promise.all([1, 2, 3].map(() => world.slack.click('porter-owner', message, 'ack')));
    await world.until(() => issue.body?.includes('has it') === true, 'the issue shows who has it');
    await world.until(() => council.audit('command:').filter((a) => a.evidence['line'] === '/arch ack').length >= 3, 'all clicks are handled');
    await world.quiet(1);
    expect(acts('ppc64le')).toEqual(['opened', 'acknowledged']);
    expect(world.slack.thread(message).filter((r) => r.text.includes('has it'))).toHaveLength(1);
  });

  it.concurrent('that Slack tells of again does nothing again, though it was undone since', async () => {
    const { message } = await council.broken('riscv64');
    const element = (message.blocks ?? []).flatMap(elementsOf).find((e) => e['action_id'] === 'arch:ack');
    const payload = {
      type: 'block_actions', user: { id: world.slack.user('porter-owner').id }, team: { id: world.slack.state.teamId }, api_app_id: 'A0ARCHSIG', trigger_id: 't1', response_url: null,
      container: { type: 'message', message_ts: message.ts, channel_id: message.channel.id }, channel: { id: message.channel.id, name: 'signal' }, message: { ts: message.ts },
      actions: [{ ...element, block_id: 'b', action_ts: world.slack.state.ts() }],
    };
    await world.slack.send.interact(payload);
    await world.until(() => message.text.includes('has it'), 'the message shows who has it');
    await press('porter-owner', message, 'Give it back', 'owners asked');
    for (const num of [1, 2, 3]) expect((await world.slack.send.interact(payload, { retry: { num } })).status).toBe(200);
    await council.ask('porter-owner', 'status linux/riscv64');
    await world.quiet(1);
    expect(acts('riscv64')).toEqual(['opened', 'acknowledged', 'unacknowledged']);
    expect(message.text).not.toContain('has it');
  });

  it.concurrent('on a message of what is over says so', async () => {
    const { message } = await council.broken('mips64le');
    const old = { ...message, blocks: message.blocks };
    world.runs('linux/mips64le e2e', 'PP');
    await world.until(() => message.text.includes('green'), 'it is green again');
    expect(buttons(message)).toEqual([]);
    const before = world.slack.whispers('paula-owner').length;
    await world.slack.click('paula-owner', old, 'ack');
    expect(await council.whispered('paula-owner', before + 1)).toMatch(/^The incident of linux\/mips64le \(.*\) has been over since .* Nothing was changed\.$/);
    expect(acts('mips64le')).toEqual(['opened', 'recovered']);
  });

  it.concurrent('and a comment mean the same: each shows where the other was', async () => {
    const { issue, message } = await council.broken('loong64');
    await world.github.person('paula-owner').comment(issue, '/arch ack');
    await world.until(() => message.text.includes('`paula-owner` has it'), 'Slack shows the comment\'s word');
    await press('porter-owner', message, 'Give it back', 'owners asked');
    await world.until(() => issue.body?.includes('has it') === false, 'the issue shows the click\'s word');
    expect(council.audit('incident:demo-linux-loong64-').map((a) => [a.what, a.actor])).toEqual([['opened', 'archsignal'], ['acknowledged', 'github:paula-owner'], ['unacknowledged', 'slack:porter-owner']]);
  });
});
