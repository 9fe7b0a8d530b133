import type { PlaceCuts, SwitchMark, SwitchPlace } from './build-switch.ts';
import type { MessageRef } from './incident.ts';
import type { Board } from './job.ts';
import type { Text } from './text.ts';

/**
 * External writes as data: rows of the outbox. A row names what should be true outside; its executor makes it true,
 * or finds that it is, and answers with a receipt.
 */
export type Action =
  /** There is one issue for this incident (and generation), and its marked section shows revision `shown`. */
  | { readonly kind: 'ensure-issue'; readonly incident: string; readonly generation: number; readonly shown: number }
  /** The fact is told once on the incident's issue. */
  | { readonly kind: 'comment'; readonly incident: string; readonly generation: number; readonly fact: number }
  /** The issue is open or closed; `turn` counts the changes, so that each is one row. */
  | { readonly kind: 'set-issue-state'; readonly incident: string; readonly generation: number; readonly state: 'open' | 'closed'; readonly turn: number }
  /** This person is no assignee of the issue any more: they gave the incident back, as the fact says. */
  | { readonly kind: 'unassign'; readonly incident: string; readonly generation: number; readonly fact: number; readonly login: string }
  /** There is one message for this incident in this channel, and it shows revision `shown` and names issue `issue`. */
  | { readonly kind: 'ensure-message'; readonly incident: string; readonly channel: string; readonly shown: number; readonly issue: number | null }
  /** The fact is told once in the thread of the incident's message in this channel. */
  | { readonly kind: 'reply'; readonly incident: string; readonly channel: string; readonly fact: number }
  /** An operator's notice: one message in the channel. */
  | { readonly kind: 'notice'; readonly channel: string; readonly warning: string; readonly text: string }
  /** A comment carries this reaction of ours: its commands were seen. */
  | { readonly kind: 'react'; readonly repo: string; readonly comment: number; readonly content: 'eyes' | 'confused' }
  /** There is one comment with this id on the issue or pull request: an answer, or a word on a proposal. */
  | { readonly kind: 'post-comment'; readonly repo: string; readonly number: number; readonly id: string; /** No earlier than this (epoch ms) can it have been written. */ readonly since: number; readonly text: Text }
  /** There is one issue for this document, its marked section shows `body`, and it is open or closed; `kept`: whichever it is. */
  | { readonly kind: 'ensure-document'; readonly document: DocumentRef; readonly repo: string; readonly issue: number | null; readonly since: number; readonly title: string; readonly labels: readonly string[]; readonly body: Text; readonly state: 'open' | 'closed' | 'kept'; readonly shown: number }
  /** There is one message for this document in the channel, and it shows `text` and `buttons`. */
  | { readonly kind: 'ensure-card'; readonly document: DocumentRef; readonly channel: string; readonly at: MessageRef | null; readonly since: number; readonly text: Text; readonly buttons: readonly Button[]; readonly shown: number }
  /** One message in the thread of the document's card. */
  | { readonly kind: 'card-reply'; readonly document: DocumentRef; readonly channel: string; readonly parent: MessageRef; readonly id: string; readonly since: number; readonly text: Text }
  /** A word to one Slack member alone. `secret`: nobody else may ever read it, so it is not kept once it is said. */
  | { readonly kind: 'whisper'; readonly channel: string; readonly user: string; readonly responseUrl: string | null; readonly text: Text; readonly secret?: boolean | undefined }
  /** The member's App Home shows these cards. */
  | { readonly kind: 'show-home'; readonly user: string; readonly cards: readonly Card[] }
  /** The pull request is closed, unless it was merged. */
  | { readonly kind: 'close-pull-request'; readonly repo: string; readonly number: number }
  /** There is one pull request from this branch, and it makes this edit. `tell`: who asked, and hears its number, with `note` below it. */
  | { readonly kind: 'ensure-pull-request'; readonly repo: string; readonly branch: string; readonly since: number; readonly title: string; readonly body: Text; readonly labels: readonly string[]; /** Teams and people whose review is asked for, with `@`. */ readonly reviewers?: readonly string[] | undefined; readonly edit: Edit; readonly tell: Audience; readonly note?: Text | undefined }
  /**
   * There is one pull request from `branch` into `base` that turns the platform off, or on again, at all of these places of the repository, or at none.
   * Where nothing may be written, the receipt is the patch.
   */
  | {
    readonly kind: 'ensure-switch-pull'; readonly repo: string; readonly branch: string; readonly base: string; readonly since: number; readonly title: string; readonly body: Text;
    readonly labels: readonly string[]; readonly reviewers: readonly string[]; /** Its milestone's title, which is left out where there is none of it. */ readonly milestone: string | null;
    readonly platform: string; readonly to: 'off' | 'on'; readonly places: readonly SwitchPlace[]; readonly mark: SwitchMark; readonly unmarked: readonly PlaceCuts[];
    /** What the release's notes are to say of it, where the repository's template asks for a `release-note` block; left out: nothing. */
    readonly releaseNote?: string | undefined;
  }
  /** The configuration file at the commit was checked, and a check run of this id tells what it came to. `pull`: for which pull request; null: it stands on the default branch. */
  | { readonly kind: 'ensure-check-run'; readonly repo: string; /** GitHub's number of it. */ readonly repository: number; readonly sha: string; readonly pull: number | null; readonly id: string; readonly since: number };

