import type { ActionResult } from '../../domain/action.ts';
import { plainText, type Text } from '../../domain/text.ts';
import type { Answer } from './answer.ts';
import { permanent, resultOf, retryRow } from './errors.ts';
import type { Attempt, Desk, Executor, GitHubAction } from './executor.ts';
import type { Failure } from './failure.ts';
import { labelNamed } from './labels.ts';
import { spokenMarkId } from './marker.ts';
import type { File, Pull } from './pulls.ts';
import { capped, titleWords } from './render/inert.ts';
import { LONGEST_BODY } from './render/limits.ts';
import { markdown } from './render/text.ts';

type Action = Extract<GitHubAction, { kind: 'ensure-pull-request' }>;
type Failed = Extract<ActionResult, { ok: false }>;

const LONGEST_TITLE = 256;
const LONGEST_MESSAGE = 2_000;

/** What every step needs to know. */
interface Place {
  readonly desk: Desk;
  readonly action: Action;
  readonly base: { readonly owner: string; readonly branch: string };
  /** The marker's id: of this branch and this asking, so that what an earlier asking left closed is not taken for it. */
  readonly mark: string;
  readonly repository: number;
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
  const place: Place = { desk, action, base: base.data, mark: `${spokenMarkId(action.branch)}.${action.since}`, repository: repository.data.id, attempt };
  const present = await findPull(place);
  if (!present.ok) return resultOf(present.failure);
  return present.data === null ? make(place) : finish(place, present.data);
};

/** Ours from this branch: this asking's, in whatever state it is, or an earlier one's that is still open. */
async function findPull({ desk, action, base, mark, repository }: Place): Promise<Answer<Pull | null>> {
  const listed = await desk.pulls.from(action.repo, base.owner, action.branch);
  if (!listed.ok) return listed;
  const ours: Pull[] = [];
  for (const pull of listed.data) if (desk.markers.read(pull.body, 'pull', repository).length > 0 && await desk.identity.isOurs(pull)) ours.push(pull);
  const own = ours.find((p) => desk.markers.read(p.body, 'pull', repository).includes(mark));
  return { ...listed, data: own ?? ours.find((p) => p.state === 'open') ?? null };
}

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
  const answer = await desk.pulls.write(action.repo, { path, branch: action.branch, text, sha, message: messageOf(action) });
  if (answer.ok) return null;
  // Somebody wrote it in between, or the branch is so new that it is not seen everywhere: the next execution finds what is there then.
  const passing = answer.failure.status === 409 || (answer.failure.kind === 'missing' && !place.attempt.look);
  return passing ? retryRow(answer.failure.reason) : refused(place, answer.failure);
}

async function open(place: Place, edited: Edited, tip: string): Promise<ActionResult> {
  const { desk, action, base, mark, repository } = place;
  const marker = desk.markers.sign('pull', mark, repository);
  const body = `${markdown(action.body, { mention: true, room: LONGEST_BODY - marker.length - 2 })}\n\n${marker}`;
  const ask = () => desk.pulls.open(action.repo, { title: titleWords(action.title, LONGEST_TITLE), body, head: action.branch, base: base.branch });
  let answer = await ask();
  if (!answer.ok && /no commits between/i.test(answer.failure.reason)) {
    // What the branch holds was merged long ago, and taken back since: it begins anew, and nothing is lost by that.
    const reset = await desk.pulls.reset(action.repo, action.branch, tip);
    if (!reset.ok) return refused(place, reset.failure);
    const failed = await write(place, edited.path, edited);
    if (failed !== null) return failed;
    answer = await ask();
  }
  if (answer.ok) {
    desk.identity.learn(answer.data);
    return finish(place, answer.data);
  }
  if (!/already exists/i.test(answer.failure.reason)) return refused(place, answer.failure);
  const present = await findPull(place);
  if (!present.ok) return resultOf(present.failure);
  if (present.data !== null) return finish(place, present.data);
  return permanent(`A pull request from ${action.branch} in ${action.repo} is open that is not Archsignal's. Close it, or rename its branch, and ask again.`);
}

/** Labels the pull request and asks for reviews, as far as that was not done; one without is better than none. */
async function finish(place: Place, pull: Pull): Promise<ActionResult> {
  const { desk, action } = place;
  const has = new Set(pull.labels.map((l) => l.name.toLowerCase()));
  const missing = pull.state === 'open' ? action.labels.filter((l) => !has.has(l.toLowerCase())) : [];
  if (missing.length > 0) {
    await desk.labels.ensure(action.repo, missing.map(labelNamed));
    const answer = await desk.pulls.label(action.repo, pull.number, missing);
    const failed = answer.ok ? null : resultOf(answer.failure);
    if (failed?.retry) return failed;
    if (failed) desk.log.warn({ repo: action.repo, pull: pull.number, reason: failed.reason }, 'a pull request could not be labelled');
  }
  const failed = pull.state === 'open' ? await askForReviews(place, pull) : null;
  return failed ?? { ok: true, receipt: { kind: 'pull-request', repo: action.repo, number: pull.number, url: pull.html_url } };
}

/** Asks one after the other, because GitHub refuses all where one cannot review. Null: done, as far as it may be. */
async function askForReviews({ desk, action, base }: Place, pull: Pull): Promise<Failed | null> {
  const asked = new Set([...pull.requested_reviewers.map((r) => r.login), ...pull.requested_teams.map((t) => `${base.owner}/${t.slug}`), pull.user?.login ?? ''].map((n) => n.toLowerCase()));
  for (const name of (action.reviewers ?? []).map((r) => r.replace(/^@/, ''))) {
    if (asked.has(name.toLowerCase())) continue;
    const [owner = '', team] = name.split('/');
    // A team of somebody else cannot review here.
    if (team !== undefined && owner.toLowerCase() !== base.owner.toLowerCase()) continue;
    const answer = await desk.pulls.review(action.repo, pull.number, team === undefined ? { reviewers: [name] } : { team_reviewers: [team] });
    const failed = answer.ok ? null : resultOf(answer.failure);
    if (failed?.retry) return failed;
    if (failed) desk.log.warn({ repo: action.repo, pull: pull.number, reviewer: name, reason: failed.reason }, 'a review could not be asked for');
  }
  return null;
}

/** A failure of a step; of one that the App may not take, what would have to be granted. */
function refused({ action }: Place, failure: Failure): Failed {
  const result = resultOf(failure);
  if (result.retry || failure.kind !== 'forbidden') return result;
  return permanent(`Archsignal may not edit files and open pull requests in ${action.repo}. ${failure.reason}`);
}

/** What the commit says. Its mentions and references would count wherever the commit goes, so there are none. */
const messageOf = ({ title, body }: Action): string =>
  capped([titleWords(title, 100), ...inertLines(body)].join('\n\n'), LONGEST_MESSAGE);

const inertLines = (body: Text): string[] => plainText(body).split('\n').map((line) => titleWords(line, 500)).filter((line) => line !== '');
