import { describe, expect, it } from 'vitest';
import type { PlatformId } from '../../src/domain/platform.ts';
import { turnOff, turnOn } from '../../src/switches/index.ts';
import { MARK, marker, off, offText, placeIn, text } from './given.ts';

const at = (path: string, file = '.github/workflows/release.yml') => placeIn('yaml-list', path, file);
/** What became of it as one line, for refusals. */
const refused = (source: string, path: string, platform: PlatformId = 'linux/s390x') => {
  const edit = turnOff(source, at(path), platform, MARK);
  return edit.kind === 'refused' ? edit.reason : edit.kind;
};

const KO = text(
  'defaultBaseImage: cgr.dev/chainguard/static@sha256:67a1b00e', 'baseImageOverrides:', '  github.com/tektoncd/pipeline/cmd/git-init: cgr.dev/chainguard/git@sha256:5662',
  'defaultPlatforms:', '- linux/amd64', '- linux/arm64 # Graviton', '- "linux/s390x"', '',
  'builds:', '- id: controller', '  ldflags: ["-s", "{{.Env.FLAGS}}"]', '  platforms: &p ["linux/amd64", "linux/s390x",]',
);

const GORELEASER = text(
  'project_name: tkn', 'builds:', '  - id: server', '    main: ./cmd/server', '    env:', '      - CGO_ENABLED=0', '    goos:', '      - linux', '      - darwin', '      - windows',
  '    goarch:', '      - amd64', '      - arm64', '      # IBM Z', '      - s390x', '      - ppc64le', '      - arm', '    goarm:', '      - "6"', '      - "7"', '    ignore:',
  '      - goos: darwin', '        goarch: arm', '      - goos: windows', '        goarch: arm64', '      - goos: darwin', '        goarch: arm64', '  - id: cli', '    goos: [linux]', '    goarch: [386, arm, amd64, arm64]', '',
  'dockers:', '  - image_templates:', '      - "ghcr.io/org/tkn:{{ .Tag }}-s390x"', '    goarch: s390x', '    build_flag_templates:', '      - --platform=linux/s390x',
  'docker_manifests:', '  - name_template: "ghcr.io/org/tkn:{{ .Tag }}"', '    image_templates:', '      - "ghcr.io/org/tkn:{{ .Tag }}-amd64"', '      - "ghcr.io/org/tkn:{{ .Tag }}-s390x"',
  'archives:', '  - name_template: >-', '      {{- .ProjectName }}_', '      {{- if eq .Arch "386" }}i386', '      {{- else }}{{ .Arch }}{{ end }}',
);

/** As a workflow for Rust binaries lists its jobs. */
const INCLUDE = text(
  'jobs:', '  build-release:', '    strategy:', '      fail-fast: false', '      matrix:', '        include:', '        - build: linux', '          os: ubuntu-latest', '          target: x86_64-unknown-linux-musl',
  '        # Z needs an emulator.', '        - build: stable-s390x', '          os: ubuntu-latest', '', '          # for tests', '          qemu: qemu-s390x', '          target: s390x-unknown-linux-gnu', '        - build: macos', '          os: macos-latest',
  '          target: aarch64-apple-darwin', '        - { os: ubuntu-24.04-arm, target: aarch64-unknown-linux-gnu }', '    steps:', '    - run: cargo build --target ${{ matrix.target }}',
);

/** As rust-lang/rust lists its CI jobs. */
const JOBS = text(
  'runners:', '  - &job-linux-4c', '    os: ubuntu-24.04', 'auto:', '  #############################', '  #   Linux/Docker builders   #', '  #############################', '',
  '  - name: aarch64-gnu', '    <<: *job-linux-4c', '', '  - name: dist-aarch64-linux', '    env:', '      CODEGEN_BACKENDS: llvm,cranelift', '    <<: *job-linux-4c', '',
  '  - name: dist-aarch64-apple', '    env:', '      SCRIPT: >-', '        ./x.py dist', '        --host=aarch64-apple-darwin', '    <<: *job-linux-4c', '', '  - name: dist-ohos-aarch64', '    <<: *job-linux-4c',
  '', '  - name: dist-s390x-linux', '    <<: *job-linux-4c', '', '  # FIXME: temporarily disabled', '  #- name: x86_64-fuchsia', '', '  - name: dist-i586-gnu-i586-i686-musl', '    <<: *job-linux-4c',
);

