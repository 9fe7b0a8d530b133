import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Editor, GitHubAction } from '../../../src/domain/action.ts';
import { says } from '../../../src/domain/text.ts';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { again, first, REPO, T0 } from './fixtures.ts';
import { world, writes, type World } from './world.ts';

type Wanted = Extract<GitHubAction, { kind: 'ensure-pull-request' }>;
const BRANCH = 'archsignal/owners/linux-s390x/add-ada';
const FILE = 'config/kube.yml';

/** Adds a line `owner: …` to the file that says `project: kube`. */
const editor: Editor = {
  candidates: () => ['.github/archsignal.yml', FILE],
  apply: (edit, text) => {
    if (edit.kind !== 'owners') return { kind: 'other' };
    const { handle } = edit;
    if (!text.includes('project: kube')) return { kind: 'other' };
    if (text.includes('broken')) return { kind: 'refused', reason: 'It is no YAML.' };
    return text.includes(`owner: ${handle}`) ? { kind: 'same' } : { kind: 'edited', text: `${text}owner: ${handle}\n` };
  },
};

let w: World;
let github: GitHub;
beforeEach(async () => {
  w = await world();
  github = w.connect({ editor });
  await w.gh.person('olga').commit(REPO, FILE, 'project: kube\nname: Käse\n');
  await w.gh.person('olga').commit(REPO, '.github/archsignal.yml', 'project: other\n');
});
afterEach(() => w.gh.close());

const wanted = (fields: Partial<Wanted> = {}): Wanted => ({
  kind: 'ensure-pull-request', repo: REPO, branch: BRANCH, since: T0, title: 'linux/s390x: add ada', body: [says('Asked by ', { code: 'olga' }, ' @mallory, fixes #1.')],
  labels: ['archsignal', 'arch/linux-s390x'], edit: { kind: 'owners', project: 'kube', platform: 'linux/s390x', change: 'add', handle: '@ada' },
  tell: { surface: 'github', repo: REPO, number: 1 }, ...fields,
});
const ensured = (fields: Partial<Wanted> = {}, attempt = first) => github.execute(wanted(fields), null, attempt);
const git = () => w.gh.repo(REPO).git;
const pulls = () => w.gh.issues(REPO).filter((i) => i.pull !== null);
const reason = async (fields: Partial<Wanted> = {}) => {
  const result = await ensured(fields);
  if (result.ok || result.retry) throw new Error(`not given up: ${JSON.stringify(result)}`);
  return { reason: result.reason, lost: result.lost };
};

