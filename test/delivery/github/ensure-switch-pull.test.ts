import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHubAction, Receipt } from '../../../src/domain/action.ts';
import type { SwitchFormat, SwitchPlace } from '../../../src/domain/build-switch.ts';
import { says } from '../../../src/domain/text.ts';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { again, first, REPO, T0 } from './fixtures.ts';
import { world, writes, type World } from './world.ts';

type Wanted = Extract<GitHubAction, { kind: 'ensure-switch-pull' }>;
const BRANCH = 'archsignal/deactivate/p-1';
const SCRIPT = 'hack/lib/golang.sh';
const WORKFLOW = 'release/images.yaml';
const MARK = { proposal: '#812', link: 'https://github.com/kubernetes/kubernetes/issues/813' };
const MARKER = '# archsignal proposal #812: linux/s390x is off, see https://github.com/kubernetes/kubernetes/issues/813';
const golang = (...platforms: readonly string[]): string => `#!/usr/bin/env bash\n\nreadonly KUBE_SERVER_PLATFORMS=(\n${platforms.map((p) => `  ${p}\n`).join('')})\n`;
const BEFORE = golang('linux/amd64', 'linux/s390x', 'linux/arm64');
const AFTER = golang('linux/amd64', MARKER, '# linux/s390x', 'linux/arm64');
const IMAGES = 'params:\n  platforms: linux/amd64,linux/s390x,linux/arm64\n';
const IMAGES_OFF = 'params:\n  # archsignal proposal #812: linux/s390x is off (entry 2, ",linux/s390x"), see https://github.com/kubernetes/kubernetes/issues/813\n  platforms: linux/amd64,linux/arm64\n';

const at = (format: SwitchFormat, file: string, place: string | null): SwitchPlace => ({ format, file, at: place });
const PLACES = [at('shell-array', SCRIPT, 'KUBE_SERVER_PLATFORMS'), at('comma-list', WORKFLOW, 'params.platforms')];

let w: World;
let github: GitHub;
beforeEach(async () => {
  w = await world();
  github = w.connect();
  await by('olga', SCRIPT, BEFORE);
  await by('olga', WORKFLOW, IMAGES);
  git().modes.set(SCRIPT, '100755');
});
afterEach(() => w.gh.close());

const wanted = (fields: Partial<Wanted> = {}): Wanted => ({
  kind: 'ensure-switch-pull', repo: REPO, branch: BRANCH, base: 'main', since: T0, title: 'Turn off linux/s390x', body: [says('Decided in #812 by ', { code: 'olga' }, '.')],
  labels: ['archsignal', 'arch/linux-s390x'], reviewers: [], milestone: null, platform: 'linux/s390x', to: 'off', places: PLACES, mark: MARK, unmarked: [], ...fields,
});
const ensured = (fields: Partial<Wanted> = {}, attempt = first) => github.execute(wanted(fields), null, attempt);
const git = () => w.gh.repo(REPO).git;
const by = (login: string, path: string, text: string, branch?: string) => w.gh.person(login).commit(REPO, path, text, branch);
const pulls = () => w.gh.issues(REPO).filter((i) => i.pull !== null);
const onBranch = (branch = BRANCH): string[] => git().between('main', git().at(branch)?.sha ?? '').map((c) => c.by);
/** What the branch would bring into the base. */
const brought = (branch = BRANCH): string[] => [...git().brought('main', branch).keys()].sort();
const reason = async (fields: Partial<Wanted> = {}): Promise<string> => {
  const result = await ensured(fields);
  if (result.ok || result.retry) throw new Error(`not given up: ${JSON.stringify(result)}`);
  return result.reason;
};
const patchOf = async (fields: Partial<Wanted> = {}, attempt = first): Promise<Extract<Receipt, { kind: 'patch' }>> => {
  const result = await ensured(fields, attempt);
  if (!result.ok || result.receipt.kind !== 'patch') throw new Error(`no patch: ${JSON.stringify(result)}`);
  return result.receipt;
};
const unmarkedOf = (result: Awaited<ReturnType<typeof ensured>>) => result.ok && result.receipt.kind === 'pull-request' ? result.receipt.unmarked : undefined;

