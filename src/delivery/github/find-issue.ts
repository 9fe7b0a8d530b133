import type { Incident } from '../../domain/incident.ts';
import type { Answer } from './answer.ts';
import { once } from './comment.ts';
import type { Desk } from './executor.ts';
import type { Issue } from './issues.ts';
import { findingLabels } from './labels.ts';
import { commentMarkId, issueMark, issueOwner } from './marker.ts';
import type { ActionResult } from '../../domain/action.ts';
import { resultOf } from './errors.ts';

const DAY = 86_400_000;
/** Hundreds of issues that are looked through. */
const PAGES = 5;

/** An issue that carries this incident's marker, and is by us. */
export interface Found {
  readonly issue: Issue;
  /** Facts that its body told when it was filed. */
  readonly facts: number;
}

/** Facts that an issue's body told when it was filed; null where its marker is gone or not this incident's. */
export function markedFacts(desk: Pick<Desk, 'markers'>, body: string, incident: Incident, repository: number): number | null {
  const owner = issueOwner(incident.id, incident.generation);
  const marks = desk.markers.read(body, 'incident', repository).map(issueMark);
  return marks.find((m) => m?.owner === owner)?.facts ?? null;
}

/** The issues of this incident's generation, by label and marker; a marker that a person pasted does not count (behaviour 21). */
export async function findIssues(desk: Desk, incident: Incident, repository: number): Promise<Answer<Found[]>> {
  const listed = await desk.issues.list(incident.repo, findingLabels(incident), incident.openedAt - DAY, PAGES);
  if (!listed.ok) return listed;
  const found: Found[] = [];
  for (const issue of listed.data) {
    const facts = markedFacts(desk, issue.body, incident, repository);
    if (facts !== null && await desk.identity.isOurs(issue)) found.push({ issue, facts });
  }
  return { ...listed, data: found };
}

/** The one to go on with: the oldest that is open, else the oldest. */
export function keeper(found: readonly Found[]): Found | null {
  const byAge = found.toSorted((a, b) => a.issue.number - b.issue.number);
  return byAge.find((f) => f.issue.state === 'open') ?? byAge[0] ?? null;
}

/** Closes what was filed twice, with a link to the one that is kept (behaviour 19). Null: done, or nothing to do. */
export async function closeDuplicates(desk: Desk, incident: Incident, found: readonly Found[], kept: Found): Promise<Extract<ActionResult, { ok: false }> | null> {
  for (const { issue } of found) {
    if (issue.number === kept.issue.number || issue.state === 'closed') continue;
    const told = await once(desk, {
      repo: incident.repo, number: issue.number, since: Date.parse(issue.created_at) || incident.openedAt,
      id: commentMarkId(incident.id, incident.generation, `duplicate-of-${kept.issue.number}`),
      text: `This was filed twice; it goes on in [#${kept.issue.number}](${kept.issue.html_url}).`,
    }, true);
    const closed = told.ok ? await desk.issues.update(incident.repo, issue.number, { state: 'closed', state_reason: 'completed' }) : null;
    const failed = told.ok ? closed && !closed.ok ? resultOf(closed.failure) : null : told;
    if (failed?.retry) return failed;
    if (failed) desk.log.warn({ incident: incident.id, issue: issue.number, reason: failed.reason }, 'a duplicate issue could not be closed');
  }
  return null;
}
