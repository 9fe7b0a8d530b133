import { afterEach, describe, expect, it } from 'vitest';
import type { PlatformId } from '../../../src/domain/platform.ts';
import type { SwitchPlace } from '../../../src/domain/project.ts';
import { ownPlaces, type SwitchAsk, type SwitchesNow } from '../../../src/domain/switch-look.ts';
import { first, REPO, T0 } from './fixtures.ts';
import { world, type World } from './world.ts';

/** Layouts of real projects' build files, several of each in one pull request. */

type Files = Readonly<Record<string, string>>;
const LIMIT = { deadline: 10_000 };
const MARK = { proposal: '#812', link: 'https://github.com/org/repo/issues/813' };
const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`;
const at = (file: string, format: string, place: string | null, more: Partial<SwitchPlace> = {}): SwitchPlace => ({ file, format, at: place, repo: null, controls: 'build', components: [], branches: [], ...more });

let w: World;
afterEach(() => w.gh.close());

const off = (platform: string, cut = ''): string => `# archsignal proposal #812: ${platform} is off${cut}, see https://github.com/org/repo/issues/813`;

/**
 * Turns a platform off by a pull request, merges it, turns it on by another, and merges that: every byte is back. Answers the
 * lines that changed when it went off, `-` before and `+` after, by file; and where else it was named.
 */
async function roundTrip(files: Files, switches: readonly SwitchPlace[], platform: PlatformId): Promise<{ readonly diff: Record<string, string[]>; readonly elsewhere: readonly string[] }> {
  w = await world();
  w.gh.auth.permissions['workflows'] = 'write';
  const github = w.connect();
  const { git } = w.gh.repo(REPO);
  for (const [path, text] of Object.entries(files)) git.write('main', path, text, 'olga');
  const now = (): Files => Object.fromEntries(Object.keys(files).map((path) => [path, git.read('main', path) ?? '']));
  const project = { repo: REPO, switches };
  const ask: SwitchAsk = { project, platform, branch: 'main', components: [], mark: null, unmarked: [] };
  const look = async (): Promise<SwitchesNow> => {
    const found = await github.switches.switches(ask, LIMIT);
    if (!found.ok) throw new Error(found.why);
    return found.value;
  };
  const turn = async (to: 'off' | 'on') => {
    const result = await github.execute({ kind: 'ensure-switch-pull', repo: REPO, branch: `archsignal/${to}`, base: 'main', since: T0, title: to, body: [], labels: [], reviewers: [], milestone: null, platform, to, places: ownPlaces(project, ask), mark: MARK, unmarked: [] }, null, first);
    if (!result.ok || result.receipt.kind !== 'pull-request') throw new Error(JSON.stringify(result));
    expect(git.between('main', git.at(`archsignal/${to}`)?.sha ?? '')).toHaveLength(1);
    await w.gh.person('olga').merge(`${REPO}#${result.receipt.number}`);
  };
  const elsewhere = await github.switches.elsewhere(ask, LIMIT);
  const before = await look();
  expect([before.build, before.plan?.byHand]).toEqual(['on', null]);
  await turn('off');
  const after = now();
  expect(await look()).toMatchObject({ build: 'off', plan: null, back: { byHand: null } });
  expect(await github.switches.othersChanged(ask, 1, LIMIT)).toEqual({ ok: true, value: [] });
  await turn('on');
  expect(now()).toEqual(files);
  expect((await look()).build).toBe('on');
  const diff = Object.fromEntries(Object.keys(files).filter((path) => files[path] !== after[path]).map((path) => [path, changed(files[path] ?? '', after[path] ?? '')]));
  return { diff, elsewhere: elsewhere.ok ? elsewhere.value : [] };
}

/** Lines that only one of the texts has, in their order. */
function changed(before: string, after: string): string[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  return [...old.filter((l) => !fresh.includes(l)).map((l) => `-${l}`), ...fresh.filter((l) => !old.includes(l)).map((l) => `+${l}`)];
}

