import { afterEach, describe, expect, it } from 'vitest';
import type { GitHub, GitHubOptions } from '../../demo/stand-ins/github/index.ts';
import { clock, listener, withApp, type Heard } from './github-client.ts';

const REPO = { owner: 'octo', repo: 'kube' };
let ends: (() => Promise<void>)[] = [];
afterEach(async () => { await Promise.all(ends.map((e) => e())); ends = []; });

async function start(options: GitHubOptions = {}, status = () => 200): Promise<Awaited<ReturnType<typeof withApp>> & { heard: Heard[]; github: GitHub }> {
  const ear = await listener('shh', status);
  const all = await withApp({ webhook: { url: ear.url, secret: 'shh' }, ...options });
  ends.push(() => all.github.close(), ear.close);
  return { ...all, heard: ear.heard };
}
const actions = (heard: Heard[]): string[] => heard.map((h) => `${h.event}.${String(h.body['action'])}`);

describe('webhooks of the GitHub stand-in', () => {
  it('are signed, and tell who did what to which issue', async () => {
    const { github, heard } = await start();
    const olga = github.person('olga');
    const issue = await olga.open('octo/kube', { title: 't', body: 'b', labels: ['bug'] });
    await olga.retitle(issue, 'u');
    await olga.close(issue);
    await olga.reopen(issue);
    await olga.assignSelf(issue);
    await olga.unlabel(issue, 'bug');
    await olga.comment(issue, 'hello');
    expect(actions(heard).slice(0, 2).sort()).toEqual(['issues.labeled', 'issues.opened']);
    expect(actions(heard).slice(2)).toEqual(['issues.edited', 'issues.closed', 'issues.reopened', 'issues.assigned', 'issues.unlabeled', 'issue_comment.created']);
    expect(heard.every((h) => h.genuine)).toBe(true);
    expect(new Set(heard.map((h) => h.guid)).size).toBe(heard.length);
    expect(heard[2]?.body).toMatchObject({
      changes: { title: { from: 't' } }, sender: { login: 'olga', type: 'User' }, repository: { full_name: 'octo/kube' },
      installation: { id: github.installationId }, issue: { number: 1, title: 'u', user: { login: 'olga' } },
    });
    expect(heard.at(-1)?.body).toMatchObject({ comment: { body: 'hello' }, issue: { number: 1 } });
  });

  it('are sent for the App\'s own acts too, with a bot as their sender', async () => {
    const { github, api, heard } = await start();
    await api.rest.issues.create({ ...REPO, title: 't' });
    await api.rest.issues.createComment({ ...REPO, issue_number: 1, body: 'b' });
    await github.hooks.settled();
    expect(heard.map((h) => h.body['sender'])).toMatchObject([{ login: 'archsignal[bot]', type: 'Bot' }, { type: 'Bot' }]);
  });

  it('that were lost can be listed and asked for again, with the same guid', async () => {
    let down = true;
    const { github, app, heard } = await start({}, () => (down ? 503 : 200));
    await github.person('olga').open('octo/kube', { title: 't' });
    down = false;
    await github.person('olga').close('octo/kube#1');
    const { data } = await app.octokit.request('GET /app/hook/deliveries');
    expect(data).toMatchObject([{ action: 'closed', status: 'OK', status_code: 200 }, { action: 'opened', status: 'Invalid HTTP Response: 503', status_code: 503, redelivery: false }]);
    await app.octokit.request('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: data[1]?.id ?? 0 });
    await github.hooks.settled();
    expect(heard.at(-1)?.guid).toBe(heard[0]?.guid);
    const pages = await app.octokit.paginate('GET /app/hook/deliveries', { per_page: 1 });
    expect(pages.map((d) => d.redelivery)).toEqual([true, false, false]);
  });

  it('can be held back, sent twice, out of order, unsigned, or lost', async () => {
    const { github, heard } = await start();
    github.hooks.hold();
    await github.person('olga').open('octo/kube', { title: 't' });
    await github.person('olga').close('octo/kube#1');
    expect(heard).toEqual([]);
    await github.hooks.release({ reverse: true, times: 2 });
    expect(actions(heard)).toEqual(['issues.closed', 'issues.closed', 'issues.opened', 'issues.opened']);
    expect(heard[0]?.guid).toBe(heard[1]?.guid);
    await github.hooks.send('issues', { action: 'opened' }, { unsigned: true });
    expect(heard.at(-1)?.genuine).toBe(false);
    github.hooks.hold();
    await github.person('olga').reopen('octo/kube#1');
    github.hooks.lose();
    expect(github.hooks.deliveries.at(-1)).toMatchObject({ action: 'reopened', status: 'failed to connect to host' });
  });

  it('tell of deletion and transfer, and keep silent about repositories without the App', async () => {
    const { github, heard } = await start();
    github.repo('octo/other');
    github.repo('octo/private', { installed: false });
    const olga = github.person('olga');
    const issue = await olga.open('octo/kube', { title: 't' });
    const moved = await olga.transfer(issue, 'octo/other');
    await olga.delete(moved);
    await olga.open('octo/private', { title: 'quiet' });
    expect(actions(heard).sort()).toEqual(['issues.deleted', 'issues.opened', 'issues.opened', 'issues.transferred']);
    expect(heard.find((h) => h.body['action'] === 'transferred')?.body['changes']).toMatchObject({ new_issue: { number: 1 }, new_repository: { full_name: 'octo/other' } });
  });
});

describe('the record of mentions', () => {
  it('has each handle once per text, also where it came by an edit, and says whether it is known', async () => {
    const { now } = clock();
    const { github, api } = await start({ now });
    github.team('octo/s390x-owners', ['olga']);
    await api.rest.issues.create({ ...REPO, title: 't', body: '@octo/s390x-owners, look; `@ivan` is quiet' });
    await api.rest.issues.update({ ...REPO, issue_number: 1, body: '@octo/s390x-owners again, and @torvalds' });
    await api.rest.issues.update({ ...REPO, issue_number: 1, body: 'nobody' });
    await api.rest.issues.update({ ...REPO, issue_number: 1, body: '@octo/s390x-owners again' });
    await api.rest.issues.createComment({ ...REPO, issue_number: 1, body: '> @eve said\n\n@octo/s390x-owners' });
    expect(github.mentions()).toMatchObject([
      { handle: '@octo/s390x-owners', where: 'issue', edited: false, known: true, by: { login: 'archsignal[bot]' } },
      { handle: '@torvalds', where: 'issue', edited: true, known: false },
      { handle: '@octo/s390x-owners', where: 'comment', edited: false },
    ]);
    expect(github.mentions({ quoted: true })).toHaveLength(4);
  });
});
