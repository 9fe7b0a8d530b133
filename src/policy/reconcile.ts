import type { Action, Destination, OutboxRow, PlannedAction, Receipt } from '../domain/action.ts';
import { withoutIssue, type Fact, type Incident } from '../domain/incident.ts';
import { oldNews } from './facts.ts';

/** Where an incident is told of, and what the clock says. */
export interface Desk {
  readonly now: number;
  /** Slack channels by the configuration's routing; empty without Slack. */
  readonly channels: readonly string[];
  /** Those that hear of changes of step and board; left out: none. */
  readonly tiers?: readonly string[];
}

/** Slack does not wait longer than this for the issue's number (ms): one channel failing holds back no other. */
export const ISSUE_PATIENCE = 3_000;

/** Facts that are told by a comment; the others are seen on the issue itself, or were told by a person there. */
const COMMENTED: ReadonlySet<Fact['kind']> = new Set(['joined', 'left', 'reopened', 'reminded', 'escalated', 'recovered', 'still-failing', 'now-everywhere', 'now-here', 'woken', 'fix-failed', 'kept-open']);

/** Facts that get a reply in the message's thread. */
const REPLIED: ReadonlySet<Fact['kind']> = new Set([
  'opened', 'joined', 'left', 'reopened', 'reminded', 'escalated', 'recovered', 'still-failing', 'now-everywhere', 'now-here', 'acknowledged', 'unacknowledged',
  'dismissed', 'reopened-by-hand', 'replaced', 'woken', 'snoozed', 'unsnoozed', 'classified', 'unclassified', 'attempted',
  'fix-announced', 'fix-merged', 'fix-closed', 'fix-failed',
]);

/** Facts after which the issue's state is set anew. */
const TURNS: ReadonlySet<Fact['kind']> = new Set(['opened', 'reopened', 'recovered', 'left', 'kept-open']);

type Row = Pick<OutboxRow, 'key' | 'state' | 'action' | 'receipt' | 'attempts' | 'createdAt'>;
type Of<K extends Action['kind']> = Extract<Action, { kind: K }>;

const rowsOf = <K extends Action['kind']>(rows: readonly Row[], kind: K): (Row & { action: Of<K> })[] =>
  rows.filter((r): r is Row & { action: Of<K> } => r.action.kind === kind);

const receiptsOf = <K extends Receipt['kind']>(rows: readonly Row[], kind: K): Extract<Receipt, { kind: K }>[] =>
  rows.map((r) => r.receipt).filter((r): r is Extract<Receipt, { kind: K }> => r?.kind === kind);

/**
 * The writes that are missing for the outside to show what is recorded: compares the incident with the rows that exist
 * for it and names those that should exist as well. Asked again after every receipt, so that no row needs to wait for
 * another: the message that names the issue is planned when the issue's number is known.
 */
export function reconcile(incident: Incident, rows: readonly Row[], desk: Desk): PlannedAction[] {
  return [...issueActions(incident, rows), ...slackActions(incident, rows, desk)];
}

function issueActions(incident: Incident, rows: readonly Row[]): PlannedAction[] {
  if (incident.summarisedBy !== null) return [];
  const mine = rowsOf(rows, 'ensure-issue').filter((r) => r.action.generation === incident.generation);
  const receipts = receiptsOf(mine, 'issue');
  if (receipts.length === 0) {
    if (withoutIssue(incident) || mine.some((r) => r.state === 'dead' && r.action.shown === incident.shown)) return [];
    const begun = mine.some((r) => r.attempts > 0);
    return incident.state === 'open' || begun ? [ensureIssue(incident)] : [];
  }
  const shown = Math.max(...receipts.map((r) => r.shown));
  const told = Math.max(oldNews(incident), Math.min(...receipts.map((r) => r.facts)));
  const comments = commentActions(incident, rows, told);
  // A closed issue keeps the text it had: its last comment says what became of it, for one request less. On one that a person has closed nothing is said, so its text does.
  const update = shown < incident.shown && (incident.state !== 'closed' || incident.closedBy === 'person') ? [ensureIssue(incident)] : [];
  return [...update, ...comments, ...unassignActions(incident, rows, told), ...stateAction(incident, rows, receipts.at(-1)?.state ?? 'open', comments.length > 0)];
}

/** `owner/name#12`, or words for an issue that has no number: not yet, or never in shadow mode. */
const issueName = (incident: Incident): string =>
  incident.issue && incident.issue.number > 0 ? `${incident.repo}#${incident.issue.number}` : `the issue for ${incident.platform} in ${incident.repo}`;

