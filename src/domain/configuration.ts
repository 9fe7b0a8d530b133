import type { Text } from './text.ts';

/** Where a repository keeps its configuration, the likeliest first. */
export const REPOSITORY_FILES = ['.github/archsignal.yml', '.github/archsignal.yaml'] as const;

/**
 * Bytes that a configuration in a repository may have: some 1,500 jobs. Whoever may open a pull request has the server read
 * one, and nothing else is done meanwhile; the operator's own files may be four times as long.
 */
export const REPOSITORY_FILE_BYTES = 256 * 2 ** 10;

/** What a file is told that is longer than it may be (bytes), as a clause. */
export const tooLong = (bytes: number, most: number): string => `the file has ${bytes.toLocaleString('en')} bytes; a configuration may have ${most.toLocaleString('en')} (${most >= 2 ** 20 ? `${most / 2 ** 20} MiB` : `${most / 2 ** 10} KiB`})`;

/** What the check run on a changed configuration is called. */
export const CHECK_NAME = 'archsignal configuration';

/** A mistake or a doubt, with its place in the file; lines and columns from 1. */
export interface Remark {
  readonly line: number;
  readonly column: number;
  /** Where in the configuration: `platforms.linux/s390x.step`; `(file)` for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A repository's configuration file at a commit. `sha`: the content's own name. `unread`: the path of another that stands beside it, and is not read. */
export type FileAt =
  | { readonly kind: 'file'; readonly path: string; readonly commit: string; readonly sha: string; readonly text: string; readonly unread?: string | undefined }
  /** Something stands there that is no text, or a longer one than is read; `reason` says what, as a clause. */
  | { readonly kind: 'unusable'; readonly path: string; readonly commit: string; readonly sha: string; readonly reason: string; readonly unread?: string | undefined }
  | { readonly kind: 'none' };

/** The same as it is on the default branch now. */
export type FileNow =
  | FileAt
  /** The repository is not there any more, or the App is not installed on it any more. */
  | { readonly kind: 'gone' }
  | Unread;

/** It could not be read. */
export interface Unread {
  readonly kind: 'unknown';
  readonly reason: string;
  /** Milliseconds that the answer asked to wait. */
  readonly after: number | null;
  /** It will not be otherwise soon: the App may not read files there. */
  readonly lasting: boolean;
}

/** A repository that the App is installed on. */
export interface InstalledRepository {
  /** GitHub's number of it, which outlives its name. */
  readonly id: number;
  /** `owner/name`, as it is called now. */
  readonly fullName: string;
  /** The default branch. */
  readonly branch: string;
  /** Changes whenever something may have changed in its files: a push, another default branch, a new name. */
  readonly state: string;
}

/** What is known of a repository's configuration file. */
export interface RepositoryConfiguration {
  /** GitHub's number of the repository. */
  readonly repository: number;
  readonly revision: number;
  /** What the repository is called; as of the last look. */
  readonly repo: string;
  /** What stands on the default branch, as of the last look; null: nothing. */
  readonly seen: Seen | null;
  /** What is in force: the last text without a mistake; null: the project is not tracked by this file. */
  readonly good: Good | null;
}

export interface Seen {
  readonly path: string;
  readonly commit: string;
  readonly sha: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Empty where it is in force. */
  readonly mistakes: readonly Remark[];
  /** A sentence why it is not used though it has no mistake: the operator's own file comes first; null: it is used. */
  readonly unused: string | null;
  /** The path of another file that stands beside it, and is not read. */
  readonly unread?: string | undefined;
}

export interface Good {
  readonly path: string;
  readonly commit: string;
  readonly sha: string;
  /** Since when it is in force, epoch milliseconds. */
  readonly at: number;
  readonly text: string;
  /** What the repository was called then. */
  readonly repo: string;
  readonly project: string;
}

/** How one look at a repository's file ended. */
export type Looked = { readonly ok: true } | ({ readonly ok: false } & Omit<Unread, 'kind'>);

/** What a check of a configuration came to. */
export interface Checked {
  readonly conclusion: 'success' | 'failure' | 'neutral';
  /** One line. */
  readonly title: string;
  readonly summary: Text;
  readonly annotations: readonly Annotation[];
}

/** A word at a line of the file. */
export interface Annotation {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/** How a repository's configuration is checked; the runtime hands it to the edge that reads the file. */
export interface Checker {
  /** `repository`: GitHub's number of it. */
  check(repo: string, repository: number, file: FileAt): Promise<Checked>;
}
