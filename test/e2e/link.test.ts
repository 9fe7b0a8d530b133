import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 200_000, hookTimeout: 200_000 });

/** The owner of linux/s390x on GitHub; in Slack she is `olga`. */
const OWNER = 's390x-owners-member';

let world: World;
/** An issue of the repository that is about nothing of ours. */
let elsewhere: Issue;
let incident: Issue;
beforeAll(async () => {
  world = await World.begin({ extra: 'people: { USAMSIGNAL: signal-member }' });
  for (const name of ['olga', 'ivan', 'newcomer', 'twin', 'again']) world.slack.user(name);
  world.slack.user('sam', { id: 'USAMSIGNAL' });
  await world.start();
  elsewhere = await world.github.person('reporter').open('demo/demo', { title: 'A typo in the documentation' });
  world.runs('linux/s390x e2e', 'FFF');
  await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('|#')), 'the breakage is told');
  incident = world.github.issue('demo/demo#2');
});
afterAll(() => world.end());

/** Types a command in Slack and waits for its answer. */
async function slack(who: string, text: string, channel = '#signal'): Promise<string> {
  const before = world.slack.whispers(who).length;
  const sent = await world.slack.command(who, channel, text);
  expect([sent.status, sent.text]).toEqual([200, '']);
  await world.until(() => world.slack.whispers(who).length > before, `${who} is answered ${text}`);
  return world.slack.whispers(who)[before]?.text ?? '';
}

/** Writes a comment and waits for its answer. */
async function github(who: string, body: string, on: Issue = elsewhere): Promise<string> {
  const ours = (): string[] => on.comments.filter((c) => c.user.login === 'archsignal[bot]').map((c) => c.body);
  const before = ours().length;
  await world.github.person(who).comment(on, body);
  await world.until(() => ours().length > before, `${who} is answered ${body}`);
  return ours()[before]?.replace(/\n+<!--[^]*$/, '') ?? '';
}

async function codeFor(who: string): Promise<string> {
  const code = /^\/arch link ([A-Z0-9]{10})$/m.exec(await slack(who, 'link'))?.[1];
  if (code === undefined) throw new Error('no code');
  return code;
}

const UNUSABLE = 'This code cannot be used: it is mistyped, was used before, was replaced by a newer one, or is older than 15 min. Type `/arch link` in Slack for a new one. Nothing was changed.';

describe('somebody in Slack who is not linked', () => {
  it('can read', async () => {
    expect(await slack('newcomer', 'status')).toMatch(/^\*demo\*: 1 of 2 platforms is broken, 1 passing\./);
    expect(await slack('newcomer', 'explain linux/s390x')).toContain('*linux/s390x* is *failing*');
    expect(await slack('newcomer', 'help')).toMatch(/^\*Everyone\*\n\n• `\/arch help \[command\]`: /);
    expect(await slack('newcomer', 'owners linux/s390x')).toContain('`demo/s390x-owners`');
  });

  it('cannot decide, and is told how to be linked', async () => {
    const before = world.picture();
    const [message] = world.slack.messages('#signal');
    const refusal = 'Your Slack account is not linked to a GitHub account yet, and `/arch ack` is for owners of linux/s390x (`demo/s390x-owners`) or the release-signal team (`demo/signal`). To link it, type `/arch link` and write the code that it gives you as a comment on GitHub; that is needed once. Until then you can read: `/arch status`, `/arch explain`. Nothing was changed.';
    expect(await slack('newcomer', 'ack linux/s390x')).toBe(refusal);
    if (message) await world.slack.click('newcomer', message, 'ack');
    await world.until(() => world.slack.whispers('newcomer').at(-1)?.text === refusal && world.slack.whispers('newcomer').length === 6, 'the click is refused alike');
    await world.quiet(1);
    expect(world.picture().replaceAll(/^signal: .*\n*/gm, '')).toBe(before.replaceAll(/^signal: .*\n*/gm, ''));
    expect(incident.comments).toEqual([]);
  });
});

