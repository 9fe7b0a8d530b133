import { describe, expect, it } from 'vitest';
import type { SwitchFormat } from '../../src/domain/build-switch.ts';
import { locate, turnOff, turnOn } from '../../src/switches/index.ts';
import { MARK, marker, off, offText, placeIn, text } from './given.ts';

const refused = (format: SwitchFormat, source: string, at: string | null) => {
  const edit = turnOff(source, placeIn(format, at, 'x'), 'linux/s390x', MARK);
  return edit.kind === 'refused' ? edit.reason : edit.kind;
};

/** As BuildKit's docker-bake.hcl is laid out. */
const BAKE = text(
  'variable "GO_VERSION" {', '  default = null', '}', '', 'variable "PLATFORMS" {', '  default = ["linux/amd64", "linux/s390x"]', '}', '', 'function "bindir" {', '  params = [defaultdir]', '  result = DESTDIR != "" ? DESTDIR : "./bin/${defaultdir}"', '}', '',
  '// Special target', 'target "binaries-cross" {', '  inherits = ["binaries"]', '  output = [bindir("cross")]', '  platforms = [', '    "darwin/amd64",', '    "linux/amd64",', '    "linux/arm/v7", # slow', '    // "linux/386",', '    "linux/s390x",', '    "windows/arm64"', '  ]', '}', '',
  'target "lint" {', '  args = {', '    GOBUILDFLAGS = TEST == "1" ? "-cover" : null', '    arches = [ "amd64", "s390x" ]', '  }', '  platforms = MULTI != null ? [', '    "linux/s390x",', '  ] : []', '  description = <<EOT', 'platforms = [ "linux/s390x" ]', 'EOT', '}',
);

describe('a list in HCL', () => {
  const at = (path: string) => placeIn('hcl-list', path, 'docker-bake.hcl');

  it('has its entry commented out, the comma with it', () => {
    expect(off(BAKE, at('target.binaries-cross.platforms'), 'linux/s390x')).toEqual(['-    "linux/s390x",', `+    ${marker('linux/s390x')}`, '+    # "linux/s390x",']);
    expect(off(BAKE, at('target.binaries-cross.platforms'), 'windows/arm64')).toEqual(['-    "windows/arm64"', `+    ${marker('windows/arm64')}`, '+    # "windows/arm64"']);
    expect(off(BAKE, at('target.binaries-cross.platforms'), 'linux/arm/v7')).toContain('+    # "linux/arm/v7", # slow');
    expect(off(BAKE, at('variable.PLATFORMS.default'), 'linux/s390x')).toContain('+  default = ["linux/amd64"]');
    expect(off(BAKE, at('target.lint.args.arches'), 'linux/s390x')).toContain('+    arches = [ "amd64" ]');
    expect(off(BAKE, at('target.binaries-cross.platforms'), 'linux/386')).toBe('same');
  });

  it.each([
    ['target.lint.platforms', '`target.lint.platforms` is worked out (`MULTI!=null?["linux/s390x",]`); switch it where the list is written.'],
    ['target.binaries-cross.output', 'no entry of `target.binaries-cross.output` reads as linux/s390x: what `bindir("cross")` on line 17 stands for is decided elsewhere.'],
    ['target.binaries.platforms', 'it has no `target.binaries.platforms`; did you mean "target.binaries-cross.platforms"?'],
    ['target[0]', '`target[0]` is no path of blocks, labels and an attribute, such as `target.image.platforms`.'],
  ])('refuses %s with its reason', (path, reason) => expect(refused('hcl-list', BAKE, path)).toBe(reason));

  it.each([
    ['a = "linux/amd64,linux/s390x"\n', '`a` is one text and no list; its format is comma-list.'],
    ['a = [for p in ps : p]\n', '`a` is worked out with `for`; switch it where the list is written.'],
    ['a = ["linux/s390x",, "x"]\n', '`a` has a comma too many.'],
    ['a = ["linux/s390x"\n', 'line 1 has to be mended first'],
    ['a = "x\n', 'line 1 has to be mended first: it is no HCL.'],
    ['a = ["linux/s390x", "x"]\na = ["y"]\n', '`a` is set 2 times; change it by hand.'],
    ['a {\n', 'line 1 has to be mended first'],
  ])('refuses %j with its reason', (source, reason) => expect(refused('hcl-list', source, 'a')).toContain(reason));
});

