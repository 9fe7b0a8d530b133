import type { Logger } from 'pino';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';
import type { GitHubPort, SlackPort } from './ports.ts';
import type { Tracked } from './tracked.ts';

/** `live`: writes are made. `dry`: rows are recorded only. `shadow`: everything goes to one Slack channel, names inert. */
export type Mode = 'live' | 'dry' | 'shadow';

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
  /** Handles known to be unmentionable, lower case, by project. */
  readonly unmentionable: Map<string, Set<string>>;
  /** Says that there may be rows to execute. */
  wake(): void;
}
