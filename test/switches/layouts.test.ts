import { describe, expect, it } from 'vitest';
import { turnOff } from '../../src/switches/index.ts';
import { MARK, marker, off, placeIn, text } from './given.ts';

/** A list of jobs of which some take their platform from elsewhere, by a merge key. */
const JOBS = text(
  'bases:', '  - &big-endian', '    arch: s390x', '    runner: lpar', '  - &on-amd64', '    arch: amd64', '  - &shipped', '    name: ship-s390x-linux', '    <<: *on-amd64',
  'jobs:', '  - name: unit', '    <<: *big-endian', '  - name: ship-riscv64-linux', '    <<: *on-amd64', '  - <<: [*on-amd64]', '    name: lint', '  - <<: *shipped',
);
const jobs = (platform: `${string}/${string}`): string[] | string => off(JOBS, placeIn('yaml-list', 'jobs', 'ci/jobs.yml'), platform);

describe('a mapping that takes its platform from a merge key', () => {
  it('is turned off with those that name it themselves, so that none stays on unseen', () => {
    expect(jobs('linux/s390x')).toEqual([
      '-  - name: unit', '-    <<: *big-endian', '-  - name: ship-riscv64-linux', '-    <<: *on-amd64', '-  - <<: [*on-amd64]', '-    name: lint', '-  - <<: *shipped',
      `+  ${marker('linux/s390x', ' (2 lines)')}`, '+  # - name: unit', '+  #   <<: *big-endian', '+  - name: ship-riscv64-linux', '+    <<: *on-amd64', '+  - <<: [*on-amd64]', '+    name: lint',
      `+  ${marker('linux/s390x')}`, '+  # - <<: *shipped',
    ]);
  });

  it('is read by its own name before what it inherits', () => {
    expect(jobs('linux/riscv64')).toEqual([
      '-  - name: ship-riscv64-linux', '-    <<: *on-amd64', `+  ${marker('linux/riscv64', ' (2 lines)')}`, '+  # - name: ship-riscv64-linux', '+  #   <<: *on-amd64',
    ]);
    expect(jobs('linux/amd64')).toEqual([
      '-  - <<: [*on-amd64]', '-    name: lint', `+  ${marker('linux/amd64', ' (2 lines)')}`, '+  # - <<: [*on-amd64]', '+  #   name: lint',
    ]);
  });

  it('has the system that it inherits, too', () => {
    const source = text('.win: &win', '  goos: windows', 'matrix:', '  - goarch: arm64', '    <<: *win', '  - goarch: amd64', '    <<: *win', '  - goos: linux', '    goarch: arm64');
    expect(off(source, placeIn('yaml-list', 'matrix', 'a.yml'), 'linux/arm64')).toEqual(['-  - goos: linux', '-    goarch: arm64', `+  ${marker('linux/arm64', ' (2 lines)')}`, '+  # - goos: linux', '+  #   goarch: arm64']);
  });

  it('is not followed for ever where it merges itself', () => {
    expect(off(text('a: &a', '  - &b', '    <<: *b', '  - arch: s390x', '  - arch: amd64'), placeIn('yaml-list', 'a', 'a.yml'), 'linux/s390x')).toEqual(['-  - arch: s390x', `+  ${marker('linux/s390x')}`, '+  # - arch: s390x']);
  });
});

describe('an entry that is an alias', () => {
  const source = text('defaults:', '  - &big s390x', '  - &job { arch: riscv64, runner: r }', '  - &odd x', 'archs: [amd64, *big]', 'jobs:', '- *job', '- arch: amd64', '- *odd');

  it('is taken out of this list, and stays where it is repeated from', () => {
    expect(off(source, placeIn('yaml-list', 'archs', 'a.yml'), 'linux/s390x')).toEqual(['-archs: [amd64, *big]', `+${marker('linux/s390x', ' (entry 2, ", *big")')}`, '+archs: [amd64]']);
    expect(off(source, placeIn('yaml-list', 'jobs', 'a.yml'), 'linux/riscv64')).toEqual(['-- *job', `+${marker('linux/riscv64')}`, '+# - *job']);
  });

  it('is no pattern of many platforms', () => {
    expect(off(source, placeIn('yaml-list', 'jobs', 'a.yml'), 'linux/s390x')).toBe('no entry of `jobs` reads as linux/s390x: it lists `riscv64`, `amd64`; what `alias *odd` on line 9 stands for is decided elsewhere.');
  });
});

