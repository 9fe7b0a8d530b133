import type { SwitchPlace } from '../../domain/build-switch.ts';
import type { Turn } from '../../domain/switcher.ts';
import type { Answer } from './answer.ts';
import { permanent, resultOf, retryRow } from './errors.ts';
import type { Attempt, Desk } from './executor.ts';
import type { Failure } from './failure.ts';
import type { Compared } from './git-data.ts';
import { commitMessage, type Failed, type WantedPull } from './own-pull.ts';
import { editOf, filesAt, isEdit, sameFiles, type SwitchEdit } from './switch-files.ts';

/** What every step needs to know. */
export interface SwitchPull {
  readonly desk: Desk;
  readonly wanted: WantedPull;
  readonly turn: Turn;
  readonly attempt: Attempt;
  /** What the release's notes are to say of it, if the repository wants to know. */
  readonly releaseNote: string | undefined;
}

/** `refused`: GitHub does not let the App write this; `foreign`: others have pushed to the branch (a sentence). */
export type Put =
  | { readonly kind: 'there' }
  | { readonly kind: 'failed'; readonly failed: Failed }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'foreign'; readonly who: string };

const there: Put = { kind: 'there' };
const failedBy = (failed: Failed): Put => ({ kind: 'failed', failed });

/**
 * Sees to it that the branch holds the edit and nothing else, on top of what `edit` was planned on or of something that does
 * not differ from it where it matters. The branch only ever moves on to what contains it: where the base has moved, by a
 * merge; and where somebody else has pushed to it, not at all.
 */
export async function putOnBranch(place: SwitchPull, edit: SwitchEdit): Promise<Put> {
  const { desk, wanted: { repo, branch } } = place;
  const head = await desk.pulls.head(repo, branch);
  if (head.ok) return onBranch(place, edit, head.data);
  if (head.failure.kind !== 'missing') return failedBy(resultOf(head.failure));
  const made = await make(place, edit, [edit.from.commit]);
  if (!made.ok) return unwritten(place, made.failure);
  const begun = await desk.pulls.branch(repo, branch, made.data);
  if (begun.ok) return there;
  return /already exists/i.test(begun.failure.reason) ? failedBy(retryRow(`The branch ${branch} of ${repo} has just appeared.`)) : unwritten(place, begun.failure);
}

/** A branch that was there: an earlier execution's, an earlier asking's, or somebody else's. */
async function onBranch(place: SwitchPull, edit: SwitchEdit, head: string): Promise<Put> {
  const { desk, wanted: { repo }, turn: { places }, attempt } = place;
  const tip = edit.from.commit;
  const compared = await desk.git.compare(repo, tip, head);
  // Branches without a common beginning cannot be compared; but one wrong 404 must not make ours somebody else's.
  if (!compared.ok) return compared.failure.kind !== 'missing' ? failedBy(resultOf(compared.failure)) : attempt.look ? { kind: 'foreign', who: 'somebody else' } : failedBy(retryRow(compared.failure.reason));
  const { merge_base_commit: { sha: fork }, commits, files } = compared.data;
  // All that it holds is in the base already.
  if (commits.length === 0) return advance(place, edit, [tip]);
  const before = fork === tip ? { ok: true as const, files: edit.from } : await filesAt(desk, repo, fork, places);
  if (!before.ok) return failedBy(before);
  const exact = isEdit(fork === tip ? edit : editOf(desk, before.files, place.turn), files);
  if (exact && sameFiles(before.files, edit.from)) return there;
  const strangers = exact ? [] : await others(desk, commits);
  return strangers.length > 0 ? { kind: 'foreign', who: strangers.join(', ') } : advance(place, edit, [head, tip]);
}

/** Whoever else wrote one of the commits; somebody whom GitHub does not know counts. */
async function others(desk: Desk, commits: Compared['commits']): Promise<string[]> {
  const found = new Set<string>();
  for (const { author } of commits) if (!await desk.identity.isOurs({ user: author })) found.add(author?.login ?? 'somebody else');
  return [...found].slice(0, 3);
}

async function advance(place: SwitchPull, edit: SwitchEdit, parents: readonly string[]): Promise<Put> {
  const { desk, wanted: { repo, branch } } = place;
  const made = await make(place, edit, parents);
  if (!made.ok) return unwritten(place, made.failure);
  const moved = await desk.git.advance(repo, branch, made.data);
  if (moved.ok) return there;
  return /fast.forward/i.test(moved.failure.reason) ? failedBy(retryRow(`Somebody has pushed to ${branch} of ${repo} at this very moment.`)) : unwritten(place, moved.failure);
}

const make = ({ desk, wanted }: SwitchPull, { from, files }: SwitchEdit, parents: readonly string[]): Promise<Answer<string>> =>
  desk.git.make(wanted.repo, { tree: from.tree, files, parents, message: commitMessage(wanted) });

/** GitHub's words for a branch, or a file, that is not for everybody to write. */
const RULES = /rule violations?|protected|restricted|without `?workflows?`?|reference update failed|not authori[sz]ed/i;

/** A write that failed: whether it will go another time, or is not allowed. */
export function unwritten({ attempt, wanted: { repo } }: SwitchPull, failure: Failure): Put {
  const result = resultOf(failure);
  if (result.retry) return failedBy(result);
  if (failure.status === 409) return failedBy(retryRow(failure.reason));
  if (/archived/i.test(failure.reason)) return failedBy(permanent(`Nothing can be written to ${repo}. ${failure.reason}`));
  const unsure = failure.kind === 'missing' || /reference update failed/i.test(failure.reason);
  // What is so new that it is not seen everywhere is missing as well.
  if (unsure && !attempt.look) return failedBy(retryRow(failure.reason));
  return failure.kind === 'forbidden' || failure.kind === 'missing' || RULES.test(failure.reason) ? { kind: 'refused', failure } : failedBy(result);
}

/** The edit that a commit of ours is, by what it was made on; null: it is none, or cannot be read. */
export async function editBehind({ desk, wanted: { repo }, turn }: SwitchPull, sha: string, places: readonly SwitchPlace[]): Promise<SwitchEdit | null> {
  const commit = await desk.git.commit(repo, sha);
  const below = commit.ok ? commit.data.parents.at(-1) : undefined;
  const before = below === undefined ? null : await filesAt(desk, repo, below.sha, places);
  return before?.ok ? editOf(desk, before.files, turn) : null;
}
