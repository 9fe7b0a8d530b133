import { sql } from 'kysely';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { inTransaction } from './engine.ts';
import { claimDeliveries, deferDelivery, receive } from './inbox.ts';
import { dueIncidents, incidentById, incidentByIssue, incidents, lastClosed } from './incidents.ts';
import { lease, release, renew } from './leases.ts';
import { claimActions, countActions, entityActions, listActions, nextActionAt, reviveAction } from './outbox.ts';
import { jobStates, saveReadings } from './readings.ts';
import { auditOf, metaValue, pingsSince, saveSourceHealth, setMeta, settleMeta, sourceHealth } from './records.ts';
import { lastRuns, rollups } from './runs.ts';
import type { Store } from './store.ts';
import { maintain } from './upkeep.ts';
import { clearWarnings, markWarningTold, raiseWarnings, standingWarnings } from './warnings.ts';

/** The store's interface over an open engine: which module does what. */
export function storeOver(engine: Engine): Store {
  let closed: Promise<void> | null = null;
  return {
    engine: engine.kind,

    jobStates: (project) => jobStates(engine, project),
    saveReadings: (project, _at, readings) => saveReadings(engine, project, readings),
    lastRuns: (project, keys, limit) => lastRuns(engine, project, keys, limit),
    rollups: (project, key, fromDay, toDay) => rollups(engine, project, key, fromDay, toDay),
    sourceHealth: (project) => sourceHealth(engine, project),
    saveSourceHealth: (project, health) => inTransaction(engine, (trx) => saveSourceHealth(trx, project, health)),

    incidents: (project, closedSince) => incidents(engine, project, closedSince),
    incident: (id) => incidentById(engine, id),
    incidentByIssue: (repo, number) => incidentByIssue(engine, repo, number),
    lastClosed: (project, platform, kind) => lastClosed(engine, project, platform, kind),
    dueIncidents: (now, limit) => dueIncidents(engine, now, limit),
    commit: (decision) => commit(engine, decision),

    claimActions: (claim) => claimActions(engine, claim),
    renew: (owner, now, leaseFor) => renew(engine, owner, now, leaseFor),
    nextActionAt: (skip = []) => nextActionAt(engine, skip),
    entityActions: (entity) => entityActions(engine, entity),
    listActions: (filter) => listActions(engine, filter),
    countActions: () => countActions(engine),
    reviveAction: (key, now) => reviveAction(engine, key, now),
    release: (owner, now) => release(engine, owner, now),
    releaseAll: async (now) => { if (engine.kind === 'sqlite') await release(engine, null, now); },

    receive: (delivery, now) => receive(engine, delivery, now),
    claimDeliveries: (claim) => claimDeliveries(engine, claim),
    deferDelivery: (id, attempts, next) => deferDelivery(engine, id, attempts, next),
    lease: (name, owner, now, ttl) => lease(engine, name, owner, now, ttl),

    raiseWarnings: (warnings, now) => raiseWarnings(engine, warnings, now),
    clearWarnings: (project, prefix, keep, now) => clearWarnings(engine, project, prefix, keep, now),
    warnings: (project) => standingWarnings(engine, project),
    markWarningTold: (key, now) => markWarningTold(engine, key, now),

    pings: (filter) => pingsSince(engine, filter),
    auditOf: (entity) => auditOf(engine, entity),

    settle: (key, value) => settleMeta(engine, key, value),
    meta: (key) => metaValue(engine, key),
    setMeta: (key, value) => setMeta(engine, key, value),

    maintain: (now, keep) => maintain(engine, now, keep),
    ping: () => answers(engine),
    close: () => (closed ??= engine.close()),
  };
}

async function answers(engine: Engine): Promise<boolean> {
  try {
    await sql`select 1`.execute(engine.db);
    return true;
  } catch {
    return false;
  }
}
