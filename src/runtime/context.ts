import type { Logger } from 'pino';
import type { Store } from '../store/store.ts';
import type { Looked } from '../domain/configuration.ts';
import type { Pointing } from '../domain/signature.ts';
import type { Reader } from '../signal/signatures.ts';
import type { BlockerPort, LogPort, SwitchPort } from './conflict-ports.ts';
import type { Metrics } from './metrics.ts';
import type { GitHubPort, SlackPort } from './ports.ts';
import type { Tracked } from './tracked.ts';

/** `live`: writes are made. `dry`: rows are recorded only. `shadow`: everything goes to one Slack channel, names inert. */
export type Mode = 'live' | 'dry' | 'shadow';

/** Configuration files that live in repositories, and the projects that they describe. */
export interface RepositoryFiles {
  /** Brings the tracked projects in line with what is stored. */
  align(): Promise<void>;
  /** Reads a repository's file anew and puts in force what it says, if it has no mistake. */
  refresh(place: { readonly id: number; readonly fullName: string }): Promise<Looked>;
  /** Begins a look at every repository when it is time. */
  tick(): void;
  lookSoon(): void;
  /** Resolves when no look is under way. */
  idle(): Promise<void>;
}

/** What the conflict procedure looks at. */
export interface ConflictEyes {
  readonly blockers: BlockerPort;
  readonly switches: SwitchPort;
  readonly logs: LogPort;
  /** By what a log's lines name platforms. */
  readonly reader: Reader;
  /** What logs said that were read, by project and link: a log that has ended does not change. */
  readonly remembered: Map<string, Pointing>;
}

/** What every part of the runtime works with. */
export interface Runtime {
  readonly store: Store;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** This process among its replicas. */
  readonly owner: string;
  readonly mode: Mode;
  readonly shadowChannel: string | null;
  /** Null: no GitHub (the command line's `poll`). */
  readonly github: GitHubPort | null;
  /** Null: the program runs without Slack. */
  readonly slack: SlackPort | null;
  /** GitHub's pages, for links. */
  readonly web: string;
  readonly projects: ReadonlyMap<string, Tracked>;
  /** GitHub's ids of the tracked repositories, which outlive their names, with the name that the configuration has. */
  readonly repositories: Map<number, string>;
  /** Absent: files in repositories are not read (the command line). */
  readonly configurations?: RepositoryFiles | null;
  /** What is looked up about release blockers; absent: nothing can be (the command line, no GitHub). */
  readonly eyes?: ConflictEyes | null;
  /** Handles known to be unmentionable, lower case, by project. */
  readonly unmentionable: Map<string, Set<string>>;
  /** Says that there may be rows to execute. */
  wake(): void;
}
