import type { Job, JobLinks } from './job.ts';
import type { CriterionName } from './ladder.ts';
import type { Handle } from './project.ts';
import type { PlatformId } from './platform.ts';
import type { Outcome } from './run.ts';

/**
 * What is on record about platforms over time: what criteria are judged by. From the store, or from a history on disk
 * (contract, "The command line"). Times are epoch milliseconds.
 */
export interface Evidence {
  /** The record begins here: before it nothing is known. */
  readonly since: number;
  readonly platforms: readonly PlatformEvidence[];
}

export interface PlatformEvidence {
  readonly platform: PlatformId;
  readonly jobs: readonly JobEvidence[];
  /** Oldest first. */
  readonly incidents: readonly IncidentRecord[];
  /** Changes of its step, oldest first. Empty: it stands where it is configured, and nobody knows since when. */
  readonly steps: readonly StepChange[];
  readonly signOffs: readonly { readonly at: number; readonly group: string; readonly by: string | null }[];
  readonly exceptions: readonly { readonly at: number; readonly criterion: CriterionName; readonly until: number; readonly reason: string | null }[];
  /** Declared owners over time, oldest first; before the first, those of the configuration. */
  readonly owners: readonly { readonly at: number; readonly owners: readonly string[] }[];
  readonly downtimes: readonly { readonly from: number; readonly to: number; readonly reason: string | null }[];
  /** Who did something for the platform, and when: acknowledgements, commands, fixes, sign-offs. */
  readonly acts: readonly { readonly at: number; readonly by: string }[];
  /** What people or tools stated about it, oldest first. */
  readonly attestations: readonly Attestation[];
  /** Releases that it held up, oldest first, besides those of the configuration; left out: none is on record. */
  readonly delays?: readonly { readonly at: number; readonly release: string | null }[];
}

/** A statement about a platform that its runs do not show: when, and where it can be looked up (http(s)). */
export type Attestation = { readonly at: number; readonly link: string | null } & (
  /** Whether a job (by name) runs on the platform's own hardware. */
  | { readonly kind: 'native-hardware'; readonly job: string; readonly native: boolean }
  /** How many artifacts of a component there should be, and which of them are not published. */
  | { readonly kind: 'artifacts'; readonly component: string; readonly expected: number; readonly missing: readonly string[] }
  | { readonly kind: 'toolchain'; readonly toolchain: string; readonly level: 'none' | 'experimental' | 'supported' | 'first-class' }
  /** Tests of a suite that ran here, of those that ran on the reference platform. */
  | { readonly kind: 'parity'; readonly suite: string; readonly here: number; readonly reference: number }
);

export interface JobEvidence {
  readonly job: Job;
  /** Finished runs, oldest first by start. */
  readonly runs: readonly RunRecord[];
  readonly links: JobLinks;
  /** Spans in which its source could not be read, oldest first. Days without any good poll are not evaluable. */
  readonly blind: readonly { readonly from: number; readonly to: number }[];
}

export interface RunRecord {
  readonly build: string;
  readonly started: number;
  readonly finished: number | null;
  readonly outcome: Outcome;
  readonly commit: string | null;
}

/** A breakage as `owner-response` counts it; people's own issues with the platform's label are recorded alike. */
export interface IncidentRecord {
  readonly id: string;
  readonly openedAt: number;
  readonly acknowledgedAt: number | null;
  readonly closedAt: number | null;
  /** When it was known to be more than one failed run of one job; null: it is not, so far. Left out: when it was opened. */
  readonly again?: number | null;
  /** Left out of the count: `infra`, `everywhere`, `downtime`, `upstream`. */
  readonly leftOut: 'infra' | 'everywhere' | 'downtime' | 'upstream' | null;
  readonly url: string | null;
}

export interface StepChange {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** What criteria need to know of the project besides the record. Times are epoch milliseconds, UTC. */
export interface ProjectFacts {
  readonly reference: PlatformId;
  readonly platforms: readonly PlatformFacts[];
  /** `calendar.freezes`; `to` is the first moment after it. */
  readonly freezes: readonly { readonly from: number; readonly to: number }[];
  /** All that are known, past ones too; the current one first. */
  readonly releases: readonly ReleaseFacts[];
  /** What the branch is called that jobs without one test; left out: nobody says. */
  readonly mainBranch?: string | undefined;
  /** Members (logins) of the teams that can be read, by handle in lower case. */
  readonly teams: Readonly<Record<string, readonly string[]>>;
  /** Until then findings are dated exceptions, without warnings and proposals; null: no adoption period. */
  readonly adoptionUntil: number | null;
}

export interface ReleaseFacts {
  readonly freeze: number | null;
  readonly date: number | null;
  /** Left out or null: it has none. */
  readonly name?: string | null;
  /** The day that it was planned for, where it came later, and the platforms that held it up. */
  readonly planned?: number | null;
  readonly delayedBy?: readonly PlatformId[];
}

export interface PlatformFacts {
  readonly platform: PlatformId;
  /** As configured. */
  readonly step: number;
  readonly owners: readonly Handle[];
  /** What is built of it (`client`, `node`, `server`); empty or left out: everything. */
  readonly components?: readonly string[];
  /** How its switches stand; null: none are known. A null within: that one is not known. */
  readonly switches: { readonly build: 'off' | 'on' | null; readonly release: 'off' | 'on' | null; readonly requiredCheck: boolean | null } | null;
}
