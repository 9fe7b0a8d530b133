import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { elementsOf } from '../../demo/stand-ins/slack/send.ts';
import type { Message } from '../../demo/stand-ins/slack/index.ts';
import { Council } from './council.ts';
import { tidy, type World } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000, maxConcurrency: 12 });

/** One world in which each test has a platform of its own, whose e2e job blocks the release. */
let council: Council;
let world: World;
beforeAll(async () => {
  council = await Council.open(['s390x', 'arm64', 'ppc64le', 'riscv64', 'mips64le', 'loong64', 'arm', '386', 'mips', 'mipsle', 'ppc64']);
  ({ world } = council);
});
afterAll(() => world.end());

const buttons = (card: Message): string[] => (card.blocks ?? []).flatMap(elementsOf).map((e) => (e['text'] as { text: string }).text);

/** The text without what is there for us. */
const body = (issue: Issue): string => tidy(issue.body ?? '').replaceAll(/\n*<!--[^]*?-->\n*/g, '');

/** What we said below the issue. */
const comments = (issue: Issue): string[] => issue.comments.filter((c) => c.user.login === 'archsignal[bot]').map((c) => tidy(c.body).replaceAll(/\n*<!--[^]*?-->\n*/g, '').replaceAll('\u200B', ''));

const says = (who: string, on: Issue, text: string): Promise<unknown> => world.github.person(who).comment(on, text);

const decisions = (card: Message, what: string): string[] => council.audit(`proposal:mute-`).filter((a) => a.what === what && a.entity.includes(idOf(card))).map((a) => a.actor);

const idOf = (card: Message): string => (JSON.parse((card.blocks ?? []).flatMap(elementsOf)[0]?.['value'] as string | undefined ?? '{}') as { proposal?: string }).proposal ?? 'none';

