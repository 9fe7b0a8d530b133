import type { Incident } from '../domain/incident.ts';
import type { AuditEntry } from '../domain/notice.ts';
import { timeToAck, timeToFix } from '../policy/responses.ts';
import type { Runtime } from './context.ts';

/** Records how long it took until somebody had an incident, and until it was over, when that is what has just been decided. */
export function measureResponses(rt: Runtime, incident: Incident, audit: readonly AuditEntry[]): void {
  const labels = { project: incident.project, platform: incident.platform };
  const acknowledged = timeToAck(incident);
  if (acknowledged !== null && audit.some((a) => a.at === incident.firstAcknowledged?.at)) rt.metrics.timeToAck.observe(labels, acknowledged / 1000);
  const fixed = timeToFix(incident);
  if (fixed !== null && audit.some((a) => a.what === 'recovered' || (a.what === 'left' && incident.closedBy === 'recovery' && a.at === incident.closedAt))) rt.metrics.timeToFix.observe(labels, fixed / 1000);
}
