import type { OutboxRow } from '../domain/action.ts';
import { standingJobs, type Incident } from '../domain/incident.ts';
import { reconcile, type Desk } from '../policy/reconcile.ts';
import type { Change } from '../policy/world.ts';
import type { CommitResult, Decision } from '../store/store.ts';
import type { Runtime } from './context.ts';
import { channelsFor } from './tracked.ts';
import { noteIncident } from './warnings.ts';

/** Where the incident is told of, now. Without Slack and in shadow mode nothing is planned that nobody would read. */
export function deskOf(rt: Runtime, incident: Incident): Desk {
  const tracked = rt.projects.get(incident.project);
  const channels = rt.slack !== null && tracked ? channelsFor(tracked.project, incident) : [];
  return { now: rt.now(), channels };
}

/**
 * Writes one change with everything that follows from it (audit, mentions, the outbox rows that are missing) in one
 * transaction. `conflict`: decide again on what is stored now.
 */
export async function commitChange(rt: Runtime, change: Change, extra: Pick<Decision, 'delivery' | 'settled'> = {}): Promise<CommitResult> {
  const { incident } = change;
  const rows = await entityRows(rt, incident, change.expected === null);
  const result = await rt.store.commit({
    at: rt.now(),
    incidents: [{ expected: change.expected, incident }],
    audit: change.audit,
    pings: change.pings.map((p) => ({ ...p, mode: rt.mode })),
    actions: reconcile(incident, rows, deskOf(rt, incident)),
    record: rt.mode === 'dry',
    ...extra,
  });
  if (result === 'committed') {
    const fact = incident.facts.at(-1);
    rt.log.info({ project: incident.project, platform: incident.platform, incident: incident.id, jobs: standingJobs(incident).map((j) => j.name), revision: incident.revision, state: incident.state, fact: fact?.kind }, 'incident changed');
    rt.wake();
    await noteIncident(rt, incident);
  }
  return result;
}

const entityRows = async (rt: Runtime, incident: Incident, isNew: boolean): Promise<OutboxRow[]> =>
  isNew ? [] : rt.store.entityActions(`incident:${incident.id}`);

/** Plans what is missing for an incident that has not changed: a deadline of another row has passed, a channel was added. */
export async function reconcileOnly(rt: Runtime, incident: Incident): Promise<void> {
  const rows = await rt.store.entityActions(`incident:${incident.id}`);
  const known = new Set(rows.map((r) => r.key));
  const actions = reconcile(incident, rows, deskOf(rt, incident)).filter((a) => !known.has(a.key));
  if (actions.length === 0) return;
  await rt.store.commit({ at: rt.now(), actions, record: rt.mode === 'dry' });
  rt.wake();
}
