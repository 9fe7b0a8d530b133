import type { ActionResult } from '../../domain/action.ts';
import { beganBy, type Incident } from '../../domain/incident.ts';
import type { Content } from './compose.ts';
import { permanent, resultOf } from './errors.ts';
import type { Executor } from './executor.ts';
import type { Kept } from './find-issue.ts';
import type { Issue } from './issues.ts';
import { converge, findOrFile, type Outcome, type Place } from './keep-issue.ts';
import { findingLabels, labelsFor } from './labels.ts';
import { commentMarkId, issueMark, issueMarkId, issueOwner, type Markers } from './marker.ts';
import { afterIssueFailure } from './missing.ts';
import { askedBy, bodySection } from './render/body.ts';
import { lastFact, type Subject } from './render/telling.ts';
import { title } from './render/title.ts';

/** An issue takes 2,500 comments; long before, nobody reads it any more. */
const FULL = 1_000;

/** Sees to it that there is one issue for the incident's generation, and that it shows the incident as it is now. */
export const ensureIssue: Executor<'ensure-issue'> = async (desk, action, subject, attempt) => {
  const { incident } = subject;
  if (action.generation !== incident.generation) return permanent('The issue has been replaced by another since.');
  const repository = await desk.clients.repository(incident.repo);
  if (!repository.ok) return resultOf(repository.failure);
  const place: Place = { desk, kept: issueOf(subject, desk.markers), repository: repository.data.id, attempt };
  return receipt(incident, incident.issue === null ? await findOrFile(place) : await update(place, incident, incident.issue.number));
};

/** Whom the filing of this issue calls: those whom its facts ask. Nobody for an issue that replaces one, or when all is over. */
export const called = (subject: Subject): string[] =>
  subject.incident.generation === 1 && subject.incident.state === 'open' ? askedBy(subject, lastFact(subject.incident)) : [];

/** The issue of an incident's generation. Whether it is open is another row's to say. */
function issueOf(subject: Subject, markers: Pick<Markers, 'read'>): Kept {
  const { incident } = subject;
  const { id, generation } = incident;
  const facts = lastFact(incident);
  const owner = issueOwner(id, generation);
  const content: Content = {
    title: title(subject), facts, calls: called(subject).length > 0,
    section: (how) => bodySection(subject, how),
    mark: { kind: 'incident', id: issueMarkId(id, generation, facts), asFiled: (told) => issueMarkId(id, generation, told), isOwn: (other) => issueMark(other)?.owner === owner },
  };
  return {
    repo: incident.repo, name: `incident ${id}`, since: beganBy(incident), labels: labelsFor(incident), foundBy: findingLabels(incident), content, state: null,
    marked: (body, repository) => markers.read(body, 'incident', repository).map(issueMark).find((m) => m?.owner === owner)?.facts ?? null,
    duplicateOf: (kept) => commentMarkId(id, generation, `duplicate-of-${kept}`),
  };
}

async function update(place: Place, incident: Incident, number: number): Promise<Outcome> {
  const { desk, kept, repository, attempt } = place;
  const answer = await desk.issues.get(incident.repo, number);
  if (!answer.ok) return await afterIssueFailure(desk, incident.repo, number, answer.failure, attempt);
  const issue = answer.data;
  if (issue.comments >= FULL) return await leave(place, issue) ?? permanent(`${incident.repo}#${number} has ${issue.comments} comments; it is continued in a new issue.`, 'full');
  return converge(place, { issue, facts: kept.marked(issue.body, repository) ?? factsBefore(issue, incident) });
}

/** Closes an issue that another one continues: nobody would do it later. Null: done, or not to be done. */
async function leave({ desk, kept, attempt }: Place, { number, state }: Issue): Promise<Extract<ActionResult, { ok: false }> | null> {
  if (state === 'closed') return null;
  const closed = await desk.issues.update(kept.repo, number, { state: 'closed', state_reason: 'completed' });
  const failed = closed.ok ? null : await afterIssueFailure(desk, kept.repo, number, closed.failure, attempt);
  return failed?.retry ? failed : null;
}

/** Where a person took the marker away: the facts that were known when the issue was filed. */
const factsBefore = (issue: Issue, incident: Incident): number => {
  const filed = Date.parse(issue.created_at);
  return Math.max(1, ...incident.facts.filter((f) => f.at <= filed).map((f) => f.n));
};

const receipt = (incident: Incident, outcome: Outcome): ActionResult => {
  if (!outcome.ok) return outcome;
  const { issue, facts } = outcome.found;
  return { ok: true, receipt: { kind: 'issue', repo: incident.repo, number: issue.number, url: issue.html_url, state: issue.state, shown: incident.shown, facts, comments: issue.comments } };
};
