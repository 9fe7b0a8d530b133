import type { ActionResult, GitHubAction, SlackAction } from '../domain/action.ts';
import type { Look } from '../domain/blocker-look.ts';
import type { Briefing } from '../domain/briefing.ts';
import type { BringingPull, FileCommit } from '../domain/file-change.ts';
import type { Incident } from '../domain/incident.ts';
import type { Verdict } from '../domain/person.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { PullNow } from '../domain/pull.ts';

export type { GitHubAction, SlackAction } from '../domain/action.ts';

/** What an incident's action is about; null for every other action. */
export interface Subject {
  readonly incident: Incident;
  readonly briefing: Briefing;
}

/** `look`: an earlier attempt may have had its effect, so look before writing. */
export interface Attempt {
  readonly look: boolean;
  /** The store was put back from a backup, and may not remember what was made. */
  readonly restored?: boolean;
}

export interface Preview {
  /** What would be written, with every name inert. */
  readonly text: string;
}

/** GitHub as the runtime uses it. */
export interface GitHubPort {
  execute(action: GitHubAction, subject: Subject | null, attempt: Attempt): Promise<ActionResult>;
  preview(action: GitHubAction, subject: Subject | null): { readonly title: string; readonly body: string; readonly asks: readonly string[] };
  prepare(repo: string, platforms: readonly PlatformId[]): Promise<{ readonly ok: boolean; readonly reason: string | null }>;
  /** Whether a token can be had for each of the repositories; if not, what is wrong and what to do. */
  ready?(repos: readonly string[]): Promise<{ readonly ok: boolean; readonly reason: string | null }>;
  isMember(repo: string, handle: string, login: string, limit: { deadline: number }): Promise<'yes' | 'no' | 'unknown'>;
  checkHandle(repo: string, handle: string): Promise<'ok' | 'missing' | 'forbidden' | 'shut' | 'unknown'>;
  /** The logins of a team (`@org/team`), those of its child teams included; null where it cannot be read, or is none. */
  teamMembers(repo: string, handle: string): Promise<readonly string[] | null>;
  /**
   * Whether each login is any of these handles or in any of their teams, by its lower-case name; asked anew every time, and
   * over after `deadline` milliseconds, whatever GitHub does: what is not known by then is `unknown`.
   */
  areMembers(repo: string, handles: readonly string[], logins: readonly string[], limit: { deadline: number }): Promise<ReadonlyMap<string, Verdict>>;
  /** A pull request, read with the rights that the App has on `via`. `discreet`: what is private is unknown as well unless `via` is, because it is told there. */
  pull(repo: string, number: number, limit: { deadline: number; via: string; discreet?: boolean }): Promise<PullNow>;
  issueNow(repo: string, number: number): Promise<IssueNow>;
  /** GitHub's limit that is in force for a repository (epoch ms; whether reads wait as well); null: none that was met. */
  limited?(repo: string): { readonly until: number; readonly reads: boolean } | null;
  readonly fileHistory: FileHistoryPort;
  /** Asks GitHub for deliveries again that failed after `since` (epoch ms); how many that were, or why it could not. */
  redeliverMissed(since: number): Promise<{ readonly asked: number; readonly problem: string | null }>;
  /** The repository's numeric id and present name; null where it cannot be asked. */
  repositoryOf(repo: string): Promise<{ readonly id: number; readonly fullName: string } | null>;
}

/** How a file of a repository came to be as it is, as of a commit. */
export interface FileHistoryPort {
  /** The commits that changed it, the newest first; not all of a long history. */
  commits(repo: string, path: string, commit: string, limit: { deadline: number }): Promise<Look<readonly FileCommit[]>>;
  textAt(repo: string, path: string, commit: string, limit: { deadline: number }): Promise<Look<string | null>>;
  /** The merged pull request that brought the commit; null: it was pushed. */
  pullOf(repo: string, commit: string, limit: { deadline: number }): Promise<Look<BringingPull | null>>;
}

/** An issue as it is now. `missing`: deleted or moved away. `unknown`: it cannot be read. */
export type IssueNow =
  | { readonly state: 'open' | 'closed'; /** Who closed it, where it is closed and GitHub says so. */ readonly closedBy: string | null; /** That is a bot which is not read like people. */ readonly closedByBot?: boolean; /** That is our own App. */ readonly closedByUs?: boolean; readonly locked: boolean; readonly assignees: readonly string[]; readonly labels: readonly string[]; readonly milestone: string | null }
  | { readonly state: 'missing' | 'unknown' };

/** Slack as the runtime uses it. */
export interface SlackPort {
  execute(action: SlackAction, subject: Subject | null, attempt: Attempt): Promise<ActionResult>;
  preview(action: SlackAction, subject: Subject | null): Preview;
  shadow(channel: string, key: string, text: string, attempt: Attempt): Promise<ActionResult>;
  /** Whether each of the channels can be posted to. Left out: it cannot be known. */
  check?(channels: readonly string[]): Promise<readonly { readonly channel: string; readonly ok: boolean }[]>;
}
