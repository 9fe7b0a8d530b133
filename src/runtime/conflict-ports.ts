import type { Attempts, BlockerNow, BlockerRules, Look, LogTail, PullChecks, PullHead, RequiredChecks } from '../domain/blocker-look.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { SourceConfig } from '../domain/project.ts';
import type { SwitchAsk, SwitchesNow } from '../domain/switch-look.ts';

/** How long a look may take in all, retries included (ms). */
export interface LookLimit { readonly deadline: number }

/** What GitHub says of release blockers and their checks, as the conflict procedure uses it. Nothing here throws or writes. */
export interface BlockerPort {
  /** Open issues and pull requests with any of the labels, or in the milestone where no label is named; `isBlocker` decides. A list that is not whole is a failure. */
  blockers(repo: string, rules: BlockerRules, limit: LookLimit): Promise<Look<readonly BlockerNow[]>>;
  /** One, read anew; null: there is none of that number. */
  blocker(repo: string, number: number, limit: LookLimit): Promise<Look<BlockerNow | null>>;
  /** The checks that block a merge into the branch. */
  requiredChecks(repo: string, branch: string, limit: LookLimit): Promise<RequiredChecks>;
  /** Every attempt of every check of a commit. */
  checks(repo: string, sha: string, limit: LookLimit): Promise<Look<Attempts>>;
  /** What `readChecks` takes: the required checks, with attempts on the head, at most 5 earlier heads, and the newest commits of the base. */
  pullChecks(pull: PullHead, limit: LookLimit): Promise<Look<PullChecks>>;
}

/** Logs of checks and jobs. */
export interface LogPort {
  /**
   * The last 256 KiB at most of the log behind a check's link: of a job of GitHub Actions, of Prow's page of a run, or a
   * `build-log.txt`. Read from GitHub and from the hosts of these sources alone.
   */
  tail(repo: string, url: string, sources: readonly SourceConfig[], limit: LookLimit): Promise<Look<LogTail>>;
}

/** The build files of a repository, as the conflict procedure reads them. Nothing here throws or writes. */
export interface SwitchPort {
  /** How the switches stand, and both edits as they could be made now. */
  switches(ask: SwitchAsk, limit: LookLimit): Promise<Look<SwitchesNow>>;
  /** `file:line` of other places of the branch that name the platform: manifest lists, release tooling, images. Bounded, the likeliest files first. */
  elsewhere(ask: SwitchAsk, limit: LookLimit): Promise<Look<readonly string[]>>;
  /** Other platforms whose switches stand otherwise after the merge of this pull request than before it. */
  othersChanged(ask: SwitchAsk, pull: number, limit: LookLimit): Promise<Look<readonly PlatformId[]>>;
}
