import type { Action, ActionResult } from '../domain/action.ts';
import type { Briefing } from '../domain/briefing.ts';
import type { Incident } from '../domain/incident.ts';
import type { PlatformId } from '../domain/platform.ts';

export type GitHubAction = Extract<Action, { kind: 'ensure-issue' | 'comment' | 'set-issue-state' }>;
export type SlackAction = Extract<Action, { kind: 'ensure-message' | 'reply' | 'notice' }>;

/** What an action is about; null for an operator's notice. */
export interface Subject {
  readonly incident: Incident;
  readonly briefing: Briefing;
}

/** `look`: an earlier attempt may have had its effect, so look before writing. */
export interface Attempt {
  readonly look: boolean;
}

export interface Preview {
  /** What would be written, with every name inert. */
  readonly text: string;
}

/** GitHub as the runtime uses it. */
export interface GitHubPort {
  execute(action: GitHubAction, subject: Subject, attempt: Attempt): Promise<ActionResult>;
  preview(action: GitHubAction, subject: Subject): { readonly title: string; readonly body: string; readonly asks: readonly string[] };
  prepare(repo: string, platforms: readonly PlatformId[]): Promise<{ readonly ok: boolean; readonly reason: string | null }>;
  isMember(repo: string, handle: string, login: string, limit: { deadline: number }): Promise<'yes' | 'no' | 'unknown'>;
  checkHandle(repo: string, handle: string): Promise<'ok' | 'missing' | 'unknown'>;
}

/** Slack as the runtime uses it. */
export interface SlackPort {
  execute(action: SlackAction, subject: Subject | null, attempt: Attempt): Promise<ActionResult>;
  preview(action: SlackAction, subject: Subject | null): Preview;
  shadow(channel: string, key: string, text: string, attempt: Attempt): Promise<ActionResult>;
}
