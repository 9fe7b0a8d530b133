import type { OutboxRow, PlannedAction, Receipt } from '../../src/domain/action.ts';
import type { PlatformEvent } from '../../src/domain/event.ts';
import type { Conflict } from '../../src/domain/conflict.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { JobState } from '../../src/domain/job.ts';
import type { AuditEntry, Ping, Warning } from '../../src/domain/notice.ts';
import type { LinkCode, SlackMember } from '../../src/domain/person.ts';
import type { Proposal, Vote } from '../../src/domain/proposal.ts';
import type { Quiet } from '../../src/domain/quiet.ts';
import type { StepWarning } from '../../src/domain/step-warning.ts';
import type { Run } from '../../src/domain/run.ts';
import { DAY } from '../../src/store/values.ts';

/** A Friday in 2026, in the middle of a day. */
export const NOW = Date.UTC(2026, 10, 20, 12);
export const HOUR = 3_600_000;
export const TODAY = Math.floor(NOW / DAY);
export const PROJECT = 'kubernetes';

export const state = (key: string, over: Partial<JobState> = {}): JobState => ({
  key, health: 'failing', reason: 'three failed runs in a row',
  streak: { length: 3, since: NOW - HOUR, firstBuild: '7', firstCommit: 'aa', lastBuild: '9', lastCommit: 'bb', lastUrl: null, commits: 2 },
  passes: null, runs: 10, passed: 7, lastRun: NOW - HOUR, lastGreen: NOW - 5 * HOUR, lastGreenCommit: 'cc', lastGreenUrl: null,
  since: NOW - HOUR, unfinished: 0, failingTests: [{ name: 'TestA', message: 'boom' }], moreFailingTests: 0, testsTotal: 40,
  links: { page: 'https://grid.example/tab', logs: null }, problem: null, ...over,
});

export const run = (build: number | string, over: Partial<Run> = {}): Run => ({
  build: String(build), started: NOW - HOUR, finished: null, outcome: 'pass', commit: null, url: null, ...over,
});

export const incident = (id: string, over: Partial<Incident> = {}): Incident => ({
  id, project: PROJECT, repo: 'kubernetes/kubernetes', platform: 'linux/s390x', kind: 'breakage', scope: 'here', state: 'open',
  revision: 1, shown: 1, openedAt: NOW, closedAt: null, closedBy: null,
  jobs: [{
    key: 'linux/s390x|grid|unit', name: 'unit', platform: 'linux/s390x', suite: 'unit', trigger: 'periodic', board: null, state: 'failing',
    joined: NOW, left: null, neverGreen: false, streak: null, lastRun: NOW, lastGreen: null, lastGreenCommit: null, lastGreenUrl: null,
    failingTests: [{ name: 'TestA\u0000\ud800', message: null }], moreFailingTests: 0, testsTotal: null, links: { page: null, logs: null },
    flake: false, fixedAt: null,
  }],
  facts: [{ n: 1, at: NOW, asks: ['@kubernetes/s390x'], kind: 'opened' }],
  acknowledged: null, firstAcknowledged: null, snooze: null, classified: null, tries: [], fixes: [], lastSaid: {}, owners: ['@kubernetes/s390x'], remindAt: null, escalateAt: null, stillFailingAt: null,
  surroundings: { jobsTotal: 2, wellJobs: ['e2e'], platformsPassing: ['linux/amd64'], platformsFailing: [] },
  previous: null, summarisedBy: null, summarises: [], generation: 1, issue: null, lostIssues: [], messages: {}, ...over,
});

export const closed = (from: Incident, at: number): Incident =>
  ({ ...from, state: 'closed', closedAt: at, closedBy: 'recovery', revision: from.revision + 1 });

export const proposal = (id: string, over: Partial<Proposal> = {}): Proposal => ({
  id, project: PROJECT, repo: 'kubernetes/kubernetes',
  matter: { kind: 'mute', platform: 'linux/s390x', job: 'linux/s390x|grid|unit', jobName: 'unit', until: NOW + 9 * DAY, reason: 'a broken disk\u0000\ud800' },
  revision: 1, shown: 1, edition: 1, editionAt: NOW, state: 'open', proposer: { by: 'olga', surface: 'github', at: NOW }, recused: ['nils'],
  deciders: ['@kubernetes/release-team'], quorum: 2, objectors: ['@kubernetes/s390x'], expiresAt: NOW + 72 * HOUR, latestEnd: null, warnAt: NOW + 48 * HOUR,
  votes: [], decidedAt: null, because: null, issue: null, messages: {}, ...over,
});

export const vote = (by: string, over: Partial<Vote> = {}): Vote =>
  ({ kind: 'approve', by, surface: 'slack', at: NOW + 1, edition: 1, reason: null, ...over });

export const decided = (from: Proposal, at: number, state: Proposal['state'] = 'approved'): Proposal =>
  ({ ...from, state, decidedAt: at, revision: from.revision + 1 });

/** A mute, from now for a day. */
export const quiet = (id: string, over: Partial<Extract<Quiet, { kind: 'mute' }>> = {}): Quiet => ({
  id, project: PROJECT, revision: 1, kind: 'mute', platform: 'linux/s390x', job: 'linux/s390x|grid|unit', jobName: 'unit', proposal: null,
  from: NOW, to: NOW + DAY, reason: null, by: 'olga', at: NOW, ended: null, ...over,
});

