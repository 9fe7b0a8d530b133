import type { ActionResult } from '../../domain/action.ts';
import type { Answer } from './answer.ts';
import { once } from './comment.ts';
import type { Content } from './compose.ts';
import { resultOf } from './errors.ts';
import type { Desk } from './executor.ts';
import type { Issue } from './issues.ts';
import type { Label } from './labels.ts';

const DAY = 86_400_000;
/** Hundreds of issues that are looked through. */
const PAGES = 5;

/** An issue that is ours to keep: where it is, what it is known by, and what it should say. */
export interface Kept {
  readonly repo: string;
  /** What it is about, for the log. */
  readonly name: string;
  /** When the need for it arose (epoch ms). */
  readonly since: number;
  readonly labels: readonly Label[];
  /** The labels that it is looked for by. */
  readonly foundBy: readonly string[];
  readonly content: Content;
  /** Facts that an issue's body told when it was filed; null where it is not this one. */
  readonly marked: (body: string, repository: number) => number | null;
  /** The mark of the comment that leads from a duplicate to the issue of this number. */
  readonly duplicateOf: (kept: number) => string;
  /** What it should be; null: that is not decided here. */
  readonly state: 'open' | 'closed' | null;
}

/** An issue that carries the mark, and is by us. */
export interface Found {
  readonly issue: Issue;
  /** Facts that its body told when it was filed. */
  readonly facts: number;
}

/** The issues that carry its mark, by label and marker; a marker that a person pasted does not count (behaviour 21). */
export async function findIssues(desk: Desk, kept: Kept, repository: number): Promise<Answer<Found[]>> {
  const listed = await desk.issues.list(kept.repo, kept.foundBy, kept.since - DAY, PAGES);
  if (!listed.ok) return listed;
  const found: Found[] = [];
  for (const issue of listed.data) {
    const facts = kept.marked(issue.body, repository);
    if (facts !== null && await desk.identity.isOurs(issue)) found.push({ issue, facts });
  }
  return { ...listed, data: found };
}

/** The one to go on with: the oldest that is open, else the oldest. */
export function keeper(found: readonly Found[]): Found | null {
  const byAge = found.toSorted((a, b) => a.issue.number - b.issue.number);
  return byAge.find((f) => f.issue.state === 'open') ?? byAge[0] ?? null;
}

const goesOnIn = ({ number, html_url: url }: Issue): string => url === '' ? `#${number}` : `[#${number}](${url})`;

/** Closes what was filed twice, with a link to the one that is kept (behaviour 19). Null: done, or nothing to do. */
export async function closeDuplicates(desk: Desk, kept: Kept, found: readonly Found[], chosen: Found): Promise<Extract<ActionResult, { ok: false }> | null> {
  for (const { issue } of found) {
    if (issue.number === chosen.issue.number || issue.state === 'closed') continue;
    const told = await once(desk, {
      repo: kept.repo, number: issue.number, since: Date.parse(issue.created_at) || kept.since, id: kept.duplicateOf(chosen.issue.number),
      text: () => `This was filed twice; it goes on in ${goesOnIn(chosen.issue)}.`,
    }, true);
    const closed = told.ok ? await desk.issues.update(kept.repo, issue.number, { state: 'closed', state_reason: 'completed' }) : null;
    const failed = told.ok ? closed && !closed.ok ? resultOf(closed.failure) : null : told;
    if (failed?.retry) return failed;
    if (failed) desk.log.warn({ about: kept.name, issue: issue.number, reason: failed.reason }, 'a duplicate issue could not be closed');
  }
  return null;
}
