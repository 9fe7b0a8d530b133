import type { ActionResult } from '../../domain/action.ts';
import { beganBy } from '../../domain/incident.ts';
import { wordOf } from '../../domain/word.ts';
import type { Answer } from './answer.ts';
import { permanent, resultOf, retryRow } from './errors.ts';
import type { Desk, Executor } from './executor.ts';
import type { Comment } from './issues.ts';
import { isWordMark, wordMarkId } from './marker.ts';
import { afterIssueFailure } from './missing.ts';
import { capped } from './render/inert.ts';
import { LONGEST_BODY } from './render/limits.ts';
import { factText } from './render/fact.ts';

const HOUR = 3_600_000;
/** Hundreds of comments that are looked through; an issue takes no more than 2,500. */
const PAGES = 25;

/** Tells one fact once on the incident's issue. */
export const comment: Executor<'comment'> = async (desk, action, subject, attempt) => {
  const { incident } = subject;
  const fact = incident.facts.find((f) => f.n === action.fact);
  if (!fact) return permanent(`Incident ${incident.id} has no fact ${action.fact}.`);
  if (action.generation !== incident.generation) return permanent(`The comment was for an issue that another has replaced since; fact ${fact.n} is told by that one.`);
  if (!incident.issue) return retryRow(`Incident ${incident.id} has no issue yet.`);
  const { repo, number } = incident.issue;
  const word = wordOf(incident, fact);
  const restored = attempt.restored ?? false;
  // What a restored store does not remember was said at any time since it broke.
  const since = (restored ? Math.min(fact.at, beganBy(incident)) : fact.at) - HOUR;
  return once(desk, { repo, number, id: wordMarkId(incident, word), isOwn: (id) => isWordMark(id, incident, word, restored), since, text: (room) => capped(factText(fact, subject, true), room) }, attempt.look);
};

export interface OneComment {
  readonly repo: string;
  readonly number: number;
  /** The id of its marker. */
  readonly id: string;
  /** Whether an id that is found is this comment's too; left out: only `id` is. */
  readonly isOwn?: (id: string) => boolean;
  /** No earlier than this (epoch ms) it can have been written. */
  readonly since: number;
  /** Its words, in at most so many characters. */
  readonly text: (room: number) => string;
}

/** Writes a comment, unless `look` finds that it is there. */
export async function once(desk: Desk, it: OneComment, look: boolean): Promise<ActionResult> {
  const repository = await desk.clients.repository(it.repo);
  if (!repository.ok) return resultOf(repository.failure);
  if (look) {
    const found = await find(desk, it, repository.data.id);
    if (!found.ok) return afterIssueFailure(desk, it.repo, it.number, found.failure, { look });
    if (found.data) return { ok: true, receipt: { kind: 'comment', url: found.data.html_url } };
  }
  const marker = desk.markers.sign('comment', it.id, repository.data.id);
  const answer = await desk.issues.comment(it.repo, it.number, `${it.text(LONGEST_BODY - marker.length)}\n\n${marker}`);
  if (!answer.ok) {
    if (answer.failure.status === 403 && /lock/i.test(answer.failure.reason)) return permanent(`${it.repo}#${it.number} is locked, so nothing more can be told there. ${answer.failure.reason}`);
    return afterIssueFailure(desk, it.repo, it.number, answer.failure, { look });
  }
  desk.identity.learn(answer.data);
  return { ok: true, receipt: { kind: 'comment', url: answer.data.html_url } };
}

async function find(desk: Desk, it: OneComment, repository: number): Promise<Answer<Comment | null>> {
  const listed = await desk.issues.comments(it.repo, it.number, it.since, PAGES);
  if (!listed.ok) return listed;
  for (const c of listed.data) {
    if (desk.markers.read(c.body, 'comment', repository).some((id) => id === it.id || it.isOwn?.(id)) && await desk.identity.isOurs(c)) return { ...listed, data: c };
  }
  return { ...listed, data: null };
}
