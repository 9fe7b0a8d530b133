import type { Action, Destination, OutboxRow, PlannedAction, Receipt } from '../domain/action.ts';
import type { RepositoryConfiguration } from '../domain/configuration.ts';
import type { Conflict } from '../domain/conflict.ts';
import type { Incident } from '../domain/incident.ts';
import type { PlatformEvent } from '../domain/event.ts';
import type { JobKey, JobState } from '../domain/job.ts';
import type { Identity, LinkCode, SlackMember } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Quiet } from '../domain/quiet.ts';
import type { StepWarning } from '../domain/step-warning.ts';
import type { AuditEntry, Ping, Warning, WarningRow } from '../domain/notice.ts';
import type { Run } from '../domain/run.ts';

/** A delivery from outside (GitHub webhook, Slack event), stored before it is acknowledged. */
export interface Delivery {
  /** GitHub's delivery id or Slack's; a second one with the same id is a repetition. */
  readonly id: string;
  readonly surface: 'github' | 'slack';
  /** `issues.closed`, `issue_comment.created` … */
  readonly event: string;
  /** The fields that are used, as JSON; never the whole payload. */
  readonly payload: unknown;
  /** Those of one lane are handled one after the other, in the order in which they came, whoever takes them; left out: it waits for none. */
  readonly lane?: string;
}

/** A delivery that somebody has in hand. */
export interface HeldDelivery extends Delivery {
  readonly receivedAt: number;
  /** Fencing token: how many times it has been claimed. */
  readonly attempts: number;
}

/** How a claimed row ended; `attempts` is the fencing token that the claim gave. */
export type Settlement =
  /** `action`: what is kept of it from now on; left out: all of it. */
  | { readonly key: string; readonly attempts: number; readonly state: 'done'; readonly receipt: Receipt; readonly action?: Action }
  | { readonly key: string; readonly attempts: number; readonly state: 'pending'; readonly notBefore: number; readonly error: string }
  | { readonly key: string; readonly attempts: number; readonly state: 'dead'; readonly error: string }
  /** Not wanted any more when its turn came: nothing was written. */
  | { readonly key: string; readonly attempts: number; readonly state: 'superseded'; readonly error: string };

/** Everything that one decision changes, written in one transaction or not at all. */
export interface Decision {
  readonly at: number;
  /** `expected`: the stored revision that the decision was made on; null: it does not exist yet. */
  readonly incidents?: readonly { readonly expected: number | null; readonly incident: Incident }[];
  readonly proposals?: readonly { readonly expected: number | null; readonly proposal: Proposal }[];
  readonly stepWarnings?: readonly { readonly expected: number | null; readonly warning: StepWarning }[];
  readonly conflicts?: readonly { readonly expected: number | null; readonly conflict: Conflict }[];
  readonly quiets?: readonly { readonly expected: number | null; readonly quiet: Quiet }[];
  readonly configurations?: readonly { readonly expected: number | null; readonly configuration: RepositoryConfiguration }[];
  /** Who a Slack member is, replacing what was known of them. */
  readonly identities?: readonly Identity[];
  /** Codes of `/arch link` that are given out; the member's earlier ones are gone with it. */
  readonly codes?: readonly LinkCode[];
  /** The hash of a code that is used up; one that is gone already is a conflict. */
  readonly usedCode?: string;
  /** What is to be remembered of platforms, for good; one whose id the project knows stays as it is. */
  readonly events?: readonly PlatformEvent[];
  readonly audit?: readonly AuditEntry[];
  /**
   * Rows whose key exists are left alone, except that one which only a dry run recorded becomes pending. Older pending rows
   * of the same family become `superseded`, and the new one waits as long as they had to.
   */
  readonly actions?: readonly PlannedAction[];
  /** With `record`, rows are stored as `recorded`: a dry run. */
  readonly record?: boolean;
  readonly pings?: readonly Ping[];
  /** Refused where the role has changed hands since it was taken: what was found out meanwhile may be out of date. */
  readonly lead?: Lead;
  readonly settled?: Settlement;
  readonly delivery?: { readonly id: string; readonly attempts: number };
}