/** What a document is about: its issue and its messages are found by this. */
export interface DocumentRef {
  readonly kind: 'proposal' | 'step' | 'warning' | 'board' | 'report' | 'conflict';
  readonly id: string;
}

/** A change of one file, made where the file is read: its text may have moved on since it was decided. */
export type Edit =
  | { readonly kind: 'owners'; readonly project: string; readonly platform: string; readonly change: 'add' | 'remove'; readonly handle: string }
  /** The platform's `step:`, as long as it is still `from`. */
  | { readonly kind: 'step'; readonly project: string; readonly platform: string; readonly from: number; readonly to: number }
  /** The platform is entered on this step: not built, without jobs so far. */
  | { readonly kind: 'platform'; readonly project: string; readonly platform: string; readonly step: number; readonly owners: readonly string[] }
  /** The job's `board:`, as long as it is still `from`. */
  | { readonly kind: 'board'; readonly project: string; readonly platform: string; readonly job: string; readonly from: Board; readonly to: Board };

/** How edits are made; the runtime hands it to the edge that reads and writes the files. */
export interface Editor {
  /** Paths that may hold the file, the likeliest first. */
  readonly candidates: (edit: Edit) => readonly string[];
  /** The edited text. `other`: it is not the file that is meant, look on. `refused`: it is, and cannot be edited; `reason` is a sentence. `same`: it stands so already. */
  readonly apply: (edit: Edit, text: string) =>
    | { readonly kind: 'edited'; readonly text: string }
    | { readonly kind: 'same' | 'other' }
    | { readonly kind: 'refused'; readonly reason: string };
}

/** Where an answer goes: back to where the question was asked. */
export type Audience =
  | { readonly surface: 'github'; readonly repo: string; readonly number: number }
  | { readonly surface: 'slack'; readonly channel: string; readonly user: string; readonly responseUrl: string | null };

/** A button of a Slack message. What it is about comes back with the click; `edition` tells an old message's click from a new one's. */
export interface Button {
  readonly verb: 'ack' | 'unack' | 'snooze' | 'unsnooze' | 'approve' | 'reject' | 'object' | 'withdraw';
  readonly label: string;
  readonly style: 'primary' | 'danger' | null;
  readonly about: ButtonTarget;
}

export type ButtonTarget =
  | { readonly incident: string }
  | { readonly proposal: string; readonly edition: number };

/** A part of a Slack page: what it says, and what can be done about it. */
export interface Card {
  readonly text: Text;
  readonly buttons: readonly Button[];
}

export type ActionKind = Action['kind'];

/** Rows that Slack executes. */
export type SlackAction = Extract<Action, { kind: 'ensure-message' | 'reply' | 'notice' | 'ensure-card' | 'card-reply' | 'whisper' | 'show-home' }>;

/** Rows that GitHub executes. */
export type GitHubAction = Exclude<Action, SlackAction>;

/** Rows about an incident: they are executed with it at hand. */
export type IncidentAction = Extract<Action, { readonly incident: string }>;

