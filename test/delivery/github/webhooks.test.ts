import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { githubEvent, parseGitHubEvent, type GitHubDelivery } from '../../../src/delivery/github/index.ts';
import { reduce } from '../../../src/delivery/github/listen.ts';
import { createMarkers } from '../../../src/delivery/github/marker.ts';
import { connect, REPO } from './fixtures.ts';
import { StandIn } from './stand-in.ts';

type Example = { action?: string; sender: { type: string; login: string } } & Record<string, unknown>;
const EXAMPLES = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: Example[] }[];
const examples = (name: string, action?: string): Example[] => (EXAMPLES.find((e) => e.name === name)?.examples ?? []).filter((e) => action === undefined || e.action === action);
const example = (name: string, action: string): Example => {
  const [found] = examples(name, action);
  if (!found) throw new Error(`no example of ${name}.${action}`);
  return structuredClone(found);
};

let gh: StandIn;
let server: Server;
let url: string;
let logged: string;
let received: GitHubDelivery[];
let store: () => Promise<boolean>;

beforeEach(async () => {
  gh = await new StandIn().start();
  gh.addRepo(REPO);
  received = [];
  logged = '';
  store = async () => true;
  const github = connect(gh, {
    log: pino({ level: 'debug' }, { write: (line: string) => { logged += line; } }),
    onDelivery: async (d) => { received.push(d); return store(); },
    bots: ['mirror', 'archsignal'],
  });
  server = createServer((req, res) => { void github.middleware(req, res); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/github/webhooks`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => { server.close(resolve); });
  await gh.stop();
});

const sign = (body: string | Buffer, secret = 'a secret') => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const deliver = (event: string, payload: unknown, headers: Record<string, string> = {}, body: string | Buffer<ArrayBuffer> = JSON.stringify(payload)) => fetch(url, {
  method: 'POST', body, headers: { 'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': 'd-1', 'x-hub-signature-256': sign(body), ...headers },
});

describe('a webhook', () => {
  it('is reduced to what is used, stored, and acknowledged', async () => {
    const payload = example('issues', 'assigned');
    expect((await deliver('issues', payload)).status).toBe(200);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ id: 'd-1', surface: 'github', event: 'issues.assigned' });
    expect(githubEvent.parse(JSON.parse(JSON.stringify(received[0]?.payload)))).toEqual(received[0]?.payload);
    expect(JSON.stringify(received[0]?.payload).length).toBeLessThan(700);
  });

  it('is refused with a wrong signature, or none, before anything is parsed, in one line of the log', async () => {
    expect((await deliver('issues', null, { 'x-hub-signature-256': sign('{', 'development') }, '{')).status).toBe(401);
    expect((await deliver('issues', null, {}, '')).status).toBe(401);
    const body = JSON.stringify(example('issues', 'assigned'));
    const unsigned = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-github-event': 'issues', 'x-github-delivery': 'd' } });
    expect([unsigned.status, await unsigned.text()]).toEqual([401, 'The signature (X-Hub-Signature-256) is missing or does not match the body and the webhook secret.\n']);
    const lines = logged.trim().split('\n').map((l) => JSON.parse(l) as { level: number; err?: unknown; delivery: string }).filter((l) => l.level >= 40);
    expect(lines.map((l) => [l.level, l.err, l.delivery])).toEqual([[40, undefined, 'd-1'], [40, undefined, 'd-1'], [40, undefined, 'd']]);
    expect(received).toEqual([]);
  });

  it('does not put the payload or the long headers of a stranger into the log', async () => {
    const secret = 'z'.repeat(20_000);
    await deliver('issues', { secret }, { 'x-hub-signature-256': sign('other'), 'x-github-delivery': 'y'.repeat(5_000) });
    expect(logged).toContain('signature does not match');
    expect(logged).not.toContain('zzzzzz');
    expect(logged.length).toBeLessThan(1_000);
  });

  it('is told of in a few lines of the log where a stranger sends a flood of them', async () => {
    for (let i = 0; i < 60; i++) await deliver('issues', {}, { 'x-hub-signature-256': sign('other') });
    const lines = logged.trim().split('\n').filter((l) => l.includes('signature does not match'));
    expect(lines.length).toBeGreaterThan(0);
    // Two minutes may have a part in it.
    expect(lines.length).toBeLessThanOrEqual(40);
  });

  it('is refused with a sentence where its id is longer than any of GitHub\'s, which no store would have to take', async () => {
    expect((await deliver('issues', example('issues', 'assigned'), { 'x-github-delivery': 'd'.repeat(201) })).status).toBe(400);
    expect(received).toEqual([]);
  });

  it('is answered with 500 where it could not be stored, so that GitHub keeps it as failed', async () => {
    store = async () => { throw new Error('disk full'); };
    expect((await deliver('issues', example('issues', 'assigned'))).status).toBe(500);
  });

  it('is acknowledged where it is known already', async () => {
    store = async () => false;
    expect((await deliver('issues', example('issues', 'assigned'))).status).toBe(200);
  });

  it('is acknowledged and dropped where nobody uses it', async () => {
    expect((await deliver('star', example('star', 'created'))).status).toBe(200);
    expect((await deliver('issues', example('issues', 'pinned'))).status).toBe(200);
    expect((await deliver('no_such_event', { action: 'x' })).status).toBe(200);
    expect(received).toEqual([]);
  });

  it.each(['null', '1', '"issues"', '[]', '{"action":'])('is refused with a sentence where %s is what was signed', async (body) => {
    const answer = await deliver('issues', null, {}, body);
    expect([answer.status, await answer.text()]).toEqual([400, 'The body is not a JSON object in UTF-8, as every event of GitHub\'s is. On the webhook\'s settings page, the content type has to be application/json; if it is, something between GitHub and this door changes what is sent.\n']);
    expect([received, logged.includes('"level":50')]).toEqual([[], false]);
  });

  it('is refused with what to set, here and in the log, where GitHub was told to send forms', async () => {
    const body = `payload=${encodeURIComponent(JSON.stringify(example('issues', 'assigned')))}`;
    const answer = await deliver('issues', null, { 'content-type': 'application/x-www-form-urlencoded' }, body);
    const set = 'It was sent as a form (application/x-www-form-urlencoded): set the content type to application/json on the webhook\'s settings page.';
    expect([answer.status, await answer.text()]).toEqual([400, `The body is not a JSON object in UTF-8, as every event of GitHub's is. ${set}\n`]);
    expect(logged).toContain(`it is signed and no JSON object. ${set}`);
    expect([received, logged.includes('"level":50')]).toEqual([[], false]);
  });

  it('that is signed and no UTF-8 is refused for that, and not for its signature', async () => {
    const body = Buffer.concat([Buffer.from('{"action":"'), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('"}')]);
    const signed = await deliver('issues', null, { 'x-hub-signature-256': sign(body) }, body);
    expect([signed.status, await signed.text()]).toEqual([400, expect.stringMatching(/^The body is not a JSON object in UTF-8/)]);
    expect((await deliver('issues', null, { 'x-hub-signature-256': sign(body.toString('utf8')) }, body)).status).toBe(401);
    expect(received).toEqual([]);
  });

  it.each([['x-github-event', 'X-GitHub-Event'], ['x-github-delivery', 'X-GitHub-Delivery']])('is refused with a sentence where the header %s is empty', async (header, shown) => {
    const answer = await deliver('issues', example('issues', 'assigned'), { [header]: '' });
    expect([answer.status, await answer.text()]).toEqual([400, `The header ${shown} is missing or empty.\n`]);
    expect([received, logged.includes('"level":50')]).toEqual([[], false]);
  });

  it('is dropped where it is signed and strange', async () => {
    for (const body of ['{}', '{"action":"closed"}', '{"action":["closed"]}', '{"action":"closed","sender":{"login":"x","type":"User"}}']) expect((await deliver('issues', null, {}, body)).status).toBe(200);
    expect(received).toEqual([]);
    expect((await deliver('issues', example('issues', 'assigned'))).status).toBe(200);
  });

  it('of a bot starts nothing', async () => {
    const payload = example('issues', 'assigned');
    payload.sender.type = 'Bot';
    expect((await deliver('issues', payload)).status).toBe(200);
    expect(received).toEqual([]);
  });

  it.each(['Mannequin', 'Organization'])('of a %s starts nothing, whatever login it goes by', async (type) => {
    const payload = example('issue_comment', 'created');
    payload.sender.type = type;
    expect((await deliver('issue_comment', payload)).status).toBe(200);
    expect(received).toEqual([]);
    payload.sender.type = 'User';
    await deliver('issue_comment', payload, { 'x-github-delivery': 'd-2' });
    expect(received).toHaveLength(1);
  });

  it('of a bot that closes an issue is kept, as a bot\'s: somebody has to open it again', async () => {
    const payload = { ...example('issues', 'reopened'), action: 'closed' };
    const by = async (login: string): Promise<unknown> => {
      await deliver('issues', { ...payload, sender: { login, type: 'Bot' } });
      return received.pop()?.payload.actor;
    };
    expect([await by('stale[bot]'), await by('mirror[bot]'), await by('archsignal[bot]')]).toEqual([{ login: 'stale[bot]', type: 'Bot', bot: true }, { login: 'mirror[bot]', type: 'Bot' }, undefined]);
    expect(githubEvent.parse({ ...received[0]?.payload, event: 'issues.closed', repo: { fullName: 'a/b', id: 1 }, at: 1, actor: { login: 'stale[bot]', type: 'Bot', bot: true } }).actor.bot).toBe(true);
  });

  it('of our own App starts nothing, whoever sent it, edited it, or copied it', async () => {
    const payload = example('issue_comment', 'created');
    const comment = payload['comment'] as Record<string, unknown> & { body: string; user: { login: string; type: string } };
    const repository = (payload['repository'] as { id: number }).id;
    await deliver('issue_comment', { ...payload, comment: { ...comment, performed_via_github_app: { id: gh.appId } } });
    const marked = `/arch ack\n\n${createMarkers(['key one']).sign('comment', 'd-1', repository)}`;
    const mirror = { login: 'mirror[bot]', type: 'Bot' };
    await deliver('issue_comment', { ...payload, sender: mirror, comment: { ...comment, user: mirror, body: marked } });
    const ourselves = { login: 'archsignal[bot]', type: 'Bot' };
    await deliver('issue_comment', { ...payload, sender: ourselves, comment: { ...comment, user: ourselves } });
    await deliver('issues', { ...example('issues', 'labeled'), sender: ourselves });
    expect(received).toEqual([]);
    await deliver('issue_comment', { ...payload, sender: mirror, comment: { ...comment, user: mirror } });
    await deliver('issue_comment', { ...payload, comment: { ...comment, body: marked } });
    expect(received.map((d) => d.payload.actor.login)).toEqual(['mirror[bot]', payload.sender.login]);
  });

  it('makes no request, and any other path is not found', async () => {
    await deliver('issues', example('issues', 'assigned'));
    expect(gh.requests).toEqual([]);
    expect((await fetch(`${url}/other`, { method: 'POST' })).status).toBe(404);
  });
});