/** The files after `git apply`, as git itself does it. */
function applied(files: Readonly<Record<string, string>>, diff: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'switch-patch-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder, input: diff, env: { ...process.env, GIT_DIR: join(folder, 'none'), GIT_CEILING_DIRECTORIES: folder } });
    return Object.fromEntries(Object.keys(files).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a repository whose template asks for release notes', () => {
  const note = 'linux/s390x is turned off in v1.37.';
  const body = async (template: string | null): Promise<string> => {
    if (template !== null) await by('olga', '.github/PULL_REQUEST_TEMPLATE.md', template);
    await ensured({ releaseNote: note });
    return pulls()[0]?.body ?? '';
  };

  it('gets them in the block that its tooling reads', async () => {
    expect(await body('#### Does this PR introduce a user-facing change?\n```release-note\n\n```\n')).toContain(`\`\`\`release-note\n${note}\n\`\`\``);
  });

  it('alone gets them', async () => {
    expect(await body('What does it do?\n')).not.toContain('release-note');
    await by('olga', '.github/PULL_REQUEST_TEMPLATE.md', 'no');
    expect(await body(null)).not.toContain('release-note');
  });
});

describe('a pull request that turns a platform off', () => {
  it('changes every switch in one commit, keeps files that may be run so, and says who decided', async () => {
    expect(await ensured()).toEqual({ ok: true, receipt: { kind: 'pull-request', repo: REPO, number: 1, url: `${w.gh.url}/${REPO}/pull/1`, unmarked: [] } });
    expect(git().read(BRANCH, SCRIPT)).toBe(AFTER);
    expect(git().read(BRANCH, WORKFLOW)).toBe(IMAGES_OFF);
    expect(git().read('main', SCRIPT)).toBe(BEFORE);
    expect(onBranch()).toEqual(['archsignal[bot]']);
    expect(git().at(BRANCH)?.message).toBe('Turn off linux/s390x\n\nDecided in #\u200B812 by olga.');
    const tree = w.gh.requests.where({ method: 'POST', path: /git\/trees$/ })[0]?.body as { tree: { path: string; mode: string }[] };
    expect(tree.tree.map(({ path, mode }) => [path, mode])).toEqual([[SCRIPT, '100755'], [WORKFLOW, '100644']]);
    expect(pulls()[0]).toMatchObject({ title: 'Turn off linux/s390x', pull: { head: BRANCH, base: 'main' } });
    expect(pulls()[0]?.body).toMatch(/<!-- archsignal:pull:x?[\w-]+\.\d+:[0-9a-f]{40} -->$/);
    expect(w.gh.mentions()).toEqual([]);
  });

  it('goes into the branch that it is for, with labels, milestone and reviewers', async () => {
    await by('olga', SCRIPT, BEFORE, 'release-1.37');
    w.gh.team(`${REPO.split('/')[0] ?? ''}/leads`, ['ivan']);
    const other = await w.gh.person('olga').open(REPO, { title: 'another' });
    await w.gh.person('olga').milestone(other, 'v1.37');
    expect(await ensured({ base: 'release-1.37', places: PLACES.slice(0, 1), milestone: 'V1.37 ', reviewers: ['@kubernetes/leads', '@nobody-here'] })).toMatchObject({
      ok: true, receipt: { number: 2 }, without: [{ what: 'a review by @nobody-here', reason: expect.stringContaining('is not a collaborator') as string }],
    });
    expect(pulls()[0]).toMatchObject({ milestone: 'v1.37', labels: [{ name: 'archsignal' }, { name: 'arch/linux-s390x' }], pull: { base: 'release-1.37', reviewTeams: ['leads'] } });
    await w.gh.person('ivan').milestone(`${REPO}#2`, 'v1.38');
    await ensured({ base: 'release-1.37', places: PLACES.slice(0, 1), milestone: 'v1.37' }, again);
    expect(pulls()[0]?.milestone).toBe('v1.38');
  });

  it('is left without a milestone that is not there', async () => {
    expect(await ensured({ milestone: 'v9' })).toMatchObject({ ok: true });
    expect(pulls()[0]?.milestone).toBeNull();
  });

  it('is one, however often it is asked for', async () => {
    await ensured();
    w.gh.requests.clear();
    expect(await ensured({}, again)).toMatchObject({ ok: true, receipt: { number: 1, unmarked: [] } });
    expect(await ensured({ since: T0 + 60_000 })).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(writes(w.gh)).toEqual([]);
  });

  const STEPS = [/git\/trees$/, /git\/commits$/, /git\/refs$/, /pulls$/, /issues\/\d+\/labels$/, /issues\/\d+$/, /requested_reviewers$/];
  it.each(STEPS.flatMap((path) => (['cut-before', 'cut-after', 'status-after'] as const).map((kind) => [path, kind] as const)))('is the same one after a failure at %s (%s)', async (path, kind) => {
    const other = await w.gh.person('olga').open(REPO, { title: 'another' });
    await w.gh.person('olga').milestone(other, 'v1.37');
    w.gh.team(`${REPO.split('/')[0] ?? ''}/leads`, ['ivan']);
    const all = { milestone: 'v1.37', reviewers: ['@kubernetes/leads'] };
    const fault = w.gh.faults.add({ kind, match: (call) => call.method !== 'GET' && path.test(call.path) });
    const before = await ensured(all);
    expect(fault.hits).toBe(1);
    if (!before.ok) expect(await ensured(all, again)).toMatchObject({ ok: true, receipt: { number: 2 } });
    expect(pulls()).toHaveLength(1);
    expect(pulls()[0]).toMatchObject({ milestone: 'v1.37', labels: [{}, {}], pull: { reviewTeams: ['leads'] } });
    expect(git().read(BRANCH, SCRIPT)).toBe(AFTER);
    expect(onBranch()).toEqual(['archsignal[bot]']);
    expect([...git().branches.keys()]).toEqual(['main', BRANCH]);
  });

  it('is the same one after a lost answer to any of its requests', async () => {
    for (let n = 0, hit = true; hit; n++) {
      const one = { branch: `${BRANCH}-${n}`, title: `Turn off ${n}` };
      const fault = w.gh.faults.add({ kind: 'cut-after', skip: n, match: (call) => call.path.startsWith('/repos/') });
      for (let tries = 0; !(await ensured(one, tries === 0 ? first : again)).ok;) if (++tries > 3) throw new Error(`it does not end after request ${n}`);
      hit = fault.hits > 0;
      fault.remove();
      expect([n, pulls().filter((p) => p.pull?.head === one.branch).length, onBranch(one.branch)]).toEqual([n, 1, ['archsignal[bot]']]);
    }
  });

  it('is tried again after an outage, at whichever read', async () => {
    for (const path of [/kubernetes$/, /git\/ref\//, /git\/commits\//, /git\/trees\//, /git\/blobs\//, /pulls$/]) {
      w.gh.faults.add({ kind: 'status', status: 503, match: { method: 'GET', path } });
      expect(await ensured()).toMatchObject({ ok: false, retry: true, scope: 'destination' });
    }
    expect(await ensured({}, again)).toMatchObject({ ok: true });
  });

  it('is the one that was merged meanwhile, and knows what it cut out', async () => {
    await by('olga', 'p.json', '{"p": ["linux/amd64", "linux/s390x"]}\n');
    const places = [...PLACES, at('json-list', 'p.json', 'p')];
    const once = await ensured({ places });
    expect(unmarkedOf(once)).toMatchObject([{ file: 'p.json', at: 'p', cuts: [{ entry: 2 }] }]);
    await w.gh.person('olga').merge(`${REPO}#1`);
    expect(await ensured({ places }, again)).toEqual(once);
    expect(pulls()).toHaveLength(1);
  });

  it('is turned on again byte for byte, where a file can hold no marker', async () => {
    const whole = '{\n  "p": [ "linux/amd64",  "linux/s390x" ]\n}';
    await by('olga', 'p.json', whole);
    const places = [...PLACES, at('json-list', 'p.json', 'p')];
    const once = await ensured({ places });
    await w.gh.person('olga').merge(`${REPO}#1`);
    expect(git().read('main', 'p.json')).not.toContain('s390x');
    const back = await ensured({ places, to: 'on', branch: 'archsignal/reactivate/p-2', since: T0 + 60_000, unmarked: unmarkedOf(once) ?? [] });
    expect(back).toEqual({ ok: true, receipt: { kind: 'pull-request', repo: REPO, number: 2, url: `${w.gh.url}/${REPO}/pull/2` } });
    await w.gh.person('olga').merge(`${REPO}#2`);
    expect([git().read('main', SCRIPT), git().read('main', WORKFLOW), git().read('main', 'p.json')]).toEqual([BEFORE, IMAGES, whole]);
  });

  it('keeps the line ends of Windows and a byte order mark', async () => {
    const dos = `\uFEFF${BEFORE.replaceAll('\n', '\r\n')}`;
    await by('olga', SCRIPT, dos);
    expect(await ensured()).toMatchObject({ ok: true });
    expect(git().read(BRANCH, SCRIPT)).toBe(`\uFEFF${AFTER.replaceAll('\n', '\r\n')}`);
  });

  it('leaves a list alone that has never named the platform', async () => {
    await by('olga', 'b.sh', 'CLIENT=(linux/amd64 windows/amd64)\n');
    expect(await ensured({ places: [...PLACES, at('shell-array', 'b.sh', 'CLIENT')] })).toMatchObject({ ok: true });
    expect(brought()).toEqual([SCRIPT, WORKFLOW]);
  });
});

describe('a base that moves', () => {
  it('is nothing to the branch as long as the files of the switches stand', async () => {
    await ensured();
    await by('olga', 'README.md', 'news');
    w.gh.requests.clear();
    expect(await ensured({}, again)).toMatchObject({ ok: true });
    expect(writes(w.gh)).toEqual([]);
  });

  it('is merged into the branch where a file of the switches changed, with the edit planned anew', async () => {
    await ensured();
    const before = git().at(BRANCH)?.sha ?? '';
    await by('olga', SCRIPT, golang('linux/amd64', 'linux/s390x', 'linux/arm64', 'linux/riscv64'));
    expect(await ensured({}, again)).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(git().read(BRANCH, SCRIPT)).toBe(golang('linux/amd64', MARKER, '# linux/s390x', 'linux/arm64', 'linux/riscv64'));
    expect(git().contains(BRANCH, before)).toBe(true);
    expect(git().contains(BRANCH, git().at('main')?.sha ?? '')).toBe(true);
    expect(brought()).toEqual([SCRIPT, WORKFLOW]);
    w.gh.requests.clear();
    await ensured({}, again);
    expect(writes(w.gh)).toEqual([]);
    await w.gh.person('olga').merge(`${REPO}#1`);
    expect(git().read('main', SCRIPT)).toContain('riscv64');
  });

  it.each(['cut-after', 'status-after'] as const)('is merged once, when the answer is lost (%s)', async (kind) => {
    await ensured();
    await by('olga', SCRIPT, golang('linux/amd64', 'linux/s390x'));
    w.gh.faults.add({ kind, match: { method: 'PATCH', path: /git\/refs/ } });
    expect(await ensured({}, again)).toMatchObject({ ok: false, retry: true });
    expect(await ensured({}, again)).toMatchObject({ ok: true });
    expect(git().read(BRANCH, SCRIPT)).toBe(golang('linux/amd64', MARKER, '# linux/s390x'));
    expect(onBranch()).toHaveLength(2);
  });

  it('is known for what was cut out of it, after the merge too', async () => {
    const places = [...PLACES, at('json-list', 'p.json', 'p')];
    await by('olga', 'p.json', '{"p": ["linux/amd64", "linux/s390x"]}\n');
    await ensured({ places });
    await by('olga', 'p.json', '{"p": ["linux/386", "linux/amd64", "linux/s390x"]}\n');
    const moved = await ensured({ places }, again);
    expect(unmarkedOf(moved)).toMatchObject([{ cuts: [{ entry: 3 }] }]);
    await w.gh.person('olga').merge(`${REPO}#1`);
    expect(await ensured({ places }, again)).toEqual(moved);
  });

  it('moves between the branch and its pull request, and the edit follows', async () => {
    w.gh.faults.add({ kind: 'cut-before', match: { method: 'POST', path: /pulls$/ } });
    expect(await ensured()).toMatchObject({ ok: false, retry: true });
    await by('olga', WORKFLOW, IMAGES.replace('linux/amd64', 'linux/riscv64,linux/amd64'));
    expect(await ensured({}, again)).toMatchObject({ ok: true });
    expect(git().read(BRANCH, WORKFLOW)).toContain('platforms: linux/riscv64,linux/amd64,linux/arm64\n');
  });

  it('is not forced upon what somebody pushes at that very moment', async () => {
    await ensured();
    await by('olga', SCRIPT, golang('linux/amd64', 'linux/s390x'));
    w.gh.faults.add({ kind: 'status', status: 422, body: { message: 'Update is not a fast forward' }, match: { method: 'PATCH', path: /git\/refs/ } });
    expect(await ensured({}, again)).toMatchObject({ ok: false, retry: true, scope: 'row' });
  });

  it('leaves an open pull request as it is, where the switches cannot be turned any more', async () => {
    await ensured();
    await by('olga', SCRIPT, 'echo "rewritten"\n');
    w.gh.requests.clear();
    expect(await ensured({}, again)).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(writes(w.gh)).toEqual([]);
  });
});

describe('a branch that others know', () => {
  it('is left as it is where somebody pushed to it, and its pull request stays the one', async () => {
    await ensured();
    await by('mallory', SCRIPT, `${AFTER}echo more\n`, BRANCH);
    await by('olga', SCRIPT, golang('linux/amd64', 'linux/s390x'));
    w.gh.requests.clear();
    expect(await ensured({}, again)).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(writes(w.gh)).toEqual([]);
    expect(git().read(BRANCH, SCRIPT)).toBe(`${AFTER}echo more\n`);
  });

  it('is not taken for what a later asking wants, where somebody pushed to it', async () => {
    await ensured({ places: PLACES.slice(0, 1) });
    expect(await ensured({ since: T0 + 60_000 })).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(brought()).toEqual([SCRIPT, WORKFLOW]);
    await by('mallory', 'mine.txt', 'mine', BRANCH);
    expect(await ensured({ places: PLACES.slice(0, 1) }, again)).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(await reason({ since: T0 + 120_000, places: PLACES.slice(0, 1) })).toContain('holds commits by mallory');
  });

  it('is left as it is where somebody has taken its name, and that is said', async () => {
    await by('mallory', 'mine.txt', 'mine', BRANCH);
    const said = await reason();
    expect(said).toBe(`The branch ${BRANCH} of ${REPO} holds commits by mallory, so it is left as it is and nothing was changed. Rename or delete it, and ask again.`);
    expect(writes(w.gh)).toEqual([]);
  });

  it('is used where it holds nothing of its own', async () => {
    git().branches.set(BRANCH, git().at('main')?.sha ?? '');
    await by('olga', 'README.md', 'news');
    expect(await ensured()).toMatchObject({ ok: true });
    expect(brought()).toEqual([SCRIPT, WORKFLOW]);
  });

  it('is used where somebody made exactly this edit on it, and follows the base', async () => {
    await by('olga', SCRIPT, AFTER, BRANCH);
    await by('olga', WORKFLOW, IMAGES_OFF, BRANCH);
    await by('ivan', SCRIPT, golang('linux/amd64', 'linux/s390x', 'linux/riscv64'));
    expect(await ensured()).toMatchObject({ ok: true });
    expect(git().read(BRANCH, SCRIPT)).toBe(golang('linux/amd64', MARKER, '# linux/s390x', 'linux/riscv64'));
  });

  it('is left as it is where it has nothing in common with the base, and looked at again after an outage', async () => {
    await by('mallory', 'mine.txt', 'mine', BRANCH);
    w.gh.faults.add({ kind: 'status', status: 503, match: { path: /\/compare\// } });
    expect(await ensured()).toMatchObject({ ok: false, retry: true, scope: 'destination' });
    w.gh.faults.add({ kind: 'status', status: 404, body: { message: 'Not Found' }, match: { path: /\/compare\// }, times: 2 });
    // One wrong 404 does not make a branch somebody else's.
    expect(await ensured()).toMatchObject({ ok: false, retry: true, scope: 'row' });
    expect(await ensured({}, again)).toMatchObject({ ok: false, retry: false, reason: expect.stringContaining('holds commits by somebody else') as string });
  });

  it('is used again after a closed pull request, which stays closed', async () => {
    await ensured();
    await w.gh.person('olga').close(`${REPO}#1`);
    expect(await ensured({}, again)).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(await ensured({ since: T0 + 60_000 })).toMatchObject({ ok: true, receipt: { number: 2 } });
    expect(pulls().map((p) => p.state)).toEqual(['closed', 'open']);
    expect(onBranch()).toEqual(['archsignal[bot]']);
  });

  it('gets the edit that is asked for now, where an earlier asking\'s is on it', async () => {
    await ensured({ places: PLACES.slice(0, 1) });
    await w.gh.person('olga').close(`${REPO}#1`);
    expect(await ensured({ since: T0 + 60_000, mark: { ...MARK, proposal: '#900' } })).toMatchObject({ ok: true, receipt: { number: 2 } });
    expect(git().read(BRANCH, SCRIPT)).toBe(AFTER.replace('#812', '#900'));
    expect(brought()).toEqual([SCRIPT, WORKFLOW]);
  });

  it('begins anew where what it held was merged and taken back', async () => {
    await ensured();
    await w.gh.person('olga').merge(`${REPO}#1`);
    await by('olga', SCRIPT, BEFORE);
    await by('olga', WORKFLOW, IMAGES);
    expect(await ensured({ since: T0 + 60_000 })).toMatchObject({ ok: true, receipt: { number: 2 } });
    expect(git().read(BRANCH, SCRIPT)).toBe(AFTER);
  });

  it('is not ours where somebody else opened a pull request from it, even with our mark pasted', async () => {
    await ensured();
    await w.gh.person('olga').close(`${REPO}#1`);
    await w.gh.person('mallory').openPull(REPO, { title: 'mine', head: BRANCH, body: w.gh.issue(`${REPO}#1`).body });
    expect(await reason({ since: T0 + 60_000 })).toContain('is open that is not Archsignal\'s');
  });
});

describe('switches that stand so already', () => {
  it.each([['by our marker', AFTER, IMAGES_OFF], ['by hand', golang('linux/amd64', '# linux/s390x', 'linux/arm64'), 'params:\n  platforms: linux/amd64,linux/arm64\n']])('are adopted: off %s', async (_how, script, images) => {
    await by('olga', SCRIPT, script);
    await by('olga', WORKFLOW, images);
    expect(await ensured()).toEqual({ ok: true, receipt: { kind: 'switched' } });
    expect(writes(w.gh)).toEqual([]);
  });

  it('are left as they are where some are, and the others are turned', async () => {
    await by('olga', WORKFLOW, IMAGES_OFF);
    expect(await ensured()).toMatchObject({ ok: true, receipt: { kind: 'pull-request' } });
    expect(brought()).toEqual([SCRIPT]);
  });

  it('are on: there is nothing to turn on', async () => {
    expect(await ensured({ to: 'on' })).toEqual({ ok: true, receipt: { kind: 'switched' } });
  });
});

describe('switches that cannot be turned', () => {
  it('are all left as they are where one of them refuses, and the reason is told', async () => {
    await by('olga', WORKFLOW, 'params:\n  platforms: ${{ inputs.platforms }}\n');
    expect(await reason()).toBe(`The switches on main of ${REPO} cannot be turned off, and nothing was changed: ${WORKFLOW}: \`params.platforms\` is worked out when it runs (\`\${{ inputs.platforms }}\`); switch it where the list is written.`);
    expect(writes(w.gh)).toEqual([]);
    expect(git().branches.has(BRANCH)).toBe(false);
  });

  it('are named where the file is not there, is a link, or no text', async () => {
    const of = (file: string) => reason({ places: [...PLACES, at('lines', file, null)] });
    expect(await of('gone/away.txt')).toContain('gone/away.txt: there is no such file.');
    expect(await of('hack/lib')).toContain('hack/lib: there is no such file.');
    await by('olga', 'link.txt', '../elsewhere.txt');
    git().modes.set('link.txt', '120000');
    expect(await of('link.txt')).toBe(`link.txt in ${REPO} is a link to another file; name that file in \`switches\`.`);
    expect(writes(w.gh)).toEqual([]);
  });

  it('says that the branch is not there', async () => {
    expect(await reason({ base: 'release-9' })).toContain(`There is no branch release-9 in ${REPO}`);
  });

  it('says that no list is named, or no platform', async () => {
    expect(await reason({ places: [] })).toBe(`No list in ${REPO} is named that would turn linux/s390x off.`);
    expect(await reason({ platform: 'toaster' })).toBe('"toaster" is no platform.');
  });
});

describe('an App that may not write', () => {
  const files = { [SCRIPT]: BEFORE, [WORKFLOW]: IMAGES };

  it('offers the edit as a patch that `git apply` takes, and names the permission', async () => {
    w.gh.auth.permissions['contents'] = 'read';
    const { diff, why, unmarked } = await patchOf();
    expect(applied(files, diff)).toEqual({ [SCRIPT]: AFTER, [WORKFLOW]: IMAGES_OFF });
    expect(why).toContain('lacks the permission `contents: write`');
    expect(unmarked).toEqual([]);
    expect(pulls()).toEqual([]);
  });

  it('says so where only workflows may not be written', async () => {
    const workflow = '.github/workflows/release.yml';
    await by('olga', workflow, 'on: push\njobs:\n  build:\n    strategy:\n      matrix:\n        arch: [amd64, s390x]\n');
    const { diff, why } = await patchOf({ places: [...PLACES, at('yaml-list', workflow, 'jobs.build.strategy.matrix.arch')] });
    expect(diff).toContain(`+++ b/${workflow}`);
    expect(why).toContain('`workflows: write`');
    w.gh.auth.permissions['workflows'] = 'write';
    expect(await ensured({ places: [...PLACES, at('yaml-list', workflow, 'jobs.build.strategy.matrix.arch')] }, again)).toMatchObject({ ok: true, receipt: { kind: 'pull-request' } });
  });

  it.each([
    ['a rule keeps branches from being made', /git\/refs$/, 422, 'Repository rule violations found\n\nCannot create ref due to creations being restricted.'],
    ['the branch may not be written', /git\/refs$/, 403, 'Resource not accessible by integration'],
    ['pull requests may not be opened', /pulls$/, 403, 'Resource not accessible by integration'],
  ])('offers it where %s', async (_what, path, status, message) => {
    w.gh.faults.add({ kind: 'status', status, body: { message }, match: { method: 'POST', path } });
    expect(applied(files, (await patchOf()).diff)).toEqual({ [SCRIPT]: AFTER, [WORKFLOW]: IMAGES_OFF });
  });

  it('asks once more before it believes a 404, or that a branch cannot be made', async () => {
    for (const [status, message] of [[404, 'Not Found'], [422, 'Reference update failed']] as const) {
      w.gh.faults.add({ kind: 'status', status, body: { message }, times: 2, match: { method: 'POST', path: /git\/refs$/ } });
      expect(await ensured()).toMatchObject({ ok: false, retry: true });
      expect((await patchOf({}, again)).why).toContain(message);
    }
  });

  it('keeps the line ends of Windows in the patch, and an end without one', async () => {
    const dos = BEFORE.replaceAll('\n', '\r\n');
    const short = IMAGES.trimEnd();
    await by('olga', SCRIPT, dos);
    await by('olga', WORKFLOW, short);
    w.gh.auth.permissions['contents'] = 'read';
    expect(applied({ [SCRIPT]: dos, [WORKFLOW]: short }, (await patchOf()).diff)).toEqual({ [SCRIPT]: AFTER.replaceAll('\n', '\r\n'), [WORKFLOW]: IMAGES_OFF.trimEnd() });
  });

  it('tells what the patch cuts out without a marker, and the way back takes it', async () => {
    const [whole, place] = ['{"p": ["linux/amd64", "linux/s390x"]}\n', at('json-list', 'p.json', 'p')];
    await by('olga', 'p.json', whole);
    w.gh.auth.permissions['contents'] = 'read';
    const there = await patchOf({ places: [place] });
    expect(there.unmarked).toMatchObject([{ file: 'p.json', at: 'p', cuts: [{ entry: 2 }] }]);
    const off = applied({ 'p.json': whole }, there.diff);
    await by('olga', 'p.json', off['p.json'] ?? '');
    const back = await patchOf({ places: [place], to: 'on', branch: 'archsignal/reactivate/p-2', unmarked: there.unmarked });
    expect([applied(off, back.diff), back.unmarked]).toEqual([{ 'p.json': whole }, []]);
  });

  it('gives up where the repository is archived', async () => {
    await w.gh.person('olga').archive(REPO);
    expect(await reason()).toContain('archived');
  });
});
