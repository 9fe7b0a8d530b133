import type { ActionResult } from '../../domain/action.ts';
import { patchOf } from '../../domain/patch.ts';
import { parsePlatform } from '../../domain/platform.ts';
import { permanent, resultOf, retryRow } from './errors.ts';
import type { Executor } from './executor.ts';
import type { Failure } from './failure.ts';
import { dress, findPull, isForThis, openedBefore, openPull, type Failed } from './own-pull.ts';
import type { Pull } from './pulls.ts';
import { withReleaseNote } from './release-note.ts';
import { editBehind, putOnBranch, unwritten, type Put, type SwitchPull } from './switch-branch.ts';
import { editOf, filesAt, type SwitchEdit } from './switch-files.ts';

/**
 * Sees to it that there is one pull request that turns a platform's switches off, or on again: all of them or none, by one
 * commit. Every step finds what an earlier execution has done: the pull request by its mark, the edit by what the branch
 * changes. Where the App may not write, the edit is answered as a patch.
 */
export const ensureSwitchPull: Executor<'ensure-switch-pull'> = async (desk, action, _subject, attempt) => {
  const { repo, branch, base, since, title, body, labels, reviewers, milestone, to, places, mark, unmarked } = action;
  const platform = parsePlatform(action.platform);
  if (platform === null) return permanent(`${JSON.stringify(action.platform)} is no platform.`);
  if (places.length === 0) return permanent(`No list in ${repo} is named that would turn ${platform} ${to}.`);
  const repository = await desk.clients.repository(repo);
  if (!repository.ok) return resultOf(repository.failure);
  const now = await desk.pulls.base(repo);
  if (!now.ok) return resultOf(now.failure);
  const place: SwitchPull = {
    desk, attempt, releaseNote: action.releaseNote, turn: { to, platform, places, mark, unmarked },
    wanted: { repo, branch, base, since, title, body, labels, reviewers, milestone, owner: now.data.owner, repository: repository.data.id },
  };
  const present = await findPull(desk, place.wanted);
  if (!present.ok) return resultOf(present.failure);
  if (present.data?.state === 'closed') return found(place, present.data);
  const edit = await planned(place);
  return present.data !== null && isForThis(desk, place.wanted, present.data) ? keep(place, present.data, edit) : begin(place, edit, present.data);
};

/** The edit on the base as it is now. */
async function planned({ desk, turn, wanted: { repo, base } }: SwitchPull): Promise<SwitchEdit | Failed> {
  const tip = await desk.pulls.head(repo, base);
  if (!tip.ok) return tip.failure.kind === 'missing' ? permanent(`There is no branch ${base} in ${repo}, or Archsignal may not read it. ${tip.failure.reason}`) : resultOf(tip.failure);
  const files = await filesAt(desk, repo, tip.data, turn.places);
  return files.ok ? editOf(desk, files.files, turn) : files;
}

/** There is no pull request yet, or one that an earlier asking left open, which then has to hold this edit. */
async function begin(place: SwitchPull, edit: SwitchEdit | Failed, earlier: Pull | null): Promise<ActionResult> {
  const { wanted: { repo, base, branch } } = place;
  if ('ok' in edit) return edit;
  if (edit.turned.kind === 'same') return { ok: true, receipt: { kind: 'switched' } };
  if (edit.turned.kind === 'refused') return permanent(`The switches on ${base} of ${repo} cannot be turned ${place.turn.to}, and nothing was changed: ${edit.turned.reason}`);
  const put = await putOnBranch(place, edit);
  if (put.kind === 'there') return earlier === null ? open(place, edit) : finish(place, earlier, edit);
  return put.kind === 'foreign'
    ? permanent(`The branch ${branch} of ${repo} holds commits by ${put.who}, so it is left as it is and nothing was changed. Rename or delete it, and ask again.`)
    : ended(place, edit, put);
}

const ended = (place: SwitchPull, edit: SwitchEdit, put: Extract<Put, { kind: 'failed' | 'refused' }>): ActionResult =>
  put.kind === 'failed' ? put.failed : offered(place, edit, put.failure);

async function open(place: SwitchPull, edit: SwitchEdit): Promise<ActionResult> {
  const { desk, wanted, releaseNote } = place;
  const answer = await openPull(desk, { ...wanted, body: await withReleaseNote(desk, wanted.repo, wanted.base, wanted.body, releaseNote) });
  if (answer.ok) return finish(place, answer.data, edit);
  const { failure } = answer;
  // It was merged in this very moment, or the branch is so new that it is not seen everywhere.
  if (/no commits between/i.test(failure.reason)) return retryRow(failure.reason);
  if (/already exists/i.test(failure.reason)) {
    const before = await openedBefore(desk, wanted);
    return before.ok ? finish(place, before.pull, edit) : before;
  }
  const put = unwritten(place, failure);
  return put.kind === 'there' || put.kind === 'foreign' ? retryRow(failure.reason) : ended(place, edit, put);
}

/** The pull request is open: its branch follows the base as long as nobody else has pushed to it. */
async function keep(place: SwitchPull, pull: Pull, edit: SwitchEdit | Failed): Promise<ActionResult> {
  const { desk, wanted: { repo, branch } } = place;
  if ('ok' in edit) return edit.retry ? edit : found(place, pull);
  if (edit.turned.kind !== 'edited') return found(place, pull);
  const put = await putOnBranch(place, edit);
  if (put.kind === 'failed' && put.failed.retry) return put.failed;
  if (put.kind === 'there') return finish(place, pull, edit);
  const reason = put.kind === 'foreign' ? `its branch holds commits by ${put.who}` : put.kind === 'refused' ? put.failure.reason : put.failed.reason;
  desk.log.warn({ repo, branch, pull: pull.number, reason }, 'a pull request of switches is left as it is');
  return found(place, pull);
}

/** A pull request as it stands: what it cut out is known by the commit that it ends in. */
async function found(place: SwitchPull, pull: Pull): Promise<ActionResult> {
  const edit = pull.head === null ? null : await editBehind(place, pull.head, place.turn.places);
  return finish(place, pull, edit);
}

async function finish(place: SwitchPull, pull: Pull, edit: SwitchEdit | null): Promise<ActionResult> {
  const { desk, wanted, turn } = place;
  const dressed = await dress(desk, wanted, pull);
  if ('ok' in dressed) return dressed;
  const unmarked = turn.to === 'off' && edit?.turned.kind === 'edited' ? { unmarked: edit.turned.unmarked } : {};
  return { ok: true, receipt: { kind: 'pull-request', repo: wanted.repo, number: pull.number, url: pull.html_url, ...unmarked }, ...dressed };
}

/** The edit for somebody else to make. */
function offered({ turn }: SwitchPull, { from, files, turned }: SwitchEdit, { reason }: Failure): ActionResult {
  const diff = files.map(({ path, text }) => patchOf(path, from.texts.get(path) ?? '', text)).join('');
  const workflows = files.some(({ path }) => path.startsWith('.github/workflows/')) && !reason.includes('workflows');
  const why = `${reason}${workflows ? ' Files in `.github/workflows` take `workflows: write` as well.' : ''}`;
  return { ok: true, receipt: { kind: 'patch', diff, why, unmarked: turn.to === 'off' && turned.kind === 'edited' ? turned.unmarked : [] } };
}
