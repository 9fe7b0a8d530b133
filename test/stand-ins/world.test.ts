import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from 'octokit';
import { WebClient } from '@slack/web-api';
import { startWorld, type World } from '../../demo/stand-ins/index.ts';
import { clock, plainOctokit } from './github-client.ts';

/** Installed or not, by a name that the type checker does not follow. */
const library = 'markdown-it';
const hasMarkdown = await import(library).then(() => true, () => false);
if (!hasMarkdown) console.warn(`skipped: how the GitHub stand-in renders Markdown (${library} is not installed)`);

let world: World;
let time: ReturnType<typeof clock>;
beforeEach(async () => {
  time = clock();
  world = await startWorld({ now: time.now });
});
afterEach(async () => { await world.close(); });

const page = async (url: string): Promise<string> => (await fetch(url, { headers: { accept: 'text/html' } })).text();

describe('the world of stand-ins', () => {
  it('gives an environment with which the real clients work', async () => {
    const env = world.env();
    world.github.repo('octo/kube');
    const app = new App({ appId: env['APP_ID'] ?? '', privateKey: env['PRIVATE_KEY'] ?? '', Octokit: plainOctokit(env['GITHUB_API_URL'] ?? '') });
    const api = await app.getInstallationOctokit(world.github.installationId);
    const { data } = await api.rest.issues.create({ owner: 'octo', repo: 'kube', title: 't' });
    expect(data.created_at).toBe('2026-11-17T10:00:00Z');
    world.slack.channel('s390x');
    const web = new WebClient(env['SLACK_BOT_TOKEN'] ?? '', { slackApiUrl: env['SLACK_API_URL'] ?? '' });
    expect((await web.chat.postMessage({ channel: '#s390x', text: 't' })).ts).toBe(`${time.now() / 1000}.000000`);
  });

  it('sends what people do to the program that it was attached to', async () => {
    const heard: string[] = [];
    const program = createServer((req, res) => { heard.push(req.url ?? ''); req.resume().on('end', () => res.end()); });
    await new Promise<void>((r) => { program.listen(0, '127.0.0.1', r); });
    world.attach(`http://127.0.0.1:${(program.address() as { port: number }).port}`);
    await world.github.person('olga').open('octo/kube', { title: 't' });
    await world.slack.send.command({ user: 'olga', channel: '#s390x', text: 'help' });
    expect(heard).toEqual(['/github/webhooks', '/slack/events']);
    await new Promise((r) => { program.closeAllConnections(); program.close(r); });
  });

  it('shows issues, messages and grids as pages on which text from outside is only text', async () => {
    const hostile = '<script>alert(1)</script> <img src=x onerror=alert(1)>';
    const issue = await world.github.person('olga').open('octo/kube', { title: `t ${hostile}`, body: `b ${hostile}\n\n<details open><summary>more</summary>\n\n\`x\`\n\n</details></main>`, labels: ['bug'] });
    await world.github.person('ivan').comment(issue, `c ${hostile}`);
    const message = world.slack.say('olga', 's390x', `m ${hostile} *bold*`);
    const job = world.ci.job({ dashboard: 'd', tab: 't', prow: 'ci-t' });
    const run = job.run({ outcome: 'fail', tests: [{ name: `n ${hostile}`, message: `x ${hostile}` }] });
    await world.github.person('olga').commit('octo/kube', 'a.sh', `${hostile}\n`, 'topic');
    const pull = await world.github.person('olga').openPull('octo/kube', { title: 'p', head: 'topic' });
    const check = await world.github.reports('octo/kube').run('topic', { name: `k ${hostile}`, conclusion: 'failure', log: `l ${hostile}` });
    const pages = [
      `${world.github.url}/octo/kube/issues`, `${world.github.url}/octo/kube/issues/1`, `${world.github.url}/octo/kube/pull/${pull.number}`, check.reported?.detailsUrl ?? '', world.github.url, `${world.slack.url}/`, world.slack.permalink(message),
      `${world.ci.url}/`, `${world.ci.url}/d`, `${world.ci.url}/view/gs/stand-in-logs/logs/ci-t/${run.build}`, `${world.ci.url}/job-history/gs/stand-in-logs/logs/ci-t`,
    ];
    for (const url of pages) {
      const text = await page(url);
      expect(text, url).toMatch(/^<!doctype html>/);
      expect(text, url).not.toMatch(/<script|<img|<\/main>[\s\S]*<\/main>/);
    }
    expect(await page(pages[1] ?? '')).toContain('issuecomment-');
    expect(await page(pages[2] ?? '')).toMatch(/a\.sh[\s\S]*\+ &lt;script&gt;/);
    expect(await page(pages[3] ?? '')).toContain('l &lt;script&gt;');
  });

  it.skipIf(!hasMarkdown)('shows the tables, details, code and line breaks of an issue as GitHub would', async () => {
    await world.github.person('olga').open('octo/kube', { title: 't', body: '| a | b |\n| - | - |\n| `x` | **y** |\n\n<details><summary>more</summary>\n\n```text\n<b>@olga</b>\n```\n\n</details>\n\none\ntwo\n- [x] done' });
    const text = await page(`${world.github.url}/octo/kube/issues/1`);
    expect(text).toContain('<td><code>x</code></td>');
    expect(text).toMatch(/<details><summary>more<\/summary>\s*<pre><code class="language-text">&lt;b&gt;@olga&lt;\/b&gt;\n<\/code><\/pre>\s*<\/details>/);
    expect(text).toMatch(/one<br>\s*two/);
    expect(text).toContain('<li class="task"><input type="checkbox" disabled checked>');
  });

  it('shows where a message was edited, and what it said before', async () => {
    const message = world.slack.state.post(world.slack.channel('s390x'), world.slack.state.bot, { text: ':red_circle: failing' });
    world.slack.state.edit(message, { text: ':large_green_circle: green again' });
    world.slack.state.post(message.channel, world.slack.state.bot, { text: 'in the thread', threadTs: message.ts });
    const text = await page(world.slack.permalink(message));
    expect(text).toMatch(/🟢 green again[\s\S]*edited once[\s\S]*🔴 failing[\s\S]*1 reply[\s\S]*in the thread/);
  });
});
