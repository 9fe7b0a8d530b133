import { brokeAgain, type Classification, type Incident, type Word } from '../domain/incident.ts';
import { Draft } from './draft.ts';
import { deadlinesAnew, NO_DEADLINES } from './due.ts';
import type { Change, World } from './world.ts';

/**
 * What people do with an incident, from wherever they do it: each act answers the change that it means, or null where it
 * changes nothing. The one that was said last counts, in whichever order they arrive.
 */

/** Who acts, and what shows it. */
export interface ActContext extends Pick<World, 'project' | 'now'> {
  /** Login without `@`. */
  readonly by: string;
  /** The actor as the audit names them: `github:olga`. */
  readonly actor: string;
  readonly evidence: unknown;
  /** When it was said (epoch ms), where that is known; it may arrive much later. */
  readonly said?: number;
  /** Somebody else assigned them. */
  readonly given?: boolean;
}

export const sameLogin = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** A clock may be wrong by this much (ms) before what it says is not believed. */
const SKEW = 60_000;

/** When the act was said: never after now, and now where it would have been said before there was anything to say it of. */
export function saidAt({ openedAt }: Incident, { said, now }: Pick<ActContext, 'said' | 'now'>): number {
  return said === undefined || said > now || isTooEarly(said, openedAt) ? now : said;
}

/** Whether something was said before what was opened then was there, by more than a wrong clock explains (both epoch ms). */
export const isTooEarly = (said: number, openedAt: number): boolean => said < openedAt - SKEW;

/** Surfaces tell when something was said to the second; within one, what arrives last counts. */
const isBefore = (a: number, b: number): boolean => Math.floor(a / 1_000) < Math.floor(b / 1_000);

/** When any of these was last said of it. */
const lastSaid = ({ lastSaid: said }: Incident, words: readonly Word[]): number => Math.max(-Infinity, ...words.map((w) => said[w] ?? -Infinity));

/** Whether any of these was said later than `at`, or all of it is of the breakage before this one. */
const isOvertaken = (incident: Incident, at: number, words: readonly Word[]): boolean =>
  isBefore(at, Math.max(lastSaid(incident, words), incident.facts.findLast(brokeAgain)?.at ?? -Infinity));

/** An act on its way to being a change. */
export class Act {
  readonly draft: Draft;
  readonly at: number;
  readonly context: Omit<ActContext, 'project'>;

  constructor(incident: Incident, context: Omit<ActContext, 'project'>) {
    this.draft = new Draft(incident, incident);
    this.at = saidAt(incident, context);
    this.context = context;
  }

  /** Remembers that this was said, and when. */
  said(word: Word): this {
    const { incident } = this.draft;
    if (isBefore(lastSaid(incident, [word]), this.at)) this.draft.set({ lastSaid: { ...incident.lastSaid, [word]: this.at } });
    return this;
  }

  /** Somebody has looked at it: what the time to acknowledge is counted to. */
  answered(): this {
    const first = this.draft.incident.firstAcknowledged;
    if (first === null || this.at < first.at) this.draft.set({ firstAcknowledged: { by: this.context.by, at: this.at } });
    return this;
  }

  /** Tells it; facts stand in the order in which they were learned, so none is older than the one before. */
  tell(fact: Parameters<Draft['tell']>[1]): this {
    const before = this.draft.incident.facts.at(-1)?.at ?? -Infinity;
    this.draft.tell(Math.max(this.at, before), fact, [], this.context.actor, this.context.evidence, this.at);
    return this;
  }

  /** Whoever has it: the one who acts, unless somebody has it already. `had`: who is to be no assignee any more. */
  takenIfFree(had: string | null = null): this {
    const { acknowledged, state } = this.draft.incident;
    if (acknowledged !== null || state !== 'open' || isOvertaken(this.draft.incident, this.at, ['ack', 'unack'])) return this;
    this.draft.show({ acknowledged: { by: this.context.by, at: this.at }, ...NO_DEADLINES });
    return this.tell({ kind: 'acknowledged', by: this.context.by, ...(this.context.given ? { given: true } : {}), ...(had === null ? {} : { had }) });
  }

  /** It is nothing but a breakage. */
  unclassified(world: Pick<World, 'project' | 'now'>): this {
    this.draft.show({ classified: null });
    this.draft.show(deadlinesAnew(this.draft.incident, world));
    return this.tell({ kind: 'unclassified', by: this.context.by });
  }

  change(): Change | null { return this.draft.change(); }
}

/** The actor has it: nobody is reminded or asked. They may take it over from somebody else. */
export function acknowledge(incident: Incident, context: ActContext): Change | null {
  if (incident.state !== 'open') return null;
  const act = new Act(incident, context).answered().said('ack');
  const has = incident.acknowledged;
  if (has !== null && sameLogin(has.by, context.by)) return act.change();
  if (isOvertaken(incident, act.at, ['ack', 'unack']) || (has !== null && isBefore(act.at, has.at))) return act.change();
  act.draft.show({ acknowledged: null });
  return act.takenIfFree(silentHolder(incident)).change();
}

/** Who has it because somebody else assigned them, and has said nothing of it since; null: nobody. Their name on the issue would mislead. */
export function silentHolder({ acknowledged, facts, tries, fixes, snooze, classified }: Incident): string | null {
  const given = facts.findLast((f) => f.kind === 'acknowledged');
  if (acknowledged === null || given?.kind !== 'acknowledged' || !given.given || !sameLogin(given.by, acknowledged.by)) return null;
  const said = [...tries, ...fixes, snooze, classified, ...facts.map((f) => f.n > given.n && 'by' in f ? f : null)];
  return said.some((s) => s !== null && sameLogin(s.by, given.by)) ? null : given.by;
}

