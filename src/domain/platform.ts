/** A platform's canonical name: `os/arch` or `os/arch/variant`, lower case, in Go's words (`linux/arm64`, `linux/arm/v7`). */
export type PlatformId = `${string}/${string}`;

/** Spellings of an operating system; Go's own word is the value. */
const OS = new Map<string, string>([
  ...['linux', 'windows', 'darwin', 'freebsd', 'netbsd', 'openbsd', 'dragonfly', 'solaris', 'illumos', 'aix', 'android', 'ios', 'plan9', 'wasip1', 'js']
    .map((os) => [os, os] as const),
  ['gnu/linux', 'linux'], ['macos', 'darwin'], ['macosx', 'darwin'], ['osx', 'darwin'], ['win', 'windows'], ['win32', 'windows'],
]);

/**
 * Spellings of an architecture, `/` between the parts. Go's word is the value, with the variant that the spelling implies:
 * Debian's armel is ARMv5, armhf is ARMv7; ARMv8 is arm64.
 */
const ARCH = new Map<string, string>(Object.entries({
  'amd64': 'amd64 x86_64 x64 amd64/v1',
  'amd64/v2': 'amd64/v2', 'amd64/v3': 'amd64/v3', 'amd64/v4': 'amd64/v4',
  '386': '386 i386 i486 i586 i686 x86 x86_32',
  'arm64': 'arm64 aarch64 arm64/v8 arm64v8 armv8 arm/v8 arm/8 arm64/8',
  'arm': 'arm',
  'arm/v7': 'arm/v7 arm/7 armhf armv7 armv7l armv7hl armv7a arm32v7',
  'arm/v6': 'arm/v6 arm/6 armv6 armv6l armv6hl arm32v6',
  'arm/v5': 'arm/v5 arm/5 armel armv5 armv5l armv5te armv5tel arm32v5',
  'ppc64le': 'ppc64le ppc64el powerpc64le powerpc64el',
  'ppc64': 'ppc64 powerpc64',
  's390x': 's390x',
  'riscv64': 'riscv64 riscv64gc',
  'loong64': 'loong64 loongarch64',
  'mips': 'mips', 'mipsle': 'mipsle mipsel',
  'mips64': 'mips64', 'mips64le': 'mips64le mips64el',
  'sparc64': 'sparc64',
  'wasm': 'wasm wasm32',
}).flatMap(([name, spellings]) => spellings.split(' ').map((spelling) => [spelling, name] as const)));

/** Every spelling of an architecture (`arm64`, `arm/v7`), Go's own first; none where it is unknown. */
export const archSpellings = (arch: string): readonly string[] =>
  [...ARCH].filter(([, name]) => name === arch).map(([spelling]) => spelling).toSorted((a, b) => Number(b === arch) - Number(a === arch));

/** The system that a word names in any spelling, in Go's word; null: none. */
export const osNamed = (word: string): string | null => OS.get(word.toLowerCase()) ?? null;

/** The platforms that projects build for most; what a misspelt name is compared with. */
export const KNOWN_PLATFORMS: readonly PlatformId[] = [
  'linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6', 'linux/386', 'linux/ppc64le', 'linux/s390x', 'linux/riscv64',
  'linux/loong64', 'linux/mips64le', 'windows/amd64', 'windows/arm64', 'windows/386', 'darwin/amd64', 'darwin/arm64', 'freebsd/amd64',
  'freebsd/arm64', 'js/wasm', 'wasip1/wasm',
];

/** Longer than any spelling of a platform; keeps hostile text cheap. */
const LONGEST = 64;

/**
 * Reads a platform name in any of the common spellings (`linux/arm64`, `arm64-linux`, `linux_arm64`, `aarch64`,
 * `armhf`, `ppc64el`, `linux/arm/v7`, `x86_64-linux-gnu`, `GOOS=linux GOARCH=arm GOARM=7`) as one canonical name;
 * a bare architecture means Linux. Returns null where the text names no known platform.
 */
