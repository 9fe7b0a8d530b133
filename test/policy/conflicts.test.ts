import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import type { Pointing } from '../../src/domain/signature.ts';
import { isBlocker } from '../../src/policy/blockers.ts';
import { approvalsNeeded, expiryOf, fixDeadline, latestDecision } from '../../src/policy/conflict-deadlines.ts';
import { narrowed } from '../../src/policy/conflict-open.ts';
import { detectByBoard, detectByChecks, detectBySaying } from '../../src/policy/conflicts.ts';
import { endOfNextWorkingDay } from '../../src/policy/working-hours.ts';
import { checkFacts, checksOf, CUT, GREEN, projectOf, RED, releaseOf, T, terms } from './conflict-given.ts';
import { DAY, HOUR, Story } from './story.ts';

describe('a blocker', () => {
  const look = { labels: ['release-blocker'], milestone: 'v1.37', state: 'open' as const };
  it('carries any of the labels, in the milestone, as the release names them', () => {
    expect(isBlocker(look, releaseOf())).toEqual({ blocks: true, because: 'it carries release-blocker' });
    expect(isBlocker({ ...look, labels: ['Release-Blocker'] }, releaseOf()).blocks).toBe(true);
    expect(isBlocker({ ...look, labels: ['bug'] }, releaseOf())).toEqual({ blocks: false, because: 'it carries no label release-blocker' });
    expect(isBlocker({ ...look, milestone: 'v1.38' }, releaseOf())).toEqual({ blocks: false, because: 'it is not in the milestone v1.37' });
    expect(isBlocker({ ...look, milestone: null }, releaseOf({ milestone: null })).blocks).toBe(true);
    expect(isBlocker({ ...look, labels: [] }, releaseOf({ conflict: { ...terms, blockerLabels: [] } })).blocks).toBe(true);
  });

  it('is none any more when it is closed, waived with okay-after-…, or nothing says what blocks', () => {
    expect(isBlocker({ ...look, state: 'merged' }, releaseOf())).toEqual({ blocks: false, because: 'it is merged' });
    expect(isBlocker({ ...look, labels: ['release-blocker', 'okay-after-beta'] }, releaseOf())).toEqual({ blocks: false, because: 'it carries okay-after-beta' });
    expect(isBlocker({ ...look, labels: ['release-blocker', 'priority/Okay-After-rc1'] }, releaseOf()).blocks).toBe(false);
    expect(isBlocker({ ...look, labels: [] }, releaseOf({ milestone: null, conflict: { ...terms, blockerLabels: [] } })).because).toContain('release.blockers');
  });
});

