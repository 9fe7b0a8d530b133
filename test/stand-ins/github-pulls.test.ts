import { afterEach, describe, expect, it } from 'vitest';
import type { GitHub, GitHubOptions } from '../../demo/stand-ins/github/index.ts';
import { listener, messageOf, statusOf, withApp, type Heard } from './github-client.ts';

const REPO = { owner: 'octo', repo: 'kube' };
const b64 = (text: string): string => Buffer.from(text).toString('base64');
let ends: (() => Promise<void>)[] = [];
afterEach(async () => { await Promise.all(ends.map((e) => e())); ends = []; });
async function start(options: GitHubOptions = {}): Promise<Awaited<ReturnType<typeof withApp>> & { heard: Heard[]; github: GitHub }> {
  const ear = await listener('shh');
  const all = await withApp({ webhook: { url: ear.url, secret: 'shh' }, ...options });
  ends.push(() => all.github.close(), ear.close);
  return { ...all, heard: ear.heard };
}

describe('files, branches and pull requests at the GitHub stand-in', () => {
  it('are edited on a branch, proposed, and merged by a person', async () => {
    const { github, api, heard } = await start();
    await github.person('olga').commit('octo/kube', 'config/a.yml', 'a: 1\n');
    const main = await api.rest.git.getRef({ ...REPO, ref: 'heads/main' });
    await api.rest.git.createRef({ ...REPO, ref: 'refs/heads/archsignal/x', sha: main.data.object.sha });
    const file = await api.rest.repos.getContent({ ...REPO, path: 'config/a.yml', ref: 'archsignal/x' });
    if (Array.isArray(file.data) || file.data.type !== 'file') throw new Error('no file');
    expect(Buffer.from(file.data.content, 'base64').toString()).toBe('a: 1\n');
    await api.rest.repos.createOrUpdateFileContents({ ...REPO, path: 'config/a.yml', branch: 'archsignal/x', message: 'two', sha: file.data.sha, content: b64('a: 2\n') });
    const { data: pull } = await api.rest.pulls.create({ ...REPO, head: 'archsignal/x', base: 'main', title: 'Two', body: 'why' });
    expect(pull).toMatchObject({ number: 1, state: 'open', merged_at: null, head: { ref: 'archsignal/x' }, base: { ref: 'main', repo: { full_name: 'octo/kube' } } });
    await api.rest.issues.addLabels({ ...REPO, issue_number: 1, labels: ['archsignal'] });
    expect((await api.rest.pulls.list({ ...REPO, head: 'octo:archsignal/x' })).data).toMatchObject([{ number: 1, labels: [{ name: 'archsignal' }] }]);
    await github.person('olga').merge('octo/kube#1');
    expect(github.repo('octo/kube').git.read('main', 'config/a.yml')).toBe('a: 2\n');
    expect((await api.rest.pulls.get({ ...REPO, pull_number: 1 })).data).toMatchObject({ state: 'closed', merged: true, merged_by: { login: 'olga' } });
    expect(heard.at(-1)).toMatchObject({ event: 'pull_request', body: { action: 'closed', number: 1, pull_request: { merged: true }, sender: { login: 'olga' } } });
  });

  it('refuse what GitHub refuses', async () => {
    const { github, api } = await start();
    await github.person('olga').commit('octo/kube', 'a', '1');
    const sha = github.repo('octo/kube').git.at('main')?.sha ?? '';
    await api.rest.git.createRef({ ...REPO, ref: 'refs/heads/x', sha });
    expect(await messageOf(api.rest.git.createRef({ ...REPO, ref: 'refs/heads/x', sha }))).toContain('Reference already exists');
    expect(await messageOf(api.rest.pulls.create({ ...REPO, head: 'x', base: 'main', title: 't' }))).toContain('No commits between main and x');
    expect(await messageOf(api.rest.repos.createOrUpdateFileContents({ ...REPO, path: 'a', branch: 'x', message: 'm', content: b64('2') }))).toContain('sha');
    expect(await statusOf(api.rest.repos.createOrUpdateFileContents({ ...REPO, path: 'a', branch: 'x', message: 'm', content: b64('2'), sha: 'f'.repeat(40) }))).toBe(409);
    await api.rest.repos.createOrUpdateFileContents({ ...REPO, path: 'b', branch: 'x', message: 'm', content: b64('2') });
    await api.rest.pulls.create({ ...REPO, head: 'x', base: 'main', title: 't' });
    expect(await messageOf(api.rest.pulls.create({ ...REPO, head: 'x', base: 'main', title: 't' }))).toContain('A pull request already exists for octo:x');
    expect(await statusOf(api.rest.repos.getContent({ ...REPO, path: 'none' }))).toBe(404);
    github.auth.permissions['contents'] = 'read';
    expect(await messageOf(api.rest.git.createRef({ ...REPO, ref: 'refs/heads/y', sha }))).toContain('Resource not accessible by integration');
  });

  it('are issues too: commented on, labelled and closed as such', async () => {
    const { github, api, heard } = await start();
    const olga = github.person('olga');
    await olga.commit('octo/kube', 'a', '1', 'fix');
    const pull = await olga.openPull('octo/kube', { title: 'Fix', head: 'fix' });
    await olga.comment(pull, '/arch status');
    await olga.close(pull);
    expect(heard.map((h) => `${h.event}.${String(h.body['action'])}`)).toEqual(['push.undefined', 'pull_request.opened', 'issue_comment.created', 'pull_request.closed']);
    expect(heard[2]?.body).toMatchObject({ issue: { number: 1, pull_request: { merged_at: null } } });
    expect((await api.rest.issues.listForRepo({ ...REPO, state: 'all' })).data[0]).toMatchObject({ number: 1, pull_request: {} });
  });
});

