import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckAttempt, CheckReading, ChecksNow } from '../../src/domain/check.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import { globMatches } from '../../src/domain/glob.ts';
import { isGate, kindOfCheck, platformsNamed, platformsOfCheck, suggestChecks, type CheckOwner } from '../../src/signal/check-names.ts';
import { failureKey, readChecks } from '../../src/signal/checks.ts';

const OWNERS: readonly CheckOwner[] = [
  { id: 'linux/amd64', checks: [] }, { id: 'linux/arm', checks: ['*arm*'] }, { id: 'linux/arm64', checks: ['*arm64*'] }, { id: 'linux/s390x', checks: ['*s390x*'] }, { id: 'linux/ppc64le', checks: [] },
];

/** `F` fails, `P` passes, `.` goes on, `C` is cancelled, `x` and `i` fail for a known flake and for the infrastructure; one letter for each attempt. */
const LETTERS: Record<string, Pick<CheckAttempt, 'conclusion' | 'discounted'>> = {
  F: { conclusion: 'failure', discounted: null }, P: { conclusion: 'success', discounted: null }, '.': { conclusion: null, discounted: null }, C: { conclusion: 'cancelled', discounted: null },
  x: { conclusion: 'failure', discounted: 'flake' }, i: { conclusion: 'failure', discounted: 'infra' }, E: { conclusion: 'error', discounted: null }, S: { conclusion: 'skipped', discounted: null },
};

const attempts = (name: string, commits: Readonly<Record<string, string>>, failure: (n: number) => string | null = () => 'ld: boom'): CheckAttempt[] => {
  let n = 0;
  return Object.entries(commits).flatMap(([commit, letters]) => [...letters].map((letter, i): CheckAttempt =>
    ({ name, commit, attempt: i + 1, at: ++n * 1_000, url: `https://ci.example/${n}`, failure: letter === 'P' ? null : failure(n), ...LETTERS[letter] ?? { conclusion: null, discounted: null } })));
};

const NAME = 'build (linux, s390x)';
const stateOf = (commits: Readonly<Record<string, string>>, failure?: (n: number) => string | null, base: Readonly<Record<string, string>> = {}): CheckReading | undefined =>
  readChecks({ head: Object.keys(commits).at(-1) ?? '', required: [NAME], attempts: attempts(NAME, commits, failure), base: attempts(NAME, base) }, OWNERS)?.[0];

