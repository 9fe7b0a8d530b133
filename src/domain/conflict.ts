import type { PlaceCuts } from './build-switch.ts';
import type { IssueRef, PullRef, Try } from './incident.ts';
import type { JobKey } from './job.ts';
import type { Surface } from './person.ts';
import type { PlatformId } from './platform.ts';
import type { LogEvidence } from './signature.ts';

/** A release blocker against a platform's build: the procedure of policy.md, "Conflict", in seven stages. */

/** What a platform stands in the way of: a change that blocks the release, or the release itself by its blocking board. */
export type Blocker =
  | {
    readonly kind: 'pull' | 'issue'; readonly repo: string; readonly number: number; readonly url: string; readonly title: string;
    /** Who wrote it; their approval does not count. Login without `@`; null: not known. */
    readonly author: string | null;
  }
  | { readonly kind: 'board'; readonly release: string | null; readonly jobs: readonly { readonly key: JobKey; readonly name: string; readonly url: string | null }[] };

/** The same blocker has the same key: `owner/name#12`, or the release whose board is red. */
export const blockerKey = (blocker: Blocker): string => blocker.kind === 'board' ? `board ${blocker.release ?? ''}` : `${blocker.repo.toLowerCase()}#${blocker.number}`;

/**
 * How a conflict is seen. `checks`: only the platform's checks block the merge; `log`: one job builds all platforms, and its log
 * points at this one; `board`: a job on the blocking board is red before the cut; `said`: somebody with the right to says so.
 */
export type Way = 'checks' | 'log' | 'board' | 'said';

/** `deactivate`: the platform's build is turned off. `waive`: only its tests are red, so the check is waived for this release. */
export type Remedy = 'deactivate' | 'waive';

/** What a conflict rests on, as those who decide are shown it. */
export interface ConflictEvidence {
  readonly way: Way;
  /** One or two sentences. */
  readonly because: string;
  /** Red on the branch without the blocker: the platform was broken before. Green: the blocker broke it. */
  readonly base: 'green' | 'red' | 'unknown';
  /** The red checks, or jobs, of the platform. */
  readonly checks: readonly { readonly name: string; readonly url: string | null; readonly failure: string | null }[];
  readonly log: readonly LogEvidence[];
}

/** An entry of a build file that is turned off: what an approval is of. */
export interface SwitchEntry {
  /** Null: the project's own repository. */
  readonly repo: string | null;
  readonly file: string;
  /** The place in the file; null for a list that is the whole file. */
  readonly at: string | null;
  /** As the file spells it. */
  readonly entry: string;
  readonly controls: 'build' | 'release';
}

/** What turning a platform off would change. */
export interface SwitchPlan {
  readonly removed: readonly SwitchEntry[];
  /** The edit as people read it, a few lines; null: none could be made. */
  readonly diff: string | null;
  /** Why the program cannot make the edit, in a sentence; null: it can. */
  readonly byHand: string | null;
  /** Other places that name the platform: `file:line`. */
  readonly elsewhere: readonly string[];
  /** Required checks that would wait for ever once the platform is not built. */
  readonly waiting: readonly string[];
  /** Who owns the files that are edited, by their CODEOWNERS or OWNERS, with `@`; left out: not known. */
  readonly fileOwners?: readonly string[] | undefined;
}

/** What has to hold before the platform is proposed to be built again. */
export interface ExitTest {
  /** Passed runs in a row of each of the jobs, since it was turned off. */
  readonly greens: number;
  readonly jobs: readonly string[];
  /** The fix elsewhere that has to be released first, as a word or a link; null: none is known. */
  readonly upstream: string | null;
  /** Who said that it is released, and when; left out or null: nobody did. */
  readonly released?: { readonly by: string; readonly at: number } | null | undefined;
}

/**
 * `fixing` (2): owners have time to fix it first. `proposing` (3): a proposal is due. `deciding` (4): release leads decide.
 * `doing` (5): approved, on its way. `watching` (6): the platform is off. `returning` (7): it is proposed to be built again.
 */
export type ConflictStage = 'fixing' | 'proposing' | 'deciding' | 'doing' | 'watching' | 'returning' | 'over';

/**
 * How it ended. `fixed`: the platform is green again. `unblocked`: the blocker is merged, closed or blocks no more. `suspect`: other
 * platforms are red too, so the blocker is to blame. `declined`: the decision was no, or none. `dropped`: approved, and its
 * pull request was closed. `waived`: merged without the check. `back`: the platform is built again. `gone`: it is not tracked any more.
 */
export type ConflictOutcome = 'fixed' | 'unblocked' | 'suspect' | 'declined' | 'dropped' | 'waived' | 'back' | 'gone';

/** The moments of the seven stages (epoch ms); null: not reached. */
export interface ConflictTimes {
  readonly detected: number;
  readonly asked: number | null;
  readonly proposed: number | null;
  readonly approved: number | null;
  readonly off: number | null;
  readonly helped: number | null;
  readonly back: number | null;
}

/** Somebody of the release leads says that owners have no time to fix it first. */
export interface Skip { readonly by: string; readonly at: number; readonly reason: string }

/** Somebody asks for the platform to be built again though its exit test does not hold. */
export interface BackWish extends Skip {
  readonly surface: Surface;
  /** The parts of it that are to be built again first; left out: all that is off. */
  readonly components?: readonly string[] | undefined;
}

