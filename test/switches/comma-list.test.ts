import { describe, expect, it } from 'vitest';
import type { PlatformId } from '../../src/domain/platform.ts';
import { turnOff, turnOn } from '../../src/switches/index.ts';
import { MARK, marker, off, offText, placeIn, text } from './given.ts';

const inside = (file: string, at: string) => placeIn('comma-list', at, file);
const refused = (source: string, file: string, at: string, platform: PlatformId = 'linux/s390x') => {
  const edit = turnOff(source, inside(file, at), platform, MARK);
  return edit.kind === 'refused' ? edit.reason : edit.kind;
};

/** As Tekton's nightly workflow hands platforms on: an input's default, a flag in a script, a list of lines. */
const NIGHTLY = text(
  'name: Nightly Build', '"on":', '  workflow_dispatch:', '    inputs:', '      platforms:', "        description: 'e.g. linux/amd64,linux/s390x'", "        default: 'linux/amd64, linux/arm64, linux/s390x'   # all",
  'env:', '  P: ${{ inputs.platforms || \'linux/amd64,linux/s390x\' }}', 'jobs:', '  build:', '    steps:', '      - name: Start pipeline', '        run: |', '          # --param buildPlatforms="linux/s390x"', '          tkn pipeline start \\',
  '            --param buildPlatforms="linux/amd64,linux/arm64,linux/s390x" \\', '            --param publishPlatforms="${P}" \\', '            --output name', '      - uses: docker/build-push-action@v6', '        with:', '          platforms: |', '            linux/amd64', '            linux/s390x', '            linux/arm64',
);

/** As Tekton's release task defaults them. */
const TASK = text(
  'kind: Task', 'spec:', '  params:', '    - name: package', '      default: github.com/tektoncd/pipeline', '    - name: platforms', '      description: Platforms (e.g. linux/amd64,linux/s390x)', '      default: linux/amd64,linux/arm,linux/arm64,linux/s390x,linux/ppc64le,windows/amd64',
  '  steps:', '  - name: run-ko', '    script: |', '      #!/usr/bin/env sh', '      ko resolve \\', '        --platform=$(params.platforms) \\', '        -f config/',
);

/** As images of Kubernetes are built. */
const MAKEFILE = text(
  'SHELL=/bin/bash -o pipefail', '# TODO: linux/arm', 'PLATFORMS ?= linux/amd64 linux/arm64 linux/ppc64le linux/s390x #linux/arm', '', 'ifeq ($(TYPE), legacy)', '  PLATFORMS = linux/amd64', 'endif',
  'ALL_ARCH := amd64 arm \\', '\tarm64 \\', '\ts390x', 'ARCHS = $(patsubst linux/%,%,$(PLATFORMS))', 'container:', '\t@for platform in $(PLATFORMS); do docker buildx build --platform $${platform}; done',
);

