import type { Incident } from '../domain/incident.ts';

/** Breakages alone: a summary or a list of lost jobs says nothing of how a platform is looked after. */
const counts = ({ kind }: Incident): boolean => kind === 'breakage' || kind === 'stale';

/** Milliseconds from the incident's opening until somebody first answered it; null: nobody has, or it is no breakage. */
export function timeToAck(incident: Incident): number | null {
  const { firstAcknowledged, openedAt } = incident;
  return counts(incident) && firstAcknowledged !== null ? Math.max(0, firstAcknowledged.at - openedAt) : null;
}

/**
 * Milliseconds from the incident's opening until its jobs were green again, also where a person had closed its issue by
 * then; null: they are not yet, or it ended otherwise, or it is no breakage.
 */
export function timeToFix(incident: Incident): number | null {
  const { closedAt, openedAt, jobs } = incident;
  const green = jobs.some((j) => j.state === 'recovered' && j.left === closedAt);
  return counts(incident) && closedAt !== null && green ? Math.max(0, closedAt - openedAt) : null;
}