describe('the checks that block the merge', () => {
  it('are a conflict where only one platform\'s are red while its siblings are green; gates do not count', () => {
    const seen = detectByChecks(checkFacts(RED, {}, { 'build (linux, ppc64le)': 'P' }));
    expect(seen).toMatchObject({
      kind: 'conflict', platform: 'linux/ppc64le', remedy: 'deactivate',
      evidence: { way: 'checks', base: 'green', checks: [{ name: 'build (linux, ppc64le)', failure: 'ld returned 1' }] },
    });
    expect(seen.kind === 'conflict' && seen.evidence.because).toBe('#25243 broke linux/ppc64le: on master it is green. Of 4 checks that block the merge of #25243, only build (linux, ppc64le) is red, twice the same way; build (linux, amd64) and build (linux, arm64) are green.');
  });

  it('say so where the platform was broken before the blocker', () => {
    const seen = detectByChecks(checkFacts(RED, {}, { 'build (linux, ppc64le)': 'F' }));
    expect(seen.kind === 'conflict' && seen.evidence.because).toMatch(/On master it is red too, so linux\/ppc64le was broken before #25243\.$/);
  });

  it('make the blocker the suspect where two or more platforms are red', () => {
    expect(detectByChecks(checkFacts({ ...RED, 'build (linux, arm64)': 'F' }))).toMatchObject({ kind: 'suspect', platforms: ['linux/arm64', 'linux/ppc64le'], because: expect.stringContaining('#25243 itself is the likely cause') as string });
  });

  it.each<readonly [string, Readonly<Record<string, string>>, boolean, string]>([
    ['nothing is red', GREEN, true, 'No check that blocks'],
    ['it failed once', { ...RED, 'build (linux, ppc64le)': 'f' }, false, 'failed once'],
    ['a sibling has not ended', { ...RED, 'build (linux, arm64)': '.' }, false, 'has not ended yet'],
    ['a sibling failed once', { ...RED, 'build (linux, arm64)': 'f' }, false, 'so far once'],
    ['a check of no platform is red too', { ...RED, unit: 'F' }, true, 'of no platform alone'],
    ['only a check of no platform is red', { ...GREEN, unit: 'F' }, true, 'unit is red, and of no platform alone.'],
    ['no other check is there to compare with', { 'build (linux, ppc64le)': 'F', tide: 'P' }, true, 'nothing shows that only'],
    ['the reference platform is', { ...GREEN, 'build (linux, amd64)': 'F' }, true, 'never turned off'],
    ['a platform that is not tracked is', { ...GREEN, 'build (linux, mips64le)': 'F' }, true, 'not one of the tracked platforms'],
    ['everything waits', { 'build (linux, ppc64le)': '.' }, false, 'has not ended yet'],
  ])('are no conflict where %s', (_what, now, settled, because) => {
    expect(detectByChecks(checkFacts(now))).toEqual({ kind: 'none', settled, because: expect.stringContaining(because) as string });
  });

  it('are no conflict where it is not known which block, or the platform is not built already', () => {
    expect(detectByChecks(checkFacts(RED, { checks: null }))).toMatchObject({ kind: 'none', settled: false });
    expect(detectByChecks(checkFacts(RED, { project: projectOf({}, { build: 'off' }) }))).toMatchObject({ kind: 'none', because: 'linux/ppc64le is not built already.' });
  });

  it('are waived, and no build is turned off, where only tests are red and the build is green', () => {
    const tests = { 'build (linux, amd64)': 'P', 'build (linux, ppc64le)': 'P', 'unit (linux, ppc64le)': 'F', 'unit (linux, amd64)': 'P' };
    expect(detectByChecks(checkFacts(tests))).toMatchObject({ kind: 'conflict', remedy: 'waive' });
    expect(detectByChecks(checkFacts({ ...tests, 'build (linux, ppc64le)': 'F' }))).toMatchObject({ remedy: 'deactivate' });
    expect(detectByChecks(checkFacts({ ...tests, 'build (linux, ppc64le)': '.' }))).toMatchObject({ remedy: 'deactivate' });
    expect(detectByChecks(checkFacts({ 'unit (linux, ppc64le)': 'F', 'unit (linux, amd64)': 'P' }))).toMatchObject({ remedy: 'deactivate' });
  });
});

describe('one job that builds every platform', () => {
  const error = { line: 1, excerpt: 'x' };
  const evidence = (platform: PlatformId) => ({ line: 9, excerpt: 'powerpc64le-linux-gnu-gcc failed', platform, signature: 'cross-compiler', says: 'a cross-compiler', onError: true });
  const log = (pointing: Pointing) => checkFacts({ 'build': 'F', 'unit': 'P' }, { logs: new Map([['build', pointing]]) });

  it('is a conflict where its log points at one platform', () => {
    const seen = detectByChecks(log({ kind: 'one', platform: 'linux/ppc64le', confidence: 'high', error, evidence: [evidence('linux/ppc64le')] }));
    expect(seen).toMatchObject({ kind: 'conflict', platform: 'linux/ppc64le', remedy: 'deactivate', evidence: { way: 'log', log: [{ line: 9 }] } });
    expect(seen.kind === 'conflict' && seen.evidence.because).toContain('build builds every platform and is red; the log names linux/ppc64le alone where it failed (line 9: a cross-compiler).');
  });

  it('is none where its log names several platforms, the reference, or none', () => {
    expect(detectByChecks(log({ kind: 'several', platforms: ['linux/ppc64le', 'linux/s390x'], error, evidence: [] }))).toMatchObject({ kind: 'suspect' });
    expect(detectByChecks(log({ kind: 'one', platform: 'linux/amd64', confidence: 'high', error, evidence: [] }))).toMatchObject({ kind: 'none' });
    expect(detectByChecks(log({ kind: 'none', error }))).toMatchObject({ kind: 'none' });
  });
});

describe('the blocking board', () => {
  const story = (jobs: readonly PlatformId[], suite = 'build'): readonly Incident[] => {
    const s = new Story([{ platform: 'linux/amd64', name: 'b', suite }, ...jobs.map((platform) => ({ platform, name: 'b', suite }))]);
    const red = Object.fromEntries(jobs.map((p) => [`${p} b`, 'PFFF']));
    s.hours({ 'linux/amd64 b': 'PPPP', ...red });
    return s.incidents.map((i) => ({ ...i, jobs: i.jobs.map((j) => ({ ...j, board: 'blocking' as const })) }));
  };
  const facts = { project: projectOf(), release: releaseOf(), now: CUT - 6 * DAY };

  it('is a conflict where a job of one platform is red within 7 days before the cut', () => {
    const incidents = story(['linux/ppc64le']);
    expect(detectByBoard({ ...facts, incidents })).toMatchObject({ kind: 'conflict', platform: 'linux/ppc64le', remedy: 'deactivate', evidence: { way: 'board', checks: [{ name: 'b' }] } });
    expect(detectByBoard({ ...facts, incidents, now: CUT - 8 * DAY })).toMatchObject({ kind: 'none' });
    expect(detectByBoard({ ...facts, incidents, now: CUT + 1 })).toMatchObject({ kind: 'none' });
    expect(detectByBoard({ ...facts, incidents: story(['linux/ppc64le'], 'e2e') })).toMatchObject({ remedy: 'waive' });
  });

  it('says on which platforms the same suites are green, and that nobody can tell where none runs them', () => {
    const because = (platformsPassing: readonly PlatformId[]) => {
      const detection = detectByBoard({ ...facts, incidents: story(['linux/ppc64le']).map((i) => ({ ...i, surroundings: { ...i.surroundings, platformsPassing } })) });
      return detection.kind === 'conflict' ? detection.evidence.because : detection.because;
    };
    expect(because(['linux/amd64', 'linux/arm64'])).toMatch(/The same suites are green on linux\/amd64 and linux\/arm64\.$/);
    expect(because([])).toMatch(/No other platform runs the same suites just now, so whether only linux\/ppc64le has it is not known\.$/);
  });

  it('is none for flakes, the infrastructure, other boards, what breaks everywhere, the reference, or several platforms', () => {
    const [incident] = story(['linux/ppc64le']);
    if (!incident) throw new Error('no incident');
    const none = (over: Partial<Incident>) => detectByBoard({ ...facts, incidents: [{ ...incident, ...over }] }).kind;
    expect([none({ classified: { as: 'infra', by: 'o', at: 1, note: null } }), none({ scope: 'everywhere' }), none({ state: 'closed' }), none({ kind: 'stale' }),
      none({ jobs: incident.jobs.map((j) => ({ ...j, board: 'informing' as const })) }), none({ jobs: incident.jobs.map((j) => ({ ...j, flake: true })) })]).toEqual(Array(6).fill('none'));
    expect(detectByBoard({ ...facts, incidents: story(['linux/ppc64le', 'linux/s390x']) })).toMatchObject({ kind: 'suspect' });
    expect(detectByBoard({ ...facts, project: projectOf({ reference: 'linux/ppc64le' }), incidents: [incident] })).toMatchObject({ kind: 'none' });
  });
});

describe('somebody with the right to', () => {
  it('can say so without checks that show it, but neither of the reference nor against several red platforms', () => {
    expect(detectBySaying('linux/ppc64le', 'maria', 'the linker', checkFacts(GREEN))).toMatchObject({ kind: 'conflict', platform: 'linux/ppc64le', evidence: { way: 'said', because: expect.stringMatching(/^maria says so: “the linker”/) as string } });
    expect(detectBySaying('linux/ppc64le', 'maria', '', checkFacts(RED))).toMatchObject({ evidence: { way: 'checks' } });
    expect(detectBySaying('linux/amd64', 'maria', '', checkFacts(GREEN))).toMatchObject({ kind: 'none' });
    expect(detectBySaying('linux/ppc64le', 'maria', '', checkFacts({ ...RED, 'build (linux, arm64)': 'F' }))).toMatchObject({ kind: 'suspect' });
  });
});

describe('the clocks', () => {
  const hours = { from: 9 * 60, to: 17 * 60, zone: 'Europe/Berlin' };
  const at = (iso: string) => Date.parse(iso);

  it.each([
    ['on a Monday at work', '2026-11-16T09:00:00Z', '2026-11-17T16:00:00Z'],
    ['on a Monday before work', '2026-11-16T05:00:00Z', '2026-11-16T16:00:00Z'],
    ['on a Friday evening', '2026-11-20T20:00:00Z', '2026-11-23T16:00:00Z'],
    ['on a Friday at work', '2026-11-20T15:59:00Z', '2026-11-23T16:00:00Z'],
    ['on a Saturday', '2026-11-21T12:00:00Z', '2026-11-23T16:00:00Z'],
    ['over the end of summer time', '2026-10-23T20:00:00Z', '2026-10-26T16:00:00Z'],
  ])('end the next working day %s', (_when, now, end) => {
    expect(new Date(endOfNextWorkingDay(at(now), hours)).toISOString()).toBe(new Date(end).toISOString());
  });

  it('end it after midnight where the hours run over it', () => {
    expect(new Date(endOfNextWorkingDay(at('2026-11-16T12:00:00Z'), { from: 22 * 60, to: 6 * 60, zone: 'UTC' })).toISOString()).toBe('2026-11-17T06:00:00.000Z');
  });

  it('give owners the later of the window and the end of their next working day', () => {
    const friday = at('2026-11-20T20:00:00Z');
    expect(fixDeadline(projectOf(), 'linux/ppc64le', releaseOf(), friday)).toBe(friday + 24 * HOUR);
    expect(fixDeadline(projectOf({}, { hours }), 'linux/ppc64le', releaseOf(), friday)).toBe(at('2026-11-23T16:00:00Z'));
    expect(fixDeadline(projectOf({}, { hours }), 'linux/ppc64le', releaseOf({ conflict: { ...terms, fixWindow: 7 * DAY } }), friday)).toBe(friday + 7 * DAY);
  });

  it('never give them time beyond 48 h before the cut, nor in the past; a cut that has passed limits nothing', () => {
    expect(fixDeadline(projectOf({}, { hours }), 'linux/ppc64le', releaseOf(), CUT - 60 * HOUR)).toBe(CUT - 48 * HOUR);
    expect(fixDeadline(projectOf(), 'linux/ppc64le', releaseOf(), CUT - HOUR)).toBe(CUT - HOUR);
    expect(fixDeadline(projectOf(), 'linux/ppc64le', releaseOf(), CUT + HOUR)).toBe(CUT + 25 * HOUR);
  });

  it('let no objection extend beyond 24 h before the cut', () => {
    expect([latestDecision(releaseOf(), T), latestDecision(releaseOf(), CUT), latestDecision(releaseOf({ date: null }), T)]).toEqual([CUT - 24 * HOUR, null, null]);
  });

  it('question a deactivation after its time, but before the next branch is cut', () => {
    expect(expiryOf(T, releaseOf(), null)).toEqual({ expiresAt: T + 14 * DAY, remindAt: T + 7 * DAY });
    expect(expiryOf(T, releaseOf(), T + 6 * DAY)).toEqual({ expiresAt: T + 4 * DAY, remindAt: T + 2 * DAY });
    expect(expiryOf(T, releaseOf(), T + DAY).expiresAt).toBe(T + DAY);
    expect(expiryOf(T, releaseOf(), T - DAY).expiresAt).toBe(T + 14 * DAY);
  });
});

describe('the approvals that it takes', () => {
  it('are one more for a platform that ships, or on a released branch', () => {
    const old = releaseOf({ name: 'v1.36', branch: 'release-1.36', date: null });
    const project = projectOf({ releases: [releaseOf(), old] });
    expect(approvalsNeeded(project, 'linux/ppc64le', 'master', T)).toEqual({ quorum: 2, more: null });
    expect(approvalsNeeded(project, 'linux/ppc64le', 'release-1.36', T)).toEqual({ quorum: 3, more: 'release-1.36 is a released branch' });
    expect(approvalsNeeded(projectOf({}, { step: 3 }), 'linux/ppc64le', 'master', T)).toEqual({ quorum: 3, more: 'linux/ppc64le stands on step 3' });
    expect(approvalsNeeded(projectOf({}, { step: 3 }), 'linux/ppc64le', 'master', CUT + 1).quorum).toBe(3);
    expect(checksOf(RED, project)?.length).toBe(4);
  });
});

describe('what of a platform is meant', () => {
  const at = (components: readonly string[], branches: readonly string[] = []) => ({ file: 'golang.sh', format: 'shell-array', at: components.join('_'), repo: null, controls: 'build' as const, components, branches });
  const project = { switches: [at(['server']), at(['node']), at(['client']), at(['docs'], ['release-1.36'])] };

  it('is the part that every red check names, where the switches turn it apart', () => {
    expect(narrowed(project, 'main', ['build server (linux, ppc64le)'])).toEqual(['server']);
    expect(narrowed(project, 'main', ['build / server / ppc64le', 'build-node-ppc64le'])).toEqual(['server', 'node']);
  });

  it('is all of it where a check does not say, says several, or says all of them', () => {
    expect(narrowed(project, 'main', ['build (linux, ppc64le)'])).toEqual([]);
    expect(narrowed(project, 'main', ['build server', 'cross build'])).toEqual([]);
    expect(narrowed(project, 'main', ['server and node'])).toEqual([]);
    expect(narrowed(project, 'main', ['server', 'node', 'client'])).toEqual([]);
    expect(narrowed(project, 'main', [])).toEqual([]);
    expect(narrowed({ switches: [...project.switches, at([])] }, 'main', ['build server'])).toEqual([]);
    expect(narrowed({}, 'main', ['build server'])).toEqual([]);
  });
});
