import type { Incident } from '../domain/incident.ts';
import { acknowledge, classify, dismiss, keepOpen, reopen, sameLogin, snooze, unacknowledge, unclassify, unsnooze, type ActContext } from './acts.ts';
import { Draft } from './draft.ts';
import { classOf, milestoneReason, putOffUntil } from './milestones.ts';
import type { Change, World } from './world.ts';

/** A person's act on an incident's issue by hand, as the rules see it. Logins without `@`. */
export type IssueAct =
  /** `closed-by-bot`: by one that is not read like people. `own`: by our own App, in a time that the store does not remember. */
  | { readonly kind: 'closed' | 'closed-by-bot' | 'reopened' | 'deleted' | 'moved'; readonly by: string; readonly own?: boolean }
  /** `owner`: `by` answers for the incident, so whom they assign has it. A lookup that failed is no. */
  | { readonly kind: 'assigned'; readonly by: string; readonly assignee: string; readonly owner?: boolean }
  | { readonly kind: 'unassigned'; readonly by: string; readonly assignee: string }
  | { readonly kind: 'labeled' | 'unlabeled'; readonly by: string; readonly label: string }
  /** `milestone`: its title. */
  | { readonly kind: 'milestoned' | 'demilestoned'; readonly by: string; readonly milestone: string }
  /** `owner`: the author answers for the incident. A lookup that failed is no. */
  | { readonly kind: 'commented'; readonly by: string; readonly owner: boolean };

/** `slotTaken`: another incident of the platform and kind is open, so this one cannot be opened again beside it. */
type Context = Pick<World, 'project' | 'now'> & { readonly evidence: unknown; readonly slotTaken?: boolean; /** When it was done (epoch ms), where that is known. */ readonly said?: number };

/**
 * What a person's act on the issue means for the incident, which is what the command would; null: nothing. Closing
 * silences the breakage until it was green once (behaviour 17), unless a bot did it: then the issue is opened again.
 */
export function onIssueAct(incident: Incident, act: IssueAct, context: Context): Change | null {
  const { project, now, evidence, said } = context;
  const by = (login: string): ActContext => ({ project, now, evidence, by: login, actor: `github:${act.by}`, ...(said === undefined ? {} : { said }) });
  const own = by(act.by);
  if (incident.state === 'closed' && act.kind !== 'labeled' && act.kind !== 'unlabeled') return null;
  switch (act.kind) {
    case 'closed': return dismiss(incident, own);
    case 'closed-by-bot': return keepOpen(incident, own, act.own ?? false);
    case 'reopened': return reopen(incident, context.slotTaken ?? false, own);
    case 'deleted': case 'moved': return loseIssue(incident, 'gone', { ...context, actor: own.actor });
    case 'assigned': return sameLogin(act.by, act.assignee) ? acknowledge(incident, own) : act.owner ? acknowledge(incident, { ...by(act.assignee), given: true }) : null;
    case 'unassigned': return sameLogin(incident.acknowledged?.by ?? '', act.assignee) ? unacknowledge(incident, own, { assigned: false }) : null;
    case 'commented': return act.owner && incident.acknowledged === null ? acknowledge(incident, own) : null;
    case 'labeled': case 'unlabeled': return onLabel(incident, act, own);
    case 'milestoned': case 'demilestoned': return onMilestone(incident, act, own);
    default: return act satisfies never;
  }
}

/** What undoes a closing, and what undoes a reopening. */
const UNDOES = { closed: ['reopened', 'reopened-by-hand', 'kept-open'], reopened: ['dismissed'] } as const;

/**
 * Whether the issue was opened again after it is said to have been closed, or closed after it is said to have been opened
 * (`said`, epoch ms; within one second, what arrives last counts): then this is old news, perhaps sent again by somebody.
 */
export function isOldNews({ facts }: Pick<Incident, 'facts'>, act: 'closed' | 'reopened', said: number): boolean {
  const undone = facts.findLast((f) => (UNDOES[act] as readonly string[]).includes(f.kind));
  return undone !== undefined && Math.floor(said / 1_000) < Math.floor(undone.at / 1_000);
}

function onLabel(incident: Incident, act: Extract<IssueAct, { kind: 'labeled' | 'unlabeled' }>, context: ActContext): Change | null {
  const as = classOf(act.label);
  if (as === null) return null;
  return act.kind === 'labeled' ? classify(incident, { as, note: null }, context) : unclassify(incident, as, context);
}

/** Putting the issue off to a later release silences it until this one is out; taking it back ends that silence and no other. */
function onMilestone(incident: Incident, act: Extract<IssueAct, { kind: 'milestoned' | 'demilestoned' }>, context: ActContext): Change | null {
  const reason = milestoneReason(act.milestone);
  if (act.kind === 'demilestoned') return incident.snooze?.reason === reason ? unsnooze(incident, context) : null;
  const until = putOffUntil(act.milestone, context.project, context.now);
  return until === null ? null : snooze(incident, { until, reason }, context);
}

/**
 * The incident without the issue that it had: it gets one other, which links the old one and mentions nobody.
 * `gone`: deleted or moved away, replaced once. `full`: too many comments, continued as often as needed.
 * A dismissed incident asks for no other issue: somebody has put it away.
 */
export function loseIssue(incident: Incident, why: 'gone' | 'full', context: Context & { readonly actor: string }): Change | null {
  if (incident.issue === null || incident.state === 'closed') return null;
  const draft = new Draft(incident, incident);
  draft.show({ issue: null, generation: incident.generation + 1, lostIssues: [...incident.lostIssues, { ...incident.issue, ...(why === 'full' ? { full: true } : {}) }] });
  draft.tell(context.now, { kind: 'replaced' }, [], context.actor, { why, issue: incident.issue, evidence: context.evidence });
  return draft.change();
}
