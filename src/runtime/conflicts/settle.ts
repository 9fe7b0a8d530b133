import type { ActionResult, OutboxRow } from '../../domain/action.ts';
import type { Conflict } from '../../domain/conflict.ts';
import { reconcileConflict, withConflictReceipt } from '../../policy/reconcile-conflict.ts';
import type { Settlement } from '../../store/store.ts';
import type { Runtime } from '../context.ts';
import { askForLook } from './asked.ts';
import { conflictDesk } from './desk.ts';

const idOf = (row: OutboxRow): string => row.entity.slice('conflict:'.length);

/** The conflict that a row is of; null: it is not stored. */
export const conflictOf = (rt: Runtime, row: OutboxRow): Promise<Conflict | null> => rt.store.conflict(idOf(row));

/** Writes how a conflict's row ended, with the receipt on the conflict and the rows that can be planned now. False: try again on what is stored then. */
export async function settleConflict(rt: Runtime, row: OutboxRow, result: ActionResult, settled: Settlement, after: (row: OutboxRow) => OutboxRow): Promise<boolean> {
  const conflict = await conflictOf(rt, row);
  if (conflict === null) return await rt.store.commit({ at: rt.now(), settled }) === 'committed';
  const rows = (await rt.store.entityActions(row.entity)).map((r) => r.key === row.key ? after(r) : r);
  const mine = rows.find((r) => r.key === row.key);
  if (mine && mine.attempts !== row.attempts) return true;
  const updated = result.ok ? withConflictReceipt(conflict, row.action, result.receipt) : null;
  const committed = await rt.store.commit({
    at: rt.now(), settled, conflicts: updated === null ? [] : [{ expected: conflict.revision, conflict: updated }],
    actions: reconcileConflict(updated ?? conflict, rows, await conflictDesk(rt, updated ?? conflict)), record: rt.mode === 'dry',
  }) === 'committed';
  // What the edit came to is seen by a look: it may stand so already.
  if (committed && result.ok && row.action.kind === 'ensure-switch-pull') await askForLook(rt, conflict.project);
  return committed;
}
