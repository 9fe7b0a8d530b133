import type { Blocker, Conflict } from '../domain/conflict.ts';
import type { DaysOff, DaySum } from '../domain/day-sum.ts';
import type { PlatformEvent } from '../domain/event.ts';
import type { Incident } from '../domain/incident.ts';
import type { JobKey } from '../domain/job.ts';
import type { PlannedAction } from '../domain/action.ts';
import type { Ladder } from '../domain/ladder.ts';
import type { AuditEntry } from '../domain/notice.ts';
import type { Actor, Identity, LinkCode } from '../domain/person.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Handle, Project } from '../domain/project.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { PullNow } from '../domain/pull.ts';
import type { Quiet } from '../domain/quiet.ts';
import type { Run } from '../domain/run.ts';
import type { Spans, Text } from '../domain/text.ts';
import type { ConflictChange } from '../policy/conflict-draft.ts';
import type { CheckFacts } from '../policy/conflicts.ts';
import type { PlatformEvaluation } from '../policy/ladder/evaluate.ts';
import type { Change, ProposalChange, QuietChange } from '../policy/world.ts';
import type { JobNow } from '../signal/job-health.ts';

export type { ProposalChange, QuietChange };

/** Who may use a verb, as its help says it; who exactly that is depends on what it is used on. */
export type Who = 'everyone' | 'owners' | 'owner' | 'concerned' | 'leads' | 'lead' | 'group' | 'proposal' | 'self';

/** One word of a command line, and where it stands in the line (0-based, in UTF-16 units). */
export interface Word {
  readonly text: string;
  readonly at: number;
}

/** A command line taken apart: the verb and what follows it. */
export interface CommandLine {
  /** The line as it was written, `/arch` included, on Slack too; white space at its end is cut. */
  readonly line: string;
  readonly verb: Word;
  readonly words: readonly Word[];
  /** Everything from the word with this index on, as written: a reason. Empty where there is none. */
  readonly rest: (from: number) => string;
}

/** What is wrong with a command line: which part, why, and what it should look like. */
export interface Mistake {
  /** The word that is wrong; null: something is missing at the end. */
  readonly word: Word | null;
  /** A sentence, code in backquotes: `no platform is called "linux/s390"; did you mean "linux/s390x"?` */
  readonly message: string;
  /** The line is well written and does not fit what is there (nothing is open): no part of it is pointed at. */
  readonly unfit?: true;
  /** A whole line that would be right; left out: the first example of the verb; null: none is given. */
  readonly example?: string | null;
}

export type Parsed<A> = { readonly ok: true; readonly args: A } | { readonly ok: false; readonly mistake: Mistake };

/** What a command was said on, as far as that names anything. */
export interface Place {
  readonly surface: 'github' | 'slack';
  /** The repository and the issue or pull request; null in Slack. */
  readonly issue: { readonly repo: string; readonly number: number } | null;
  /** Slack's channel, and its name where the payload told it; null on GitHub. */
  readonly channel: { readonly id: string; readonly name: string | null } | null;
  /** The incident whose issue, message or button it is. */
  readonly incident: string | null;
  readonly proposal: string | null;
  /** The edition that a button showed; null: whichever stood when it was said. */
  readonly edition: number | null;
  /** The conflict whose reactivation issue it is; left out or null: none. */
  readonly conflict?: string | null;
  /** The platform whose own Slack channel it is. */
  readonly platform: PlatformId | null;
}

/** Everything stored that a command may rest on, as it is now. */
export interface Scene {
  readonly project: Project;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly jobs: readonly JobNow[];
  /** Open and dismissed incidents, and those that closed in the last 30 days. */
  readonly incidents: readonly Incident[];
  /** Open proposals, and those decided in the last 30 days. */
  readonly proposals: readonly Proposal[];
  /** All conflicts that ever were, over or not: how often a platform was turned off is counted. */
  readonly conflicts: readonly Conflict[];
  /** Mutes and downtimes that are not over. */
  readonly quiets: readonly Quiet[];
  readonly unmentionable: ReadonlySet<string>;
  /** When each source was last read well (epoch ms), by its name; one that is not here never was. */
  readonly readAt?: ReadonlyMap<string, number>;
  /** The project's ladder, and every platform against it as last evaluated; null or left out: it has not been evaluated yet. */
  readonly ladder?: Evaluated | null;
  /** GitHub's pages, without a slash at the end; left out: those of github.com. */
  readonly web?: string;
  /** Whether Slack is connected; left out: it is. */
  readonly slack?: boolean;
  /** Until when (epoch ms) GitHub tells nobody's rights because its limit is used up; null or left out: it does. */
  readonly limitUntil?: number | null;
  /** Whether an earlier line of the same comment has used a code for linking up; left out: none has. */
  readonly codeUsed?: boolean;
}

/** GitHub's pages, without a slash at the end. */
export const webOf = ({ web = 'https://github.com' }: Pick<Scene, 'web'>): string => web.replace(/\/+$/, '');

/** Platforms on their ladder. */
export interface Evaluated {
  readonly ladder: Ladder;
  readonly platforms: readonly PlatformEvaluation[];
}

