import type { CheckAttempt } from '../../src/domain/check.ts';
import type { Blocker, Conflict, SwitchPlan } from '../../src/domain/conflict.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import type { Handle, Project, Release } from '../../src/domain/project.ts';
import type { Proposal, Vote } from '../../src/domain/proposal.ts';
import type { Pointing } from '../../src/domain/signature.ts';
import { addAttempt, giveUp, skipFixing } from '../../src/policy/conflict-acts.ts';
import type { ConflictChange } from '../../src/policy/conflict-draft.ts';
import type { ConflictFacts } from '../../src/policy/conflict-facts.ts';
import { openConflict, type Opening } from '../../src/policy/conflict-open.ts';
import { advance } from '../../src/policy/conflict-stage.ts';
import type { CheckFacts, Detection } from '../../src/policy/conflicts.ts';
import { atDeadline, withVote } from '../../src/policy/proposals.ts';
import { readChecks } from '../../src/signal/checks.ts';
import { release } from './proposals-given.ts';
import { HOUR, makeJob, makeProject } from './story.ts';

/** A release blocker meets linux/ppc64le, which does not build with it. A Tuesday morning, three weeks before the cut. */
export const T = Date.UTC(2026, 10, 17, 8, 0);
export const CUT = Date.UTC(2026, 11, 9);

export const terms = { blockerLabels: ['release-blocker'], fixWindow: 24 * HOUR, expiresAfter: 14 * 24 * HOUR };
export const leads: readonly Handle[] = ['@ivan', '@maria', '@anna', '@smarter'];
export const releaseOf = (over: Partial<Release> = {}): Release => release({ leads, date: CUT, milestone: 'v1.37', conflict: terms, ...over });

const PLATFORMS: readonly PlatformId[] = ['linux/amd64', 'linux/arm', 'linux/arm64', 'linux/ppc64le', 'linux/s390x'];

export function projectOf(over: Partial<Project> = {}, platform: Partial<Project['platforms'][number]> = {}, id: PlatformId = 'linux/ppc64le'): Project {
  const project = makeProject(PLATFORMS.map((p) => makeJob({ platform: p, name: `build-${p}`, suite: 'build' })), { releases: [releaseOf()], ...over }, { 'linux/ppc64le': ['@porter', '@demo/power'] });
  return { ...project, platforms: project.platforms.map((p) => p.id === id ? { ...p, ...platform } : p) };
}

export const BLOCKER = { kind: 'pull', repo: 'demo/demo', number: 25243, url: 'https://github.com/demo/demo/pull/25243', title: 'Fix the thing', author: 'smarter' } as const satisfies Blocker;

/** `F` failed twice the same way, `f` once, `P` passed, `.` goes on; the name without a letter has not reported. */
export function checksOf(now: Readonly<Record<string, string>>, project: Project, base: Readonly<Record<string, string>> = {}): CheckFacts['checks'] {
  const attempts = (rows: Readonly<Record<string, string>>, commit: string): CheckAttempt[] => Object.entries(rows).flatMap(([name, letter]) =>
    [...(letter === 'F' ? 'ff' : letter)].map((l, i): CheckAttempt => ({
      name, commit, attempt: i + 1, at: T + i, url: `https://ci.example/${encodeURIComponent(name)}`, failure: l === 'f' ? 'ld returned 1' : null, discounted: null,
      conclusion: l === 'f' ? 'failure' : l === 'P' ? 'success' : null,
    })));
  return readChecks({ head: 'head', required: Object.keys(now), attempts: attempts(now, 'head'), base: attempts(base, 'base') }, project.platforms);
}

export const RED: Readonly<Record<string, string>> = { 'build (linux, amd64)': 'P', 'build (linux, arm64)': 'P', 'build (linux, ppc64le)': 'F', 'unit': 'P', 'tide': 'F' };
export const GREEN: Readonly<Record<string, string>> = { ...RED, 'build (linux, ppc64le)': 'P' };

export const checkFacts = (now: Readonly<Record<string, string>>, over: Partial<CheckFacts> = {}, base: Readonly<Record<string, string>> = {}): CheckFacts => {
  const project = projectOf();
  return { project, blocker: BLOCKER, branch: 'master', checks: checksOf(now, project, base), logs: new Map<string, Pointing>(), ...over };
};

export const found = (platform: PlatformId = 'linux/ppc64le'): Extract<Detection, { kind: 'conflict' }> => ({
  kind: 'conflict', platform, remedy: 'deactivate', evidence: { way: 'checks', because: `Only ${platform} is red.`, base: 'green', checks: [{ name: 'build (linux, ppc64le)', url: null, failure: 'ld returned 1' }], log: [] },
});

