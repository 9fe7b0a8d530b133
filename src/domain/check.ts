import type { PlatformId } from './platform.ts';

/** How a check ended, in GitHub's words for check runs and commit statuses; null: it has not. */
export type Conclusion =
  | 'success' | 'neutral' | 'skipped' | 'failure' | 'timed_out' | 'cancelled' | 'startup_failure' | 'stale' | 'error' | 'action_required' | null;

/** One attempt of a check on one commit. */
export interface CheckAttempt {
  /** As branch protection and the pull request's page call it. */
  readonly name: string;
  readonly commit: string;
  /** From 1; a re-run on the same commit has the next. */
  readonly attempt: number;
  readonly conclusion: Conclusion;
  /** When it ended, or began where it has not (epoch ms). */
  readonly at: number;
  readonly url: string | null;
  /** What failed, as far as it could be read: the log's first failing line, the failing tests. Null: not known. */
  readonly failure: string | null;
  /** It counts neither way: a known flake, or the infrastructure. */
  readonly discounted: 'flake' | 'infra' | null;
}

/** The checks of a pull request as they are known. */
export interface ChecksNow {
  /** The commit that would be merged. */
  readonly head: string;
  /** Names of the checks that block its merge (branch protection, rulesets, merge queue); null: they could not be read. */
  readonly required: readonly string[] | null;
  /** Attempts on the commits of the pull request, in any order. */
  readonly attempts: readonly CheckAttempt[];
  /** Attempts of the same checks on the branch that it is to be merged into. */
  readonly base: readonly CheckAttempt[];
}

/**
 * How a check stands on the newest commit. `red`: it failed the same way twice, or on two commits. `once`: it failed, which
 * is not enough to ask anybody. `waiting`: it has not ended, or what ended it says nothing of the change.
 */
export type CheckState = 'green' | 'red' | 'once' | 'waiting';

/** What a check tells of the platform that it is about. */
export type CheckKind = 'build' | 'test' | 'other';

/** A required check, read. */
export interface CheckReading {
  readonly name: string;
  readonly state: CheckState;
  readonly kind: CheckKind;
  /** Whose check it is; several, or none: it is of no platform alone. */
  readonly platforms: readonly PlatformId[];
  /** Whether the configuration says so (`checks:`), or its name. */
  readonly by: 'configured' | 'name' | null;
  /** Failed attempts in a row up to now that count, and on how many commits of the pull request. */
  readonly failed: number;
  readonly commits: number;
  /** How it stands on the branch that it is to be merged into. */
  readonly base: 'green' | 'red' | 'unknown';
  /** The newest attempt that counts. */
  readonly url: string | null;
  readonly failure: string | null;
}

/** Names of checks that may belong in a platform's `checks:`, and a pattern for all of them. */
export interface CheckSuggestion {
  readonly platform: PlatformId;
  readonly names: readonly string[];
  readonly pattern: string;
}
