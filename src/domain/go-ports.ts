import type { PlatformId } from './platform.ts';

/** Where Go says which of its ports are first class, and as of when it was read (epoch ms). */
export const GO_PORTS = { url: 'https://go.dev/wiki/PortingPolicy', at: Date.UTC(2026, 8, 1) } as const;

const FIRST_CLASS: ReadonlySet<string> = new Set(['darwin/amd64', 'darwin/arm64', 'linux/386', 'linux/amd64', 'linux/arm', 'linux/arm64', 'windows/386', 'windows/amd64']);

const SUPPORTED: ReadonlySet<string> = new Set([
  'aix/ppc64', 'android/386', 'android/amd64', 'android/arm', 'android/arm64', 'dragonfly/amd64', 'freebsd/386', 'freebsd/amd64', 'freebsd/arm', 'freebsd/arm64', 'freebsd/riscv64',
  'illumos/amd64', 'ios/amd64', 'ios/arm64', 'js/wasm', 'linux/loong64', 'linux/mips', 'linux/mips64', 'linux/mips64le', 'linux/mipsle', 'linux/ppc64', 'linux/ppc64le', 'linux/riscv64',
  'linux/s390x', 'netbsd/386', 'netbsd/amd64', 'netbsd/arm', 'netbsd/arm64', 'openbsd/386', 'openbsd/amd64', 'openbsd/arm', 'openbsd/arm64', 'openbsd/ppc64', 'openbsd/riscv64',
  'plan9/386', 'plan9/amd64', 'plan9/arm', 'solaris/amd64', 'wasip1/wasm', 'windows/arm64',
]);

/** Go's first-class ports, for texts. */
export const GO_FIRST_CLASS: readonly string[] = [...FIRST_CLASS];

/** How well Go supports a platform; variants of an architecture (`linux/arm/v7`) are one port to it. */
export function goPort(platform: PlatformId): 'first-class' | 'supported' | 'none' {
  const port = platform.split('/').slice(0, 2).join('/');
  return FIRST_CLASS.has(port) ? 'first-class' : SUPPORTED.has(port) ? 'supported' : 'none';
}