/** `conflict`: somebody else was faster (an older revision, a taken slot, a lost lease): load again and decide again. */
export type CommitResult = 'committed' | 'conflict';

/** One job's outcome of a poll. */
export interface SavedReading {
  readonly state: JobState;
  readonly runs: readonly Run[];
}

/** One day of one job: what is kept when its runs are gone. `day` counts days since 1970 in UTC. */
export interface DayRollup {
  readonly key: JobKey;
  readonly day: number;
  readonly passed: number;
  readonly failed: number;
  readonly flaky: number;
}

export interface SourceHealth {
  readonly source: string;
  readonly lastGood: number | null;
  readonly lastTried: number;
  readonly error: string | null;
}

/** A lease on a role (`poll:<project>`); `fence` grows whenever it changes hands. */
export interface Lease {
  readonly held: boolean;
  readonly fence: number;
}

/** What one owner has in hand and goes on with. What it does not know to have (the answer to a claim was lost) is left to run out. */
export interface Renewal {
  readonly owner: string;
  /** Epoch ms, and for how long from then (ms). */
  readonly now: number;
  readonly leaseFor: number;
  /** Keys of rows, or ids of deliveries. */
  readonly held: readonly string[];
}

/** A role as it was taken: by whom, and which lease of it that was. */
export interface Lead {
  readonly role: string;
  readonly owner: string;
  readonly fence: number;
}

/**
 * The one interface to what is remembered; two engines stand behind it and one contract suite holds both to it.
 * Times are epoch milliseconds and always handed in: whoever asks goes by `time` where several servers share the store.
 */
export interface Store {
  readonly engine: 'sqlite' | 'postgres';

  /** Every job state of the project, by key. One that cannot be read is left out and logged. */
  jobStates(project: string): Promise<JobState[]>;
  /**
   * Stores states and runs (a run with a known build is updated in place), in batches of at most 1,000 rows. Throws where
   * `lead` has changed hands: somebody else has read later.
   */
  saveReadings(project: string, at: number, readings: readonly SavedReading[], lead?: Lead): Promise<void>;
  /**
   * The newest `limit` runs of each job, newest first by start, then by build (the longer id, of two as long the one that
   * sorts later: numerical order for digits of any length). A job without runs has an empty list. One seek per job.
   */
  lastRuns(project: string, keys: readonly JobKey[], limit: number): Promise<Map<JobKey, Run[]>>;
  /**
   * Days with runs from `fromDay` to `toDay`, both included, oldest first. Right at any time: days that upkeep has not
   * rolled up yet, today included, are counted from the runs.
   */
  rollups(project: string, key: JobKey, fromDay: number, toDay: number): Promise<DayRollup[]>;
  sourceHealth(project: string): Promise<SourceHealth[]>;
  saveSourceHealth(project: string, health: readonly SourceHealth[]): Promise<void>;

  /**
   * Open and dismissed incidents, and those closed at or after `closedSince`, oldest first. One that cannot be read (another
   * version wrote it) is left out everywhere and logged; it keeps its place, so that nothing is opened beside it.
   */
  incidents(project: string, closedSince: number): Promise<Incident[]>;
  incident(id: string): Promise<Incident | null>;
  /** By the issue that it has or had; the repository's name in any case. */
  incidentByIssue(repo: string, number: number): Promise<Incident | null>;
  /** The newest closed incident of the platform and kind, whenever it closed; null: none. */
  lastClosed(project: string, platform: string, kind: string): Promise<Incident | null>;
  /** Ids of live incidents whose next deadline is at or before `now`, soonest first. */
  dueIncidents(now: number, limit: number): Promise<{ id: string; project: string }[]>;
  commit(decision: Decision): Promise<CommitResult>;

