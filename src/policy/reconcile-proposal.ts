import type { Action, Destination, OutboxRow, PlannedAction, Receipt } from '../domain/action.ts';
import { platformLabel } from '../domain/platform.ts';
import type { Proposal, ProposalState } from '../domain/proposal.ts';
import { boardChangeText } from './board-words.ts';
import { carriedComment, carriedOut, carryingOf, isPending, revokedComment } from './carrying.ts';
import { decisionComment, endingWord, filedWord, objectionWord, outcome, proposalBody, proposalCard, proposalTitle } from './proposal-words.ts';
import { ISSUE_PATIENCE, type Desk } from './reconcile.ts';
import { tally } from './tally.ts';

type Row = Pick<OutboxRow, 'key' | 'state' | 'action' | 'receipt' | 'attempts' | 'createdAt'>;
type Of<K extends Action['kind']> = Extract<Action, { kind: K }>;

const rowsOf = <K extends Action['kind']>(rows: readonly Row[], kind: K): (Row & { action: Of<K> })[] =>
  rows.filter((r): r is Row & { action: Of<K> } => r.action.kind === kind);

const receiptsOf = <K extends Receipt['kind']>(rows: readonly Row[], kind: K): Extract<Receipt, { kind: K }>[] =>
  rows.map((r) => r.receipt).filter((r): r is Extract<Receipt, { kind: K }> => r?.kind === kind);

const begun = (rows: readonly Row[]): boolean => rows.some((r) => r.attempts > 0);
const underWay = (row: Row): boolean => row.state === 'pending' || row.state === 'leased';

/**
 * The writes that are missing for issue and messages to show the proposal as it is recorded; asked again after every
 * receipt, like `reconcile`. While it is open its issue's text and its cards are brought up to date with every counted
 * word; once it is decided a comment says so, and then the issue gets its last text and is closed.
 */
export function reconcileProposal(proposal: Proposal, rows: readonly Row[], desk: Desk): PlannedAction[] {
  const known = new Set(rows.map((r) => r.key));
  const channels = [...new Set([...desk.channels, ...Object.keys(proposal.messages)])];
  return [...issueActions(proposal, rows), ...pullActions(proposal), ...announcements(proposal, desk), ...askerActions(proposal), ...channels.flatMap((channel) => channelActions(proposal, rows, channel, desk.now))].filter((a) => !known.has(a.key));
}

function issueActions(proposal: Proposal, rows: readonly Row[]): PlannedAction[] {
  const mine = rowsOf(rows, 'ensure-document');
  if (proposal.issue === null) return wantsIssue(proposal) || begun(mine) ? [ensureIssue(proposal)] : [];
  const filed = Math.min(...receiptsOf(mine, 'document').map((r) => r.shown));
  // Filed when it was approved already, and what has become of it since is told by comments of its own.
  const approvedThen = proposal.state === 'approved' && mine.some((r) => r.action.issue === null && r.action.state === 'kept' && r.receipt !== null);
  const comments = commentActions(proposal, rows, filed === proposal.shown || approvedThen);
  const last = proposal.state !== 'open' && (comments.length > 0 || rowsOf(rows, 'post-comment').some(underWay));
  const current = receiptsOf(mine, 'document').some((r) => r.shown >= proposal.shown);
  return [...comments, ...last || current ? [] : [ensureIssue(proposal)]];
}

/** Whoever asked for it hears where it is decided, as soon as that has a number; in shadow mode it never has. */
function askerActions(proposal: Proposal): PlannedAction[] {
  const { asker, issue, proposer } = proposal;
  if (!asker || issue === null || issue.number <= 0) return [];
  const text = filedWord(proposal, issue);
  if (asker.surface === 'github') return [plan(proposal, 'post-comment:filed', `github:${asker.repo}`, { kind: 'post-comment', repo: asker.repo, number: asker.number, id: `${proposal.id}.filed`, since: proposer.at, text }, null, `tell on ${asker.repo}#${asker.number} where ${proposal.id} is decided`)];
  const { channel, user, responseUrl } = asker;
  return [plan(proposal, 'whisper:filed', `slack:@${user}`, { kind: 'whisper', channel, user, responseUrl, text }, null, `tell ${user} in Slack where ${proposal.id} is decided`)];
}

