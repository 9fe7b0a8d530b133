import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSignatures } from '../../src/config/signatures.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import { LONGEST_LINE, MOST_TEXT } from '../../src/signal/log-lines.ts';
import { asTracked, isError, namedOn, readerOf, readLog } from '../../src/signal/signatures.ts';
import { patternOf } from '../../src/signal/template.ts';

const loaded = await loadSignatures();
if (!loaded.ok) throw new Error('config/signatures.yml is not valid');
const { signatures } = loaded;
const reader = readerOf(signatures);

/** Kubernetes' server platforms of 2016 and later. */
const PLATFORMS: readonly PlatformId[] = ['linux/amd64', 'linux/arm', 'linux/arm64', 'linux/ppc64le', 'linux/s390x'];
const TRACKED = { platforms: PLATFORMS, reference: 'linux/amd64' } as const;
const read = (...lines: readonly string[]) => readLog(lines.join('\n'), reader, TRACKED);

describe.each(signatures.signatures)('the signature $name', (signature) => {
  const own = readerOf({ ...signatures, signatures: [signature] });
  it.each(signature.examples.points)('points at $at by: $line', ({ line, at }) => {
    expect([...new Set(namedOn(line, own).flatMap((f) => f.platforms))].sort()).toEqual([...at].sort());
  });
  it.each(signature.examples.silent)('says nothing of: %s', (line) => { expect(namedOn(line, own)).toEqual([]); });
});

describe('a failing line', () => {
  it.each(signatures.errors.points)('is: %s', (line) => { expect(isError(line, reader)).toBe(true); });
  it.each(signatures.errors.silent)('is not: %s', (line) => { expect(isError(line, reader)).toBe(false); });
});

/** What every build prints, whatever becomes of it. */
const STARTS = PLATFORMS.map((p) => `GOOS=linux GOARCH=${p.slice('linux/'.length)} go build -o _output/${p} ./cmd/...`);

describe('the log of one job that builds all platforms', () => {
  it('points at the platform whose cross-compiler and relocations stand on the failing lines (2016)', () => {
    expect(read(
      ...STARTS, '+++ [0519 04:51:15] linux/arm: go build started', '+++ [0519 04:51:15] linux/ppc64le: go build started', '# k8s.io/kubernetes/cmd/hyperkube',
      '/usr/local/go/pkg/tool/linux_amd64/link: running powerpc64le-linux-gnu-gcc failed: exit status 1',
      "/tmp.k8s/go-link-284905442/go.o: In function `type..hash.[13]k8s.io/kubernetes/vendor/x.subsystem':",
      "apply_systemd.go:1:(.text+0x2005770): relocation truncated to fit: R_PPC64_REL24 (stub) against `runtime.interhash'",
      'collect2: error: ld returned 1 exit status', '!!! Error in hack/lib/golang.sh:500',
    )).toMatchObject({
      kind: 'one', platform: 'linux/ppc64le', confidence: 'high', error: { line: 9 },
      evidence: [{ line: 9, signature: 'cross-compiler', onError: true, excerpt: expect.stringContaining('powerpc64le-linux-gnu-gcc') as string }, { line: 11, signature: 'relocations-ppc64' }],
    });
  });

  it('points at ARM by its linker, though the project calls the platform otherwise than the compiler (2023)', () => {
    expect(read(
      ...STARTS, '# k8s.io/kubernetes/cmd/kubelet', '/usr/local/go/pkg/tool/linux_amd64/link: running arm-linux-gnueabihf-gcc failed: exit status 1',
      "/usr/lib/gcc-cross/arm-linux-gnueabihf/10/../../../../arm-linux-gnueabihf/bin/ld: go.o: in function `x':",
      "(.text+0x2bc): relocation truncated to fit: R_ARM_CALL against `runtime.duffcopy'",
    )).toMatchObject({ kind: 'one', platform: 'linux/arm', confidence: 'high' });
  });

  it('points nowhere by what every build prints', () => {
    expect(read(...STARTS, 'cmd/kubelet/main.go:12: undefined: foo')).toMatchObject({ kind: 'several' });
    expect(read(...STARTS, 'fine 1', 'fine 2', 'fine 3', 'fine 4', 'fine 5', 'fine 6', 'cmd/main.go:12: undefined: foo')).toMatchObject({ kind: 'none', error: { line: 12, excerpt: 'cmd/main.go:12: undefined: foo' } });
    expect(read(...STARTS, 'ok')).toEqual({ kind: 'none', error: null });
    expect(read('')).toEqual({ kind: 'none', error: null });
  });

  it('points with less confidence where a platform is named only near the failing line', () => {
    expect(read('docker buildx build --platform=linux/s390x .', 'qemu: uncaught target signal 11 (Segmentation fault) - core dumped')).toMatchObject({ kind: 'one', platform: 'linux/s390x', confidence: 'low' });
    expect(read('GOARCH=arm64 go build', 'package x: build constraints exclude all Go files in /go/src/x')).toMatchObject({ kind: 'one', platform: 'linux/arm64', confidence: 'low' });
  });

  it('names every platform that failed, also far below the first', () => {
    expect(read(
      "relocation truncated to fit: R_PPC64_REL24 against `x'", ...Array.from({ length: 500 }, (_, i) => `line ${i}`), 's390x-linux-gnu-gcc: error: out of memory',
    )).toMatchObject({ kind: 'several', platforms: ['linux/ppc64le', 'linux/s390x'], evidence: [{ line: 1 }, { line: 502 }] });
  });

  it('does not take the machine that builds for the platform that failed', () => {
    expect(read('/usr/lib/gcc/x86_64-linux-gnu/12/collect2: error: x', '/usr/bin/s390x-linux-gnu-ld: error: y')).toMatchObject({ kind: 'one', platform: 'linux/s390x' });
  });
});

