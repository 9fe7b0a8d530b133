import { createHash } from 'node:crypto';
import { commandLines, newCommandLines, onceEach } from '../../delivery/github/command-lines.ts';
import type { GitHubEvent } from '../../delivery/github/listen.ts';
import { floodReply, MOST_COMMANDS } from '../../commands/replies.ts';
import type { Place, Spoken } from '../../commands/verb.ts';
import type { Audience, PlannedAction } from '../../domain/action.ts';
import { actorName, type Actor } from '../../domain/person.ts';
import type { HeldDelivery } from '../../store/store.ts';
import { ANSWERS_KEPT } from '../../store/upkeep.ts';
import { commitBundle } from '../commit.ts';
import type { Runtime } from '../context.ts';
import { leaveWhereUnsure } from '../elsewhere.ts';
import type { Tracked } from '../tracked.ts';
import { answerTo, askedFrom, isDueNow, isTired, reactionTo, textOf } from './answer.ts';
import { Lookups } from './lookups.ts';
import { chooseProject, projectsIn } from './projects.ts';
import { paceOf } from './pace.ts';
import { askForPoll, countAnswers, TRIES } from './rounds.ts';
import { runLines } from './run.ts';
import { sceneOf } from './scene.ts';

/** The command lines of a comment, each once: all of a new one, of an edited one those that are new (behaviour 26), none where it is not said what stood there before. */
export function linesOf({ event, comment }: GitHubEvent): string[] {
  if (!comment) return [];
  if (event === 'issue_comment.created') return onceEach(commandLines(comment.body));
  return event === 'issue_comment.edited' && comment.before !== undefined ? onceEach(newCommandLines(comment.before, comment.body)) : [];
}

/** What came this long after it was written (ms) may have been answered, and the answer's row forgotten: then the audit tells. */
const LONG_AGO = ANSWERS_KEPT - 86_400_000;

/**
 * Runs the commands of a comment and answers them in one reply; everything with the delivery's end in one transaction.
 * `repo`: the repository by its configured name. False: it holds none, or the repository is nobody's.
 */
export async function handleComment(rt: Runtime, held: HeldDelivery, event: GitHubEvent, repo: string): Promise<boolean> {
  const lines = linesOf(event);
  const candidates = projectsIn(rt, repo);
  const [first] = candidates;
  if (lines.length === 0 || !first || !event.comment || !event.issue) return false;
  const source = sourceOf(event.event, event.comment.id, event.at, lines);
  if (held.receivedAt - event.at > LONG_AGO && await wasRun(rt, source)) {
    rt.log.warn({ delivery: held.id, event: held.event, repo, issue: event.issue.number, comment: event.comment.id, since: event.at }, 'the commands of a comment are not run again: they were run long ago, and GitHub tells of none so late; somebody may have kept the webhook and sent it again');
    await rt.store.commit({ at: rt.now(), delivery: { id: held.id, attempts: held.attempts } });
    return true;
  }
  const since = Math.min(event.at, rt.now());
  if (await hasToWait(rt, held, event, { repo, number: event.issue.number, comment: event.comment.id, project: first.project.name, source })) return true;
  const lookups = new Lookups(rt);
  for (let i = 0; i < TRIES; i++) {
    if (await isAnswered(rt, source, lines.length)) {
      await rt.store.commit({ at: rt.now(), delivery: { id: held.id, attempts: held.attempts } });
      return true;
    }
    const spoken = await spokenOf(rt, held, event, repo, source);
    const tracked = await chooseProject(rt, candidates, lines[0] ?? '', spoken) ?? first;
    if (await attempt(rt, { held, tracked, lines, spoken, lookups, repo, comment: event.comment.id, number: event.issue.number, source, since })) return true;
  }
  throw new Error('what the commands are about kept changing while they were handled');
}

/** Shows that the comment was seen. True: its speaker has said so much lately that it waits for its turn. */
export async function hasToWait(rt: Runtime, held: HeldDelivery, { actor: { login } }: GitHubEvent, at: { readonly repo: string; readonly number: number; readonly comment: number; readonly project: string; readonly source: string }): Promise<boolean> {
  const { repo, number, comment, project, source } = at;
  const wait = await paceOf(rt, { actor: actorName({ surface: 'github', login, slack: null }), project, repo, number, source, waited: held.attempts > 1 });
  const word = wait?.word ?? null;
  // Seen at once, whatever the lookups take.
  await rt.store.commit({ at: rt.now(), record: rt.mode === 'dry', actions: [reactionTo(repo, comment, 'eyes', { source, project }), ...word ? [word.action] : []], audit: word ? [word.audit] : [] });
  rt.wake();
  if (wait === null) return false;
  await rt.store.deferDelivery(held.id, held.attempts, { notBefore: wait.until, error: 'too many commands of one person at once', dead: false });
  return true;
}

