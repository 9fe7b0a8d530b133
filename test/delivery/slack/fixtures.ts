import pino from 'pino';
import type { Briefing } from '../../../src/domain/briefing.ts';
import type { Fact, Incident, IncidentJob } from '../../../src/domain/incident.ts';
import type { Subject } from '../../../src/delivery/slack/index.ts';

/** Tue 18 Nov 2025 14:10 UTC: when the jobs of these stories began to fail. */
export const T0 = Date.UTC(2025, 10, 18, 14, 10);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const silent = pino({ level: 'silent' });

export const briefing: Briefing = {
  project: 'kubernetes', repoUrl: 'https://github.com/kubernetes/kubernetes', reference: 'linux/amd64',
  escalateTo: ['@kubernetes/release-signal'], releaseSignal: ['@kubernetes/release-signal'],
  remindAfter: DAY, escalateAfter: 3 * DAY, passesToClose: 2, staleAfter: 2 * DAY, failuresToOpen: 3, configFile: 'config/kubernetes.yml',
};

export const job = (suite: string, over: Partial<IncidentJob> = {}): IncidentJob => ({
  key: `linux/s390x|grid|ibm/ci-${suite}`, name: `ci-kubernetes-${suite}-s390x`, platform: 'linux/s390x', suite, trigger: 'periodic', board: null,
  state: 'failing', joined: T0 + HOUR, left: null, neverGreen: false,
  streak: { length: 4, since: T0, firstBuild: '1', firstCommit: 'c41e7b0aa11', lastBuild: '4', lastCommit: 'd02aa91bb22', lastUrl: null, commits: 3 },
  lastRun: T0 + HOUR, lastGreen: T0 - HOUR, lastGreenCommit: '9f3c2ab0123', lastGreenUrl: null,
  failingTests: [], moreFailingTests: 0, testsTotal: null,
  links: { page: `https://testgrid.k8s.io/ibm#ci-${suite}`, logs: `https://prow.k8s.io/view/${suite}/4` }, flake: false, fixedAt: null, ...over,
});

export const e2e = job('e2e', {
  board: 'informing', testsTotal: 812,
  failingTests: [
    { name: '[sig-network] Services should serve endpoints on same port', message: 'expected <nil>, got dial tcp 10.0.0.1:443: i/o timeout' },
    { name: '[sig-storage] CSI mock volume expands online', message: null },
  ],
});
export const unit = job('unit', {
  streak: { length: 3, since: T0 + 52 * 60_000, firstBuild: '7', firstCommit: 'd02aa91bb22', lastBuild: '9', lastCommit: 'd02aa91bb22', lastUrl: null, commits: 2 },
  lastGreenCommit: '77d01e2c0de',
});

type AnyFact = Fact extends infer F ? F extends Fact ? Omit<F, 'n' | 'at' | 'asks'> & Partial<Pick<F, 'n' | 'at' | 'asks'>> : never : never;

export const facts = (...list: AnyFact[]): Fact[] => list.map((f, i) => ({ n: i + 1, at: T0 + (i + 1) * HOUR, asks: [], ...f }));

export const OWNERS = ['@kubernetes/s390x-owners', '@octo-porter'];

export const incident = (over: Partial<Incident> = {}): Incident => ({
  id: 'kubernetes-linux-s390x-breakage-mi4x2s00', project: 'kubernetes', repo: 'kubernetes/kubernetes', platform: 'linux/s390x', kind: 'breakage',
  scope: 'here', state: 'open', revision: 1, shown: 1, openedAt: T0 + HOUR, closedAt: null, closedBy: null, jobs: [e2e, unit],
  facts: facts({ kind: 'opened', asks: OWNERS }), acknowledged: null, firstAcknowledged: null, snooze: null, classified: null, tries: [], fixes: [], lastSaid: {}, owners: OWNERS,
  remindAt: T0 + HOUR + DAY, escalateAt: T0 + HOUR + 3 * DAY, stillFailingAt: null,
  surroundings: { jobsTotal: 5, wellJobs: ['ci-kubernetes-build-s390x', 'ci-kubernetes-integration-s390x'], platformsPassing: ['linux/amd64', 'linux/arm64'], platformsFailing: [] },
  previous: null, summarisedBy: null, summarises: [], generation: 1,
  issue: { repo: 'kubernetes/kubernetes', number: 4711, url: 'https://github.com/kubernetes/kubernetes/issues/4711' },
  lostIssues: [], messages: {}, ...over,
});

