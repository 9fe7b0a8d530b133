import type { Action, OutboxRow, PlannedAction, Receipt } from '../domain/action.ts';
import { platformLabel } from '../domain/platform.ts';
import type { StepWarning } from '../domain/step-warning.ts';
import type { Text } from '../domain/text.ts';
import { ISSUE_PATIENCE, type Desk } from './reconcile.ts';
import { dismissedComment, followedComment, overComment, raisedAgainComment, warningBody, warningCard, warningTitle } from './step-warning-words.ts';
import { withIssue } from './step-warnings.ts';

type Row = Pick<OutboxRow, 'key' | 'state' | 'action' | 'receipt' | 'attempts' | 'createdAt'>;

const underWay = (row: Row): boolean => row.state === 'pending' || row.state === 'leased';

/**
 * The writes that are missing for the warning's issue and messages to show it as it is recorded; asked again after every
 * receipt, like `reconcile`. Its text is kept true without calling anybody again; what a reader has to be told is a comment.
 */
export function reconcileStepWarning(warning: StepWarning, rows: readonly Row[], desk: Desk): PlannedAction[] {
  const known = new Set(rows.map((r) => r.key));
  const channels = [...new Set([...desk.channels, ...Object.keys(warning.messages)])];
  return [...issueActions(warning, rows), ...channels.flatMap((c) => channelActions(warning, rows, c, desk.now))].filter((a) => !known.has(a.key));
}

function issueActions(warning: StepWarning, rows: readonly Row[]): PlannedAction[] {
  const { state, issue, dismissed, turn, filedTurn } = warning;
  if (issue === null || filedTurn < turn) return state === 'open' || begun(rows, turn) ? [...issue === null ? [] : again(warning), ensureIssue(warning, 'open')] : [];
  // Whoever closed it by hand has closed it: it is not touched again before it is raised anew.
  if (dismissed !== null) return state === 'dismissed' ? [comment(warning, `dismissed.${dismissed.at}`, dismissedComment(warning))] : [];
  if (state === 'over') {
    const last = comment(warning, `over.${turn}`, overComment(warning));
    const told = rows.find((r) => r.key === last.key);
    return told === undefined || underWay(told) ? [last] : [last, ensureIssue(warning, 'closed')];
  }
  const current = rows.some((r) => r.receipt?.kind === 'document' && r.receipt.shown >= warning.shown);
  return [...followed(warning), ...current ? [] : [ensureIssue(warning, 'kept')]];
}

/** The issue of this turn may be there although no answer has told of it. */
const begun = (rows: readonly Row[], turn: number): boolean =>
  rows.some((r) => r.attempts > 0 && r.action.kind === 'ensure-document' && r.key.includes(`:ensure-document:${turn}.`));

/** With the opening of an issue that was closed. */
const again = (warning: StepWarning): PlannedAction[] => warning.state === 'open' ? [comment(warning, `raised.${warning.turn}`, raisedAgainComment(warning))] : [];

/** Told once, when the proposal can be linked. */
const followed = (warning: StepWarning): PlannedAction[] => {
  const { followedBy: proposal } = warning;
  return proposal === null || proposal.issue === null || proposal.state !== 'open' ? [] : [comment(warning, `followed.${proposal.id}`, followedComment(warning, proposal))];
};

const labelsOf = ({ platform }: StepWarning): readonly string[] => ['archsignal', platformLabel(platform), 'help wanted'];

/** `owner/name#12`, or words for an issue that has no number: not yet, or never in shadow mode. */
const nameOf = ({ issue, repo, platform }: StepWarning): string => issue !== null && issue.number > 0 ? `${repo}#${issue.number}` : `the warning about ${platform} in ${repo}`;

