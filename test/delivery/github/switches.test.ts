import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SwitchAsk, SwitchesNow } from '../../../src/domain/switch-look.ts';
import type { SwitchPlace } from '../../../src/domain/project.ts';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import type { SwitchPort } from '../../../src/runtime/conflict-ports.ts';
import { first, REPO, T0 } from './fixtures.ts';
import { world, writes, type World } from './world.ts';

const LIMIT = { deadline: 10_000 };
const SCRIPT = 'hack/lib/golang.sh';
const IMAGES = 'release/images.yaml';
const golang = (server: string, client: string): string => `SERVER=(\n${server.split(' ').map((p) => `  ${p}\n`).join('')})\nCLIENT=(${client})\n`;
const BEFORE = golang('linux/amd64 linux/s390x linux/arm64', 'linux/amd64 linux/s390x windows/amd64');
const aSwitch = (fields: Partial<SwitchPlace>): SwitchPlace => ({ file: SCRIPT, format: 'shell-array', at: 'SERVER', repo: null, controls: 'build', components: [], branches: [], ...fields });
const SWITCHES = [
  aSwitch({ components: ['server'] }), aSwitch({ at: 'CLIENT', components: ['client'] }),
  aSwitch({ file: IMAGES, format: 'comma-list', at: 'platforms', controls: 'release', branches: ['main'] }),
];
const MARK = { proposal: '#812', link: `https://github.com/${REPO}/issues/813` };

let w: World;
let github: GitHub;
beforeEach(async () => {
  w = await world();
  github = w.connect();
  await put(SCRIPT, BEFORE);
  await put(IMAGES, 'platforms: linux/amd64,linux/s390x\n');
});
afterEach(() => w.gh.close());

const put = (path: string, text: string, branch?: string) => w.gh.person('olga').commit(REPO, path, text, branch);
const port = (): SwitchPort => github.switches;
const ask = (fields: Partial<SwitchAsk> = {}, switches: readonly SwitchPlace[] = SWITCHES): SwitchAsk =>
  ({ project: { repo: REPO, switches }, platform: 'linux/s390x', branch: 'main', components: [], mark: null, unmarked: [], ...fields });
const looked = async (fields: Partial<SwitchAsk> = {}, switches?: readonly SwitchPlace[]): Promise<SwitchesNow> => {
  const look = await port().switches(ask(fields, switches), LIMIT);
  if (!look.ok) throw new Error(look.why);
  return look.value;
};
const entries = ({ plan }: SwitchesNow) => plan?.removed.map(({ repo, file, at, entry, controls }) => [repo, file, at, entry, controls].join(' '));
/** Turns it off, or on, through a pull request, and merges it. */
const turned = async (to: 'off' | 'on', fields: Partial<SwitchAsk> = {}) => {
  const { project: { switches = [] }, platform, unmarked } = ask(fields);
  const result = await github.execute({
    kind: 'ensure-switch-pull', repo: REPO, branch: `archsignal/${to}`, base: 'main', since: T0, title: to, body: [], labels: [], reviewers: [], milestone: null,
    platform, to, places: switches.map(({ file, format, at }) => ({ file, format: format as 'lines', at })), mark: MARK, unmarked,
  }, null, first);
  if (!result.ok || result.receipt.kind !== 'pull-request') throw new Error(JSON.stringify(result));
  await w.gh.person('olga').merge(`${REPO}#${result.receipt.number}`);
  return result.receipt.number;
};

