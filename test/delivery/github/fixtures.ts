import { pino } from 'pino';
import type { Editor } from '../../../src/domain/action.ts';
import type { Briefing } from '../../../src/domain/briefing.ts';
import type { Fact, Incident, IncidentJob } from '../../../src/domain/incident.ts';
import { createGitHub, type Attempt, type GitHub, type GitHubOptions, type Subject } from '../../../src/delivery/github/index.ts';
import { switcher } from '../../../src/switches/index.ts';
import type { StandIn } from './stand-in.ts';

const HOUR = 3_600_000;
/** Tue 18 Nov 2025 14:10 UTC. */
export const T0 = Date.parse('2025-11-18T14:10:00Z');
export const REPO = 'kubernetes/kubernetes';

/** An editor that knows no file. */
export const NO_EDITOR: Editor = { candidates: () => [], apply: () => ({ kind: 'other' }) };

/** `github` against a stand-in; nothing is logged. */
export const connect = (gh: StandIn, options: Partial<GitHubOptions> = {}): GitHub => createGitHub({
  appId: gh.appId, privateKey: gh.privateKey, webhookSecret: 'a secret', apiUrl: gh.url, log: pino({ level: 'silent' }), markerKeys: ['key one'],
  onDelivery: async () => true, now: () => gh.clock, editor: NO_EDITOR, switcher, bots: [], ...options,
});

export const aJob = (fields: Partial<IncidentJob> = {}): IncidentJob => ({
  key: 'linux/s390x|grid|ibm-s390x-k8s/e2e', name: 'e2e', platform: 'linux/s390x', suite: 'e2e', trigger: 'periodic', board: 'informing', state: 'failing',
  joined: T0 + HOUR, left: null, neverGreen: false,
  streak: { length: 4, since: T0, firstBuild: '11', firstCommit: 'c41e7b0aa1', lastBuild: '14', lastCommit: 'd02aa91bb2', lastUrl: null, commits: 3 },
  lastRun: T0 + HOUR, lastGreen: T0 - 2 * HOUR, lastGreenCommit: '9f3c2ab5f0', lastGreenUrl: 'https://prow.example/view/10',
  failingTests: [
    { name: '[sig-network] Services should serve endpoints on same port', message: 'timed out waiting for the condition\n  at network.go:812' },
    { name: '[sig-node] Pods should be restarted', message: null },
  ],
  moreFailingTests: 0, testsTotal: 812, links: { page: 'https://testgrid.example/ibm-s390x-k8s#e2e', logs: 'https://prow.example/view/14' }, flake: false, fixedAt: null,
  ...fields,
});

export const unitJob = (fields: Partial<IncidentJob> = {}): IncidentJob => aJob({
  key: 'linux/s390x|grid|ibm-s390x-k8s/unit', name: 'unit', suite: 'unit', board: null,
  streak: { length: 3, since: T0 + 52 * 60_000, firstBuild: '21', firstCommit: 'c41e7b0aa1', lastBuild: '23', lastCommit: 'd02aa91bb2', lastUrl: null, commits: 2 },
  lastGreenCommit: '77d01e2c30', failingTests: [{ name: 'k8s.io/kubernetes/pkg/kubelet TestPodWorkers', message: null }], testsTotal: 5310,
  links: { page: 'https://testgrid.example/ibm-s390x-k8s#unit', logs: 'https://prow.example/view/23' }, ...fields,
});

export const opened = (asks: readonly string[] = ['@kubernetes/s390x-owners']): Fact => ({ n: 1, at: T0 + HOUR, asks, kind: 'opened' });

export const anIncident = (fields: Partial<Incident> = {}): Incident => ({
  id: 'kubernetes-linux-s390x-breakage-mi4zq8ww', project: 'kubernetes', repo: REPO, platform: 'linux/s390x', kind: 'breakage', scope: 'here', state: 'open',
  revision: 1, shown: 1, openedAt: T0 + HOUR, closedAt: null, closedBy: null, jobs: [aJob(), unitJob()], facts: [opened()], acknowledged: null, firstAcknowledged: null, snooze: null, classified: null, tries: [], fixes: [], lastSaid: {},
  owners: ['@kubernetes/s390x-owners'], remindAt: T0 + 25 * HOUR, escalateAt: T0 + 73 * HOUR, stillFailingAt: null,
  surroundings: { jobsTotal: 5, wellJobs: ['build', 'conformance', 'node-e2e'], platformsPassing: ['linux/amd64', 'linux/arm64'], platformsFailing: [] },
  previous: null, summarisedBy: null, summarises: [], generation: 1, issue: null, lostIssues: [], messages: {}, ...fields,
});

export const aBriefing = (fields: Partial<Briefing> = {}): Briefing => ({
  project: 'kubernetes', repoUrl: `https://github.com/${REPO}`, reference: 'linux/amd64', escalateTo: ['@kubernetes/release-signal'], releaseSignal: ['@kubernetes/release-signal'],
  remindAfter: 24 * HOUR, escalateAfter: 72 * HOUR, passesToClose: 2, staleAfter: 48 * HOUR, failuresToOpen: 3, configFile: 'config/kubernetes.yml', ...fields,
});

export const subjectOf = (incident: Incident, briefing = aBriefing()): Subject => ({ incident, briefing });

/** The incident as it is after its issue was filed. */
export const filed = (incident: Incident, number = 1): Incident => ({ ...incident, issue: { repo: REPO, number, url: `https://github.com/${REPO}/issues/${number}` } });

/** Another version of the incident, which its body shows differently. */
export const changed = (incident: Incident, fields: Partial<Incident>): Incident => ({ ...incident, revision: incident.revision + 1, shown: incident.shown + 1, ...fields });

export const ensure = (incident: Incident) => ({ kind: 'ensure-issue', incident: incident.id, generation: incident.generation, shown: incident.shown }) as const;
export const tell = (incident: Incident, fact: number) => ({ kind: 'comment', incident: incident.id, generation: incident.generation, fact }) as const;
export const turn = (incident: Incident, state: 'open' | 'closed') => ({ kind: 'set-issue-state', incident: incident.id, generation: incident.generation, state, turn: 1 }) as const;
export const first: Attempt = { look: false };
export const again: Attempt = { look: true };
