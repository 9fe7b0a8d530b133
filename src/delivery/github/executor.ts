import type { Action, ActionResult } from '../../domain/action.ts';
import type { Logger } from 'pino';
import type { Clients } from './clients.ts';
import type { Identity } from './identity.ts';
import type { Issues } from './issues.ts';
import type { Labels } from './labels.ts';
import type { Markers } from './marker.ts';
import type { Subject } from './render/telling.ts';

/** The actions that are done on GitHub. */
export type GitHubAction = Extract<Action, { kind: 'ensure-issue' | 'comment' | 'set-issue-state' }>;
export type GitHubActionKind = GitHubAction['kind'];

/** `look`: an earlier execution of the same row may have had its effect, so look before you write. */
export interface Attempt {
  readonly look: boolean;
}

/** What executors work with. */
export interface Desk {
  readonly clients: Clients;
  readonly issues: Issues;
  readonly labels: Labels;
  readonly identity: Identity;
  readonly markers: Markers;
  /** How often each issue was looked for in vain after a lost answer. */
  readonly looks: Map<string, number>;
  readonly log: Logger;
}

/** Makes one action true outside, or finds that it is. Failures are data. */
export type Executor<K extends GitHubActionKind> =
  (desk: Desk, action: Extract<GitHubAction, { kind: K }>, subject: Subject, attempt: Attempt) => Promise<ActionResult>;
