import type { Board, JobKey, JobLinks, Streak, Trigger } from './job.ts';
import type { PlatformId } from './platform.ts';
import type { FailingTest } from './run.ts';

/**
 * `breakage`: jobs fail. `stale`: jobs stopped reporting. `flood`: one summary in place of many issues (behaviour 14).
 * `configuration`: tracked jobs that their source no longer has (behaviour 13).
 */
export type IncidentKind = 'breakage' | 'stale' | 'flood' | 'configuration';

/** `everywhere`: the reference platform's job of the same suite is red too, so no port is to blame. */
export type Scope = 'here' | 'everywhere';

/**
 * `open`: people are asked. `dismissed`: a person closed the issue while the breakage goes on; it is watched, in silence,
 * until its jobs were green once. `closed`: over.
 */
export type IncidentState = 'open' | 'dismissed' | 'closed';

/** A job's row in an incident. */
export interface IncidentJob {
  readonly key: JobKey;
  readonly name: string;
  readonly platform: PlatformId;
  readonly suite: string;
  readonly trigger: Trigger;
  readonly board: Board | null;
  readonly state: 'failing' | 'stale' | 'missing' | LeftBecause;
  /** Epoch milliseconds. */
  readonly joined: number;
  readonly left: number | null;
  /** Told apart: no passed run of it is known at all (behaviour 7). */
  readonly neverGreen: boolean;
  readonly streak: Streak | null;
  readonly lastRun: number | null;
  readonly lastGreen: number | null;
  readonly lastGreenCommit: string | null;
  readonly lastGreenUrl: string | null;
  readonly failingTests: readonly FailingTest[];
  readonly moreFailingTests: number;
  readonly testsTotal: number | null;
  readonly links: JobLinks;
  /** It passed on the commit that it had failed on: a flake (behaviour 4). */
  readonly flake: boolean;
  /** First commit of the passes that ended its part. */
  readonly fixedAt: string | null;
}

/** A job as a fact names it, so that the fact's text needs nothing else. */
export interface FactJob {
  readonly key: JobKey;
  readonly name: string;
  readonly platform: PlatformId;
  readonly since: number | null;
  readonly streak: number;
  readonly commits: number;
  readonly lastFailedCommit: string | null;
  readonly fixedAt: string | null;
  readonly passes: number;
  readonly flake: boolean;
  readonly url: string | null;
}

/** What happened, as its readers are told of it; numbered within the incident, told once per channel. */
export type Fact = {
  readonly n: number;
  readonly at: number;
  /** Handles (`@org/team`, `@login`) that this fact asks to act: mentioned with this fact and never again for it. */
  readonly asks: readonly string[];
} & (
  /** `woken`: a snooze is over and it is still broken. */
  | { readonly kind: 'opened' | 'reminded' | 'escalated' | 'recovered' | 'still-failing' | 'now-here' | 'now-everywhere' | 'replaced' | 'woken' }
  /** `tracked`: it had not been well in between, only its jobs had left the configuration. */
  | { readonly kind: 'reopened'; readonly tracked?: true | undefined }
  | { readonly kind: 'joined'; readonly jobs: readonly FactJob[] }
  | { readonly kind: 'left'; readonly jobs: readonly FactJob[]; readonly why: LeftBecause }
  /** `had`: who had it, where they may be assigned on GitHub still. */
  | { readonly kind: 'unacknowledged'; readonly had?: string | undefined }
  /** A bot closed the issue, and it was opened again: `by` is the bot's login. `own`: our App itself, in a time that the store does not remember. */
  | { readonly kind: 'kept-open'; readonly by: string; readonly own?: true | undefined }
  /** A person's act: `by` is a login without `@`. */
  /** `given`: somebody else assigned them. `had`: who had it before, was given it and said nothing; they may be assigned on GitHub still. */
  | { readonly kind: 'acknowledged'; readonly by: string; readonly given?: boolean | undefined; readonly had?: string | undefined }
  | { readonly kind: 'dismissed' | 'reopened-by-hand' | 'unsnoozed' | 'unclassified'; readonly by: string }
  | { readonly kind: 'snoozed'; readonly by: string; readonly until: number; readonly reason: string | null }
  | { readonly kind: 'classified'; readonly by: string; readonly as: Classification['as']; readonly note: string | null }
  | { readonly kind: 'attempted'; readonly by: string; readonly text: string; readonly url: string | null }
  /** `fix-failed`: merged, and a run that began after it failed all the same. */
  | { readonly kind: 'fix-announced' | 'fix-merged' | 'fix-closed' | 'fix-failed'; readonly by: string; readonly fix: PullRef }
);
export type FactKind = Fact['kind'];

/** Whether it broke again after it had been well: what was said of it before is no answer to that. */
export const brokeAgain = (fact: Fact): boolean => fact.kind === 'reopened' && fact.tracked !== true;

/** Why a job left an incident before it was over. */
export type LeftBecause = 'recovered' | 'moved' | 'untracked' | 'muted';

export interface PullRef {
  readonly repo: string;
  readonly number: number;
  readonly url: string;
}

/** Silence that somebody asked for, until a moment (epoch ms). */
export interface Snooze {
  readonly by: string;
  readonly at: number;
  readonly until: number;
  readonly reason: string | null;
}

/** What a person said that it is: a flake, or a failure of the infrastructure, which does not count against the platform. */
export interface Classification {
  readonly as: 'flake' | 'infra';
  readonly by: string;
  readonly at: number;
  /** The flaky test, or the reason. */
  readonly note: string | null;
}

