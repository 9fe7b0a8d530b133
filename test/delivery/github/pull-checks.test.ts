import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Look, PullHead } from '../../../src/domain/blocker-look.ts';
import type { ReleaseBlockers } from '../../../src/delivery/github/index.ts';
import { readChecks } from '../../../src/signal/checks.ts';
import { REPO } from './fixtures.ts';
import { world, type World } from './world.ts';

let w: World;
let github: ReleaseBlockers;
const in3s = { deadline: 3_000 };
const reports = () => w.gh.reports(REPO);
const head = (branch = 'main'): string => w.gh.repo(REPO).git.at(branch)?.sha ?? '';
const valueOf = <T>(look: Look<T>): T => {
  if (!look.ok) throw new Error(look.why);
  return look.value;
};
const pass = (minutes = 1): void => { w.clock.at += minutes * 60_000; };

beforeEach(async () => {
  w = await world();
  github = w.connect().releaseBlockers;
});
afterEach(() => w.gh.close());

describe('the checks that block a merge', () => {
  it('are those of branch protection and of every ruleset, each once', async () => {
    reports().protect('main', ['build', { name: 'unit-s390x', app: 15_368 }]);
    reports().rules('main', [
      { type: 'required_status_checks', ruleset_id: 1, parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: 'e2e' }, { context: 'build' }] } },
      { type: 'merge_queue', parameters: { merge_method: 'MERGE' } }, { type: 'deletion' },
    ]);
    expect(await github.requiredChecks(REPO, 'main', in3s)).toEqual({ names: ['build', 'unit-s390x', 'e2e'], apps: new Map([['unit-s390x', 15_368]]), mergeQueue: true, problems: [] });
  });

  it('are none on a branch that asks for none', async () => {
    expect((await github.requiredChecks(REPO, 'main', in3s)).names).toEqual([]);
    reports().protect('main', null);
    expect((await github.requiredChecks(REPO, 'main', in3s)).names).toEqual([]);
  });

  it('are read from the settings where the branch does not show them', async () => {
    reports().protect('main', ['build']);
    w.gh.auth.permissions = { ...w.gh.auth.permissions, administration: 'read' };
    w.gh.faults.add({ kind: 'status', status: 403, body: { message: 'Resource not accessible by integration' }, times: Infinity, match: { path: /kubernetes\/branches\/main$/ } });
    expect((await github.requiredChecks(REPO, 'main', in3s)).names).toEqual(['build']);
  });

  it('are not known, and not none, where a place cannot be read; the missing permission is named', async () => {
    reports().protect('main', ['build']);
    w.gh.auth.permissions = { issues: 'write', metadata: 'read' };
    const answer = await github.requiredChecks(REPO, 'main', in3s);
    expect(answer.names).toBeNull();
    expect(answer.problems.join(' ')).toContain('`administration: read`');
  });

  it.each([
    ['an error', { kind: 'status', status: 503 }], ['a rule that cannot be read', { kind: 'alter', alter: (a: object) => ({ ...a, body: JSON.stringify([{ type: 'required_status_checks', parameters: {} }]) }) as never }],
  ] as const)('are not known after %s of the rulesets', async (_what, fault) => {
    w.gh.faults.add({ ...fault, times: Infinity, match: { path: /rules\/branches/ } });
    expect((await github.requiredChecks(REPO, 'main', { deadline: 400 })).names).toBeNull();
  });

  it('say which workflow is required whose checks nobody can name', async () => {
    reports().rules('main', [{ type: 'workflows', parameters: { workflows: [{ path: '.github/workflows/sign.yml', repository_id: 1 }] } }]);
    expect((await github.requiredChecks(REPO, 'main', in3s)).problems[0]).toContain('.github/workflows/sign.yml');
  });
});

