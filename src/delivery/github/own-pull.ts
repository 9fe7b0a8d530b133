import type { ActionResult, LeftOut } from '../../domain/action.ts';
import { plainText, type Text } from '../../domain/text.ts';
import type { Answer } from './answer.ts';
import { permanent, resultOf } from './errors.ts';
import type { Desk } from './executor.ts';
import { labelNamed } from './labels.ts';
import { spokenMarkId } from './marker.ts';
import type { Pull } from './pulls.ts';
import { capped, commitWords } from './render/inert.ts';
import { LONGEST_BODY } from './render/limits.ts';
import { markdown } from './render/text.ts';

export type Failed = Extract<ActionResult, { ok: false }>;

const LONGEST_TITLE = 256;
const LONGEST_MESSAGE = 2_000;

/** A pull request of ours as it is wanted. */
export interface WantedPull {
  readonly repo: string;
  /** The repository's owner as they are called now, and its number. */
  readonly owner: string;
  readonly repository: number;
  readonly branch: string;
  /** The branch that it goes into. */
  readonly base: string;
  /** When it was asked for (epoch ms): what an earlier asking left closed is not taken for it. */
  readonly since: number;
  readonly title: string;
  readonly body: Text;
  readonly labels: readonly string[];
  /** Teams and people whose review is asked for, with `@`. */
  readonly reviewers: readonly string[];
  /** The milestone's title; null: none is asked for. */
  readonly milestone: string | null;
}

const markOf = ({ branch, since }: WantedPull): string => `${spokenMarkId(branch)}.${since}`;

/** Whether a pull request of ours was opened for this asking. */
export const isForThis = (desk: Desk, wanted: WantedPull, { body }: Pull): boolean => desk.markers.read(body, 'pull', wanted.repository).includes(markOf(wanted));

/** Ours from its branch: this asking's, in whatever state it is, or an earlier one's that is still open. */
export async function findPull(desk: Desk, wanted: WantedPull): Promise<Answer<Pull | null>> {
  const { repo, owner, repository, branch } = wanted;
  const listed = await desk.pulls.from(repo, owner, branch);
  if (!listed.ok) return listed;
  const ours: Pull[] = [];
  for (const pull of listed.data) if (desk.markers.read(pull.body, 'pull', repository).length > 0 && await desk.identity.isOurs(pull)) ours.push(pull);
  const own = ours.find((p) => isForThis(desk, wanted, p));
  return { ...listed, data: own ?? ours.find((p) => p.state === 'open') ?? null };
}

/** Opens it, or says what GitHub said; who wrote it is remembered. */
export async function openPull(desk: Desk, wanted: WantedPull): Promise<Answer<Pull>> {
  const { repo, repository, title, body, branch, base } = wanted;
  const marker = desk.markers.sign('pull', markOf(wanted), repository);
  const text = `${markdown(body, { mention: true, room: LONGEST_BODY - marker.length - 2 })}\n\n${marker}`;
  const answer = await desk.pulls.open(repo, { title: commitWords(title, LONGEST_TITLE), body: text, head: branch, base });
  if (answer.ok) desk.identity.learn(answer.data);
  return answer;
}

/** One was open from the branch before ours could be opened: it is ours, or somebody else's. */
export async function openedBefore(desk: Desk, wanted: WantedPull): Promise<{ readonly ok: true; readonly pull: Pull } | Failed> {
  const present = await findPull(desk, wanted);
  if (!present.ok) return resultOf(present.failure);
  if (present.data !== null) return { ok: true, pull: present.data };
  return permanent(`A pull request from ${wanted.branch} in ${wanted.repo} is open that is not Archsignal's. Close it, or rename its branch, and ask again.`);
}

/** What a pull request is dressed in: its receipt says what it is without. */
interface Wardrobe {
  readonly desk: Desk;
  readonly wanted: WantedPull;
  readonly pull: Pull;
  readonly without: LeftOut[];
}

/** Labels, milestone and asked reviews of an open pull request, as far as that was not done; one without is better than none. */
export async function dress(desk: Desk, wanted: WantedPull, pull: Pull): Promise<Failed | { readonly without?: readonly LeftOut[] }> {
  if (pull.state !== 'open') return {};
  const wardrobe: Wardrobe = { desk, wanted, pull, without: [] };
  return await label(wardrobe) ?? await intoMilestone(wardrobe) ?? await askForReviews(wardrobe) ?? (wardrobe.without.length === 0 ? {} : { without: wardrobe.without });
}

/** What may not be done is left out, and is no reason to stop; what may well be done later ends the execution. */
function orWithout({ without }: Wardrobe, answer: Answer<unknown>, what: string): Failed | null {
  const failed = answer.ok ? null : resultOf(answer.failure);
  if (failed?.retry) return failed;
  if (failed) without.push({ what, reason: failed.reason });
  return null;
}

async function label(wardrobe: Wardrobe): Promise<Failed | null> {
  const { desk, wanted, pull } = wardrobe;
  const has = new Set(pull.labels.map((l) => l.name.toLowerCase()));
  const missing = wanted.labels.filter((l) => !has.has(l.toLowerCase()));
  if (missing.length === 0) return null;
  await desk.labels.ensure(wanted.repo, missing.map(labelNamed));
  return orWithout(wardrobe, await desk.pulls.label(wanted.repo, pull.number, missing), missing.length === 1 ? 'its label' : 'its labels');
}

/** One that people have put it into stays. */
async function intoMilestone(wardrobe: Wardrobe): Promise<Failed | null> {
  const { desk, wanted, pull } = wardrobe;
  if (wanted.milestone === null || pull.milestone !== null) return null;
  const what = `the milestone ${wanted.milestone}`;
  const found = await desk.pulls.milestone(wanted.repo, wanted.milestone);
  if (!found.ok) return orWithout(wardrobe, found, what);
  return found.data === null ? null : orWithout(wardrobe, await desk.pulls.intoMilestone(wanted.repo, pull.number, found.data), what);
}

/** Asks one after the other, because GitHub refuses all where one cannot review. */
async function askForReviews(wardrobe: Wardrobe): Promise<Failed | null> {
  const { desk, wanted, pull } = wardrobe;
  const { owner: own, repo } = wanted;
  const asked = new Set([...pull.requested_reviewers.map((r) => r.login), ...pull.requested_teams.map((t) => `${own}/${t.slug}`), pull.user?.login ?? ''].map((n) => n.toLowerCase()));
  for (const name of wanted.reviewers.map((r) => r.replace(/^@/, ''))) {
    if (asked.has(name.toLowerCase())) continue;
    const [owner = '', team] = name.split('/');
    // A team of somebody else cannot review here.
    if (team !== undefined && owner.toLowerCase() !== own.toLowerCase()) continue;
    const answer = await desk.pulls.review(repo, pull.number, team === undefined ? { reviewers: [name] } : { team_reviewers: [team] });
    const failed = orWithout(wardrobe, answer, `a review by @${name}`);
    if (failed) return failed;
  }
  return null;
}

/** What a commit says. Its mentions and references would count wherever the commit goes, and so would orders to CI, so there are none. */
export const commitMessage = ({ title, body }: Pick<WantedPull, 'title' | 'body'>): string =>
  capped([commitWords(title, 100), ...inertLines(body)].join('\n\n'), LONGEST_MESSAGE);

const inertLines = (body: Text): string[] => plainText(body).split('\n').map((line) => commitWords(line, 500)).filter((line) => line !== '');
