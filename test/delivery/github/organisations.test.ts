import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { says } from '../../../src/domain/text.ts';
import { first, REPO, T0 } from './fixtures.ts';
import { world, type World } from './world.ts';

let w: World;
let github: GitHub;
beforeEach(async () => {
  w = await world();
  github = w.connect();
});
afterEach(() => w.gh.close());

const say = (repo: string, id: string, number = 1) => github.execute({ kind: 'post-comment', repo, number, id, since: T0, text: [says('said')] }, null, first);
const bodies = (place: string) => w.gh.issue(place).comments.map((c) => c.user.login);

describe('an App on several organisations', () => {
  it('speaks to each with the token of its own installation', async () => {
    w.gh.repo('acme/tool', { private: true });
    w.gh.team('acme/owners', ['ada']);
    w.gh.team('kubernetes/owners', ['olga']);
    for (const repo of [REPO, 'acme/tool']) await w.gh.person('ada').open(repo, { title: 't' });
    expect(await github.ready([REPO, 'acme/tool'])).toEqual({ ok: true, reason: null });
    for (const repo of [REPO, 'acme/tool']) expect(await say(repo, 'a')).toMatchObject({ ok: true });
    expect([bodies(`${REPO}#1`), bodies('acme/tool#1')]).toEqual([['archsignal[bot]'], ['archsignal[bot]']]);
    const verdict = async (repo: string, handle: string, login: string) => github.isMember(repo, handle, login, { deadline: 3_000 });
    expect([await verdict('acme/tool', '@acme/owners', 'ada'), await verdict(REPO, '@kubernetes/owners', 'olga')]).toEqual(['yes', 'yes']);
    expect(await verdict(REPO, '@acme/owners', 'ada')).toBe('unknown');
  });

  it('is limited in one without being hindered in the other', async () => {
    w.gh.repo('acme/tool');
    for (const repo of [REPO, 'acme/tool']) await w.gh.person('ada').open(repo, { title: 't' });
    w.gh.faults.add({ kind: 'status', status: 403, headers: { 'retry-after': '60' }, match: { path: new RegExp(`${REPO}/issues/1/comments`) } });
    expect(await say(REPO, 'a')).toMatchObject({ ok: false, retry: true, after: 60_000 });
    expect(await say('acme/tool', 'a')).toMatchObject({ ok: true });
  });
});

describe('a repository that moves while the program runs', () => {
  beforeEach(async () => {
    await w.gh.person('olga').open(REPO, { title: 't' });
    await say(REPO, 'before');
  });

  it('is followed when it is renamed', async () => {
    w.gh.state.rename(REPO, 'kubernetes/k8s');
    expect(await say(REPO, 'after')).toMatchObject({ ok: true, receipt: { url: expect.stringContaining('kubernetes/k8s') as string } });
    w.gh.state.rename('kubernetes/k8s', 'kubernetes/kube');
    expect(await say(REPO, 'later')).toMatchObject({ ok: true });
    expect(bodies('kubernetes/kube#1')).toHaveLength(3);
  });

  it('is followed into another organisation, with the installation there, and back', async () => {
    w.gh.state.rename(REPO, 'cncf/kubernetes');
    expect(await say(REPO, 'after')).toMatchObject({ ok: true });
    w.gh.state.rename('cncf/kubernetes', REPO);
    expect(await say(REPO, 'back')).toMatchObject({ ok: true });
    expect(bodies(`${REPO}#1`)).toHaveLength(3);
  });

  it('is not mistaken for one that somebody makes under its old name', async () => {
    w.gh.state.rename(REPO, 'kubernetes/k8s');
    await say(REPO, 'after');
    w.gh.state.renamed.delete(REPO);
    w.gh.repo(REPO);
    await w.gh.person('mallory').open(REPO, { title: 'another issue 1' });
    await say(REPO, 'later');
    expect(bodies(`${REPO}#1`)).toEqual([]);
    expect(bodies('kubernetes/k8s#1')).toHaveLength(3);
  });

  it('says in words that it is archived, and goes on when it is no more', async () => {
    await w.gh.person('olga').archive(REPO);
    expect(await say(REPO, 'after')).toMatchObject({ ok: false, retry: false, reason: expect.stringContaining('The repository is archived, so nothing can be written there.') as string });
    await w.gh.person('olga').archive(REPO, false);
    expect(await say(REPO, 'after')).toMatchObject({ ok: true });
  });
});
