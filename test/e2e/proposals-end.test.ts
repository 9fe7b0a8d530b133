import { describe, expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { Council, councilSpec, type CouncilSpec } from './council.ts';
import { tidy } from './world.ts';

vi.setConfig({ testTimeout: 300_000, maxConcurrency: 4 });

async function inCouncil(spec: CouncilSpec, story: (council: Council) => Promise<void>): Promise<void> {
  const council = await Council.open(['s390x'], spec);
  try {
    await story(council);
  } finally {
    await council.world.end();
  }
}

const plain = (body: string | null): string => tidy(body ?? '').replaceAll(/\n*<!--[^]*?-->\n*/g, '');
const comments = (issue: Issue): string[] => issue.comments.filter((c) => c.user.login === 'archsignal[bot]').map((c) => plain(c.body));

const second = (): number => Math.floor(Date.now() / 1000);

const release = (expires: string): string => `{ name: v1, leads: ["@demo/leads"], ci_signal: ["@demo/signal"], conflict: { proposal_expires: ${expires} } }`;

describe('a proposal that nobody decides', () => {
  it.concurrent('calls those who decide once more before its end, and then it is over', () => inCouncil({ release: release('6s') }, async (council) => {
    const { world } = council;
    const { issue, card } = await council.propose('s390x');
    await world.github.person('ivan-lead').comment(issue, '/arch approve');
    await world.until(() => comments(issue).some((c) => c.includes('This is the only reminder.')), 'the word before the end is said');
    expect(comments(issue).find((c) => c.includes('This is the only reminder.'))).toMatch(/^@demo\/leads: \*\*Mute e2e on linux\/s390x, which blocks the release, until <time>\?\*\* It ends undecided on <time>, with 1 of 2 approvals \(`ivan-lead`\)\. 1 more approval decides it: `\/arch approve`\. To say no: `\/arch reject <reason>`\. This is the only reminder\.$/);
    await world.until(() => issue.state === 'closed' && card.text.startsWith('*Not decided in time:'), 'it is over');
    expect(tidy(card.text)).toBe(`*Not decided in time: e2e on linux/s390x is not muted by this.* It had 1 of 2 approvals (\`ivan-lead\`) by <time>. It can be proposed again with \`/arch mute linux/s390x:e2e &lt;until&gt; &lt;reason&gt;\`. · <<host>/demo/demo/issues/${issue.number}|demo/demo#${issue.number}>`);
    expect(plain(issue.body)).toMatch(/^\*\*Not decided in time: e2e on linux\/s390x is not muted by this\.\*\* It had 1 of 2 approvals/);
    expect(world.slack.thread(card).map((m) => tidy(m.text))).toEqual([expect.stringMatching(/^`demo\/leads`: \*Mute e2e on .* This is the only reminder\.$/)]);
    expect(world.github.mentions().filter((m) => m.issue === issue).map((m) => [m.handle, m.where])).toEqual([['@demo/leads', 'issue'], ['@demo/leads', 'comment']]);
    // Too late. GitHub dates what is said by the second, and a word of the second in which it ended still counts.
    const over = second();
    await world.until(() => second() > over, 'the second in which it ended is over');
    await world.github.person('maria-lead').comment(issue, '/arch approve');
    await world.until(() => comments(issue).some((c) => c.includes('That was before you said this. Nothing was changed.')), 'the late word is answered');
    await world.quiet(1);
    expect(card.text).toContain('*Not decided in time:');
    expect(council.audit('proposal:').map((a) => [a.what, a.evidence['verdict']])).toEqual([['proposed', undefined], ['approval', 'counted'], ['reminded', undefined], ['expired', undefined], ['approval', 'decided']]);
  }));

  it.concurrent('does not outlive what it is about', () => inCouncil({}, async (council) => {
    const { world } = council;
    await council.slack.command('olga-lead', '#leads', 'mute linux/s390x:e2e 5s the lab is moving');
    await world.until(() => council.card('s390x') !== undefined, 'it is proposed');
    await world.until(() => council.card('s390x')?.text.startsWith('*Not decided in time:') === true && council.issue('s390x')?.state === 'closed', 'it is over');
    expect(council.card('s390x')?.text).toContain('It had 0 of 2 approvals by');
  }));
});

describe('a proposal whose ground is gone', () => {
  it.concurrent('ends with the reason, where the job blocks nothing any more', () => inCouncil({}, async (council) => {
    const { world } = council;
    const { issue, card } = await council.propose('s390x');
    await world.github.person('ivan-lead').comment(issue, '/arch approve');
    await world.until(() => card.text.includes('1 of 2 approvals'), 'one has approved');
    await world.program.stop();
    world.configure(councilSpec(['s390x'], { blocking: [] }));
    await world.start();
    await world.until(() => issue.state === 'closed' && card.text.startsWith('*There is nothing to decide any more.*'), 'it is over');
    const why = /^\*\*There is nothing to decide any more\.\*\* As of <time>, e2e on linux\/s390x does not block the release any more, so it can be muted without a decision\.$/;
    expect(comments(issue).at(-1)).toMatch(why);
    expect(plain(issue.body).split('\n')[0]).toMatch(why);
    expect(await council.ask('olga-lead', 'mute linux/s390x:e2e 3d the lab is moving')).toContain('`e2e` on linux/s390x is muted until');
  }));

  it.concurrent('is not acted on by a word that comes before that is noticed', () => inCouncil({}, async (council) => {
    const { world } = council;
    const { issue, card } = await council.propose('s390x');
    await world.program.stop();
    // Nothing is polled, so nothing notices by itself.
    world.configure(councilSpec(['s390x'], { blocking: [], polling: '1h' }));
    world.ci.faults.add({ kind: 'hang', times: Infinity });
    await world.start();
    await world.github.person('ivan-lead').comment(issue, '/arch approve');
    await world.until(() => card.text.startsWith('*There is nothing to decide any more.*'), 'it is over');
    await world.until(() => comments(issue).some((c) => c.endsWith('So there is nothing left to decide.')), 'the word is answered');
  }));
});

describe('an approval', () => {
  it.concurrent('that is heard after a restart counts from when it was given', () => inCouncil({}, async (council) => {
    const { world } = council;
    const { issue, card } = await council.propose('s390x');
    await world.program.kill();
    await world.github.person('ivan-lead').comment(issue, '/arch approve');
    await world.github.person('maria-lead').comment(issue, '/arch approve');
    await world.start();
    await world.until(() => issue.state === 'closed' && card.text.startsWith('*Approved:'), 'both are heard');
    await world.quiet(1);
    expect(world.github.mentions().filter((m) => m.issue === issue)).toHaveLength(1);
    expect(council.audit('proposal:').filter((a) => a.what === 'approved')).toHaveLength(1);
  }));
});
