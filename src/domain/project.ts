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
  /** The platform's own Slack channel. */
  readonly slack: string | null;
  readonly checks: readonly string[];
  readonly jobs: readonly Job[];
}

/** When a project is polled: every so many milliseconds, or by a cron line. */
export type Every = { readonly kind: 'interval'; readonly ms: number } | { readonly kind: 'cron'; readonly line: string };

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
  /** The release-signal people of the current release: `release.ci_signal`. */
  readonly releaseSignal: readonly Handle[];
  readonly channels: { readonly incidents: string | null; readonly tiers: string | null; readonly proposals: string | null };
  readonly platforms: readonly Platform[];
  /** Slack member id to GitHub login. */
  readonly people: Readonly<Record<string, string>>;
  readonly retention: { readonly runs: number; readonly rollups: number };
}