export const about = (over: Partial<Incident> = {}): Subject => ({ incident: incident(over), briefing });

/** A job as a fact names it. */
export const named = (j: IncidentJob, over: Partial<Extract<Fact, { kind: 'joined' }>['jobs'][number]> = {}): Extract<Fact, { kind: 'joined' }>['jobs'][number] => ({
  key: j.key, name: j.name, platform: j.platform, since: j.streak?.since ?? null, streak: j.streak?.length ?? 0, commits: j.streak?.commits ?? 0,
  lastFailedCommit: j.streak?.lastCommit ?? null, fixedAt: null, passes: 0, flake: false, url: j.links.page, ...over,
});

/** Every form that an incident's message and its thread can take, by what happened. */
export function gallery(): [string, Subject][] {
  const well = (j: IncidentJob, over: Partial<IncidentJob> = {}): IncidentJob => ({ ...j, state: 'recovered', left: T0 + 27 * HOUR, fixedAt: 'feed0b1e55', ...over });
  const closed = { state: 'closed', closedAt: T0 + 27 * HOUR, closedBy: 'recovery' } as const;
  const opened = { kind: 'opened', asks: OWNERS } as const;
  const wide = { scope: 'everywhere', platform: 'linux/amd64', owners: [] } as const;
  const amd = job('e2e', { key: 'amd', platform: 'linux/amd64', name: 'ci-kubernetes-e2e' });
  const arm = job('e2e', { key: 'arm', platform: 'linux/arm64', name: 'ci-kubernetes-e2e-arm64' });
  const stale = job('e2e', { state: 'stale', streak: null, lastRun: T0 - 2 * DAY });
  const signal = ['@kubernetes/release-signal'];
  return [
    ['opened', about()],
    ['opened, before its issue is known', about({ issue: null })],
    ['opened, one job, nothing to compare with', about({ jobs: [e2e], surroundings: { jobsTotal: 1, wellJobs: [], platformsPassing: [], platformsFailing: [] } })],
    ['opened, on another port too', about({ surroundings: { jobsTotal: 5, wellJobs: [], platformsPassing: ['linux/amd64'], platformsFailing: ['linux/ppc64le'] } })],
    ['opened, no owners', about({ owners: [], facts: facts({ kind: 'opened', asks: signal }) })],
    ['never passed', about({ jobs: [job('conformance', { neverGreen: true, lastGreen: null, lastGreenCommit: null })] })],
    ['a second job joined', about({ facts: facts(opened, { kind: 'joined', jobs: [named(unit)] }) })],
    ['one job recovered', about({ jobs: [e2e, well(unit)], facts: facts(opened, { kind: 'left', why: 'recovered', jobs: [named(unit, { passes: 2, fixedAt: 'd02aa91bb22', lastFailedCommit: 'c41e7b0aa11' })] }) })],
    ['one job was a flake', about({ jobs: [e2e, well(unit, { flake: true })], facts: facts(opened, { kind: 'left', why: 'recovered', jobs: [named(unit, { passes: 2, flake: true })] }) })],
    ['one job went silent', about({ jobs: [e2e, { ...unit, state: 'moved', left: T0 + DAY }], facts: facts(opened, { kind: 'left', why: 'moved', jobs: [named(unit)] }) })],
    ['one job is tracked no more', about({ jobs: [e2e, { ...unit, state: 'untracked', left: T0 + DAY }], facts: facts(opened, { kind: 'left', why: 'untracked', jobs: [named(unit)] }) })],
    ['acknowledged', about({ acknowledged: { by: 'olga', at: T0 + 2 * HOUR }, remindAt: null, escalateAt: null, facts: facts(opened, { kind: 'acknowledged', by: 'olga' }) })],
    ['given back', about({ facts: facts(opened, { kind: 'acknowledged', by: 'olga' }, { kind: 'unacknowledged' }) })],
    ['reminded', about({ remindAt: null, facts: facts(opened, { kind: 'reminded', at: T0 + HOUR + DAY, asks: OWNERS }) })],
    ['escalated', about({ remindAt: null, escalateAt: null, facts: facts(opened, { kind: 'reminded', at: T0 + HOUR + DAY, asks: OWNERS }, { kind: 'escalated', at: T0 + HOUR + 3 * DAY, asks: signal }) })],
    ['recovered', about({ ...closed, jobs: [well(e2e), well(unit)], facts: facts(opened, { kind: 'recovered', at: T0 + 27 * HOUR }) })],
    ['recovered, a flake', about({ ...closed, jobs: [well(e2e, { flake: true })], facts: facts(opened, { kind: 'recovered', at: T0 + 27 * HOUR }) })],
    ['green for the first time', about({ ...closed, jobs: [well(e2e, { neverGreen: true })], facts: facts(opened, { kind: 'recovered', at: T0 + 27 * HOUR }) })],
    ['reopened', about({ facts: facts(opened, { kind: 'recovered', at: T0 + 27 * HOUR }, { kind: 'reopened', at: T0 + 30 * HOUR, asks: OWNERS }) })],
    ['closed by hand', about({ state: 'dismissed', remindAt: null, escalateAt: null, stillFailingAt: T0 + 3 * DAY + HOUR, facts: facts(opened, { kind: 'dismissed', by: 'olga' }) })],
    ['closed by hand and still failing', about({ state: 'dismissed', remindAt: null, escalateAt: null, facts: facts(opened, { kind: 'dismissed', by: 'olga' }, { kind: 'still-failing', at: T0 + 4 * DAY }) })],
    ['closed by hand, green since', about({ ...closed, closedBy: 'person', jobs: [well(e2e), well(unit)], facts: facts(opened, { kind: 'dismissed', by: 'olga' }) })],
    ['reopened by hand', about({ facts: facts(opened, { kind: 'dismissed', by: 'olga' }, { kind: 'reopened-by-hand', by: 'pia' }) })],
    ['everywhere', about({ ...wide, jobs: [amd, arm, { ...e2e, platform: 'linux/s390x' }], surroundings: { jobsTotal: 9, wellJobs: [], platformsPassing: [], platformsFailing: ['linux/arm64', 'linux/s390x'] }, facts: facts({ kind: 'opened', asks: signal }) })],
    ['everywhere after all', about({ ...wide, jobs: [amd, arm], surroundings: { jobsTotal: 9, wellJobs: [], platformsPassing: [], platformsFailing: ['linux/arm64'] }, facts: facts({ kind: 'opened', asks: signal }, { kind: 'now-everywhere' }) })],
    ['only here after all', about({ facts: facts({ kind: 'opened', asks: signal }, { kind: 'now-here', asks: OWNERS }) })],
    ['stale', about({ kind: 'stale', jobs: [stale], surroundings: { jobsTotal: 5, wellJobs: [], platformsPassing: [], platformsFailing: [] } })],
    ['stale, and back', about({ kind: 'stale', ...closed, jobs: [{ ...stale, state: 'recovered', left: T0 + 27 * HOUR }], facts: facts(opened, { kind: 'recovered', at: T0 + 27 * HOUR }) })],
    ['jobs gone at the source', about({ kind: 'configuration', platform: 'linux/amd64', jobs: [{ ...e2e, state: 'missing', streak: null, failingTests: [] }, { ...amd, state: 'missing', streak: null }], facts: facts({ kind: 'opened', asks: signal }) })],
    ['configuration mended', about({ kind: 'configuration', platform: 'linux/amd64', ...closed, jobs: [well(e2e)], facts: facts({ kind: 'opened', asks: signal }, { kind: 'recovered', at: T0 + 27 * HOUR }) })],
    ['moved into another incident', about({ state: 'closed', closedAt: T0 + 27 * HOUR, closedBy: 'moved', jobs: [{ ...e2e, state: 'moved', left: T0 + 27 * HOUR }], facts: facts(opened, { kind: 'left', why: 'moved', jobs: [named(e2e)] }) })],
    ['tracked no more', about({ state: 'closed', closedAt: T0 + 27 * HOUR, closedBy: 'untracked', jobs: [{ ...e2e, state: 'untracked', left: T0 + 27 * HOUR }], facts: facts(opened, { kind: 'left', why: 'untracked', jobs: [named(e2e)] }) })],
    ...acts(opened),
    ['its issue was deleted', about({ issue: null, generation: 2, lostIssues: [{ repo: 'kubernetes/kubernetes', number: 4711, url: 'https://github.com/kubernetes/kubernetes/issues/4711' }], facts: facts(opened, { kind: 'replaced' }) })],
    ['its second issue was deleted', about({ issue: null, generation: 3, lostIssues: [{ repo: 'kubernetes/kubernetes', number: 4711, url: 'https://github.com/kubernetes/kubernetes/issues/4711' }, { repo: 'kubernetes/kubernetes', number: 4712, url: 'https://github.com/kubernetes/kubernetes/issues/4712' }], facts: facts(opened, { kind: 'replaced' }) })],
    ['flood', about(flood())],
    ['flood, partly over', about({ ...flood(), summarises: flood().summarises?.map((s, i) => ({ ...s, over: i < 18 })) ?? [] })],
    ['flood, over', about({ ...flood(), ...closed, summarises: flood().summarises?.map((s) => ({ ...s, over: true })) ?? [], facts: facts({ kind: 'opened', asks: signal }, { kind: 'recovered', at: T0 + 27 * HOUR }) })],
  ];
}