describe('a list in TOML', () => {
  const DIST = text(
    '[workspace]', 'members = ["crates/*"]', '', '[workspace.metadata.dist]', '# Target platforms to build apps for (Rust target-triple syntax)', 'targets = [', '  "aarch64-apple-darwin",', '  "aarch64-unknown-linux-gnu",', '  "arm-unknown-linux-musleabihf",',
    '  "armv7-unknown-linux-gnueabihf",', '  "s390x-unknown-linux-gnu", # Z', '  "x86_64-unknown-linux-gnu",', ']', 'install-path = ["$XDG_BIN_HOME/", "~/.local/bin"]', '', '[[job]]', "archs = ['x86_64', 's390x']", '',
  );
  const at = (path: string) => placeIn('toml-list', path, 'Cargo.toml');

  it('has its entry commented out, or cut out of a line', () => {
    expect(off(DIST, at('workspace.metadata.dist.targets'), 'linux/s390x')).toEqual(['-  "s390x-unknown-linux-gnu", # Z', `+  ${marker('linux/s390x')}`, '+  # "s390x-unknown-linux-gnu", # Z']);
    expect(off(DIST, at('workspace.metadata.dist.targets'), 'linux/arm/v7')).toContain('+  # "armv7-unknown-linux-gnueabihf",');
    expect(off(DIST.replaceAll('\n', '\r\n'), at('job[0].archs'), 'linux/s390x')).toContain("+archs = ['x86_64']\r");
  });

  it.each([
    ['a = "x86_64 s390x"\n', '`a` is no list; its format is comma-list.'], ['a = 1\n', '`a` is no list.'], ['b = 1\n', 'it has no `a`.'],
    ['a = [\n', 'line 2 has to be mended first: Unspecified values are invalid.'], ['a = [["s390x"], "x"]\n', 'no entry of `a` reads as linux/s390x: it lists `x`; what `["s390x"]` on line 1 stands for is decided elsewhere.'],
  ])('refuses %j with its reason', (source, reason) => expect(refused('toml-list', source, 'a')).toBe(reason));
});

describe('a list in JSON', () => {
  const place = placeIn('json-list', 'build.linux.target[0].arch', 'package.json');
  const PACKAGE = '{\n\t"name": "x \\u00e4",\n\t"build": {\n\t\t"linux": { "target": [{\n\t\t\t"target": "AppImage",\n\t\t\t"arch": [\n\t\t\t\t"x64",\n\t\t\t\t"s390x",\n\t\t\t\t"arm64"\n\t\t\t]\n\t\t}] }\n\t}\n}';

  it('has its entry cut out, commas as JSON wants them, and takes it back from what was handed out', () => {
    expect(off(PACKAGE, place, 'linux/s390x')).toEqual(['-\t\t\t\t"s390x",']);
    expect(off(PACKAGE, place, 'linux/arm64')).toEqual(['-\t\t\t\t"s390x",', '-\t\t\t\t"arm64"', '+\t\t\t\t"s390x"']);
    expect(off('{"p":["linux/s390x","linux/arm64"]}', placeIn('json-list', 'p', 'x.json'), 'linux/s390x')).toEqual(['-{"p":["linux/s390x","linux/arm64"]}', '+{"p":["linux/arm64"]}']);
    const jobs = '{"include":[{"os":"linux","arch":"arm64"}, {"os":"linux","arch":"s390x"}]}\n';
    expect(off(jobs, placeIn('json-list', 'include', 'x.json'), 'linux/s390x')).toEqual([`-${jobs.trimEnd()}`, '+{"include":[{"os":"linux","arch":"arm64"}]}']);
  });

  it('cannot be turned on without knowing what was cut out', () => {
    expect(turnOn(offText(PACKAGE, place, 'linux/s390x'), place, 'linux/s390x', MARK)).toEqual({ kind: 'refused', reason: 'no entry of `build.linux.target[0].arch` reads as linux/s390x, and no comment of proposal #812 says where it was; add it by hand.', stands: 'absent' });
  });

  it.each([['{"p": ["linux/s390x", "x",]}', 'it is no JSON'], ['// x\n{"p": []}', 'it is no JSON'], ['{"p": "linux/s390x,x"}', 'its format is comma-list'], ['{}', 'it has no `p`.']])('refuses %j with its reason', (source, reason) => expect(refused('json-list', source, 'p')).toContain(reason));
});

