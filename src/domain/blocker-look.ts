import type { CheckAttempt, ChecksNow } from './check.ts';

/** What is looked up about a release blocker. A failure is data, and never a guess. */

/** `why` is a sentence. `after`: milliseconds that the answer asked to wait; null: none. `lasting`: it fails again until somebody changes something (a permission). */
export type Look<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string; readonly after: number | null; readonly lasting: boolean };

/** What makes a blocker (`release.blockers`): any of the labels, and the milestone where it is named. */
export interface BlockerRules {
  readonly labels: readonly string[];
  /** Title. */
  readonly milestone: string | null;
}

/** A pull request as far as its checks depend on it. */
export interface PullHead {
  readonly repo: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  /** Login without `@`; null: not known. */
  readonly author: string | null;
  readonly state: 'open' | 'merged' | 'closed';
  /** The commit that would be merged. */
  readonly head: string;
  /** The branch that it is to be merged into. */
  readonly base: string;
}

/** A pull request that refers to an issue. */
export interface LinkedPull extends PullHead {
  /** Its text says that it closes the issue (`Fixes #12`); otherwise it only mentions it. */
  readonly fixes: boolean;
}

/** An issue or pull request that may block the release, as GitHub has it now. */
export interface BlockerNow {
  readonly kind: 'pull' | 'issue';
  readonly repo: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  /** Login without `@`; null: not known. */
  readonly author: string | null;
  readonly labels: readonly string[];
  /** Title. */
  readonly milestone: string | null;
  readonly state: 'open' | 'merged' | 'closed';
  /** Of a pull request: itself; of an issue: null. */
  readonly pull: PullHead | null;
  /** Of an issue: pull requests of the same repository that refer to it, the newest first, at most 10. */
  readonly linked: readonly LinkedPull[];
}

/** Which checks block a merge into a branch. */
export interface RequiredChecks {
  /** Branch protection, rulesets and what a merge queue waits for, together; null: that could not be read. */
  readonly names: readonly string[] | null;
  /** Checks that only one App may report: its number, by the check's name. */
  readonly apps: ReadonlyMap<string, number>;
  readonly mergeQueue: boolean;
  /** What could not be read, each a sentence that names the permission that is missing. */
  readonly problems: readonly string[];
}

/** The checks of a pull request: those that block its merge, and their attempts on its commits and on its base. */
export interface PullChecks extends ChecksNow {
  /** The branch that it is to be merged into. */
  readonly branch: string;
  /** What could not be read, each a sentence; the rest holds. */
  readonly problems: readonly string[];
}

/** An attempt with the number that GitHub has of the App that reported it; null: a commit status, or not known. */
export interface ReportedAttempt extends CheckAttempt { readonly app: number | null }

/** Every attempt of every check of a commit, whoever reports it. */
export interface Attempts {
  readonly attempts: readonly ReportedAttempt[];
  /** What may not be read, each a sentence that names the permission that is missing; the rest holds. */
  readonly problems: readonly string[];
}

/** The end of a log. */
export interface LogTail {
  readonly text: string;
  /** The number of its first line in the whole log, from 1; null: not known. */
  readonly first: number | null;
}

/** Something happened that may make, change or end a conflict in this repository (`owner/name`). */
export interface BlockerNews {
  readonly repo: string;
  /** The issue or pull request; null: known by the commit alone. */
  readonly number: number | null;
  /** The commit whose checks changed; null: something else did. */
  readonly sha: string | null;
  /** Epoch milliseconds, by GitHub's clock where it says so. */
  readonly at: number;
}
