import { z } from 'zod';
import type { ActionResult } from '../../domain/action.ts';
import { CHECK_NAME, type Checked, type FileAt } from '../../domain/configuration.ts';
import { says } from '../../domain/text.ts';
import type { Answer } from './answer.ts';
import { permanent, resultOf, retryRow } from './errors.ts';
import type { Attempt, Desk, Executor, GitHubAction } from './executor.ts';
import { postComment } from './post-comment.ts';
import { capped, titleWords } from './render/inert.ts';
import { LONGEST_BODY } from './render/limits.ts';
import { markdown } from './render/text.ts';

type Action = Extract<GitHubAction, { kind: 'ensure-check-run' }>;

const LONGEST_TITLE = 200;
const LONGEST_ANNOTATION = 2_000;

const run = z.object({ id: z.number(), html_url: z.string().nullish(), external_id: z.string().nullish(), app: z.object({ id: z.number(), slug: z.string().nullish() }).nullish() });
const runs = z.object({ check_runs: z.array(run) });

/**
 * Sees to it that there is one check run of this id on the commit, which tells what the configuration file there comes to;
 * none where a pull request leaves the file alone. It is written whole with one request, so one that is there is left as it is.
 */
export const ensureCheckRun: Executor<'ensure-check-run'> = async (desk, action, _subject, attempt) => {
  const { checker } = desk;
  if (checker === null) return permanent('Nothing checks configurations in this process.');
  const touched = action.pull === null ? null : await desk.configurationFiles.touched(action.repo, action.pull);
  if (touched !== null && !touched.ok) return unread(touched, attempt);
  if (touched?.data === false) return NOTHING;
  const file = await desk.configurationFiles.at(action.repo, action.sha);
  if (!file.ok) return unread(file, attempt);
  const present = await findRun(desk, action, attempt);
  if (!present.ok) return unread(present, attempt);
  if (present.data !== null) return { ok: true, receipt: { kind: 'check-run', url: present.data.html_url ?? '' } };
  return write(desk, action, file.data, await checker.check(action.repo, action.repository, file.data), attempt);
};

const NOTHING: ActionResult = { ok: true, receipt: { kind: 'done' } };

/** The commit or the pull request is not there any more: another has taken its place, and is checked by itself. */
const superseded = (answer: Extract<Answer<unknown>, { ok: false }>): boolean =>
  answer.failure.kind === 'missing' || (answer.failure.status === 422 && /no commit found|sha/i.test(answer.failure.reason));

/** One wrong 404 must not leave a change unchecked. */
function unread(answer: Extract<Answer<unknown>, { ok: false }>, { look }: Attempt): ActionResult {
  if (!superseded(answer)) return resultOf(answer.failure);
  return look ? NOTHING : retryRow(answer.failure.reason);
}

async function findRun(desk: Desk, { repo, sha, id }: Action, { look }: Attempt): Promise<Answer<z.output<typeof run> | null>> {
  const answer = await desk.clients.inRepo(repo, 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ref: sha, check_name: CHECK_NAME, filter: 'all', per_page: 100 }, runs);
  // Who may not even read them may not write them either, and hears it then. The commit is there: its file has just been read.
  if (!answer.ok) return answer.failure.kind === 'forbidden' || (look && answer.failure.status === 404) ? { ok: true, data: null, headers: {} } : answer;
  const app = await desk.identity.app();
  const ours = answer.data.check_runs.find((r) => r.external_id === id && (!app.ok || (r.app?.slug ?? app.data.slug) === app.data.slug));
  return { ...answer, data: ours ?? null };
}

async function write(desk: Desk, action: Action, file: FileAt, checked: Checked, attempt: Attempt): Promise<ActionResult> {
  const answer = await desk.clients.inRepo(action.repo, 'POST /repos/{owner}/{repo}/check-runs', {
    name: CHECK_NAME, head_sha: action.sha, external_id: action.id, status: 'completed', conclusion: checked.conclusion,
    output: {
      title: capped(titleWords(checked.title, LONGEST_TITLE), LONGEST_TITLE),
      summary: markdown(checked.summary, { mention: false, room: LONGEST_BODY - 1_000 }),
      annotations: checked.annotations.map((a) => ({
        path: a.path, start_line: a.line, end_line: a.line, annotation_level: a.level, title: a.title.slice(0, LONGEST_TITLE), message: a.message.slice(0, LONGEST_ANNOTATION),
      })),
    },
  }, run);
  if (answer.ok) return { ok: true, receipt: { kind: 'check-run', url: answer.data.html_url ?? '' } };
  // Of a commit that is gone GitHub says so with a 422; a repository whose checks may not be seen has none (404).
  const hidden = answer.failure.status === 404 && attempt.look;
  if (superseded(answer) && action.pull !== null && !hidden) return unread(answer, attempt);
  if (answer.failure.kind !== 'forbidden' && !hidden) return resultOf(answer.failure);
  if (action.pull === null) return permanent(`Archsignal may not write check runs in ${action.repo}. ${answer.failure.reason}`);
  return checked.conclusion === 'failure' ? comment(desk, action, action.pull, file, checked, attempt) : NOTHING;
}

/** Where check runs may not be written, a mistake is told on the pull request, and that there is none needs no words. */
const comment = (desk: Desk, { repo, id, since }: Action, pull: number, file: FileAt, checked: Checked, attempt: Attempt): Promise<ActionResult> => postComment(desk, {
  kind: 'post-comment', repo, number: pull, id, since,
  text: [says({ code: file.kind === 'none' ? 'the configuration' : file.path }, ` has ${checked.title}.`), ...checked.summary],
}, null, attempt);