describe('how the switches of a branch stand', () => {
  it('is on, with the entries, the edit as people read it, and no way back to go', async () => {
    const now = await looked();
    expect([now.build, now.back]).toEqual(['on', null]);
    expect(entries(now)).toEqual([` ${SCRIPT} SERVER linux/s390x build`, ` ${SCRIPT} CLIENT linux/s390x build`, ` ${IMAGES} platforms linux/s390x release`]);
    expect(now.plan?.diff).toBe([
      `--- a/${SCRIPT}`, `+++ b/${SCRIPT}`, '@@ -1,6 +1,8 @@', ' SERVER=(', '   linux/amd64', '-  linux/s390x',
      '+  # archsignal proposal #…: linux/s390x is off, see https://…', '+  # linux/s390x', '   linux/arm64', ' )',
      '-CLIENT=(linux/amd64 linux/s390x windows/amd64)',
      '+# archsignal proposal #…: linux/s390x is off (entry 2, " linux/s390x"), see https://…', '+CLIENT=(linux/amd64 windows/amd64)',
      `--- a/${IMAGES}`, `+++ b/${IMAGES}`, '@@ -1,1 +1,2 @@', '-platforms: linux/amd64,linux/s390x',
      '+# archsignal proposal #…: linux/s390x is off (entry 2, ",linux/s390x"), see https://…', '+platforms: linux/amd64',
    ].join('\n'));
    expect(now.plan?.byHand).toBeNull();
    expect(writes(w.gh)).toEqual([]);
  });

  it('names the proposal and the issue where they are known', async () => {
    expect((await looked({ mark: MARK })).plan?.diff).toContain(`+  # archsignal proposal #812: linux/s390x is off, see ${MARK.link}`);
  });

  it('is off once that is merged, with the exact way back, whoever asks', async () => {
    await turned('off');
    const now = await looked();
    expect(now).toMatchObject({ build: 'off', plan: null, back: { byHand: null } });
    expect(now.back?.diff).toContain('+CLIENT=(linux/amd64 linux/s390x windows/amd64)');
    expect((await looked({ mark: { ...MARK, proposal: '#9' } })).back).toMatchObject({ diff: null });
    await turned('on');
    expect(await looked()).toMatchObject({ build: 'on', back: null });
  });

  it('is partly off, and says both edits', async () => {
    await put(IMAGES, 'platforms: linux/amd64\n# the rest\n');
    await put(SCRIPT, golang('linux/amd64 #linux/s390x linux/arm64', 'linux/amd64 linux/s390x'));
    const now = await looked();
    expect(now.build).toBe('partly');
    expect(entries(now)).toEqual([` ${SCRIPT} CLIENT linux/s390x build`]);
    expect(now.back).toEqual({ diff: null, byHand: expect.stringContaining('commented out without a marker') as string });
  });

  it('is off where it was cut out of a file without comments, which has to be kept to turn it on', async () => {
    const json = [aSwitch({ file: 'p.json', format: 'json-list', at: 'p' })];
    await put('p.json', '{"p": ["linux/amd64"]}\n');
    expect(await looked({}, json)).toEqual({ build: 'off', plan: null, back: null });
    const unmarked = [{ file: 'p.json', at: 'p', cuts: [{ entry: 2, offset: 0, piece: ', "linux/s390x"' }] }];
    expect((await looked({ unmarked }, json)).back?.diff).toContain('+{"p": ["linux/amd64", "linux/s390x"]}');
  });

  it('is about the switches of its components and its branch alone', async () => {
    expect(entries(await looked({ components: ['server'] }))).toEqual([` ${SCRIPT} SERVER linux/s390x build`, ` ${IMAGES} platforms linux/s390x release`]);
    await put(SCRIPT, golang('linux/amd64 linux/s390x', 'linux/s390x linux/amd64'), 'release-1.37');
    expect(entries(await looked({ branch: 'release-1.37', components: ['client', 'node'] }))).toEqual([` ${SCRIPT} CLIENT linux/s390x build`]);
    expect(await looked({}, [])).toEqual({ build: 'unknown', plan: null, back: null });
  });

  it('leaves out lists that have never named the platform', async () => {
    const now = await looked({ platform: 'windows/amd64' });
    expect([now.build, entries(now), now.plan?.byHand]).toEqual(['on', [` ${SCRIPT} CLIENT windows/amd64 build`], null]);
  });

  it('says which list cannot be edited and why, and what is built there', async () => {
    await put(IMAGES, 'platforms: linux/s390x\n');
    const now = await looked();
    expect([now.build, now.plan?.diff]).toEqual(['on', null]);
    expect(now.plan?.byHand).toBe(`${IMAGES}: linux/s390x is the only entry of \`platforms\`, and an empty list may be read as "everything" or as a mistake; turn it off by hand.`);
    expect(entries(now)).toHaveLength(3);
  });

  it('is unknown where a file is not there, or a list is put in from elsewhere', async () => {
    await put(IMAGES, 'platforms: ${{ inputs.platforms }}\n');
    expect(await looked()).toMatchObject({ build: 'unknown', plan: { diff: null, byHand: expect.stringContaining(`${IMAGES}: `) as string } });
    expect(await looked({}, [...SWITCHES.slice(0, 2), aSwitch({ file: 'gone.sh' })])).toMatchObject({ build: 'unknown', plan: { byHand: 'gone.sh: there is no such file.' } });
  });

  it('is a failure where there is no such branch', async () => {
    expect(await port().switches(ask({ branch: 'release-9' }), LIMIT)).toMatchObject({ ok: false, lasting: true, why: expect.stringContaining(`There is no branch release-9 in ${REPO}`) as string });
  });

  it('names switches of other repositories as places elsewhere, and as the reason where there is nothing to edit here', async () => {
    const release = aSwitch({ repo: 'kubernetes/release', file: 'images.yaml', format: 'yaml-list', at: 'platforms' });
    const both = [...SWITCHES, { ...release }, aSwitch({ repo: REPO.toUpperCase(), at: 'CLIENT' })];
    expect((await looked({}, both)).plan?.byHand).toBeNull();
    expect(await port().elsewhere(ask({}, both), LIMIT)).toMatchObject({ ok: true, value: ['kubernetes/release: images.yaml'] });
    expect((await looked({}, [release])).plan).toMatchObject({ removed: [], diff: null, byHand: 'linux/s390x is switched in kubernetes/release: images.yaml alone, which Archsignal does not edit.' });
    await put(IMAGES, 'platforms: ${{ inputs.platforms }}\n');
    expect((await looked({}, both)).plan?.byHand).toMatch(/It is switched in kubernetes\/release: images\.yaml too\.$/);
  });

  it('is shown in sixty lines at most, without the line ends of Windows', async () => {
    const many = Array.from({ length: 30 }, (_, i) => `A${i}=(linux/amd64 linux/s390x)\r\n${'# \r\n'.repeat(9)}`).join('');
    await put('many.sh', many);
    const diff = (await looked({}, Array.from({ length: 30 }, (_, i) => aSwitch({ file: 'many.sh', at: `A${i}` })))).plan?.diff ?? '';
    expect(diff.split('\n')).toHaveLength(60);
    expect(diff).toMatch(/\n… and \d+ more lines$/);
    expect(diff).not.toContain('\r');
  });

  it('asks with what it knows, which costs nothing where nothing changed', async () => {
    await looked();
    w.gh.requests.clear();
    await looked();
    const files = w.gh.requests.filter((r) => r.path.includes('/contents/'));
    expect(files.map((r) => r.status)).toEqual([304, 304]);
  });

  it('is a failure where GitHub does not answer, and says when it has to be granted something', async () => {
    w.gh.auth.permissions['contents'] = undefined as never;
    expect(await port().switches(ask(), LIMIT)).toMatchObject({ ok: false, lasting: true, why: expect.stringContaining('`contents: read`') as string });
    w.gh.faults.add({ kind: 'hang', match: { path: /contents/ }, times: Infinity });
    expect(await port().switches(ask(), { deadline: 50 })).toEqual({ ok: false, lasting: false, after: null, why: `GitHub did not tell of the switches of ${REPO} within 0.05 s.` });
  });
});

