import { describe, expect, it } from 'vitest';
import { loadSignatures } from '../../src/config/signatures.ts';
import type { Blocker } from '../../src/domain/conflict.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import type { Project } from '../../src/domain/project.ts';
import { detectByChecks, type Detection } from '../../src/policy/conflicts.ts';
import { readerOf, readLog } from '../../src/signal/signatures.ts';
import { Case, checksOf, PLAN, projectOf, releaseOf } from './conflict-given.ts';
import { DAY, HOUR } from './story.ts';

/** The two stories that prove the procedure (policy.md), told with a held clock: the same decisions at the right time. */

const loaded = await loadSignatures();
if (!loaded.ok) throw new Error('config/signatures.yml is not valid');
const reader = readerOf(loaded.signatures);
const at = (iso: string): number => Date.parse(iso);

/** One job built every platform: its log alone tells whose build failed. */
function seen(project: Project, blocker: Blocker, log: readonly string[]): Detection {
  const tracked = { platforms: project.platforms.map((p) => p.id), reference: project.reference };
  const logs = new Map([['Jenkins GCE cross build', readLog(log.join('\n'), reader, tracked)]]);
  return detectByChecks({ project, blocker, branch: 'master', checks: checksOf({ 'Jenkins GCE cross build': 'F', 'Jenkins unit/integration': 'P', 'Submit Queue': 'F' }, project, { 'Jenkins GCE cross build': 'P' }), logs });
}

const conflictOf = (detection: Detection) => {
  if (detection.kind !== 'conflict') throw new Error(detection.because);
  return detection;
};

const pullRequest = (number: number, author: string): Blocker =>
  ({ kind: 'pull', repo: 'kubernetes/kubernetes', number, url: `https://github.com/kubernetes/kubernetes/pull/${number}`, title: 'x', author });

const STARTED = (platforms: readonly PlatformId[]): string[] => platforms.map((p) => `+++ [0519 04:51:15] ${p}: go build started`);
const ALL: readonly PlatformId[] = ['linux/amd64', 'linux/arm', 'linux/arm64', 'linux/ppc64le'];

const linkerError = (what: string): string[] => [
  ...STARTED(ALL), `# k8s.io/kubernetes/cmd/${what}`, '/usr/local/go/pkg/tool/linux_amd64/link: running powerpc64le-linux-gnu-gcc failed: exit status 1',
  "apply_systemd.go:1:(.text+0x2005770): relocation truncated to fit: R_PPC64_REL24 (stub) against `runtime.interhash'", 'collect2: error: ld returned 1 exit status',
];