/** What happened, as people are told of it, once. */
export interface ConflictFact {
  readonly n: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind:
    | 'opened' | 'attempted' | 'gave-up' | 'skipped' | 'extended' | 'proposed' | 'declined' | 'approved' | 'revoked' | 'off' | 'helped' | 'did-not-help' | 'others-changed'
    | 'reopened-issue' | 'reminded' | 'escalated' | 'partly-back' | 'back-asked' | 'back-proposed' | 'over';
  /** Handles that this fact asks to act: mentioned with it, and never again for it. */
  readonly asks: readonly string[];
  /** A sentence, or part of one, that belongs to this fact alone; empty: its kind says it. */
  readonly detail: string;
}

/** One open per project, platform and blocker. */
export interface Conflict {
  /** The same for the same project, platform and blocker, whoever sees it and how often. */
  readonly id: string;
  readonly project: string;
  readonly repo: string;
  readonly platform: PlatformId;
  /** What of it is meant; empty: all of it. */
  readonly components: readonly string[];
  readonly branch: string;
  /** Name of the release; null: it has none. */
  readonly release: string | null;
  readonly blocker: Blocker;
  readonly remedy: Remedy;
  readonly evidence: ConflictEvidence;
  readonly stage: ConflictStage;
  readonly outcome: ConflictOutcome | null;
  /** 1, and one more each time that it comes back after it was over. */
  readonly round: number;
  readonly revision: number;
  readonly shown: number;
  /** Who said so first; the program's name where it saw it itself. Their approval does not count. */
  readonly openedBy: { readonly by: string; readonly surface: Surface; readonly at: number; /** In their words; left out: they gave none. */ readonly reason?: string | undefined };
  readonly times: ConflictTimes;
  /** Owners have until then (epoch ms). */
  readonly fixBy: number;
  readonly owners: readonly string[];
  readonly tries: readonly Try[];
  readonly gaveUp: { readonly by: string; readonly at: number; readonly reason: string } | null;
  readonly skips: readonly Skip[];
  /** Why no proposal can be made, in a sentence; null: one can. */
  readonly stuck: string | null;
  readonly plan: SwitchPlan | null;
  readonly exit: ExitTest;
  /** The proposal to turn it off, and those before it that came to nothing. */
  readonly proposal: string | null;
  readonly formerProposals: readonly string[];
  readonly pull: PullRef | null;
  /** Where its pull request may not be opened: the patch that is offered in its place, and why; left out or null: it is not needed. */
  readonly patch?: { readonly diff: string; readonly why: string } | null | undefined;
  /** What turning it off cut out without a marker in its files; left out: nothing. */
  readonly unmarked?: readonly PlaceCuts[] | undefined;
  /** The reverse edit as the branch has it now, while it is off; left out or null: it was not seen yet. */
  readonly revert?: string | null | undefined;
  /** A pull request of its own whose edit came about without it, and which is to be closed; left out or null: there is none. */
  readonly moot?: PullRef | null | undefined;
  readonly reactivation: IssueRef | null;
  /** Who asked for the way back before its time; left out or null: nobody did. */
  readonly wishedBack?: BackWish | null | undefined;
  readonly backProposal: string | null;
  readonly backPull: PullRef | null;
  readonly backPatch?: { readonly diff: string; readonly why: string } | null | undefined;
  /** Those that asked for it to be built again in vain. */
  readonly formerBackProposals: readonly string[];
  /** When the deactivation is questioned (epoch ms), and when people are reminded of that before; null: not off, or told. */
  readonly expiresAt: number | null;
  readonly remindAt: number | null;
  /** Before this moment (epoch ms) nobody is asked again to turn it on, after a no; null: they may be. */
  readonly againAt: number | null;
  /** Deactivations of this platform before this one. */
  readonly earlier: number;
  readonly facts: readonly ConflictFact[];
}

/** A conflict as the proposal to turn a platform off shows it: what the decision rests on, kept with it. */
export interface ConflictCase extends Pick<Conflict, 'blocker' | 'evidence' | 'times' | 'fixBy' | 'tries' | 'gaveUp' | 'skips' | 'release' | 'plan' | 'exit' | 'earlier'> {
  readonly conflict: string;
  /** Who said so and why, where they said why; left out: nobody did. */
  readonly said?: { readonly by: string; readonly reason: string } | undefined;
  /** When the release is cut (epoch ms); null: it has no date to come. */
  readonly cut: number | null;
  /** How long it may stand unquestioned (ms). */
  readonly expiresAfter: number;
  /** Why it takes one approval more than usual; null: it does not. */
  readonly oneMore: string | null;
}

/** Names and numbers of the seven stages, as the checklist has them. */
export const STAGES = ['Detect', 'Fix first', 'Propose', 'Approve', 'Do', 'Watch', 'Reactivate'] as const;

/** Whether it is being worked on: neither over nor waiting for anything. */
export const isOpenConflict = (conflict: Conflict): boolean => conflict.stage !== 'over';

/** The platform is off on account of it. */
export const isOff = ({ times }: Pick<Conflict, 'times'>): boolean => times.off !== null && times.back === null;

/** The soonest moment (epoch ms) at which something is to be decided without any news; null: never. */
export function nextConflictDeadline({ stage, fixBy, remindAt, expiresAt, againAt }: Conflict): number | null {
  if (stage === 'fixing') return fixBy;
  if (stage !== 'watching' && stage !== 'returning') return null;
  const set = [remindAt, expiresAt, againAt].filter((t) => t !== null);
  return set.length === 0 ? null : Math.min(...set);
}
