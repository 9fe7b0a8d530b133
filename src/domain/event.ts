import type { FileChange } from './file-change.ts';
import type { CriterionName } from './ladder.ts';
import type { PlatformId } from './platform.ts';

/**
 * Something on record about a platform that outlives incidents and runs; the kinds are those of a history on disk (contract,
 * "The command line"). Kept for good. Times are epoch milliseconds.
 */
export type PlatformEvent = {
  /** The same for the same happening, however often it is learned. */
  readonly id: string;
  readonly project: string;
  readonly platform: PlatformId;
  readonly at: number;
} & (
  /**
   * The step in the configuration that is in force changed. `by`: who merged that, or wrote what was pushed (login), as far as it is known;
   * `change`: how it came into the file, where that is in a repository and could be learned.
   */
  | { readonly kind: 'step'; readonly from: number; readonly to: number; readonly by: string | null; readonly url: string | null; readonly proposal: string | null; readonly change?: FileChange | null | undefined }
  | { readonly kind: 'sign-off'; readonly group: string; readonly by: string; readonly url: string | null }
  | { readonly kind: 'exception'; readonly criterion: CriterionName; readonly until: number; readonly reason: string; readonly by: string; readonly url: string | null }
  /** The declared owners changed to these. */
  | { readonly kind: 'owners'; readonly owners: readonly string[] }
  /** Somebody did something for the platform: acknowledged, commanded, fixed, signed off. */
  | { readonly kind: 'act'; readonly by: string; readonly what: string }
  /** The ladder was first asked about the platform, which stood on this step: the adoption period counts from here. */
  | { readonly kind: 'adopted'; readonly step: number }
);

export type PlatformEventKind = PlatformEvent['kind'];
