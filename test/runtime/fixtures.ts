import { pino } from 'pino';
import type { ActionResult, OutboxRow, Receipt } from '../../src/domain/action.ts';
import type { JobReading, SourceReading } from '../../src/domain/job.ts';
import type { Project } from '../../src/domain/project.ts';
import type { Run } from '../../src/domain/run.ts';
import type { Runtime } from '../../src/runtime/context.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import type { Verdict } from '../../src/domain/person.ts';
import type { PullNow } from '../../src/domain/pull.ts';
import type { GitHubAction, GitHubPort, IssueNow, SlackAction, SlackPort, Subject } from '../../src/runtime/ports.ts';
import { track, type Tracked } from '../../src/runtime/tracked.ts';
import type { Source } from '../../src/sources/source.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { DAY, HOUR, makeJob, makeProject, START } from '../policy/story.ts';

export { DAY, HOUR, START } from '../policy/story.ts';

export interface Clock { now: number }

/** A source that answers what it is told to, and counts how often it was asked. */
export class FakeSource implements Source {
  readonly name = 'grid';
  polls = 0;
  forgotten = 0;
  /** Asked at the same time, at most. */
  atOnce = 0;
  #asked = 0;
  answer: () => Promise<Partial<SourceReading>> | Partial<SourceReading> = () => ({});

  async poll(): Promise<SourceReading> {
    this.polls++;
    this.atOnce = Math.max(this.atOnce, ++this.#asked);
    try {
      return { source: this.name, ok: true, error: null, requests: 1, bytes: 1, readings: [], warnings: [], ...await this.answer() };
    } finally {
      this.#asked--;
    }
  }

  forget(): void { this.forgotten++; }
}

/** Runs of a job, oldest first, an hour apart and ending at `end`: P pass, F fail. */
export function runsOf(letters: string, end: number, commit = (i: number): string => String(i).repeat(40).slice(0, 40)): Run[] {
  return [...letters].map((l, i): Run => ({
    build: String(1_000 + i), started: end - (letters.length - 1 - i) * HOUR, finished: null, outcome: l === 'P' ? 'pass' : 'fail', commit: commit(i), url: null,
  })).reverse();
}

export const readingOf = (key: string, runs: readonly Run[], complete = true): JobReading => ({
  kind: 'runs', key, runs, complete, unfinished: 0, failingTests: [], moreFailingTests: 0, testsTotal: 3, links: { page: null, logs: null },
});

/** GitHub and Slack as a script: what each row is answered, and which were executed. */
export class FakeEdge implements GitHubPort, SlackPort {
  readonly done: { readonly kind: string; readonly channel: string | null; readonly look: boolean }[] = [];
  /** What a row is answered instead of its receipt. */
  answer: (action: GitHubAction | SlackAction) => Promise<ActionResult | null> | ActionResult | null = () => null;
  handles: GitHubPort['checkHandle'] = async () => 'ok';
  member: GitHubPort['isMember'] = async () => 'no';
  /** Who is in which team; of any other nothing can be read. */
  readonly teams = new Map<string, readonly string[]>();

  async execute(action: GitHubAction | SlackAction, subject: Subject | null, { look }: { look: boolean }): Promise<ActionResult> {
    this.done.push({ kind: action.kind, channel: 'channel' in action ? action.channel : null, look });
    return await this.answer(action) ?? { ok: true, receipt: receiptOf(action, subject) };
  }

