import type { Draft } from './draft.ts';
import { askedFor, escalationTo, type World } from './world.ts';

/**
 * Acts on an incident's deadlines: one reminder to those who were asked, one escalation to `escalation.to` alone, one
 * comment when a dismissed breakage outlives its snooze (behaviours 17 and 22). After a long sleep only the last that is
 * due is told.
 */
export function deadlines(draft: Draft, world: Pick<World, 'project' | 'unmentionable' | 'now'>): void {
  const { incident } = draft;
  const { now } = world;
  if (incident.summarisedBy !== null || draft.base === null) return;
  const due = (at: number | null): boolean => at !== null && at <= now;
  if (incident.state === 'dismissed' && due(incident.stillFailingAt)) {
    draft.set({ stillFailingAt: null });
    draft.tell(now, { kind: 'still-failing' }, [], 'archsignal', { snoozedUntil: incident.stillFailingAt });
  }
  if (incident.state !== 'open') return;
  if (due(incident.escalateAt)) {
    draft.set({ remindAt: null, escalateAt: null });
    draft.tell(now, { kind: 'escalated' }, escalationTo(world.project), 'archsignal', { deadline: incident.escalateAt });
  } else if (due(incident.remindAt)) {
    draft.set({ remindAt: null });
    draft.tell(now, { kind: 'reminded' }, askedFor(world, incident), 'archsignal', { deadline: incident.remindAt });
  }
}
