import type { Action, Destination, OutboxRow, PlannedAction, Receipt } from '../domain/action.ts';
import type { SwitchPlace } from '../domain/build-switch.ts';
import type { Conflict, ConflictFact } from '../domain/conflict.ts';
import type { IssueRef, PullRef } from '../domain/incident.ts';
import { alike } from '../domain/alike.ts';
import { platformLabel } from '../domain/platform.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Text } from '../domain/text.ts';
import { deactivatePullBody, deactivatePullTitle, factCard, factText, goneText, mootText, patchText, placesOf, reactivatePullBody, reactivatePullTitle, reactivationBody, reactivationTitle, releaseNotes, type Place } from './conflict-texts.ts';
import { fingerprint } from './proposals.ts';
import { cardNow, cardWanted } from './conflict-card.ts';
import { factsOfRound } from './conflict-draft.ts';
import { blockerShort } from './conflict-words.ts';

type Row = Pick<OutboxRow, 'key' | 'state' | 'action' | 'receipt' | 'attempts'>;
type Of<K extends Action['kind']> = Extract<Action, { kind: K }>;

/** What stands around a conflict when its writes are planned. */
export interface ConflictDesk {
  /** The proposals that it waits for, as they are stored; null: there is none. */
  readonly proposal: Proposal | null;
  readonly backProposal: Proposal | null;
  /** Where a blocking board is spoken of: the issue of the breakage; null: it has none. */
  readonly board: IssueRef | null;
  /** Slack channels that hear of what is broken, and of what is turned off and on; empty without Slack. */
  readonly channels: { readonly news: readonly string[]; readonly tiers: readonly string[] };
  /** The lists of the project's own repository that turn the platform off; all of them or none. */
  readonly places: readonly SwitchPlace[];
  /** Title of the release's milestone; null: it has none. */
  readonly milestone: string | null;
  /** Who decides, and is asked for a review. */
  readonly leads: readonly string[];
}

/**
 * The writes that are missing for issues, pull requests and Slack to show the conflict as it is recorded; asked again after
 * every receipt, like `reconcile`. The reactivation issue comes first, then the edit that names it (policy.md, conflict 5).
 */
export function reconcileConflict(conflict: Conflict, rows: readonly Row[], desk: ConflictDesk): PlannedAction[] {
  const known = new Set(rows.map((r) => r.key));
  return [...tellings(conflict, desk), ...issueActions(conflict, rows, desk), ...edits(conflict, desk), ...newsCards(conflict, rows, desk), ...announcements(conflict, desk)].filter((a) => !known.has(a.key));
}

/** The present round's facts, each at its places, as far as these are there. */
function tellings(conflict: Conflict, desk: ConflictDesk): PlannedAction[] {
  return factsOfRound(conflict).flatMap((fact) => placesOf(fact, conflict).flatMap((place) => {
    const at = issueAt(place, fact, conflict, desk);
    return at === null ? [] : [telling(conflict, fact, place, at, desk)];
  }));
}

/** The issue where a fact is told; null: it is not there yet, or what the fact names is not. */
function issueAt(place: Place, { kind }: ConflictFact, conflict: Conflict, desk: ConflictDesk): IssueRef | null {
  const { blocker, reactivation } = conflict;
  const proposal = proposalOf(kind, desk);
  // It says where it is decided, or where the way back is.
  if ((kind === 'proposed' || kind === 'back-proposed') && (proposal?.issue ?? null) === null) return null;
  if (kind === 'off' && reactivation === null) return null;
  switch (place) {
    case 'blocker': return blocker.kind === 'board' ? desk.board : blocker;
    case 'proposal': return desk.proposal?.issue ?? null;
    case 'reactivation': return reactivation;
    default: return place satisfies never;
  }
}

const proposalOf = (kind: ConflictFact['kind'], { proposal, backProposal }: ConflictDesk): Proposal | null => kind === 'back-proposed' ? backProposal : proposal;

function telling(conflict: Conflict, fact: ConflictFact, place: Place, { repo, number }: IssueRef, desk: ConflictDesk): PlannedAction {
  const id = `${conflict.id}.${fact.n}.${place}`;
  const text = factText(fact, conflict, { mention: callsAt(fact, place), proposal: proposalOf(fact.kind, desk) });
  return plan(conflict, `post-comment:${fact.n}:${place}`, `github:${repo}`, { kind: 'post-comment', repo, number, id, since: fact.at, text }, null, `comment on ${named(repo, number, place)}: ${fact.kind}`);
}

