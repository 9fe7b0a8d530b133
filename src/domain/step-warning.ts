import type { IssueRef, MessageRef } from './incident.ts';
import type { CriterionName, CriterionResult } from './ladder.ts';
import type { PlatformId } from './platform.ts';

/** A criterion of the present step that has not held for long, as people are told of it. */
export interface WarnedCriterion extends Pick<CriterionResult, 'because' | 'links'> {
  readonly criterion: CriterionName;
  /** `unknown`: nobody can tell, from which no demotion follows. */
  readonly kind: 'unmet' | 'unknown';
  /** The first of the days (epoch ms), and how many of them counted; `earlier`: there were more before that nobody has counted. */
  readonly since: number;
  readonly days: number;
  readonly earlier: boolean;
  /** Days that count until a demotion is proposed; null: none will be. */
  readonly daysLeft: number | null;
  /** When that is likely to be (epoch ms), by the calendar as it is known; null: never, or not before a release date is known. */
  readonly expectedAt: number | null;
}

/** The proposal that followed from a warning. */
export interface FollowedBy {
  readonly id: string;
  readonly state: 'open' | 'approved' | 'rejected' | 'withdrawn' | 'expired' | 'invalid';
  readonly issue: IssueRef | null;
}

/**
 * A public warning (policy.md, "Demotion"): criteria of the step that a platform stands on have not held past their grace.
 * One for each time that it stands on a step; raised anew where they turn again. Times are epoch milliseconds.
 */
export interface StepWarning {
  /** The same for the platform, the step and the time since which it stands there. */
  readonly id: string;
  readonly project: string;
  /** `owner/name` of the repository that its issue is filed in. */
  readonly repo: string;
  readonly platform: PlatformId;
  /** The step, the one below, and their names; null: it is the lowest. */
  readonly step: { readonly number: number; readonly name: string };
  readonly below: { readonly number: number; readonly name: string } | null;
  /** How many criteria it takes to hold the step. */
  readonly asked: number;
  /** Grows by one with every stored change; a writer with an older one is refused. */
  readonly revision: number;
  /** Grows by one when something that its issue or Slack message shows has changed. */
  readonly shown: number;
  /** `dismissed`: a person closed its issue, and nothing has turned since. `over`: it has turned, or the platform stands elsewhere. */
  readonly state: 'open' | 'dismissed' | 'over';
  /** Times that it was raised: people are asked once each time. */
  readonly turn: number;
  readonly raisedAt: number;
  /** The turn for which its issue was filed, or opened again; 0: none yet. */
  readonly filedTurn: number;
  readonly criteria: readonly WarnedCriterion[];
  /** Why it goes faster than usual, each a clause that begins small; left out: it does not. */
  readonly sooner?: readonly string[] | undefined;
  /** Who is asked, with `@`: its owners, or the release-signal team where it has none. */
  readonly owners: readonly string[];
  readonly followedBy: FollowedBy | null;
  /** Who closed its issue, and when. */
  readonly dismissed: { readonly by: string; readonly at: number } | null;
  /** When and why it was over: sentences. */
  readonly over: { readonly at: number; readonly because: readonly string[] } | null;
  readonly issue: IssueRef | null;
  /** Its Slack messages of this turn, by channel. */
  readonly messages: Readonly<Record<string, MessageRef>>;
}