describe('the owners of the files that would change', () => {
  const owners = async (fields: Partial<SwitchAsk> = {}) => (await looked(fields)).plan?.fileOwners;

  it('are those of CODEOWNERS, of whose rules the last that matches counts', async () => {
    await put('CODEOWNERS', '* @root\n/hack/ @kubernetes/build olga@example.com # them\nrelease/*.yaml @kubernetes/release @ivan\n/hack/lib @olga\n');
    expect(await owners()).toEqual(['@olga', '@kubernetes/release', '@ivan']);
    await put('.github/CODEOWNERS', '*.sh @first\n');
    w.clock.at += 3_600_000;
    expect(await owners()).toEqual(['@first']);
  });

  it('are the approvers of the nearest OWNERS, with aliases spelled out', async () => {
    await put('OWNERS', 'approvers:\n- zoe\n');
    await put('hack/OWNERS', 'reviewers: [nobody]\napprovers:\n- build-admins\n- Olga\noptions: {no_parent_owners: true}\n');
    await put('release/OWNERS', 'filters:\n  "\\\\.yaml$":\n    approvers: [ivan]\n  "(a+)+$":\n    approvers: [mallory]\n');
    await put('OWNERS_ALIASES', 'aliases:\n  build-admins: [ada, bob]\n');
    expect(await owners()).toEqual(['@ada', '@bob', '@Olga', '@ivan']);
    w.clock.at += 3_600_000;
    await put('release/OWNERS', 'approvers: "no list"\n');
    expect(await owners()).toEqual(['@ada', '@bob', '@Olga', '@zoe']);
    await put('hack/OWNERS', ': [');
    w.clock.at += 3_600_000;
    expect(await owners()).toEqual(['@zoe']);
  });

  it('are approvers whose logins an enterprise made, with an underscore', async () => {
    await put('OWNERS', 'approvers: [zoe]\n');
    await put('hack/OWNERS', 'approvers: [olga_acme]\n');
    await put('release/OWNERS', 'approvers: [release_admins]\n');
    await put('OWNERS_ALIASES', 'aliases:\n  release_admins: [ada_acme]\n');
    expect(await owners()).toEqual(['@olga_acme', '@ada_acme']);
  });

  it('are not looked for in an OWNERS of more keys or more depth than any has, which is no way to keep the server busy', async () => {
    await put('OWNERS', 'approvers: [zoe]\n');
    await put('hack/OWNERS', `approvers: [mallory]\n${Array.from({ length: 80_000 }, (_, i) => `k${i}: 1\n`).join('')}`);
    await put('release/OWNERS', `approvers: [mallory]\nx: ${'['.repeat(100_000)}${']'.repeat(20_000)}\n`);
    expect(await owners()).toEqual(['@zoe']);
  });

  it('are nobody where no file names them, and not known where that cannot be read', async () => {
    expect(await owners()).toEqual([]);
    w.clock.at += 3_600_000;
    w.gh.faults.add({ kind: 'status', status: 503, match: { path: /CODEOWNERS/ }, times: Infinity });
    expect((await looked()).plan).not.toHaveProperty('fileOwners');
  });
});