describe('reducing', () => {
  const at = Date.parse('2020-01-01T00:00:00Z');
  const door = { bots: ['prow', 'merge-bot[bot]'], isOurs: () => false };
  const event = (name: string, payload: unknown) => {
    const reduced = reduce(name, payload, at, door);
    if (!reduced.use) throw new Error(reduced.why);
    return reduced.event;
  };

  it('takes who did it for the actor, not the issue\'s author', () => {
    const payload = example('issues', 'reopened');
    payload.sender.login = 'somebody-else';
    expect(event('issues', payload)).toMatchObject({ event: 'issues.reopened', actor: { login: 'somebody-else' }, issue: { authorLogin: 'Codertocat' }, repo: { fullName: 'Codertocat/Hello-World', id: 186853002 } });
  });

  it('keeps a comment with its text, up to 64 KiB', () => {
    const payload = example('issue_comment', 'created');
    expect(event('issue_comment', payload).comment?.body).toBe((payload['comment'] as { body: string }).body);
    (payload['comment'] as { body: string }).body = 'x'.repeat(100_000);
    expect(event('issue_comment', payload).comment?.body).toHaveLength(65_536);
  });

  it('knows who was assigned, and where an issue went', () => {
    expect(event('issues', example('issues', 'unassigned')).assignee).toBe('Codertocat');
    expect(event('issues', example('issues', 'transferred')).transferredTo).toEqual({ repo: expect.any(String) as string, number: 1 });
  });

  it('takes the time from the event, and the clock\'s only where there is none', () => {
    const reopened = example('issues', 'reopened');
    expect(event('issues', reopened).at).toBe(Date.parse((reopened['issue'] as { updated_at: string }).updated_at));
    const closed = example('issues', 'reopened');
    closed['action'] = 'closed';
    (closed['issue'] as { closed_at: string }).closed_at = '2021-02-03T04:05:06Z';
    expect(event('issues', closed).at).toBe(Date.parse('2021-02-03T04:05:06Z'));
    expect(event('installation', example('installation', 'created')).at).toBe(at);
  });

  it('keeps of an edited comment what it said before, when it was edited, and who wrote it', () => {
    const payload = example('issue_comment', 'edited');
    const comment = payload['comment'] as { updated_at: string; user: { login: string } };
    comment.updated_at = '2021-02-03T04:05:06Z';
    payload.sender.login = 'maintainer';
    expect(event('issue_comment', payload)).toMatchObject({
      at: Date.parse('2021-02-03T04:05:06Z'), actor: { login: 'maintainer' }, comment: { before: 'You are totally right! I\'ll get this fixed right away.', authorLogin: comment.user.login },
    });
  });

  it('tells a pull request\'s comment from an issue\'s', () => {
    const payload = example('issue_comment', 'created');
    expect(event('issue_comment', payload).issue?.isPull).toBe(false);
    (payload['issue'] as Record<string, unknown>)['pull_request'] = { url: 'https://api.github.com/x' };
    expect(event('issue_comment', payload).issue?.isPull).toBe(true);
  });

  it('knows the label, the milestone, and how a pull request ended', () => {
    expect(event('issues', example('issues', 'labeled')).label).toBe('bug');
    expect(event('issues', example('issues', 'demilestoned')).milestone).toBe('v1.0');
    const payload = example('pull_request', 'closed');
    expect(event('pull_request', payload)).toMatchObject({ repo: { fullName: 'Codertocat/Hello-World' }, pull: { number: 2, merged: false, mergedAt: null, url: 'https://github.com/Codertocat/Hello-World/pull/2' } });
    Object.assign(payload['pull_request'] as object, { merged: true, merged_at: '2021-02-03T04:05:06Z' });
    expect(event('pull_request', payload)).toMatchObject({ at: Date.parse('2021-02-03T04:05:06Z'), pull: { merged: true, mergedAt: Date.parse('2021-02-03T04:05:06Z') } });
    expect(event('pull_request', payload).pull).not.toHaveProperty('into');
    Object.assign((payload['pull_request'] as Record<string, object>)['base'] ?? {}, { ref: 'release-1' });
    expect(event('pull_request', payload).pull).toMatchObject({ merged: true, into: 'release-1' });
  });

  it('knows what a repository or its owner was called before', () => {
    const repository = { full_name: 'octo/new', id: 7 };
    const sender = { login: 'olga', type: 'User' };
    expect(event('repository', { action: 'renamed', repository, sender, changes: { repository: { name: { from: 'old' } } } }).repoWas).toBe('octo/old');
    expect(event('repository', { action: 'transferred', repository, sender, changes: { owner: { from: { organization: { login: 'acme' } } } } }).repoWas).toBe('acme/new');
    expect(event('repository', { action: 'transferred', repository, sender, changes: { owner: { from: { user: { login: 'olga' } } } } }).repoWas).toBe('olga/new');
    expect(event('installation_target', { action: 'renamed', account: { login: 'octo' }, changes: { login: { from: 'acme' } }, installation: { id: 1 } })).toMatchObject({ repo: { fullName: 'octo/*', id: 0 }, repoWas: 'acme/*' });
  });

  it.each([['prow[bot]', true], ['Prow', true], ['merge-bot[bot]', true], ['stranger[bot]', false], ['prow-x[bot]', false]])('lets the bot %s in: %s', (login, use) => {
    const payload = example('issue_comment', 'created');
    Object.assign(payload.sender, { login, type: 'Bot' });
    expect(reduce('issue_comment', payload, at, door)).toMatchObject(use ? { use } : { use, why: 'bot' });
  });

  it('does without what GitHub may leave out: the type of an account, the address of a page, the name of a label', () => {
    const lean = (event: Example): object => JSON.parse(JSON.stringify(event, (key, value: unknown) => ['html_url', 'performed_via_github_app', 'author_association', 'type'].includes(key) ? undefined : value)) as object;
    const [comment, merge, added] = [example('issue_comment', 'created'), example('pull_request', 'closed'), example('installation_repositories', 'added')].map(lean);
    expect(reduce('issue_comment', comment, at, door)).toMatchObject({ use: true, event: { actor: { login: 'Codertocat', type: 'User' }, comment: { url: '' } } });
    expect(reduce('pull_request', merge, at, door)).toMatchObject({ use: true, event: { pull: { url: '', number: 2 } } });
    expect(reduce('installation_repositories', { ...added, repositories_removed: null }, at, door)).toMatchObject({ use: true });
    const { issue } = example('issues', 'reopened') as unknown as { issue: object };
    expect(reduce('issues', { ...example('issues', 'reopened'), issue: { ...issue, labels: [{ id: 1, name: null }, { id: 2 }, { name: 'bug' }, 'flake'] } }, at, door)).toMatchObject({ event: { issue: { labels: ['bug', 'flake'] } } });
  });

  it('takes a push, and a change of a pull request, for a fact where GitHub does not say who did it', () => {
    const [{ sender: _, ...push } = {}] = examples('push') as Record<string, unknown>[];
    const repository = { ...push['repository'] as object, default_branch: 'main' };
    expect(reduce('push', { ...push, repository, ref: 'refs/heads/main', commits: [] }, at, door)).toMatchObject({ use: true, event: { event: 'push' } });
    expect(reduce('pull_request', { ...example('pull_request', 'labeled'), action: 'milestoned', sender: undefined }, at, door)).toMatchObject({ use: true, event: { pull: { number: 2 } } });
    expect(reduce('issue_comment', { ...example('issue_comment', 'created'), sender: undefined }, at, door)).toEqual({ use: false, why: 'unreadable' });
  });

  it('knows a bot by its name where GitHub does not tell what it is', () => {
    const by = (login: string) => reduce('issue_comment', { ...example('issue_comment', 'created'), sender: { login } }, at, door);
    expect([by('stale[bot]'), by('stale-bot')]).toMatchObject([{ use: false, why: 'bot' }, { use: true }]);
  });

  it('takes a merge for a fact, also where a bot merged', () => {
    const payload = example('pull_request', 'closed');
    Object.assign(payload.sender, { login: 'github-merge-queue[bot]', type: 'Bot' });
    expect(event('pull_request', payload).pull?.number).toBe(2);
  });

  it('names the repositories of an installation', () => {
    expect(event('installation_repositories', example('installation_repositories', 'added'))).toMatchObject({ repo: { fullName: 'Codertocat/Space' }, repos: ['Codertocat/Space'] });
  });

  it('reads every real payload of the events that are used, and reads it back', () => {
    let read = 0;
    for (const name of ['issues', 'issue_comment', 'pull_request', 'repository', 'installation', 'installation_repositories', 'installation_target']) {
      for (const payload of examples(name)) {
        const reduced = reduce(name, payload, at, door);
        expect(reduced).not.toMatchObject({ why: 'unreadable' });
        if (!reduced.use) continue;
        read++;
        expect(parseGitHubEvent(JSON.parse(JSON.stringify(reduced.event)))).toEqual(reduced.event);
      }
    }
    expect(read).toBeGreaterThan(20);
  });

  it('refuses to read back what it did not write', () => {
    expect(() => parseGitHubEvent({ event: 'issues.exploded' })).toThrow();
  });
});
