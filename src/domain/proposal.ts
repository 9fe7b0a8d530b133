import type { ConflictCase, ExitTest, Remedy, SwitchEntry } from './conflict.ts';
import type { Audience } from './action.ts';
import type { IssueRef, MessageRef } from './incident.ts';
import type { Board, JobKey } from './job.ts';
import type { CriterionName, CriterionResult, Step } from './ladder.ts';
import type { Surface } from './person.ts';
import type { PlatformId } from './platform.ts';

/** What is proposed. Each kind says by itself what happens if it is approved. */
export type Matter =
  /** Muting a job on the release-blocking board until `until` (epoch ms). */
  | { readonly kind: 'mute'; readonly platform: PlatformId; readonly job: JobKey; readonly jobName: string; readonly until: number; readonly reason: string }
  /** Moving a platform one step up or down its ladder: a pull request edits its `step:`. */
  | {
    readonly kind: 'step'; readonly platform: PlatformId;
    /** The steps' numbers, one apart on the ladder; what they mean when it is proposed. */
    readonly from: number; readonly to: number; readonly before: StepMeaning; readonly after: StepMeaning;
    /** The criteria that call for it; those of the next step, or those that do not hold any more. Empty where nothing does, and a person asks all the same. */
    readonly because: readonly CriterionName[];
    /** How the criteria of both steps stood: what the decision rests on. */
    readonly evidence: readonly CriterionResult[];
    /** Why a person asked for it, or an empty string where they did not say; null: the record calls for it by itself. */
    readonly asked: string | null;
    /** What the other steps are called that the evidence names; left out: nobody kept it. */
    readonly names?: readonly { readonly step: number; readonly name: string }[] | undefined;
    /** Why it is proposed sooner than the ladder's usual days, each a clause that begins small; left out: it is not. */
    readonly sooner?: readonly string[] | undefined;
    /** Where the record calls for a move the other way: to which step, and by which criteria; left out: it does not. */
    readonly opposite?: { readonly to: number; readonly name: string; readonly because: readonly CriterionName[] } | undefined;
    /** What has to change besides the step, each by its own edit; left out: nothing is known of it. */
    readonly besides?: readonly Besides[] | undefined;
    /** The issue of the public warning that came before. */
    readonly warned?: IssueRef | null | undefined;
  }
  /** Moving a job from one release board to the other: a pull request edits its `board:`. */
  | {
    readonly kind: 'board'; readonly platform: PlatformId; readonly job: JobKey; readonly jobName: string; readonly branch: string | null;
    readonly from: Board; readonly to: Board;
    /** The criteria that call for it; how all of them stood. */
    readonly because: readonly CriterionName[]; readonly evidence: readonly CriterionResult[];
    /** The days that count on which it was so. */
    readonly days: number;
  }
  /** Turning a platform's build off, or waiving its check, so that a release blocker can merge. */
  | {
    readonly kind: 'deactivate'; readonly platform: PlatformId; readonly remedy: Remedy; readonly branch: string;
    /** Empty: all of it. */
    readonly components: readonly string[];
    readonly case: ConflictCase;
  }
  /** Turning it on again. */
  | {
    readonly kind: 'reactivate'; readonly platform: PlatformId; readonly branch: string; readonly components: readonly string[];
    readonly conflict: string;
    /** It is a part of what is off; the rest stays off. Left out: all of it. */
    readonly partly?: true | undefined;
    /** What is turned on again, the edit as people read it, or why it has to be made by hand. */
    readonly removed: readonly SwitchEntry[]; readonly diff: string | null; readonly byHand: string | null;
    readonly reactivation: IssueRef | null;
    readonly exit: ExitTest;
    /** How the exit test holds, in a sentence. */
    readonly because: string;
    /** Since when it is off (epoch ms). */
    readonly off: number;
  };

/** What goes with a change of step, and is edited apart from it. */
export type Besides =
  /** An entry of a build file (`switches:`). `repo`, null: the project's own; `at`, null: the whole file; `components`, `branches`: none means all. */
  | {
    readonly kind: 'switch'; readonly file: string; readonly repo: string | null; readonly at: string | null; readonly controls: 'build' | 'release';
    readonly components: readonly string[]; readonly branches: readonly string[]; readonly to: 'on' | 'off';
  }
  /** The platform's `build:` in the configuration. */
  | { readonly kind: 'build'; readonly to: 'on' | 'off' }
  /** A job's `board:` in the configuration; null: neither board. */
  | { readonly kind: 'board'; readonly job: string; readonly from: Board | null; readonly to: Board | null };

/** The pull request that carries an approval out. */
export interface ProposalPull {
  readonly repo: string;
  readonly number: number;
  readonly url: string;
  /** `closed`: without being merged. */
  readonly state: 'open' | 'merged' | 'closed';
  /** The branch that it was merged into instead of the default one, where it changes nothing: it counts as closed. */
  readonly into?: string | undefined;
  /** It was merged, and the configuration on the default branch does not say what was approved: it counts as closed. */
  readonly inVain?: true | undefined;
  /** Who merged or closed it, and when (epoch ms); null: it is open, or GitHub did not say. */
  readonly by: string | null;
  readonly at: number | null;
}

