import type { Fact, Incident } from '../../src/domain/incident.ts';
import { jobKey, type Job, type JobKey, type JobReading, type JobState, type Thresholds } from '../../src/domain/job.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import type { Handle, Project } from '../../src/domain/project.ts';
import type { Outcome, Run } from '../../src/domain/run.ts';
import { boardOf, decideIncidents } from '../../src/policy/incidents.ts';
import type { Quiet } from '../../src/domain/quiet.ts';
import { quietUntil } from '../../src/domain/quiet.ts';
import type { ActContext } from '../../src/policy/acts.ts';
import { plannedDowntime } from '../../src/policy/downtimes.ts';
import { onIssueAct, type IssueAct } from '../../src/policy/people.ts';
import { slotsToOpen } from '../../src/policy/placing.ts';
import { slotOf, type Change, type World } from '../../src/policy/world.ts';
import { healthNow, readJob, readProblem, type JobNow } from '../../src/signal/job-health.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 10, 17, 8, 0);

export const THRESHOLDS: Thresholds = { failuresToOpen: 3, passesToClose: 2, recentRuns: 10, staleAfter: 48 * HOUR };

export interface JobSpec { readonly platform: PlatformId; readonly name: string; readonly suite?: string; readonly thresholds?: Partial<Thresholds> }

export function makeJob(spec: JobSpec): Job {
  const base = { platform: spec.platform, source: 'grid', dashboard: 'board', tab: spec.name, name: spec.name };
  return {
    ...base, key: jobKey(base), project: 'demo', suite: spec.suite ?? spec.name, trigger: 'periodic', branch: null, board: null, reportedBy: null,
    thresholds: { ...THRESHOLDS, ...spec.thresholds },
  };
}

export function makeProject(jobs: readonly Job[], over: Partial<Project> = {}, owners: Record<string, readonly Handle[]> = {}): Project {
  const ids = [...new Set(jobs.map((j) => j.platform))];
  return {
    name: 'demo', repo: 'demo/demo', file: 'config/demo.yml', origin: 'disk', reference: 'linux/amd64',
    sources: [{ name: 'grid', kind: 'testgrid', url: 'http://127.0.0.1:1', api: 'legacy', guarded: false }],
    polling: { every: { kind: 'interval', ms: 300_000 }, timeout: 20_000, concurrency: 8, bodyLimit: 1e9, alertAfter: 1_800_000 },
    signal: { ...THRESHOLDS, reopenWithin: DAY, cap: 20 },
    escalation: { remindAfter: 24 * HOUR, escalateAfter: 72 * HOUR, snooze: 72 * HOUR, to: ['@demo/leads'] },
    releaseSignal: ['@demo/signal'], channels: { incidents: '#signal', tiers: null, proposals: null }, releases: [], bots: [],
    platforms: ids.map((id) => ({
      id, step: 2, build: 'on' as const, owners: owners[id] ?? [`@demo/${id.replace('linux/', '')}-owners` as Handle], slack: null, checks: [], hours: null, onCall: null,
      jobs: jobs.filter((j) => j.platform === id),
    })),
    people: {}, retention: { runs: 90 * DAY, rollups: 1000 * DAY }, ...over,
  };
}

const OUTCOMES: Record<string, Outcome> = { P: 'pass', F: 'fail', K: 'flaky' };

/**
 * A story told hour by hour with the real reading of health and the real decisions; only storing is play. Runs are
 * letters, oldest first: P pass, F fail, K flaky, `.` an hour without a finished run.
 */
export class Story {
  project: Project;
  now = START;
  incidents: Incident[] = [];
  changes: Change[] = [];
  readonly #runs = new Map<JobKey, Run[]>();
  readonly #states = new Map<JobKey, JobState>();
  readonly #jobs = new Map<string, Job>();
  unmentionable = new Set<string>();
  /** Platforms that are turned off for a release blocker. */
  advisory = new Set<PlatformId>();
  quiets: Quiet[] = [];