function ensureIssue(warning: StepWarning, state: 'open' | 'closed' | 'kept'): PlannedAction {
  const { id, repo, issue, shown, turn, raisedAt } = warning;
  return plan(warning, `ensure-document:${turn}.${shown}.${issue?.number ?? 0}.${state}`, `github:${repo}`, {
    kind: 'ensure-document', document: { kind: 'warning', id }, repo, issue: issue?.number ?? null, since: raisedAt, title: warningTitle(warning),
    labels: labelsOf(warning), body: warningBody(warning, issue === null), state, shown,
  }, 'document', issue === null ? `file an issue in ${repo} that warns of ${warning.platform}` : `bring ${nameOf(warning)} up to date${state === 'closed' ? ' and close it' : ''}`);
}

function comment(warning: StepWarning, what: string, text: Text): PlannedAction {
  const { id, repo, issue, raisedAt } = warning;
  return plan(warning, `post-comment:${what}`, `github:${repo}`, { kind: 'post-comment', repo, number: issue?.number ?? 0, id: `${id}.${what}`, since: raisedAt, text }, null, `comment on ${nameOf(warning)}: ${what.replace(/\..*$/, '')}`);
}

function channelActions(warning: StepWarning, rows: readonly Row[], channel: string, now: number): PlannedAction[] {
  const { turn, shown, issue, filedTurn, messages, raisedAt, state } = warning;
  const at = messages[channel] ?? null;
  const mine = rows.filter((r) => r.action.kind === 'ensure-card' && r.action.channel === channel && r.action.document.id === cardId(warning));
  if (at === null) {
    const filed = issue !== null && filedTurn === turn;
    const late = rows.some((r) => r.action.kind === 'ensure-document' && (r.state === 'dead' || (r.state !== 'recorded' && now - r.createdAt >= ISSUE_PATIENCE)));
    if (mine.some((r) => r.state === 'dead') || (state === 'over' && !mine.some((r) => r.attempts > 0)) || !(filed || late)) return [];
  }
  return [plan(warning, `ensure-card:${turn}.${shown}.${issue?.number ?? 0}:${channel}`, `slack:${channel}`,
    { kind: 'ensure-card', document: { kind: 'warning', id: cardId(warning) }, channel, at, since: raisedAt, text: warningCard(warning), buttons: [], shown }, `card:${channel}`, `show the warning about ${warning.platform} in ${channel}`)];
}

/** Each time that it is raised there is a message of its own. */
const cardId = ({ id, turn }: StepWarning): string => `${id}.${turn}`;

const plan = ({ id, project }: StepWarning, verb: string, destination: PlannedAction['destination'], action: Action, family: string | null, summary: string): PlannedAction => ({
  key: `step-warning:${id}:${verb}`, project, entity: `step-warning:${id}`, destination, action, family: family === null ? null : `step-warning:${id}:${family}`, summary,
});

/** Whether a row that was planned earlier is still wanted when its turn comes. */
export function warningRowWanted(action: Action, warning: StepWarning, attempts: number): boolean {
  switch (action.kind) {
    case 'ensure-document': return attempts > 1 || action.state === 'closed' || (action.state === 'kept' ? warning.dismissed === null : warning.state === 'open');
    case 'ensure-card': return attempts > 1 || action.at !== null || warning.state === 'open';
    default: return true;
  }
}

/** The warning with what a receipt tells of it: its issue, its message's place. Null: nothing new. */
export function withWarningReceipt(warning: StepWarning, action: Action, receipt: Receipt): StepWarning | null {
  if (receipt.kind === 'document' && action.kind === 'ensure-document') {
    const { repo, number, url } = receipt;
    return withIssue(warning, { repo, number, url }, action.state === 'open');
  }
  if (receipt.kind !== 'card' || action.kind !== 'ensure-card' || action.document.id !== cardId(warning)) return null;
  const known = warning.messages[action.channel];
  if (known?.ts === receipt.ts && known.channel === receipt.channel) return null;
  return { ...warning, messages: { ...warning.messages, [action.channel]: { channel: receipt.channel, ts: receipt.ts } }, revision: warning.revision + 1 };
}
