import type { Incident, IncidentJob } from '../domain/incident.ts';
import { Draft, evidenceOf } from './draft.ts';
import { deadlinesAnew } from './due.ts';
import type { World } from './world.ts';

/** An incident that goes on, and the rows that are not of it. */
export interface GoneOn {
  readonly draft: Draft;
  readonly rest: readonly IncidentJob[];
}

/**
 * The incident that closed only because its jobs left the configuration, or were muted, and which goes on with those that are
 * back as broken as they went: they were told of already, and nobody is asked again. What a person closed stays silent
 * (behaviour 17). Null: none of the rows is of it, or it is too long ago.
 */
export function goneOn(last: Incident, rows: readonly IncidentJob[], world: World): GoneOn | null {
  const silent = last.closedBy === 'person';
  if (last.summarisedBy !== null || !(silent || isRecent(last, world))) return null;
  const before = new Map(last.jobs.map((r) => [r.key, r]));
  const same = rows.filter((r) => isSame(before.get(r.key), r, silent));
  if (same.length === 0) return null;
  const draft = new Draft(last, last);
  const keys = new Set(same.map((r) => r.key));
  draft.show({ closedAt: null, closedBy: null, jobs: [...last.jobs.filter((r) => !keys.has(r.key)), ...same] });
  if (silent) stayDismissed(draft, world);
  else openAgain(draft, same, world);
  return { draft, rest: rows.filter((r) => !keys.has(r.key)) };
}

const isRecent = ({ closedBy, closedAt }: Incident, { now, project }: World): boolean =>
  closedBy === 'untracked' && now - (closedAt ?? 0) < project.signal.reopenWithin;

/** It left without being well, and has not been since. A mute is for a time, after which it is told anew unless a person has closed it. */
const isSame = (before: IncidentJob | undefined, now: IncidentJob, silent: boolean): boolean =>
  before !== undefined && (before.state === 'untracked' || (silent && before.state === 'muted')) && (now.lastGreen ?? 0) <= (before.lastGreen ?? 0);

/** The one comment about what outlives the silence is due still, unless it was made. */
function stayDismissed(draft: Draft, { now, project }: World): void {
  const said = draft.incident.facts.findLast((f) => f.kind === 'dismissed' || f.kind === 'still-failing')?.kind === 'still-failing';
  draft.show({ state: 'dismissed', stillFailingAt: said ? null : now + project.escalation.snooze });
}

function openAgain(draft: Draft, rows: readonly IncidentJob[], world: World): void {
  draft.show({ state: 'open' });
  draft.show(deadlinesAnew(draft.incident, world));
  draft.tell(world.now, { kind: 'reopened', tracked: true }, [], 'archsignal', evidenceOf(rows));
}
