import type { ActionResult, Editor, GitHubAction, IncidentAction } from '../../domain/action.ts';
import type { Checker } from '../../domain/configuration.ts';
import type { Logger } from 'pino';
import type { Switcher } from '../../domain/switcher.ts';
import type { Clients } from './clients.ts';
import type { ConfigurationFiles } from './configuration-files.ts';
import type { GitData } from './git-data.ts';
import type { Identity } from './identity.ts';
import type { Issues } from './issues.ts';
import type { Labels } from './labels.ts';
import type { Markers } from './marker.ts';
import type { Pulls } from './pulls.ts';
import type { Subject } from './render/telling.ts';

export type { GitHubAction } from '../../domain/action.ts';
export type GitHubActionKind = GitHubAction['kind'];

/** `look`: an earlier execution of the same row may have had its effect, so look before you write. */
export interface Attempt {
  readonly look: boolean;
  /** The store was put back from a backup: what is looked for may have been made, and counted otherwise, in a time that it does not remember. */
  readonly restored?: boolean;
}

/** What executors work with. */
export interface Desk {
  readonly clients: Clients;
  readonly issues: Issues;
  readonly labels: Labels;
  readonly identity: Identity;
  readonly pulls: Pulls;
  readonly markers: Markers;
  readonly git: GitData;
  /** How files are edited. */
  readonly editor: Editor;
  /** How build switches are turned. */
  readonly switcher: Switcher;
  readonly configurationFiles: Pick<ConfigurationFiles, 'at' | 'touched'>;
  /** How configurations are checked; null: not in this process. */
  readonly checker: Checker | null;
  /** How often each issue was looked for in vain after a lost answer. */
  readonly looks: Map<string, number>;
  readonly log: Logger;
}

type ActionOf<K extends GitHubActionKind> = Extract<GitHubAction, { kind: K }>;

/** What an action is about: its incident, or nothing but what the action says itself. */
export type SubjectOf<K extends GitHubActionKind> = ActionOf<K> extends IncidentAction ? Subject : null;

/** Makes one action true outside, or finds that it is. Failures are data. */
export type Executor<K extends GitHubActionKind> =
  (desk: Desk, action: ActionOf<K>, subject: SubjectOf<K>, attempt: Attempt) => Promise<ActionResult>;
