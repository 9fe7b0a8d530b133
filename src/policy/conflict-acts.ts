import type { Conflict } from '../domain/conflict.ts';
import type { Surface } from '../domain/person.ts';
import { BY_PROGRAM } from '../domain/proposal.ts';
import { sameLogin } from './acts.ts';
import { ConflictDraft, type ConflictChange } from './conflict-draft.ts';
import { span } from '../domain/time.ts';
import { addressIn, MOST_TRIES } from './fixes.ts';

/** What people say of a conflict. Whether they may was looked up before. */

/** Characters that are kept of what somebody says. */
const LONGEST = 500;
/** Leads that it takes to leave the owners no time. */
export const LEADS_TO_SKIP = 2;

export interface Saying {
  /** Login without `@`. */
  readonly by: string;
  readonly surface: Surface;
  /** When it was said (epoch ms), by the surface's clock. */
  readonly at: number;
  readonly now: number;
  readonly text: string;
}

const capped = (text: string): string => {
  const whole = text.trim();
  return whole.length <= LONGEST ? whole : `${whole.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
};

const draftOf = (conflict: Conflict, { now }: Saying): ConflictDraft => new ConflictDraft(conflict, conflict, now);
const actor = ({ by, surface }: Saying): string => `${surface}:${by}`;

/** Said before the present round began: it is of another. */
export const isEarlier = ({ times }: Pick<Conflict, 'times'>, { at }: Pick<Saying, 'at'>): boolean => at < times.detected - 1_000;

/** Records what somebody tried, once for each `source`, in the order in which it was said. Null: nothing new. */
export function addAttempt(conflict: Conflict, saying: Saying & { readonly source: string }): ConflictChange | null {
  const { tries, stage } = conflict;
  if (stage === 'over' || isEarlier(conflict, saying) || tries.length >= MOST_TRIES || tries.some((t) => t.source === saying.source)) return null;
  const tried = { source: saying.source, by: saying.by, at: saying.at, text: capped(saying.text), url: addressIn(saying.text) };
  return draftOf(conflict, saying).show({ tries: [...tries, tried].toSorted((a, b) => a.at - b.at || (a.source < b.source ? -1 : 1)) })
    .tell('attempted', { detail: tried.text, actor: actor(saying), evidence: { url: tried.url }, said: saying.at }).change();
}

/** An owner has given up: the proposal comes now. The first one counts. Null: nothing new, or it is decided on already. */
export function giveUp(conflict: Conflict, saying: Saying): ConflictChange | null {
  if (conflict.stage !== 'fixing' || conflict.gaveUp !== null || isEarlier(conflict, saying)) return null;
  const gaveUp = { by: saying.by, at: saying.at, reason: capped(saying.text) };
  return draftOf(conflict, saying).show({ gaveUp }).tell('gave-up', { detail: gaveUp.reason, actor: actor(saying), said: saying.at }).change();
}

/**
 * A release lead says that there is no time to fix it first. Two of them end the owners' time; whoever wrote the blocker
 * does not count. `reason` is needed: the owners read it. Null: nothing new.
 */
export function skipFixing(conflict: Conflict, saying: Saying): ConflictChange | null {
  const { skips, stage } = conflict;
  const reason = capped(saying.text);
  if (stage !== 'fixing' || reason === '' || isEarlier(conflict, saying) || isAuthor(conflict, saying.by) || skips.some((s) => sameLogin(s.by, saying.by))) return null;
  return draftOf(conflict, saying).show({ skips: [...skips, { by: saying.by, at: saying.at, reason }].toSorted((a, b) => a.at - b.at) })
    .tell('skipped', { detail: reason, actor: actor(saying), said: saying.at }).change();
}

export const isAuthor = ({ blocker }: Pick<Conflict, 'blocker'>, login: string): boolean =>
  blocker.kind !== 'board' && blocker.author !== null && sameLogin(blocker.author, login);

/** Names the fix elsewhere that has to be released before the platform is turned on again. */
export function nameUpstream(conflict: Conflict, saying: Saying): ConflictChange | null {
  const upstream = capped(saying.text);
  const { exit, stage } = conflict;
  if (stage === 'over' || upstream === '' || isEarlier(conflict, saying) || (exit.upstream === upstream && !exit.released)) return null;
  return draftOf(conflict, saying).show({ exit: { ...exit, upstream, released: null } }).tell('attempted', { detail: `waits for ${upstream}`, actor: actor(saying), said: saying.at }).change();
}

/** The fix elsewhere is released, as somebody says who can know. Null: none is named, or that is known. */
export function upstreamDone(conflict: Conflict, saying: Saying): ConflictChange | null {
  const { exit, stage } = conflict;
  if (stage === 'over' || exit.upstream === null || exit.released || isEarlier(conflict, saying)) return null;
  return draftOf(conflict, saying).show({ exit: { ...exit, released: { by: saying.by, at: saying.at } } })
    .tell('attempted', { detail: `${exit.upstream} is released`, actor: actor(saying), said: saying.at }).change();
}

/** By how much a deadline is moved, and how far at most (epoch ms; null: without an end). */
export interface Extension {
  readonly ms: number;
  readonly latest: number | null;
}

/** Owners have more time to fix it, though not beyond `latest`. Null: their time is over, or there is no more to give. */
export function extendFixing(conflict: Conflict, saying: Saying, { ms, latest }: Extension): ConflictChange | null {
  const { stage, fixBy, gaveUp, skips } = conflict;
  const until = Math.min(fixBy + ms, latest ?? Infinity);
  if (stage !== 'fixing' || gaveUp !== null || skips.length >= LEADS_TO_SKIP || fixBy <= saying.now || until <= fixBy || isEarlier(conflict, saying)) return null;
  return extended(draftOf(conflict, saying).show({ fixBy: until }), saying, until - fixBy);
}

/** The deactivation stands unquestioned for longer, though not beyond `latest`; one that was questioned already, from now on. Null: it is not off, or there is no more to give. */
export function extendExpiry(conflict: Conflict, saying: Saying, { ms, latest }: Extension): ConflictChange | null {
  const { stage, expiresAt } = conflict;
  const from = expiresAt ?? saying.now;
  const until = Math.min(from + ms, latest ?? Infinity);
  if ((stage !== 'watching' && stage !== 'returning') || until <= from || isEarlier(conflict, saying)) return null;
  return extended(draftOf(conflict, saying).show({ expiresAt: until, remindAt: saying.now + Math.floor((until - saying.now) / 2) }), saying, until - from);
}

/** The detail begins with who said it. */
const extended = (draft: ConflictDraft, saying: Saying, more: number): ConflictChange | null =>
  draft.tell('extended', { detail: `${saying.by} gives ${span(more)} more: “${capped(saying.text)}”`, actor: actor(saying), evidence: { ms: more }, said: saying.at }).change();

/** Somebody asks for it to be built again before its exit test holds: the proposal comes now, also where a no was to be waited out. Null: it is not off, or that is asked or proposed already. */
export function askBack(conflict: Conflict, saying: Saying, components: readonly string[] = []): ConflictChange | null {
  const { stage, wishedBack, times } = conflict;
  if (stage !== 'watching' || wishedBack || saying.at < (times.off ?? 0) - 1_000) return null;
  const { by, surface, at } = saying;
  const reason = capped(saying.text);
  return draftOf(conflict, saying).set({ wishedBack: { by, surface, at, reason, ...components.length === 0 ? {} : { components } } }).tell('back-asked', { detail: reason, actor: actor(saying), said: at }).change();
}

/** Begun anew: what was only recorded, or told to a shadow channel, has no issue and no pull request. Seen again, it begins again. */
export function forgottenConflict(conflict: Conflict, now: number): { readonly expected: number; readonly conflict: Conflict; readonly audit: ConflictChange['audit'] } {
  // No fact that it is over: where it is told of now, nobody heard that it began.
  const ended = new ConflictDraft(conflict, conflict, now).to('over').show({ outcome: 'fixed' }).conflict;
  const audit: ConflictChange['audit'] = [{ at: now, project: conflict.project, entity: `conflict:${conflict.id}`, what: 'ended', actor: BY_PROGRAM, evidence: { mode: true } }];
  return { expected: conflict.revision, conflict: { ...ended, revision: conflict.revision + 1, reactivation: null, pull: null, backPull: null, proposal: null, backProposal: null, times: { ...ended.times, off: null } }, audit };
}