function ensureIssue(incident: Incident): PlannedAction {
  const { generation, shown } = incident;
  return plan(incident, `ensure-issue:${generation}.${shown}`, github(incident), { kind: 'ensure-issue', incident: incident.id, generation, shown },
    `issue:${generation}`, incident.issue === null ? `file an issue in ${incident.repo} for ${incident.platform} (${incident.kind})` : `bring ${issueName(incident)} up to date`);
}

/** `told`: the last fact that the body tells, or that is old news. */
function commentActions(incident: Incident, rows: readonly Row[], told: number): PlannedAction[] {
  const planned = new Set(rowsOf(rows, 'comment').map((r) => r.action.fact));
  return incident.facts
    .filter((f) => f.n > told && COMMENTED.has(f.kind) && !planned.has(f.n))
    .map((f) => plan(incident, `comment:${f.n}`, github(incident), { kind: 'comment', incident: incident.id, generation: incident.generation, fact: f.n },
      null, `comment on ${issueName(incident)}: ${f.kind}`));
}

/** Whoever gave it back, or had been given it and was taken it from, is no assignee any more; what was before the issue was filed left no trace on it. */
function unassignActions(incident: Incident, rows: readonly Row[], told: number): PlannedAction[] {
  const planned = new Set(rowsOf(rows, 'unassign').map((r) => r.action.fact));
  return incident.facts.flatMap((f) => (f.kind !== 'unacknowledged' && f.kind !== 'acknowledged') || f.had === undefined || f.n <= told || planned.has(f.n) ? []
    : [plan(incident, `unassign:${f.n}`, github(incident), { kind: 'unassign', incident: incident.id, generation: incident.generation, fact: f.n, login: f.had }, null, `unassign ${f.had} from ${issueName(incident)}`)]);
}

/** Closes the issue of an incident that is over once its last word is said; opens that of one that goes on. */
function stateAction(incident: Incident, rows: readonly Row[], created: 'open' | 'closed', commentsMissing: boolean): PlannedAction[] {
  if (incident.state === 'dismissed' || (incident.state === 'closed' && incident.closedBy === 'person')) return [];
  const wanted = incident.state === 'open' ? 'open' : 'closed';
  const unsaid = commentsMissing || rowsOf(rows, 'comment').some((r) => r.state === 'pending' || r.state === 'leased');
  if (wanted === 'closed' && unsaid) return [];
  const fact = incident.facts.findLast((f) => TURNS.has(f.kind));
  const turn = fact?.n ?? 0;
  if (turn <= oldNews(incident)) return [];
  const asked = rowsOf(rows, 'set-issue-state').filter((r) => r.action.generation === incident.generation);
  if (asked.some((r) => r.action.turn === turn)) return [];
  const last = asked.toSorted((a, b) => b.action.turn - a.action.turn).find((r) => r.state === 'done');
  // What a bot has done to it is in no receipt of ours.
  if (fact?.kind !== 'kept-open' && (last?.action.state ?? created) === wanted) return [];
  return [plan(incident, `set-issue-state:${incident.generation}.${turn}`, github(incident),
    { kind: 'set-issue-state', incident: incident.id, generation: incident.generation, state: wanted, turn }, null,
    `${wanted === 'open' ? 'reopen' : 'close'} ${issueName(incident)}`)];
}

function slackActions(incident: Incident, rows: readonly Row[], desk: Desk): PlannedAction[] {
  if (incident.summarisedBy !== null) return [];
  const channels = new Set([...desk.channels, ...Object.keys(incident.messages)]);
  return [...channels].flatMap((channel) => channelActions(incident, rows, channel, desk.now));
}

function channelActions(incident: Incident, rows: readonly Row[], channel: string, now: number): PlannedAction[] {
  const mine = rowsOf(rows, 'ensure-message').filter((r) => r.action.channel === channel);
  const receipts = receiptsOf(mine, 'message');
  const issue = incident.issue?.number ?? null;
  if (receipts.length === 0) {
    if (mine.some((r) => r.state === 'dead')) return [];
    const begun = mine.some((r) => r.attempts > 0);
    if (incident.state === 'closed' && !begun) return [];
    return issue !== null || begun || issueIsLate(incident, rows, now) ? [ensureMessage(incident, channel, issue)] : [];
  }
  const current = receipts.some((r) => r.shown >= incident.shown && r.issue === issue);
  const asked = mine.some((r) => r.action.shown === incident.shown && r.action.issue === issue);
  const update = current || asked ? [] : [ensureMessage(incident, channel, issue)];
  const told = new Set(rowsOf(rows, 'reply').filter((r) => r.action.channel === channel).map((r) => r.action.fact));
  const replies = incident.facts.filter((f) => f.n > oldNews(incident) && REPLIED.has(f.kind) && !told.has(f.n)).map((f) => plan(incident, `reply:${f.n}:${channel}`, slack(channel),
    { kind: 'reply', incident: incident.id, channel, fact: f.n }, null, `reply in ${channel}: ${f.kind}`));
  return [...update, ...replies];
}