describe('a YAML list', () => {
  it('has the item commented out with its own comment, in ko\'s platforms', () => {
    expect(off(KO, at('defaultPlatforms', '.ko.yaml'), 'linux/arm64')).toEqual(['-- linux/arm64 # Graviton', `+${marker('linux/arm64')}`, '+# - linux/arm64 # Graviton']);
    expect(off(KO, at('defaultPlatforms', '.ko.yaml'), 'linux/s390x')).toEqual(['-- "linux/s390x"', `+${marker('linux/s390x')}`, '+# - "linux/s390x"']);
    expect(off(KO, at('builds[0].platforms', '.ko.yaml'), 'linux/s390x')).toEqual(['-  platforms: &p ["linux/amd64", "linux/s390x",]', `+  ${marker('linux/s390x', ' (entry 2, ", \\"linux/s390x\\"")')}`, '+  platforms: &p ["linux/amd64",]']);
  });

  it('takes an architecture out of GoReleaser\'s product only where nothing else goes with it', () => {
    expect(off(GORELEASER, at('builds[0].goarch'), 'linux/s390x')).toEqual(['-      - s390x', `+      ${marker('linux/s390x')}`, '+      # - s390x']);
    expect(off(GORELEASER, at('builds[id=server].goarch'), 'linux/arm64')).toEqual(['-      - arm64', `+      ${marker('linux/arm64')}`, '+      # - arm64']);
    expect(refused(GORELEASER, 'builds[0].goarch', 'linux/amd64')).toBe('`amd64` on line 12 builds darwin/amd64, windows/amd64 as well as linux/amd64; turning it off would turn off those too. Exclude this one platform by hand.');
    expect(refused(GORELEASER.replace('      - goos: darwin\n        goarch: arm64\n', ''), 'builds[0].goarch', 'linux/arm64')).toContain('builds darwin/arm64 as well as linux/arm64');
    expect(refused(GORELEASER, 'builds[0].goarch', 'linux/arm/v7')).toContain('builds linux/arm/v6 as well as linux/arm/v7');
    expect(off(GORELEASER, at('builds[0].goarch'), 'linux/arm')).toContain('+      # - arm');
    expect(off(GORELEASER, at('builds[0].goarm'), 'linux/arm/v7')).toContain('+      # - "7"');
    expect(refused(GORELEASER, 'builds[0].goos', 'linux/s390x')).toContain('builds linux/amd64, linux/arm64, linux/ppc64le, linux/arm, linux/arm/v6, linux/arm/v7 as well as linux/s390x');
    expect(off(GORELEASER, at('builds[id=cli].goarch'), 'linux/386')).toContain('+    goarch: [arm, amd64, arm64]');
    expect(refused('builds:\n  - main: ./x\n    goarch: [amd64, arm64]\n', 'builds[0].goarch', 'linux/arm64')).toContain('builds darwin/arm64, windows/arm64 as well as');
  });

  it('comments out all lines of a job, its inner comments and blank lines too', () => {
    expect(off(INCLUDE, at('jobs.build-release.strategy.matrix.include'), 'linux/s390x')).toEqual([
      '-        - build: stable-s390x', '-          os: ubuntu-latest', '-', '-          # for tests', '-          qemu: qemu-s390x', '-          target: s390x-unknown-linux-gnu',
      `+        ${marker('linux/s390x', ' (6 lines)')}`, '+        # - build: stable-s390x', '+        #   os: ubuntu-latest', '+#', '+        #   # for tests', '+        #   qemu: qemu-s390x', '+        #   target: s390x-unknown-linux-gnu',
    ]);
    expect(off(INCLUDE, at('jobs.build-release.strategy.matrix.include'), 'linux/arm64')).toContain('+        # - { os: ubuntu-24.04-arm, target: aarch64-unknown-linux-gnu }');
    expect(off(INCLUDE, at('jobs.build-release.strategy.matrix.include'), 'darwin/arm64')).toHaveLength(7);
  });

  it('reads a job\'s name only where it tells system and architecture, as in Rust\'s list of jobs', () => {
    expect(off(JOBS, at('auto', 'src/ci/github-actions/jobs.yml'), 'linux/s390x')).toEqual(['-  - name: dist-s390x-linux', '-    <<: *job-linux-4c', `+  ${marker('linux/s390x', ' (2 lines)')}`, '+  # - name: dist-s390x-linux', '+  #   <<: *job-linux-4c']);
    expect((off(JOBS, at('auto'), 'linux/arm64') as string[]).filter((l) => l.includes('name'))).toEqual(['-  - name: dist-aarch64-linux', '+  # - name: dist-aarch64-linux']);
    expect(refused(JOBS, 'auto', 'linux/386')).toContain('no entry of `auto` reads as linux/386');
  });

  it('cuts an entry out of a matrix in brackets, and refuses where `include` or another system still needs it', () => {
    const matrix = (...more: string[]) => text('jobs:', '  b:', '    strategy:', '      matrix:', '        arch: [ amd64,  arm64, s390x ] # all', ...more);
    const path = 'jobs.b.strategy.matrix.arch';
    expect(off(matrix(), at(path), 'linux/arm64')).toEqual(['-        arch: [ amd64,  arm64, s390x ] # all', `+        ${marker('linux/arm64', ' (entry 2, ",  arm64")')}`, '+        arch: [ amd64, s390x ] # all']);
    expect(off(matrix('        os: [ubuntu-latest]'), at(path), 'linux/arm64')).toHaveLength(3);
    expect(refused(matrix('        os: [ubuntu-latest, macos-14]'), path, 'linux/arm64')).toContain('`arm64` on line 5 builds darwin/arm64 as well as linux/arm64');
    expect(off(matrix('        os: [ubuntu-latest, macos-14]', '        exclude:', '          - { os: macos-14, arch: arm64 }'), at(path), 'linux/arm64')).toHaveLength(3);
    expect(refused(matrix('        include:', '          - arch: arm64', '            runner: ubuntu-24.04-arm'), path, 'linux/arm64'))
      .toBe('`include` names `arm64` too, on line 7, and GitHub would run that as a job of its own; make `include` a switch as well, so that both change together.');
  });

  it('comments an entry out of brackets that run over several lines, commas as they are', () => {
    const list = text('arch: [', '  "amd64",', '  "arm64", # slow', '  "s390x"', ']', 'x: 1');
    expect(off(list, at('arch'), 'linux/arm64')).toEqual(['-  "arm64", # slow', `+  ${marker('linux/arm64')}`, '+  # "arm64", # slow']);
    expect(off(list, at('arch'), 'linux/s390x')).toEqual(['-  "s390x"', `+  ${marker('linux/s390x')}`, '+  # "s390x"']);
    const more = offText(list, at('arch'), 'linux/s390x').replace(']', '  "riscv64"\n]');
    expect(turnOn(more, at('arch'), 'linux/s390x', MARK)).toMatchObject({ text: text('arch: [', '  "amd64",', '  "arm64", # slow', '  "s390x",', '  "riscv64"', ']', 'x: 1') });
  });

  it('keeps line ends, tabs behind the text, and what stands around', () => {
    const crlf = GORELEASER.replaceAll('\n', '\r\n');
    expect(off(crlf, at('builds[0].goarch'), 'linux/s390x')).toEqual(['-      - s390x\r', `+      ${marker('linux/s390x')}\r`, '+      # - s390x\r']);
    expect(off('a: [x]\n---\np:\n  - linux/amd64\t# ä\n  - linux/s390x', at('p'), 'linux/s390x')).toHaveLength(3);
  });

  it.each([
    ['p: ${{ fromJSON(inputs.platforms) }}\n', 'p', '`p` is worked out as the workflow runs (`${{ fromJSON(inputs.platforms) }}`); where that list is written it can be switched, not here.'],
    ['p: ${{ inputs.platforms }}\n', 'p', '`p` is put in from elsewhere (`${{ inputs.platforms }}`); switch it where it is written.'],
    ['p: "{{ .Platforms }}"\n', 'p', '`p` is put in from elsewhere (`{{ .Platforms }}`); switch it where it is written.'],
    ['p: ["${{ inputs.one }}", linux/amd64]\n', 'p', 'no entry of `p` reads as linux/s390x: it lists `linux/amd64`; what `${{ inputs.one }}` on line 1 stands for is decided elsewhere.'],
    ['q: &a [linux/s390x, x]\np: *a\n', 'p', '`p` repeats another place of the file (*a); write it out, or change it by hand.'],
    ['p: &a [linux/s390x, x]\nq: *a\n', 'p', '`p` is named &a, and other places of the file repeat it; change it by hand.'],
    ['p: [&a linux/s390x, x]\nq: *a\n', 'p', '`linux/s390x` on line 1 holds &a, and other places of the file repeat it; change it by hand.'],
    ['q: &a { p: [linux/s390x, x] }\nr: { <<: *a }\n', 'r.p', '`r` has no `p` of its own; it may come with a merge key (<<), which other places share.'],
    ['p: linux/amd64,linux/s390x\n', 'p', '`p` is one text and no list; its format is comma-list.'],
    ['p: |\n  linux/s390x\n', 'p', '`p` is `linux/s390x` and no list.'],
    ['p: { linux/s390x: 1 }\n', 'p', '`p` is a mapping and no list.'],
    ['p: [linux/s390x\n', 'p', 'line 2 has to be mended first: Flow sequence in block collection must be sufficiently indented and end with a ].'],
    ['platforms: [linux/s390x]\n', 'platform', 'it has no `platform`; did you mean "platforms"?'],
    ['b: [{ p: [linux/s390x] }]\n', 'b[1].p', '`b` has 1 entries, counted from [0]; there is no [1].'],
    ['p: [linux/s390x]\n---\np: [linux/s390x]\n', 'p', '`p` stands in 2 of the file\'s documents (parted by `---`); change it by hand.'],
    ['targets: [go_first_class]\n', 'targets', 'no entry of `targets` reads as linux/s390x: it lists `go_first_class`.'],
    ['p:\n', 'p', '`p` is empty and no list.'],
    ['', 'p', 'it is empty.'],
  ])('refuses %j with its reason', (source, path, reason) => expect(refused(source, path)).toBe(reason));
});