/** An approved change of step or board is a pull request; it names the proposal's issue, and is told of there, so it waits for that. */
function pullActions(proposal: Proposal): PlannedAction[] {
  const { repo, matter, state, issue, proposer, pull } = proposal;
  if (pull?.state === 'open' && state !== 'approved') return revocation(proposal, pull.number);
  const carrying = carryingOf(proposal);
  if (carrying === null || state !== 'approved' || issue === null || pull || carriedOut(proposal) !== null) return [];
  return [plan(proposal, `ensure-pull-request:${proposal.edition}`, github(proposal), {
    kind: 'ensure-pull-request', repo, ...carrying, since: proposer.at, labels: ['archsignal', platformLabel(matter.platform)],
    reviewers: proposal.deciders, tell: { surface: 'github', repo: issue.repo, number: issue.number },
  }, null, `open a pull request: ${carrying.title}`)];
}

/** A pull request whose approval no longer stands is closed with a word. */
function revocation(proposal: Proposal, number: number): PlannedAction[] {
  const { id, repo, proposer, edition } = proposal;
  const name = `${repo}#${number}`;
  return [
    plan(proposal, `post-comment:revoked.${edition}`, github(proposal), { kind: 'post-comment', repo, number, id: `${id}.revoked.${edition}`, since: proposer.at, text: revokedComment(proposal, outcome(proposal)) }, null, `say on ${name} why it is closed`),
    plan(proposal, `close-pull-request:${edition}`, github(proposal), { kind: 'close-pull-request', repo, number }, null, `close ${name}`),
  ];
}

/** A change of board is announced where changes of step are; those are told by what is in force (`runtime/steps.ts`). */
function announcements(proposal: Proposal, { tiers = [] }: Desk): PlannedAction[] {
  const { id, matter, proposer } = proposal;
  const done = carriedOut(proposal);
  if (matter.kind !== 'board' || done === null || done === 'dropped') return [];
  return tiers.map((channel) => plan(proposal, `ensure-card:announced:${channel}`, slack(channel),
    { kind: 'ensure-card', document: { kind: 'board', id }, channel, at: null, since: proposer.at, text: boardChangeText(proposal, matter), buttons: [], shown: 0 }, null, `tell ${channel} that ${matter.jobName} moves to the ${matter.to} board`));
}

/** What is approved has effects that people ask about for months, so it has an issue even where it was decided before that was filed. */
const wantsIssue = ({ state }: Proposal): boolean => state === 'open' || state === 'approved';

const labelsOf = ({ matter }: Proposal): readonly string[] => ['archsignal', platformLabel(matter.platform), 'archsignal/proposal'];

/** As long as no issue is known the row that files it calls those who decide, however often it is replaced; one that edits calls nobody, so it is planned anew once the issue is known. */
function ensureIssue(proposal: Proposal): PlannedAction {
  const { id, repo, issue, shown, proposer } = proposal;
  const state = issueState(proposal);
  return plan(proposal, `ensure-document:${shown}.${issue?.number ?? 0}`, github(proposal), {
    kind: 'ensure-document', document: { kind: 'proposal', id }, repo, issue: issue?.number ?? null, since: proposer.at, title: proposalTitle(proposal),
    labels: labelsOf(proposal), body: proposalBody(proposal, issue === null), state, shown,
  }, 'document', issue === null ? `file an issue in ${repo} for the proposal ${id}` : `bring ${nameOf(proposal)} up to date${state === 'closed' ? ' and close it' : ''}`);
}

/** It is open as long as there is something to decide or to be done; somebody who closes it before that has closed it. */
function issueState(proposal: Proposal): 'open' | 'closed' | 'kept' {
  if (isPending(proposal)) return 'kept';
  return proposal.state === 'open' ? 'open' : 'closed';
}

/** Opens the issue of an undecided proposal again that somebody closed who may not decide. `source` tells one closing from the next. */
export function reopening(proposal: Proposal, source: string): PlannedAction {
  const row = ensureIssue(proposal);
  return { ...row, key: `${row.key}:${source}`, summary: `open ${nameOf(proposal)} again` };
}

