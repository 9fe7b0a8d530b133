import { afterEach, describe, expect, it } from 'vitest';
import type { GitHub, GitHubOptions } from '../../demo/stand-ins/github/index.ts';
import { clock, messageOf, plainOctokit, statusOf, tokenOf, withApp } from './github-client.ts';

let open: GitHub[] = [];
afterEach(async () => { await Promise.all(open.map((g) => g.close())); open = []; });
const start = async (options: GitHubOptions = {}): ReturnType<typeof withApp> => {
  const all = await withApp(options);
  open.push(all.github);
  return all;
};
const REPO = { owner: 'octo', repo: 'kube' };

describe('the App at the GitHub stand-in', () => {
  it('gets a token for its installation with its JWT, and is refused with a token that was revoked', async () => {
    const { github, app, api } = await start();
    const { data } = await app.octokit.request('GET /repos/{owner}/{repo}/installation', REPO);
    expect(data.id).toBe(github.installationId);
    expect((await app.octokit.request('GET /app')).data).toMatchObject({ slug: 'archsignal', id: github.appId });
    expect((await api.rest.repos.get(REPO)).data).toMatchObject({ full_name: 'octo/kube', archived: false });
    const headers = { authorization: `token ${await tokenOf(api)}` };
    expect((await fetch(`${github.url}/repos/octo/kube`, { headers })).status).toBe(200);
    github.auth.revokeAll();
    const refused = await fetch(`${github.url}/repos/octo/kube`, { headers });
    expect([refused.status, await refused.json()]).toMatchObject([401, { message: 'Bad credentials' }]);
  });

  it('is refused with a JWT of another key or another App', async () => {
    const { github } = await start();
    const other = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from('{"iss":4711}').toString('base64url')}.AAAA`;
    const answer = await fetch(`${github.url}/app`, { headers: { authorization: `Bearer ${other}` } });
    expect(answer.status).toBe(401);
  });

  it('is served under /api/v3 as well', async () => {
    const { github, api } = await start();
    const enterprise = new (plainOctokit(`${github.url}/api/v3`))({ auth: await tokenOf(api) });
    expect((await enterprise.rest.repos.get(REPO)).data.name).toBe('kube');
  });

  it('sees neither repositories it is not installed on, nor writes without the permission', async () => {
    const { github, api } = await start();
    github.repo('octo/other', { installed: false, private: true });
    expect(await statusOf(api.rest.repos.get({ owner: 'octo', repo: 'other' }))).toBe(404);
    github.repo('octo/public', { installed: false });
    expect(await statusOf(api.rest.issues.listForRepo({ owner: 'octo', repo: 'public' }))).toBe(0);
    expect(await statusOf(api.rest.issues.create({ owner: 'octo', repo: 'public', title: 't' }))).toBe(403);
    github.auth.permissions['issues'] = 'read';
    expect(await messageOf(api.rest.issues.create({ ...REPO, title: 't' }))).toContain('Resource not accessible by integration');
    expect((await api.rest.issues.listForRepo(REPO)).data).toEqual([]);
  });
});

describe('issues at the GitHub stand-in', () => {
  it('are filed as the App, with labels that are made grey where they are unknown', async () => {
    const { api } = await start();
    await api.rest.issues.createLabel({ ...REPO, name: 'archsignal', color: '0E8A16', description: 'ours' });
    const { data } = await api.rest.issues.create({ ...REPO, title: 't', body: 'b', labels: ['archsignal', 'arch/linux-s390x'] });
    expect(data).toMatchObject({ number: 1, state: 'open', user: { login: 'archsignal[bot]', type: 'Bot' }, performed_via_github_app: { slug: 'archsignal' } });
    expect(data.labels).toMatchObject([{ name: 'archsignal', color: '0e8a16' }, { name: 'arch/linux-s390x', color: 'ededed' }]);
  });

  it('refuse what GitHub refuses', async () => {
    const { github, api } = await start();
    await api.rest.issues.createLabel({ ...REPO, name: 'a' });
    const again = api.rest.issues.createLabel({ ...REPO, name: 'A' });
    await expect(again).rejects.toMatchObject({ status: 422, response: { data: { errors: [{ code: 'already_exists' }] } } });
    expect(await statusOf(api.rest.issues.create({ ...REPO, title: '' }))).toBe(422);
    expect(await statusOf(api.rest.issues.create({ ...REPO, title: 'x'.repeat(257) }))).toBe(422);
    expect(await messageOf(api.rest.issues.create({ ...REPO, title: 't', body: 'x'.repeat(65_537) }))).toContain('maximum is 65536 characters');
    expect(await statusOf(api.rest.issues.create({ ...REPO, title: 't', body: 'x'.repeat(65_536) }))).toBe(0);
    expect(await statusOf(api.rest.issues.create({ ...REPO, title: 't', assignees: ['stranger'] }))).toBe(422);
    github.repo('octo/kube', { archived: true });
    expect(await messageOf(api.rest.issues.create({ ...REPO, title: 't' }))).toContain('Repository was archived so is read-only.');
  });

  it('are listed by label, state, time and creator, page by page with a Link header', async () => {
    const { now, pass } = clock();
    const { github, api } = await start({ now });
    for (let n = 1; n <= 5; n += 1) {
      await api.rest.issues.create({ ...REPO, title: `i${n}`, labels: n % 2 ? ['odd', 'x'] : ['even'] });
      pass(60_000);
    }
    await github.person('olga').open('octo/kube', { title: 'by hand', labels: ['ODD'] });
    await github.person('olga').close('octo/kube#1');
    const titles = async (query: object): Promise<string[]> => (await api.rest.issues.listForRepo({ ...REPO, ...query })).data.map((i) => i.title);
    expect(await titles({ labels: 'odd' })).toEqual(['by hand', 'i5', 'i3']);
    expect(await titles({ labels: 'odd,X', state: 'all', direction: 'asc' })).toEqual(['i1', 'i3', 'i5']);
    expect(await titles({ creator: 'archsignal[bot]', since: '2026-11-17T10:03:00Z' })).toEqual(['i5', 'i4']);
    expect(await api.paginate(api.rest.issues.listForRepo, { ...REPO, per_page: 2 })).toHaveLength(5);
    const first = await api.rest.issues.listForRepo({ ...REPO, per_page: 2 });
    expect(first.headers.link).toMatch(/page=2>; rel="next".*page=3>; rel="last"/);
  });

  it('answer 304 to a client that has the newest state, and 200 after a change', async () => {
    const { api } = await start();
    await api.rest.issues.create({ ...REPO, title: 't' });
    const { headers } = await api.rest.issues.get({ ...REPO, issue_number: 1 });
    const again = { ...REPO, issue_number: 1, headers: { 'if-none-match': String(headers.etag) } };
    expect(await statusOf(api.rest.issues.get(again))).toBe(304);
    await api.rest.issues.update({ ...REPO, issue_number: 1, state: 'closed', state_reason: 'not_planned' });
    expect((await api.rest.issues.get(again)).data).toMatchObject({ state: 'closed', state_reason: 'not_planned', closed_by: { login: 'archsignal[bot]' } });
  });

  it('answer 410 once deleted, and lead on to where they were transferred', async () => {
    const { github, api } = await start();
    await api.rest.issues.create({ ...REPO, title: 'one' });
    await api.rest.issues.create({ ...REPO, title: 'two' });
    await github.person('olga').delete('octo/kube#1');
    const moved = await github.person('olga').transfer('octo/kube#2', 'octo/elsewhere');
    expect(await statusOf(api.rest.issues.get({ ...REPO, issue_number: 1 }))).toBe(410);
    expect(await statusOf(api.rest.issues.createComment({ ...REPO, issue_number: 1, body: 'b' }))).toBe(410);
    const { data } = await api.rest.issues.get({ ...REPO, issue_number: 2 });
    expect(data).toMatchObject({ number: moved.number, title: 'two', repository_url: `${github.url}/repos/octo/elsewhere` });
    github.repo('octo/elsewhere', { installed: false });
    expect(await statusOf(api.rest.issues.get({ ...REPO, issue_number: 2 }))).toBe(404);
  });

  it('refuse comments while they are locked', async () => {
    const { github, api } = await start();
    await api.rest.issues.create({ ...REPO, title: 't' });
    await github.person('olga').lock('octo/kube#1', 'resolved');
    await expect(api.rest.issues.createComment({ ...REPO, issue_number: 1, body: 'b' })).rejects.toMatchObject({ status: 403, response: { data: { message: 'Unable to create comment because issue is locked.' } } });
    await api.rest.issues.update({ ...REPO, issue_number: 1, body: 'still editable' });
    expect(github.issue('octo/kube#1').body).toBe('still editable');
  });

  it('can lag behind in lists while they are there by number', async () => {
    const { github, api } = await start();
    github.lagLists(true);
    await api.rest.issues.create({ ...REPO, title: 't' });
    expect((await api.rest.issues.listForRepo(REPO)).data).toEqual([]);
    expect((await api.rest.issues.get({ ...REPO, issue_number: 1 })).data.title).toBe('t');
    github.lagLists(false);
    expect((await api.rest.issues.listForRepo(REPO)).data).toHaveLength(1);
  });

  it('are found under the new name of a renamed repository', async () => {
    const { github, api } = await start();
    await api.rest.issues.create({ ...REPO, title: 't' });
    github.state.rename('octo/kube', 'octo/kubernetes');
    expect((await api.rest.issues.get({ ...REPO, issue_number: 1 })).data.repository_url).toContain('octo/kubernetes');
  });

  it('hold comments that can be paged, edited and reacted to', async () => {
    const { github, api } = await start();
    await api.rest.issues.create({ ...REPO, title: 't' });
    for (let n = 0; n < 3; n += 1) await api.rest.issues.createComment({ ...REPO, issue_number: 1, body: `c${n}` });
    const all = await api.paginate(api.rest.issues.listComments, { ...REPO, issue_number: 1, per_page: 1 });
    expect(all.map((c) => c.body)).toEqual(['c0', 'c1', 'c2']);
    const id = all[0]?.id ?? 0;
    await api.rest.issues.updateComment({ ...REPO, comment_id: id, body: 'changed' });
    await api.rest.reactions.createForIssueComment({ ...REPO, comment_id: id, content: '+1' });
    expect(await statusOf(api.rest.reactions.createForIssueComment({ ...REPO, comment_id: id, content: '+1' }))).toBe(0);
    expect(github.issue('octo/kube#1').comments[0]).toMatchObject({ body: 'changed', history: ['c0'], reactions: [{ content: '+1' }] });
  });
});

describe('people and teams at the GitHub stand-in', () => {
  it('are looked up as GitHub answers, secret teams and strangers as if they were not there', async () => {
    const { github, api } = await start();
    github.team('octo/s390x-owners', ['olga', 'ivan']);
    github.team('octo/hidden', ['olga']).privacy = 'secret';
    expect((await api.rest.teams.getByName({ org: 'octo', team_slug: 's390x-owners' })).data.slug).toBe('s390x-owners');
    expect((await api.rest.teams.listMembersInOrg({ org: 'octo', team_slug: 's390x-owners' })).data.map((u) => u.login)).toEqual(['olga', 'ivan']);
    expect((await api.rest.teams.getMembershipForUserInOrg({ org: 'octo', team_slug: 's390x-owners', username: 'OLGA' })).data.state).toBe('active');
    expect(await statusOf(api.rest.teams.getMembershipForUserInOrg({ org: 'octo', team_slug: 's390x-owners', username: 'eve' }))).toBe(404);
    expect(await statusOf(api.rest.teams.getByName({ org: 'octo', team_slug: 'hidden' }))).toBe(404);
    expect(await statusOf(api.rest.orgs.checkMembershipForUser({ org: 'octo', username: 'olga' }))).toBe(0);
    github.auth.permissions = { issues: 'write', metadata: 'read' };
    expect(await statusOf(api.rest.teams.getByName({ org: 'octo', team_slug: 's390x-owners' }))).toBe(403);
  });
});

describe('limits at the GitHub stand-in', () => {
  it('announce a primary limit in every answer and refuse what is over it until the reset', async () => {
    const { now, pass } = clock();
    const { github, api } = await start({ now });
    await api.rest.repos.get(REPO);
    github.limits.set({ primary: { limit: 2 } });
    const first = await api.rest.repos.get(REPO);
    expect(first.headers['x-ratelimit-remaining']).toBe('1');
    const etag = String(first.headers.etag);
    expect(await statusOf(api.rest.repos.get({ ...REPO, headers: { 'if-none-match': etag } }))).toBe(304);
    expect(await statusOf(api.rest.repos.get(REPO))).toBe(0);
    await expect(api.rest.repos.get(REPO)).rejects.toMatchObject({ status: 403, response: { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String((now() + 3_600_000) / 1000) } } });
    pass(3_600_000);
    expect(await statusOf(api.rest.repos.get(REPO))).toBe(0);
  });

  it('refuse writes over a secondary limit with a time to wait', async () => {
    const { now, pass } = clock();
    const { github, api } = await start({ now });
    github.limits.set({ secondary: { writes: 1, retryAfter: 7 } });
    await api.rest.issues.create({ ...REPO, title: 'one' });
    await expect(api.rest.issues.create({ ...REPO, title: 'two' })).rejects.toMatchObject({ status: 403, response: { headers: { 'retry-after': '7' } } });
    expect(github.issues('octo/kube')).toHaveLength(1);
    pass(60_000);
    expect(await statusOf(api.rest.issues.create({ ...REPO, title: 'two' }))).toBe(0);
  });
});
