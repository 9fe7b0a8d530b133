import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { elementsOf } from '../../demo/stand-ins/slack/send.ts';
import type { Json } from '../../demo/stand-ins/slack/index.ts';
import { configOf } from './configuration.ts';
import { Council, peopleLine, PEOPLE, type PersonName } from './council.ts';
import type { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000 });

const LINKED = PEOPLE.filter((p) => p !== 'stranger');

/** Two projects: linux/s390x is broken in the first, linux/riscv64 of the second is well until a test breaks it. */
let council: Council;
let world: World;
beforeAll(async () => {
  council = await Council.gather(['s390x', 'riscv64'], { extra: peopleLine(LINKED) });
  ({ world } = council);
  world.github.repo('other/other');
  world.github.team('other/owners', ['maria-lead']);
  const platforms = { 'linux/riscv64': { owners: ['@other/owners'], suites: ['unit'] }, 'linux/amd64': { suites: ['unit'] } };
  writeFileSync(join(world.dir, 'other.yml'), configOf({ name: 'other', repo: 'other/other', platforms, extra: peopleLine(LINKED), channels: { incidents: '#other' } }, world.ci.url));
  world.slack.channel('#other');
  await world.start({ CONFIG: world.dir });
  await council.broken('s390x');
  await council.propose('s390x');
});
afterAll(() => world.end());

const words = (json: unknown): string => typeof json === 'object' && json !== null
  ? Object.entries(json).map(([k, v]) => k === 'text' && typeof v === 'string' ? `${v}\n` : k === 'accessory' || k === 'value' ? '' : words(v)).join('') : '';

/** The home as its member reads it, buttons after what they are about. */
function home(who: PersonName): string {
  const blocks = (world.slack.home(who)?.view['blocks'] ?? []) as Json[];
  return blocks.map((b) => b['type'] === 'actions' ? elementsOf(b).map((e) => `[${((e['text'] ?? e['placeholder']) as { text: string }).text}]`).join(' ') : words(b).trim()).filter((w) => w !== '').join('\n');
}

async function open(who: PersonName, shows: string): Promise<string> {
  const sent = await world.slack.openHome(who);
  expect([sent.status, sent.text]).toEqual([200, '']);
  await world.until(() => home(who).includes(shows), `the home of ${who} shows ${shows}`);
  return home(who);
}