/** Whoever has it gives it back, or somebody takes it from them: people are asked again as far as they were not yet. `assigned`: they may be assigned on GitHub still. */
export function unacknowledge(incident: Incident, context: ActContext, { assigned = true }: { readonly assigned?: boolean } = {}): Change | null {
  const { acknowledged, state } = incident;
  if (state !== 'open') return null;
  const act = new Act(incident, context).said('unack');
  if (acknowledged === null || isBefore(act.at, Math.max(acknowledged.at, lastSaid(incident, ['ack'])))) return act.change();
  act.draft.show({ acknowledged: null });
  act.draft.show(deadlinesAnew(act.draft.incident, context));
  return act.tell({ kind: 'unacknowledged', ...(assigned ? { had: acknowledged.by } : {}) }).change();
}

/** A second click within this time (ms) means the first one again. */
const DOUBLE_CLICK = 60_000;

/** Silence until a moment to come. Somebody has looked at it, and nobody has it. */
export function snooze(incident: Incident, { until, reason }: { readonly until: number; readonly reason: string | null }, context: ActContext): Change | null {
  const present = incident.snooze;
  if (incident.state !== 'open' || until <= context.now) return null;
  if (present !== null && present.reason === reason && Math.abs(present.until - until) < DOUBLE_CLICK) return null;
  const act = new Act(incident, context).answered().said('snooze');
  if (isOvertaken(incident, act.at, ['snooze', 'unsnooze'])) return act.change();
  act.draft.show({ snooze: { by: context.by, at: act.at, until, reason } });
  return act.tell({ kind: 'snoozed', by: context.by, until, reason }).change();
}

/** The silence is over before its time. */
export function unsnooze(incident: Incident, context: ActContext): Change | null {
  if (incident.state !== 'open') return null;
  const act = new Act(incident, context).said('unsnooze');
  if (incident.snooze === null || isBefore(act.at, lastSaid(incident, ['snooze']))) return act.change();
  act.draft.show({ snooze: null });
  act.draft.show(deadlinesAnew(act.draft.incident, context));
  return act.tell({ kind: 'unsnoozed', by: context.by }).change();
}

/** Says what it is, which is an answer: nobody is reminded. Also of one that is silenced or over, for the record. */
export function classify(incident: Incident, { as, note }: Pick<Classification, 'as' | 'note'>, context: ActContext): Change | null {
  const present = incident.classified;
  if (present?.as === as && (note === null || present.note === note)) return null;
  const act = new Act(incident, context).answered().said(as);
  if (isOvertaken(incident, act.at, ['flake', 'infra'])) return act.change();
  // Taken back before it arrived: of what it replaced, nothing comes back.
  if (isOvertaken(incident, act.at, [`${as} off`])) return present === null ? act.change() : act.unclassified(context).change();
  act.draft.show({ classified: { as, by: context.by, at: act.at, note }, ...NO_DEADLINES });
  return act.tell({ kind: 'classified', by: context.by, as, note }).change();
}

/** It is not that, after all. `as`: only where it is called so. */
export function unclassify(incident: Incident, as: Classification['as'], context: ActContext): Change | null {
  const act = new Act(incident, context).said(`${as} off`);
  if (incident.classified?.as !== as || isBefore(act.at, lastSaid(incident, [as]))) return act.change();
  return act.unclassified(context).change();
}

/** Silences the breakage until it was green once; one comment if it outlives `escalation.snooze` (behaviour 17). */
export function dismiss(incident: Incident, context: Omit<ActContext, 'project'> & { readonly project: { readonly escalation: Pick<ActContext['project']['escalation'], 'snooze'> } }): Change | null {
  if (incident.state !== 'open') return null;
  const act = new Act(incident, context);
  act.draft.show({ state: 'dismissed', ...NO_DEADLINES, snooze: null, stillFailingAt: context.now + context.project.escalation.snooze });
  return act.tell({ kind: 'dismissed', by: context.by }).change();
}

/** Times that the issue of one incident is opened again after a bot closed it: two programs must not go on for ever. */
const MOST_KEPT_OPEN = 3;

/** Whether a bot has closed the issue so often that it is let have its way. */
export const isKeptEnough = ({ facts }: Incident): boolean => facts.filter((f) => f.kind === 'kept-open').length >= MOST_KEPT_OPEN;

/** A bot's closing is nobody's decision: the issue of what is still broken is opened again. Heard of twice, it is done once. `own`: the bot is our App. */
export function keepOpen(incident: Incident, context: ActContext, own = false): Change | null {
  if (incident.state !== 'open' || isKeptEnough(incident)) return null;
  const act = new Act(incident, context);
  if (incident.facts.some((f) => f.kind === 'kept-open' && f.at >= act.at)) return null;
  return act.tell({ kind: 'kept-open', by: context.by, ...own ? { own: true } : {} }).change();
}

/** Follows a silenced breakage again. `slotTaken`: another incident of the platform and kind is open beside it. */
export function reopen(incident: Incident, slotTaken: boolean, context: ActContext): Change | null {
  if (incident.state !== 'dismissed' || slotTaken) return null;
  const act = new Act(incident, context);
  act.draft.show({ state: 'open', stillFailingAt: null });
  act.draft.show(deadlinesAnew(act.draft.incident, context));
  return act.tell({ kind: 'reopened-by-hand', by: context.by }).change();
}