describe('other places that name the platform', () => {
  const elsewhere = async (fields: Partial<SwitchAsk> = {}) => {
    const look = await port().elsewhere(ask(fields), LIMIT);
    if (!look.ok) throw new Error(look.why);
    return look.value;
  };

  it('are named by file and line, the likeliest files first, without the switches themselves', async () => {
    await put(SCRIPT, `${BEFORE}case $1 in\n  linux/s390x) cc=s390x-linux-gnu-gcc;;\nesac\n`);
    await put('.goreleaser.yml', 'builds:\n- goarch: [amd64, s390x]\ndockers:\n- image_templates: ["tkn:{{ .Tag }}-s390x"]\n');
    await put('.github/workflows/ci.yml', 'on: push\n# s390x\n');
    await put('build/Dockerfile', 'FROM scratch\nARG ARCHS="amd64 s390x"\n');
    await put('vendor/x/Makefile', 's390x:\n');
    await put('docs/s390x.md', 's390x\n');
    expect(await elsewhere()).toEqual(['.goreleaser.yml:2', '.goreleaser.yml:4', '.github/workflows/ci.yml:2', `${SCRIPT}:8`, 'build/Dockerfile:2']);
  });

  it('are a few of each file, and twenty in all', async () => {
    for (let i = 0; i < 9; i++) await put(`.github/workflows/w${i}.yml`, 's390x\n'.repeat(30));
    const found = await elsewhere();
    expect(found).toHaveLength(20);
    expect(found.slice(0, 5)).toEqual(['w0.yml:1', 'w0.yml:2', 'w0.yml:3', 'w0.yml:4', 'w1.yml:1'].map((p) => `.github/workflows/${p}`));
  });

  it('are looked for in forty files at most, and none that is too large', async () => {
    for (let i = 0; i < 50; i++) w.gh.repo(REPO).git.write('main', `.github/workflows/w${i}.yml`, 'nothing', 'olga');
    await put('.github/workflows/a.yml', `s390x\n${'x'.repeat(250_000)}`);
    w.gh.requests.clear();
    expect(await elsewhere()).toEqual([]);
    expect(w.gh.requests.where({ path: /git\/blobs/ })).toHaveLength(40);
  });

  it('are those that could be read in time', async () => {
    await put('.goreleaser.yml', 's390x\n');
    for (let i = 0; i < 8; i++) await put(`build/Dockerfile.${i}`, 's390x\n');
    w.gh.faults.add({ kind: 'hang', skip: 6, match: { path: /git\/blobs/ }, times: Infinity });
    const look = await port().elsewhere(ask(), { deadline: 4_000 });
    expect(look.ok && look.value).toEqual(['.goreleaser.yml:1', ...[0, 1, 2].map((i) => `build/Dockerfile.${i}:1`)]);
  });

  it('are not known where the branch cannot be listed', async () => {
    expect(await port().elsewhere(ask({ branch: 'gone' }), LIMIT)).toMatchObject({ ok: false, lasting: true });
  });
});