describe('the home', () => {
  it('of somebody who is not linked says how to be', async () => {
    expect(await open('stranger', 'not linked')).toMatch(/^\*You are not linked to a GitHub account yet\*, so you can read here and not decide\. Type `\/arch link` anywhere in Slack, /);
    expect(home('stranger')).not.toContain('[');
  });

  it('of an owner shows their platforms, what is open on them, and what they can say to it', async () => {
    expect(await open('porter-owner', 'You own')).toMatch(new RegExp([
      '^You are `porter-owner` on GitHub\\. You own linux/s390x and linux/riscv64\\. 1 incident is open on your platforms\\.',
      '\\*Mute e2e on linux/s390x, which blocks the release, until [^]*\\n\\[Object…\\]',
      'demo: \\*linux/s390x\\*: e2e failing since \\w{3} \\d+ \\w{3} \\d\\d:\\d\\d UTC · nobody has it yet · <[^>]+\\|#1>',
      '\\[I have it\\] \\[Snooze…\\]', '\\*Your platforms in demo\\*\\s+• \\*linux/s390x\\*: of 2 jobs, 1 is failing and 1 is passing\\n• \\*linux/riscv64\\*: of 2 jobs, all 2 are passing$',
    ].join('\\n')));
  });

  it('of a lead shows what waits for their decision', async () => {
    expect(await open('maria-lead', 'waits for you')).toMatch(/^You are `maria-lead` on GitHub\. You own linux\/riscv64\. 1 decision waits for you\.\n\*Mute e2e on linux\/s390x[^]*\n\[Approve\] \[Reject…\]\n\*Your platforms in other\*/);
    expect(await open('olga-lead', 'You are')).toMatch(/^You are `olga-lead` on GitHub\. You own no platform that is tracked here\. Nothing waits for you\.\n\*Mute e2e[^]*\n\[Take it back\]$/);
  });

  it('acts on a click, and is shown anew', async () => {
    await open('porter-owner', '[I have it]');
    await world.slack.click('porter-owner', 'home', 'I have it');
    await world.until(() => home('porter-owner').includes('`porter-owner` has it') && home('porter-owner').includes('[Give it back] [Snooze…]'), 'the home shows who has it');
    await world.slack.choose('porter-owner', 'home', 'Snooze…', '1 day');
    await world.until(() => home('porter-owner').includes('[Wake it]') && home('porter-owner').includes('snoozed until'), 'the home shows the snooze');
    await world.until(() => world.github.issue('demo/demo#1').body?.includes('**Snoozed until') === true, 'the issue too');
    expect(world.slack.whispers('porter-owner')).toEqual([]);
  });

  it('takes a decision, with its reason from a dialog', async () => {
    await open('porter-owner', '[Object…]');
    await world.slack.click('porter-owner', 'home', 'Object…');
    await world.until(() => world.slack.dialog('porter-owner') !== null, 'the dialog is open');
    await world.slack.submit('porter-owner', 'the fix lands tomorrow');
    await world.until(() => !home('porter-owner').includes('[Object…]') && council.card('s390x')?.text.includes('the fix lands tomorrow') === true, 'the objection is shown');
    await open('ivan-lead', '[Approve]');
    await world.slack.click('ivan-lead', 'home', 'Approve');
    await world.until(() => home('ivan-lead').includes('1 of 2 approvals (`ivan-lead`)') && home('ivan-lead').includes('Nothing waits for you.'), 'the approval is shown');
    expect(home('ivan-lead')).toMatch(/\n\[Reject…\]$/);
    await world.until(() => council.card('s390x')?.text.includes('1 of 2 approvals (`ivan-lead`)') === true, 'the card shows it too');
  });

  it('refuses to its member alone what they may not, and is shown anew', async () => {
    await open('maria-lead', '[Approve]');
    world.github.team('demo/leads').members.delete('maria-lead');
    await world.slack.click('maria-lead', 'home', 'Approve');
    expect(await council.whispered('maria-lead', 1)).toMatch(/^Only release leads \(`demo\/leads`\) may use `\/arch approve` here\./);
    expect(world.slack.whispers('maria-lead')[0]?.channel.im).toBe(true);
    await world.until(() => !home('maria-lead').includes('[Approve]'), 'the home shows what is left to them');
    world.github.team('demo/leads').members.add(world.github.state.user('maria-lead').login);
  });

  it('is about the project of what was clicked, whichever it is', async () => {
    world.runs('linux/riscv64 unit', 'FFF');
    const told = (): string => world.slack.messages('#other').find((m) => m.text.includes('linux/riscv64'))?.text ?? '';
    await world.until(() => told() !== '', 'it is told');
    await open('maria-lead', 'other: *linux/riscv64*');
    await world.slack.click('maria-lead', 'home', 'I have it');
    await world.until(() => told().includes('`maria-lead` has it'), 'it is claimed in its project');
    expect(world.slack.messages('#signal').find((m) => m.text.includes('linux/riscv64'))?.text).toContain('owners asked');
  });

  it('says what could not be looked up, and is tried again where Slack does not take it', async () => {
    const hung = world.github.faults.add({ kind: 'status', status: 502, times: Infinity, match: { path: /\/memberships\/paula-owner$/ } });
    expect(await open('paula-owner', 'You are')).toBe('You are `paula-owner` on GitHub. Some of what you own or decide could not be looked up on GitHub just now, so it may be missing here: open this page again in a minute.');
    hung.remove();
    const refused = world.slack.fail('views.publish', 'internal_error', { times: 2 });
    expect(await open('paula-owner', 'You own linux/s390x')).toContain('[I have it]');
    expect(refused.hits).toBe(2);
  });
});