/** `owner/name#12`, or words for an issue that has no number: in shadow mode it never has one. */
const nameOf = ({ issue, repo, id }: Proposal): string => issue !== null && issue.number > 0 ? `${repo}#${issue.number}` : `the issue of the proposal ${id} in ${repo}`;

/** What is said of a decision, once for each: `approved`, or `expired-<its moment>`, as it may go on after an objection that arrives late. */
const decisionName = ({ state, decidedAt }: Proposal): string => state === 'expired' ? `${state}-${decidedAt}` : state;

const DECISION = /\.(approved|rejected|withdrawn|invalid|expired)(?:-\d+)?\.\d+$/;

/** `toldByBody`: the issue was filed with the decision in it. */
function commentActions(proposal: Proposal, rows: readonly Row[], toldByBody: boolean): PlannedAction[] {
  if (proposal.state === 'open') return [...objectionComments(proposal), ...endingComment(proposal)];
  const decisions = rowsOf(rows, 'post-comment').filter((r) => DECISION.test(r.action.id));
  const told = decisions.filter((r) => r.state === 'done' || r.attempts > 0).at(-1);
  const name = decisionName(proposal);
  if (toldByBody || decisions.filter((r) => r.state !== 'superseded').at(-1)?.action.id.startsWith(`${proposal.id}.${name}.`)) return carriedComments(proposal, rows);
  const before = DECISION.exec(told?.action.id ?? '')?.[1] as ProposalState | undefined;
  return [comment(proposal, `${name}.${decisions.length + 1}`, decisionComment(proposal, before ?? null), 'word')];
}

/** What has become of an approval: done once, and dropped once. */
function carriedComments(proposal: Proposal, rows: readonly Row[]): PlannedAction[] {
  const done = carriedOut(proposal);
  if (done === null) return [];
  const row = comment(proposal, done === 'dropped' ? 'dropped' : 'carried-out', carriedComment(proposal), null);
  return rows.some((r) => r.key === row.key) ? [] : [row];
}

/** An objection that was said in Slack is not seen on the issue otherwise. */
const objectionComments = (proposal: Proposal): PlannedAction[] => tally(proposal, -Infinity).objections.filter((o) => o.surface === 'slack')
  .map((o) => comment(proposal, objectionName(proposal, o.by), objectionWord(proposal, o), null));

const objectionName = ({ edition }: Proposal, by: string): string => `objection-${by.toLowerCase().replace(/[^a-z0-9_-]/g, '-')}.${edition}`;

/** `warnAt` is null in an open proposal once the word before its end was given. */
const endingComment = (proposal: Proposal): PlannedAction[] =>
  proposal.warnAt === null ? [comment(proposal, `ending.${proposal.edition}`, endingWord(proposal, true), 'word')] : [];

function comment(proposal: Proposal, what: string, text: Of<'post-comment'>['text'], family: string | null): PlannedAction {
  const { id, repo, issue, proposer } = proposal;
  return plan(proposal, `post-comment:${what}`, github(proposal), { kind: 'post-comment', repo, number: issue?.number ?? 0, id: `${id}.${what}`, since: proposer.at, text }, family, `comment on ${nameOf(proposal)}: ${what.replace(/\.\d+$/, '')}`);
}

function channelActions(proposal: Proposal, rows: readonly Row[], channel: string, now: number): PlannedAction[] {
  const mine = rowsOf(rows, 'ensure-card').filter((r) => r.action.document.kind === 'proposal' && r.action.channel === channel);
  const at = proposal.messages[channel];
  if (at !== undefined) return [ensureCard(proposal, channel), ...replies(proposal, channel, at)];
  if (mine.some((r) => r.state === 'dead') || (proposal.state !== 'open' && !begun(mine))) return [];
  return proposal.issue !== null || begun(mine) || issueIsLate(rows, now) ? [ensureCard(proposal, channel)] : [];
}

