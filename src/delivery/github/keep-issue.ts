import type { ActionResult } from '../../domain/action.ts';
import { edits, newIssue } from './compose.ts';
import { resultOf, retryRow } from './errors.ts';
import type { Attempt, Desk } from './executor.ts';
import { closeDuplicates, findIssues, keeper, type Found, type Kept } from './find-issue.ts';
import { afterIssueFailure } from './missing.ts';

/** An issue in hand, and how it is gone about. */
export interface Place {
  readonly desk: Desk;
  readonly kept: Kept;
  /** The repository's numeric id, which markers are bound to. */
  readonly repository: number;
  readonly attempt: Attempt;
}

type Failed = Extract<ActionResult, { ok: false }>;
export type Outcome = { readonly ok: true; readonly found: Found } | Failed;

const done = (found: Found): Outcome => ({ ok: true, found });

/** Finds the issue by its mark and goes on with it, or files it. */
export async function findOrFile(place: Place): Promise<Outcome> {
  const found = await findIssues(place.desk, place.kept, place.repository);
  if (!found.ok) return resultOf(found.failure);
  if (found.data.length > 0) return adopt(place, found.data);
  return place.attempt.look && !lookedEnough(place) ? retryRow(LOOKING) : file(place);
}

/** Brings title, section and state up to date, if they are not. */
export async function converge({ desk, kept, repository, attempt }: Place, { issue, facts }: Found): Promise<Outcome> {
  const turn = kept.state === null || issue.state === kept.state ? {} : { state: kept.state, state_reason: kept.state === 'closed' ? 'completed' as const : 'reopened' as const };
  const wanted = { ...edits(issue, kept.content, facts, desk.markers, repository), ...turn };
  if (Object.keys(wanted).length === 0) return done({ issue, facts });
  const answer = await desk.issues.update(kept.repo, issue.number, wanted);
  if (!answer.ok) return await afterIssueFailure(desk, kept.repo, issue.number, answer.failure, attempt);
  return done({ issue: answer.data, facts });
}

const LOOKING = 'An issue may have been filed without its answer arriving; GitHub\'s list is looked through again before another one is.';

/** Looks after a lost answer, a second apart, before an issue is filed again: GitHub's list may lag behind. */
const LOOKS = 4;

function lookedEnough({ desk, kept }: Place): boolean {
  const key = `${kept.content.mark.kind} ${kept.content.mark.id}`;
  const looks = (desk.looks.get(key) ?? 0) + 1;
  desk.looks.set(key, looks);
  if (looks < LOOKS) return false;
  desk.looks.delete(key);
  return true;
}

/** Goes on with an issue that is there already: filed by an execution of which no answer came. */
async function adopt(place: Place, found: readonly Found[]): Promise<Outcome> {
  const chosen = keeper(found);
  if (chosen === null) return file(place);
  const failed = await closeDuplicates(place.desk, place.kept, found, chosen);
  return failed ?? converge(place, chosen);
}

async function file(place: Place): Promise<Outcome> {
  const { desk, kept, repository, attempt } = place;
  const labelled = await desk.labels.ensure(kept.repo, kept.labels);
  if (!labelled.ok) {
    const failed = resultOf(labelled.failure);
    if (failed.retry) return failed;
    // GitHub makes a missing label itself, without colour and description: better than no issue.
    desk.log.warn({ about: kept.name, reason: failed.reason }, 'a label could not be made');
  }
  const answer = await desk.issues.create(kept.repo, { ...newIssue(kept.content, desk.markers, repository), labels: kept.labels.map((l) => l.name) });
  if (!answer.ok) return resultOf(answer.failure);
  desk.identity.learn(answer.data);
  const filed: Found = { issue: answer.data, facts: kept.content.facts };
  const settled = attempt.look ? await settle(place, filed) : done(filed);
  return settled.ok && kept.state === 'closed' ? converge(place, settled.found) : settled;
}

/** After an execution that may still be under way elsewhere: looks once more, so that of two issues one is kept. */
async function settle({ desk, kept, repository }: Place, filed: Found): Promise<Outcome> {
  const found = await findIssues(desk, kept, repository);
  if (!found.ok) return done(filed);
  const all = found.data.some((f) => f.issue.number === filed.issue.number) ? found.data : [...found.data, filed];
  const chosen = keeper(all) ?? filed;
  const failed = await closeDuplicates(desk, kept, all, chosen);
  return failed ?? done(chosen);
}
