import { anyJson } from './answer.ts';
import { resultOf } from './errors.ts';
import type { Executor } from './executor.ts';

/**
 * Puts a reaction of ours on a comment; GitHub knows one of each kind per author, so that twice is once. Where that cannot
 * be done (deleted, locked, no right) nobody misses it: the answer comes as a text.
 */
export const react: Executor<'react'> = async (desk, { repo, comment, content }) => {
  const answer = await desk.clients.inRepo(repo, 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', { comment_id: comment, content }, anyJson);
  if (answer.ok) return { ok: true, receipt: { kind: 'done' } };
  const failed = resultOf(answer.failure);
  if (failed.retry) return failed;
  desk.log.debug({ repo, comment, reason: failed.reason }, 'a reaction could not be put on a comment');
  return { ok: true, receipt: { kind: 'done' } };
};
