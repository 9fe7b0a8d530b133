import { permanent, retryRow } from './errors.ts';
import type { Executor } from './executor.ts';
import { afterIssueFailure } from './missing.ts';

/** Opens or closes the incident's issue: one request, which asks for what is already so without harm. */
export const setIssueState: Executor<'set-issue-state'> = async (desk, action, { incident }, attempt) => {
  if (action.generation !== incident.generation) return permanent('The change was for an issue that another has replaced since.');
  if (!incident.issue) return retryRow(`Incident ${incident.id} has no issue yet.`);
  const { repo, number } = incident.issue;
  const { state } = action;
  const answer = await desk.issues.update(repo, number, { state, state_reason: state === 'closed' ? 'completed' : 'reopened' });
  if (!answer.ok) return afterIssueFailure(desk, repo, number, answer.failure, attempt);
  if (answer.data.state !== state) return retryRow(`GitHub answered that ${repo}#${number} is still ${answer.data.state}.`);
  return { ok: true, receipt: { kind: 'issue-state', state } };
};