export function parsePlatform(text: string): PlatformId | null {
  const clean = text.trim().toLowerCase();
  if (clean === '' || clean.length > LONGEST) return null;
  const bare = archOf(clean);
  if (bare) return join('linux', bare);
  return fromPair(clean) ?? fromTriplet(clean) ?? fromGoEnvironment(clean);
}

/** An architecture in any spelling; separators within it (`arm-v7`, `x86-64`) read as the usual ones. */
function archOf(text: string): string | null {
  const parts = text.replace(/[-_/ .:]/g, '/');
  return ARCH.get(text) ?? ARCH.get(parts) ?? ARCH.get(parts.replace(/^x86\/64/, 'amd64'))
    ?? ARCH.get(parts.replace(/^x86\/32$/, '386')) ?? null;
}

/** WebAssembly runs on its own two systems and nothing else does. */
function join(os: string, arch: string): PlatformId | null {
  return (arch === 'wasm') === (os === 'js' || os === 'wasip1') ? `${os}/${arch}` : null;
}

/** `linux/arm/v7`, `arm64-linux`, `linux_x86_64`: split at each separator in turn, the system on either side. */
function fromPair(clean: string): PlatformId | null {
  for (const separator of clean.matchAll(/[-_/ .:]/g)) {
    const left = clean.slice(0, separator.index);
    const right = clean.slice(separator.index + 1);
    const os = OS.get(left) ?? OS.get(right);
    const arch = os === undefined ? null : archOf(OS.has(left) ? right : left);
    const found = os === undefined || arch === null ? null : join(os, arch);
    if (found) return found;
  }
  return null;
}

const TRIPLET = /^([a-z0-9_]+)-(?:([a-z0-9]+)-)?(linux|windows|mingw32|darwin|freebsd|netbsd|openbsd|solaris|illumos|android)[0-9.]*-?(gnu|musl|msvc|uclibc|gnuabi64|android)?(eabihf|eabi)?$/;

/** A compiler's triplet (`powerpc64le-linux-gnu`, `arm-linux-gnueabihf`, `aarch64-apple-darwin`). */
function fromTriplet(clean: string): PlatformId | null {
  const match = TRIPLET.exec(clean);
  if (!match) return null;
  const [, cpu = '', vendor, system = '', libc, abi] = match;
  const os = libc === 'android' ? 'android' : system === 'mingw32' ? 'windows' : system;
  const arch = cpu === 'arm' ? armOf(vendor, abi) : archOf(cpu);
  return arch ? join(os, arch) : null;
}

/** Debian's `arm-linux-gnueabihf` is ARMv7 and its soft-float sister ARMv5; the compilers' `arm-unknown-linux-…` is ARMv6. */
function armOf(vendor: string | undefined, abi: string | undefined): string {
  if (vendor === 'unknown') return 'arm/v6';
  return abi === 'eabihf' ? 'arm/v7' : abi === 'eabi' ? 'arm/v5' : 'arm';
}

/** `GOOS=linux GOARCH=arm GOARM=7`, as a build log prints it. */
function fromGoEnvironment(clean: string): PlatformId | null {
  if (!/^(?:go[a-z0-9]+=[a-z0-9]+(?:[ ,;]+|$))+$/.test(clean)) return null;
  const set = new Map(clean.split(/[ ,;]+/).map((pair) => pair.split('=', 2) as [string, string]));
  const os = OS.get(set.get('goos') ?? 'linux');
  const name = set.get('goarch') ?? '';
  const variant = set.get(`go${name}`);
  const arch = archOf(variant === undefined ? name : `${name}/${variant}`);
  return os === undefined || arch === null ? null : join(os, arch);
}

/** The platform as a part of a label, branch or id: `linux/arm/v7` is `linux-arm-v7`. */
export const platformSlug = (platform: PlatformId): string => platform.replaceAll('/', '-');

/** The label that every issue about this platform carries: `arch/linux-arm-v7`. */
export const platformLabel = (platform: PlatformId): string => `arch/${platformSlug(platform)}`;