/** A fact's people are called at one place only; who is asked with the reactivation issue is called by its filing. */
const callsAt = ({ kind }: ConflictFact, place: Place): boolean =>
  kind === 'opened' ? place === 'blocker' : kind === 'others-changed' ? place === 'proposal' : (kind === 'reminded' || kind === 'escalated') && place === 'reactivation';

/** In shadow mode an issue has no number. */
const named = (repo: string, number: number, what: string): string => number > 0 ? `${repo}#${number}` : `the ${what} issue in ${repo}`;

/** It is there from the approval on, or where somebody turned it off by hand from then on; and open as long as there is a way back to go. */
function issueActions(conflict: Conflict, rows: readonly Row[], desk: ConflictDesk): PlannedAction[] {
  const { stage, remedy, times, reactivation, shown } = conflict;
  const needed = remedy === 'deactivate' && (stage === 'doing' || stage === 'watching' || stage === 'returning');
  if (needed) return reactivation !== null && isCurrent(rows, conflict, 'open') ? [] : [ensureIssue(conflict, 'open', desk)];
  if (reactivation === null) return times.off === null && !begun(rows, conflict) ? [] : [ensureIssue(conflict, 'closed', desk)];
  // Why it is closed is said first.
  const words = tellings(conflict, desk).filter((a) => a.key.endsWith(':reactivation'));
  const said = words.every((a) => rows.some((r) => r.key === a.key && r.state !== 'pending' && r.state !== 'leased'));
  return !said || rows.some((r) => r.receipt?.kind === 'document' && r.receipt.shown >= shown && r.receipt.state === 'closed') ? [] : [ensureIssue(conflict, 'closed', desk)];
}

const isIssueOf = (row: Row, { round }: Conflict): row is Row & { readonly action: Of<'ensure-document'> } => row.action.kind === 'ensure-document' && row.key.includes(`:ensure-document:${round}.`);

const isCurrent = (rows: readonly Row[], conflict: Conflict, state: 'open' | 'closed'): boolean =>
  rows.some((r) => isIssueOf(r, conflict) && r.action.state === state && r.receipt?.kind === 'document' && r.receipt.shown >= conflict.shown);

/** It may be there although no answer has told of it. */
const begun = (rows: readonly Row[], conflict: Conflict): boolean => rows.some((r) => isIssueOf(r, conflict) && r.attempts > 0);

function ensureIssue(conflict: Conflict, state: 'open' | 'closed', { proposal }: ConflictDesk): PlannedAction {
  const { id, repo, round, platform, reactivation, shown, times } = conflict;
  return plan(conflict, `ensure-document:${round}.${shown}.${reactivation?.number ?? 0}.${state}`, `github:${repo}`, {
    kind: 'ensure-document', document: { kind: 'conflict', id: `${id}.${round}` }, repo, issue: reactivation?.number ?? null, since: times.detected, title: reactivationTitle(conflict),
    labels: ['archsignal', platformLabel(platform), 'archsignal/reactivation'], body: reactivationBody(conflict, { first: reactivation === null, proposal }), state, shown,
  }, `issue:${round}`, reactivation === null ? `file an issue in ${repo} for the way back of ${platform}` : `bring ${named(repo, reactivation.number, 'reactivation')} up to date${state === 'closed' ? ' and close it' : ''}`);
}

/** The pull requests: to turn it off once the reactivation issue can be named, to turn it on again; the first is taken back where its approval does not hold. */
function edits(conflict: Conflict, desk: ConflictDesk): PlannedAction[] {
  const { stage, remedy, plan: planned, pull, patch, backPatch, moot, times } = conflict;
  const gone = pull !== null && times.off === null && stage !== 'doing' ? takeBack(conflict, pull, 'gone', goneText(conflict)) : [];
  const settled = moot ? takeBack(conflict, moot, 'moot', mootText(conflict)) : [];
  const off = stage === 'doing' && remedy === 'deactivate' && !patch && planned !== null && planned.byHand === null && planned.removed.length > 0 ? turn(conflict, 'off', desk) : [];
  const on = stage === 'returning' && desk.backProposal?.state === 'approved' && !backPatch ? turn(conflict, 'on', desk) : [];
  return [...gone, ...settled, ...off, ...on, ...offered(conflict, desk)];
}

