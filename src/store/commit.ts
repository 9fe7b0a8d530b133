import { Contention, inTransaction } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import { settleDelivery } from './inbox.ts';
import { takesPlace, writeIncident } from './incidents.ts';
import { planAction, settleAction, takeTurns } from './outbox.ts';
import { addAudit, addPings } from './records.ts';
import type { CommitResult, Decision } from './store.ts';
import { ms } from './values.ts';

/** Ends the transaction without a trace; never leaves this module. */
class Conflict extends Error {}

/** Writes a decision whole or not at all. */
export async function commit(engine: Engine, decision: Decision): Promise<CommitResult> {
  try {
    await inTransaction(engine, (trx) => write(engine, trx, decision));
    return 'committed';
  } catch (error) {
    if (error instanceof Conflict || error instanceof Contention) return 'conflict';
    throw error;
  }
}

async function write(engine: Engine, trx: Handle, decision: Decision): Promise<void> {
  const at = ms(decision.at);
  // An incident that leaves its place comes before one that takes it.
  const incidents = [...decision.incidents ?? []].sort((a, b) => Number(takesPlace(a.incident)) - Number(takesPlace(b.incident)));
  for (const { expected, incident } of incidents) {
    if (!await writeIncident(trx, expected, incident)) throw new Conflict();
  }
  if (decision.settled && !await settleAction(trx, decision.settled, at)) throw new Conflict();
  if (decision.delivery && !await settleDelivery(trx, decision.delivery)) throw new Conflict();
  const actions = decision.actions ?? [];
  await takeTurns(engine, trx, actions);
  for (const planned of actions) await planAction(trx, planned, at, decision.record === true);
  await addAudit(trx, decision.audit ?? []);
  await addPings(trx, decision.pings ?? []);
}