describe('a pull request', () => {
  it('is opened without what GitHub refuses for good of labels and reviewers, and its receipt says so', async () => {
    w.gh.team(`${REPO.split('/')[0] ?? ''}/leads`, ['ivan']);
    w.gh.faults.add({ kind: 'status', status: 403, body: { message: 'Resource not accessible by integration' }, match: { method: 'POST', path: /\/issues\/\d+\/labels$/ } });
    const result = await ensured({ reviewers: ['@kubernetes/leads', '@nobody-here', '@other-org/team'] });
    expect(result).toMatchObject({ ok: true, receipt: { kind: 'pull-request', number: 1 }, without: [{ what: 'its labels', reason: expect.stringContaining('not accessible') as string }, { what: 'a review by @nobody-here' }] });
    expect(pulls()[0]).toMatchObject({ state: 'open', pull: { reviewTeams: ['leads'] } });
    // Labels can be added by now; whom it cannot be asked of is left out again.
    expect(await ensured({ reviewers: ['@kubernetes/leads'] }, again)).not.toHaveProperty('without');
  });

  it('edits the file that is meant on its own branch, says who asked, and calls nobody whom it does not ask', async () => {
    expect(await ensured()).toEqual({ ok: true, receipt: { kind: 'pull-request', repo: REPO, number: 1, url: `${w.gh.url}/${REPO}/pull/1` } });
    expect(git().read(BRANCH, FILE)).toBe('project: kube\nname: Käse\nowner: @ada\n');
    expect(git().read('main', FILE)).toBe('project: kube\nname: Käse\n');
    expect(git().at(BRANCH)?.message).toBe('linux/s390x: add ada\n\nAsked by olga @\u200Bmallory, fixes #\u200B1.');
    const [pull] = pulls();
    expect(pull).toMatchObject({ title: 'linux/s390x: add ada', pull: { head: BRANCH, base: 'main' } });
    expect(pull?.labels.map((l) => [l.name, l.color])).toEqual([['archsignal', '5319e7'], ['arch/linux-s390x', '0e8a16']]);
    expect(pull?.body).toMatch(/^Asked by `olga` @\u200Bmallory, fixes #\u200B1\.\n\n<!-- archsignal:pull:x?[\w-]+\.\d+:[0-9a-f]{40} -->$/);
    expect(w.gh.mentions()).toEqual([]);
  });

  it('asks teams and people for their review, once each, and goes on where one cannot review', async () => {
    w.gh.team(`${REPO.split('/')[0] ?? ''}/leads`, ['ivan', 'maria']);
    const reviewers = ['@stranger', '@ivan', `@${REPO.split('/')[0] ?? ''}/leads`, '@elsewhere/team'];
    expect(await ensured({ reviewers })).toMatchObject({ ok: true });
    expect(pulls()[0]?.pull).toMatchObject({ reviewers: ['ivan'], reviewTeams: ['leads'] });
    w.gh.requests.clear();
    await ensured({ reviewers: reviewers.slice(1) }, again);
    expect(writes(w.gh)).toEqual([]);
  });

  it('is closed when it is not wanted any more, and stays merged if it was', async () => {
    await ensured();
    for (let i = 0; i < 2; i++) expect(await github.execute({ kind: 'close-pull-request', repo: REPO, number: 1 }, null, first)).toEqual({ ok: true, receipt: { kind: 'done' } });
    expect(pulls()[0]?.state).toBe('closed');
    expect(await github.execute({ kind: 'close-pull-request', repo: REPO, number: 9 }, null, first)).toMatchObject({ ok: false, retry: false });
  });

  it('is one, however often it is asked for', async () => {
    await ensured();
    w.gh.requests.clear();
    expect(await ensured({}, again)).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(await ensured({ since: T0 + 60_000 })).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(writes(w.gh)).toEqual([]);
  });

  const STEPS = [/git\/refs$/, /contents\//, /pulls$/, /labels$/];
  it.each(STEPS.flatMap((path) => (['cut-before', 'cut-after', 'status-after'] as const).map((kind) => [path, kind] as const)))('is the same one after a failure at %s (%s)', async (path, kind) => {
    w.gh.faults.add({ kind, match: (call) => call.method !== 'GET' && path.test(call.path) });
    const before = await ensured();
    if (!before.ok) expect(await ensured({}, again)).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(pulls()).toHaveLength(1);
    expect(pulls()[0]?.labels).toHaveLength(2);
    expect(git().read(BRANCH, FILE)).toBe('project: kube\nname: Käse\nowner: @ada\n');
    expect([...git().commits.values()].filter((c) => c.by === 'archsignal[bot]')).toHaveLength(1);
  });

  it('is the one that was merged meanwhile', async () => {
    await ensured();
    await w.gh.person('olga').merge(`${REPO}#1`);
    expect(await ensured({}, again)).toMatchObject({ ok: true, receipt: { number: 1 } });
  });

  it('is opened again from the same branch when an earlier one was closed', async () => {
    await ensured();
    await w.gh.person('olga').close(`${REPO}#1`);
    w.clock.at += 60_000;
    expect(await ensured({ since: w.clock.at })).toMatchObject({ ok: true, receipt: { number: 2 } });
  });

  it('begins its branch anew where what it held was merged and taken back', async () => {
    await ensured();
    await w.gh.person('olga').merge(`${REPO}#1`);
    await w.gh.person('olga').commit(REPO, FILE, 'project: kube\nowner: @zoe\n');
    expect(await ensured({ since: T0 + 60_000 })).toMatchObject({ ok: true, receipt: { number: 2 } });
    expect(git().read(BRANCH, FILE)).toBe('project: kube\nowner: @zoe\nowner: @ada\n');
  });

  it('edits what the branch says where it is there without the edit', async () => {
    await w.gh.person('olga').commit(REPO, FILE, 'project: kube\n# prepared\n', BRANCH);
    expect(await ensured()).toMatchObject({ ok: true });
    expect(git().read(BRANCH, FILE)).toBe('project: kube\n# prepared\nowner: @ada\n');
  });

  it('is tried again where the file changed at that very moment', async () => {
    w.gh.faults.add({ kind: 'status', status: 409, body: { message: 'does not match' }, match: { method: 'PUT', path: /contents/ } });
    expect(await ensured()).toMatchObject({ ok: false, retry: true, scope: 'row' });
    expect(await ensured({}, again)).toMatchObject({ ok: true });
  });

  it('is not taken for somebody else\'s from the same branch, even with our mark pasted', async () => {
    await ensured();
    await w.gh.person('olga').close(`${REPO}#1`);
    const pasted = w.gh.issue(`${REPO}#1`).body;
    await w.gh.person('mallory').openPull(REPO, { title: 'mine', head: BRANCH, body: pasted });
    expect((await reason({ since: T0 + 60_000 })).reason).toContain('A pull request from archsignal/owners/linux-s390x/add-ada in kubernetes/kubernetes is open that is not Archsignal\'s.');
  });
});

describe('a pull request that cannot be', () => {
  it('says that it stands so already', async () => {
    await w.gh.person('olga').commit(REPO, FILE, 'project: kube\nowner: @ada\n');
    expect(await reason()).toEqual({ reason: `${FILE} on main of ${REPO} says so already.`, lost: null });
    expect(writes(w.gh)).toEqual([]);
  });

  it('says why the file cannot be edited', async () => {
    await w.gh.person('olga').commit(REPO, FILE, 'project: kube\nbroken');
    expect(await reason()).toEqual({ reason: `${FILE} in ${REPO} cannot be edited: It is no YAML.`, lost: null });
  });

  it('tells apart that the configuration is not in this repository', async () => {
    await w.gh.person('olga').commit(REPO, FILE, 'project: another\n');
    expect(await reason()).toEqual({ reason: `The configuration of kube is not in ${REPO}: none of .github/archsignal.yml, ${FILE} on main is it.`, lost: 'not-here' });
    github = w.connect({ editor: { ...editor, candidates: () => ['config', 'none.yml'] } });
    expect((await reason()).lost).toBe('not-here');
  });

  it.each([['contents', 'contents: write'], ['pull_requests', 'pull_requests: write']])('says that the App was not granted %s', async (permission, named) => {
    w.gh.auth.permissions[permission] = 'read';
    const { reason: said, lost } = await reason();
    expect(said).toContain(`Archsignal may not edit files and open pull requests in ${REPO}. GitHub answered 403`);
    expect(said).toContain(`lacks the permission \`${named}\``);
    expect(lost).toBeNull();
  });

  it('says that the repository is archived', async () => {
    await w.gh.person('olga').archive(REPO);
    expect((await reason()).reason).toContain('The repository is archived');
  });

  it('is tried again after an outage, at whichever step', async () => {
    for (const path of [/kubernetes$/, /git\/ref\//, /contents/, /pulls$/]) {
      w.gh.faults.add({ kind: 'status', status: 503, match: { method: 'GET', path } });
      expect(await ensured()).toMatchObject({ ok: false, retry: true, scope: 'destination' });
    }
    expect(await ensured({}, again)).toMatchObject({ ok: true });
  });
});
