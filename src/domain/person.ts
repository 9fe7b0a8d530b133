/** Where somebody said something. */
export type Surface = 'github' | 'slack';

/** A member of a Slack workspace. */
export interface SlackMember {
  /** Workspace; empty where the payload did not name one. */
  readonly team: string;
  readonly user: string;
}

/** Who did something. On GitHub the login is proven by the webhook; in Slack by a link, or there is none. */
export interface Actor {
  readonly surface: Surface;
  /** GitHub login without `@`; null: a Slack member who is not linked. They may read, not decide. */
  readonly login: string | null;
  readonly slack: SlackMember | null;
}

/** A proof that a Slack member is a GitHub login: the code that Slack gave to one came back from the other. */
export interface Identity {
  readonly slack: SlackMember;
  readonly login: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A one-time code of `/arch link`; kept as a hash, good until `expires` (epoch ms) and once. */
export interface LinkCode {
  readonly hash: string;
  readonly slack: SlackMember;
  readonly createdAt: number;
  readonly expires: number;
}

/** The actor as the audit names them: `github:olga`, `slack:olga`, `slack:U0123456` where not linked. */
export const actorName = (actor: Actor): string => `${actor.surface}:${actor.login ?? actor.slack?.user ?? 'unknown'}`;

/** What a live lookup of somebody's membership said; `unknown` denies. */
export type Verdict = 'yes' | 'no' | 'unknown';
