import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answers, Desk, reactions } from './desk.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000, maxConcurrency: 16 });

const ARCHES = ['s390x', 'arm64', 'ppc64le', 'riscv64', 'mips64le', 'loong64', 'arm', '386', 'ppc64', 'mipsle', 'mips'] as const;

/** One world in which each test has a platform of its own. */
let desk: Desk;
beforeAll(async () => { desk = await Desk.open(ARCHES); });
afterAll(() => desk.world.end());

const owner = (arch: string): string => `${arch}-owners-member`;

describe('what a comment says', () => {
  it.concurrent('is no command in code, quotes, HTML, or the tail of an e-mail', async () => {
    const issue = await desk.broken('s390x');
    const silent = [
      '```\n/arch ack\n```', '    /arch ack', 'Write `/arch ack`, or\n`/arch ack`.', '> /arch ack', '> olga said:\n/arch ack', '<!-- /arch ack -->', '<!--\n/arch ack\n-->', '<details>\n/arch ack\n</details>',
      'Thanks!\n\nOn Tue, 18 Nov 2025 at 14:10, Olga <olga@example.org> wrote:\n> It is red.\n/arch ack', 'Thanks!\n\n-- \nOlga\n/arch ack', '- /arch ack', '/archack', '/architecture ack', 'then /arch ack', '\\/arch ack',
    ];
    const comments = [];
    for (const body of silent) comments.push(await desk.github.person('stranger').comment(issue, body));
    await desk.settled(issue);
    expect(answers(issue)).toHaveLength(1);
    expect(comments.filter((c) => reactions(c).length > 0).map((c) => c.body)).toEqual([]);
  });

  it.concurrent('is a command in any case, with any spaces and line ends, between other words', async () => {
    const issue = await desk.broken('arm64');
    expect(await desk.ask(issue, owner('arm64'), 'I will look.\r\n\r\n  /ARCH \t Ack \t \r\n\r\nThanks!\r\n')).toContain('You have linux/arm64');
    expect(await desk.ask(issue, owner('arm64'), '```\nlog\n```\n/arch UNACK   linux/ARM64')).toContain('You gave back linux/arm64');
    expect(await desk.ask(issue, owner('arm64'), '/arch attempt   two  words,\t*and* a `quote` of @nobody')).toContain('What you tried is recorded');
    await desk.world.until(() => issue.body?.includes('quote') ?? false, 'it is shown');
    expect(desk.mentions(issue)).toEqual(['@demo/arm64-owners']);
  });

  it.concurrent('may be several commands: one reaction, one reply that names each before its answer, in their order', async () => {
    const issue = await desk.broken('ppc64le');
    const comment = await desk.github.person(owner('ppc64le')).comment(issue, '/arch ack\n/arch attempt gcc 15\n/arch snoze 3d\n\nAnd:\n\n/arch recheck\n/arch unack');
    const answer = await desk.answered(issue);
    expect([...answer.matchAll(/^`(\/arch [^`]*)`$/gm)].map((m) => m[1])).toEqual(['/arch ack', '/arch attempt gcc 15', '/arch snoze 3d', '/arch recheck', '/arch unack']);
    expect(answer).toMatch(/You have linux\/ppc64le[^]*What you tried is recorded with linux\/ppc64le\.[^]*did you mean `snooze`\?[^]*may use `\/arch recheck` here\.[^]*You gave back linux\/ppc64le/);
    await desk.settled(issue);
    expect(answers(issue)).toHaveLength(2);
    expect(reactions(comment)).toEqual(['eyes']);
    expect(desk.slack('ppc64le')).not.toContain('has it');
  });

  it.concurrent('is cut where it is a flood: twenty commands run, the rest is named', async () => {
    const issue = await desk.broken('riscv64');
    const lines = Array.from({ length: 25 }, (_, i) => `/arch attempt idea ${i + 1}.`);
    const answer = await desk.ask(issue, owner('riscv64'), lines.join('\n'));
    expect(answer).toContain('This comment holds 25 commands; the first 20 were run. The others were not: write them in another comment if they are still wanted.');
    expect(answer).toContain('(20 tries so far)');
    expect(await desk.ask(issue, owner('riscv64'), '/arch attempt idea 26')).toContain('(21 tries so far)');
  });

  it.concurrent('may be as long as GitHub lets it be', async () => {
    const issue = await desk.broken('mips64le');
    expect(await desk.ask(issue, owner('mips64le'), `${'It is red. '.repeat(5_950)}\n\n/arch ack`)).toContain('You have linux/mips64le');
    const long = `/arch infra ${'the disk is full '.repeat(3_800)}`;
    expect(await desk.ask(issue, owner('mips64le'), long)).toMatch(/is recorded as a failure of the infrastructure: the disk is full [^]{100,400}…/);
    const many = Array.from({ length: 6_000 }, () => '/arch ack').join('\n');
    expect((await desk.ask(issue, owner('mips64le'), many)).length).toBeLessThan(10_000);
  });

  it.concurrent('that is no command of ours is answered with what was meant, by whoever asks', async () => {
    const issue = await desk.broken('loong64');
    expect(await desk.ask(issue, 'stranger', '/arch pleas <img src=x> @demo/signal #1')).toMatch(/^```text\n\/arch pleas <img src=x> @\u200Bdemo\/[^\n]*\n {6}\^{5}\n```\n\nNo command is called "pleas"/);
    expect(await desk.ask(issue, 'stranger', '/arch ack linux/lonng64')).toContain('did you mean `linux/loong64`?');
    expect(await desk.ask(issue, 'stranger', '/arch snooze')).toContain('For example: `/arch snooze 3d waiting for the toolchain`.');
    expect(desk.mentions(issue)).toEqual(['@demo/loong64-owners']);
  });

  it.concurrent('counts wherever it is written in a tracked repository, if it says which platform it means', async () => {
    const issue = await desk.broken('arm');
    const { github } = desk;
    const olga = github.person(owner('arm'));
    const other = await olga.open('demo/demo', { title: 'A bug' });
    expect(await desk.ask(other, owner('arm'), '/arch ack')).toMatch(/It is not clear which incident is meant, so name its platform; open now: .*/);
    expect(await desk.ask(other, owner('arm'), '/arch ack linux/arm')).toMatch(new RegExp(`^You have linux/arm \\(\\[#\u200B?${issue.number}\\]\\([^)]*\\): e2e failing since .*Give it back with \`/arch unack linux/arm\`\\.`));
    await olga.commit('demo/demo', 'arm.txt', 'x', 'arm');
    const pull = await olga.openPull('demo/demo', { title: 'Mend arm', head: 'arm' });
    expect(await desk.ask(pull, owner('arm'), `/arch fixed-by arm #${pull.number}`)).toContain('is recorded as the fix of linux/arm');
    expect(await desk.ask(pull, 'stranger', '/arch unack arm')).toContain('Only owners of linux/arm');
  });

  it.concurrent('means nothing in a repository that nobody tracks', async () => {
    const { github } = desk;
    github.repo('demo/elsewhere');
    const issue = await github.person(owner('arm')).open('demo/elsewhere', { title: 'A bug' });
    const comment = await github.person(owner('arm')).comment(issue, '/arch status');
    const own = await github.person('stranger').open('demo/demo', { title: 'Another bug' });
    await desk.settled(own);
    expect(github.hooks.deliveries.some((d) => d.payload.includes('demo/elsewhere') && d.statusCode === 200)).toBe(true);
    expect([answers(issue), reactions(comment)]).toEqual([[], []]);
    expect(github.requests.where({ path: /demo\/elsewhere/ })).toEqual([]);
  });
});

describe('an edited comment', () => {
  it.concurrent('runs the lines that are new, and no other', async () => {
    const issue = await desk.broken('386');
    const olga = desk.github.person(owner('386'));
    const comment = await olga.comment(issue, '/arch attempt one\n/arch atempt two');
    expect(await desk.answered(issue, 1)).toContain('did you mean `attempt`?');
    await olga.editComment(comment, '/arch attempt one\n/arch attempt two');
    expect(await desk.answered(issue, 2)).toMatch(/^What you tried is recorded with linux\/386 \(2 tries so far\)\.\n/);
    await olga.editComment(comment, 'Moved:\n\n/arch attempt two\n\n/arch  attempt one  ');
    await olga.editComment(comment, 'Moved:\n\n/arch attempt two\n\n```\n/arch attempt one\n/arch attempt three\n```');
    await desk.settled(issue);
    expect(answers(issue)).toHaveLength(3);
    await olga.editComment(comment, 'Moved:\n\n/arch attempt two\n/arch attempt three');
    expect(await desk.answered(issue, 4)).toMatch(/^What you tried is recorded with linux\/386 \(3 tries so far\)\.\n/);
    expect(reactions(comment)).toEqual(['eyes']);
  });

  it.concurrent('that is deleted afterwards undoes nothing', async () => {
    const issue = await desk.broken('ppc64');
    const comment = await desk.github.person(owner('ppc64')).comment(issue, '/arch ack');
    await desk.answered(issue, 1);
    await desk.github.person(owner('ppc64')).deleteComment(comment);
    expect(await desk.ask(issue, 'stranger', '/arch status')).toContain('`ppc64-owners-member` has it');
  });

  it.concurrent('that was deleted before it could be answered is answered all the same', async () => {
    const issue = await desk.broken('mipsle');
    const { github } = desk;
    const olga = github.person(owner('mipsle'));
    // It is gone when the reaction to it arrives.
    const deleted = new Promise<void>((done) => {
      const end = github.onRequest((moment, seen) => {
        const comment = issue.comments[0];
        if (moment !== 'arrived' || comment === undefined || !seen.path.endsWith(`/comments/${comment.id}/reactions`)) return;
        end();
        issue.comments.splice(0, 1);
        done();
      });
    });
    await olga.comment(issue, '/arch ack');
    await deleted;
    expect(await desk.answered(issue, 1)).toContain('You have linux/mipsle');
    await desk.polls(2);
    expect((await desk.world.ready()).warnings).toEqual([]);
  });

  it.concurrent('is read once, though it arrives twice or before its creation', async () => {
    const issue = await desk.broken('mips');
    const { github } = desk;
    const olga = github.person(owner('mips'));
    const sent = github.hooks.deliveries.length;
    const comment = await olga.comment(issue, '/arch attempt one');
    await desk.answered(issue, 1);
    await olga.editComment(comment, '/arch attempt one\n/arch attempt two');
    expect(await desk.answered(issue, 2)).toContain('(2 tries so far)');
    const own = github.hooks.deliveries.slice(sent).filter((d) => d.event === 'issue_comment' && d.payload.includes(`"id":${comment.id},`));
    const edit = own.find((d) => d.action === 'edited');
    const payload = JSON.parse(edit?.payload ?? '') as Record<string, unknown>;
    await github.hooks.redeliver(edit?.id ?? 0);
    await github.hooks.send('issue_comment', payload);
    await desk.settled(issue);
    expect(answers(issue)).toHaveLength(3);
    expect(await desk.ask(issue, owner('mips'), '/arch attempt three')).toContain('(3 tries so far)');
  });
});