describe('the attempts of a commit', () => {
  it('have every run of a check, numbered in time', async () => {
    for (const conclusion of ['failure', 'failure', null] as const) { await reports().run('main', { name: 'build', conclusion }); pass(); }
    const { attempts } = valueOf(await github.checks(REPO, head(), in3s));
    expect(attempts.map((a) => [a.name, a.attempt, a.conclusion])).toEqual([['build', 1, 'failure'], ['build', 2, 'failure'], ['build', 3, null]]);
    expect(attempts[0]?.url).toMatch(/\/actions\/runs\/\d+\/job\/\d+$/);
  });

  it('have what Prow says one after the other: pending begins an attempt, an end ends it', async () => {
    const say = async (state: 'pending' | 'failure' | 'success', run: number): Promise<void> => { await reports().status('main', { context: 'pull-unit', state, targetUrl: `https://prow.example/view/gs/b/${run}` }); pass(); };
    for (const [state, run] of [['pending', 1], ['pending', 1], ['failure', 1], ['failure', 1], ['pending', 2], ['success', 2], ['failure', 3]] as const) await say(state, run);
    const { attempts } = valueOf(await github.checks(REPO, head(), in3s));
    expect(attempts.map((a) => [a.attempt, a.conclusion, a.url?.slice(-1)])).toEqual([[1, 'failure', '1'], [2, 'success', '2'], [3, 'failure', '3']]);
  });

  it('hold without the statuses that may not be read, and say so', async () => {
    await reports().run('main', { name: 'build', conclusion: 'success' });
    const { statuses: _, ...rest } = w.gh.auth.permissions;
    w.gh.auth.permissions = rest;
    const found = valueOf(await github.checks(REPO, head(), in3s));
    expect(found.attempts).toHaveLength(1);
    expect(found.problems[0]).toContain('`statuses: read`');
  });

  it('are read page by page, and a page that is lost is a failed look', async () => {
    for (let i = 0; i < 101; i++) await reports().run('main', { name: `c${i}`, conclusion: 'success' });
    expect(valueOf(await github.checks(REPO, head(), in3s)).attempts).toHaveLength(101);
    w.gh.faults.add({ kind: 'status', status: 500, times: Infinity, match: (c) => c.query.get('page') === '2' });
    expect(await github.checks(REPO, head(), { deadline: 400 })).toMatchObject({ ok: false });
  });
});

describe('the checks of a pull request', () => {
  const number = 1;
  const pull = (): PullHead => ({ repo: REPO, number, url: '', title: '', author: 'olga', state: 'open', head: head('fix'), base: 'main' });
  beforeEach(async () => {
    const olga = w.gh.person('olga');
    await olga.commit(REPO, 'a', '1');
    await olga.commit(REPO, 'b', '1', 'fix');
    await olga.openPull(REPO, { title: 'fix', head: 'fix' });
    pass();
  });

  it('tell of a check that failed on an earlier head, which was pushed away, and on the newest', async () => {
    const olga = w.gh.person('olga');
    reports().protect('main', ['unit-s390x', 'unit-amd64']);
    await olga.forcePush(REPO, 'b', '2', 'fix');
    const pushedAway = head('fix');
    await reports().run('fix', { name: 'unit-s390x', conclusion: 'failure' });
    pass();
    await olga.forcePush(REPO, 'b', '3', 'fix');
    await reports().run('fix', { name: 'unit-s390x', conclusion: 'failure' });
    await reports().run('fix', { name: 'unit-amd64', conclusion: 'success' });
    await reports().run('main', { name: 'unit-s390x', conclusion: 'success' });
    const now = valueOf(await github.pullChecks(pull(), in3s));
    expect(now.attempts.map((a) => a.commit)).toContain(pushedAway);
    expect(now.problems).toEqual([]);
    expect(readChecks(now, [])?.map((c) => [c.name, c.state, c.commits, c.base])).toEqual([['unit-s390x', 'red', 2, 'green'], ['unit-amd64', 'green', 0, 'unknown']]);
  });

  it('look at older commits of the base where its newest has not been tested', async () => {
    await reports().run('main', { name: 'unit-s390x', conclusion: 'failure' });
    await w.gh.person('olga').commit(REPO, 'a', '2');
    const now = valueOf(await github.pullChecks(pull(), in3s));
    expect(now.base).toMatchObject([{ name: 'unit-s390x', conclusion: 'failure' }]);
  });

  it('leave out what another App reports under a name that belongs to one', async () => {
    reports().protect('main', [{ name: 'build', app: 15_368 }]);
    await reports().run('fix', { name: 'build', conclusion: 'failure' });
    await reports().run('fix', { name: 'build', conclusion: 'success', app: { id: 7, slug: 'impostor' } });
    expect(valueOf(await github.pullChecks(pull(), in3s)).attempts).toMatchObject([{ app: 15_368, conclusion: 'failure' }]);
  });

  it('hold without earlier heads and the base, and say so; without the head they are not known', async () => {
    await reports().run('fix', { name: 'build', conclusion: 'failure' });
    const lost = w.gh.faults.add({ kind: 'status', status: 500, times: Infinity, match: (c) => c.path.endsWith('/commits') });
    const now = valueOf(await github.pullChecks(pull(), { deadline: 2_000 }));
    expect(now.attempts).toHaveLength(1);
    expect(now.problems).toHaveLength(2);
    lost.remove();
    w.gh.faults.add({ kind: 'garbage', times: Infinity, match: { path: new RegExp(`${head('fix')}/check-runs`) } });
    expect(await github.pullChecks(pull(), { deadline: 400 })).toMatchObject({ ok: false });
  });
});