/** Where rows go; one that fails holds back no other. `github:<owner>/<name>` or `slack:<channel>`. */
export type Destination = `github:${string}` | `slack:${string}`;

export interface PlannedAction {
  /** `<entity>:<id>:<verb>:<revision>[:<channel>]`; unique for ever. */
  readonly key: string;
  readonly project: string;
  /** `incident:<id>`, `proposal:<id>`, `step-warning:<id>`, `conflict:<id>`, `command:<id>`, `step:<event>`, `configuration:<repository>` or `warning:<key>`: rows of one entity are executed one after the other. */
  readonly entity: string;
  readonly destination: Destination;
  readonly action: Action;
  /** A newer row of the same family replaces an older one that has not been executed; null: never replaced. */
  readonly family: string | null;
  /** What it would do, in one line for a person. */
  readonly summary: string;
}

/** What an executor found or made. */
export type Receipt =
  | {
    readonly kind: 'issue';
    readonly repo: string;
    readonly number: number;
    readonly url: string;
    readonly state: 'open' | 'closed';
    /** The incident's `shown` that the body now shows. */
    readonly shown: number;
    /** Facts up to this number are told by the body. */
    readonly facts: number;
    /** Comments that the issue has; at 1,000 it is continued in another. */
    readonly comments: number;
  }
  | { readonly kind: 'comment'; readonly url: string }
  | { readonly kind: 'issue-state'; readonly state: 'open' | 'closed' }
  | { readonly kind: 'message'; readonly channel: string; readonly ts: string; readonly shown: number; readonly issue: number | null }
  | { readonly kind: 'reply'; readonly ts: string }
  | { readonly kind: 'notice'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'document'; readonly repo: string; readonly number: number; readonly url: string; readonly state: 'open' | 'closed'; readonly shown: number }
  | { readonly kind: 'card'; readonly channel: string; readonly ts: string; readonly shown: number }
  | { readonly kind: 'pull-request'; readonly repo: string; readonly number: number; readonly url: string; /** Of a pull request of switches. */ readonly unmarked?: readonly PlaceCuts[] | undefined }
  /** The edit may not be pushed: what somebody has to apply, as a unified diff, and why (a sentence). */
  | { readonly kind: 'patch'; readonly diff: string; readonly why: string; readonly unmarked: readonly PlaceCuts[] }
  /** The switches stand so already, by whoever's hand. */
  | { readonly kind: 'switched' }
  | { readonly kind: 'check-run'; readonly url: string }
  /** Nothing about it has to be remembered. */
  | { readonly kind: 'done' };

/** Something that was refused for good and is not needed for what it was to adorn: `a review by @demo/leads`, and why (a sentence). */
export interface LeftOut {
  readonly what: string;
  readonly reason: string;
}

/** How an execution ended. Failures are data; an exception is a bug. */
export type ActionResult =
  | { readonly ok: true; readonly receipt: Receipt; /** What it is without, for good: it only adorns. */ readonly without?: readonly LeftOut[] }
  /**
   * Do not try again: somebody has to be told. `gone`, `full`: the issue needs another. `not-here`: the file to be edited is
   * not in the repository, so somebody else has to edit it.
   */
  | { readonly ok: false; readonly retry: false; readonly reason: string; readonly lost: 'gone' | 'full' | 'not-here' | null }
  /**
   * Try again. `after`: milliseconds that the answer asked for, null: as soon as back-off allows.
   * `scope` destination: everything else that goes there should wait too (limits, outages). `slower`: it was too much at once.
   */
  | { readonly ok: false; readonly retry: true; readonly reason: string; readonly after: number | null; readonly scope: 'row' | 'destination'; readonly slower?: true };

/** A row of the outbox as the dispatcher holds it. */
export interface OutboxRow extends PlannedAction {
  readonly state: 'pending' | 'leased' | 'done' | 'dead' | 'superseded' | 'recorded';
  /** Executions begun; more than 1 means that an earlier one may have had its effect, so look before you write. */
  readonly attempts: number;
  /** Epoch milliseconds before which it is not tried. */
  readonly notBefore: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastError: string | null;
  readonly receipt: Receipt | null;
}
