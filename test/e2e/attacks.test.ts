import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { Council, memberOf } from './council.ts';
import { WEBHOOK_SECRET } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000 });

let council: Council;
beforeAll(async () => { council = await Council.open(['s390x', 'arm64', 'ppc64le', 'riscv64', 'mips64le']); });
afterAll(() => council.world.end());

let count = 0;

/** A webhook that GitHub has signed, whatever it holds: the status that it is answered. */
async function webhook(event: string, payload: object): Promise<number> {
  const body = JSON.stringify(payload);
  const answer = await fetch(`${council.world.program.url}/github/webhooks`, {
    method: 'POST', body, headers: {
      'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': `attack-${count++}`,
      'x-hub-signature-256': `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')}`,
    },
  });
  return answer.status;
}

const repository = (): object => ({ full_name: 'demo/demo', id: council.github.state.repo('demo/demo').id, default_branch: 'main' });
const shown = (issue: Issue): object => ({ number: issue.number, state: 'open', labels: issue.labels.map(({ name }) => ({ name })), user: { login: 'archsignal[bot]' }, html_url: 'javascript:alert(1)', updated_at: new Date().toISOString() });
const OWNER = { login: 'porter-owner', type: 'User' };

/** A comment on the issue, with whatever else GitHub is to say of it. */
const comment = (issue: Issue, body: string, sender: object | null, more: { action?: string; issue?: object; comment?: object; top?: object } = {}): Promise<number> => webhook('issue_comment', {
  action: more.action ?? 'created', sender, repository: repository(), issue: { ...shown(issue), ...more.issue },
  comment: { id: 900_000 + count, body, user: sender, created_at: new Date().toISOString(), updated_at: new Date().toISOString(), html_url: 'javascript:alert(1)', ...more.comment }, ...more.top,
});

/** Commands that were run since, with how they ended. */
const ran = (from = 0): string[] => council.audit('command:').slice(from).map((a) => `${a.what} ${a.actor} ${String(a.evidence['line'])}`);

/** The Markdown without code, where words are just words. */
const outsideCode = (text: string): string => text.replaceAll(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, 'code');

const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('whoever goes by an odd name', () => {
  it('calls nobody, refers to nothing and steers no terminal, as who assigns, labels, comments and closes', async () => {
    const { world, github, slack } = council;
    const { issue } = await council.broken('s390x');
    const hostile = ['@torvalds', 'a](http://evil.example) @demo/leads', '<!channel>', '<@U0123|x>', '`x` @torvalds', '<img src=x onerror=alert(1)>', '\u202eexe.gnp\u202c', '\u0000null\u0007\u001b[2J', 'closes #1', '\n/arch ack\n', '<!-- archsignal:end -->', 'x'.repeat(70_000), '\ud800'];
    for (const name of hostile) {
      const sender = { login: name, type: 'User' };
      const about = { sender, repository: repository(), issue: shown(issue) };
      expect([
        await webhook('issues', { ...about, action: 'assigned', assignee: { login: name } }), await webhook('issues', { ...about, action: 'labeled', label: { name } }),
        await webhook('issues', { ...about, action: 'milestoned', milestone: { title: name } }), await webhook('issues', { ...about, action: 'closed' }),
        await comment(issue, '/arch ack\n/arch status', sender), await comment(issue, `/arch attempt ${name}\n/arch infra ${name}`, OWNER),
      ]).toEqual([200, 200, 200, 200, 200, 200]);
    }
    await comment(issue, '/arch owners', { login: 'bystander', type: 'User' });
    await world.until(() => ran().some((r) => r.includes('github:bystander')), 'all of it is handled');
    await world.quiet();
    expect([issue.state, github.mentions().filter((m) => m.by.login === 'archsignal[bot]').map((m) => m.handle), slack.pings()]).toEqual(['open', ['@demo/s390x-owners'], []]);
    const said = [issue.body ?? '', ...issue.comments.filter((c) => c.user.login === 'archsignal[bot]').map((c) => c.body)];
    const inSlack = slack.messages('#signal', 'all').flatMap((m) => [m, ...slack.thread(m)]).map((m) => m.text);
    for (const text of said) expect(outsideCode(text)).not.toMatch(/javascript:|<img|\]\(http:\/\/evil/);
    for (const text of [...said, ...inSlack]) expect(text.replaceAll('\n', ''), text).not.toMatch(CONTROL);
    for (const text of inSlack) expect(text).not.toMatch(/<!channel>|<@U0123|javascript:/);
    for (const line of world.log.split('\n')) expect(CONTROL.exec(line), line.slice(0, 300)).toBeNull();
    expect(world.log.split('\n').filter((l) => /"level":(?:50|60)/.test(l))).toEqual([]);
  });

  it('is nobody else: by type, by spelling, by what a lookup would make of it', async () => {
    const { world, github } = council;
    const { issue } = await council.broken('arm64');
    const before = ran().length;
    const logins = ['ghost', 'porter-owner[bot]', ' porter-owner ', '../teams/signal/memberships/porter-owner', 'porter-owner?x=1', 'porter-owner#', 'porter%2Downer', 'porter\u2010owner', 'porter-owner\u0000', '', '.', '..', '*'];
    for (const login of logins) await comment(issue, '/arch ack', { login, type: 'User' });
    for (const type of ['Bot', 'Mannequin', 'Organization']) await comment(issue, '/arch ack', { login: 'porter-owner', type });
    for (const sender of [null, {}]) await comment(issue, '/arch ack', sender);
    await comment(issue, '/arch ack', OWNER, { comment: { performed_via_github_app: { id: Number(github.appId) } } });
    await comment(issue, '/arch unack', OWNER);
    await world.until(() => ran(before).some((r) => r.endsWith('/arch unack')), 'all of it is handled');
    expect(ran(before).filter((r) => !r.startsWith('refused '))).toEqual(['answered github:porter-owner /arch unack']);
    expect(ran(before)).toHaveLength(logins.length + 1);
  });
});

