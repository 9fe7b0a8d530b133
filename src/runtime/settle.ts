import type { Action, ActionResult, OutboxRow } from '../domain/action.ts';
import type { Incident } from '../domain/incident.ts';
import { loseIssue, onIssueAct, type IssueAct } from '../policy/people.ts';
import { foundClosed, reconcile, withReceipt } from '../policy/reconcile.ts';
import type { Settlement } from '../store/store.ts';
import { deskOf, rowsOfIncident } from './commit.ts';
import type { Runtime } from './context.ts';
import { noteLeftOut } from './left-out.ts';
import { tellAsker } from './pull-requests.ts';
import { settleConflict } from './conflicts/settle.ts';
import { settleProposal } from './settle-proposal.ts';
import { settleWarning } from './step-warnings.ts';
import { rowWarning, warnOfDeadRow } from './given-up.ts';
import { clear, noteIncident } from './warnings.ts';

/** Tries after which an optimistic write is left to the row's next claim. */
const TRIES = 8;

/** Who closed an issue whose closing was seen only afterwards: the webhook that named them was lost. */
const SOMEBODY = 'somebody';

/** First and longest wait before a failed write is tried again (contract: after at most 1 s, the way there included). */
const FIRST_RETRY = 200;
const LONGEST_RETRY = 800;

/**
 * Milliseconds until the next attempt: a little more each time, and what the answer asked for where that is more. Some ask for no
 * time at all, again and again (`Retry-After: 0`, or a moment that is over).
 */
export function retryAfter(attempts: number, asked: number | null): number {
  return Math.max(asked ?? 0, Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(attempts - 1, 4)));
}

function settlementOf(row: OutboxRow, result: ActionResult, now: number): Settlement {
  const { key, attempts } = row;
  if (result.ok) return { key, attempts, state: 'done', receipt: result.receipt, ...forgetting(row.action) };
  if (result.retry) return { key, attempts, state: 'pending', notBefore: now + retryAfter(attempts, result.after), error: result.reason };
  return { key, attempts, state: 'dead', error: result.reason };
}

/** What only one person may read, like a code to link their account with, is not kept once they have it. */
const forgetting = (action: Action): { action?: Action } => action.kind === 'whisper' && action.secret ? { action: { ...action, responseUrl: null, text: [] } } : {};

/**
 * Writes how a row ended, together with what follows from it: the receipt on the incident, the rows that can be planned
 * now, another issue for a lost one. Repeats while others change the same incident; a lost lease ends it silently,
 * because whoever has the row now will settle it.
 */
export async function settle(rt: Runtime, row: OutboxRow, result: ActionResult): Promise<void> {
  const settled = settlementOf(row, result, rt.now());
  const closer = await closerOf(rt, row, result);
  for (let i = 0; i < TRIES; i++) {
    if (await commitOnce(rt, row, result, settled, closer)) break;
  }
  note(rt, row, result);
  if (result.ok && row.attempts > 1) await clear(rt, row.project, rowWarning(row));
  if (result.ok) await noteLeftOut(rt, row, result.receipt, result.without ?? []);
  // Whoever asked for an edit that is not made in this repository has got it as a patch: nothing is left to be tried again.
  if (!result.ok && !result.retry && result.lost !== 'not-here') await warnOfDeadRow(rt, row, result.reason, result.lost !== null && 'generation' in row.action);
  rt.wake();
}

/** Who closed the issue of an open incident that was found closed; null: nobody, or it has been opened again since. */
async function closerOf(rt: Runtime, row: OutboxRow, result: ActionResult): Promise<IssueAct | null> {
  if (!result.ok || result.receipt.kind !== 'issue' || result.receipt.state !== 'closed' || !('incident' in row.action)) return null;
  if ((await rt.store.incident(row.action.incident))?.state !== 'open') return null;
  const now = await rt.github?.issueNow(result.receipt.repo, result.receipt.number).catch(() => null);
  if (!now || !('locked' in now)) return { kind: 'closed', by: SOMEBODY };
  // By our own hand, in a time that the store does not remember: whether it is broken still is for the next looks to find out.
  return now.state === 'open' || now.closedByUs ? null : { kind: now.closedByBot ? 'closed-by-bot' : 'closed', by: now.closedBy ?? SOMEBODY };
}