  /** Open proposals, and those decided at or after `decidedSince`, oldest first; unreadable ones are left out and logged. */
  proposals(project: string, decidedSince: number): Promise<Proposal[]>;
  proposal(id: string): Promise<Proposal | null>;
  /** By its issue; the repository's name in any case. */
  proposalByIssue(repo: string, number: number): Promise<Proposal | null>;
  /** Open proposals whose word before the end, or whose end, is at or before `now`, soonest first. */
  dueProposals(now: number, limit: number): Promise<{ id: string; project: string }[]>;
  /** Warnings about the steps of the project's platforms that are not over, oldest first; unreadable ones are left out and logged. */
  stepWarnings(project: string): Promise<StepWarning[]>;
  stepWarning(id: string): Promise<StepWarning | null>;
  /** By its issue; the repository's name in any case. */
  stepWarningByIssue(repo: string, number: number): Promise<StepWarning | null>;
  /** Conflicts that are not over, and those that came to be over at or after `overSince`, oldest first; unreadable ones are left out and logged. */
  conflicts(project: string, overSince: number): Promise<Conflict[]>;
  conflict(id: string): Promise<Conflict | null>;
  /** By its reactivation issue; the repository's name in any case. */
  conflictByIssue(repo: string, number: number): Promise<Conflict | null>;
  /** Conflicts whose next deadline is at or before `now`, soonest first. */
  dueConflicts(now: number, limit: number): Promise<{ id: string; project: string }[]>;
  /** Mutes and downtimes that are over later than `overAfter` (epoch ms), those to come included, oldest first. */
  quiets(project: string, overAfter: number): Promise<Quiet[]>;
  identity(member: SlackMember): Promise<Identity | null>;
  linkCode(hash: string): Promise<LinkCode | null>;
  /** What is on record about the project's platforms at or after `since` (epoch ms), oldest first; unreadable ones are left out and logged. */
  platformEvents(project: string, since: number): Promise<PlatformEvent[]>;
  /**
   * Days (since 1970, UTC) from `fromDay` to `toDay`, both included, on which a source was read well at least once, by source;
   * one without such a day has no entry.
   */
  goodDays(project: string, fromDay: number, toDay: number): Promise<Map<string, ReadonlySet<number>>>;
  /** Remembers, for good, that these sources were read well on a day (since 1970, UTC). Costs nothing when it is said again. */
  noteGoodDay(project: string, sources: readonly string[], day: number): Promise<void>;
  /** Every incident of the project that opened at or after `since` (epoch ms), whatever became of it, oldest first. None is ever dropped. */
  incidentsSince(project: string, since: number): Promise<Incident[]>;
  /** The runs of a job that started at or after `since` (epoch ms), oldest first, as far back as runs are kept (`maintain`). */
  runsSince(project: string, key: JobKey, since: number): Promise<Run[]>;
  /** What this actor did, newest first: for limits on floods, and for who was active. */
  auditBy(actor: string, since: number, limit: number): Promise<AuditEntry[]>;

  /** What is known of every repository's configuration file, by the repository's number; unreadable ones are left out and logged. */
  configurations(): Promise<RepositoryConfiguration[]>;
  /** Another text after every change of any of them: cheap to ask for often. */
  configurationsVersion(): Promise<string>;

  /**
   * Takes rows to execute: pending and due, or leased with the lease run out; the oldest of each entity and
   * destination only, so that rows of one issue or one message keep their order. Grows `attempts` by one, by two for the
   * first claim of a row whose predecessor in the family was begun and left no receipt: look before you write. A row that
   * cannot be read becomes `dead` and says why.
   */
  claimActions(claim: { owner: string; now: number; leaseFor: number; limit: number; skip: readonly Destination[] }): Promise<OutboxRow[]>;
  /** Prolongs the lease of one claimed row, and says whether it is still this owner's. */
  keepAction(claimed: { key: string; attempts: number; owner: string; now: number; leaseFor: number }): Promise<boolean>;
  /** Prolongs the leases of rows (by key) that this owner has in hand: it lives and is at work. */
  renewActions(renewal: Renewal): Promise<void>;
  /**
   * When the next row that `claimActions` could take is due (pending `notBefore` or a lease's end), destinations to skip
   * aside; null: nothing waits.
   */
  nextActionAt(skip?: readonly Destination[]): Promise<number | null>;
  /**
   * Oldest first. `since` (epoch ms): those planned since then, those not finished, and of each family the newest that is done
   * and the newest that was given up; left out or 0: all of them.
   */
  entityActions(entity: string, since?: number): Promise<OutboxRow[]>;
  /** Newest first. A row whose action cannot be read is listed with the action as it is stored. `to`: only rows whose destination begins so. */
  listActions(filter: { state?: OutboxRow['state']; to?: string; limit: number }): Promise<OutboxRow[]>;
  countActions(): Promise<Partial<Record<OutboxRow['state'], number>>>;
  /** A dead row is tried again, with `attempts` kept so that it looks first. False: there is no such dead row. */
  reviveAction(key: string, now: number): Promise<boolean>;
  /** Gives back whatever this owner holds: rows, deliveries, leases. */
  release(owner: string, now: number): Promise<void>;
  /** SQLite only, whose lock proves that nobody else lives: takes back whatever anybody held. Nothing happens on PostgreSQL. */
  releaseAll(now: number): Promise<void>;