function turn(conflict: Conflict, to: 'off' | 'on', desk: ConflictDesk): PlannedAction[] {
  const { repo, branch: base, platform, reactivation, unmarked = [], release, blocker } = conflict;
  const proposal = to === 'off' ? desk.proposal : desk.backProposal;
  const first = desk.proposal ?? proposal;
  if (proposal === null || first === null || proposal.issue === null || reactivation === null || desk.places.length === 0) return [];
  const missing = (conflict.plan?.fileOwners ?? []).filter((owner) => !desk.leads.some((l) => l.toLowerCase() === owner.toLowerCase()));
  const mark = { proposal: markName(first), link: reactivation.url };
  const meant = to === 'on' && proposal.matter.kind === 'reactivate' ? { ...conflict, components: proposal.matter.components } : conflict;
  // Where the file has changed, the pull request is to follow it.
  const edit = fingerprint((to === 'off' ? conflict.plan?.diff : conflict.revert) ?? '');
  return [plan(conflict, `ensure-switch-pull:${to}:${proposal.id}.${proposal.edition}.${edit}`, `github:${repo}`, {
    kind: 'ensure-switch-pull', repo, base, since: proposal.editionAt, platform, to, places: desk.places, mark, unmarked: to === 'on' ? unmarked : [],
    branch: `archsignal/${to === 'off' ? 'deactivate' : 'reactivate'}/${proposal.id}`, labels: ['archsignal', platformLabel(platform)], reviewers: [...new Set([...desk.leads, ...missing])], milestone: release === null && blocker.kind === 'board' ? null : desk.milestone,
    releaseNote: releaseNotes(meant, to), title: to === 'off' ? deactivatePullTitle(conflict) : reactivatePullTitle(meant),
    body: to === 'off' ? deactivatePullBody(conflict, { proposal, missing }) : reactivatePullBody(conflict, proposal, proposal.matter.kind === 'reactivate' ? proposal.matter.because : ''),
  }, null, `open a pull request that turns ${platform} ${to} on ${base}`)];
}

/** What the marker comment calls the proposal that turned it off. */
export const markName = ({ issue, id }: Proposal): string => issue !== null && issue.number > 0 ? `#${issue.number}` : id;

/** A pull request that is not wanted any more is closed with a word. */
function takeBack(conflict: Conflict, { repo, number }: PullRef, why: string, text: Text): PlannedAction[] {
  const { id, times } = conflict;
  return [
    plan(conflict, `post-comment:${why}.${number}`, `github:${repo}`, { kind: 'post-comment', repo, number, id: `${id}.${why}.${number}`, since: times.approved ?? times.detected, text }, null, `say on ${named(repo, number, 'pull request')} why it is closed`),
    plan(conflict, `close-pull-request:${number}`, `github:${repo}`, { kind: 'close-pull-request', repo, number }, null, `close ${named(repo, number, 'pull request')}`),
  ];
}

/** Where the edit may not be pushed it is offered as a patch: on the blocker's own pull request to turn it off (2016's way), on the reactivation issue to turn it on. */
function offered(conflict: Conflict, desk: ConflictDesk): PlannedAction[] {
  const { id, round, stage, patch, backPatch, blocker, reactivation, times } = conflict;
  const place = blocker.kind === 'pull' ? blocker : desk.proposal?.issue ?? null;
  const off = stage === 'doing' && patch && place !== null ? [{ to: 'off' as const, given: patch, place, since: times.approved ?? times.detected }] : [];
  const on = stage === 'returning' && backPatch && reactivation !== null ? [{ to: 'on' as const, given: backPatch, place: reactivation, since: times.off ?? times.detected }] : [];
  return [...off, ...on].map(({ to, given, place: { repo, number }, since }) => plan(conflict, `post-comment:patch-${to}.${round}.${desk[to === 'off' ? 'proposal' : 'backProposal']?.edition ?? 0}`, `github:${repo}`,
    { kind: 'post-comment', repo, number, id: `${id}.patch-${to}.${round}`, since, text: patchText(conflict, to, given) }, null, `offer the patch on ${named(repo, number, 'issue')}`));
}

