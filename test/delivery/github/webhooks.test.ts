import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { githubEvent, parseGitHubEvent, type GitHubDelivery } from '../../../src/delivery/github/index.ts';
import { reduce } from '../../../src/delivery/github/listen.ts';
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

const sign = (body: string, secret = 'a secret') => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const deliver = (event: string, payload: unknown, headers: Record<string, string> = {}, body = JSON.stringify(payload)) => fetch(url, {
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

  it('is refused with a wrong signature, before anything is parsed', async () => {
    expect((await deliver('issues', null, { 'x-hub-signature-256': sign('{', 'development') }, '{')).status).toBe(400);
    expect((await deliver('issues', null, {}, '{"action":')).status).toBe(400);
    const body = JSON.stringify(example('issues', 'assigned'));
    expect((await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-github-event': 'issues', 'x-github-delivery': 'd' } })).status).toBe(400);
    expect(received).toEqual([]);
  });

  it('does not put the payload of a stranger into the log', async () => {
    const secret = 'z'.repeat(20_000);
    await deliver('issues', { secret }, { 'x-hub-signature-256': sign('other') });
    expect(logged).toContain('signature does not match');
    expect(logged).not.toContain('zzzzzz');
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

  it('survives what is signed and strange', async () => {
    for (const body of ['null', '1', '"issues"', '[]', '{}', '{"action":"closed"}', '{"action":"closed","sender":{"login":"x","type":"User"}}']) {
      expect([200, 400, 500]).toContain((await deliver('issues', null, {}, body)).status);
    }
    expect(received).toEqual([]);
    expect((await deliver('issues', example('issues', 'assigned'))).status).toBe(200);
  });

  it('of a bot starts nothing', async () => {
    const payload = example('issues', 'assigned');
    payload.sender.type = 'Bot';
    expect((await deliver('issues', payload)).status).toBe(200);
    expect(received).toEqual([]);
  });

  it('makes no request, and any other path is not found', async () => {
    await deliver('issues', example('issues', 'assigned'));
    expect(gh.requests).toEqual([]);
    expect((await fetch(`${url}/other`, { method: 'POST' })).status).toBe(404);
  });
});

describe('reducing', () => {
  const at = Date.parse('2020-01-01T00:00:00Z');
  const event = (name: string, payload: unknown) => {
    const reduced = reduce(name, payload, at);
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

  it('names the repositories of an installation', () => {
    expect(event('installation_repositories', example('installation_repositories', 'added'))).toMatchObject({ repo: { fullName: 'Codertocat/Space' }, repos: ['Codertocat/Space'] });
  });

  it('reads every real payload of the events that are used, and reads it back', () => {
    let read = 0;
    for (const name of ['issues', 'issue_comment', 'repository', 'installation', 'installation_repositories']) {
      for (const payload of examples(name)) {
        const reduced = reduce(name, payload, at);
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