  /** Whether an issue is, or was, that of an incident, a proposal, a warning or a conflict; the repository's name in any case. */
  knowsIssue(repo: string, number: number): Promise<boolean>;
  /** Stores deliveries together, for each: false, it is known already. */
  receive(deliveries: readonly Delivery[], now: number): Promise<boolean[]>;
  /** As `receive`, and takes in hand what is due, as `claimDeliveries` does, where no other server can have the store: on PostgreSQL nothing. */
  receiveInHand(deliveries: readonly Delivery[], claim: { owner: string; now: number; leaseFor: number; limit: number }): Promise<{ fresh: boolean[]; held: HeldDelivery[] }>;
  /** Takes deliveries that are due, oldest first, one of each lane and none of a lane of which anybody has one in hand. */
  claimDeliveries(claim: { owner: string; now: number; leaseFor: number; limit: number }): Promise<HeldDelivery[]>;
  /** Prolongs the leases of deliveries (by id) that this owner has in hand. */
  renewDeliveries(renewal: Renewal): Promise<void>;
  /** Gives a delivery back to be tried again at `notBefore`; `dead`: set aside with the reason. */
  deferDelivery(id: string, attempts: number, next: { notBefore: number; error: string; dead: boolean }): Promise<void>;

  /** Takes or renews a role. Held by somebody else whose time has not run out: `held` is false. */
  lease(name: string, owner: string, now: number, ttl: number): Promise<Lease>;

  /** Raises each warning (keeping `since` of one that stands). Returns the rows, in this order and each key once. */
  raiseWarnings(warnings: readonly Warning[], now: number): Promise<WarningRow[]>;
  /** Clears standing warnings of the project whose key starts with `prefix` and is not in `keep`. */
  clearWarnings(project: string, prefix: string, keep: readonly string[], now: number): Promise<WarningRow[]>;
  /** Standing warnings, the longest standing first; of all projects where none is named. */
  warnings(project?: string): Promise<WarningRow[]>;
  markWarningTold(key: string, now: number): Promise<void>;

  /** Oldest first. */
  pings(filter: { since: number; limit: number }): Promise<Ping[]>;
  /** In the order in which it was written. */
  auditOf(entity: string): Promise<AuditEntry[]>;

  /** The stored value of a key; where there is none, stores `value` first. Replicas agree on the first one's. */
  settle(key: string, value: string): Promise<string>;
  meta(key: string): Promise<string | null>;
  setMeta(key: string, value: string): Promise<void>;

  /**
   * Daily upkeep: rolls completed days up, drops raw runs older than `runs` ms, roll-ups older than `rollups` ms, and
   * rows, deliveries, closed warnings and expired codes that nothing refers to any more. A day's runs are dropped together and after they
   * were rolled up, so up to a day later than asked. Bounded work per call; true: there is more.
   */
  maintain(now: number, keep: { runs: number; rollups: number }): Promise<boolean>;
  /** What time it is by the clock that all servers on this store share (epoch ms): PostgreSQL's; null: there is no other server. */
  time(): Promise<number | null>;
  /** True when the store answers. */
  ping(): Promise<boolean>;
  /** What keeps the store from answering; null: nothing does. */
  problem(): Promise<Error | null>;
  close(): Promise<void>;
}

