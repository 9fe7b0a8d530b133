import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { REPO, T0 } from './fixtures.ts';
import { world, type World } from './world.ts';

let w: World;
let github: GitHub;
const in3s = { deadline: 3_000 };
beforeEach(async () => {
  w = await world();
  github = w.connect();
});
afterEach(() => w.gh.close());

describe('a pull request as it is now', () => {
  beforeEach(async () => {
    const olga = w.gh.person('olga');
    await olga.commit(REPO, 'a', '1', 'fix');
    await olga.openPull(REPO, { title: 'Fix', head: 'fix' });
    await olga.open(REPO, { title: 'no pull request' });
  });

  it('is open, merged or closed', async () => {
    expect(await github.pull(REPO, 1, in3s)).toEqual({ repo: REPO, number: 1, url: `${w.gh.url}/${REPO}/pull/1`, state: 'open', mergedAt: null });
    await w.gh.person('olga').close(`${REPO}#1`);
    expect(await github.pull(REPO, 1, in3s)).toMatchObject({ state: 'closed', mergedAt: null });
    await w.gh.person('olga').reopen(`${REPO}#1`);
    w.clock.at += 60_000;
    await w.gh.person('olga').merge(`${REPO}#1`);
    expect(await github.pull(REPO, 1, in3s)).toMatchObject({ state: 'merged', mergedAt: T0 + 60_000, mergedBy: 'olga' });
  });

  it('is missing where there is none, and unknown where it cannot be read', async () => {
    expect(await github.pull(REPO, 2, in3s)).toMatchObject({ state: 'missing' });
    expect(await github.pull(REPO, 99, in3s)).toMatchObject({ state: 'missing', repo: REPO, number: 99 });
    expect(await github.pull('no/where', 1, in3s)).toMatchObject({ state: 'unknown' });
    w.gh.faults.add({ kind: 'status', status: 502, times: Infinity });
    expect(await github.pull(REPO, 1, { deadline: 30 })).toMatchObject({ state: 'unknown' });
    w.gh.faults.clear();
    w.gh.faults.add({ kind: 'hang', match: { path: /pulls/ } });
    expect(await github.pull(REPO, 1, { deadline: 30 })).toMatchObject({ state: 'unknown' });
  });

  it('is asked for again when GitHub fails in passing', async () => {
    w.gh.faults.add({ kind: 'status', status: 502, match: { path: /pulls/ } });
    w.gh.faults.add({ kind: 'cut-before', match: { path: /pulls/ } });
    expect(await github.pull(REPO, 1, in3s)).toMatchObject({ state: 'open' });
  });

  it('of a repository without the App is read where it is public, with the rights that the asking one has', async () => {
    w.gh.repo('golang/go', { installed: false });
    w.gh.repo('acme/secret', { private: true });
    for (const repo of ['golang/go', 'acme/secret']) {
      await w.gh.person('gopher').commit(repo, 'a', '1', 'fix');
      await w.gh.person('gopher').openPull(repo, { title: 'Fix', head: 'fix' });
    }
    expect(await github.pull('golang/go', 1, { ...in3s, via: REPO })).toMatchObject({ repo: 'golang/go', state: 'open' });
    expect(await github.pull('golang/go', 9, { ...in3s, via: REPO })).toMatchObject({ state: 'missing' });
    expect(await github.pull('acme/secret', 1, { ...in3s, via: REPO })).toMatchObject({ state: 'unknown', url: '' });
    expect(await github.pull('acme/secret', 1, in3s)).toMatchObject({ state: 'open' });
  });

  it('of a private repository is unknown to who is to be discreet, unless it stays among what is private, though the App may read both', async () => {
    const private_ = `${REPO.split('/')[0]}/secret`;
    const other = `${REPO.split('/')[0]}/secret-too`;
    for (const repo of [private_, other]) w.gh.repo(repo, { private: true });
    for (const repo of [private_, other]) {
      await w.gh.person('olga').commit(repo, 'a', '1', 'fix');
      await w.gh.person('olga').openPull(repo, { title: 'Fix', head: 'fix' });
      await w.gh.person('olga').merge(`${repo}#1`);
    }
    const discreetly = { ...in3s, discreet: true };
    const nowhere = await github.pull(`${REPO.split('/')[0]}/nowhere`, 1, { ...discreetly, via: REPO });
    for (const number of [1, 9]) expect(await github.pull(private_, number, { ...discreetly, via: REPO })).toEqual({ ...nowhere, repo: private_, number });
    expect(await github.pull(private_, 1, { ...in3s, via: REPO })).toMatchObject({ state: 'merged' });
    for (const [number, state] of [[1, 'merged'], [9, 'missing']] as const) expect(await github.pull(private_, number, discreetly)).toMatchObject({ state });
    expect(await github.pull(other, 1, { ...discreetly, via: private_ })).toMatchObject({ state: 'merged' });
    expect(await github.pull(other, 9, { ...discreetly, via: private_ })).toMatchObject({ state: 'missing' });
  });

  it('is found under the repository\'s new name', async () => {
    w.gh.state.rename(REPO, 'kubernetes/k8s');
    expect(await github.pull(REPO, 1, in3s)).toMatchObject({ repo: 'kubernetes/k8s', state: 'open' });
  });
});

