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
  /** There is one message for this incident in this channel, and it shows revision `shown` and names issue `issue`. */
  | { readonly kind: 'ensure-message'; readonly incident: string; readonly channel: string; readonly shown: number; readonly issue: number | null }
  /** The fact is told once in the thread of the incident's message in this channel. */
  | { readonly kind: 'reply'; readonly incident: string; readonly channel: string; readonly fact: number }
  /** An operator's notice: one message in the channel. */
  | { readonly kind: 'notice'; readonly channel: string; readonly warning: string; readonly text: string };

export type ActionKind = Action['kind'];

/** Where rows go; one that fails holds back no other. `github:<owner>/<name>` or `slack:<channel>`. */
export type Destination = `github:${string}` | `slack:${string}`;

export interface PlannedAction {
  /** `<entity>:<id>:<verb>:<revision>[:<channel>]`; unique for ever. */
  readonly key: string;
  readonly project: string;
  /** `incident:<id>` or `warning:<key>`: rows of one entity are executed one after the other. */
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
  | { readonly kind: 'notice'; readonly channel: string; readonly ts: string };

/** How an execution ended. Failures are data; an exception is a bug. */
export type ActionResult =
  | { readonly ok: true; readonly receipt: Receipt }
  /** Do not try again: somebody has to be told. `lost`: the issue is gone, so it needs another. */
  | { readonly ok: false; readonly retry: false; readonly reason: string; readonly lost: 'gone' | 'full' | null }
  /**
   * Try again. `after`: milliseconds that the answer asked for, null: as soon as back-off allows.
   * `scope` destination: everything else that goes there should wait too (limits, outages).
   */
  | { readonly ok: false; readonly retry: true; readonly reason: string; readonly after: number | null; readonly scope: 'row' | 'destination' };

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