describe('other platforms after the merge', () => {
  const changed = (pull: number, fields: Partial<SwitchAsk> = {}) => port().othersChanged(ask(fields), pull, LIMIT);

  it('are as they were where only the platform was turned', async () => {
    const pull = await turned('off');
    await put(IMAGES, 'platforms: everything else\n');
    expect(await changed(pull)).toEqual({ ok: true, value: [] });
  });

  it('are told where the merge took them along or brought new ones, in lists that were not meant too', async () => {
    await put(SCRIPT, golang('linux/amd64 linux/riscv64', 'linux/amd64'), 'mine');
    await w.gh.person('mallory').openPull(REPO, { title: 'off', head: 'mine' });
    await put('README.md', 'meanwhile');
    await w.gh.person('olga').merge(`${REPO}#1`);
    expect(await changed(1, { components: ['server'] })).toEqual({ ok: true, value: ['linux/arm64', 'linux/riscv64', 'windows/amd64'] });
  });

  it('are not known where a list cannot be read any more, and nothing was changed before a merge', async () => {
    await put(SCRIPT, 'SERVER=(\n', 'mine');
    await w.gh.person('mallory').openPull(REPO, { title: 'off', head: 'mine' });
    expect(await changed(1)).toEqual({ ok: true, value: [] });
    await w.gh.person('olga').merge(`${REPO}#1`);
    expect(await changed(1)).toMatchObject({ ok: false, why: `${SCRIPT} of ${REPO} cannot be read any more since the merge, so what it builds is not known.` });
    expect(await changed(9)).toMatchObject({ ok: false });
  });
});