describe('pushes and checks at the GitHub stand-in', () => {
  it('are told with what each commit touches, and a pull request knows its files', async () => {
    const { github, api, heard } = await start();
    const olga = github.person('olga');
    await olga.commit('octo/kube', 'a', '1');
    await olga.commit('octo/kube', 'b', '1');
    await olga.commit('octo/kube', 'b', '2', 'fix');
    const pull = await olga.openPull('octo/kube', { title: 'Fix', head: 'fix' });
    await olga.commit('octo/kube', 'c', '1', 'fix');
    await olga.remove('octo/kube', 'a');
    expect((await api.rest.pulls.listFiles({ ...REPO, pull_number: 1 })).data.map((f) => `${f.status} ${f.filename}`)).toEqual(['modified b', 'added c']);
    await olga.merge(pull);
    const pushes = heard.filter((h) => h.event === 'push').map((h) => [h.body['ref'], (h.body['commits'] as { added: string[]; modified: string[]; removed: string[] }[]).flatMap((c) => [...c.added, ...c.modified, ...c.removed])]);
    expect(pushes).toEqual([['refs/heads/main', ['a']], ['refs/heads/main', ['b']], ['refs/heads/fix', ['b']], ['refs/heads/fix', ['c']], ['refs/heads/main', ['a']], ['refs/heads/main', expect.arrayContaining(['b', 'c'])]]);
    expect(heard.filter((h) => h.event === 'pull_request').map((h) => h.body['action'])).toEqual(['opened', 'synchronize', 'closed']);
    expect([...github.repo('octo/kube').git.at('main')?.files.keys() ?? []].sort()).toEqual(['b', 'c']);
  });

  it('take a check with up to 50 annotations, and show the newest of each name', async () => {
    const { github, api } = await start();
    await github.person('olga').commit('octo/kube', 'a', '1');
    const sha = github.repo('octo/kube').git.at('main')?.sha ?? '';
    const make = (n: number, head = sha) => api.rest.checks.create({ ...REPO, name: 'config', head_sha: head, external_id: `n${n}`, conclusion: 'failure', output: { title: 't', summary: 's', annotations: Array.from({ length: n }, (_, i) => ({ path: 'a', start_line: i + 1, end_line: i + 1, annotation_level: 'failure' as const, message: 'm' })) } });
    await make(1);
    await make(50);
    expect(await statusOf(make(51))).toBe(422);
    expect(await messageOf(make(1, 'f'.repeat(40)))).toContain('No commit found');
    const list = async (filter: 'all' | 'latest') => (await api.rest.checks.listForRef({ ...REPO, ref: sha, check_name: 'config', filter })).data.check_runs.map((r) => [r.external_id, r.output.annotations_count]);
    expect([await list('latest'), await list('all')]).toEqual([[['n50', 50]], [['n50', 50], ['n1', 1]]]);
    github.auth.permissions['checks'] = 'read';
    expect(await messageOf(make(1))).toContain('Resource not accessible by integration');
  });
});