  constructor(specs: readonly JobSpec[], over: Partial<Project> = {}, owners: Record<string, readonly Handle[]> = {}) {
    for (const spec of specs) this.#jobs.set(`${spec.platform} ${spec.name}`, makeJob(spec));
    this.project = makeProject([...this.#jobs.values()], over, owners);
  }

  job(name: string): Job {
    const job = this.#jobs.get(name);
    if (!job) throw new Error(`no job ${name} in this story`);
    return job;
  }

  /** What has run so far, newest first. */
  get runs(): ReadonlyMap<JobKey, readonly Run[]> { return this.#runs; }

  state(name: string): JobState | undefined { return this.#states.get(this.job(name).key); }

  /** Adds the runs of one hour to each named job, and decides; once per letter. */
  hours(rows: Record<string, string>, commits?: string): this {
    const length = Math.max(...Object.values(rows).map((r) => r.length));
    for (let i = 0; i < length; i++) {
      this.now += HOUR;
      for (const [name, letters] of Object.entries(rows)) {
        const outcome = OUTCOMES[letters[i] ?? '.'];
        if (outcome) this.#add(name, outcome, commits?.[i] ?? null);
      }
      this.decide();
    }
    return this;
  }

  #add(name: string, outcome: Outcome, commit: string | null): void {
    const { key } = this.job(name);
    const runs = this.#runs.get(key) ?? [];
    runs.unshift({ build: String(runs.length + 1), started: this.now, finished: null, outcome, commit: commit === null ? null : commit.repeat(10), url: `https://ci.example/${runs.length + 1}` });
    this.#runs.set(key, runs);
    const reading: JobReading = {
      kind: 'runs', key, runs, complete: true, unfinished: 0, testsTotal: 10, moreFailingTests: 0,
      failingTests: outcome === 'fail' ? [{ name: 'TestX', message: 'boom' }] : [], links: { page: 'https://ci.example/job', logs: null },
    };
    this.#states.set(key, readJob(reading, runs, this.job(name).thresholds, this.#states.get(key) ?? null));
  }

  /** The source answers that it does not have the job, or cannot be read for it. */
  problem(name: string, problem: 'missing' | 'unreadable'): this {
    const { key } = this.job(name);
    this.#states.set(key, readProblem({ kind: 'unknown', key, reason: 'not there', problem }, this.#states.get(key) ?? null, this.now));
    return this;
  }

  solved(name: string): this {
    const { key } = this.job(name);
    const state = this.#states.get(key);
    if (state) this.#states.set(key, { ...state, problem: null });
    return this;
  }

  /** The job leaves the configuration. */
  untrack(name: string): this {
    const { key } = this.job(name);
    this.project = { ...this.project, platforms: this.project.platforms.map((p) => ({ ...p, jobs: p.jobs.filter((j) => j.key !== key) })) };
    return this.decide();
  }

  /** And comes back. */
  trackAgain(name: string): this {
    const job = this.job(name);
    this.project = { ...this.project, platforms: this.project.platforms.map((p) => p.id === job.platform ? { ...p, jobs: [...p.jobs, job] } : p) };
    return this.decide();
  }

  wait(ms: number): this {
    this.now += ms;
    return this.decide();
  }

  act(act: IssueAct, incident = this.live()): this {
    const change = onIssueAct(incident, act, {
      project: this.project, now: this.now, evidence: null,
      slotTaken: this.incidents.some((i) => i.id !== incident.id && i.state === 'open' && i.platform === incident.platform && i.kind === incident.kind),
    });
    if (change) this.#store([change]);
    return this;
  }

  /** Somebody acts on an incident by command; `said` earlier than now where given. */
  does(by: string, act: (incident: Incident, context: ActContext) => Change | null, { said = this.now, incident = this.live() }: { readonly said?: number; readonly incident?: Incident } = {}): Change | null {
    const change = act(incident, { project: this.project, now: this.now, by, actor: `slack:${by}`, evidence: null, said });
    if (change) this.#store([change]);
    return change;
  }

  /** A downtime of the platform, or a mute of the named job, from now on. */
  quiet(what: { readonly platform: PlatformId } | { readonly job: string }, lasts: number): this {
    const platform = 'job' in what ? this.job(what.job).platform : what.platform;
    const plan = plannedDowntime({ project: 'demo', platform, from: this.now, to: this.now + lasts, reason: null, by: 'olga', at: this.now });
    const { key = '', name = '' } = 'job' in what ? this.job(what.job) : {};
    this.quiets.push('job' in what ? { ...plan, kind: 'mute', id: `mute-${key}-${this.now}`, job: key, jobName: name, proposal: null } : plan);
    return this;
  }

  decide(): this {
    const changes = decideIncidents(this.world());
    this.#store(changes);
    return this;
  }

  world(): World {
    const tracked = new Set(this.project.platforms.flatMap((p) => p.jobs.map((j) => j.key)));
    const jobs = [...this.#jobs.values()].filter((j) => tracked.has(j.key)).map((job): JobNow => {
      const state = this.#states.get(job.key) ?? null;
      return { job, state, health: healthNow(state, job.thresholds, this.now) };
    });
    const world: World = {
      project: this.project, now: this.now, jobs, unmentionable: this.unmentionable, advisory: this.advisory, takenIds: new Set(this.incidents.map((i) => i.id)), lastClosed: new Map(),
      quiets: this.quiets.filter((q) => quietUntil(q) > this.now - Math.max(...jobs.map((j) => j.job.thresholds.staleAfter))),
      incidents: this.incidents.filter((i) => i.state !== 'closed' || (i.closedAt ?? 0) >= this.now - this.project.signal.reopenWithin),
    };
    const lastClosed = new Map<string, Incident>();
    for (const { platform, kind } of slotsToOpen(boardOf(world))) {
      const closed = this.incidents.filter((i) => i.platform === platform && i.kind === kind && i.state === 'closed').sort((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0))[0];
      if (closed) lastClosed.set(slotOf(platform, kind), closed);
    }
    return { ...world, lastClosed };
  }

  /** Keeps what somebody decided elsewhere. */
  keep(changes: readonly Change[]): this {
    this.#store(changes);
    return this;
  }

  #store(changes: readonly Change[]): void {
    for (const change of changes) {
      const at = this.incidents.findIndex((i) => i.id === change.incident.id);
      const stored = this.incidents[at];
      if ((stored?.revision ?? null) !== change.expected) throw new Error(`revision ${change.expected} of ${change.incident.id}, stored ${stored?.revision}`);
      if (at < 0) this.incidents.push(change.incident);
      else this.incidents[at] = change.incident;
      this.changes.push(change);
      const open = this.incidents.filter((i) => i.state === 'open' && i.platform === change.incident.platform && i.kind === change.incident.kind);
      if (open.length > 1) throw new Error(`two open incidents in the slot ${change.incident.platform} ${change.incident.kind}`);
    }
  }

  /** Gives an incident the issue that GitHub's receipt would. */
  issue(number = 7, incident = this.live()): this {
    this.incidents = this.incidents.map((i) => i.id === incident.id
      ? { ...i, revision: i.revision + 1, issue: { repo: i.repo, number, url: `https://github.example/${i.repo}/issues/${number}` } } : i);
    return this;
  }

  /** The only live incident. */
  live(): Incident {
    const live = this.incidents.filter((i) => i.state !== 'closed');
    if (live.length !== 1 || !live[0]) throw new Error(`expected one live incident, found ${live.map((i) => `${i.id} (${i.state})`).join(', ') || 'none'}`);
    return live[0];
  }

  of(platform: PlatformId, kind: Incident['kind'] = 'breakage'): Incident | undefined {
    return this.incidents.findLast((i) => i.platform === platform && i.kind === kind);
  }
}

export const kinds = (incident: Incident): Fact['kind'][] => incident.facts.map((f) => f.kind);
export const asks = (incident: Incident): string[] => incident.facts.flatMap((f) => f.asks);
export const allAsks = (story: Story): string[] => story.incidents.flatMap(asks);
export const standing = (incident: Incident): string[] => incident.jobs.filter((j) => j.left === null).map((j) => `${j.platform} ${j.name}`);
