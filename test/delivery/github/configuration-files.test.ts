import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHubAction } from '../../../src/domain/action.ts';
import type { Checked, Checker, FileAt } from '../../../src/domain/configuration.ts';
import { says } from '../../../src/domain/text.ts';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { again, first, REPO, T0 } from './fixtures.ts';
import { world, writes, type World } from './world.ts';

const FILE = '.github/archsignal.yml';

let w: World;
let github: GitHub;
let checked: Checked;
const seen: FileAt[] = [];
const checker: Checker = { check: async (_repo, _id, file) => { seen.push(file); return checked; } };

beforeEach(async () => {
  w = await world();
  seen.length = 0;
  checked = { conclusion: 'failure', title: '1 mistake', summary: [says('It is @mallory who broke it, fixes #1.')], annotations: [{ path: FILE, line: 3, level: 'failure', title: 'repo', message: 'missing' }] };
  github = w.connect({ checker });
  await w.gh.person('olga').commit(REPO, 'README.md', 'hello\n');
});
afterEach(() => w.gh.close());

const put = (text: string, path = FILE, branch?: string): Promise<void> => w.gh.person('olga').commit(REPO, path, text, branch);
const now = (branch?: string) => github.configurationFiles.now(REPO, branch);
const head = (branch = 'main'): string => w.gh.repo(REPO).git.at(branch)?.sha ?? '';
const textOf = ({ body }: { readonly body?: unknown }): string => typeof body === 'string' ? body : '';
const reads = (): number => w.gh.requests.filter((r) => r.path.includes('/contents/')).length;

