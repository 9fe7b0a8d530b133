import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIncident, changed, connect, ensure, filed, first, REPO, subjectOf, T0 } from './fixtures.ts';
import { StandIn, type StoredRepo } from './stand-in.ts';

let gh: StandIn;
let repo: StoredRepo;
beforeEach(async () => {
  gh = await new StandIn().start();
  repo = gh.addRepo(REPO);
});
afterEach(() => gh.stop());

const acked = () => changed(filed(anIncident()), { acknowledged: { by: 'olga', at: T0 } });

describe('speaking to GitHub', () => {
  it('sends nothing before it is asked to', async () => {
    const github = connect(gh);
    await new Promise((resolve) => { setImmediate(resolve); });
    github.preview(ensure(anIncident()), subjectOf(anIncident()));
    expect(gh.requests).toEqual([]);
  });

  it('refuses an empty webhook secret, with which anybody could send webhooks', () => {
    expect(() => connect(gh, { webhookSecret: '' })).toThrow('WEBHOOK_SECRET');
    expect(() => connect(gh, { webhookSecret: '  ' })).toThrow('WEBHOOK_SECRET');
  });

  it('replaces a token that GitHub refuses, once, in the same execution', async () => {
    const github = connect(gh);
    await github.execute(ensure(anIncident()), subjectOf(anIncident()), first);
    gh.revokeTokens();
    gh.forget();
    expect(await github.execute(ensure(acked()), subjectOf(acked()), first)).toMatchObject({ ok: true });
    expect(gh.seen().filter((r) => r.includes('access_tokens'))).toHaveLength(1);
  });

  it('replaces it once for all who find it refused at the same time', async () => {
    const github = connect(gh);
    await github.execute(ensure(anIncident()), subjectOf(anIncident()), first);
    gh.revokeTokens();
    gh.forget();
    const results = await Promise.all(Array.from({ length: 20 }, () => github.execute(ensure(acked()), subjectOf(acked()), first)));
    expect(results.every((r) => r.ok)).toBe(true);
    expect(gh.seen().filter((r) => r.includes('access_tokens'))).toHaveLength(1);
  });

  it('gives the row back where the new token is refused too', async () => {
    const github = connect(gh);
    await github.ready([REPO]);
    gh.faults.push({ path: /\/issues$/, when: 'before', does: { status: 401, body: { message: 'Bad credentials' } }, times: 2 });
    expect(await github.execute(ensure(anIncident()), subjectOf(anIncident()), first)).toMatchObject({ ok: false, retry: true, scope: 'row' });
    expect(await github.execute(ensure(anIncident()), subjectOf(anIncident()), first)).toMatchObject({ ok: true });
  });

  it('takes a new token before the old one ends', async () => {
    const github = connect(gh);
    await github.ready([REPO]);
    gh.clock += 59.5 * 60_000;
    await github.ready([REPO]);
    expect(gh.seen().filter((r) => r.includes('access_tokens'))).toHaveLength(2);
  });

  it('finds its installation again after it was removed and made anew', async () => {
    const github = connect(gh);
    await github.execute(ensure(anIncident()), subjectOf(anIncident()), first);
    gh.revokeTokens();
    repo.installation = 88;
    expect(await github.execute(ensure(acked()), subjectOf(acked()), first)).toMatchObject({ ok: true });
  });

  it('gives up on an answer that does not come', async () => {
    const github = connect(gh, { timeout: 50 });
    await github.ready([REPO]);
    gh.faults.push({ path: /\/issues$/, when: 'before', does: 'hang' });
    expect(await github.execute(ensure(anIncident()), subjectOf(anIncident()), first)).toMatchObject({ ok: false, retry: true, scope: 'destination', reason: expect.stringContaining('time-out') as string });
  });

  it.each([
    ['an HTML page', { status: 200, raw: '<html></html>' }],
    ['half a document', { status: 200, raw: '[{"number": 1, "tit' }],
    ['another shape', { status: 200, body: { message: 'ok' } }],
    ['an empty body', { status: 200, raw: '' }],
  ])('takes %s for no answer', async (_, does) => {
    const github = connect(gh);
    gh.faults.push({ method: 'GET', path: /\/issues$/, when: 'before', does });
    expect(await github.execute(ensure(anIncident()), subjectOf(anIncident()), first)).toMatchObject({ ok: false, retry: true, scope: 'row' });
    expect(repo.issues).toHaveLength(0);
  });

  it('does not repeat by itself what failed', async () => {
    const github = connect(gh);
    await github.ready([REPO]);
    gh.faults.push({ method: 'POST', path: /\/issues$/, when: 'before', does: { status: 502 } });
    await github.execute(ensure(anIncident()), subjectOf(anIncident()), first);
    expect(gh.seen().filter((r) => r === `POST /repos/${REPO}/issues`)).toHaveLength(1);
  });

  it('serves a base address with a path, as Enterprise has it', async () => {
    gh.repos.clear();
    const github = connect(gh, { apiUrl: `${gh.url}/api/v3/` });
    await github.ready([REPO]);
    expect(gh.seen()[0]).toBe(`GET /api/v3/repos/${REPO}/installation`);
  });
});