describe('a required check', () => {
  it('that failed once is not red yet', () => { expect(stateOf({ a: 'F' })).toMatchObject({ state: 'once', failed: 1, commits: 1 }); });

  it('is red when it failed the same way twice, or on two commits', () => {
    expect(stateOf({ a: 'FF' })).toMatchObject({ state: 'red', failed: 2, commits: 1, failure: 'ld: boom' });
    expect(stateOf({ a: 'F', b: 'F' }, (n) => `error ${'ab'[n - 1]}`)).toMatchObject({ state: 'red', commits: 2 });
    expect(stateOf({ a: 'FF' }, (n) => ['TestA', 'TestB'][n - 1] ?? null)).toMatchObject({ state: 'once' });
    expect(stateOf({ a: 'FF' }, () => null)).toMatchObject({ state: 'red' });
  });

  it('fails the same way though numbers and addresses differ', () => {
    expect(stateOf({ a: 'FF' }, (n) => `go-link-28490544${n}/go.o:(.text+0x200577${n}): relocation truncated`)).toMatchObject({ state: 'red' });
    expect(failureKey('A 12  b 0xFF')).toBe('a # b #');
  });

  it('that passed after it failed is green, and one that failed before it passed counts no earlier failure', () => {
    expect(stateOf({ a: 'FP' })).toMatchObject({ state: 'green', failed: 0 });
    expect(stateOf({ a: 'F', b: 'P', c: 'F' })).toMatchObject({ state: 'once', failed: 1 });
    expect(stateOf({ a: 'FF', b: 'S' })).toMatchObject({ state: 'green' });
  });

  it.each(['x', 'i', 'C', 'E'])('counts an attempt that ended as %s neither way', (letter) => {
    expect(stateOf({ a: letter })).toMatchObject({ state: 'waiting', failed: 0 });
    expect(stateOf({ a: `F${letter}` })).toMatchObject({ state: 'once' });
    expect(stateOf({ a: `F${letter}F` })).toMatchObject({ state: 'red' });
    expect(stateOf({ a: `P${letter}` })).toMatchObject({ state: 'green' });
  });

  it('that is run again waits, unless it was red already', () => {
    expect(stateOf({ a: 'F.' })).toMatchObject({ state: 'waiting' });
    expect(stateOf({ a: 'FF.' })).toMatchObject({ state: 'red' });
    expect(stateOf({ a: 'FF', b: '.' })).toMatchObject({ state: 'waiting', failed: 2 });
    expect(stateOf({ a: 'P.' })).toMatchObject({ state: 'green' });
  });

  it('tells how it stands on the base branch, whose failure is one on another commit', () => {
    expect(stateOf({ a: 'F' }, undefined, { m: 'F' })).toMatchObject({ state: 'red', base: 'red', commits: 1 });
    expect(stateOf({ a: 'FF' }, undefined, { m: 'FP' })).toMatchObject({ base: 'green' });
    expect(stateOf({ a: 'FF' }, undefined, { m: 'Pi.' })).toMatchObject({ base: 'green' });
    expect(stateOf({ a: 'FF' })).toMatchObject({ base: 'unknown' });
  });

  it('is read the same in whatever order its attempts arrive', () => {
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[FPxiC.]{1,4}$/), { minLength: 1, maxLength: 3 }).chain((rows) => {
      const all = attempts(NAME, Object.fromEntries(rows.map((r, i) => [`c${i}`, r])));
      return fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.constant(`c${rows.length - 1}`));
    }), ([all, shuffled, head]) => {
      const read = (given: readonly CheckAttempt[]): unknown => readChecks({ head, required: [NAME], attempts: given, base: [] }, OWNERS);
      expect(read(shuffled)).toEqual(read(all));
    }));
  });
});

describe('the checks that block a merge', () => {
  const now = (required: ChecksNow['required']): ChecksNow => ({ head: 'a', required, attempts: ['tide', 'EasyCLA', 'optional-s390x', NAME].flatMap((n) => attempts(n, { a: 'FF' })), base: [] });

  it('leave out optional ones, and the gates of labels, agreements and merge bots', () => {
    expect(readChecks(now(['tide', 'EasyCLA', NAME, NAME]), OWNERS)?.map((c) => c.name)).toEqual([NAME]);
  });

  it('are not guessed where it is not known which are required', () => { expect(readChecks(now(null), OWNERS)).toBeNull(); });

  it('that have not reported wait', () => { expect(readChecks(now(['unit']), OWNERS)).toMatchObject([{ state: 'waiting', url: null }]); });

  it.each(['tide', 'EasyCLA', 'cla/google', 'cla/linuxfoundation', 'license/cla', 'DCO', 'dco', 'needs-rebase', 'needs-ok-to-test', 'do-not-merge/hold', 'merge-queue', 'Merge Queue Gate',
    'Mergify Merge Protections', 'Submit Queue', 'check-labels', 'Check labels', 'required-labels', 'release-note-none', 'Semantic Pull Request'])('%s is a gate', (name) => { expect(isGate(name)).toBe(true); });

  it.each(['pull-kubernetes-unit', 'build (linux, s390x)', 'clang', 'clarity-test', 'needle-test', 'my-labeler', 'hold-tests', 'bors-tests', 'verify'])('%s is no gate', (name) => { expect(isGate(name)).toBe(false); });
});