/** What people say and do about it by command and button. */
function acts(opened: { readonly kind: 'opened'; readonly asks: readonly string[] }): [string, Subject][] {
  const until = T0 + 3 * DAY + 2 * HOUR;
  const snooze = { by: 'olga', at: T0 + 2 * HOUR, until, reason: 'waits for kernel 6.18.' };
  const olga = { by: 'olga', at: T0 + 2 * HOUR };
  const quiet = { remindAt: null, escalateAt: null };
  const pull = { repo: 'kubernetes/kubernetes', number: 4712, url: 'https://github.com/kubernetes/kubernetes/pull/4712' };
  const go = { repo: 'golang/go', number: 77, url: 'https://github.com/golang/go/pull/77' };
  return [
    ['one job is muted', about({ jobs: [e2e, { ...unit, state: 'muted', left: T0 + DAY }], facts: facts(opened, { kind: 'left', why: 'muted', jobs: [named(unit)] }) })],
    ['muted', about({ state: 'closed', closedAt: T0 + 27 * HOUR, closedBy: 'muted', jobs: [{ ...e2e, state: 'muted', left: T0 + 27 * HOUR }], facts: facts(opened, { kind: 'left', why: 'muted', jobs: [named(e2e)] }) })],
    ['snoozed', about({ snooze, facts: facts(opened, { kind: 'snoozed', by: 'olga', until, reason: snooze.reason }) })],
    ['taken, then snoozed', about({ snooze: { ...snooze, reason: null }, acknowledged: olga, ...quiet, facts: facts(opened, { kind: 'snoozed', by: 'olga', until, reason: null }) })],
    ['woken', about({ facts: facts(opened, { kind: 'snoozed', by: 'olga', until, reason: null }, { kind: 'woken' }) })],
    ['snooze ended', about({ acknowledged: olga, ...quiet, facts: facts(opened, { kind: 'snoozed', by: 'olga', until, reason: null }, { kind: 'unsnoozed', by: 'pia' }) })],
    ['said to be a flake', about({ ...quiet, classified: { as: 'flake', ...olga, note: '[sig-network] Services' }, facts: facts(opened, { kind: 'classified', by: 'olga', as: 'flake', note: '[sig-network] Services' }) })],
    ['said to be the infrastructure', about({ ...quiet, acknowledged: { by: 'pia', at: T0 }, classified: { as: 'infra', ...olga, note: null }, facts: facts(opened, { kind: 'classified', by: 'olga', as: 'infra', note: 'the mainframe is being moved' }) })],
    ['taken back', about({ facts: facts(opened, { kind: 'unclassified', by: 'olga' }) })],
    ['tried', about({ facts: facts(opened, { kind: 'attempted', by: 'olga', text: `a newer gcc, ${pull.url}`, url: pull.url }) })],
    ['fix announced', about({ facts: facts(opened, { kind: 'fix-announced', by: 'olga', fix: pull }) })],
    ['fix merged', about({ facts: facts(opened, { kind: 'fix-merged', by: 'olga', fix: go }) })],
    ['fix closed', about({ facts: facts(opened, { kind: 'fix-closed', by: 'olga', fix: pull }) })],
    ['fix that failed', about({ facts: facts(opened, { kind: 'fix-failed', by: 'olga', fix: pull, asks: OWNERS }) })],
  ];
}

const flood = (): Partial<Incident> => ({
  kind: 'flood', scope: 'everywhere', platform: 'linux/amd64', owners: [], jobs: [], facts: facts({ kind: 'opened', asks: ['@kubernetes/release-signal'] }),
  summarises: Array.from({ length: 23 }, (_, i) => ({ id: `i${i}`, platform: (['linux/arm64', 'linux/s390x', 'linux/ppc64le', 'linux/riscv64'] as const)[i % 4] ?? 'linux/arm64', title: `ci-kubernetes-e2e-${i}, ci-kubernetes-unit-${i}`, over: false })),
});