/** What a step means, as its ladder said when it was proposed. */
export type StepMeaning = Pick<Step, 'name' | 'grants' | 'build' | 'release' | 'branches'> & Partial<Pick<Step, 'components'>>;

/** Proposals that the program makes by itself carry its name as their proposer's. */
export const BY_PROGRAM = 'archsignal';

/**
 * `open`: to be decided. `approved`: the quorum said yes, and it is being done or done. `rejected`, `withdrawn`,
 * `expired`: no. `invalid`: what it rests on no longer holds.
 */
export type ProposalState = 'open' | 'approved' | 'rejected' | 'withdrawn' | 'expired' | 'invalid';

/** What somebody with the right to said of a proposal; kept for ever, told apart by who and what. */
export interface Vote {
  readonly kind: 'approve' | 'reject' | 'object' | 'withdraw' | 'lapse';
  /** Login without `@`. `lapse`: whose approval no longer counts, because they left the team that decides. */
  readonly by: string;
  readonly surface: Surface;
  /** When it was said (epoch ms), by the clock of the place where it was; arrival may be later and in another order. */
  readonly at: number;
  /** The edition that it was said of. */
  readonly edition: number;
  readonly reason: string | null;
  /** Of an approval: those who approved before and could not be looked up again when this was said; they go on to count. */
  readonly unconfirmed?: readonly string[] | undefined;
}

/** A decision that release leads are asked for (policy.md, conflict procedure 4; used for every proposal). */
export interface Proposal {
  readonly id: string;
  readonly project: string;
  /** `owner/name` of the repository that its issue is filed in. */
  readonly repo: string;
  readonly matter: Matter;
  /** Grows by one with every stored change; a writer with an older one is refused. */
  readonly revision: number;
  /** Grows by one when something that its issue or Slack message shows has changed. */
  readonly shown: number;
  /** Grows when the matter itself changes; approvals hold for one edition. */
  readonly edition: number;
  /** When the present edition came about (epoch ms): an approval said before it is not of it. */
  readonly editionAt: number;
  readonly state: ProposalState;
  /** Who proposed it, and when. Their approval does not count. */
  readonly proposer: { readonly by: string; readonly surface: Surface; readonly at: number };
  /** Other logins whose approval does not count. */
  readonly recused: readonly string[];
  /** Teams and people who decide, and how many of them it takes. */
  readonly deciders: readonly string[];
  readonly quorum: number;
  /** Teams and people who may object. */
  readonly objectors: readonly string[];
  /** Undecided at this moment (epoch ms) it expires; before objections extend it. */
  readonly expiresAt: number;
  /** An objection extends the end to no later than this (epoch ms); null: by all that it may. */
  readonly latestEnd: number | null;
  /** A word before it expires (epoch ms); null: given, or not needed any more. */
  readonly warnAt: number | null;
  readonly votes: readonly Vote[];
  /** When its state was decided (epoch ms), by the clock of who decided; null while it is open. */
  readonly decidedAt: number | null;
  /** Why it is invalid, in a sentence. */
  readonly because: string | null;
  readonly issue: IssueRef | null;
  readonly messages: Readonly<Record<string, MessageRef>>;
  /** The pull request that carries it out, once there is one; null or left out: there is none. */
  readonly pull?: ProposalPull | null | undefined;
  /** When what was approved was seen in the configuration in force (epoch ms); null or left out: it was not. */
  readonly inForceAt?: number | null | undefined;
  /** Where somebody asked for it, who is told of its issue; null or left out: nobody is. */
  readonly asker?: Audience | null | undefined;
}

/** What an objection adds to the time that a proposal has, once, however many there are (milliseconds). */
export const OBJECTION_EXTENDS = 12 * 3_600_000;

/**
 * When the present edition expires (epoch ms): at `expiresAt`, and `OBJECTION_EXTENDS` later where somebody objected to it
 * before that moment, though never beyond `latestEnd` (policy.md, conflict procedure 4).
 */
export function endsAt(proposal: Proposal): number {
  const { expiresAt, latestEnd, edition, votes } = proposal;
  const objected = votes.some((v) => v.kind === 'object' && v.edition === edition && v.at < expiresAt);
  return objected ? Math.max(expiresAt, Math.min(expiresAt + OBJECTION_EXTENDS, latestEnd ?? Infinity)) : expiresAt;
}

/** The soonest moment (epoch ms) at which something is to be done about the proposal without any news; null: never. */
export function nextProposalDeadline(proposal: Proposal): number | null {
  if (proposal.state !== 'open') return null;
  return Math.min(endsAt(proposal), proposal.warnAt ?? Infinity);
}
