import type { ActionResult, OutboxRow } from '../domain/action.ts';
import { reconcileProposal, withProposalReceipt } from '../policy/reconcile-proposal.ts';
import type { Settlement } from '../store/store.ts';
import { proposalDesk } from './commit.ts';
import type { Runtime } from './context.ts';
import { tellAsker } from './pull-requests.ts';
import { noteProposal } from './step-warnings.ts';

/** Writes how a proposal's row ended, with the receipt on the proposal and the rows that can be planned now. False: try again on what is stored then. */
export async function settleProposal(rt: Runtime, row: OutboxRow, result: ActionResult, settled: Settlement, after: (row: OutboxRow) => OutboxRow): Promise<boolean> {
  const proposal = await rt.store.proposal(row.entity.slice('proposal:'.length));
  if (proposal === null) return await rt.store.commit({ at: rt.now(), settled }) === 'committed';
  const rows = (await rt.store.entityActions(row.entity)).map((r) => r.key === row.key ? after(r) : r);
  const mine = rows.find((r) => r.key === row.key);
  if (mine && mine.attempts !== row.attempts) return true;
  const told = await tellAsker(rt, row, result);
  const updated = result.ok ? withProposalReceipt(proposal, row.action, result.receipt) : null;
  const committed = await rt.store.commit({
    at: rt.now(), settled,
    proposals: updated ? [{ expected: proposal.revision, proposal: updated }] : [],
    actions: [...reconcileProposal(updated ?? proposal, rows, proposalDesk(rt, updated ?? proposal)), ...told === null ? [] : [told]],
  }) === 'committed';
  if (committed && updated !== null && proposal.issue === null && updated.issue !== null) await noteProposal(rt, updated);
  return committed;
}
