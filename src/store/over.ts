import { sql } from 'kysely';
import { commit } from './commit.ts';
import { configurations, configurationsVersion } from './configurations.ts';
import type { Engine } from './engine.ts';
import { inTransaction } from './engine.ts';
import { messageOf } from './errors.ts';
import { goodDays, noteGoodDay, platformEvents } from './evidence.ts';
import { identityOf, linkCode } from './identities.ts';
import { claimDeliveries, deferDelivery, receive, receiveInHand } from './inbox.ts';
import { dueIncidents, incidentById, incidentByIssue, incidents, incidentsSince, lastClosed } from './incidents.ts';
import { knowsIssue } from './issues.ts';
import { keepAction, lease, release, renew, time } from './leases.ts';
import { claimActions, countActions, entityActions, listActions, nextActionAt, reviveAction } from './outbox.ts';
import { dueProposals, proposalById, proposalByIssue, proposals } from './proposals.ts';
import { quiets } from './quiets.ts';
import { jobStates, saveReadings } from './readings.ts';
import { auditBy, auditOf, metaValue, pingsSince, saveSourceHealth, setMeta, settleMeta, sourceHealth } from './records.ts';
import { lastRuns, rollups, runsSince } from './runs.ts';
import { conflictById, conflictByIssue, conflicts, dueConflicts } from './conflicts.ts';
import { stepWarningById, stepWarningByIssue, stepWarnings } from './step-warnings.ts';
import type { Store } from './store.ts';
import { maintain } from './upkeep.ts';
import { clearWarnings, markWarningTold, raiseWarnings, standingWarnings } from './warnings.ts';

/** The store's interface over an open engine: which module does what. */
export function storeOver(engine: Engine): Store {
  let closed: Promise<void> | null = null;
  return {
    engine: engine.kind,

    jobStates: (project) => jobStates(engine, project),
    saveReadings: (project, _at, readings, lead) => saveReadings(engine, project, readings, lead),
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

    proposals: (project, decidedSince) => proposals(engine, project, decidedSince),
    proposal: (id) => proposalById(engine, id),
    proposalByIssue: (repo, number) => proposalByIssue(engine, repo, number),
    dueProposals: (now, limit) => dueProposals(engine, now, limit),
    stepWarnings: (project) => stepWarnings(engine, project),
    stepWarning: (id) => stepWarningById(engine, id),
    stepWarningByIssue: (repo, number) => stepWarningByIssue(engine, repo, number),
    conflicts: (project, overSince) => conflicts(engine, project, overSince),
    conflict: (id) => conflictById(engine, id),
    conflictByIssue: (repo, number) => conflictByIssue(engine, repo, number),
    dueConflicts: (now, limit) => dueConflicts(engine, now, limit),
    quiets: (project, overAfter) => quiets(engine, project, overAfter),
    identity: (member) => identityOf(engine, member),
    linkCode: (hash) => linkCode(engine, hash),
    platformEvents: (project, since) => platformEvents(engine, project, since),
    goodDays: (project, fromDay, toDay) => goodDays(engine, project, fromDay, toDay),
    noteGoodDay: (project, sources, day) => noteGoodDay(engine, project, sources, day),
    incidentsSince: (project, since) => incidentsSince(engine, project, since),
    runsSince: (project, key, since) => runsSince(engine, project, key, since),
    auditBy: (actor, since, limit) => auditBy(engine, actor, since, limit),

    configurations: () => configurations(engine),
    configurationsVersion: () => configurationsVersion(engine),

    claimActions: (claim) => claimActions(engine, claim),
    keepAction: (claimed) => keepAction(engine, claimed),
    renewActions: (renewal) => renew(engine, 'outbox', renewal),
    renewDeliveries: (renewal) => renew(engine, 'inbox', renewal),
    nextActionAt: (skip = []) => nextActionAt(engine, skip),
    entityActions: (entity, since) => entityActions(engine, entity, since),
    listActions: (filter) => listActions(engine, filter),
    countActions: () => countActions(engine),
    reviveAction: (key, now) => reviveAction(engine, key, now),
    release: (owner, now) => release(engine, owner, now),
    releaseAll: async (now) => { if (engine.kind === 'sqlite') await release(engine, null, now); },

    knowsIssue: (repo, number) => knowsIssue(engine, repo, number),
    receive: (deliveries, now) => receive(engine, deliveries, now),
    receiveInHand: (deliveries, claim) => receiveInHand(engine, deliveries, claim),
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
    time: () => time(engine),
    ping: async () => await problemOf(engine) === null,
    problem: () => problemOf(engine),
    close: () => (closed ??= engine.close()),
  };
}

async function problemOf(engine: Engine): Promise<Error | null> {
  try {
    await sql`select 1`.execute(engine.db);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}
