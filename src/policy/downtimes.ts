import { platformSlug, type PlatformId } from '../domain/platform.ts';
import type { Incident } from '../domain/incident.ts';
import type { Quiet } from '../domain/quiet.ts';
import { Draft, slugged } from './draft.ts';
import { deadlinesAnew } from './due.ts';
import type { Change, World } from './world.ts';

/** What a downtime is planned from; times in epoch milliseconds. */
export interface Plan {
  readonly project: string;
  readonly platform: PlatformId;
  readonly from: number;
  readonly to: number;
  readonly reason: string | null;
  readonly by: string;
  readonly at: number;
}

/** The downtime; the same plan said at the same moment has the same id, so that a repetition adds nothing. */
export const plannedDowntime = (plan: Plan): Quiet => ({
  ...plan, kind: 'downtime', revision: 1, ended: null,
  id: `downtime-${slugged(plan.project)}-${platformSlug(plan.platform)}-${[plan.from, plan.to, plan.at].map((t) => Math.floor(t / 1_000).toString(36)).join('-')}`,
});

/** The quiet time, over since `at` (epoch ms). */
export const endedQuiet = (quiet: Quiet, by: string, at: number): Quiet => ({ ...quiet, revision: quiet.revision + 1, ended: { by, at } });

/** An incident whose deadlines a downtime had put off: they need not wait for its planned end any more. Null: they do not. */
export function afterDowntime(incident: Incident, clock: Pick<World, 'project' | 'now'>): Change | null {
  if (incident.state !== 'open') return null;
  const anew = deadlinesAnew(incident, clock);
  const sooner = (at: number | null, fresh: number | null): number | null => at === null || fresh === null ? at : Math.min(at, fresh);
  const deadlines = { remindAt: sooner(incident.remindAt, anew.remindAt), escalateAt: sooner(incident.escalateAt, anew.escalateAt) };
  if (deadlines.remindAt === incident.remindAt && deadlines.escalateAt === incident.escalateAt) return null;
  const draft = new Draft(incident, incident);
  draft.show(deadlines);
  return draft.change();
}