export const downtime = (id: string, from: number, to: number): Quiet =>
  ({ id, project: PROJECT, revision: 1, kind: 'downtime', platform: 'linux/s390x', from, to, reason: 'a new rack', by: 'olga', at: NOW, ended: null });

/** One criterion of linux/s390x has not held for two weeks. */
export const stepWarning = (id: string, over: Partial<StepWarning> = {}): StepWarning => ({
  id, project: PROJECT, repo: 'kubernetes/kubernetes', platform: 'linux/s390x', step: { number: 2, name: 'test' }, below: { number: 1, name: 'build' }, asked: 5,
  revision: 1, shown: 1, state: 'open', turn: 1, raisedAt: NOW, filedTurn: 0, owners: ['@kubernetes/s390x'], followedBy: null, dismissed: null, over: null, issue: null, messages: {},
  criteria: [{ criterion: 'pass-rate', kind: 'unmet', since: NOW - 14 * DAY, days: 14, earlier: false, daysLeft: 28, expectedAt: null, because: 'too \ud800\u0000little', links: [{ words: 'e2e', link: 'https://x.example' }] }], ...over,
});

/** A pull request that blocks the release, and linux/s390x in its way: its owners have a day. */
export const conflict = (id: string, over: Partial<Conflict> = {}): Conflict => ({
  id, project: PROJECT, repo: 'kubernetes/kubernetes', platform: 'linux/s390x', components: [], branch: 'main', release: 'v1.37', remedy: 'deactivate', stage: 'fixing', outcome: null,
  blocker: { kind: 'pull', repo: 'kubernetes/kubernetes', number: 12, url: 'https://github.example/12', title: 'Fix \u0000 it', author: 'nils' },
  evidence: { way: 'checks', because: 'Only its build is red.', base: 'green', checks: [{ name: 'build (s390x)', url: null, failure: null }], log: [] },
  round: 1, revision: 1, shown: 1, openedBy: { by: 'archsignal', surface: 'github', at: NOW }, fixBy: NOW + DAY, owners: ['@kubernetes/s390x'], tries: [], gaveUp: null, skips: [], stuck: null, plan: null,
  times: { detected: NOW, asked: NOW, proposed: null, approved: null, off: null, helped: null, back: null }, exit: { greens: 3, jobs: ['build'], upstream: null },
  proposal: null, formerProposals: [], pull: null, reactivation: null, backProposal: null, backPull: null, formerBackProposals: [], expiresAt: null, remindAt: null, againAt: null, earlier: 0,
  facts: [{ n: 1, at: NOW, kind: 'opened', asks: ['@kubernetes/s390x'], detail: '' }], ...over,
});

/** Somebody did something for the platform, now. */
export const event = (id: string, over: Partial<Extract<PlatformEvent, { kind: 'act' }>> = {}): PlatformEvent =>
  ({ id, project: PROJECT, platform: 'linux/s390x', at: NOW, kind: 'act', by: 'olga', what: 'acknowledged\u0000\ud800', ...over });

export const OLGA: SlackMember = { team: 'T1', user: 'U1' };
export const NILS: SlackMember = { team: 'T1', user: 'U2' };

export const code = (hash: string, slack: SlackMember, over: Partial<LinkCode> = {}): LinkCode =>
  ({ hash, slack, createdAt: NOW, expires: NOW + HOUR, ...over });

export const GITHUB = 'github:kubernetes/kubernetes' as const;
export const SLACK = 'slack:#release-ci-signal' as const;

export const planned = (key: string, over: Partial<PlannedAction> = {}): PlannedAction => ({
  key, project: PROJECT, entity: 'incident:one', destination: GITHUB,
  action: { kind: 'ensure-issue', incident: 'one', generation: 1, shown: 1 }, family: null, summary: `do ${key}`, ...over,
});

export const receipt = (number = 7): Receipt =>
  ({ kind: 'issue', repo: 'kubernetes/kubernetes', number, url: `https://github.example/${number}`, state: 'open', shown: 1, facts: 1, comments: 0 });

/** `what`: the store keeps any kind, those of another version too. */
export const audit = (entity: string, what = 'opened'): AuditEntry =>
  ({ at: NOW, project: PROJECT, entity, what: what as AuditEntry['what'], actor: 'archsignal', evidence: { builds: ['7', '8'], text: 'a\u0000b' } });

export const ping = (key: string, over: Partial<Ping> = {}): Ping =>
  ({ key, at: NOW, project: PROJECT, incident: 'one', fact: 'opened', handle: '@kubernetes/s390x', mode: 'live', ...over });

export const warning = (key: string, over: Partial<Warning> = {}): Warning =>
  ({ key, project: PROJECT, text: `mend ${key}`, urgency: 'now', ...over });

export const keysOf = (rows: readonly OutboxRow[]): string[] => rows.map((r) => r.key);

export const claim = (owner: string, now: number, over: { limit?: number; leaseFor?: number } = {}) =>
  ({ owner, now, leaseFor: 10_000, limit: 10, skip: [], ...over });