describe('what people do by hand at the GitHub stand-in', () => {
  it('is told with what was before: edits, milestones, names', async () => {
    const { github, heard } = await start();
    const olga = github.person('olga');
    const issue = await olga.open('octo/kube', { title: 't' });
    const comment = await olga.comment(issue, 'one');
    await olga.editComment(comment, 'one\n/arch ack');
    await olga.milestone(issue, 'v1.37');
    await olga.milestone(issue, null);
    await olga.moveRepo('octo/kube', 'octo/kubernetes');
    await olga.moveRepo('octo/kubernetes', 'other/kubernetes');
    await olga.archive('other/kubernetes');
    await olga.renameOwner('other', 'another');
    expect(heard.slice(2).map((h) => [`${h.event}.${String(h.body['action'])}`, h.body['changes'] ?? (h.body['milestone'] as { title: string } | undefined)?.title])).toMatchObject([
      ['issue_comment.edited', { body: { from: 'one' } }], ['issues.milestoned', 'v1.37'], ['issues.demilestoned', 'v1.37'],
      ['repository.renamed', { repository: { name: { from: 'kube' } } }], ['repository.transferred', { owner: { from: { organization: { login: 'octo' } } } }],
      ['repository.archived', undefined], ['installation_target.renamed', { login: { from: 'other' } }],
    ]);
    expect(github.repo('another/kubernetes').archived).toBe(true);
  });
});

describe('a second organisation at the GitHub stand-in', () => {
  it('has an installation of its own, whose token is good for nothing of the first', async () => {
    const { github, app } = await start();
    github.repo('acme/tool', { private: true });
    github.team('acme/owners', ['ada']);
    const { data } = await app.octokit.request('GET /repos/{owner}/{repo}/installation', { owner: 'acme', repo: 'tool' });
    expect(data.id).not.toBe(github.installationId);
    const acme = await app.getInstallationOctokit(data.id);
    expect(await statusOf(acme.rest.issues.create({ owner: 'acme', repo: 'tool', title: 't' }))).toBe(0);
    expect(await statusOf(acme.rest.issues.create({ ...REPO, title: 't' }))).toBe(403);
    const octo = await app.getInstallationOctokit(github.installationId);
    expect(await statusOf(octo.rest.issues.listForRepo({ owner: 'acme', repo: 'tool' }))).toBe(404);
    expect(await statusOf(octo.rest.teams.getMembershipForUserInOrg({ org: 'acme', team_slug: 'owners', username: 'ada' }))).toBe(404);
    expect((await app.octokit.request('GET /app/installations')).data).toHaveLength(2);
  });

  it('counts members of child teams, and not those who are only invited', async () => {
    const { github, api } = await start();
    const owners = github.team('octo/owners');
    owners.children.add(github.team('octo/porters', ['ada']));
    owners.pending.add('pia');
    const state = async (username: string) => (await api.rest.teams.getMembershipForUserInOrg({ org: 'octo', team_slug: 'owners', username })).data.state;
    expect([await state('ada'), await state('pia')]).toEqual(['active', 'pending']);
  });
});