/** One command, by whom and where it was said. */
export interface Spoken {
  readonly actor: Actor;
  readonly place: Place;
  /** When it was said (epoch ms), by the surface's clock. */
  readonly at: number;
  /** `<delivery or comment>:<line>`: the same for a repeated delivery. */
  readonly source: string;
  /** The delivery, for the audit. */
  readonly delivery: string;
  /** Where it can be read; null in Slack. */
  readonly url: string | null;
  /** It was not written, but is what an act by hand means: a proposal's issue was closed. */
  readonly byHand?: 'closing';
}

/** What must be looked up before the verb decides. Empty fields need nothing. */
export interface Needs {
  /** Any of these may: people and teams, looked up live. `everyone`: nobody is looked up. */
  readonly allowed: readonly Handle[] | 'everyone';
  /** Who that is, for a refusal: `owners of linux/s390x or the release-signal team`. */
  readonly allowedAs: string;
  /** Jobs whose last runs it shows. */
  readonly runs?: readonly JobKey[];
  /** Jobs whose runs are summed up by days, over so many days back that count. */
  readonly days?: { readonly jobs: readonly JobKey[]; readonly back: number };
  /** A pull request that it names. */
  readonly pull?: { readonly repo: string; readonly number: number };
  /** A release blocker that it names or was said on, in the project's repository, with its checks and their logs. */
  readonly blocker?: number;
  /** A code of `/arch link` as it was typed, in upper case and without dashes and white space. The runtime looks for its hash. */
  readonly code?: string;
  /** People whose membership in `allowed` is to be looked up again beside the speaker's: earlier approvals. */
  readonly again?: readonly string[];
}

/** What was looked up. */
export interface Found {
  /** Newest first. */
  readonly runs: ReadonlyMap<JobKey, readonly Run[]>;
  /** Oldest first. */
  readonly days?: ReadonlyMap<JobKey, readonly DaySum[]>;
  /** Of these jobs, the days that do not count; one that is not here has none. */
  readonly daysOff?: ReadonlyMap<JobKey, DaysOff>;
  readonly pull: PullNow | null;
  readonly code: LinkCode | null;
  /** The blocker that was asked for; left out: none was. */
  readonly blocker?: BlockerFound | undefined;
  /** Of `again`, those who are no member for sure; logins in lower case. */
  readonly left: ReadonlySet<string>;
  /** Of `again`, those whom GitHub could not be asked about; logins in lower case. Left out: nobody. */
  readonly unsure?: ReadonlySet<string>;
  /** A fresh code for `/arch link`, and its hash; made by the runtime, which has chance. */
  readonly fresh: { readonly code: string; readonly hash: string } | null;
}

/** A release blocker as a command sees it. `none`: there is no such issue or pull request. `unknown`: GitHub could not be asked; `why` is a sentence. */
export type BlockerFound =
  | { readonly kind: 'found'; readonly blocker: Blocker; readonly state: 'open' | 'merged' | 'closed'; readonly labels: readonly string[]; readonly milestone: string | null; /** The branch that it is to be merged into. */ readonly branch: string; readonly checks: CheckFacts }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly why: string };

/** What a command changes and what its speaker is told. Written in one transaction, or not at all. */
export interface Outcome {
  /** `refused`: nothing was changed, and the reply says why. */
  readonly verdict: 'done' | 'answered' | 'refused';
  readonly reply: Text;
  /** What became of it is told when its pull request has ended, so where nothing else is answered, `reply` is not. */
  readonly later?: true;
  readonly incidents?: readonly Change[];
  readonly proposals?: readonly ProposalChange[];
  readonly conflicts?: readonly ConflictChange[];
  readonly quiets?: readonly QuietChange[];
  /** What is put on record about platforms: sign-offs, exceptions. */
  readonly events?: readonly PlatformEvent[];
  /** Rows beside those that follow from the entities: a pull request. */
  readonly actions?: readonly PlannedAction[];
  readonly identity?: Identity;
  /** A code that is given out, or used up. */
  readonly code?: { readonly give: LinkCode } | { readonly use: string };
  /** The sources are to be read now. */
  readonly recheck?: boolean;
  readonly audit?: readonly AuditEntry[];
}

/** A verb: parser, rights, decision and help in one place. Pure. */
export interface Verb<A = unknown> {
  readonly name: string;
  /** How it is written, without `/arch`: `snooze [platform] <duration|date|next-release> [reason]`. */
  readonly usage: string;
  /** What it does, in a sentence. */
  readonly about: string;
  readonly who: Who;
  /** Whole lines, the first is shown with mistakes. */
  readonly examples: readonly [string, ...string[]];
  /** More that its part of docs/commands.md says; null: nothing. */
  readonly more?: string;
  // Written as methods, so that a verb of any arguments fits into the table: only its own parse feeds its needs and run.
  parse(line: CommandLine, scene: Scene, spoken: Spoken): Parsed<A>;
  needs(args: A, scene: Scene, spoken: Spoken): Needs;
  run(args: A, scene: Scene, spoken: Spoken, found: Found): Outcome;
}

/** A reply in words. */
export const replied = (...spans: Spans): Text => [{ kind: 'paragraph', spans }];