/** The issue is not coming soon: it was given up, or takes too long. One that failed once is tried again in a moment. */
function issueIsLate(incident: Incident, rows: readonly Row[], now: number): boolean {
  const mine = rowsOf(rows, 'ensure-issue').filter((r) => r.action.generation === incident.generation);
  if (withoutIssue(incident)) return true;
  return mine.some((r) => r.state === 'dead' || (r.state !== 'recorded' && now - r.createdAt >= ISSUE_PATIENCE));
}

const ensureMessage = (incident: Incident, channel: string, issue: number | null): PlannedAction =>
  plan(incident, `ensure-message:${incident.shown}.${issue ?? 0}:${channel}`, slack(channel),
    { kind: 'ensure-message', incident: incident.id, channel, shown: incident.shown, issue }, `message:${channel}`, `show ${incident.platform} (${incident.kind}) in ${channel}`);

const github = (incident: Incident): Destination => `github:${incident.repo}`;
const slack = (channel: string): Destination => `slack:${channel}`;

const plan = (incident: Incident, verb: string, destination: Destination, action: Action, family: string | null, summary: string): PlannedAction => ({
  key: `incident:${incident.id}:${verb}`, project: incident.project, entity: `incident:${incident.id}`, destination, action,
  family: family === null ? null : `incident:${incident.id}:${family}`, summary,
});

/**
 * Whether a row that was planned earlier is still wanted when its turn comes: an issue or message that was never begun
 * is not made for an incident that is over by now, and what waited until it was old news is not told.
 */
export function stillWanted(action: Action, incident: Incident, attempts: number): boolean {
  switch (action.kind) {
    case 'ensure-issue': return attempts > 1 || incident.issue !== null || incident.state !== 'closed';
    case 'ensure-message': return attempts > 1 || incident.messages[action.channel] !== undefined || incident.state !== 'closed';
    case 'comment': return action.generation === incident.generation && incident.issue !== null && isKept(incident, action.fact);
    case 'reply': return isKept(incident, action.fact);
    case 'set-issue-state': return action.generation === incident.generation && incident.state !== 'dismissed'
      && (action.state === 'closed') === (incident.state === 'closed');
    case 'unassign': return action.generation === incident.generation && incident.issue !== null && action.login.toLowerCase() !== incident.acknowledged?.by.toLowerCase() && isKept(incident, action.fact);
    default: return true;
  }
}

const isKept = ({ facts }: Incident, n: number): boolean => facts.some((f) => f.n === n);

/** The incident with what a receipt tells of it: its issue's number, its message's place. Null: nothing new. */
export function withReceipt(incident: Incident, action: Action, receipt: Receipt): Incident | null {
  if (receipt.kind === 'issue' && action.kind === 'ensure-issue') {
    if (action.generation !== incident.generation || incident.issue?.number === receipt.number) return null;
    return { ...incident, issue: { repo: receipt.repo, number: receipt.number, url: receipt.url }, revision: incident.revision + 1 };
  }
  if (receipt.kind === 'message' && action.kind === 'ensure-message') {
    const known = incident.messages[action.channel];
    if (known?.ts === receipt.ts && known.channel === receipt.channel) return null;
    return { ...incident, messages: { ...incident.messages, [action.channel]: { channel: receipt.channel, ts: receipt.ts } }, revision: incident.revision + 1 };
  }
  return null;
}

/**
 * The issue was found closed although the last word of ours was that it be open: a person has closed it, and the
 * webhook that would have told so was lost.
 */
export function foundClosed(incident: Incident, receipt: Receipt, rows: readonly Row[]): boolean {
  if (receipt.kind !== 'issue' || receipt.state !== 'closed' || incident.state !== 'open') return false;
  const asked = rowsOf(rows, 'set-issue-state').filter((r) => r.action.generation === incident.generation);
  const last = asked.toSorted((a, b) => b.action.turn - a.action.turn)[0];
  return last === undefined || (last.action.state === 'open' && last.state === 'done');
}