describe('what a script falls back on', () => {
  it('is a list also where the variable is set by the fallback alone', () => {
    expect(off(text('#!/bin/sh', '# ${P:=linux/s390x}', ': "${P:=linux/amd64,linux/s390x}"', 'build "$P" # ${P:-linux/s390x}'), placeIn('comma-list', 'P', 'build.sh'), 'linux/s390x'))
      .toEqual(['-: "${P:=linux/amd64,linux/s390x}"', `+${marker('linux/s390x', ' (entry 2, ",linux/s390x")')}`, '+: "${P:=linux/amd64}"']);
    expect(off(text('for p in ${P:-linux/amd64 linux/s390x}; do', '  build "$p"', 'done'), placeIn('comma-list', 'P', 'build.sh'), 'linux/s390x')).toContain('+for p in ${P:-linux/amd64}; do');
  });

  it('is refused where it names the platform twice, and is counted once', () => {
    expect(off(text('P="${P:-linux/amd64 linux/s390x}"', 'echo "${P:-none}"'), placeIn('comma-list', 'P', 'build.sh'), 'linux/s390x')).toContain('+P="${P:-linux/amd64}"');
    expect(off(text(': "${P:=linux/amd64,linux/s390x}"', 'build "${P:-linux/s390x,linux/amd64}"'), placeIn('comma-list', 'P', 'build.sh'), 'linux/s390x')).toContain('is set in several places (lines 1, 2)');
  });
});

describe('a list in the language of its file', () => {
  it('is refused as what it is', () => {
    for (const [source, file] of [['var P = []string{"linux/amd64", "linux/s390x"}\n', 'build.go'], ['P = [\n  "linux/s390x",\n]\n', 'defs.bzl'], ["const P = ['linux/s390x'];\n", 'build.mjs']] as const) {
      expect(off(source, placeIn('comma-list', 'P', file), 'linux/s390x')).toBe('`P` is a list in the file\'s own language, which no format reads; change it by hand.');
    }
  });
});

describe('a matrix of another service', () => {
  it('may write its keys in capitals, as GitLab\'s variables are', () => {
    const source = text('build:', '  parallel:', '    matrix:', '    - GOOS: linux', '      GOARCH: ppc64le', '    - GOOS: windows', '      GOARCH: amd64');
    expect(off(source, placeIn('yaml-list', 'build.parallel.matrix', '.gitlab-ci.yml'), 'linux/ppc64le'))
      .toEqual(['-    - GOOS: linux', '-      GOARCH: ppc64le', `+    ${marker('linux/ppc64le', ' (2 lines)')}`, '+    # - GOOS: linux', '+    #   GOARCH: ppc64le']);
  });
});

describe('a matrix that multiplies its lists', () => {
  const matrix = (...lines: readonly string[]): string => text('jobs:', '  b:', '    strategy:', '      matrix:', ...lines.map((l) => `        ${l}`));
  const arm64 = (list: string, ...lines: readonly string[]): string[] | string => off(matrix(...lines), placeIn('yaml-list', `jobs.b.strategy.matrix.${list}`, '.github/workflows/a.yml'), 'linux/arm64');

  it('holds an architecture that another system of it builds too, whatever the lists are called', () => {
    for (const systems of ['platform: [linux, windows]', 'os: [ubuntu-latest, windows-latest]', 'image: [ubuntu-24.04, windows-2025]']) {
      for (const list of ['arch', 'target', 'goarch', 'cpu_type']) expect(arm64(list, systems, `${list}: [amd64, aarch64]`)).toContain('`aarch64` on line 6 builds windows/arm64 as well as linux/arm64');
    }
  });

  it('lets it go where the other systems do not build it', () => {
    expect(arm64('target', 'os: [ubuntu-latest]', 'distro: [debian, alpine]', 'rust: [stable, "1.80"]', 'target: [x86_64, aarch64]')).toHaveLength(3);
    expect(arm64('target', 'os: [ubuntu-latest, windows-latest]', 'target: [x86_64-pc-windows-msvc, aarch64-unknown-linux-gnu]')).toHaveLength(3);
    expect(arm64('goarch', 'goos: [linux, windows]', 'goarch: [amd64, arm64]', 'exclude:', '- { goos: windows, goarch: arm64 }')).toHaveLength(3);
  });
});

describe('a manifest\'s list of images', () => {
  const MANIFEST = text(
    'docker_manifests:', '- name_template: "quay.io/org/tool:{{ .Tag }}"', '  image_templates:', '  - "quay.io/org/tool:{{ .Tag }}-amd64"', '  - "quay.io/org/tool:{{ .Tag }}-arm64v8"',
    '  - "quay.io/org/tool:{{ .Tag }}-linux-arm-v7"', '  - quay.io/org/tool:{{ .Env.AS }}', '  - quay.io/org/tool:{{ .Tag }}-windows-ltsc2022-amd64', '  - localhost:5000/tool:2.1-s390x',
  );
  const images = (platform: `${string}/${string}`): string[] | string => off(MANIFEST, placeIn('yaml-list', 'docker_manifests[0].image_templates', '.goreleaser.yml'), platform);

  it('is read by the end of each tag', () => {
    expect(images('linux/arm64')).toEqual(['-  - "quay.io/org/tool:{{ .Tag }}-arm64v8"', `+  ${marker('linux/arm64')}`, '+  # - "quay.io/org/tool:{{ .Tag }}-arm64v8"']);
    expect(images('linux/arm/v7')).toEqual(['-  - "quay.io/org/tool:{{ .Tag }}-linux-arm-v7"', `+  ${marker('linux/arm/v7')}`, '+  # - "quay.io/org/tool:{{ .Tag }}-linux-arm-v7"']);
    expect(images('linux/s390x')).toEqual(['-  - localhost:5000/tool:2.1-s390x', `+  ${marker('linux/s390x')}`, '+  # - localhost:5000/tool:2.1-s390x']);
  });

  it('keeps Windows\' images apart from Linux\'', () => {
    expect(images('linux/amd64')).toEqual(['-  - "quay.io/org/tool:{{ .Tag }}-amd64"', `+  ${marker('linux/amd64')}`, '+  # - "quay.io/org/tool:{{ .Tag }}-amd64"']);
    expect(images('windows/amd64')).toEqual(['-  - quay.io/org/tool:{{ .Tag }}-windows-ltsc2022-amd64', `+  ${marker('windows/amd64')}`, '+  # - quay.io/org/tool:{{ .Tag }}-windows-ltsc2022-amd64']);
  });
});