/** The issue is not coming soon: it was given up, or takes too long. */
const issueIsLate = (rows: readonly Row[], now: number): boolean =>
  rowsOf(rows, 'ensure-document').some((r) => r.state === 'dead' || (r.state !== 'recorded' && now - r.createdAt >= ISSUE_PATIENCE));

function ensureCard(proposal: Proposal, channel: string): PlannedAction {
  const { id, shown, issue, messages, proposer } = proposal;
  return plan(proposal, `ensure-card:${shown}.${issue?.number ?? 0}:${channel}`, slack(channel),
    { kind: 'ensure-card', document: { kind: 'proposal', id }, channel, at: messages[channel] ?? null, since: proposer.at, ...proposalCard(proposal), shown }, `card:${channel}`, `show the proposal ${id} in ${channel}`);
}

/** Below the card: objections and the word before the end. Everything else is seen on the card. */
function replies(proposal: Proposal, channel: string, parent: Of<'card-reply'>['parent']): PlannedAction[] {
  if (proposal.state !== 'open') return [];
  const words = [
    ...tally(proposal, -Infinity).objections.map((o) => ({ what: objectionName(proposal, o.by), text: objectionWord(proposal, o) })),
    ...proposal.warnAt === null ? [{ what: `ending.${proposal.edition}`, text: endingWord(proposal, false) }] : [],
  ];
  return words.map(({ what, text }) => plan(proposal, `card-reply:${what}:${channel}`, slack(channel),
    { kind: 'card-reply', document: { kind: 'proposal', id: proposal.id }, channel, parent, id: `${proposal.id}.${what}`, since: proposal.proposer.at, text }, null, `reply in ${channel}: ${what.replace(/\.\d+$/, '')}`));
}

const github = ({ repo }: Proposal): Destination => `github:${repo}`;
const slack = (channel: string): Destination => `slack:${channel}`;

const plan = ({ id, project }: Proposal, verb: string, destination: Destination, action: Action, family: string | null, summary: string): PlannedAction => ({
  key: `proposal:${id}:${verb}`, project, entity: `proposal:${id}`, destination, action, family: family === null ? null : `proposal:${id}:${family}`, summary,
});

/**
 * Whether a row that was planned earlier is still wanted when its turn comes: neither issue nor message is made for a
 * proposal that came to nothing before they were begun, and nobody is reminded of one that is decided.
 */
export function proposalRowWanted(action: Action, proposal: Proposal, attempts: number): boolean {
  switch (action.kind) {
    case 'ensure-document': return attempts > 1 || action.issue !== null || wantsIssue(proposal);
    case 'ensure-card': return attempts > 1 || action.at !== null || action.document.kind !== 'proposal' || proposal.state === 'open';
    case 'post-comment': case 'card-reply': return proposal.state === 'open' || !action.id.startsWith(`${proposal.id}.ending.`);
    case 'ensure-pull-request': return attempts > 1 || proposal.state === 'approved';
    case 'close-pull-request': return proposal.state !== 'approved';
    default: return true;
  }
}

/** The proposal with what a receipt tells of it: its issue, its message's place. Null: nothing new. */
export function withProposalReceipt(proposal: Proposal, action: Action, receipt: Receipt): Proposal | null {
  if (receipt.kind === 'document' && action.kind === 'ensure-document') {
    const { repo, number, url } = receipt;
    return proposal.issue?.number === number ? null : { ...proposal, issue: { repo, number, url }, revision: proposal.revision + 1 };
  }
  if (receipt.kind === 'pull-request' && action.kind === 'ensure-pull-request') {
    const { repo, number, url } = receipt;
    return proposal.pull?.number === number ? null : { ...proposal, pull: { repo, number, url, state: 'open', by: null, at: null }, revision: proposal.revision + 1, shown: proposal.shown + 1 };
  }
  if (receipt.kind === 'card' && action.kind === 'ensure-card' && action.document.kind === 'proposal') {
    const known = proposal.messages[action.channel];
    if (known?.ts === receipt.ts && known.channel === receipt.channel) return null;
    return { ...proposal, messages: { ...proposal.messages, [action.channel]: { channel: receipt.channel, ts: receipt.ts } }, revision: proposal.revision + 1 };
  }
  return null;
}