describe('a command', () => {
  it('is none where it is quoted, shown or hidden, was there before, or stands elsewhere', async () => {
    const { world } = council;
    const { issue } = await council.broken('ppc64le');
    const before = ran().length;
    for (const body of ['> /arch snooze 1h', '```\n/arch snooze 1h\n```', '    /arch snooze 1h', '<!--\n/arch snooze 1h\n-->', '<details>\n/arch snooze 1h\n</details>', 'Please: /arch snooze 1h', '`/arch snooze 1h`', '\u200b/arch snooze 1h', '/archsnooze 1h', '>/arch snooze 1h\n/arch snooze 1h']) await comment(issue, body, OWNER);
    await comment(issue, '/arch snooze 1h', OWNER, { action: 'edited', top: { changes: {} } });
    await comment(issue, '/arch snooze 1h', OWNER, { action: 'edited', top: { changes: { body: { from: 'Hm.\n/arch snooze 1h' } } } });
    await comment(issue, '/arch snooze 1h', OWNER, { action: 'deleted' });
    await comment(issue, '/arch snooze 1h', OWNER, { top: { repository: { full_name: 'evil/demo', id: 99 } } });
    for (const number of [-1, 1.5, 1e300, null, '1']) await comment(issue, '/arch snooze 1h', OWNER, { issue: { number } });
    await comment(issue, '/arch owners', OWNER);
    await world.until(() => ran(before).some((r) => r.endsWith('/arch owners')), 'all of it is handled');
    expect(ran(before).filter((r) => r.startsWith('done'))).toEqual([]);
    expect(issue.body).not.toContain('Snoozed');
  });
});

describe('a click', () => {
  it('that nobody was given does nothing, wherever its answer is to go', async () => {
    const { world, slack } = council;
    const { card } = await council.propose('riscv64');
    const { card: other } = await council.propose('mips64le');
    const button = (card.blocks ?? []).flatMap((b) => Array.isArray(b['elements']) ? b['elements'] as Record<string, unknown>[] : []).find((e) => e['action_id'] === 'arch:approve');
    if (!button) throw new Error('the card has no button');
    const press = (user: string, more: object = {}, top: object = {}) => slack.send.interact({
      type: 'block_actions', user: { id: user, username: 'x', name: 'x', team_id: slack.state.teamId }, api_app_id: 'A0ARCHSIG', team: { id: slack.state.teamId, domain: 'x' }, trigger_id: 't',
      actions: [{ ...button, ...more, block_id: 'b0', action_ts: `1.${count++}` }], container: { type: 'message', message_ts: card.ts, channel_id: card.channel.id }, channel: { id: card.channel.id, name: 'leads' },
      message: { ts: card.ts, text: card.text }, response_url: 'http://127.0.0.1:1/', ...top,
    });
    const before = ran().length;
    const [lead, stranger] = [memberOf('ivan-lead'), memberOf('stranger')];
    const values = [null, '', '{', '[]', '{"proposal":"nobody","edition":1}', '{"proposal":"../../x","edition":1}', '{"__proto__":{"proposal":"x"}}', '{"proposal":{"$ne":null},"edition":1}', 'x'.repeat(300_000), String(button['value']).replace('"edition":1', '"edition":2'), String(button['value']).replace('"edition":1', '"edition":-1')];
    for (const value of values) expect((await press(lead, { value })).status).toBe(200);
    for (const action_id of ['arch:', 'arch:no-such', 'arch:__proto__', 'arch:constructor', 'x'.repeat(100_000)]) expect((await press(lead, { action_id })).status).toBe(200);
    for (const response_url of ['https://169.254.169.254/latest/meta-data', 'https://[::ffff:7f00:1]/', 'https://2130706433/', 'file:///etc/passwd', 'https://hooks.slack.com@127.0.0.1:9/', 'javascript:alert(1)', null]) expect((await press(stranger, {}, { response_url })).status).toBe(200);
    await world.until(() => ran(before).filter((r) => r.startsWith('refused slack:stranger')).length === 7, 'all of it is handled');
    expect(ran(before).filter((r) => r.startsWith('done'))).toEqual([]);
    expect([card.text, other.text].map((t) => t.includes('0 of 2 approvals'))).toEqual([true, true]);
    expect(world.program.running).toBe(true);
  });
});
