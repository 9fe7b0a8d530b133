import type { ActionResult } from '../../domain/action.ts';
import type { Incident } from '../../domain/incident.ts';
import { edits, newIssue } from './compose.ts';
import { permanent, resultOf } from './errors.ts';
import type { Attempt, Desk, Executor } from './executor.ts';
import { closeDuplicates, findIssues, keeper, markedFacts, type Found } from './find-issue.ts';
import type { Issue } from './issues.ts';
import { labelsFor } from './labels.ts';
import { afterIssueFailure } from './missing.ts';
import type { Subject } from './render/telling.ts';

/** An issue takes 2,500 comments; long before, nobody reads it any more. */
const FULL = 1_000;

/** Sees to it that there is one issue for the incident's generation, and that it shows the incident as it is now. */
export const ensureIssue: Executor<'ensure-issue'> = async (desk, action, subject, attempt) => {
  const { incident } = subject;
  if (action.generation !== incident.generation) return permanent('The issue has been replaced by another since.');
  const repository = await desk.clients.repository(incident.repo);
  if (!repository.ok) return resultOf(repository.failure);
  const place: Place = { desk, subject, repository: repository.data.id, attempt };
  return incident.issue === null ? findOrFile(place) : update(place, incident.issue.number);
};

interface Place {
  readonly desk: Desk;
  readonly subject: Subject;
  /** The repository's numeric id, which markers are bound to. */
  readonly repository: number;
  readonly attempt: Attempt;
}

async function update(place: Place, number: number): Promise<ActionResult> {
  const { desk, subject: { incident }, attempt } = place;
  const answer = await desk.issues.get(incident.repo, number);
  if (!answer.ok) return afterIssueFailure(desk, incident.repo, number, answer.failure, attempt);
  const issue = answer.data;
  if (issue.comments >= FULL) return await leave(place, issue) ?? permanent(`${incident.repo}#${number} has ${issue.comments} comments; it is continued in a new issue.`, 'full');
  return converge(place, { issue, facts: markedFacts(desk, issue.body, incident, place.repository) ?? factsBefore(issue, incident) });
}

/** Closes an issue that another one continues: nobody would do it later. Null: done, or not to be done. */
async function leave({ desk, subject: { incident }, attempt }: Place, { number, state }: Issue): Promise<ActionResult | null> {
  if (state === 'closed') return null;
  const closed = await desk.issues.update(incident.repo, number, { state: 'closed', state_reason: 'completed' });
  const failed = closed.ok ? null : await afterIssueFailure(desk, incident.repo, number, closed.failure, attempt);
  return failed !== null && !failed.ok && failed.retry ? failed : null;
}

/** Where a person took the marker away: the facts that were known when the issue was filed. */
const factsBefore = (issue: Issue, incident: Incident): number => {
  const filed = Date.parse(issue.created_at);
  return Math.max(1, ...incident.facts.filter((f) => f.at <= filed).map((f) => f.n));
};

/** Brings title and section up to date, if they are not. */
async function converge({ desk, subject, repository, attempt }: Place, { issue, facts }: Found): Promise<ActionResult> {
  const { incident } = subject;
  const wanted = edits(issue, subject, facts, desk.markers, repository);
  if (Object.keys(wanted).length === 0) return receipt(incident, issue, facts);
  const answer = await desk.issues.update(incident.repo, issue.number, wanted);
  if (!answer.ok) return afterIssueFailure(desk, incident.repo, issue.number, answer.failure, attempt);
  return receipt(incident, answer.data, facts);
}

async function findOrFile(place: Place): Promise<ActionResult> {
  const found = await findIssues(place.desk, place.subject.incident, place.repository);
  if (!found.ok) return resultOf(found.failure);
  if (found.data.length > 0) return adopt(place, found.data);
  return place.attempt.look && !lookedEnough(place) ? { ok: false, retry: true, reason: LOOKING, after: null, scope: 'row' } : file(place);
}

const LOOKING = 'An issue may have been filed without its answer arriving; GitHub\'s list is looked through again before another one is.';

/** Looks after a lost answer, a second apart, before an issue is filed again: GitHub's list may lag behind. */
const LOOKS = 4;

function lookedEnough({ desk, subject: { incident } }: Place): boolean {
  const key = `${incident.id}.${incident.generation}`;
  const looks = (desk.looks.get(key) ?? 0) + 1;
  desk.looks.set(key, looks);
  if (looks < LOOKS) return false;
  desk.looks.delete(key);
  return true;
}

/** Goes on with an issue that is there already: filed by an execution of which no answer came. */
async function adopt(place: Place, found: readonly Found[]): Promise<ActionResult> {
  const kept = keeper(found);
  if (kept === null) return file(place);
  const failed = await closeDuplicates(place.desk, place.subject.incident, found, kept);
  return failed ?? converge(place, kept);
}

async function file(place: Place): Promise<ActionResult> {
  const { desk, subject, repository, attempt } = place;
  const { incident } = subject;
  const labels = labelsFor(incident);
  const labelled = await desk.labels.ensure(incident.repo, labels);
  if (!labelled.ok) {
    const failed = resultOf(labelled.failure);
    if (failed.retry) return failed;
    // GitHub makes a missing label itself, without colour and description: better than no issue.
    desk.log.warn({ incident: incident.id, reason: failed.reason }, 'a label could not be made');
  }
  const text = newIssue(subject, desk.markers, repository);
  const answer = await desk.issues.create(incident.repo, { title: text.title, body: text.body, labels: labels.map((l) => l.name) });
  if (!answer.ok) return resultOf(answer.failure);
  desk.identity.learn(answer.data);
  const filed: Found = { issue: answer.data, facts: text.facts };
  return attempt.look ? settle(place, filed) : receipt(incident, filed.issue, filed.facts);
}

/** After an execution that may still be under way elsewhere: looks once more, so that of two issues one is kept. */
async function settle(place: Place, filed: Found): Promise<ActionResult> {
  const { desk, subject: { incident } } = place;
  const found = await findIssues(desk, incident, place.repository);
  if (!found.ok) return receipt(incident, filed.issue, filed.facts);
  const all = found.data.some((f) => f.issue.number === filed.issue.number) ? found.data : [...found.data, filed];
  const kept = keeper(all) ?? filed;
  const failed = await closeDuplicates(desk, incident, all, kept);
  return failed ?? receipt(incident, kept.issue, kept.facts);
}

const receipt = (incident: Incident, issue: Issue, facts: number): ActionResult => ({
  ok: true,
  receipt: { kind: 'issue', repo: incident.repo, number: issue.number, url: issue.html_url, state: issue.state, shown: incident.shown, facts, comments: issue.comments },
});