describe('a file of lines', () => {
  const place = placeIn('lines', null, 'platforms.txt');

  it('loses its line, with a comment only where the file has comments already', () => {
    expect(off('linux/amd64\n\nlinux/s390x\nlinux/arm64\n', place, 'linux/s390x')).toEqual(['-linux/s390x']);
    expect(off('# built nightly\nlinux/amd64\nlinux/s390x # Z\n', place, 'linux/s390x')).toEqual(['-linux/s390x # Z', `+${marker('linux/s390x')}`, '+# linux/s390x # Z']);
    expect(off('linux/amd64\r\nlinux/s390x', place, 'linux/s390x')).toHaveLength(3);
    expect(off('\uFEFFlinux/s390x\nlinux/amd64', place, 'linux/s390x')).toEqual(['-\uFEFFlinux/s390x', '-linux/amd64', '+\uFEFFlinux/amd64']);
  });

  it('may say more on a line, as Kubernetes\' base images do', () => {
    expect(off('linux/amd64=alpine:3.20\nlinux/s390x=s390x/alpine:3.20\nwindows/amd64/ltsc2022=mcr.microsoft.com/nanoserver\n', place, 'linux/s390x')).toEqual(['-linux/s390x=s390x/alpine:3.20']);
  });

  it('refuses where nothing is left, or nothing reads as the platform', () => {
    expect(refused('lines', 'linux/s390x\n', null)).toContain('only entry of the file');
    expect(refused('lines', 'linux/amd64\nfoo\n', null)).toBe('no entry of the file reads as linux/s390x: it lists `linux/amd64`, `foo`.');
  });
});

describe('any format', () => {
  it('refuses what is no text, too large, of an old Mac, or without a place', () => {
    expect(refused('lines', 'a\0', null)).toBe('it is no text.');
    expect(refused('lines', 'a\rlinux/s390x', null)).toContain('CR alone');
    expect(refused('lines', 'a\n'.repeat(600_000), null)).toBe('it is larger than 256 KiB; change it by hand.');
    expect(refused('yaml-list', 'a: [b]\n', null)).toBe('a yaml-list needs `at`: the place of the list in the file.');
    expect(refused('yaml-list', `a: ${'['.repeat(50_000)}`, 'a')).not.toBe('edited');
    expect(refused('shell-array', `P=(${'$('.repeat(50_000)}`, 'P')).toBe('it cannot be read as a shell script: a quote or bracket is never closed.');
    expect(refused('hcl-list', `a = "${'${"'.repeat(50_000)}`, 'a')).toContain('mended');
    expect(refused('hcl-list', 'a {'.repeat(50_000), 'a')).toContain('mended');
    expect(refused('toml-list', `a = ${'['.repeat(50_000)}`, 'a')).not.toBe('edited');
  });

  it('is read in a file of many keys and many entries, each of them on its line', () => {
    const keys = Array.from({ length: 15_000 }, (_, i) => `k${i}: 1\n`).join('');
    const list = `a:\n${'  - linux/amd64\n'.repeat(2_000)}  - linux/s390x\n`;
    const found = locate(`${keys}${list}`, placeIn('yaml-list', 'a', 'x'));
    expect(found.ok ? [found.entries.length, found.entries[0]?.line, found.entries.at(-1)?.line, found.entries.at(-1)?.spelling] : found).toEqual([2_001, 15_002, 17_002, 'linux/s390x']);
    expect(locate(`${keys}k7: 1\n${list}`, placeIn('yaml-list', 'a', 'x'))).toEqual({ ok: false, reason: 'line 15001 has to be mended first: Map keys must be unique.' });
    expect(locate(`x:\n  - { b: 1, c: [{ d: 1, "d": 2 }] }\n${list}`, placeIn('yaml-list', 'a', 'x'))).toEqual({ ok: false, reason: 'line 2 has to be mended first: Map keys must be unique.' });
    expect(locate(`{"x": 1, "a": ["linux/amd64"], "x": 2}`, placeIn('json-list', 'a', 'x')).ok).toBe(false);
    expect(locate(`m: &m { x: 1 }\nn: &n { y: 1 }\no: { <<: *m, z: 1 }\n${list}`, placeIn('yaml-list', 'a', 'x')).ok).toBe(true);
  });

  it('refuses a mark that a comment could not hold', () => {
    for (const mark of [{ ...MARK, proposal: 'a b' }, { ...MARK, link: 'https://x\n- y' }, { ...MARK, link: 'javascript:x' }]) {
      expect(turnOff('a\nlinux/s390x\n', placeIn('lines', null, 'x'), 'linux/s390x', mark)).toMatchObject({ kind: 'refused' });
      expect(turnOn('a\nlinux/s390x\n', placeIn('lines', null, 'x'), 'linux/s390x', mark)).toMatchObject({ kind: 'refused' });
    }
  });
});