describe('preparing', () => {
  it('fetches ahead what a first breakage asks for, so that it costs two requests', async () => {
    for (let i = 0; i < 130; i++) repo.labels.set(`sig/${i}`, { color: '', description: '' });
    repo.labels.set('ArchSignal', { color: '', description: '' });
    const github = connect(gh);
    expect(await github.prepare(REPO, ['linux/s390x', 'linux/arm64'])).toEqual({ ok: true, reason: null });
    expect([...repo.labels.keys()].slice(131)).toEqual(['archsignal/incident', 'arch/linux-s390x', 'arch/linux-arm64']);
    gh.forget();
    await github.execute(ensure(anIncident()), subjectOf(anIncident()), first);
    expect(gh.seen()).toEqual([`GET /repos/${REPO}/issues`, `POST /repos/${REPO}/issues`]);
  });

  it('makes nothing where everything is there, and says why it could not', async () => {
    await connect(gh).prepare(REPO, ['linux/s390x']);
    gh.forget();
    expect(await connect(gh).prepare(REPO, ['linux/s390x'])).toEqual({ ok: true, reason: null });
    expect(gh.seen().filter((r) => r === `POST /repos/${REPO}/labels`)).toEqual([]);
    repo.installation = null;
    expect(await connect(gh).prepare(REPO, [])).toMatchObject({ ok: false, reason: expect.stringContaining('404') as string });
  });

  it('files the issue although a label cannot be made', async () => {
    gh.faults.push({ method: 'POST', path: /labels$/, when: 'before', does: { status: 422, body: { message: 'Validation Failed' } } });
    expect(await connect(gh).execute(ensure(anIncident()), subjectOf(anIncident()), first)).toMatchObject({ ok: true });
    expect(repo.issues[0]?.labels).toContain('archsignal');
  });
});

describe('the log', () => {
  it('holds neither token nor key nor what a refused request carried', async () => {
    let logged = '';
    const github = connect(gh, { log: pino({ level: 'trace' }, { write: (line: string) => { logged += line; } }) });
    await github.execute(ensure(anIncident()), subjectOf(anIncident()), first);
    gh.faults.push({ path: /issues\/1$/, when: 'before', does: { status: 403 } });
    await github.execute(ensure(acked()), subjectOf(acked()), first);
    expect(logged).not.toBe('');
    expect(logged).not.toMatch(/ghs_|PRIVATE KEY|eyJ|authorization/i);
  });
});

describe('readiness', () => {
  it('is good when a token was obtained, and costs nothing from then on', async () => {
    const github = connect(gh);
    expect(await github.ready([REPO])).toEqual({ ok: true, reason: null });
    gh.forget();
    expect(await github.ready([REPO])).toEqual({ ok: true, reason: null });
    expect(gh.requests).toEqual([]);
  });

  it('says where the App is to be installed', async () => {
    repo.installation = null;
    const github = connect(gh);
    expect(await github.ready([REPO])).toEqual({ ok: false, reason: `The GitHub App is not installed on ${REPO}: install it at https://github.com/apps/archsignal/installations/new and choose that repository.` });
    repo.installation = 5;
    expect((await github.ready([REPO])).ok).toBe(false);
    gh.clock += 10_000;
    expect((await github.ready([REPO])).ok).toBe(true);
  });

  it('says that id and key do not belong together', async () => {
    const github = connect(gh, { appId: 99 });
    expect(await github.ready([REPO])).toMatchObject({ ok: false, reason: expect.stringContaining('APP_ID (99) and PRIVATE_KEY belong to the same App') as string });
  });

  it('says that the key cannot be read', async () => {
    const github = connect(gh, { privateKey: '-----BEGIN RSA PRIVATE KEY-----\nnonsense\n-----END RSA PRIVATE KEY-----' });
    expect(await github.ready([REPO])).toMatchObject({ ok: false, reason: expect.stringContaining('credentials cannot be used: set APP_ID') as string });
  });

  it('says that the id is none, and tries a write again later', async () => {
    const github = connect(gh, { appId: 'not-a-number' });
    expect(await github.ready([REPO])).toMatchObject({ ok: false, reason: expect.stringContaining('APP_ID') as string });
    expect(await github.execute(ensure(anIncident()), subjectOf(anIncident()), first)).toMatchObject({ ok: false, retry: true });
  });

  it('says that GitHub cannot be reached', async () => {
    const github = connect(gh);
    await gh.stop();
    expect(await github.ready([REPO])).toMatchObject({ ok: false, reason: expect.stringContaining(`GitHub at ${gh.url} does not answer`) as string });
    gh = await new StandIn().start();
  });

  it('names every repository that is not ready', async () => {
    gh.addRepo('a/b').installation = null;
    const { ok, reason } = await connect(gh).ready([REPO, 'a/b', 'c/d']);
    expect(ok).toBe(false);
    expect(reason).toMatch(/a\/b.*c\/d/);
    expect(reason).not.toContain(REPO);
  });
});
