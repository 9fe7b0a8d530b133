import { inTransaction } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import { Contention } from './errors.ts';
import { writeConflict } from './conflicts.ts';
import { writeConfiguration } from './configurations.ts';
import { addEvents } from './evidence.ts';
import { giveCode, useCode, writeIdentity } from './identities.ts';
import { settleDelivery } from './inbox.ts';
import { takesPlace, writeIncident } from './incidents.ts';
import { rememberIssues } from './issues.ts';
import { stillLeads } from './leases.ts';
import { planAction, settleAction, takeTurns } from './outbox.ts';
import { writeProposal } from './proposals.ts';
import { writeQuiet } from './quiets.ts';
import { addAudit, addPings } from './records.ts';
import { writeStepWarning } from './step-warnings.ts';
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
  rememberIssues(engine, decision);
  // An incident that leaves its place comes before one that takes it.
  const incidents = [...decision.incidents ?? []].sort((a, b) => Number(takesPlace(a.incident)) - Number(takesPlace(b.incident)));
  for (const { expected, incident } of incidents) {
    if (!await writeIncident(trx, expected, incident)) throw new Conflict();
  }
  for (const { expected, proposal } of decision.proposals ?? []) {
    if (!await writeProposal(trx, expected, proposal)) throw new Conflict();
  }
  for (const { expected, warning } of decision.stepWarnings ?? []) {
    if (!await writeStepWarning(trx, expected, warning)) throw new Conflict();
  }
  for (const { expected, conflict } of decision.conflicts ?? []) {
    if (!await writeConflict(trx, expected, conflict)) throw new Conflict();
  }
  for (const { expected, quiet } of decision.quiets ?? []) {
    if (!await writeQuiet(trx, expected, quiet)) throw new Conflict();
  }
  for (const { expected, configuration } of decision.configurations ?? []) {
    if (!await writeConfiguration(trx, expected, configuration)) throw new Conflict();
  }
  if (decision.usedCode !== undefined && !await useCode(trx, decision.usedCode)) throw new Conflict();
  for (const code of decision.codes ?? []) {
    if (!await giveCode(trx, code)) throw new Conflict();
  }
  for (const identity of decision.identities ?? []) await writeIdentity(trx, identity);
  if (decision.settled && !await settleAction(trx, decision.settled, at)) throw new Conflict();
  if (decision.delivery && !await settleDelivery(trx, decision.delivery)) throw new Conflict();
  const actions = decision.actions ?? [];
  await takeTurns(engine, trx, actions);
  for (const planned of actions) await planAction(trx, planned, at, decision.record === true);
  await addEvents(trx, decision.events ?? []);
  await addAudit(trx, decision.audit ?? []);
  await addPings(trx, decision.pings ?? []);
  // Last, as when leases are given back: rows first, then roles.
  if (decision.lead && !await stillLeads(engine, trx, decision.lead)) throw new Conflict();
}