describe('a project that lists its platforms as Kubernetes does', () => {
  const array = (name: string, ...platforms: readonly string[]): string => lines(`readonly ${name}=(`, ...platforms.map((p) => `  ${p}`), ')');
  const golang = [
    '#!/usr/bin/env bash\n\n# The golang package that we are building.\nreadonly KUBE_GO_PACKAGE=k8s.io/kubernetes\n\n# The server platforms we build for.\n',
    array('KUBE_SUPPORTED_SERVER_PLATFORMS', 'linux/amd64', 'linux/arm64', 'linux/s390x', 'linux/ppc64le'),
    '\n# The node platforms we build for.\n',
    array('KUBE_SUPPORTED_NODE_PLATFORMS', 'linux/amd64', 'linux/arm64', 'linux/s390x', 'linux/ppc64le', 'windows/amd64'),
    '\n# If we update this we should also update the set of platforms whose standard\n# library is precompiled.\n',
    array('KUBE_SUPPORTED_CLIENT_PLATFORMS', 'linux/amd64', 'linux/386', 'linux/arm', 'linux/arm64', 'linux/s390x', 'linux/ppc64le', 'darwin/amd64', 'darwin/arm64', 'windows/amd64', 'windows/386', 'windows/arm64'),
    '\n# Which platforms we should compile test targets for.\n',
    array('KUBE_SUPPORTED_TEST_PLATFORMS', 'linux/amd64', 'linux/arm64', 'linux/s390x', 'linux/ppc64le', 'darwin/amd64', 'windows/amd64'),
    lines('', 'kube::golang::set_platform_envs() {', '  case "${platform}" in', '    "linux/arm") export CC=${KUBE_LINUX_ARM_CC:-arm-linux-gnueabihf-gcc} ;;', '    "linux/ppc64le") export CC=${KUBE_LINUX_PPC64LE_CC:-powerpc64le-linux-gnu-gcc} ;;', '  esac', '}'),
  ].join('');
  const files = { 'hack/lib/golang.sh': golang, 'build/lib/release.sh': lines('for arch in amd64 arm64 ppc64le s390x; do', '  docker manifest annotate --arch "${arch}"', 'done') };
  const switches = ['SERVER', 'NODE', 'CLIENT', 'TEST'].map((name) => at('hack/lib/golang.sh', 'shell-array', `KUBE_SUPPORTED_${name}_PLATFORMS`));

  it('turns a platform off in all four arrays, and names the case and the manifest', async () => {
    const { diff, elsewhere } = await roundTrip(files, switches, 'linux/ppc64le');
    const four = (...text: readonly string[]): string[] => Array.from({ length: 4 }, () => text).flat();
    expect(diff).toEqual({ 'hack/lib/golang.sh': [...four('-  linux/ppc64le'), ...four(`+  ${off('linux/ppc64le')}`, '+  # linux/ppc64le')] });
    expect(elsewhere).toEqual(['build/lib/release.sh:1', `hack/lib/golang.sh:${golang.split('\n').findIndex((l) => l.includes('powerpc64le-linux-gnu-gcc')) + 1}`]);
  });

  it('turns off a platform that only some of the arrays have', async () => {
    const arm = await roundTrip(files, switches, 'linux/arm');
    expect(arm.diff).toEqual({ 'hack/lib/golang.sh': ['-  linux/arm', `+  ${off('linux/arm')}`, '+  # linux/arm'] });
    await w.gh.close();
    const windows = await roundTrip(files, switches, 'windows/386');
    expect(windows.diff['hack/lib/golang.sh']).toEqual(['-  windows/386', `+  ${off('windows/386')}`, '+  # windows/386']);
  });
});