describe('linking', () => {
  it('gives a code to the member alone, and a comment with it says who they are', async () => {
    const code = await codeFor('olga');
    const [message] = world.slack.whispers('olga');
    expect(message?.ephemeralFor).toBe(world.slack.user('olga').id);
    expect(message?.text).toContain('as a comment on any issue or pull request of `demo/demo`, within 15 min:');
    expect([...world.slack.state.channels.values()].flatMap((c) => c.messages).filter((m) => m.text.includes(code))).toEqual([message]);
    expect(await slack('olga', 'ack linux/s390x')).toContain('not linked');
    expect(await github(OWNER, `/arch link ${code}`)).toMatch(new RegExp(`^The Slack member \`${world.slack.user('olga').id}\` is \`${OWNER}\` from now on: `));
    expect(await slack('olga', 'ack linux/s390x')).toMatch(/^You have linux\/s390x /);
    await world.until(() => incident.body?.includes(`\`${OWNER}\` has it`) === true, 'the issue shows who has it');
    expect(world.log).not.toContain(code);
  });

  it('takes a code once, and no wrong one; whoever was linked stays so', async () => {
    const code = await codeFor('ivan');
    expect(await github('amd64-owners-member', `/arch link ${code.toLowerCase().replace(/.{5}/, '$&-')}`)).toContain('is `amd64-owners-member` from now on');
    for (const wrong of [code, 'AAAAAAAAAA', `${code}A`, '?'.repeat(300), 'undefined']) expect(await github('stranger', `/arch link ${wrong}`)).toBe(UNUSABLE);
    expect(await slack('ivan', 'ack linux/amd64')).not.toMatch(/Only owners|not linked/);
    expect(await slack('olga', 'snooze linux/s390x 1d')).toMatch(/snoozed|Snoozed|silent/);
    expect(await slack('olga', 'unsnooze linux/s390x')).not.toMatch(/Only owners/);
  });

  it('takes whoever writes the code for its owner, says so, and is mended by linking again', async () => {
    const stolen = await codeFor('again');
    const said = await github('thief', `/arch link ${stolen}`);
    expect(said).toContain('If that is not you, or the code came from somebody else, have it undone: `/arch link` in Slack links that member anew');
    expect(await slack('again', 'unack linux/s390x')).toContain('Only owners of linux/s390x');
    const anew = await slack('again', 'link');
    expect(anew).toContain('You are linked to `thief` now; this links you anew.');
    await github(OWNER, `/arch link ${/^\/arch link (\w{10})$/m.exec(anew)?.[1] ?? ''}`);
    expect(await slack('again', 'unack linux/s390x')).not.toContain('Only owners');
  });

  it('takes a code that two people write at the same moment for one of them', async () => {
    const other = await world.github.person('reporter').open('demo/demo', { title: 'Another typo' });
    const code = await codeFor('twin');
    const said = await Promise.all([github('first', `/arch link ${code}`), github('second', `/arch link ${code}`, other)]);
    expect(said.filter((s) => s.includes('from now on'))).toHaveLength(1);
    expect(said.filter((s) => s === UNUSABLE)).toHaveLength(1);
    const winner = said[0]?.includes('from now on') === true ? 'first' : 'second';
    expect(await slack('twin', 'link')).toContain(`You are linked to \`${winner}\` now`);
  });

  it('takes the newest code of a member, and none that it has replaced', async () => {
    const [older, newer] = [await codeFor('newcomer'), await codeFor('newcomer')];
    expect(await github('one', `/arch link ${older}`)).toBe(UNUSABLE);
    expect(await github('one', `/arch link ${newer}`)).toContain('is `one` from now on');
    expect(await slack('newcomer', 'link')).toContain('You are linked to `one` now');
  });

  it('is done already where the operator has said who somebody is', async () => {
    expect(await slack('sam', 'link')).toMatch(/^You are `signal-member` on GitHub already: the operator has linked you under `people:`/);
    expect(await slack('sam', 'ack linux/s390x')).toMatch(/^You have linux\/s390x /);
    await world.until(() => incident.body?.includes('`signal-member` has it') === true, 'the issue shows who has it');
  });

  it('holds for the buttons too where the workspace is part of an Enterprise Grid, of which clicks tell in its place', async () => {
    world.slack.state.enterprise = 'E0GRID';
    world.slack.user('greta', { id: 'W0GRETA' });
    await github(OWNER, `/arch link ${await codeFor('greta')}`);
    const [message] = world.slack.messages('#signal');
    if (message === undefined) throw new Error('no message');
    await world.slack.click('greta', message, 'unack');
    await world.until(() => incident.body?.includes('`signal-member` has it') === false, 'her click is taken');
    expect(world.slack.whispers('greta').map((w) => w.text).join()).not.toContain('not linked');
    world.slack.state.enterprise = null;
  });

  it('says where to begin, on either side', async () => {
    expect(await github('stranger', '/arch link')).toMatch(/^This begins in Slack: type `\/arch link` there/);
    expect(await slack('newcomer', 'link ABCDEFGHJK')).toMatch(/^The code belongs on GitHub/);
  });

  it('outlives a restart', async () => {
    await world.program.stop();
    await world.start();
    expect(await slack('ivan', 'link')).toContain('You are linked to `amd64-owners-member` now');
  });
});
