import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockerNow, Look } from '../../../src/domain/blocker-look.ts';
import type { ReleaseBlockers } from '../../../src/delivery/github/index.ts';
import { REPO } from './fixtures.ts';
import { world, type World } from './world.ts';

let w: World;
let github: ReleaseBlockers;
const in3s = { deadline: 3_000 };
beforeEach(async () => {
  w = await world();
  github = w.connect().releaseBlockers;
});
afterEach(() => w.gh.close());

const valueOf = <T>(look: Look<T>): T => {
  if (!look.ok) throw new Error(look.why);
  return look.value;
};
const rules = (labels: readonly string[], milestone: string | null = null) => ({ labels, milestone });
const numbers = async (look: Promise<Look<readonly BlockerNow[]>>): Promise<number[]> => valueOf(await look).map((b) => b.number);
/** Opens a pull request with one commit. */
async function aPull(branch: string, body = ''): Promise<number> {
  const olga = w.gh.person('olga');
  await olga.commit(REPO, branch, '1', branch);
  return (await olga.openPull(REPO, { title: `fix ${branch}`, body, head: branch })).number;
}

describe('the list of release blockers', () => {
  it('has what carries any of the labels, once each, and nothing that is closed', async () => {
    const olga = w.gh.person('olga');
    await olga.open(REPO, { title: 'both', labels: ['release-blocker', 'priority/critical'] });
    await olga.open(REPO, { title: 'one', labels: ['priority/critical'] });
    await olga.open(REPO, { title: 'none', labels: ['kind/bug'] });
    await olga.close(await olga.open(REPO, { title: 'closed', labels: ['release-blocker'] }));
    expect(await numbers(github.blockers(REPO, rules(['release-blocker', 'priority/critical']), in3s))).toEqual([1, 2]);
  });

  it('keeps to the milestone, with or without labels', async () => {
    const olga = w.gh.person('olga');
    for (const [labels, milestone] of [[['release-blocker'], 'v1.37'], [['release-blocker'], 'v1.36'], [[], 'v1.37']] as const) {
      await olga.milestone(await olga.open(REPO, { title: 'a', labels }), milestone);
    }
    expect(await numbers(github.blockers(REPO, rules(['release-blocker'], 'V1.37'), in3s))).toEqual([1]);
    expect(await numbers(github.blockers(REPO, rules([], 'v1.37'), in3s))).toEqual([1, 3]);
    expect(await numbers(github.blockers(REPO, rules([], 'v9'), in3s))).toEqual([]);
    expect(await numbers(github.blockers(REPO, rules([]), in3s))).toEqual([]);
  });

  it('reads every page of it', async () => {
    for (let i = 0; i < 101; i++) await w.gh.person('olga').open(REPO, { title: `b${i}`, labels: ['release-blocker'] });
    expect(await numbers(github.blockers(REPO, rules(['release-blocker']), { deadline: 20_000 }))).toHaveLength(101);
  });

  it.each([
    ['a page that breaks off', { kind: 'truncate' }], ['a page of HTML', { kind: 'html' }], ['a limit', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }],
    ['a refusal', { kind: 'status', status: 403, body: { message: 'Resource not accessible by integration' } }], ['an error', { kind: 'status', status: 502 }],
  ] as const)('is a failure, not a shorter list, after %s', async (_what, fault) => {
    await w.gh.person('olga').open(REPO, { title: 'a', labels: ['one'] });
    await w.gh.person('olga').open(REPO, { title: 'b', labels: ['two'] });
    w.gh.faults.add({ ...fault, times: Infinity, match: (c) => c.query.get('labels') === 'two' });
    const look = await github.blockers(REPO, rules(['one', 'two']), { deadline: 500 });
    expect(look).toMatchObject({ ok: false, lasting: 'status' in fault && fault.status === 403, after: fault.kind === 'status' && fault.status === 429 ? 60_000 : null });
  });

  it('is asked for anew each time, and costs nothing of the limit where nothing has changed', async () => {
    await w.gh.person('olga').open(REPO, { title: 'a', labels: ['release-blocker'] });
    await github.blockers(REPO, rules(['release-blocker']), in3s);
    w.gh.requests.clear();
    expect(await numbers(github.blockers(REPO, rules(['release-blocker']), in3s))).toEqual([1]);
    expect(w.gh.requests.map((r) => r.status)).toEqual([304, 304]);
    await w.gh.person('olga').unlabel(`${REPO}#1`, 'release-blocker');
    expect(await numbers(github.blockers(REPO, rules(['release-blocker']), in3s))).toEqual([]);
  });
});

describe('a release blocker', () => {
  it('that is a pull request tells its head, its base and its author', async () => {
    const number = await aPull('fix');
    await w.gh.person('k8s-ci-robot[bot]').label(`${REPO}#${number}`, 'release-blocker');
    const head = w.gh.repo(REPO).git.at('fix')?.sha;
    expect(valueOf(await github.blocker(REPO, number, in3s))).toMatchObject({
      kind: 'pull', number, author: 'olga', state: 'open', labels: ['release-blocker'], pull: { head, base: 'main', state: 'open' }, linked: [],
    });
    await w.gh.person('olga').merge(`${REPO}#${number}`);
    expect(valueOf(await github.blocker(REPO, number, in3s))).toMatchObject({ state: 'merged' });
  });

  it('that is an issue tells the pull requests that refer to it, and which of them close it', async () => {
    await w.gh.person('olga').open(REPO, { title: 'broken', labels: ['release-blocker'] });
    const mentions = await aPull('a', 'See #1 for the story.');
    const other = await aPull('b', 'Fixes #11, and is like kubernetes/website#1.');
    const closes = await aPull('c', `Fixes ${REPO}#1`);
    await w.gh.person('olga').open(REPO, { title: 'an issue', body: 'Fixes #1' });
    const { linked } = valueOf(await github.blocker(REPO, 1, in3s)) ?? { linked: [] };
    expect(linked.map((p) => [p.number, p.fixes])).toEqual([[closes, true], [mentions, false]]);
    expect(linked.map((p) => p.number)).not.toContain(other);
  });

  it('is none where the number is deleted, moved or unknown, and not known where the repository cannot be read', async () => {
    const olga = w.gh.person('olga');
    await olga.delete(await olga.open(REPO, { title: 'a' }));
    await olga.transfer(await olga.open(REPO, { title: 'b' }), 'kubernetes/website');
    for (const number of [1, 2, 9]) expect(valueOf(await github.blocker(REPO, number, in3s))).toBeNull();
    await olga.open(REPO, { title: 'c' });
    w.gh.faults.add({ kind: 'status', status: 404, match: { path: /issues\/3$/ } });
    expect(valueOf(await github.blocker(REPO, 3, in3s))).toMatchObject({ number: 3 });
    await olga.install(REPO, false);
    w.gh.repo(REPO).private = true;
    expect(await github.blocker(REPO, 3, in3s)).toMatchObject({ ok: false });
  });

  it('is not known where GitHub does not answer in time', async () => {
    w.gh.faults.add({ kind: 'hang', times: Infinity, match: { path: /issues\/1$/ } });
    expect(await github.blocker(REPO, 1, { deadline: 50 })).toMatchObject({ ok: false, why: `GitHub did not tell of ${REPO}#1 within 0.05 s.`, lasting: false });
  });
});
