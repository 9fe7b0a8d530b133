import type { Draft } from './draft.ts';
import { deadlinesAnew, deadlinesFrom, NO_DEADLINES } from './due.ts';
import { quietSpell } from './quiet.ts';
import { askedFor, escalationTo, type World } from './world.ts';

type Clock = Pick<World, 'project' | 'unmentionable' | 'quiets' | 'now' | 'advisory'>;

/**
 * Acts on an incident's deadlines: one reminder to those who were asked, one escalation to `escalation.to` alone, one
 * comment when a dismissed breakage outlives its silence (behaviours 17 and 22), one when a snooze is over. After a long
 * sleep only the last that is due is told. What falls into a downtime waits for its end.
 */
export function deadlines(draft: Draft, world: Clock): void {
  if (draft.base === null) return;
  wake(draft, world);
  if (draft.incident.summarisedBy !== null || draft.incident.snooze !== null || !isDue(draft, world.now)) return;
  const until = quietSpell(world.quiets, draft.standing.map((r) => r.platform), world.now);
  if (until === null) tellDue(draft, world);
  else if (draft.incident.state === 'dismissed') draft.set({ stillFailingAt: until });
  else draft.show(deadlinesFrom(draft.incident, until, world.project));
}

const due = (at: number | null, now: number): boolean => at !== null && at <= now;

const isDue = ({ incident }: Draft, now: number): boolean =>
  incident.state === 'dismissed' ? due(incident.stillFailingAt, now) : incident.state === 'open' && (due(incident.remindAt, now) || due(incident.escalateAt, now));

function tellDue(draft: Draft, world: Clock): void {
  const { incident } = draft;
  const { now } = world;
  if (incident.state === 'dismissed') {
    draft.set({ stillFailingAt: null });
    draft.tell(now, { kind: 'still-failing' }, [], 'archsignal', { snoozedUntil: incident.stillFailingAt });
  } else if (incident.scope === 'here' && world.advisory?.has(incident.platform)) {
    // Turned off meanwhile: its way back has an issue of its own.
    draft.set(NO_DEADLINES);
  } else if (due(incident.escalateAt, now)) {
    draft.set(NO_DEADLINES);
    draft.tell(now, { kind: 'escalated' }, escalationTo(world.project), 'archsignal', { deadline: incident.escalateAt });
  } else {
    draft.set({ remindAt: null });
    draft.tell(now, { kind: 'reminded' }, askedFor(world, incident, 'again'), 'archsignal', { deadline: incident.remindAt });
  }
}

/** Says once that a snooze is over and it is still broken; whoever was to be asked is asked later, not now. */
function wake(draft: Draft, { project, now }: Clock): void {
  const { snooze, state } = draft.incident;
  if (snooze === null || state === 'closed' || snooze.until > now) return;
  draft.show({ snooze: null });
  if (state !== 'open') return;
  draft.show(deadlinesAnew(draft.incident, { project, now }));
  draft.tell(now, { kind: 'woken' }, [], 'archsignal', { snooze });
}
