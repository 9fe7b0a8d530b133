import { resultOf } from './errors.ts';
import type { Executor } from './executor.ts';

/** Closes a pull request of ours that is not wanted any more: one request, which does no harm where it is closed or merged already. */
export const closePullRequest: Executor<'close-pull-request'> = async (desk, { repo, number }) => {
  const answer = await desk.pulls.close(repo, number);
  return answer.ok ? { ok: true, receipt: { kind: 'done' } } : resultOf(answer.failure);
};