describe('the configuration file of a repository', () => {
  it('is read from the default branch, with the commit that it stands on', async () => {
    await put('version: 1\nname: Käse\n');
    await put('version: 2\n', FILE, 'other');
    expect(await now()).toMatchObject({ kind: 'file', path: FILE, commit: head(), text: 'version: 1\nname: Käse\n' });
  });

  it('may end in .yaml, as long as none ends in .yml', async () => {
    await put('a: 1\n', '.github/archsignal.yaml');
    expect(await now()).toMatchObject({ path: '.github/archsignal.yaml' });
    await put('a: 2\n');
    expect(await now()).toMatchObject({ path: FILE, text: 'a: 2\n', unread: '.github/archsignal.yaml' });
  });

  it('is not there where nothing stands, at the cost of one request where the branch is known', async () => {
    await put('a: 1\n', '.github/sub/archsignal.yml');
    expect(await now()).toEqual({ kind: 'none' });
    w.gh.requests.length = 0;
    expect(await now('main')).toEqual({ kind: 'none' });
    expect(w.gh.requests.map((r) => r.path)).toEqual([`/repos/${REPO}/contents/.github`]);
  });

  it('is not taken for gone on the word of one wrong answer', async () => {
    await put('a: 1\n');
    w.gh.faults.add({ kind: 'status', status: 404, match: { path: /\/contents\/\.github$/ } });
    expect(await now()).toMatchObject({ kind: 'file' });
    w.gh.faults.add({ kind: 'status', status: 404, match: { path: `/repos/${REPO}` } });
    expect(await now()).toMatchObject({ kind: 'file' });
  });

  it('is not known while GitHub does not answer, and gone with the installation', async () => {
    await put('a: 1\n');
    const away = w.gh.faults.add({ kind: 'status', status: 502, match: { path: /\/contents\// }, times: Infinity });
    expect(await now()).toMatchObject({ kind: 'unknown', lasting: false, reason: expect.stringContaining('502') as string });
    away.remove();
    w.gh.auth.permissions['contents'] = 'none' as 'read';
    expect(await now()).toMatchObject({ kind: 'unknown', lasting: true, reason: expect.stringContaining('contents') as string });
    w.gh.auth.permissions['contents'] = 'read';
    w.gh.repo(REPO, { installed: false, private: true });
    expect(await now()).toEqual({ kind: 'gone' });
  });

  it('is no configuration where it is too large, or no text', async () => {
    await put(`# ${'x'.repeat(2 ** 18)}\n`);
    expect(await now()).toMatchObject({ kind: 'unusable', path: FILE, commit: head(), reason: 'the file has 262,147 bytes; a configuration may have 262,144 (256 KiB)' });
    expect(reads()).toBe(1);
    await put('a: 1\n');
    w.gh.faults.add({ kind: 'alter', match: { path: /archsignal\.yml|archsignal%2Fyml/ }, alter: (answer) => ({ ...answer, body: JSON.stringify({ ...JSON.parse(textOf(answer)) as object, content: Buffer.from([0x61, 0xff]).toString('base64') }) }) });
    expect(await now()).toMatchObject({ kind: 'unusable', reason: 'the file is no text in UTF-8' });
    w.gh.faults.add({ kind: 'alter', match: { path: /\/contents\/\.github$/ }, alter: (answer) => ({ ...answer, body: textOf(answer).replace('"type":"file"', '"type":"symlink"') }) });
    expect(await now()).toMatchObject({ kind: 'unusable', reason: 'what stands here is no file (symlink)' });
  });
});

describe('the repositories that the App is installed on', () => {
  it('are listed over all installations and pages, each with what tells whether to look again', async () => {
    for (let i = 0; i < 130; i++) w.gh.repo(`octo/r${i}`);
    w.gh.repo('octo/r7', { installed: false });
    const { repositories, complete, problem } = await github.configurationFiles.installed();
    expect([repositories.length, complete, problem]).toEqual([130, true, null]);
    const state = (): Promise<string | undefined> => github.configurationFiles.installed().then((i) => i.repositories.find((r) => r.fullName === REPO)?.state);
    const before = await state();
    w.clock.at += 1_000;
    expect(await state()).toBe(before);
    await put('a: 1\n', 'other.txt');
    expect(await state()).not.toBe(before);
  });

  it('are not all there where one installation cannot be read', async () => {
    w.gh.repo('octo/a');
    w.gh.faults.add({ kind: 'status', status: 500, match: { path: '/installation/repositories' }, skip: 1 });
    const { repositories, complete, problem } = await github.configurationFiles.installed();
    expect([repositories.length, complete, problem !== null]).toEqual([1, false, true]);
  });
});

describe('the check run on a configuration', () => {
  type Wanted = Extract<GitHubAction, { kind: 'ensure-check-run' }>;
  const wanted = (over: Partial<Wanted> = {}): Wanted => ({ kind: 'ensure-check-run', repo: REPO, repository: w.gh.repo(REPO).id, sha: head(), pull: null, id: 'configuration.1', since: T0, ...over });
  const ensured = (over: Partial<Wanted> = {}, attempt = first) => github.execute(wanted(over), null, attempt);
  const runs = () => w.gh.repo(REPO).checkRuns;

  /** A pull request that puts the file on a branch. */
  const pull = async (path = FILE): Promise<Partial<Wanted>> => {
    await put('a: 1\n', path, 'topic');
    const issue = await w.gh.person('olga').openPull(REPO, { title: 'Topic', head: 'topic' });
    return { sha: head('topic'), pull: issue.number };
  };

  it('tells the mistakes at their lines, and calls nobody', async () => {
    await put('a: 1\n');
    expect(await ensured()).toEqual({ ok: true, receipt: { kind: 'check-run', url: `${w.gh.url}/${REPO}/runs/${runs()[0]?.id}` } });
    expect(runs()).toMatchObject([{ name: 'archsignal configuration', headSha: head(), conclusion: 'failure', title: '1 mistake', summary: 'It is @\u200Bmallory who broke it, fixes #\u200B1.', annotations: checked.annotations }]);
    expect(seen).toMatchObject([{ kind: 'file', text: 'a: 1\n', commit: head() }]);
  });

  it.each(['cut-after', 'status-after', 'hang-after'] as const)('is there once, though the answer was lost (%s)', async (kind) => {
    await put('a: 1\n');
    github = w.connect({ checker, timeout: 300 });
    w.gh.faults.add({ kind, match: { method: 'POST', path: /check-runs$/ } });
    expect(await ensured()).toMatchObject({ ok: false, retry: true });
    expect(await ensured({}, again)).toMatchObject({ ok: true });
    expect(runs()).toHaveLength(1);
    // Asked for once more, it is another.
    expect(await ensured({ id: 'configuration.2' })).toMatchObject({ ok: true });
    expect(runs()).toHaveLength(2);
  });

  it('is on the head of a pull request that touches the file, and on no other', async () => {
    expect(await ensured(await pull())).toMatchObject({ ok: true, receipt: { kind: 'check-run' } });
    expect(runs().map((r) => r.headSha)).toEqual([head('topic')]);
    await put('b: 1\n', 'other.txt', 'elsewhere');
    const other = await w.gh.person('olga').openPull(REPO, { title: 'Other', head: 'elsewhere' });
    expect(await ensured({ sha: head('elsewhere'), pull: other.number })).toEqual({ ok: true, receipt: { kind: 'done' } });
    expect(runs()).toHaveLength(1);
  });

  it('finds the file among hundreds that a pull request touches', async () => {
    for (let i = 0; i < 120; i++) await put('x', `.a/${i}`, 'topic');
    expect(await ensured(await pull())).toMatchObject({ receipt: { kind: 'check-run' } });
  });

  it('is given up in silence where the commit is gone, after a second look', async () => {
    const gone = { sha: 'f'.repeat(40), ...{ pull: (await pull()).pull ?? null } };
    expect(await ensured(gone)).toMatchObject({ ok: false, retry: true });
    expect(await ensured(gone, again)).toEqual({ ok: true, receipt: { kind: 'done' } });
  });

  it('is a comment on the pull request where the App may not write it, once, and nothing where all is well', async () => {
    delete w.gh.auth.permissions['checks'];
    const on = await pull();
    for (const attempt of [first, again]) expect(await ensured(on, attempt)).toMatchObject({ ok: true, receipt: { kind: 'comment' } });
    expect(w.gh.issue(`${REPO}#${on.pull}`).comments.map((c) => c.body)).toEqual([expect.stringMatching(/^`\.github\/archsignal\.yml` has 1 mistake\.\n\nIt is @\u200Bmallory/)]);
    expect(await ensured()).toMatchObject({ ok: false, retry: false, reason: expect.stringContaining('checks') as string });
    checked = { ...checked, conclusion: 'success', title: 'No mistake', annotations: [] };
    const before = writes(w.gh).length;
    expect(await ensured({ ...on, id: 'configuration.9' })).toEqual({ ok: true, receipt: { kind: 'done' } });
    expect(writes(w.gh).slice(before)).toEqual([`POST /repos/${REPO}/check-runs`]);
  });

  it.each(['GET', 'POST'] as const)('is a comment, too, where GitHub says of the commit that it has no check runs, though its file can be read (%s)', async (method) => {
    const on = await pull();
    w.gh.faults.add({ kind: 'status', status: 404, times: 9, match: { method, path: /check-runs/ } });
    if (method === 'GET') delete w.gh.auth.permissions['checks'];
    expect(await ensured(on)).toMatchObject({ ok: false, retry: true });
    expect(await ensured(on, again)).toMatchObject({ ok: true, receipt: { kind: 'comment' } });
    expect(runs()).toEqual([]);
    expect(await ensured({ ...on, pull: null }, again)).toMatchObject({ ok: false, retry: false });
  });
});