describe('a project that gives its platforms to ko as Tekton does', () => {
  const files = {
    'tekton/publish.yaml': lines(
      'apiVersion: tekton.dev/v1', 'kind: Task', 'metadata:', '  name: publish-release', 'spec:', '  params:', '    - name: package', '      description: package to release',
      '    - name: platforms', '      description: Platforms to build for the ko images', '      default: linux/amd64,linux/arm,linux/arm64,linux/s390x,linux/ppc64le,windows/amd64', '    - name: versionTag'),
    '.github/workflows/nightly.yaml': lines(
      'on:', '  schedule:', '    - cron: "0 3 * * *"', 'jobs:', '  build:', '    runs-on: ubuntu-latest', '    steps:', '      - uses: ko-build/setup-ko@v0.9', '      - name: Images', '        run: |',
      '          ko resolve \\', '            --platform=linux/amd64,linux/arm64,linux/s390x,linux/ppc64le \\', '            -R -f config/ > release.yaml'),
    '.ko.yaml': lines('defaultBaseImage: cgr.dev/chainguard/static', 'baseImageOverrides:', '  github.com/tektoncd/pipeline/cmd/git-init: cgr.dev/chainguard/git', '', 'defaultPlatforms:', '- linux/amd64', '- linux/arm64', '- linux/s390x', '- linux/ppc64le'),
    'tekton/README.md': 'linux/s390x is built.\n',
  };
  const switches = [at('tekton/publish.yaml', 'comma-list', 'spec.params[name=platforms].default', { controls: 'release' }), at('.github/workflows/nightly.yaml', 'comma-list', '--platform'), at('.ko.yaml', 'yaml-list', 'defaultPlatforms')];

  it('turns a platform off in task, workflow and ko\'s own file together', async () => {
    expect((await roundTrip(files, switches, 'linux/s390x')).diff).toEqual({
      'tekton/publish.yaml': ['-      default: linux/amd64,linux/arm,linux/arm64,linux/s390x,linux/ppc64le,windows/amd64', `+      ${off('linux/s390x', ' (entry 4, ",linux/s390x")')}`, '+      default: linux/amd64,linux/arm,linux/arm64,linux/ppc64le,windows/amd64'],
      '.github/workflows/nightly.yaml': ['-            --platform=linux/amd64,linux/arm64,linux/s390x,linux/ppc64le \\', `+        ${off('linux/s390x', ' (entry 3 of "--platform", ",linux/s390x")')}`, '+            --platform=linux/amd64,linux/arm64,linux/ppc64le \\'],
      '.ko.yaml': ['-- linux/s390x', `+${off('linux/s390x')}`, '+# - linux/s390x'],
    });
  });

  it('turns off what only the release task builds', async () => {
    expect(Object.keys((await roundTrip(files, switches, 'windows/amd64')).diff)).toEqual(['tekton/publish.yaml']);
  });
});