/** What tells one saying from all others, also where GitHub tells it under several ids: the comment, or an edit and what it added. */
export const sourceOf = (name: string, comment: number, at: number, lines: readonly string[]): string =>
  name === 'issue_comment.created' ? `c${comment}` : `c${comment}-${Math.floor(at / 1_000)}-${createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8)}`;

/** Its answer is planned already, or what its answer comes with: nothing of it is run again, though what it did may have been undone since. */
export async function isAnswered(rt: Runtime, source: string, lines: number): Promise<boolean> {
  const entities = [`command:${source}`, ...Array.from({ length: Math.min(lines, MOST_COMMANDS) }, (_, i) => `command:${source}:${i + 1}`)];
  const rows = (await Promise.all(entities.map((entity) => rt.store.entityActions(entity)))).flat();
  return rows.some(({ action }) => action.kind === 'post-comment' || action.kind === 'ensure-pull-request' || (action.kind === 'react' && action.content === 'confused'));
}

/** Lines said on an issue or pull request, and what it takes to run and answer them. */
export interface Said {
  readonly held: HeldDelivery;
  readonly tracked: Tracked;
  readonly lines: readonly string[];
  readonly spoken: Spoken;
  readonly lookups: Lookups;
  readonly repo: string;
  readonly number: number;
  /** Null: they were not said in a comment. */
  readonly comment: number | null;
  readonly source: string;
  readonly since: number;
  /** Rows that are wanted where the lines have changed nothing. */
  readonly otherwise?: readonly PlannedAction[];
}

/** Whether the commands of a saying were run, or refused as a whole, however long ago. */
async function wasRun(rt: Runtime, source: string): Promise<boolean> {
  const told = await Promise.all([`command:${source}`, `command:${source}:1`].map((entity) => rt.store.auditOf(entity)));
  return told.flat().some((a) => a.what !== 'slowed');
}

/** Runs the lines on what is stored now, and commits them with their answer. False: overtaken, or somebody else has the delivery. */
export async function attempt(rt: Runtime, { held, tracked, lines, spoken, lookups, repo, number, comment, source, since, otherwise = [] }: Said): Promise<boolean> {
  const project = tracked.project.name;
  const { answers, bundle, recheck } = await runLines(await sceneOf(rt, tracked), lines.slice(0, MOST_COMMANDS), spoken, lookups);
  leaveWhereUnsure(rt, held, answers.some((a) => a.unsure));
  const audience: Audience = { surface: 'github', repo, number };
  const text = [...textOf(answers), ...(lines.length > MOST_COMMANDS ? floodReply(lines.length) : [])];
  const answer = comment !== null && await isTired(rt, actorName(spoken.actor), answers)
    ? reactionTo(repo, comment, 'confused', { source, project })
    : answerTo(audience, text, { source, project, since });
  const due = isDueNow(answers) || lines.length > MOST_COMMANDS ? [answer] : [];
  const result = await commitBundle(rt, { ...bundle, proposals: askedFrom(audience, bundle.proposals), actions: [...bundle.actions ?? [], ...due, ...answers.some((a) => a.ending === 'done') ? [] : otherwise], delivery: { id: held.id, attempts: held.attempts } });
  if (result !== 'committed') return false;
  rt.wake();
  if (recheck) await askForPoll(rt, project);
  countAnswers(rt, 'github', answers);
  return true;
}

/** By whom, where and when something was said, by the event that tells of it. */
export async function spokenOf(rt: Runtime, held: HeldDelivery, event: GitHubEvent, repo: string, source: string): Promise<Spoken> {
  const number = event.issue?.number ?? 0;
  const actor: Actor = { surface: 'github', login: event.actor.login, slack: null };
  const place: Place = {
    surface: 'github', issue: { repo, number }, channel: null, edition: null, platform: null,
    incident: (await rt.store.incidentByIssue(repo, number))?.id ?? null, proposal: (await rt.store.proposalByIssue(repo, number))?.id ?? null,
    conflict: (await rt.store.conflictByIssue(repo, number))?.id ?? null,
  };
  return { actor, place, at: event.at, source, delivery: held.id, url: event.comment?.url ?? null };
}
