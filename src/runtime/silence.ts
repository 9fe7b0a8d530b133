import type { Project } from '../domain/project.ts';
import type { SourceHealth } from '../store/store.ts';

/**
 * Whether a source has not been read well for too long: for `polling.alert_after`, or for three polls where those are further apart.
 * A cron line's pauses are its own (a night, a weekend): there only a poll that failed makes it silent. One that was never read well
 * is. `now`: epoch ms.
 */
export function isSilent({ every, alertAfter }: Project['polling'], health: SourceHealth | undefined, now: number): boolean {
  if (!health?.lastGood) return true;
  if (every.kind === 'cron' && health.error === null) return false;
  return now - health.lastGood > Math.max(alertAfter, every.kind === 'interval' ? 3 * every.ms : 0);
}
