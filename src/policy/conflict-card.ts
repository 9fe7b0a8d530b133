import { alike } from '../domain/alike.ts';
import type { Action, Destination, OutboxRow } from '../domain/action.ts';
import type { Conflict, ConflictFact } from '../domain/conflict.ts';
import type { IssueRef, MessageRef } from '../domain/incident.ts';
import type { Proposal } from '../domain/proposal.ts';
import { says, type Spans, type Text } from '../domain/text.ts';
import { moment } from '../domain/time.ts';
import { factsOfRound } from './conflict-draft.ts';
import { factCard } from './conflict-texts.ts';
import { blockerShort, scopeOf } from './conflict-words.ts';

type Card = Extract<Action, { kind: 'ensure-card' }>;
type Row = Pick<OutboxRow, 'state' | 'action' | 'receipt'>;

/** A message in the channels that hear of what is broken: one per round of a conflict, told apart by the fact that opened it, and edited as it goes on. */
export interface CardPlan {
  /** What of the row's key tells this edition from the others. */
  readonly verb: string;
  readonly family: string;
  readonly destination: Destination;
  readonly action: Card;
  readonly summary: string;
}

const cardId = ({ id }: Conflict, { n }: ConflictFact): string => `${id}.${n}`;

/** The fact whose card this is; null: another kind of card. */
const openingOf = (conflict: Conflict, { document }: Card): ConflictFact | null => conflict.facts.find((f) => f.kind === 'opened' && cardId(conflict, f) === document.id) ?? null;

/**
 * The card of a round as it has to be by now: posted, or edited where what it says is not so any more. Null: it is up to date,
 * or it was never posted and there is nothing to post it for. `opened`: the fact that the round began with.
 */
export function cardNow(conflict: Conflict, opened: ConflictFact, channel: string, rows: readonly Row[], proposal: Proposal | null): CardPlan | null {
  const { stage, blocker, platform } = conflict;
  const mine = rows.flatMap((r) => r.action.kind === 'ensure-card' && r.action.channel === channel && r.action.document.id === cardId(conflict, opened) ? [{ ...r, action: r.action }] : [])
    .sort((a, b) => b.action.shown - a.action.shown);
  const [newest] = mine;
  // Where it is decided is named as soon as there is something to name.
  if (isForgotten(conflict) || (stage === 'deciding' && (proposal?.issue ?? null) === null)) return null;
  const at = placeOf(mine);
  if (at === null && (newest === undefined ? stage === 'over' : mine.some((r) => r.state === 'dead') || stage === 'over')) return null;
  const text = cardText(conflict, opened, proposal);
  if (newest !== undefined && alike(newest.action.text, text)) return null;
  const shown = (newest?.action.shown ?? -1) + 1;
  return {
    verb: `ensure-card:${opened.n}${shown === 0 ? '' : `.${shown}`}:${channel}`, family: `card:${opened.n}:${channel}`, destination: `slack:${channel}`,
    action: { kind: 'ensure-card', document: { kind: 'conflict', id: cardId(conflict, opened) }, channel, at, since: opened.at, text, buttons: [], shown },
    summary: shown === 0 ? `tell ${channel} of ${platform} and ${blockerShort(blocker)}: ${opened.kind}` : `show in ${channel} how far ${platform} and ${blockerShort(blocker)} are`,
  };
}

/** It ended with the mode that it was told in: where it is told of now, nobody heard of it. */
const isForgotten = (conflict: Conflict): boolean => conflict.stage === 'over' && !factsOfRound(conflict).some((f) => f.kind === 'over');

/** Where it was posted, by the newest row that knows. */
function placeOf(newestFirst: readonly Row[]): MessageRef | null {
  const receipt = newestFirst.map((r) => r.receipt).find((r) => r?.kind === 'card');
  return receipt?.kind === 'card' ? { channel: receipt.channel, ts: receipt.ts } : null;
}

/** Whether a card that was planned is still wanted when its turn comes: of what was over before it was told of, nobody hears. */
export const cardWanted = (action: Card, conflict: Conflict, attempts: number): boolean =>
  attempts > 1 || action.at !== null || conflict.stage !== 'over' || openingOf(conflict, action) === null;

/** While owners are asked, what is asked of them; from then on how far it is. */
function cardText(conflict: Conflict, opened: ConflictFact, proposal: Proposal | null): Text {
  if (conflict.stage === 'fixing') return factCard(opened, conflict, { mention: false, proposal });
  const [, about] = factCard(opened, conflict, { mention: false, proposal });
  return [says(...standing(conflict, opened, proposal)), ...about === undefined ? [] : [about]];
}

function standing(conflict: Conflict, opened: ConflictFact, proposal: Proposal | null): Spans {
  const { stage, platform, components, branch, remedy, blocker, release, times, stuck, reactivation } = conflict;
  const inTheWay = (verb: 'is' | 'was'): Spans => [{ bold: `${platform} ${verb} in the way of ${blocker.kind === 'board' ? release ?? 'the release' : 'this release blocker'}` }];
  const build = `the ${scopeOf(platform, components)}`;
  switch (stage) {
    case 'fixing': case 'proposing': return [...inTheWay('is'), `, and its owners' time to fix it is over. ${stuck ?? 'Release leads are asked as soon as it is known what would be edited.'}`];
    case 'deciding': return [...inTheWay('is'), `, and release leads decide now whether ${remedy === 'waive' ? 'its red check is waived' : `${build} is turned off on ${branch}`}: `, ...issueOf(proposal), '.'];
    case 'doing': return [...inTheWay('is'), '. ', ...remedy === 'waive' ? ['It was decided to waive its red check: somebody who may merge past it has to.'] : [`It was decided to turn ${build} off on ${branch}`, ...byWhat(conflict), '.']];
    case 'watching': case 'returning': return [{ bold: `${build.charAt(0).toUpperCase()}${build.slice(1)} is off on ${branch}` }, ` since ${moment(times.off ?? opened.at, opened.at)}.`, ...wayBack(reactivation)];
    case 'over': return [...inTheWay('was'), `, from ${moment(opened.at, opened.at)} on. `, ...ending(conflict)];
    default: return stage satisfies never;
  }
}

const refTo = ({ repo, number, url }: IssueRef): Spans => [{ words: `${repo}#${number}`, link: url }];
/** In shadow mode an issue has no number. */
const issueOf = (proposal: Proposal | null): Spans => proposal === null || proposal.issue === null || proposal.issue.number <= 0 ? ['in an issue of its own'] : refTo(proposal.issue);
const wayBack = (reactivation: IssueRef | null): Spans => reactivation === null || reactivation.number <= 0 ? [] : [' The way back: ', ...refTo(reactivation), '.'];

/** What a decision to turn it off waits for. */
function byWhat({ pull, patch, plan }: Conflict): Spans {
  if (pull !== null && pull.number > 0) return [' by ', ...refTo(pull), ', which waits to be merged'];
  return patch || plan?.byHand ? [', by hand'] : [];
}

/** How it ended: `Over: linux/s390x is green on #12 again.` */
function ending({ facts, outcome }: Conflict): Spans {
  const last = facts.findLast((f) => f.kind === 'over');
  return [{ bold: 'Over' }, last === undefined || last.detail === '' ? '' : `: ${last.detail}`, outcome === 'suspect' ? '. Nothing is proposed to be turned off.' : '.'];
}