describe('an issue as it is now', () => {
  it('tells what people did to it by hand', async () => {
    const olga = w.gh.person('olga');
    await olga.open(REPO, { title: 't', labels: ['bug'] });
    expect(await github.issueNow(REPO, 1)).toEqual({ state: 'open', stateReason: null, closedBy: null, locked: false, assignees: [], labels: ['bug'], milestone: null });
    w.gh.state.join('kubernetes', ['olga']);
    await olga.assignSelf(`${REPO}#1`);
    await olga.milestone(`${REPO}#1`, 'v1.37');
    await olga.lock(`${REPO}#1`);
    await olga.close(`${REPO}#1`, 'not_planned');
    expect(await github.issueNow(REPO, 1)).toEqual({ state: 'closed', stateReason: 'not_planned', closedBy: 'olga', locked: true, assignees: ['olga'], labels: ['bug'], milestone: 'v1.37' });
  });

  it('tells a bot that closed it from people, and from a bot that is read like them', async () => {
    github = w.connect({ bots: ['merge-bot'] });
    for (const [i, login] of ['stale[bot]', 'merge-bot[bot]', 'olga'].entries()) {
      await w.gh.person('olga').open(REPO, { title: 't' });
      await w.gh.person(login).close(`${REPO}#${i + 1}`);
    }
    const closers = await Promise.all([1, 2, 3].map((n) => github.issueNow(REPO, n)));
    expect(closers.map((c) => 'locked' in c ? [c.closedBy, c.closedByBot] : [])).toEqual([['stale[bot]', true], ['merge-bot[bot]', undefined], ['olga', undefined]]);
  });

  it('tells our own App from other bots', async () => {
    for (const [i, login] of ['archsignal[bot]', 'stale[bot]'].entries()) {
      await w.gh.person('olga').open(REPO, { title: 't' });
      await w.gh.person(login).close(`${REPO}#${i + 1}`);
    }
    const closers = await Promise.all([1, 2].map((n) => github.issueNow(REPO, n)));
    expect(closers.map((c) => 'locked' in c ? [c.closedByBot, c.closedByUs] : [])).toEqual([[true, true], [true, undefined]]);
  });

  it('takes no bot for our own App where nobody says who that is', async () => {
    w.gh.faults.add({ kind: 'status', status: 404, match: { path: /^\/app$/ }, times: Infinity });
    await w.gh.person('olga').open(REPO, { title: 't' });
    await w.gh.person('stale[bot]').close(`${REPO}#1`);
    expect(await github.issueNow(REPO, 1)).toMatchObject({ closedByBot: true, closedBy: 'stale[bot]' });
    expect(await github.issueNow(REPO, 1)).not.toHaveProperty('closedByUs');
  });

  it('is missing where it was deleted or moved away', async () => {
    const olga = w.gh.person('olga');
    await olga.open(REPO, { title: 'a' });
    await olga.open(REPO, { title: 'b' });
    await olga.delete(`${REPO}#1`);
    await olga.transfer(`${REPO}#2`, 'kubernetes/other');
    for (const n of [1, 2, 77]) expect(await github.issueNow(REPO, n)).toEqual({ state: 'missing' });
  });

  it('is unknown, not missing, where one answer was wrong or the repository cannot be read', async () => {
    await w.gh.person('olga').open(REPO, { title: 'a' });
    w.gh.faults.add({ kind: 'status', status: 404, match: { path: /issues\/1$/ } });
    expect(await github.issueNow(REPO, 1)).toMatchObject({ state: 'open' });
    w.gh.faults.add({ kind: 'status', status: 503, match: { path: /issues\/1$/ } });
    expect(await github.issueNow(REPO, 1)).toEqual({ state: 'unknown' });
    w.gh.repo(REPO, { installed: false, private: true });
    expect(await github.issueNow(REPO, 1)).toEqual({ state: 'unknown' });
  });
});

describe('a repository as it is now', () => {
  it('is told by its number and present name, asked anew', async () => {
    const { id } = w.gh.repo(REPO);
    expect(await github.repositoryOf(REPO)).toEqual({ id, fullName: REPO });
    w.gh.state.rename(REPO, 'kubernetes/k8s');
    expect(await github.repositoryOf(REPO)).toEqual({ id, fullName: 'kubernetes/k8s' });
    w.gh.state.rename('kubernetes/k8s', 'cncf/k8s');
    expect(await github.repositoryOf(REPO)).toEqual({ id, fullName: 'cncf/k8s' });
    w.gh.repo('cncf/k8s', { installed: false });
    expect(await github.repositoryOf(REPO)).toBeNull();
  });
});