describe('what a log names', () => {
  it('is what the project calls it, where it tracks one of a family, and is told apart where it tracks several', () => {
    expect(asTracked(['linux/arm/v7'], { platforms: PLATFORMS })).toEqual(['linux/arm']);
    expect(asTracked(['linux/arm'], { platforms: ['linux/arm/v6', 'linux/arm/v7'] })).toEqual(['linux/arm/v6', 'linux/arm/v7']);
    expect(asTracked(['linux/arm/v7'], { platforms: ['linux/arm/v6', 'linux/arm/v7'] })).toEqual(['linux/arm/v7']);
    expect(asTracked(['linux/ppc64le', 'linux/ppc64'], { platforms: ['linux/ppc64'] })).toEqual(['linux/ppc64']);
    expect(asTracked(['linux/mips64le', 'linux/mips'], { platforms: PLATFORMS })).toEqual(['linux/mips64le']);
  });
});

describe('a hostile log', () => {
  it('of one endless line, of null bytes and of colours is read all the same', () => {
    expect(read(`\u001b[31;1marm-linux-gnueabihf-gcc\u001b[0m: \u001b[31merr\u001b[0mor: x`)).toMatchObject({ kind: 'one', platform: 'linux/arm', evidence: [{ excerpt: 'arm-linux-gnueabihf-gcc: error: x' }] });
    expect(read(`\0\0R_390_PC32\0\0 relocation truncated to fit\0`)).toMatchObject({ kind: 'one', platform: 'linux/s390x' });
    const end = `${'a-'.repeat(2_500_000)} s390x-linux-gnu-gcc: error: x`;
    expect(read(end)).toMatchObject({ kind: 'one', platform: 'linux/s390x' });
  });

  it('is read from its end, with the lines numbered as in the whole', () => {
    const filler = 'x'.repeat(99);
    const lines = Array.from({ length: 20_000 }, () => filler);
    const log = ['arm-linux-gnueabihf-gcc: error: x', ...lines, 's390x-linux-gnu-gcc: error: x'].join('\n');
    expect(log.length).toBeGreaterThan(MOST_TEXT);
    expect(read(log)).toMatchObject({ kind: 'one', platform: 'linux/s390x', error: { line: 20_002 } });
    expect(readLog('a\nR_390_X: error: y', reader, TRACKED, 5_000)).toMatchObject({ error: { line: 5_001 } });
  });

  it('keeps a few lines of evidence, each short and on one line, of whatever it repeats', () => {
    const shout = `${'\u202e😀'.repeat(900)} arm-linux-gnueabihf-gcc: error: @everyone \`x\`\r`;
    const found = read(...Array.from({ length: 3_000 }, () => shout));
    expect(found).toMatchObject({ kind: 'one', platform: 'linux/arm' });
    const evidence = found.kind === 'one' ? found.evidence : [];
    expect(evidence.length).toBeLessThanOrEqual(12);
    for (const { excerpt } of evidence) {
      expect(excerpt.length).toBeLessThanOrEqual(242);
      expect(excerpt.isWellFormed()).toBe(true);
      expect(excerpt).not.toMatch(/[\r\n\u202e]/);
    }
  });

  it('of any text is read without an exception, and names only what stands in it', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('R_ARM_X', 'error:', 'GOARCH=s390x', '\u001b[', '\n', '{arch}', 'powerpc64le-linux-gnu-gcc', '--platform=', 'linux/arm64,', '\u0000'));
    fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const found = readLog(pieces.join(''), reader, TRACKED);
      if (found.kind === 'none') return;
      for (const e of found.evidence) expect(e.excerpt.length).toBeLessThanOrEqual(LONGEST_LINE);
      expect(pieces.join('')).toMatch(/error|undefined|segmentation|exit|exec|panic|relocation|too big|overflows|[\u001b\u0000]/i);
    }), { numRuns: 500 });
  });
});

describe('a template', () => {
  it('has no quantifier within another and none without an end, so that no line takes longer than it is long', () => {
    const all = [...signatures.errors.match, ...signatures.signatures.flatMap((s) => [...s.match, ...s.completed])];
    for (const template of all) {
      const pattern = patternOf(template).replaceAll(/\\./g, '').replaceAll(/\[[^\]]*\]/g, 'C');
      expect(pattern).not.toMatch(/[*+]|\{\d+,\}/);
      expect(pattern).not.toMatch(/\)[*+{?]/);
    }
  });

  it('is found as it stands, whatever it holds', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 2, maxLength: 40 }).filter((s) => !/[{}]/.test(s)), (text) => {
      expect(new RegExp(patternOf(text)).test(`; ${text} ;`)).toBe(true);
    }));
  });
});