describe('whose check it is', () => {
  const named: readonly (readonly [string, readonly PlatformId[]])[] = [
    ['build (linux, s390x)', ['linux/s390x']], ['test / linux-arm64', ['linux/arm64']], ['e2e-windows-amd64', ['windows/amd64']], ['build (ubuntu-latest, ppc64le)', ['linux/ppc64le']],
    ['test (macos-14, arm64)', ['darwin/arm64']], ['build (linux/arm/v7)', ['linux/arm/v7']], ['build (arm-v6)', ['linux/arm/v6']], ['Linux x86_64', ['linux/amd64']],
    ['dist-s390x-linux', ['linux/s390x']], ['build (windows, arm64) on linux', ['windows/arm64']], ['build (amd64, arm64)', ['linux/amd64', 'linux/arm64']],
    ['pull-kubernetes-unit', []], ['alarm-test', []], ['build (ubuntu-latest)', []],
  ];
  it.each(named)('%s tells %j by its name', (name, platforms) => { expect(platformsNamed(name)).toEqual(platforms); });

  it('is told by the configured patterns first, of which the name decides where several fit', () => {
    expect(platformsOfCheck('cross-s390x', OWNERS)).toEqual({ platforms: ['linux/s390x'], by: 'configured' });
    expect(platformsOfCheck('build (linux, arm64)', OWNERS)).toEqual({ platforms: ['linux/arm64'], by: 'configured' });
    expect(platformsOfCheck('swarm', OWNERS)).toEqual({ platforms: ['linux/arm'], by: 'configured' });
    expect(platformsOfCheck('build (linux, ppc64le)', OWNERS)).toEqual({ platforms: ['linux/ppc64le'], by: 'name' });
    expect(platformsOfCheck('unit', OWNERS)).toEqual({ platforms: [], by: null });
    expect(platformsOfCheck('build riscv64', OWNERS)).toEqual({ platforms: ['linux/riscv64'], by: 'name' });
  });

  it('is suggested for platforms whose patterns fit nothing', () => {
    expect(suggestChecks(['tide', 'build (linux, ppc64le)', 'test (linux, ppc64le)', 'build (linux, amd64)', 'cross-s390x'], OWNERS)).toEqual([
      { platform: 'linux/amd64', names: ['build (linux, amd64)'], pattern: '*amd64*' },
      { platform: 'linux/ppc64le', names: ['build (linux, ppc64le)', 'test (linux, ppc64le)'], pattern: '*ppc64le*' },
    ]);
    expect(suggestChecks(['build arm64'], [{ id: 'linux/arm64', checks: [] }, { id: 'darwin/arm64', checks: [] }])).toEqual([{ platform: 'linux/arm64', names: ['build arm64'], pattern: '*arm64*' }]);
    expect(suggestChecks(['build arm64', 'windows arm64'], [{ id: 'linux/arm64', checks: [] }])).toEqual([{ platform: 'linux/arm64', names: ['build arm64'], pattern: 'build arm64' }]);
  });

  it.each([['build (s390x)', 'build'], ['cross-compile', 'build'], ['unit-s390x', 'test'], ['e2e', 'test'], ['build-and-test', 'build'], ['s390x', 'other']])('%s is a %s', (name, kind) => { expect(kindOfCheck(name)).toBe(kind); });
});

describe('a pattern', () => {
  it('matches as people expect of *', () => {
    expect(['*s390x*', 'S390X', 'a*c', '*', 'ab*bc'].map((p) => [globMatches(p, 's390x'), globMatches(p, 'abc')])).toEqual([[true, false], [true, false], [false, true], [true, true], [false, false]]);
  });

  it('matches like the slow way does', () => {
    const text = fc.stringMatching(/^[ab]{0,8}$/);
    fc.assert(fc.property(fc.stringMatching(/^[ab*]{0,6}$/), text, (pattern, name) => {
      expect(globMatches(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
    }), { numRuns: 500 });
  });
});
