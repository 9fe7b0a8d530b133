import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 200_000, hookTimeout: 200_000 });

const E2E = 'linux/s390x e2e';
const ESC = '\u001b';

/** What a job's log may hold when somebody means harm, or nothing at all. */
const HOSTILE: readonly { readonly name: string; readonly message: string }[] = [
  { name: 'TestMention @torvalds @demo/leads cc @octocat', message: 'ping @torvalds, @demo/leads\n@octocat\n\n@everyone' },
  { name: 'closes #1, fixes demo/demo#1', message: 'fixes #1\nresolves https://github.com/demo/demo/issues/1\nGH-1' },
  { name: '<img src=x onerror=alert(1)><script>alert(1)</script>', message: '</details></td></table><h1>Hi</h1><!-- <a href="javascript:alert(1)">click</a>' },
  { name: '``` TestFence ```` @torvalds', message: '```\n@torvalds\n````\n~~~\n@octocat\n```````` \n@demo/leads\n\u2028@torvalds' },
  { name: '| a | b | @torvalds\n| --- | --- |\n# heading', message: '\r\n\r\n# heading @torvalds\r\n---\r\n[link](http://evil.example "@octocat")' },
  { name: 'TestNull\u0000Byte\u0000', message: 'before\u0000after @torvalds\u0000' },
  { name: 'TestBidi \u202egnp.exe\u202c \u2066@torvalds\u2069', message: '\u202e\u2067 @octocat \ufeff\u200b@\u200btorvalds' },
  { name: `Test${ESC}[2J${ESC}]0;owned\u0007Escape\u009b31m`, message: `${ESC}[31mred${ESC}[0m ${ESC}]8;;http://evil.example${ESC}\\link` },
  { name: '<!channel> <!here> <@U0ARCHSIG> <!subteam^S123>', message: '<!channel> <!everyone> <@U0ARCHSIG> <http://evil.example|click> &lt;!channel&gt; @here @channel' },
  { name: '<!-- archsignal:end --> @torvalds <!-- archsignal:begin -->', message: '<!-- archsignal:end -->\n@torvalds\n<!-- archsignal:incident:x.1.1:0000000000000000000000000000000000000000 -->' },
  { name: 'TestLoneSurrogates', message: '\udfff @torvalds \ud800' },
  { name: `TestLong${'o'.repeat(20_000)}g`, message: `${'A'.repeat(5 * 1024 * 1024)} @torvalds` },
  { name: '', message: '' },
  { name: '   ', message: '&commat;torvalds &#64;octocat &amp;#64;octocat' },
];

/** The Markdown without code, where words are just words. */
const outsideCode = (body: string): string => body.replaceAll(/(^|\n)[ \t]*(`{3,}|~{3,})[^\n]*\n[^]*?\n[ \t]*\2[`~]*[ \t]*(?=\n|$)/g, '\n').replaceAll(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, 'code');

const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

let world: World;
beforeAll(async () => {
  world = await World.begin();
  await world.github.person('olga').open('demo/demo', { title: 'An issue of people' });
  await world.start({ LOG_LEVEL: 'trace' });
  world.runs(E2E, 'FFF', { tests: HOSTILE });
  await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('|#2>')), 'the issue is filed and told');
  world.runs(E2E, 'F', { tests: HOSTILE.toReversed() });
  world.runs('linux/s390x unit', 'FFF', { tests: HOSTILE });
  await world.until(() => (world.github.issue('demo/demo#2').comments.length) === 1, 'the joining is told');
  await world.quiet();
});
afterAll(() => world.end());

describe('text from outside that means harm', () => {
  it('makes one issue, which mentions the owners alone and refers to nothing', () => {
    expect(world.github.issues('demo/demo')).toHaveLength(2);
    expect(world.github.mentions({ quoted: true }).map((m) => m.handle)).toEqual(['@demo/s390x-owners']);
    const issue = world.github.issue('demo/demo#2');
    const texts = [...issue.history.map((h) => h.body ?? ''), issue.body ?? '', ...issue.comments.map((c) => c.body)];
    for (const text of texts) {
      const open = outsideCode(text);
      expect(open).not.toMatch(/torvalds|octocat|demo\/leads|<img|<script|<h1|onerror|closes #|fixes|evil\.example|GH-1|heading|owned/);
      expect(text).not.toMatch(/\u0000|\u001b/);
      expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    }
    expect(world.github.issue('demo/demo#1').state).toBe('open');
  });

  it('leaves the issue\'s own frame whole, within what GitHub takes', () => {
    const body = world.github.issue('demo/demo#2').body ?? '';
    expect(body.match(/^<!-- archsignal:begin -->$/gm)).toHaveLength(1);
    expect(body.match(/^<!-- archsignal:end -->$/gm)).toHaveLength(1);
    expect([...body].length).toBeLessThanOrEqual(65_536);
    expect(body).toContain('| [unit]');
    expect(body).toContain('TestMention');
    expect(world.github.requests.writes().filter((r) => (r.status ?? 0) >= 400)).toEqual([]);
  });

  it('asks for nobody in Slack, and Slack takes it', () => {
    expect(world.slack.pings()).toEqual([]);
    const messages = world.slack.messages('#signal', 'all');
    expect(world.slack.messages('#signal')).toHaveLength(1);
    for (const m of messages) {
      const markup = [m.text, ...(m.blocks ?? []).map((b) => JSON.stringify(b))].join('\n');
      expect(markup).not.toMatch(/<!(?:channel|here|everyone|subteam)|<@U|<http:\/\/evil/);
      expect(m.text).not.toMatch(CONTROL);
    }
    expect(world.slack.requests.filter((r) => r.status !== 200)).toEqual([]);
  });

  it('cannot move the cursor of who reads the log or the command line', async () => {
    for (const line of world.log.split('\n')) expect(CONTROL.exec(line), line.slice(0, 300)).toBeNull();
    const poll = await world.archsignal('poll', '--config', join(world.dir, 'demo.yml'));
    expect(poll.code).toBe(0);
    for (const line of `${poll.out}\n${poll.err}`.split('\n')) expect(CONTROL.exec(line), line.slice(0, 300)).toBeNull();
  });

  it('does not keep the issue from being closed', async () => {
    world.runs(E2E, 'PP').runs('linux/s390x unit', 'PP');
    await world.until(() => world.github.issue('demo/demo#2').state === 'closed', 'the issue is closed');
    await world.quiet();
    expect(world.github.issues('demo/demo').map((i) => i.state)).toEqual(['open', 'closed']);
    expect(world.slack.messages('#signal')[0]?.text).toContain('green again');
    expect(world.log).not.toContain('unexpectedly');
  });
});