/** What people say that takes effect or is taken back, by the name of its command. */
export type Word = 'ack' | 'unack' | 'snooze' | 'unsnooze' | Classification['as'] | `${Classification['as']} off`;

/** What somebody tried. `source`: where it was said, so that a repeated delivery adds nothing. */
export interface Try {
  readonly source: string;
  readonly by: string;
  readonly at: number;
  readonly text: string;
  readonly url: string | null;
}

/** A pull request that somebody says fixes it; watched until it is merged and the jobs have run again. */
export interface Fix extends PullRef {
  readonly by: string;
  readonly at: number;
  readonly state: 'open' | 'merged' | 'closed';
  /** Epoch milliseconds. */
  readonly mergedAt: number | null;
  /** That it did not help was said. */
  readonly failed: boolean;
}

export interface IssueRef {
  readonly repo: string;
  readonly number: number;
  /** The page of the issue. */
  readonly url: string;
}

/** An issue that an incident had. `full`: it is there still, and another goes on where it ended. */
export interface LostIssue extends IssueRef {
  readonly full?: boolean | undefined;
}

export interface MessageRef {
  /** Slack's channel id, as its answer named it. */
  readonly channel: string;
  readonly ts: string;
}

/** What a reader should know of the platform beside its broken jobs. */
export interface Surroundings {
  readonly jobsTotal: number;
  /** Names of the platform's other jobs that are well. */
  readonly wellJobs: readonly string[];
  /** Other platforms whose job of the same suites passes / is red too. */
  readonly platformsPassing: readonly PlatformId[];
  readonly platformsFailing: readonly PlatformId[];
}

/** A breakage that people work on; one open per platform and kind. */
export interface Incident {
  readonly id: string;
  readonly project: string;
  /** `owner/name` of the repository that its issue is filed in. */
  readonly repo: string;
  readonly platform: PlatformId;
  readonly kind: IncidentKind;
  readonly scope: Scope;
  readonly state: IncidentState;
  /** Grows by one with every stored change; a writer with an older one is refused. */
  readonly revision: number;
  /** Grows by one when something that the issue's body or the Slack message shows has changed. */
  readonly shown: number;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly closedBy: 'recovery' | 'moved' | 'untracked' | 'muted' | 'person' | null;
  readonly jobs: readonly IncidentJob[];
  readonly facts: readonly Fact[];
  readonly acknowledged: { readonly by: string; readonly at: number } | null;
  /** The first time that anybody had it; stays when they give it back. */
  readonly firstAcknowledged: { readonly by: string; readonly at: number } | null;
  readonly snooze: Snooze | null;
  readonly classified: Classification | null;
  readonly tries: readonly Try[];
  readonly fixes: readonly Fix[];
  /** When each of these was last said of it (epoch ms), also where that changed nothing: what was said before may arrive after. */
  readonly lastSaid: Readonly<Partial<Record<Word, number>>>;
  /** Declared owners of the platform when it was last decided about. */
  readonly owners: readonly string[];
  /** Deadlines, epoch milliseconds; null: none, or passed and acted on. */
  readonly remindAt: number | null;
  readonly escalateAt: number | null;
  /** When a dismissed incident that still fails gets its one comment. */
  readonly stillFailingAt: number | null;
  readonly surroundings: Surroundings;
  /** The incident before this one on the same platform, if it closed. */
  readonly previous: { readonly id: string; readonly issue: IssueRef | null } | null;
  /** The flood that tells of this incident instead of an issue of its own. */
  readonly summarisedBy: string | null;
  /** For a flood: the incidents that it tells of. */
  readonly summarises: readonly { readonly id: string; readonly platform: PlatformId; readonly title: string; readonly over: boolean }[];
  /** 1 for the first issue; one more where that was deleted, moved away or full. */
  readonly generation: number;
  readonly issue: IssueRef | null;
  readonly lostIssues: readonly LostIssue[];
  /** Slack's receipts, by the configured channel's name. */
  readonly messages: Readonly<Record<string, MessageRef>>;
}

/** The soonest moment at which something has to be decided about the incident without any news; null: never. */
export function nextDeadline(incident: Incident): number | null {
  if (incident.state === 'closed') return null;
  const snoozed = incident.snooze?.until ?? null;
  const times = incident.state === 'dismissed' ? [incident.stillFailingAt] : [snoozed ?? incident.remindAt, snoozed ?? incident.escalateAt];
  const set = times.filter((t): t is number => t !== null);
  return set.length === 0 ? null : Math.min(...set);
}

/** The rows that still stand: neither recovered nor moved nor untracked. */
export const standingJobs = (incident: Incident): readonly IncidentJob[] =>
  incident.jobs.filter((j) => j.left === null);

/** When it began, as far as its jobs tell (epoch ms): no later than it was opened, and the same for whoever opens it. */
export const beganBy = ({ openedAt, jobs }: Pick<Incident, 'openedAt' | 'jobs'>): number =>
  jobs.reduce((first, { streak, lastRun }) => Math.min(first, streak?.since ?? lastRun ?? first), openedAt);

/** Lost issues after which no further one is filed (behaviour 18: never a loop); those that are full do not count. */
const MAX_LOST = 1;

/** Its issues that are gone: deleted, or moved away. */
export const goneIssues = ({ lostIssues }: Pick<Incident, 'lostIssues'>): readonly IssueRef[] => lostIssues.filter((i) => !i.full);

/** The incident lost its issue once too often: it goes on without one, and somebody has to be told. */
export const withoutIssue = (incident: Incident): boolean => incident.issue === null && goneIssues(incident).length > MAX_LOST;
