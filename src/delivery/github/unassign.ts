import { permanent, retryRow } from './errors.ts';
import type { Executor } from './executor.ts';
import { afterIssueFailure } from './missing.ts';

/** Takes somebody off the incident's issue: one request, which does no harm where they are not on it. */
export const unassign: Executor<'unassign'> = async (desk, action, { incident }, attempt) => {
  if (action.generation !== incident.generation) return permanent('The change was for an issue that another has replaced since.');
  if (!incident.issue) return retryRow(`Incident ${incident.id} has no issue yet.`);
  const { repo, number } = incident.issue;
  const answer = await desk.issues.unassign(repo, number, action.login);
  return answer.ok ? { ok: true, receipt: { kind: 'done' } } : afterIssueFailure(desk, repo, number, answer.failure, attempt);
};