export const PLAN: SwitchPlan = {
  removed: [{ repo: null, file: 'hack/lib/golang.sh', at: 'KUBE_SERVER_PLATFORMS', entry: 'linux/ppc64le', controls: 'build' }], diff: '-  linux/ppc64le\n+  # linux/ppc64le', byHand: null, elsewhere: ['build/common.sh:41'], waiting: ['build (linux, ppc64le)'],
};

/** A conflict told hour by hour with the real decisions; only storing and looking up are play. */
export class Case {
  conflict: Conflict;
  now: number;
  project: Project;
  proposals: Proposal[] = [];
  changes: ConflictChange[] = [];
  facts: Partial<ConflictFacts> = {};

  constructor(project = projectOf(), over: Partial<Opening> = {}) {
    this.project = project;
    this.now = over.now ?? T;
    const change = openConflict({ project, found: found(), blocker: BLOCKER, branch: 'master', components: [], said: null, known: [], unmentionable: new Set(), now: this.now, evidence: null, ...over });
    if (change === null) throw new Error('no conflict');
    this.conflict = change.conflict;
    this.take(change);
  }

  take(change: ConflictChange | null): this {
    if (change === null) return this;
    if (change.expected !== null && change.expected !== this.conflict.revision) throw new Error(`revision ${change.expected}, stored ${this.conflict.revision}`);
    this.changes.push(change);
    this.conflict = change.conflict;
    for (const { expected, proposal } of change.proposals) {
      if ((this.proposals.find((p) => p.id === proposal.id)?.revision ?? null) !== expected) throw new Error(`revision ${expected} of ${proposal.id}`);
      // As the store would give it back: its keys in another order.
      this.proposals = [...this.proposals.filter((p) => p.id !== proposal.id), backwards(proposal)];
    }
    return this;
  }

  factsNow(): ConflictFacts {
    return {
      project: this.project, now: this.now, unmentionable: new Set(), blocker: { state: 'open', blocks: true, because: '' }, detection: null, platform: 'red', redAt: null, plan: PLAN, build: 'on', proposals: this.proposals,
      pull: null, backPull: null, reactivation: null, greens: new Map(), upstreamReleased: null, back: null, othersChanged: [], nextCut: null, ...this.facts,
    };
  }

  /** Looks at everything, twice: the second look is not to change anything. */
  look(facts: Partial<ConflictFacts> = {}): this {
    Object.assign(this.facts, facts);
    const due = this.proposals.map((p) => atDeadline(p, this.now)).filter((c) => c !== null);
    this.proposals = this.proposals.map((p) => due.find((c) => c.proposal.id === p.id)?.proposal ?? p);
    this.take(advance(this.conflict, this.factsNow()));
    const again = advance(this.conflict, this.factsNow());
    if (again !== null) throw new Error(`a second look changes ${JSON.stringify(again.audit)}`);
    return this;
  }

  wait(ms: number, facts: Partial<ConflictFacts> = {}): this {
    this.now += ms;
    return this.look(facts);
  }

  vote(by: string, kind: Vote['kind'] = 'approve', at = this.now): this {
    const p = this.proposal();
    const { proposal } = withVote(p, { kind, by, surface: 'github', at, edition: p.edition, reason: null }, { now: this.now, evidence: null });
    this.proposals = [...this.proposals.filter((other) => other.id !== p.id), proposal];
    return this;
  }

  attempt(by: string, text: string): this { return this.take(addAttempt(this.conflict, { ...this.saying(by, text), source: `${by}-${this.now}-${text}` })); }
  giveUp(by: string, text = ''): this { return this.take(giveUp(this.conflict, this.saying(by, text))); }
  skip(by: string, text: string): this { return this.take(skipFixing(this.conflict, this.saying(by, text))); }
  saying(by: string, text: string) { return { by, surface: 'github' as const, at: this.now, now: this.now, text }; }

  /** The proposal that is under way, or the newest. */
  proposal(): Proposal {
    const id = this.conflict.backProposal ?? this.conflict.proposal;
    const p = this.proposals.find((one) => one.id === id) ?? this.proposals.at(-1);
    if (!p) throw new Error('no proposal');
    return p;
  }

  /** Who was asked by which fact. */
  get asked(): string[] { return this.changes.flatMap((c) => c.pings.map((p) => `${p.fact} ${p.handle}`)); }
  get told(): string[] { return this.conflict.facts.map((f) => f.kind); }

  /** Proposed, approved, filed, merged. */
  turnOff(): this {
    this.look().wait(24 * HOUR).vote('ivan').vote('maria').look();
    return this.wait(HOUR, { pull: { repo: 'demo/demo', number: 9, url: 'https://github.com/demo/demo/pull/9', state: 'merged', mergedAt: this.now + HOUR }, build: 'off' });
  }
}

/** The same with the keys of every object the other way around. */
export function backwards<T>(value: T): T {
  if (Array.isArray(value)) return value.map(backwards) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([k, v]) => [k, backwards(v as unknown)])) as T;
}
