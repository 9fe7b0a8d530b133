/** How a change came into a file of a repository. Logins stand without `@`; null: GitHub knows no account. */

/** A commit that changed the file. */
export interface FileCommit {
  readonly sha: string;
  readonly url: string;
  readonly author: string | null;
}

/** The pull request that brought a commit to the default branch. */
export interface BringingPull {
  readonly number: number;
  readonly url: string;
  readonly author: string | null;
  readonly mergedBy: string | null;
}

/** A commit with the pull request that brought it; null: it was pushed. */
export interface FileChange {
  /** `owner/name`. */
  readonly repo: string;
  readonly commit: FileCommit;
  readonly pull: BringingPull | null;
}