describe('a project that releases with GoReleaser, a matrix and docker bake', () => {
  const files = {
    '.goreleaser.yaml': lines(
      'version: 2', 'builds:', '  - id: cli', '    goos: [linux]', '    goarch:', '      - amd64', '      - arm64', '      - s390x  # IBM Z', 'dockers:', '  - goarch: amd64', '    use: buildx', '    image_templates: ["ghcr.io/org/app:{{ .Version }}-amd64"]',
      '  - goarch: s390x', '    use: buildx', '    image_templates: ["ghcr.io/org/app:{{ .Version }}-s390x"]', '    build_flag_templates: ["--platform=linux/s390x"]', 'docker_manifests:', '  - name_template: "ghcr.io/org/app:{{ .Version }}"', '    image_templates:',
      '      - "ghcr.io/org/app:{{ .Version }}-amd64"', '      - "ghcr.io/org/app:{{ .Version }}-s390x"'),
    '.github/workflows/build.yml': lines(
      'on: [push]', 'jobs:', '  build:', '    strategy:', '      matrix:', '        arch: [amd64, arm64, s390x]', '        include:', '          - { arch: amd64, runner: ubuntu-latest }', '          - arch: s390x', '            runner: ubuntu-24.04-s390x', '            cc: s390x-linux-gnu-gcc', '          - arch: riscv64', '            runner: riscv', '    runs-on: ${{ matrix.runner }}'),
    'docker-bake.hcl': lines('variable "TAG" { default = "dev" }', 'target "image" {', '  context = "."', '  platforms = [', '    "linux/amd64",', '    "linux/arm64",', '    "linux/s390x"', '  ]', '}'),
  };
  const switches = [
    at('.goreleaser.yaml', 'yaml-list', 'builds[id=cli].goarch'), at('.goreleaser.yaml', 'yaml-list', 'dockers'), at('docker-bake.hcl', 'hcl-list', 'target.image.platforms'),
    at('.github/workflows/build.yml', 'yaml-list', 'jobs.build.strategy.matrix.arch'), at('.github/workflows/build.yml', 'yaml-list', 'jobs.build.strategy.matrix.include'),
  ];

  it('turns a platform off in all of them, with whole blocks where an entry is one, and names the manifest', async () => {
    const { diff, elsewhere } = await roundTrip(files, switches, 'linux/s390x');
    expect(diff['.goreleaser.yaml']).toEqual([
      '-      - s390x  # IBM Z', '-  - goarch: s390x', '-    image_templates: ["ghcr.io/org/app:{{ .Version }}-s390x"]', '-    build_flag_templates: ["--platform=linux/s390x"]',
      `+      ${off('linux/s390x')}`, '+      # - s390x  # IBM Z', `+  ${off('linux/s390x', ' (4 lines)')}`, '+  # - goarch: s390x', '+  #   use: buildx', '+  #   image_templates: ["ghcr.io/org/app:{{ .Version }}-s390x"]', '+  #   build_flag_templates: ["--platform=linux/s390x"]',
    ]);
    expect(diff['.github/workflows/build.yml']).toHaveLength(4 + 6);
    expect(diff['docker-bake.hcl']).toEqual(['-    "linux/s390x"', `+    ${off('linux/s390x')}`, '+    # "linux/s390x"']);
    expect(elsewhere).toContain('.goreleaser.yaml:21');
  });
});

describe('a project that lists jobs as Rust does', () => {
  const job = (name: string, ...more: readonly string[]): string => lines(`  - name: ${name}`, ...more.map((m) => `    ${m}`), '    <<: *job-linux-4c', '');
  const files = {
    'src/ci/github-actions/jobs.yml': [
      lines('runners:', '  - &base-job', '    env: {}', '  - &job-linux-4c', '    os: ubuntu-24.04', '    <<: *base-job', '', 'pr:', '  - name: mingw-check', '    <<: *job-linux-4c', '', 'auto:'),
      job('dist-powerpc64le-linux', 'env:', '  CODEGEN_BACKENDS: llvm'), job('dist-s390x-linux'), job('dist-x86_64-linux', 'env:', '  DIST_TRY_BUILD: 1'),
    ].join(''),
    'dist-workspace.toml': lines('[dist]', 'cargo-dist-version = "0.28"', 'targets = ["aarch64-unknown-linux-gnu", "s390x-unknown-linux-gnu", "x86_64-unknown-linux-gnu"]'),
    'ports.txt': lines('# one per line', 'x86_64-unknown-linux-gnu', 's390x-unknown-linux-gnu'),
  };
  const switches = [at('src/ci/github-actions/jobs.yml', 'yaml-list', 'auto'), at('dist-workspace.toml', 'toml-list', 'dist.targets'), at('ports.txt', 'lines', null)];

  it('turns a platform off in the jobs, the targets and the plain list', async () => {
    const { diff } = await roundTrip(files, switches, 'linux/s390x');
    expect(Object.keys(diff)).toEqual(Object.keys(files));
    expect(diff['src/ci/github-actions/jobs.yml']).toContain('+  # - name: dist-s390x-linux');
    expect(diff['ports.txt']).toEqual(['-s390x-unknown-linux-gnu', `+${off('linux/s390x')}`, '+# s390x-unknown-linux-gnu']);
  });
});
