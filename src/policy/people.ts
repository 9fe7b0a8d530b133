import type { Incident } from '../domain/incident.ts';
import { Draft } from './draft.ts';
import type { Change, World } from './world.ts';

/** A person's act on an incident's issue, as the rules see it. Logins without `@`. */
export type IssueAct =
  | { readonly kind: 'closed' | 'reopened' | 'deleted' | 'moved'; readonly by: string }
  | { readonly kind: 'assigned' | 'unassigned'; readonly by: string; readonly assignee: string }
  /** `owner`: the author answers for the platform. A lookup that failed is no. */
  | { readonly kind: 'commented'; readonly by: string; readonly owner: boolean };

/** `slotTaken`: another incident of the platform and kind is open, so this one cannot be opened again beside it. */
type Context = Pick<World, 'project' | 'now'> & { readonly evidence: unknown; readonly slotTaken?: boolean };

/**
 * What a person's act on the issue means for the incident; null: nothing. Closing silences the breakage until it was
 * green once (behaviour 17); assigning oneself or commenting as an owner acknowledges it.
 */
export function onIssueAct(incident: Incident, act: IssueAct, context: Context): Change | null {
  if (incident.state === 'closed') return null;
  const draft = new Draft(incident, incident);
  switch (act.kind) {
    case 'closed': dismiss(draft, act.by, context); break;
    case 'reopened': reopenByHand(draft, act.by, context); break;
    case 'assigned': if (sameLogin(act.by, act.assignee)) acknowledge(draft, act.by, context); break;
    case 'commented': if (act.owner) acknowledge(draft, act.by, context); break;
    case 'unassigned': withdrawAcknowledgement(draft, act.assignee, act.by, context); break;
    case 'deleted': case 'moved': return loseIssue(incident, 'gone', { ...context, actor: `github:${act.by}` });
    default: act satisfies never;
  }
  return draft.change();
}

const sameLogin = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function dismiss(draft: Draft, by: string, { project, now, evidence }: Context): void {
  if (draft.incident.state !== 'open') return;
  draft.show({ state: 'dismissed', remindAt: null, escalateAt: null, stillFailingAt: now + project.escalation.snooze });
  draft.tell(now, { kind: 'dismissed', by }, [], `github:${by}`, evidence);
}

function reopenByHand(draft: Draft, by: string, { project, now, evidence, slotTaken }: Context): void {
  if (draft.incident.state !== 'dismissed' || slotTaken) return;
  const waiting = draft.incident.acknowledged === null;
  draft.show({ state: 'open', stillFailingAt: null, ...(waiting ? deadlinesFrom(now, project) : {}) });
  draft.tell(now, { kind: 'reopened-by-hand', by }, [], `github:${by}`, evidence);
}

const deadlinesFrom = (now: number, project: World['project']): Pick<Incident, 'remindAt' | 'escalateAt'> =>
  ({ remindAt: now + project.escalation.remindAfter, escalateAt: now + project.escalation.escalateAfter });

function acknowledge(draft: Draft, by: string, { now, evidence }: Context): void {
  if (draft.incident.acknowledged !== null || draft.incident.state !== 'open') return;
  draft.show({ acknowledged: { by, at: now }, remindAt: null, escalateAt: null });
  draft.tell(now, { kind: 'acknowledged', by }, [], `github:${by}`, evidence);
}

function withdrawAcknowledgement(draft: Draft, assignee: string, by: string, { project, now, evidence }: Context): void {
  const { acknowledged, state } = draft.incident;
  if (state !== 'open' || acknowledged === null || !sameLogin(acknowledged.by, assignee)) return;
  draft.show({ acknowledged: null, ...deadlinesFrom(now, project) });
  draft.tell(now, { kind: 'unacknowledged' }, [], `github:${by}`, evidence);
}

/**
 * The incident without the issue that it had: it gets one other, which links the old one and mentions nobody.
 * `gone`: deleted or moved away, replaced once. `full`: too many comments, continued as often as needed.
 * A dismissed incident asks for no other issue: somebody has put it away.
 */
export function loseIssue(incident: Incident, why: 'gone' | 'full', context: Context & { readonly actor: string }): Change | null {
  if (incident.issue === null || incident.state === 'closed') return null;
  const draft = new Draft(incident, incident);
  draft.show({ issue: null, generation: incident.generation + 1, lostIssues: [...incident.lostIssues, incident.issue] });
  draft.tell(context.now, { kind: 'replaced' }, [], context.actor, { why, issue: incident.issue, evidence: context.evidence });
  return draft.change();
}

