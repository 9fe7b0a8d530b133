/** A platform's canonical name: `os/arch` or `os/arch/variant`, lower case, in Go's words (`linux/arm64`, `linux/arm/v7`). */
export type PlatformId = `${string}/${string}`;

const OPERATING_SYSTEMS = new Set(['linux', 'windows', 'darwin', 'freebsd', 'netbsd', 'openbsd', 'dragonfly', 'solaris', 'illumos', 'aix', 'android', 'ios', 'plan9', 'wasip1', 'js']);

const OS_ALIASES: Record<string, string> = { macos: 'darwin', osx: 'darwin', macosx: 'darwin', win: 'windows', win32: 'windows' };

/** Other people's spellings of an architecture, with the ARM variant that the spelling implies. */
const ARCH_ALIASES: Record<string, string> = {
  amd64: 'amd64', x86_64: 'amd64', 'x86-64': 'amd64', x64: 'amd64',
  '386': '386', i386: '386', i486: '386', i586: '386', i686: '386', x86: '386',
  arm64: 'arm64', aarch64: 'arm64', 'arm64/v8': 'arm64', arm64v8: 'arm64', armv8: 'arm64', 'arm/v8': 'arm64', 'arm/8': 'arm64',
  arm: 'arm', armhf: 'arm/v7', armv7: 'arm/v7', armv7l: 'arm/v7', arm32v7: 'arm/v7', 'arm/v7': 'arm/v7', 'arm/7': 'arm/v7',
  armv6: 'arm/v6', armv6l: 'arm/v6', arm32v6: 'arm/v6', 'arm/v6': 'arm/v6', 'arm/6': 'arm/v6',
  armel: 'arm/v5', armv5: 'arm/v5', armv5l: 'arm/v5', arm32v5: 'arm/v5', 'arm/v5': 'arm/v5', 'arm/5': 'arm/v5',
  ppc64le: 'ppc64le', ppc64el: 'ppc64le', powerpc64le: 'ppc64le',
  ppc64: 'ppc64', powerpc64: 'ppc64', s390x: 's390x',
  riscv64: 'riscv64', riscv64gc: 'riscv64', riscv: 'riscv64',
  loong64: 'loong64', loongarch64: 'loong64',
  mips: 'mips', mipsle: 'mipsle', mipsel: 'mipsle', mips64: 'mips64', mips64le: 'mips64le', mips64el: 'mips64le',
  wasm: 'wasm', sparc64: 'sparc64',
};

const archOf = (text: string): string | null => ARCH_ALIASES[text] ?? null;
const osOf = (text: string): string | null => OS_ALIASES[text] ?? (OPERATING_SYSTEMS.has(text) ? text : null);

/**
 * Reads a platform name in any of the common spellings (`linux/arm64`, `arm64-linux`, `linux_arm64`, `aarch64`,
 * `armhf`, `ppc64el`, `linux/arm/v7`, `x86_64-linux-gnu`) as one canonical name; a bare architecture means Linux.
 * Returns null where the text names no known platform.
 */
export function parsePlatform(text: string): PlatformId | null {
  const clean = text.trim().toLowerCase();
  if (clean === '' || clean.length > 64) return null;
  const whole = archOf(clean);
  if (whole) return `linux/${whole}`;
  for (const separator of ['/', '-', '_', ' ', ':', '.']) {
    const at = clean.indexOf(separator);
    if (at < 0) continue;
    const found = fromPair(clean.slice(0, at), clean.slice(at + 1)) ?? fromLastPair(clean, separator) ?? fromTriplet(clean);
    if (found) return found;
  }
  return null;
}

/** `linux` + `arm/v7`, or `arm64` + `linux`; the rest after the first separator may hold a variant. */
function fromPair(head: string, tail: string): PlatformId | null {
  const os = osOf(head);
  if (os) {
    const arch = archOf(tail) ?? archOf(tail.replace(/[-_]/g, '/'));
    return arch ? `${os}/${arch}` : null;
  }
  const arch = archOf(head);
  const tailOs = osOf(tail);
  return arch && tailOs ? `${tailOs}/${arch}` : null;
}

/** `x86_64-linux`: the separator of the pair is the last one where the architecture holds one itself. */
function fromLastPair(clean: string, separator: string): PlatformId | null {
  const at = clean.lastIndexOf(separator);
  return fromPair(clean.slice(0, at), clean.slice(at + 1));
}

/** A GNU triplet (`powerpc64le-linux-gnu`, `arm-linux-gnueabihf`, `aarch64-unknown-linux-gnu`). */
function fromTriplet(clean: string): PlatformId | null {
  const match = /^([a-z0-9_]+)-(?:[a-z0-9]+-)?(linux|windows|darwin|freebsd|netbsd|openbsd)-?(gnu|musl|msvc)?(eabihf|eabi)?$/.exec(clean);
  if (!match) return null;
  const [, cpu = '', os = '', , abi] = match;
  const arch = cpu === 'arm' ? (abi === 'eabihf' ? 'arm/v7' : abi === 'eabi' ? 'arm/v5' : 'arm') : archOf(cpu);
  return arch ? `${os}/${arch}` : null;
}

/** The platform as a part of a label, branch or id: `linux/arm/v7` is `linux-arm-v7`. */
export const platformSlug = (platform: PlatformId): string => platform.replaceAll('/', '-');

/** The label that every issue about this platform carries: `arch/linux-arm-v7`. */
export const platformLabel = (platform: PlatformId): string => `arch/${platformSlug(platform)}`;
