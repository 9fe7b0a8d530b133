import { z } from 'zod';
import type { Look } from '../../domain/blocker-look.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { ownPlaces, type SwitchAsk, type SwitchesNow } from '../../domain/switch-look.ts';
import type { Switcher } from '../../domain/switcher.ts';
import type { Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { conditional } from './conditional.ts';
import { fileOwners } from './file-owners.ts';
import { createGitData } from './git-data.ts';
import type { Limits } from './handles.ts';
import { likelyFiles } from './likely-files.ts';
import { unread } from './look.ts';
import { createMemo } from './memo.ts';
import { together } from './pages.ts';
import { patient } from './patient.ts';
import { createPulls } from './pulls.ts';
import { standingIn, strangeSwitches, switchesIn } from './switch-look.ts';
import { within } from './within.ts';

/** Files that are read at the same time. */
const WIDTH = 6;
/** Places elsewhere that are named, and of one file. */
const MOST_PLACES = 20;
const MOST_OF_ONE = 4;
/** Owners change rarely (ms). */
const OWNERS_KEPT = 600_000;
/** Of the time that there is, what may go into reading files of which some may be left out. */
const SHARE = 0.8;
const OWNERS_SHARE = 0.3;

/** The build files of a repository, as they are on a branch. Reads alone; a failure is data. */
export interface Switches {
  readonly switches: (ask: SwitchAsk, limits: Limits) => Promise<Look<SwitchesNow>>;
  readonly elsewhere: (ask: SwitchAsk, limits: Limits) => Promise<Look<readonly string[]>>;
  readonly othersChanged: (ask: SwitchAsk, pull: number, limits: Limits) => Promise<Look<readonly PlatformId[]>>;
}

type Asking = Pick<Clients, 'inRepo'>;
type Texts = ReadonlyMap<string, string>;

const merged = z.object({ merged_at: z.string().nullish(), merge_commit_sha: z.string().nullish() });

export function createSwitches(clients: Asking, switcher: Switcher, now: () => number): Switches {
  const remembering = conditional(clients);
  const owners = createMemo<readonly string[]>((key) => {
    const [repo, branch, files] = JSON.parse(key) as [string, string, string[]];
    return fileOwners(clients, repo, branch, files);
  }, now, () => OWNERS_KEPT);
  const limited = <T>(what: string, { deadline }: Limits, ask: (asking: Asking) => Promise<Look<T>>, by: Asking = remembering): Promise<Look<T>> =>
    within(deadline, ask(patient(by, deadline)), { ok: false, why: `GitHub did not tell of ${what} within ${deadline / 1_000} s.`, after: null, lasting: false });
  return {
    switches: (ask, limits) => limited(`the switches of ${ask.project.repo}`, limits, async (asking) => {
      const texts = await textsAt(asking, ask, ask.at ?? ask.branch);
      if (!texts.ok) return texts;
      const gone = ownPlaces(ask.project, ask).every((p) => texts.value.has(p.file)) ? null : await goneBranch(asking, ask);
      if (gone !== null) return gone;
      const found = switchesIn(texts.value, ask, switcher);
      if (found.plan === null || found.plan.diff === null) return { ok: true, value: found };
      const files = [...new Set(found.plan.removed.map((r) => r.file))];
      const named = await within(limits.deadline * OWNERS_SHARE, owners.get(JSON.stringify([ask.project.repo, ask.branch, files])), null);
      return { ok: true, value: named?.ok ? { ...found, plan: { ...found.plan, fileOwners: named.data } } : found };
    }),
    // A listing of everything is large and asked for rarely: it is not kept.
    elsewhere: (ask, limits) => limited(`the files of ${ask.project.repo}`, limits, (asking) => elsewhere(asking, switcher, ask, limits), clients),
    othersChanged: (ask, pull, limits) => limited(`the merge of ${ask.project.repo}#${pull}`, limits, (asking) => othersChanged(asking, switcher, ask, pull)),
  };
}

/** The files of the project's own switches at a branch or commit; one that is not there is left out, after a second look. */
async function textsAt(asking: Asking, ask: SwitchAsk, ref: string): Promise<Look<Texts>> {
  const { repo } = ask.project;
  const pulls = createPulls(asking);
  const paths = [...new Set(ownPlaces(ask.project, ask).map((p) => p.file))];
  const answers = await together(paths, WIDTH, async (path) => {
    const once = await pulls.file(repo, path, ref);
    return once.ok && once.data === null ? pulls.file(repo, path, ref) : once;
  });
  const failed = answers.find((a) => !a.ok);
  if (failed && !failed.ok) return unread(failed.failure);
  return { ok: true, value: new Map(paths.flatMap((path, i) => {
    const answer = answers[i];
    return answer?.ok && answer.data !== null ? [[path, answer.data.text] as const] : [];
  })) };
}

/** The failure that there is no such branch, on which every file is missing; null: there is. */
async function goneBranch(asking: Asking, { project: { repo }, branch }: SwitchAsk): Promise<Extract<Look<never>, { ok: false }> | null> {
  const head = await createPulls(asking).head(repo, branch);
  if (head.ok) return null;
  const { failure } = head;
  return unread(failure.kind === 'missing' ? { ...failure, reason: `There is no branch ${branch} in ${repo}, or Archsignal may not read it. ${failure.reason}` } : failure);
}

/** Other lines that name the platform, the likeliest files first; what cannot be read in time is left out. */
async function elsewhere(asking: Asking, switcher: Switcher, ask: SwitchAsk, { deadline }: Limits): Promise<Look<readonly string[]>> {
  const { project: { repo }, branch, platform } = ask;
  const end = performance.now() + deadline * SHARE;
  const git = createGitData(asking);
  const all = await git.all(repo, branch);
  if (!all.ok) return unread(all.failure);
  const places = ownPlaces(ask.project, ask);
  const found: string[] = [];
  const files = likelyFiles(all.data);
  for (let i = 0; i < files.length && found.length < MOST_PLACES && performance.now() < end; i += WIDTH) {
    const some = files.slice(i, i + WIDTH);
    const late: Answer<string | null>[] = [];
    const texts = await within(Math.max(0, end - performance.now()), together(some, WIDTH, ({ sha }) => git.text(repo, sha)), late);
    for (const [j, answer] of texts.entries()) {
      const path = some[j]?.path;
      if (path === undefined || !answer.ok || answer.data === null) continue;
      const text = answer.data;
      const known = places.filter((p) => p.file === path).flatMap((place) => standingIn(new Map([[path, text]]), place, ask, switcher).lines);
      found.push(...switcher.elsewhere(text, platform, new Set(known)).slice(0, MOST_OF_ONE).map((line) => `${path}:${line}`));
    }
  }
  return { ok: true, value: [...strangeSwitches(ask), ...found].slice(0, MOST_PLACES) };
}

/** Compares the switches after the merge of a pull request with what its base was before. */
async function othersChanged(asking: Asking, switcher: Switcher, ask: SwitchAsk, number: number): Promise<Look<readonly PlatformId[]>> {
  const { repo } = ask.project;
  const pull = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: number }, merged);
  if (!pull.ok) return unread(pull.failure);
  const { merged_at: at, merge_commit_sha: sha } = pull.data;
  if (!at || !sha) return { ok: true, value: [] };
  const commit = await createGitData(asking).commit(repo, sha);
  if (!commit.ok) return unread(commit.failure);
  const parent = commit.data.parents[0]?.sha;
  if (parent === undefined) return { ok: true, value: [] };
  // Whatever the components: a list that was not meant may have changed all the same.
  const whole = { ...ask, components: [] };
  const [before, after] = await Promise.all([textsAt(asking, whole, parent), textsAt(asking, whole, sha)]);
  if (!before.ok) return before;
  return after.ok ? changedBetween(before.value, after.value, whole, switcher) : after;
}

function changedBetween(before: Texts, after: Texts, ask: SwitchAsk, switcher: Switcher): Look<readonly PlatformId[]> {
  const changed = new Set<PlatformId>();
  for (const place of ownPlaces(ask.project, ask)) {
    const [old, fresh] = [before, after].map((texts) => switcher.others(texts.get(place.file) ?? '', place, ask.platform));
    // What could not be read before tells nothing of what has changed.
    if (!old) continue;
    if (!fresh) return { ok: false, why: `${place.file} of ${ask.project.repo} cannot be read any more since the merge, so what it builds is not known.`, after: null, lasting: true };
    for (const one of [...old, ...fresh]) if (old.includes(one) !== fresh.includes(one)) changed.add(one);
  }
  return { ok: true, value: [...changed].sort() };
}
