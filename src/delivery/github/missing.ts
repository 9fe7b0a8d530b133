import type { ActionResult } from '../../domain/action.ts';
import { permanent, resultOf, retryRow } from './errors.ts';
import type { Attempt, Desk } from './executor.ts';
import type { Failure } from './failure.ts';

/**
 * How a request about an issue ends that failed. Where GitHub says that the issue is not there, it is asked once more
 * before the issue is given up: a repository that we may no longer read answers 404 as well, and so does, for a moment,
 * an issue that was made just now. Nor is one answer that it was deleted believed: a second issue would call its owners again.
 */
export async function afterIssueFailure(desk: Desk, repo: string, number: number, failure: Failure, attempt: Attempt): Promise<Extract<ActionResult, { ok: false }>> {
  if (failure.kind === 'moved') return permanent(`${repo}#${number} was moved to another repository. ${failure.reason}`, 'gone');
  if (failure.kind !== 'missing') return resultOf(failure);
  const again = await desk.issues.get(repo, number);
  if (again.ok) return attempt.look ? permanent(failure.reason) : retryRow(failure.reason);
  if (again.failure.kind === 'moved') return permanent(`${repo}#${number} was moved to another repository. ${again.failure.reason}`, 'gone');
  if (again.failure.kind !== 'missing') return resultOf(again.failure);
  if (again.failure.status === 410) return permanent(`${repo}#${number} was deleted. ${again.failure.reason}`, 'gone');
  await desk.clients.forget(repo);
  const readable = await desk.clients.repository(repo);
  if (readable.ok) return permanent(`${repo}#${number} was deleted. ${failure.reason}`, 'gone');
  return readable.failure.kind === 'missing'
    ? permanent(`${repo} cannot be read any more: deleted, or taken out of the App's installation. ${readable.failure.reason}`)
    : resultOf(readable.failure);
}
