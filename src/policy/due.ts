import { brokeAgain, type Incident, type IncidentJob } from '../domain/incident.ts';
import type { Project, WorkingHours } from '../domain/project.ts';
import { platformOf, type World } from './world.ts';
import { nextAtWork } from './working-hours.ts';

/** When an incident is reminded of and escalated (epoch ms); null: not, or not again. */
export type Deadlines = Pick<Incident, 'remindAt' | 'escalateAt'>;

/** Nobody is reminded, and nobody else asked. */
export const NO_DEADLINES: Deadlines = { remindAt: null, escalateAt: null };

/** A reminder that waited for working hours leaves its readers this long (ms) before others are asked. */
const BREATH = 2 * 3_600_000;

type Where = Pick<Incident, 'kind' | 'scope' | 'platform'>;
type Clock = { readonly project: Project; readonly now: number } & Pick<World, 'advisory'>;

/**
 * When an incident with these rows is reminded of and escalated; never, where none of its jobs ever passed: its owners
 * are told of that once (behaviour 7).
 */
export function deadlinesFor(incident: Where, rows: readonly IncidentJob[], { project, now, advisory }: Clock): Deadlines {
  if (incident.scope === 'here' && advisory?.has(incident.platform)) return NO_DEADLINES;
  if (rows.length > 0 && rows.every((r) => r.neverGreen)) return NO_DEADLINES;
  const { remindAfter, escalateAfter } = project.escalation;
  return withinHours(incident, { remindAt: now + remindAfter, escalateAt: now + escalateAfter }, project);
}

/**
 * The deadlines of an incident that waits for an answer again: anew from `now`, without what was said already since it
 * opened (behaviour 22: nothing repeats). None, where somebody has it or has said what it is.
 */
export function deadlinesAnew(incident: Incident, clock: Clock): Deadlines {
  if (incident.state !== 'open' || incident.acknowledged !== null || incident.classified !== null || incident.summarisedBy !== null) return NO_DEADLINES;
  // A job that breaks beside others that never passed asks anew (behaviour 7).
  const opened = incident.facts.findLastIndex((f) => f.kind === 'opened' || brokeAgain(f) || (f.kind === 'joined' && f.asks.length > 0));
  const said = new Set(incident.facts.slice(Math.max(0, opened)).map((f) => f.kind));
  const { remindAt, escalateAt } = deadlinesFor(incident, incident.jobs.filter((r) => r.left === null), clock);
  if (said.has('escalated')) return NO_DEADLINES;
  return { remindAt: said.has('reminded') ? null : remindAt, escalateAt };
}

/** The deadlines put off until `from` (epoch ms), in their order and within the owners' hours. */
export function deadlinesFrom(incident: Incident, from: number, project: Project): Deadlines {
  const { remindAt, escalateAt } = incident;
  const later = (at: number | null): number | null => at === null ? null : Math.max(at, from);
  return withinHours(incident, { remindAt: later(remindAt), escalateAt: later(escalateAt) }, project, gapOf(remindAt, escalateAt));
}

/** How long (ms) there is between the two at least. */
const gapOf = (remindAt: number | null, escalateAt: number | null): number =>
  remindAt === null || escalateAt === null ? 0 : Math.min(BREATH, Math.max(0, escalateAt - remindAt));

/** Never earlier than given. What breaks everywhere, or is nobody's port, is asked of others than the platform's owners. */
function withinHours(where: Where, { remindAt, escalateAt }: Deadlines, project: Project, gap = gapOf(remindAt, escalateAt)): Deadlines {
  const hours = hoursOf(where, project);
  const put = (at: number): number => hours === null ? at : nextAtWork(at, hours);
  const reminded = remindAt === null ? null : put(remindAt);
  const escalated = escalateAt === null ? null : put(reminded === null || gap === 0 ? escalateAt : Math.max(escalateAt, reminded + gap));
  return { remindAt: reminded, escalateAt: escalated };
}

function hoursOf({ kind, scope, platform }: Where, project: Project): WorkingHours | null {
  if (scope === 'everywhere' || kind === 'flood' || kind === 'configuration') return null;
  return platformOf(project, platform)?.hours ?? null;
}
