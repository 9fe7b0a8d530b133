import type { GitHubEvent } from '../../delivery/github/listen.ts';
import type { Audience } from '../../domain/action.ts';
import type { Conflict } from '../../domain/conflict.ts';
import type { Incident } from '../../domain/incident.ts';
import { actorName } from '../../domain/person.ts';
import type { Proposal } from '../../domain/proposal.ts';
import type { StepWarning } from '../../domain/step-warning.ts';
import { dismiss } from '../../policy/acts.ts';
import { invalidate } from '../../policy/proposals.ts';
import { dismissWarning } from '../../policy/step-warnings.ts';
import type { HeldDelivery } from '../../store/store.ts';
import { commitBundle, type Bundle } from '../commit.ts';
import type { Runtime } from '../context.ts';
import { isTurnedSince } from '../issue-now.ts';
import { noteLeft, noteReactivationClosed } from '../untracked.ts';
import { answerTo, endedReply, isTired, reactionTo } from './answer.ts';
import { hasToWait, isAnswered, linesOf, sourceOf } from './comment.ts';
import { digestOf, type Answered } from './run.ts';
import { TRIES } from './rounds.ts';

/** What is said and done on issues of projects that are not tracked any more. Nobody follows them, and their people are told so. */

/** Tracked again, it stays in silence for this long (ms) first: what a file has that says nothing of it. */
const SILENCE = 72 * 3_600_000;

/** What an issue of ours is about, where its project is not tracked any more. */
interface Ended {
  readonly project: string;
  readonly incident: Incident | null;
  readonly proposal: Proposal | null;
  readonly warning: StepWarning | null;
  /** The one whose reactivation issue it is. */
  readonly conflict: Conflict | null;
}

/** What puts an issue away by hand, as a clause about whoever did it. Nobody files another one for what nobody follows. */
const AWAY: Readonly<Partial<Record<GitHubEvent['event'], string>>> = { 'issues.closed': 'closed its issue', 'issues.deleted': 'deleted its issue', 'issues.transferred': 'moved its issue away' };

/**
 * Answers commands that were said on an issue of a project that is not tracked any more, and notes that one was closed,
 * deleted or moved away by hand. False: the event is about something else.
 */
export async function handleEnded(rt: Runtime, held: HeldDelivery, event: GitHubEvent, repo: string): Promise<boolean> {
  const lines = linesOf(event);
  const closes = AWAY[event.event] !== undefined;
  if (!event.issue || (!closes && lines.length === 0)) return false;
  const { number } = event.issue;
  const ended = await endedAt(rt, repo, number);
  if (ended === null) return false;
  if (closes) await noteClosing(rt, held, event, { repo, number, project: ended.project });
  else await answer(rt, held, event, { repo, number, project: ended.project, lines });
  return true;
}

async function endedAt({ store, projects }: Runtime, repo: string, number: number): Promise<Ended | null> {
  const [incident, proposal, warning, conflict] = await Promise.all([store.incidentByIssue(repo, number), store.proposalByIssue(repo, number), store.stepWarningByIssue(repo, number), store.conflictByIssue(repo, number)]);
  const owners = [incident, proposal, warning, conflict].filter((o) => o !== null);
  const [first] = owners;
  return first === undefined || owners.some((o) => projects.has(o.project)) ? null : { project: first.project, incident, proposal, warning, conflict };
}

interface At {
  readonly repo: string;
  readonly number: number;
  readonly project: string;
}

/** Closed, deleted or moved away by a person it is put away. A bot's closing is nobody's word, and there is nothing to be kept open. */
async function noteClosing(rt: Runtime, held: HeldDelivery, event: GitHubEvent, { repo, number, project }: At): Promise<void> {
  const delivery = { id: held.id, attempts: held.attempts };
  const counts = !event.actor.bot && (event.event !== 'issues.closed' || !await isTurnedSince(rt, event));
  for (let i = 0; i < TRIES; i++) {
    const ended = counts ? await endedAt(rt, repo, number) : null;
    if (ended !== null && ended.conflict?.reactivation?.number === number) await noteReactivationClosed(rt, ended.conflict.id);
    const bundle = ended === null ? {} : putAway(ended, number, event, { now: rt.now(), delivery: held.id });
    // Without a change only a lost lease can be in the way: somebody else has the delivery now.
    if (await commitBundle(rt, { ...bundle, delivery }) !== 'committed' && Object.values(bundle).some((changes) => changes.length > 0)) continue;
    return counts ? noteLeft(rt, project) : undefined;
  }
  throw new Error('what the issue is about kept changing while its closing was handled');
}

/** What goes with the issue that it has now. */
function putAway({ incident, proposal, warning }: Ended, number: number, { event, actor: { login: by }, at: said, issue }: GitHubEvent, { now, delivery }: { readonly now: number; readonly delivery: string }): Pick<Bundle, 'incidents' | 'proposals' | 'stepWarnings'> {
  const occasion = { now, evidence: { delivery, url: issue?.url ?? null } };
  const isAt = (about: { readonly issue: { readonly number: number } | null } | null): boolean => about?.issue?.number === number;
  const context = { ...occasion, by, actor: `github:${by}`, said, project: { escalation: { snooze: SILENCE } } };
  return {
    incidents: [incident !== null && isAt(incident) ? dismiss(incident, context) : null].filter((c) => c !== null),
    proposals: [proposal !== null && isAt(proposal) ? invalidate(proposal, `its project is no longer tracked, and ${by} ${AWAY[event] ?? 'put its issue away'}`, occasion) : null].filter((c) => c !== null),
    stepWarnings: [warning !== null && isAt(warning) ? dismissWarning(warning, by, occasion) : null].filter((c) => c !== null),
  };
}

/** Once for the comment, whatever its lines ask for: nothing that is known here is kept true any more. */
async function answer(rt: Runtime, held: HeldDelivery, event: GitHubEvent, at: At & { readonly lines: readonly string[] }): Promise<void> {
  const { repo, number, project, lines } = at;
  const delivery = { id: held.id, attempts: held.attempts };
  if (!event.comment) return void await rt.store.commit({ at: rt.now(), delivery });
  const { comment, actor: { login } } = event;
  const source = sourceOf(event.event, comment.id, event.at, lines);
  const audience: Audience = { surface: 'github', repo, number };
  if (await hasToWait(rt, held, event, { ...at, comment: comment.id, source })) return;
  if (await isAnswered(rt, source, lines.length)) return void await rt.store.commit({ at: rt.now(), delivery });
  const reply = endedReply(project);
  const answers: Answered[] = [{ line: lines[0] ?? '', ending: 'refused', reply, later: false, unsure: false }];
  const actor = actorName({ surface: 'github', login, slack: null });
  const action = await isTired(rt, actor, answers) ? reactionTo(repo, comment.id, 'confused', { source, project })
    : answerTo(audience, reply, { source, project, since: Math.min(event.at, rt.now()) });
  await rt.store.commit({
    at: rt.now(), record: rt.mode === 'dry', actions: [action], delivery,
    audit: [{ at: rt.now(), project, entity: `command:${source}`, what: 'refused', actor, evidence: { line: lines.join('\n').slice(0, 1_000), because: 'the project is not tracked any more', url: comment.url, saidAt: event.at, told: digestOf(reply) } }],
  });
  rt.wake();
}
