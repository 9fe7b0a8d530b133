import type { Job, Thresholds } from './job.ts';
import type { PlatformId } from './platform.ts';

/** A person or team as GitHub mentions it: `@login` or `@org/team`. */
export type Handle = `@${string}`;

export interface SourceConfig {
  readonly name: string;
  readonly kind: 'testgrid' | 'prow';
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly api: 'legacy' | 'v1';
  /** True where the configuration came from a repository: private addresses are then refused (SSRF). */
  readonly guarded: boolean;
}

export interface Platform {
  readonly id: PlatformId;
  readonly step: number;
  readonly build: 'on' | 'off';
  readonly owners: readonly Handle[];
  /** What is built of it; empty or left out: everything. */
  readonly components?: readonly string[];
  /** The platform's own Slack channel. */
  readonly slack: string | null;
  readonly checks: readonly string[];
  /** When its owners are at work; null: always. */
  readonly hours: WorkingHours | null;
  readonly onCall: Rotation | null;
  readonly jobs: readonly Job[];
}

/** Hours of the working days (Monday to Friday): minutes after midnight in a time zone; `to` before `from` runs over midnight. */
export interface WorkingHours {
  readonly from: number;
  readonly to: number;
  /** IANA name. */
  readonly zone: string;
}

/** Who is asked first, by turns. */
export interface Rotation {
  readonly people: readonly Handle[];
  /** Milliseconds that a turn lasts. */
  readonly every: number;
  /** When the first turn began (epoch ms). */
  readonly from: number;
}

/** A release: who leads it, who watches its CI signal, when it is. */
export interface Release {
  readonly name: string | null;
  readonly branch: string;
  readonly leads: readonly Handle[];
  readonly ciSignal: readonly Handle[];
  /** Approvals that a decision needs. */
  readonly quorum: number;
  /** Epoch milliseconds, the start of the day in UTC. */
  readonly date: number | null;
  readonly freeze: number | null;
  /** The day that it was planned for, where `date` is later, and the platforms that held it up; left out: as planned. */
  readonly planned?: number | null;
  readonly delayedBy?: readonly PlatformId[];
  /** The milestone of its blockers. */
  readonly milestone: string | null;
  /** How long leads have to decide (ms). */
  readonly proposalExpires: number;
  /** What blocks it, and the clocks of a conflict with a platform's build; every loaded configuration has it. */
  readonly conflict?: ConflictTerms;
}

/** Terms of a conflict between a release blocker and a platform's build; durations in milliseconds. */
export interface ConflictTerms {
  /** Any of these labels makes a blocker. */
  readonly blockerLabels: readonly string[];
  /** Owners' time to fix it first. */
  readonly fixWindow: number;
  /** How long a deactivation stands unquestioned. */
  readonly expiresAfter: number;
}

/** When a project is polled: every so many milliseconds, or by a cron line. */
export type Every = { readonly kind: 'interval'; readonly ms: number } | { readonly kind: 'cron'; readonly line: string };

/** When the weekly report is posted (UTC; weekday 0 is Sunday, minutes after midnight), and in which Slack channel. */
export interface ReportPlan {
  readonly at: { readonly weekday: number; readonly minutes: number };
  readonly channel: string;
}

/** A place in a file where platforms are built, or released (`switches:`). */
export interface SwitchPlace {
  readonly file: string;
  /** How the file lists platforms. */
  readonly format: string;
  /** Where in the file; null: the whole of it. */
  readonly at: string | null;
  /** The repository that holds it; null: the project's own. */
  readonly repo: string | null;
  readonly controls: 'build' | 'release';
  /** Empty: all of them. */
  readonly components: readonly string[];
  readonly branches: readonly string[];
}

/** A tracked project's configuration, validated, with every default filled in; durations in milliseconds. */
export interface Project {
  readonly name: string;
  /** `owner/name`: where incidents and proposals are filed. */
  readonly repo: string;
  readonly file: string;
  readonly origin: 'disk' | 'repository';
  readonly reference: PlatformId;
  readonly sources: readonly SourceConfig[];
  readonly polling: {
    readonly every: Every;
    readonly timeout: number;
    readonly concurrency: number;
    /** Bytes that one answer may have. */
    readonly bodyLimit: number;
    /** Without a good poll for this long, people are told (behaviour 36). */
    readonly alertAfter: number;
  };
  readonly signal: Thresholds & {
    /** An incident that closed by itself less than this ago is reopened instead of followed by a new one. */
    readonly reopenWithin: number;
    /** More new incidents than this in one decision become one summary. */
    readonly cap: number;
  };
  readonly escalation: {
    readonly remindAfter: number;
    readonly escalateAfter: number;
    /** How long a breakage whose issue a person closed is left in silence. */
    readonly snooze: number;
    readonly to: readonly Handle[];
  };
  /** The release-signal team of the current release: `release.ci_signal`. */
  readonly releaseSignal: readonly Handle[];
  readonly channels: { readonly incidents: string | null; readonly tiers: string | null; readonly proposals: string | null };
  /** Null or left out: no report is posted. */
  readonly report?: ReportPlan | null;
  readonly platforms: readonly Platform[];
  /** Left out: none. */
  readonly switches?: readonly SwitchPlace[];
  /** The current one first. */
  readonly releases: readonly Release[];
  /** Bots whose comments are read like people's; logins in lower case. */
  readonly bots: readonly string[];
  /** Slack member id to GitHub login. */
  readonly people: Readonly<Record<string, string>>;
  readonly retention: { readonly runs: number; readonly rollups: number };
}

/**
 * The configuration's file as people may read of it: its path as far as it may be one of a repository, else its name alone.
 * Where the operator keeps it is nobody else's business.
 */
export function fileShown({ file }: Pick<Project, 'file'>): string {
  const parts = file.split(/[\\/]/).filter((part) => part !== '.' && part !== '');
  const inside = !/^(?:[\\/]|[A-Za-z]:)/.test(file) && !parts.includes('..');
  return inside ? parts.join('/') : parts.at(-1) ?? file;
}

/** The same for whoever operates several projects: a file in a repository, with the repository that it stands in. */
export const fileForOperator = (project: Pick<Project, 'file' | 'origin' | 'repo'>): string =>
  project.origin === 'repository' ? `${project.repo}/${project.file}` : fileShown(project);

/** The login that the configuration gives a Slack member; null: none. A member may be called as what every object has. */
export const declaredLogin = ({ people }: Pick<Project, 'people'>, member: string): string | null => Object.hasOwn(people, member) ? people[member] ?? null : null;