/** Slack hears of what is in whose way, and then how far it is, in one message. */
function newsCards(conflict: Conflict, rows: readonly Row[], { channels, proposal }: ConflictDesk): PlannedAction[] {
  const [opened] = factsOfRound(conflict);
  if (opened?.kind !== 'opened') return [];
  return channels.news.flatMap((channel) => {
    const card = cardNow(conflict, opened, channel, rows, proposal);
    return card === null ? [] : [plan(conflict, card.verb, card.destination, card.action, card.family, card.summary)];
  });
}

/** Slack hears of what is off, and of what is on again; the decision has a card of its own. */
function announcements(conflict: Conflict, { channels, proposal }: ConflictDesk): PlannedAction[] {
  return factsOfRound(conflict).flatMap((fact) => channelsOf(fact, conflict, channels).map((channel) => {
    const { id, platform, blocker } = conflict;
    const text = factCard(fact, conflict, { mention: false, proposal });
    return plan(conflict, `ensure-card:${fact.n}:${channel}`, `slack:${channel}`, { kind: 'ensure-card', document: { kind: 'conflict', id: `${id}.${fact.n}` }, channel, at: null, since: fact.at, text, buttons: [], shown: 0 }, null,
      `tell ${channel} of ${platform} and ${blockerShort(blocker)}: ${fact.kind}`);
  }));
}

function channelsOf({ kind }: ConflictFact, { times, reactivation }: Conflict, { tiers }: ConflictDesk['channels']): readonly string[] {
  if (kind === 'off') return reactivation === null ? [] : tiers;
  return kind === 'escalated' || kind === 'did-not-help' || (kind === 'over' && times.off !== null) ? tiers : [];
}

const plan = ({ id, project }: Conflict, verb: string, destination: Destination, action: Action, family: string | null, summary: string): PlannedAction => ({
  key: `conflict:${id}:${verb}`, project, entity: `conflict:${id}`, destination, action, family: family === null ? null : `conflict:${id}:${family}`, summary,
});

/** Whether a row that was planned earlier is still wanted when its turn comes: nothing is turned off, on or filed that is not to be any more. */
export function conflictRowWanted(action: Action, conflict: Conflict, attempts: number): boolean {
  switch (action.kind) {
    case 'ensure-switch-pull': return attempts > 1 || conflict.stage === (action.to === 'off' ? 'doing' : 'returning');
    case 'close-pull-request': return conflict.stage !== 'doing' || conflict.pull?.number !== action.number;
    case 'ensure-document': return attempts > 1 || action.issue !== null || action.state === 'closed' || conflict.stage === 'doing' || conflict.times.off !== null;
    case 'ensure-card': return cardWanted(action, conflict, attempts);
    default: return true;
  }
}

/** The conflict with what a receipt tells of it: its issue, its pull requests, the patch that is offered in their place. Null: nothing new. */
export function withConflictReceipt(conflict: Conflict, action: Action, receipt: Receipt): Conflict | null {
  const fields = receiptFields(conflict, action, receipt);
  return fields === null ? null : { ...conflict, ...fields, revision: conflict.revision + 1, shown: conflict.shown + (receipt.kind === 'document' ? 0 : 1) };
}

function receiptFields(conflict: Conflict, action: Action, receipt: Receipt): Partial<Conflict> | null {
  if (action.kind === 'ensure-document' && receipt.kind === 'document') {
    const { repo, number, url } = receipt;
    return conflict.reactivation?.number === number || action.document.id !== `${conflict.id}.${conflict.round}` ? null : { reactivation: { repo, number, url } };
  }
  if (action.kind !== 'ensure-switch-pull') return null;
  const off = action.to === 'off';
  if (receipt.kind === 'pull-request') {
    const { repo, number, url, unmarked } = receipt;
    const known = off ? conflict.pull : conflict.backPull;
    if (known?.number === number && (unmarked === undefined || alike(unmarked, conflict.unmarked ?? []))) return null;
    return off ? { pull: { repo, number, url }, ...unmarked === undefined ? {} : { unmarked } } : { backPull: { repo, number, url } };
  }
  if (receipt.kind !== 'patch') return null;
  const { diff, why, unmarked } = receipt;
  return off ? { patch: { diff, why }, unmarked } : { backPatch: { diff, why } };
}
