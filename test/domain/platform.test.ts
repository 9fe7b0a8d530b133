import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KNOWN_PLATFORMS, parsePlatform, platformLabel, platformSlug } from '../../src/domain/platform.ts';

const SPELLINGS: Record<string, readonly string[]> = {
  'linux/amd64': ['linux/amd64', 'amd64', 'x86_64', 'x86-64', 'x64', 'linux-x64', 'linux_x86_64', 'x86_64-linux', 'x86-64-linux', 'linux-x86-64',
    'x86_64-linux-gnu', 'x86_64-unknown-linux-musl', 'x86_64-pc-linux-gnu', 'Linux/AMD64', '  linux/amd64  ', 'linux:amd64', 'linux.amd64',
    'linux amd64', 'Linux X64', 'linux/amd64/v1', 'GOOS=linux GOARCH=amd64', 'GOARCH=amd64'],
  'linux/amd64/v3': ['linux/amd64/v3', 'amd64/v3', 'x86-64-v3', 'x86_64_v3', 'GOOS=linux GOARCH=amd64 GOAMD64=v3'],
  'linux/386': ['linux/386', '386', 'i386', 'i686', 'x86', 'linux-i686', 'i686-linux-gnu', 'i686-unknown-linux-gnu'],
  'linux/arm64': ['linux/arm64', 'arm64', 'aarch64', 'arm64-linux', 'linux_arm64', 'linux-arm64', 'aarch64-linux', 'linux-aarch64', 'arm64v8', 'linux/arm64/v8',
    'linux/arm/v8', 'arm64/v8', 'armv8', 'aarch64-linux-gnu', 'aarch64-unknown-linux-gnu', 'aarch64-linux-musl', 'Linux ARM64'],
  'linux/arm': ['linux/arm', 'arm', 'linux-arm', 'GOOS=linux GOARCH=arm'],
  'linux/arm/v7': ['linux/arm/v7', 'armhf', 'armv7', 'armv7l', 'arm32v7', 'linux/armv7', 'linux-arm-v7', 'linux_arm_v7', 'linux/arm/7', 'linux-armhf',
    'arm-linux-gnueabihf', 'armv7-unknown-linux-gnueabihf', 'GOOS=linux GOARCH=arm GOARM=7'],
  'linux/arm/v6': ['linux/arm/v6', 'armv6l', 'arm32v6', 'linux-armv6l', 'arm-unknown-linux-gnueabihf', 'GOARCH=arm GOARM=6'],
  'linux/arm/v5': ['linux/arm/v5', 'armel', 'linux/armel', 'arm-linux-gnueabi', 'GOARCH=arm GOARM=5'],
  'linux/ppc64le': ['linux/ppc64le', 'ppc64le', 'ppc64el', 'powerpc64le', 'ppc64le-linux', 'linux_ppc64le', 'powerpc64le-linux-gnu', 'powerpc64le-unknown-linux-gnu'],
  'linux/ppc64': ['linux/ppc64', 'powerpc64-linux-gnu'],
  'linux/s390x': ['linux/s390x', 's390x', 's390x-linux', 'linux-s390x', 's390x-linux-gnu', 's390x-ibm-linux-gnu', 'S390X'],
  'linux/riscv64': ['linux/riscv64', 'riscv64', 'riscv64gc-unknown-linux-gnu', 'riscv64-linux-gnu'],
  'linux/loong64': ['linux/loong64', 'loongarch64', 'loongarch64-unknown-linux-gnu'],
  'linux/mips64le': ['mips64el', 'linux/mips64le', 'mips64el-linux-gnuabi64'],
  'windows/amd64': ['windows/amd64', 'win32-x64', 'win-x64', 'windows_x86_64', 'x86_64-pc-windows-msvc', 'x86_64-w64-mingw32'],
  'windows/386': ['windows/386', 'i686-pc-windows-gnu', 'win32-x86'],
  'darwin/arm64': ['darwin/arm64', 'macos-arm64', 'osx-aarch64', 'aarch64-apple-darwin', 'arm64-apple-darwin23.1', 'aarch64-darwin'],
  'freebsd/amd64': ['freebsd/amd64', 'x86_64-unknown-freebsd', 'amd64-freebsd'],
  'android/arm64': ['android/arm64', 'aarch64-linux-android'],
  'js/wasm': ['js/wasm', 'js-wasm'],
  'wasip1/wasm': ['wasip1/wasm', 'wasm32-wasip1'],
};

describe('platform names', () => {
  for (const [canonical, spellings] of Object.entries(SPELLINGS)) {
    it(`reads ${spellings.length} spellings as ${canonical}`, () => {
      for (const spelling of spellings) expect([spelling, parsePlatform(spelling)]).toEqual([spelling, canonical]);
    });
  }

  it('names no platform where there is none', () => {
    for (const text of ['', ' ', '/', '-', 'linux', 'linux/', '/amd64', 'linux/s309x', 'amd65', 'linux/arm64/v9', 'linux/amd64/extra', 'wasm', 'linux/wasm', 'js/amd64',
      'arm64/arm64', 'linux/linux', 'GOOS=linux', 'GOARCH=arm GOARM=9', 'GOARCH==', 'x'.repeat(10_000), 'linux/arm64\nlinux/amd64']) {
      expect([text, parsePlatform(text)]).toEqual([text, null]);
    }
  });

  it('is not taken in by the names of object properties', () => {
    for (const text of ['constructor', '__proto__', 'toString', 'linux/constructor', 'valueOf-linux', 'constructor/amd64', 'hasOwnProperty_x64']) {
      expect([text, parsePlatform(text)]).toEqual([text, null]);
    }
  });

  it('keeps a canonical name as it is', () => {
    for (const name of [...Object.keys(SPELLINGS), ...KNOWN_PLATFORMS]) expect(parsePlatform(name)).toBe(name);
  });

  it('reads the slug of a platform as that platform', () => {
    for (const name of KNOWN_PLATFORMS) expect(parsePlatform(platformSlug(name))).toBe(name);
  });

  it('makes slugs and labels without a slash in the name', () => {
    expect(platformSlug('linux/arm/v7')).toBe('linux-arm-v7');
    expect(platformLabel('linux/arm/v7')).toBe('arch/linux-arm-v7');
  });

  it('never throws, and whatever it finds is a fixed point with a shape of its own', () => {
    const word = fc.constantFrom('linux', 'Windows', 'macos', 'arm', 'arm64', 'v7', 'v8', 'x86', '64', 'x86_64', 'amd64', 's390x', 'gnu', 'unknown', 'wasm', 'js', 'goos=linux', 'goarch=arm', 'goarm=7', 'constructor', '');
    const separator = fc.constantFrom('/', '-', '_', ' ', ':', '.', ',', '');
    const built = fc.array(fc.tuple(word, separator), { maxLength: 6 }).map((parts) => parts.flat().join(''));
    fc.assert(fc.property(fc.oneof(built, fc.string(), fc.array(fc.nat({ max: 0xffff })).map((codes) => String.fromCharCode(...codes))), (text) => {
      const found = parsePlatform(text);
      if (found === null) return;
      expect(found).toMatch(/^[a-z0-9]+\/[a-z0-9]+(?:\/v[0-9])?$/);
      expect(parsePlatform(found)).toBe(found);
      expect(parsePlatform(platformSlug(found))).toBe(found);
    }), { numRuns: 2_000 });
  });
});