describe('a proposal', () => {
  it.concurrent('asks those who decide once, and says all that they need', async () => {
    const { issue, card } = await council.propose('s390x');
    expect(tidy(issue.title)).toBe('Mute e2e on linux/s390x, which blocks the release, until <time>?');
    expect(issue.labels.map((l) => l.name).sort()).toEqual(['arch/linux-s390x', 'archsignal', 'archsignal/proposal']);
    expect(body(issue)).toBe([
      '@demo/leads, **Mute e2e on linux/s390x, which blocks the release, until <time>?** `olga-lead` proposes it: “the lab is moving”. `/arch explain linux/s390x:e2e` shows its last runs.', '',
      '- **If yes:** until then its breakages open no incident and nobody is asked. Its runs are still read, and it is shown as muted.',
      '- **If no,** or undecided by <time>: it goes on being watched, and its owners are asked when it breaks.',
      '- **So far:** 0 of 2 approvals. An approval by `olga-lead`, who proposed it, does not count.', '',
      '**To decide,** release leads (`demo/leads`) write `/arch approve` or `/arch reject <reason>` here; one rejection is enough to stop it. Owners of linux/s390x (`demo/s390x-owners`) write `/arch object <reason>`: that is shown here. `olga-lead` can take it back with `/arch withdraw`.', '',
      '**The way back:** Release leads or the release-signal team end it at any time with `/arch mute linux/s390x:e2e off`.',
    ].join('\n'));
    expect(tidy(card.text)).toBe([
      '*Mute e2e on linux/s390x, which blocks the release, until <time>?* `olga-lead` proposes it: “the lab is moving”.',
      '*If yes:* until then its breakages open no incident and nobody is asked. Its runs are still read, and it is shown as muted.',
      '*If no:* it goes on being watched, and its owners are asked when it breaks.',
      `0 of 2 approvals · until <time> · \`demo/leads\` · <<host>/demo/demo/issues/${issue.number}|demo/demo#${issue.number}>`,
    ].join('\n\n'));
    expect(buttons(card)).toEqual(['Approve', 'Reject…', 'Object…']);
    expect(world.github.mentions().filter((m) => m.issue === issue).map((m) => [m.handle, m.where])).toEqual([['@demo/leads', 'issue']]);
    await says('stranger', issue, '/arch explain linux/s390x:e2e');
    await world.until(() => comments(issue).some((c) => c.includes('**e2e on linux/s390x**') || c.includes('e2e')), 'the runs are shown where it says so');
    expect(comments(issue)[0]).toContain('8 of the last 8 runs passed');
  });

  it.concurrent('is decided on GitHub and in Slack together: both show each word, and it is done', async () => {
    const { issue: incident, message } = await council.broken('arm64');
    const { issue, card } = await council.propose('arm64');
    const id = idOf(card);
    await says('ivan-lead', issue, '/arch approve');
    await world.until(() => card.text.includes('1 of 2 approvals (`ivan-lead`)') && body(issue).includes('**So far:** 1 of 2 approvals (`ivan-lead`)'), 'both show the first approval');
    expect(body(issue), 'an edit calls nobody').toMatch(/^`demo\/leads`, \*\*Mute e2e on/);
    expect(message.text).toContain('owners asked');
    await world.slack.click('maria-lead', card, 'Approve');
    await world.until(() => issue.state === 'closed' && card.text.startsWith('*Approved:'), 'both show the decision');
    expect(tidy(card.text)).toBe(`*Approved: e2e on linux/arm64 is muted until <time>.* Decided by \`ivan-lead\` and \`maria-lead\` on <time>. Release leads or the release-signal team end it at any time with \`/arch mute linux/arm64:e2e off\`. · <<host>/demo/demo/issues/${issue.number}|demo/demo#${issue.number}>`);
    expect(buttons(card)).toEqual([]);
    expect(body(issue)).toBe('**Approved: e2e on linux/arm64 is muted until <time>.** Decided by `ivan-lead` and `maria-lead` on <time>.\n\nThe question was: Mute e2e on linux/arm64, which blocks the release, until <time>? `olga-lead` proposed it on <time>: “the lab is moving”.\n\n**The way back:** Release leads or the release-signal team end it at any time with `/arch mute linux/arm64:e2e off`.');
    expect(comments(issue)).toEqual([
      expect.stringMatching(/^Your approval of \[#\d+\]\([^)]*\) counts: 1 of 2 approvals \(`ivan-lead`\)\. 1 more approval by <time> decides it\.$/),
      '**Approved: e2e on linux/arm64 is muted until <time>.** Decided by `ivan-lead` and `maria-lead` on <time>. Release leads or the release-signal team end it at any time with `/arch mute linux/arm64:e2e off`.',
    ]);
    expect(council.audit(`proposal:${id}`).map((a) => [a.what, a.actor])).toEqual([['proposed', 'slack:olga-lead'], ['approval', 'github:ivan-lead'], ['approval', 'slack:maria-lead'], ['approved', 'archsignal']]);
    // What it decided is in force: the breakage is followed no more, and a new one opens nothing.
    await world.until(() => incident.state === 'closed' && message.text.includes('muted'), 'the incident is over');
    world.runs('linux/arm64 e2e', 'PPFFF');
    await world.quiet(2);
    expect(world.slack.messages('#signal').filter((m) => m.ephemeralFor === null && m.text.includes('linux/arm64:'))).toEqual([message]);
    expect(await council.ask('stranger', 'status linux/arm64')).toContain('`e2e` is muted until');
    expect(world.github.mentions().filter((m) => m.issue === issue)).toHaveLength(1);
  });

  it.concurrent('takes one person\'s word once, from both surfaces at the same moment', async () => {
    const { issue, card } = await council.propose('ppc64le');
    await Promise.all([says('ivan-lead', issue, '/arch approve'), world.slack.click('ivan-lead', card, 'approve'), world.slack.click('ivan-lead', card, 'approve')]);
    await world.until(() => card.text.includes('1 of 2 approvals (`ivan-lead`)') && council.audit('command:').filter((a) => a.actor.endsWith(':ivan-lead') && a.evidence['line'] === '/arch approve').length >= 3 && comments(issue).length > 0, 'all is handled');
    await world.quiet(1);
    expect(card.text).toContain('1 of 2 approvals (`ivan-lead`)');
    expect(issue.state).toBe('open');
  });

  it.concurrent('does not count its proposer\'s approval, nor that of anybody who does not decide, and says so', async () => {
    const { issue, card } = await council.propose('riscv64');
    await says('olga-lead', issue, '/arch approve');
    await world.until(() => comments(issue).length === 1, 'the proposer is answered');
    expect(comments(issue)[0]).toMatch(/^You proposed \[#\d+\]\([^)]*\), so your approval of it does not count; it takes 2 approvals of other release leads\. `\/arch withdraw` takes it back\. Nothing was changed\.$/);
    for (const [i, who] of (['stranger', 'paula-owner', 'sam-signal'] as const).entries()) {
      await says(who, issue, '/arch approve');
      await world.until(() => comments(issue).length === i + 2, `${who} is answered`);
      expect(comments(issue)[i + 1]).toBe('Only release leads (`demo/leads`) may use `/arch approve` here. If you own the platform that it is about, say what you know with `/arch object <reason>`. Nothing was changed.');
    }
    await world.slack.click('sam-signal', card, 'approve');
    await world.until(() => world.slack.whispers('sam-signal').some((m) => m.channel.name === 'leads' && m.text.startsWith('Only release leads')), 'the click is answered');
    await world.quiet(1);
    expect(card.text).toContain('0 of 2 approvals · ');
    expect(world.github.mentions().filter((m) => m.issue === issue)).toHaveLength(1);
  });

  it.concurrent('is rejected by one lead, with a reason that the dialog insists on', async () => {
    const { issue, card } = await council.propose('mips64le');
    await world.slack.click('maria-lead', card, 'Reject…');
    await world.until(() => world.slack.dialog('maria-lead') !== null, 'the dialog is open');
    const dialog = world.slack.dialog('maria-lead')?.view;
    expect([dialog?.['title'], dialog?.['submit'], (dialog?.['blocks'] as { label: { text: string }; hint: { text: string } }[])[0]]).toMatchObject([{ text: 'Reject' }, { text: 'Reject' }, { label: { text: 'Why not?' } }]);
    expect((await world.slack.submit('maria-lead', '')).json).toEqual({ response_action: 'errors', errors: { reason: 'A reason is needed, in a sentence.' } });
    expect(card.text).toContain('0 of 2 approvals');
    await world.slack.submit('maria-lead', 'the fix lands today, @demo/leads');
    await world.until(() => issue.state === 'closed' && card.text.startsWith('*Rejected:'), 'it is rejected');
    expect(world.slack.dialog('maria-lead')).toBeNull();
    expect(tidy(card.text).replace('\u200B', '')).toMatch(/^\*Rejected: e2e on linux\/mips64le is not muted by this\.\* Decided by `maria-lead` on <time>: “the fix lands today, @demo\/leads”\. It can be proposed again with `\/arch mute linux\/mips64le:e2e &lt;until&gt; &lt;reason&gt;`\. · /);
    expect(comments(issue)).toEqual(['**Rejected: e2e on linux/mips64le is not muted by this.** Decided by `maria-lead` on <time>: “the fix lands today, @demo/leads”. It can be proposed again with `/arch mute linux/mips64le:e2e <until> <reason>`.']);
    expect(issue.stateReason).toBe('completed');
    // Too late: what was decided stands.
    await says('ivan-lead', issue, '/arch approve');
    await world.until(() => comments(issue).length === 2, 'the late word is answered');
    expect(comments(issue)[1]).toMatch(/^\*\*Rejected: .* That was before you said this\. Nothing was changed\./);
    expect(world.github.mentions().filter((m) => m.issue === issue)).toHaveLength(1);
  });

  it.concurrent('is objected to by owners: the leads see why, and have more time, once', async () => {
    await council.slack.command('olga-lead', '#leads', 'mute linux/loong64:e2e 14d the lab is moving');
    await world.until(() => council.card('loong64')?.text.includes('|demo/demo#') === true, 'it is proposed');
    const [issue, card] = [council.issue('loong64') as Issue, council.card('loong64') as Message];
    const end = (): string => /until (\w{3} \d+ \w{3} \d\d:\d\d UTC) · `demo/.exec(card.text)?.[1] ?? '';
    expect(body(issue)).toContain('write `/arch object <reason>`: that is shown here, and gives <span> more time once.');
    const first = end();
    await says('paula-owner', issue, '/arch object it is the only lab with that processor');
    await world.until(() => end() !== first && comments(issue).length === 1, 'the objection is shown');
    const second = end();
    const moment = (text: string): number => Date.parse(`${text.replace(/^\w+ /, '').replace(' UTC', '')} ${new Date().getUTCFullYear()} UTC`.replace(/(\d+ \w+) (\d\d:\d\d) (\d+)/, '$1 $3 $2'));
    expect(moment(second) - moment(first)).toBe(12 * 3_600_000);
    expect(card.text).toContain('*Objection:* `paula-owner` on');
    expect(card.text).toContain(': “it is the only lab with that processor”.');
    await world.until(() => body(issue).includes('- **Objection:** `paula-owner` on <time>: “it is the only lab with that processor”.'), 'the issue shows it too');
    await world.slack.click('porter-owner', card, 'Object…');
    await world.until(() => world.slack.dialog('porter-owner') !== null, 'the dialog is open');
    await world.slack.submit('porter-owner', 'me too');
    await world.until(() => comments(issue).some((c) => c.startsWith('`porter-owner` objects: “me too”.')), 'what was said in Slack is told on the issue');
    await world.until(() => world.slack.thread(card).length === 2, 'both are told below the card');
    expect(end()).toBe(second);
    const refusedBefore = comments(issue).length;
    await says('ivan-lead', issue, '/arch object I do not like it');
    await world.until(() => comments(issue).length > refusedBefore, 'who owns nothing is answered');
    expect(comments(issue).at(-1)).toContain('Only owners of linux/loong64 (`demo/loong64-owners`) may use `/arch object` here.');
    expect(world.github.mentions().filter((m) => m.issue === issue)).toHaveLength(1);
  });

  it.concurrent('is taken back by whoever proposed it, and can be proposed anew', async () => {
    const { issue, card } = await council.propose('arm');
    await says('stranger', issue, '/arch withdraw');
    await world.until(() => comments(issue).length === 1, 'the stranger is answered');
    expect(comments(issue)[0]).toContain('Only `olga-lead`, who proposed it, or release leads (`demo/leads`) may use `/arch withdraw` here.');
    expect(await council.ask('sam-signal', 'mute linux/arm:e2e 5d another reason')).toContain('That is proposed already, in ');
    await says('olga-lead', issue, '/arch withdraw the lab stays');
    await world.until(() => issue.state === 'closed' && card.text.startsWith('*Withdrawn:'), 'it is taken back');
    expect(tidy(card.text)).toContain('*Withdrawn: e2e on linux/arm is not muted by this.* Taken back by `olga-lead` on <time>: “the lab stays”.');
    await council.slack.command('sam-signal', '#leads', 'mute linux/arm:e2e 5d another reason');
    await world.until(() => council.card('arm') !== card && council.card('arm')?.text.includes('`sam-signal` proposes it: “another reason”') === true, 'it is proposed anew');
    await world.until(() => council.issue('arm') !== issue, 'in an issue of its own');
    expect(card.text).toContain('*Withdrawn:');
  });

  it.concurrent('counts no approval of who has left the team since', async () => {
    const { issue, card } = await council.propose('386');
    const leads = world.github.team('demo/leads').members;
    leads.add(world.github.state.user('leaver').login);
    await says('leaver', issue, '/arch approve');
    await world.until(() => card.text.includes('1 of 2 approvals (`leaver`)'), 'the first approval counts');
    leads.delete('leaver');
    await says('maria-lead', issue, '/arch approve');
    await world.until(() => comments(issue).length === 2, 'the second is answered');
    expect(comments(issue)[1]).toMatch(/counts: 1 of 2 approvals \(`maria-lead`\)\. .*\n\nCounted no more: the approval of `leaver`, who is not among those who decide any longer\.$/);
    await world.until(() => card.text.includes('1 of 2 approvals (`maria-lead`)'), 'the card shows who counts');
    expect(issue.state).toBe('open');
  });

  it.concurrent('takes no click on what was shown of another edition', async () => {
    const { card } = await council.propose('mips');
    const other = { ...card, blocks: JSON.parse(JSON.stringify(card.blocks).replaceAll('\\"edition\\":1', '\\"edition\\":2')) as Message['blocks'] };
    await world.slack.click('ivan-lead', other, 'approve');
    const told = /^<.*\|#\d+> has changed since what you saw, so your word is not taken for what it proposes now: “Mute e2e on linux\/mips, .*” Look at it again, and say it again if you mean it\. Nothing was changed\.$/;
    await world.until(() => world.slack.whispers('ivan-lead').some((m) => told.test(m.text)), 'the click is answered');
    expect(card.text).toContain('0 of 2 approvals');
    expect(decisions(card, 'approval')).toEqual([]);
  });

  it.concurrent('whose issue is closed by hand means what the command means', async () => {
    const { issue, card } = await council.propose('mipsle');
    await world.github.person('stranger').close(issue);
    await world.until(() => comments(issue).length === 1, 'the stranger is answered');
    expect(card.text).toContain('0 of 2 approvals');
    await world.until(() => issue.state === 'open', 'it is open again, as it waits for its decision');
    await world.github.person('ivan-lead').close(issue);
    await world.until(() => card.text.startsWith('*Rejected:'), 'a lead\'s closing rejects it');
    expect(issue.state).toBe('closed');
  });

  it.concurrent('is none where its words are wrong, where its speaker may not, and where nothing is blocked', async () => {
    expect(await council.ask('olga-lead', 'mute linux/ppc64:e2e 99d the lab is moving')).toContain('A job is muted for at most 90 days');
    expect(await council.ask('stranger', 'mute linux/ppc64:e2e 3d the lab is moving')).toContain('Only release leads (`demo/leads`) or the release-signal team (`demo/signal`) may use `/arch mute` here.');
    expect(await council.ask('olga-lead', 'mute linux/ppc64:unit 3d the lab is moving'), 'what blocks nothing is muted at once').toContain('`unit` on linux/ppc64 is muted until');
    expect(council.issue('ppc64')).toBeUndefined();
  });
});