  preview(): { title: string; body: string; text: string; asks: string[] } { return { title: 't', body: 'b', text: 't', asks: [] }; }
  async prepare(): Promise<{ ok: boolean; reason: string | null }> { return { ok: true, reason: null }; }
  isMember(...args: Parameters<GitHubPort['isMember']>): ReturnType<GitHubPort['isMember']> { return this.member(...args); }
  checkHandle(...args: Parameters<GitHubPort['checkHandle']>): ReturnType<GitHubPort['checkHandle']> { return this.handles(...args); }
  async teamMembers(_repo: string, handle: string): Promise<readonly string[] | null> { return this.teams.get(handle) ?? null; }
  /** Who is in what, as `handle login`; lower case. */
  readonly members = new Set<string>();
  /** Nothing can be looked up. */
  blind = false;
  /** People whom nothing can be learned about. */
  unsure: ReadonlySet<string> = new Set();
  pulls = new Map<number, PullNow>();
  issues = new Map<number, IssueNow>();
  async areMembers(repo: string, handles: readonly string[], logins: readonly string[], limit: { deadline: number }): Promise<Map<string, Verdict>> {
    const of = async (l: string): Promise<Verdict> => {
      if (this.blind || this.unsure.has(l)) return 'unknown';
      if (handles.some((h) => h.toLowerCase() === `@${l}` || this.members.has(`${h.toLowerCase()} ${l}`))) return 'yes';
      const asked = await Promise.all(handles.map((h) => this.member(repo, h, l, limit)));
      return asked.includes('yes') ? 'yes' : asked.includes('unknown') ? 'unknown' : 'no';
    };
    return new Map(await Promise.all(logins.map(async (l) => [l.toLowerCase(), await of(l.toLowerCase())] as const)));
  }
  async pull(repo: string, number: number, _limit: { deadline: number; via: string; discreet?: boolean }): Promise<PullNow> { return this.pulls.get(number) ?? { repo, number, url: '', state: 'missing', mergedAt: null }; }
  async issueNow(_repo: string, number: number): Promise<IssueNow> { return this.issues.get(number) ?? { state: 'unknown' }; }
  /** Nothing can be learned of any file, unless a test says otherwise. */
  fileHistory: GitHubPort['fileHistory'] = { commits: unread, textAt: unread, pullOf: unread };
  async redeliverMissed(): Promise<{ asked: number; problem: string | null }> { return { asked: 0, problem: null }; }
  async repositoryOf(repo: string): Promise<{ id: number; fullName: string } | null> { return { id: 1, fullName: repo }; }
  async shadow(channel: string): Promise<ActionResult> { return { ok: true, receipt: { kind: 'notice', channel, ts: '1' } }; }
}

const unread = async () => ({ ok: false, why: 'GitHub is away', after: null, lasting: false }) as const;

function receiptOf(action: GitHubAction | SlackAction, subject: Subject | null): Receipt {
  const incident = subject?.incident;
  switch (action.kind) {
    case 'ensure-issue': return { kind: 'issue', repo: 'demo/demo', number: 7, url: 'https://github.example/7', state: 'open', shown: incident?.shown ?? 0, facts: incident?.facts.at(-1)?.n ?? 0, comments: 0 };
    case 'comment': return { kind: 'comment', url: 'https://github.example/7#c' };
    case 'set-issue-state': return { kind: 'issue-state', state: action.state };
    case 'ensure-message': return { kind: 'message', channel: 'C1', ts: '1.1', shown: incident?.shown ?? 0, issue: incident?.issue?.number ?? null };
    case 'reply': return { kind: 'reply', ts: '1.2' };
    case 'notice': return { kind: 'notice', channel: 'C1', ts: '1.3' };
    default: return { kind: 'done' };
  }
}

/** The runtime over a store in memory, a clock that stands still until it is moved, and edges that do as they are told. */
export interface Stage {
  readonly rt: Runtime;
  readonly store: Store;
  readonly clock: Clock;
  readonly edge: FakeEdge;
  readonly source: FakeSource;
  readonly tracked: Tracked;
  readonly log: Record<string, unknown>[];
  /** The key of `linux/s390x e2e`. */
  readonly key: string;
  /** Makes the source bring these runs with its next poll, once, ending now. */
  brings(letters: string): void;
  rows(): Promise<OutboxRow[]>;
}

export interface StageSpec {
  readonly project?: Partial<Project>;
  readonly mode?: Runtime['mode'];
  readonly store?: Store;
  /** How long a job may be silent (ms); for ever unless a test is about it. */
  readonly staleAfter?: number;
}

export const S390X = { platform: 'linux/s390x', name: 'e2e' } as const;

export async function stage(spec: StageSpec = {}): Promise<Stage> {
  const clock = { now: START };
  const log: Record<string, unknown>[] = [];
  const store = spec.store ?? await openStore({ dataDir: '', mode: 'memory' });
  const source = new FakeSource();
  const edge = new FakeEdge();
  const thresholds = { staleAfter: spec.staleAfter ?? 10_000 * DAY };
  const jobs = [makeJob({ platform: 'linux/amd64', name: 'e2e', thresholds }), makeJob({ ...S390X, thresholds })];
  const base = makeProject(jobs, { channels: { incidents: '#signal', tiers: null, proposals: null } });
  const tracked = track({ ...base, ...spec.project }, [source]);
  const rt: Runtime = {
    store, log: pino({ level: 'trace', base: null }, { write: (line: string) => { log.push(JSON.parse(line) as Record<string, unknown>); } }),
    metrics: createMetrics(false), now: () => clock.now, owner: 'me', mode: spec.mode ?? 'live', shadowChannel: null, github: edge, slack: edge,
    web: 'https://github.example', projects: new Map([[tracked.project.name, tracked]]), repositories: new Map(), unmentionable: new Map(), wake: () => {},
  };
  const key = makeJob(S390X).key;
  return {
    rt, store, clock, edge, source, tracked, log, key,
    brings: (letters) => {
      const readings = [readingOf(key, runsOf(letters, clock.now)), readingOf(makeJob({ platform: 'linux/amd64', name: 'e2e' }).key, runsOf('PPPP', clock.now))];
      source.answer = () => {
        source.answer = () => ({});
        return { readings };
      };
    },
    rows: () => store.listActions({ limit: 1_000 }),
  };
}

/** A promise and its ends. */
export const held = <T = void>(): PromiseWithResolvers<T> => Promise.withResolvers<T>();