describe('a variable that is another one and more', () => {
  it('gives its last word of its own away, and takes it back', () => {
    expect(off(text('LINUX=linux/amd64 linux/s390x', 'ALL=$(LINUX) windows/amd64'), placeIn('comma-list', 'ALL', 'Makefile'), 'windows/amd64'))
      .toEqual(['-ALL=$(LINUX) windows/amd64', `+${marker('windows/amd64', ' (entry 2, " windows/amd64")')}`, '+ALL=$(LINUX)']);
    expect(off(text('P="linux/amd64"', 'P="$P linux/s390x"', 'P="$P linux/riscv64"'), placeIn('comma-list', 'P', 'cross.sh'), 'linux/s390x'))
      .toEqual(['-P="$P linux/s390x"', `+${marker('linux/s390x', ' (entry 2, " linux/s390x")')}`, '+P="$P"']);
  });

  it('is refused where nothing in it is its own', () => {
    expect(off(text('ALL=$(LINUX)'), placeIn('comma-list', 'ALL', 'Makefile'), 'linux/s390x')).toContain('is worked out when it runs (`$(LINUX)`)');
  });
});

describe('a file of base images', () => {
  it('loses every version of Windows for the platform', () => {
    expect(off(text('linux/amd64=busybox', 'windows/amd64/1809=nano:1809', 'windows/amd64/ltsc2022=nano:2022', 'windows/arm64/ltsc2025=nano:2025'), placeIn('lines', null, 'BASEIMAGE'), 'windows/amd64'))
      .toEqual(['-windows/amd64/1809=nano:1809', '-windows/amd64/ltsc2022=nano:2022']);
  });
});

describe('a name that gets more where nobody can see what', () => {
  const stands = (source: string, format: 'shell-array' | 'comma-list', at: string, file: string) => {
    const edit = turnOff(source, placeIn(format, at, file), 'linux/s390x', MARK);
    return edit.kind === 'refused' ? { stands: edit.stands, reason: edit.reason } : edit;
  };

  it('is not said to have never named the platform', () => {
    const elsewhere = 'it lists `linux/amd64`; other places that set it are worked out when they run.';
    expect(stands(text('if fast; then', '  BUILT=(linux/amd64)', 'else', '  BUILT=("${SUPPORTED[@]}")', 'fi'), 'shell-array', 'BUILT', 'golang.sh')).toEqual({ stands: undefined, reason: `no entry of \`BUILT\` reads as linux/s390x: ${elsewhere}` });
    expect(stands(text('P=linux/amd64', 'P="$P $(more)"'), 'comma-list', 'P', 'a.sh')).toEqual({ stands: undefined, reason: `no entry of \`P\` reads as linux/s390x: ${elsewhere}` });
    expect(stands(text('docker run --platform linux/amd64 x', 'docker build --platform "$ALL" .'), 'comma-list', '--platform', 'a.sh')).toEqual({ stands: undefined, reason: `no entry of \`--platform\` reads as linux/s390x: ${elsewhere}` });
    expect(stands(text('first: --platform=linux/amd64', 'args: ["--platform", "linux/amd64,linux/s390x"]'), 'comma-list', '--platform', 'a.yml')).toEqual({ stands: undefined, reason: `no entry of \`--platform\` reads as linux/s390x: ${elsewhere}` });
  });

  it('is said to have never named it where all its places are read', () => {
    expect(stands(text('A=()', 'A=(linux/amd64)'), 'shell-array', 'A', 'a.sh')).toEqual({ stands: 'absent', reason: 'no entry of `A` reads as linux/s390x: it lists `linux/amd64`.' });
  });

  it('leads to the value of a flag that is an entry of its own', () => {
    expect(stands(text('args:', '- buildx', '- --platform', '- linux/amd64,linux/s390x'), 'comma-list', '--platform', 'cloudbuild.yaml')).toEqual({ stands: undefined, reason: 'what belongs to `--platform` stands in an entry of its own behind it; name that one by its path, such as `steps[1].args[3]`.' });
    expect(off(text('args:', '- buildx', '- --platform', '- linux/amd64,linux/s390x'), placeIn('comma-list', 'args[2]', 'cloudbuild.yaml'), 'linux/s390x')).toContain('+- linux/amd64');
  });
});