describe('a list in one text', () => {
  it('is a workflow input\'s default, with its quotes, blanks and comment', () => {
    expect(off(NIGHTLY, inside('.github/workflows/nightly.yaml', 'on.workflow_dispatch.inputs.platforms.default'), 'linux/arm64')).toEqual([
      "-        default: 'linux/amd64, linux/arm64, linux/s390x'   # all", `+        ${marker('linux/arm64', ' (entry 2, ", linux/arm64")')}`, "+        default: 'linux/amd64, linux/s390x'   # all",
    ]);
  });

  it('is a release task\'s parameter, found by its name', () => {
    for (const [platform, piece] of [['linux/s390x', ',linux/s390x'], ['windows/amd64', ',windows/amd64'], ['linux/arm', ',linux/arm']] as const) {
      const lines = off(TASK, inside('tekton/publish.yaml', 'spec.params[name=platforms].default'), platform) as string[];
      expect(lines).toHaveLength(3);
      expect(lines[2]).toBe(`+${lines[0]?.slice(1).replace(new RegExp(`${piece}(?!64)`), '')}`);
    }
    expect(off(TASK, inside('tekton/publish.yaml', 'spec.params[name=platforms].default'), 'linux/amd64')).toContain('+      default: linux/arm,linux/arm64,linux/s390x,linux/ppc64le,windows/amd64');
  });

  it('is what stands behind a flag or a word in a workflow\'s script, its marker outside of the script', () => {
    const lines = off(NIGHTLY, inside('nightly.yaml', 'buildPlatforms='), 'linux/s390x') as string[];
    expect(lines.slice(lines.indexOf('-        run: |') + 4)[0]).toBe(`+        ${marker('linux/s390x', ' (entry 3 of "buildPlatforms=", ",linux/s390x")')}`);
    expect(lines).toContain('+            --param buildPlatforms="linux/amd64,linux/arm64" \\');
    expect(refused(NIGHTLY, 'nightly.yaml', 'publishPlatforms=')).toBe('behind `publishPlatforms=` stands no list of platforms, but something that is worked out when it runs.');
    expect(refused(TASK, 'publish.yaml', '--platform')).toBe('behind `--platform` stands no list of platforms, but something that is worked out when it runs.');
    expect(off('docker buildx build \\\n  --platform linux/amd64,linux/s390x \\\n  .\n', inside('hack/images.sh', '--platform'), 'linux/s390x')).toContain('+  --platform linux/amd64 \\');
    expect(refused('a --platform=linux/s390x,x\nb --platform=linux/s390x,y\n', 'x.sh', '--platform')).toBe('`--platform` stands there 2 times (lines 1, 2); name the place in another way, or change it by hand.');
  });

  it('is a block of lines', () => {
    const place = inside('nightly.yaml', 'jobs.build.steps[uses=docker/build-push-action@v6].with.platforms');
    expect(off(NIGHTLY, place, 'linux/s390x')).toEqual(['-          platforms: |', '-            linux/amd64', '-            linux/s390x',
      `+          ${marker('linux/s390x', ' (entry 2+1, "            linux/s390x\\n")')}`, '+          platforms: |', '+            linux/amd64']);
    expect(off(NIGHTLY, place, 'linux/arm64')).toHaveLength(8);
  });

  it('is a variable of a Makefile, also over several lines', () => {
    const place = inside('images/build/cross/Makefile', 'PLATFORMS');
    expect(off(MAKEFILE, place, 'linux/s390x')).toEqual(['-PLATFORMS ?= linux/amd64 linux/arm64 linux/ppc64le linux/s390x #linux/arm', `+${marker('linux/s390x', ' (entry 4, " linux/s390x")')}`, '+PLATFORMS ?= linux/amd64 linux/arm64 linux/ppc64le #linux/arm']);
    expect(refused(MAKEFILE, 'Makefile', 'PLATFORMS', 'linux/amd64')).toBe('`PLATFORMS` is set in several places (lines 3, 6), and which of them counts is decided elsewhere; change it by hand.');
    expect(off(MAKEFILE, inside('Makefile', 'ALL_ARCH'), 'linux/arm64')).toEqual(['-ALL_ARCH := amd64 arm \\', '-\tarm64 \\', `+${marker('linux/arm64', ' (entry 3+3, "\\tarm64 \\\\\\n")')}`, '+ALL_ARCH := amd64 arm \\']);
    expect(off(MAKEFILE, inside('Makefile', 'ALL_ARCH'), 'linux/s390x')).toContain('+\tarm64');
    expect(off(MAKEFILE, inside('Makefile', 'ALL_ARCH'), 'linux/arm')).toContain('+ALL_ARCH := amd64 \\');
  });

  it('leaves no line that runs on into nothing', () => {
    expect(off('A := amd64 \\\n\ts390x\n', inside('Makefile', 'A'), 'linux/s390x')).toContain('+A := amd64');
  });

  it('is a variable of a script or a Dockerfile, also as a default', () => {
    expect(off('set -e\nexport PLATFORMS="${PLATFORMS:-linux/amd64,linux/s390x}"\n', inside('hack/build.sh', 'PLATFORMS'), 'linux/s390x')).toContain('+export PLATFORMS="${PLATFORMS:-linux/amd64}"');
    expect(off("#!/bin/sh\nP='\nlinux/amd64\nlinux/s390x\n'\n", inside('build', 'P'), 'linux/s390x')).toEqual(["-P='", '-linux/amd64', '-linux/s390x', `+${marker('linux/s390x', ' (entry 2+1, "linux/s390x\\n")')}`, "+P='", '+linux/amd64']);
    expect(off('FROM x\nARG PLATFORMS=linux/amd64,linux/s390x\nENV A=b\n', inside('Dockerfile.cross', 'PLATFORMS'), 'linux/s390x')).toContain('+ARG PLATFORMS=linux/amd64');
    expect(off('PLATFORMS=linux/amd64,linux/s390x\r\nX=1', inside('.env', 'PLATFORMS'), 'linux/s390x')).toContain('+PLATFORMS=linux/amd64\r');
  });

  it('reads a bare architecture as of the system that the list is named after', () => {
    const make = 'ALL_ARCH.linux = amd64 arm64\nALL_ARCH.windows = amd64 arm64\n';
    expect(off(make, inside('test/images/Makefile', 'ALL_ARCH.windows'), 'windows/arm64')).toContain('+ALL_ARCH.windows = amd64');
    expect(refused(make, 'Makefile', 'ALL_ARCH.windows', 'linux/arm64')).toContain('no entry of `ALL_ARCH.windows` reads as linux/arm64');
    expect(off(make, inside('Makefile', 'ALL_ARCH.linux'), 'linux/arm64')).toContain('+ALL_ARCH.linux = amd64');
    expect(off('env:\n  CIBW_ARCHS_MACOS: x86_64 universal2 arm64\n', inside('w.yml', 'env.CIBW_ARCHS_MACOS'), 'darwin/arm64')).toContain('+  CIBW_ARCHS_MACOS: x86_64 universal2');
  });

  it('leaves a variable of one target of a Makefile alone', () => {
    const make = 'TARGETS     := darwin/amd64 linux/amd64 linux/arm linux/s390x\nTARGET_OBJS ?= linux-s390x.tar.gz\ntest: TARGETS = linux/amd64\n';
    expect(off(make, inside('Makefile', 'TARGETS'), 'linux/amd64')).toContain('+TARGETS     := darwin/amd64 linux/arm linux/s390x');
  });

  it('is a text in HCL, TOML and JSON; where a file can hold no comment, what was cut out is handed back', () => {
    expect(off('variable "PLATFORMS" {\n  default = "linux/amd64,linux/s390x"\n}\n', inside('docker-bake.hcl', 'variable.PLATFORMS.default'), 'linux/s390x')).toContain('+  default = "linux/amd64"');
    expect(off('[tool.cibuildwheel]\n\n[tool.cibuildwheel.linux]\narchs = "x86_64 aarch64 s390x" # all\n', inside('pyproject.toml', 'tool.cibuildwheel.linux.archs'), 'linux/arm64')).toContain('+archs = "x86_64 s390x" # all');
    expect(off('{ "build": { "platforms": "linux/amd64,linux/s390x" } }\n', inside('ci.json', 'build.platforms'), 'linux/s390x')).toEqual(['-{ "build": { "platforms": "linux/amd64,linux/s390x" } }', '+{ "build": { "platforms": "linux/amd64" } }']);
    expect(turnOff('platforms = linux/amd64,linux/s390x\n', inside('unknown.xyz', 'platforms'), 'linux/s390x', MARK)).toMatchObject({ kind: 'edited', text: 'platforms = linux/amd64\n', unmarked: [{ entry: 2, offset: 0, piece: ',linux/s390x' }] });
  });

  it('goes back to its place when the list has grown meanwhile', () => {
    const place = inside('w.yml', 'p');
    const edited = offText('p: "linux/amd64,linux/s390x"\n', place, 'linux/s390x').replace('linux/amd64', 'linux/386, linux/amd64');
    expect(turnOn(edited, place, 'linux/s390x', MARK)).toMatchObject({ text: 'p: "linux/386,linux/s390x, linux/amd64"\n' });
    const shorter = offText('p: "linux/386,linux/amd64,linux/s390x"\n', place, 'linux/s390x').replace('linux/386,', '');
    expect(turnOn(shorter, place, 'linux/s390x', MARK)).toMatchObject({ text: 'p: "linux/amd64,linux/s390x"\n' });
  });

  it.each([
    ['p: ${{ inputs.p }}\n', 'w.yml', 'p', '`p` is worked out when it runs (`${{ inputs.p }}`); switch it where the list is written.'],
    ['p: "${{ inputs.p }},linux/amd64"\n', 'w.yml', 'p', 'no entry of `p` reads as linux/s390x: it lists `linux/amd64`; what `${{ inputs.p }}` on line 1 stands for is decided elsewhere.'],
    ['p: [linux/s390x, x]\n', 'w.yml', 'p', '`p` is a list and no text; its format is yaml-list.'],
    ['p: "linux/s390x,\\\n  x"\n', 'w.yml', 'p', '`p` is written with escapes (`"linux/s390x,\\ x"`); change it by hand.'],
    ['p: linux/s390x\n', 'w.yml', 'p', 'linux/s390x is the only entry of `p`, and an empty list may be read as "everything" or as a mistake; turn it off by hand.'],
    ['p: linux/amd64,all\n', 'w.yml', 'p', '`all` on line 1 stands for many platforms, linux/s390x among them; write them out first, so that one can be turned off.'],
    ['P=$(list)\n', 'a.sh', 'P', '`P` is worked out when it runs (`$(list)`); switch it where the list is written.'],
    ['P=(linux/s390x x)\n', 'a.sh', 'P', '`P` is an array and no text; its format is shell-array.'],
    ['Q=1\n', 'a.sh', 'P', 'it sets no variable called `P`.'],
    ['Q=1\n', 'a.sh', 'a b', '`a b` is no name of a variable, such as `PLATFORMS`, and no flag, such as `--platform`.'],
    ['a = 1\n', 'a.toml', 'a', '`a` is no text.'],
    ['a = [1]\n', 'a.toml', 'a', '`a` is no text; its format is toml-list.'],
    ['a = join(",", b)\n', 'a.hcl', 'a', '`a` is worked out (`join(",",b)`); switch it where the list is written.'],
    ['{ "a": 1, }', 'a.json', 'a', 'it is no JSON from line 1 on; comments and commas at the end of a list are none.'],
  ])('refuses %j in %s with its reason', (source, file, at, reason) => expect(refused(source, file, at)).toBe(reason));

  it('refuses a file that was made to take long, and does not take long', () => {
    const began = performance.now();
    for (const piece of ['$(', '{']) expect(refused(`P=linux/amd64,${piece.repeat(8_000)}`, 'a.sh', 'P')).toMatch(/^no entry of `P` reads as linux\/s390x/);
    expect(refused(`P=linux/s390x,x\n${'P=a\n'.repeat(5_000)}`, 'a.sh', 'P')).toBe('`P` is set in 5001 places, and which of them counts is decided elsewhere; change it by hand.');
    expect(performance.now() - began).toBeLessThan(8_000);
  }, 120_000);
});
