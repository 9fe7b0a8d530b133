import type { ActionResult } from '../../domain/action.ts';
import type { Content } from './compose.ts';
import { permanent, resultOf } from './errors.ts';
import type { Desk, Executor, GitHubAction } from './executor.ts';
import type { Kept } from './find-issue.ts';
import { converge, findOrFile, type Outcome, type Place } from './keep-issue.ts';
import { labelNamed } from './labels.ts';
import { spokenMarkId } from './marker.ts';
import { afterIssueFailure } from './missing.ts';
import { titleWords } from './render/inert.ts';
import { markdown } from './render/text.ts';

type Action = Extract<GitHubAction, { kind: 'ensure-document' }>;

/** GitHub's limit on a title. */
const LONGEST_TITLE = 256;

/**
 * Sees to it that there is one issue for the document, that its section shows what the document says, and that it is open
 * or closed. Where somebody deleted it or moved it away, an undecided document gets another, which calls nobody again.
 */
export const ensureDocument: Executor<'ensure-document'> = async (desk, action, _subject, attempt) => {
  const repository = await desk.clients.repository(action.repo);
  if (!repository.ok) return resultOf(repository.failure);
  const place: Place = { desk, kept: documentOf(desk, action), repository: repository.data.id, attempt };
  return receipt(action, action.issue === null ? await findOrFile(place) : await update(place, action, action.issue));
};

function documentOf(desk: Desk, { document, repo, issue, since, title, labels, body, state }: Action): Kept {
  const id = spokenMarkId(document.id);
  const content: Content = {
    title: titleWords(title, LONGEST_TITLE), facts: 0, calls: issue === null && state !== 'closed',
    section: ({ mention, room }) => markdown(body, { mention, room }), mark: { kind: document.kind, id, asFiled: () => id, isOwn: (other) => other === id },
  };
  return {
    repo, name: `${document.kind} ${document.id}`, since, labels: labels.map(labelNamed), foundBy: labels.filter((l) => /^archsignal\b/.test(l)), content, state: state === 'kept' ? null : state,
    marked: (text, repository) => desk.markers.read(text, document.kind, repository).includes(id) ? 0 : null,
    duplicateOf: (kept) => `${document.kind}-${id}.duplicate-of-${kept}`,
  };
}

async function update(place: Place, { repo, state }: Action, number: number): Promise<Outcome> {
  const answer = await place.desk.issues.get(repo, number);
  if (answer.ok) return converge(place, { issue: answer.data, facts: 0 });
  const failed = await afterIssueFailure(place.desk, repo, number, answer.failure, place.attempt);
  if (failed.ok || failed.retry || failed.lost !== 'gone') return failed;
  return state === 'closed' ? permanent(`${failed.reason} It was decided already, so no other issue is filed for it.`) : findOrFile(place);
}

const receipt = (action: Action, outcome: Outcome): ActionResult => {
  if (!outcome.ok) return outcome;
  const { issue } = outcome.found;
  return { ok: true, receipt: { kind: 'document', repo: action.repo, number: issue.number, url: issue.html_url, state: issue.state, shown: action.shown } };
};