describe('linux/ppc64le in 2016', () => {
  const cut = at('2016-07-01T00:00:00Z');
  const project = projectOf({ releases: [releaseOf({ name: 'v1.3', date: cut, milestone: 'v1.3' })] }, { owners: ['@luxas'] });
  const blocker = pullRequest(25243, 'smarter');
  const opened = at('2016-05-19T04:55:00Z');

  const begun = (): Case => new Case(project, { found: conflictOf(seen(project, blocker, linkerError('hyperkube'))), blocker, now: opened });
  const tried = (): Case => {
    const c = begun().wait(3 * HOUR).attempt('luxas', 'a larger code model').wait(3 * HOUR).attempt('mikebrow', 'gold instead of ld').look();
    return c.skip('smarter', 'it is mine').skip('ivan', 'the release waits').skip('maria', 'hours of attempts');
  };
  const off = (): Case => tried().look().wait(HOUR).vote('ivan').vote('anna').look()
    .wait(2 * HOUR, { blocker: { state: 'merged', blocks: false, because: 'it is merged' }, build: 'off', platform: 'unknown' });

  it('is seen by the log of the one job that builds everything: the blocker broke it', () => {
    const first = begun();
    expect(first.conflict).toMatchObject({ platform: 'linux/ppc64le', stage: 'fixing', evidence: { way: 'log', base: 'green', log: [{ signature: 'cross-compiler' }, { signature: 'relocations-ppc64' }] } });
    expect(first.conflict.evidence.because).toMatch(/^#25243 broke linux\/ppc64le: on master it is green\./);
    expect(first.asked).toEqual(['opened @luxas']);
  });

  it('is tried for hours, decided the same day without the blocker\'s author, and turned off in the blocker itself', () => {
    const waiting = tried();
    expect(waiting.conflict.stage).toBe('fixing');
    expect(waiting.look().proposal()).toMatchObject({ state: 'open', quorum: 2, recused: ['smarter'], matter: { case: { tries: [{ by: 'luxas' }, { by: 'mikebrow' }], plan: { removed: PLAN.removed } } } });
    expect(waiting.wait(HOUR).vote('smarter').vote('ivan').look().conflict.stage).toBe('deciding');
    expect(waiting.vote('anna').look().conflict).toMatchObject({ stage: 'doing', times: { approved: opened + 7 * HOUR } });
    const first = off();
    expect(first.conflict).toMatchObject({ stage: 'watching', times: { approved: opened + 7 * HOUR, off: opened + 9 * HOUR, helped: opened + 9 * HOUR } });
    expect(new Date(first.conflict.times.off ?? 0).toISOString().slice(0, 10)).toBe('2016-05-19');
  });

  it('waits for the toolchain, which upstream mends in five days, and stays open while one binary is off', () => {
    const first = off();
    first.conflict = { ...first.conflict, exit: { ...first.conflict.exit, upstream: 'golang/go#15823' } };
    first.now = at('2016-05-24T12:00:00Z');
    first.look({ upstreamReleased: false, greens: new Map([['build-linux/ppc64le', 5]]), back: { diff: '+', byHand: null } });
    expect(first.conflict.stage).toBe('watching');
    first.now = at('2016-06-09T12:00:00Z');
    first.look({ build: 'partly', greens: new Map(), reactivation: { state: 'closed', closedAt: first.now } });
    expect(first.told.slice(-3)).toEqual(['reopened-issue', 'partly-back', 'escalated']);
    expect(first.conflict.stage).toBe('watching');
  });

  const again = (): Case => {
    const other = pullRequest(29740, 'ixdy');
    const later = projectOf({ releases: [releaseOf({ name: 'v1.4', date: at('2016-09-26T00:00:00Z'), milestone: 'v1.4' })] }, { owners: ['@luxas'] });
    return new Case(later, { found: conflictOf(seen(later, other, linkerError('kubemark'))), blocker: other, now: at('2016-08-10T18:00:00Z'), known: [off().conflict] });
  };

  it('breaks again after two months by another component, as the second time, and the first try does not help', () => {
    const second = again();
    expect(second.conflict).toMatchObject({ earlier: 1, fixBy: at('2016-08-11T18:00:00Z') });
    second.look().wait(DAY).vote('ivan').vote('maria').look();
    expect(second.conflict.stage).toBe('doing');
    const merged = at('2016-08-16T20:00:00Z');
    second.now = merged;
    second.look({ build: 'off', pull: { repo: 'kubernetes/kubernetes', number: 30659, url: 'https://github.com/kubernetes/kubernetes/pull/30659', state: 'merged', mergedAt: merged } });
    second.wait(3 * HOUR, { redAt: merged + 2 * HOUR, platform: 'red' });
    expect(second.told.slice(-2)).toEqual(['off', 'did-not-help']);
    second.wait(DAY, { platform: 'green' });
    expect(second.told.at(-1)).toBe('helped');
  });

  it('is questioned, misses one release, and is back for good after nine months', () => {
    const second = again();
    second.look().wait(DAY).vote('ivan').vote('maria').look().wait(5 * DAY, { build: 'off', platform: 'green', nextCut: at('2016-08-25T00:00:00Z') });
    expect(second.conflict.expiresAt).toBe(at('2016-08-23T00:00:00Z'));
    second.now = at('2016-09-26T00:00:00Z');
    second.look();
    expect(second.asked.filter((a) => a.startsWith('escalated'))).toHaveLength(4);
    second.now = at('2017-02-15T12:00:00Z');
    second.look({ greens: new Map([['build-linux/ppc64le', 3]]), back: { diff: '+  linux/ppc64le', byHand: null } });
    expect(second.conflict.stage).toBe('returning');
    second.vote('ivan').vote('maria').look();
    second.wait(DAY, { build: 'on', backPull: { repo: 'kubernetes/kubernetes', number: 38926, url: 'https://github.com/kubernetes/kubernetes/pull/38926', state: 'merged', mergedAt: second.now + HOUR } });
    expect(second.conflict).toMatchObject({ stage: 'over', outcome: 'back' });
    expect(second.asked.filter((a) => a.startsWith('escalated'))).toHaveLength(4);
  });
});

describe('linux/arm in 2023', () => {
  const cut = at('2023-04-11T00:00:00Z');
  const project = projectOf({ releases: [releaseOf({ name: 'v1.27', date: cut, milestone: 'v1.27' })] }, { owners: [], step: 3 }, 'linux/arm');
  const log = [
    ...STARTED(['linux/arm']), '# k8s.io/kubernetes/cmd/kubelet', '/usr/local/go/pkg/tool/linux_amd64/link: running arm-linux-gnueabihf-gcc failed: exit status 1',
    "(.text+0x2bc): relocation truncated to fit: R_ARM_CALL against `runtime.duffcopy'",
  ];
  const blocker = pullRequest(115377, 'saschagrunert');
  const begun = (): Case => new Case(project, { found: conflictOf(seen(project, blocker, log)), blocker, now: at('2023-02-09T10:00:00Z') });
  const off = (): Case => begun().look().wait(DAY).vote('ivan').vote('maria').vote('anna').look().wait(DAY, { build: 'off', platform: 'green' });

  it('is a linker failure in the one job that builds everything; nobody owns it, so the release-signal people are asked', () => {
    const c = begun();
    expect(c.conflict).toMatchObject({ platform: 'linux/arm', evidence: { way: 'log' }, owners: [] });
    expect(c.asked).toEqual(['opened @demo/signal']);
  });

  it('is not fixed in time, and turned off with one approval more, as it ships', () => {
    const c = begun().look().wait(DAY);
    expect(c.proposal()).toMatchObject({ quorum: 3, objectors: [], matter: { platform: 'linux/arm', case: { tries: [], gaveUp: null } } });
    c.vote('ivan').vote('maria').look();
    expect(c.conflict.stage).toBe('deciding');
    expect(off().conflict).toMatchObject({ stage: 'watching', times: { off: at('2023-02-11T10:00:00Z') } });
  });

  it('is reminded of and questioned once, and dropped when the platform leaves the configuration', () => {
    const c = off().wait(7 * DAY).wait(7 * DAY).wait(300 * DAY);
    expect(c.asked.slice(1).map((a) => a.split(' ')[0])).toEqual(['approved', 'reminded', 'escalated', 'escalated', 'escalated', 'escalated']);
    c.wait(DAY, { project: { ...project, platforms: project.platforms.filter((p) => p.id !== 'linux/arm') } });
    expect(c.conflict).toMatchObject({ stage: 'over', outcome: 'gone' });
  });
});
