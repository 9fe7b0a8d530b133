import type { Incident } from '../domain/incident.ts';
import { invalidate } from '../policy/proposals.ts';
import { forgottenConflict } from '../policy/conflict-acts.ts';
import { forgotten } from '../policy/step-warnings.ts';
import type { Runtime } from './context.ts';

const KEY = 'mode';

/**
 * Begins anew with incidents when the store was last used in another mode (dry, shadow, live): what was only recorded
 * or shadowed is closed, so that the first live poll files what is broken then. Runs and their history stay.
 */
export async function switchMode(rt: Runtime): Promise<void> {
  const before = await rt.store.settle(KEY, rt.mode);
  if (before === rt.mode) return;
  for (const { project } of rt.projects.values()) {
    for (const incident of await rt.store.incidents(project.name, Number.MAX_SAFE_INTEGER)) {
      await rt.store.commit({
        at: rt.now(), incidents: [{ expected: incident.revision, incident: ended(incident, rt.now()) }],
        audit: [{ at: rt.now(), project: project.name, entity: `incident:${incident.id}`, what: 'ended', actor: 'archsignal', evidence: { mode: { from: before, to: rt.mode } } }],
      });
    }
    for (const proposal of await rt.store.proposals(project.name, Number.MAX_SAFE_INTEGER)) {
      const change = invalidate(proposal, `Archsignal went from ${before} to ${rt.mode} mode, so it is to be proposed anew`, { now: rt.now(), evidence: { from: before, to: rt.mode } });
      if (change) await rt.store.commit({ at: rt.now(), proposals: [change], audit: change.audit });
    }
    for (const conflict of await rt.store.conflicts(project.name, Number.MAX_SAFE_INTEGER)) {
      const change = forgottenConflict(conflict, rt.now());
      await rt.store.commit({ at: rt.now(), conflicts: [change], audit: change.audit });
    }
    for (const warning of await rt.store.stepWarnings(project.name)) {
      const change = forgotten(warning, rt.now());
      await rt.store.commit({ at: rt.now(), stepWarnings: [change], audit: change.audit });
    }
  }
  await rt.store.setMeta(KEY, rt.mode);
  rt.log.info({ from: before, to: rt.mode }, 'the mode changed: open incidents were ended and are decided about anew');
}

const ended = (incident: Incident, now: number): Incident => ({
  ...incident, state: 'closed', closedAt: now, closedBy: 'moved', issue: null, messages: {}, remindAt: null, escalateAt: null,
  stillFailingAt: null, revision: incident.revision + 1, jobs: incident.jobs.map((j) => j.left === null ? { ...j, left: now, state: 'moved' as const } : j),
});
