import type { ActionResult } from '../../domain/action.ts';
import { permanent, resultOf, retryRow } from './errors.ts';
import type { Attempt, Desk, Executor, GitHubAction } from './executor.ts';
import type { Failure } from './failure.ts';
import { commitMessage, dress, findPull, openedBefore, openPull, type Failed, type WantedPull } from './own-pull.ts';
import type { File, Pull } from './pulls.ts';

type Action = Extract<GitHubAction, { kind: 'ensure-pull-request' }>;

/** What every step needs to know. */
interface Place {
  readonly desk: Desk;
  readonly action: Action;
  readonly base: { readonly owner: string; readonly branch: string };
  readonly wanted: WantedPull;
  readonly attempt: Attempt;
}

/** The file that is meant, and its edited text. */
interface Edited {
  readonly path: string;
  readonly text: string;
  readonly sha: string;
}

/**
 * Sees to it that there is one pull request from the branch which makes the edit. Every step finds what an earlier
 * execution has done: the pull request by its mark, the branch by its name, the edit by what the file says.
 */
export const ensurePullRequest: Executor<'ensure-pull-request'> = async (desk, action, _subject, attempt) => {
  const repository = await desk.clients.repository(action.repo);
  if (!repository.ok) return resultOf(repository.failure);
  const base = await desk.pulls.base(action.repo);
  if (!base.ok) return resultOf(base.failure);
  const { repo, branch, since, title, body, labels, reviewers = [] } = action;
  const wanted: WantedPull = { repo, branch, since, title, body, labels, reviewers, milestone: null, owner: base.data.owner, base: base.data.branch, repository: repository.data.id };
  const place: Place = { desk, action, base: base.data, wanted, attempt };
  const present = await findPull(desk, wanted);
  if (!present.ok) return resultOf(present.failure);
  return present.data === null ? make(place) : finish(place, present.data);
};

async function make(place: Place): Promise<ActionResult> {
  const { desk, action, base } = place;
  const tip = await desk.pulls.head(action.repo, base.branch);
  if (!tip.ok) return refused(place, tip.failure);
  const edited = await editFile(place, tip.data);
  if ('ok' in edited) return edited;
  const failed = await commit(place, edited, tip.data);
  return failed ?? open(place, edited, tip.data);
}

/** Looks for the file that is meant, and edits its text as the default branch has it. */
async function editFile(place: Place, tip: string): Promise<Edited | Failed> {
  const { desk, action, base } = place;
  const paths = desk.editor.candidates(action.edit);
  for (const path of paths) {
    const file = await desk.pulls.file(action.repo, path, tip);
    if (!file.ok) return refused(place, file.failure);
    const edit = file.data === null ? null : desk.editor.apply(action.edit, file.data.text);
    if (file.data === null || edit === null) continue;
    if (edit.kind === 'edited') return { path, text: edit.text, sha: file.data.sha };
    if (edit.kind === 'refused') return permanent(`${path} in ${action.repo} cannot be edited: ${edit.reason}`);
    if (edit.kind === 'same') return permanent(`${path} on ${base.branch} of ${action.repo} says so already.`);
  }
  return permanent(`The configuration of ${action.edit.project} is not in ${action.repo}${paths.length === 0 ? '' : `: none of ${paths.join(', ')} on ${base.branch} is it`}.`, 'not-here');
}

/** Puts the edit on the branch, made from `tip` where there is none yet. Null: it is there. */
async function commit(place: Place, edited: Edited, tip: string): Promise<Failed | null> {
  const { desk, action } = place;
  const made = await desk.pulls.branch(action.repo, action.branch, tip);
  if (made.ok) return write(place, edited.path, edited);
  if (made.failure.status !== 422 || !/already exists/i.test(made.failure.reason)) return refused(place, made.failure);
  const file = await desk.pulls.file(action.repo, edited.path, action.branch);
  if (!file.ok) return refused(place, file.failure);
  return onBranch(place, edited.path, file.data);
}

/** The edit on a branch that was there: an earlier execution's, or that of an earlier pull request. */
async function onBranch(place: Place, path: string, file: File | null): Promise<Failed | null> {
  const { editor } = place.desk;
  const edit = file === null ? null : editor.apply(place.action.edit, file.text);
  if (edit?.kind === 'same') return null;
  if (file !== null && edit?.kind === 'edited') return write(place, path, { text: edit.text, sha: file.sha });
  return permanent(`The branch ${place.action.branch} of ${place.action.repo} is there already, and ${path} on it cannot be edited. Delete the branch, and ask again.`);
}

async function write(place: Place, path: string, { text, sha }: File): Promise<Failed | null> {
  const { desk, action } = place;
  const answer = await desk.pulls.write(action.repo, { path, branch: action.branch, text, sha, message: commitMessage(action) });
  if (answer.ok) return null;
  // Somebody wrote it in between, or the branch is so new that it is not seen everywhere: the next execution finds what is there then.
  const passing = answer.failure.status === 409 || (answer.failure.kind === 'missing' && !place.attempt.look);
  return passing ? retryRow(answer.failure.reason) : refused(place, answer.failure);
}

async function open(place: Place, edited: Edited, tip: string): Promise<ActionResult> {
  const { desk, action, wanted } = place;
  let answer = await openPull(desk, wanted);
  if (!answer.ok && /no commits between/i.test(answer.failure.reason)) {
    // What the branch holds was merged long ago, and taken back since: it begins anew, and nothing is lost by that.
    const reset = await desk.pulls.reset(action.repo, action.branch, tip);
    if (!reset.ok) return refused(place, reset.failure);
    const failed = await write(place, edited.path, edited);
    if (failed !== null) return failed;
    answer = await openPull(desk, wanted);
  }
  if (answer.ok) return finish(place, answer.data);
  if (!/already exists/i.test(answer.failure.reason)) return refused(place, answer.failure);
  const present = await openedBefore(desk, wanted);
  return present.ok ? finish(place, present.pull) : present;
}

/** A pull request, with what it is to have besides. */
async function finish({ desk, action, wanted }: Place, pull: Pull): Promise<ActionResult> {
  const dressed = await dress(desk, wanted, pull);
  return 'ok' in dressed ? dressed : { ok: true, receipt: { kind: 'pull-request', repo: action.repo, number: pull.number, url: pull.html_url }, ...dressed };
}

/** A failure of a step; of one that the App may not take, what would have to be granted. */
function refused({ action }: Place, failure: Failure): Failed {
  const result = resultOf(failure);
  if (result.retry || failure.kind !== 'forbidden') return result;
  return permanent(`Archsignal may not edit files and open pull requests in ${action.repo}. ${failure.reason}`);
}