async function commitOnce(rt: Runtime, row: OutboxRow, result: ActionResult, settled: Settlement, closer: IssueAct | null): Promise<boolean> {
  if (row.entity.startsWith('proposal:')) return settleProposal(rt, row, result, settled, (r) => after(r, settled));
  if (row.entity.startsWith('conflict:')) return settleConflict(rt, row, result, settled, (r) => after(r, settled));
  if (row.entity.startsWith('step-warning:')) return settleWarning(rt, row, result, settled, (r) => after(r, settled));
  const incident = 'incident' in row.action ? await rt.store.incident(row.action.incident) : null;
  if (incident === null) {
    const told = await tellAsker(rt, row, result);
    return await rt.store.commit({ at: rt.now(), settled, actions: told === null ? [] : [told] }) === 'committed';
  }
  const rows = (await rowsOfIncident(rt, incident)).map((r) => r.key === row.key ? after(r, settled) : r);
  const mine = rows.find((r) => r.key === row.key);
  if (mine && (mine.attempts !== row.attempts)) return true;
  const change = followUp(rt, incident, row, result, rows, closer);
  const next = change?.incident ?? incident;
  const committed = await rt.store.commit({
    at: rt.now(), settled,
    incidents: change ? [{ expected: incident.revision, incident: change.incident }] : [],
    audit: change?.audit ?? [],
    actions: reconcile(next, rows, deskOf(rt, next)),
  });
  if (committed !== 'committed') return false;
  if (change) await noteIncident(rt, change.incident);
  return true;
}

/** The row as it will be once settled. */
const after = (row: OutboxRow, s: Settlement): OutboxRow => ({ ...row, state: s.state, receipt: s.state === 'done' ? s.receipt : row.receipt });

type FollowUp = { readonly incident: Incident; readonly audit: NonNullable<ReturnType<typeof loseIssue>>['audit'] };

function followUp(rt: Runtime, incident: Incident, row: OutboxRow, result: ActionResult, rows: readonly OutboxRow[], closer: IssueAct | null): FollowUp | null {
  const project = rt.projects.get(incident.project)?.project;
  if (result.ok) {
    const updated = withReceipt(incident, row.action, result.receipt);
    const found = foundClosed(updated ?? incident, result.receipt, rows);
    // Both changes are one version of the incident, written on the one that was loaded.
    const act = found && project && closer ? onIssueAct(incident, closer, { project, now: rt.now(), evidence: result.receipt }) : null;
    if (act) return { incident: { ...act.incident, issue: (updated ?? incident).issue }, audit: act.audit };
    return updated ? { incident: updated, audit: [] } : null;
  }
  if (result.retry || result.lost === null || result.lost === 'not-here') return null;
  if (!('generation' in row.action) || row.action.generation !== incident.generation) return null;
  return project ? loseIssue(incident, result.lost, { project, now: rt.now(), evidence: result.reason, actor: 'archsignal' }) : null;
}

function note(rt: Runtime, row: OutboxRow, result: ActionResult): void {
  const fields = { project: row.project, row: row.key, attempts: row.attempts };
  if (result.ok) rt.log.info({ ...fields, receipt: result.receipt }, `done: ${row.summary}`);
  // An outage of hours is told now and then, not with every attempt.
  else if (result.retry) rt.log[row.attempts <= 5 || row.attempts % 100 === 0 ? 'warn' : 'debug']({ ...fields, reason: result.reason, after: result.after }, `failed, will be tried again: ${row.summary}`);
  else rt.log.error({ ...fields, reason: result.reason }, `given up: ${row.summary}`);
  rt.metrics.writes.inc({ kind: row.action.kind, outcome: result.ok ? 'done' : result.retry ? 'retry' : 'dead' });
}
