import { z } from 'zod';
import type { BlockerNow, BlockerRules, Look, PullHead } from '../../domain/blocker-look.ts';
import { anyJson, type Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { linkedPulls } from './linked-pulls.ts';
import { unread } from './look.ts';
import { everyPage, PER_PAGE, together } from './pages.ts';
import { pullHead } from './pull-head.ts';

/** Hundreds of open blockers of one label. */
const PAGES = 10;
/** Blockers that are looked at more closely at the same time. */
const WIDTH = 4;

type Asking = Pick<Clients, 'inRepo'>;

const label = z.union([z.string(), z.object({ name: z.string() })]);
const issue = z.object({
  number: z.number(), html_url: z.string().nullish(), title: z.string().nullish(), state: z.enum(['open', 'closed']),
  user: z.object({ login: z.string() }).nullish(), labels: z.array(label).nullish(), milestone: z.object({ title: z.string() }).nullish(),
  pull_request: z.object({ merged_at: z.string().nullish() }).nullish(),
});
type Issue = z.output<typeof issue>;
const issues = z.array(issue);
const milestones = z.array(z.object({ number: z.number(), title: z.string() }));

const gone = (answer: Answer<unknown>): boolean => !answer.ok && (answer.failure.kind === 'missing' || answer.failure.kind === 'moved');

/** Every open issue and pull request that the rules may mean; of each label separately, as GitHub's own list wants all of them at once. */
export async function openBlockers(asking: Asking, repo: string, rules: BlockerRules): Promise<Look<readonly BlockerNow[]>> {
  const filters = await filtersOf(asking, repo, rules);
  if (!filters.ok) return unread(filters.failure);
  const found = new Map<number, Issue>();
  for (const filter of filters.data) {
    const list = await everyPage(PAGES, `open issues of ${repo} that block a release`, (page) =>
      asking.inRepo(repo, 'GET /repos/{owner}/{repo}/issues', { ...filter, state: 'open', per_page: PER_PAGE, page }, issues));
    if (!list.ok) return unread(list.failure);
    for (const one of list.data) found.set(one.number, one);
  }
  const meant = [...found.values()].filter(({ milestone }) => rules.milestone === null || same(milestone?.title ?? '', rules.milestone)).sort((a, b) => a.number - b.number);
  const looks = await together(meant, WIDTH, (one) => closer(asking, repo, one));
  const failed = looks.find((look) => !look.ok);
  return failed ?? { ok: true, value: looks.flatMap((look) => look.ok ? [look.value] : []) };
}

/** What to list by: each label, or the milestone's number where no label is named. */
async function filtersOf(asking: Asking, repo: string, { labels, milestone }: BlockerRules): Promise<Answer<readonly object[]>> {
  if (labels.length > 0) return { ok: true, headers: {}, data: [...new Set(labels)].map((name) => ({ labels: name })) };
  if (milestone === null) return { ok: true, headers: {}, data: [] };
  const all = await everyPage(PAGES, `milestones of ${repo}`, (page) =>
    asking.inRepo(repo, 'GET /repos/{owner}/{repo}/milestones', { state: 'all', per_page: PER_PAGE, page }, milestones));
  return all.ok ? { ...all, data: all.data.filter((m) => same(m.title, milestone)).map((m) => ({ milestone: String(m.number) })) } : all;
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** One issue or pull request. One wrong 404 must not end a conflict: it is asked for twice, and the repository has to be there. */
export async function oneBlocker(asking: Asking, repo: string, number: number): Promise<Look<BlockerNow | null>> {
  const ask = (): Promise<Answer<Issue>> => asking.inRepo(repo, 'GET /repos/{owner}/{repo}/issues/{issue_number}', { issue_number: number }, issue);
  const once = await ask();
  const answer = gone(once) ? await ask() : once;
  if (answer.ok) return closer(asking, repo, answer.data);
  if (answer.failure.kind === 'moved' || (answer.failure.status === 410 && gone(answer))) return { ok: true, value: null };
  if (!gone(answer)) return unread(answer.failure);
  const visible = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}', {}, anyJson);
  return visible.ok ? { ok: true, value: null } : unread(visible.failure);
}

/** What its list entry does not tell: a pull request's commits, an issue's pull requests. */
async function closer(asking: Asking, repo: string, one: Issue): Promise<Look<BlockerNow>> {
  const told = {
    repo, number: one.number, url: one.html_url ?? '', title: one.title ?? '', author: one.user?.login ?? null,
    labels: (one.labels ?? []).map((l) => typeof l === 'string' ? l : l.name), milestone: one.milestone?.title ?? null,
  };
  if (!one.pull_request) {
    const linked = await linkedPulls(asking, repo, one.number);
    return linked.ok ? { ok: true, value: { ...told, kind: 'issue', state: one.state, pull: null, linked: linked.value } } : linked;
  }
  const pull = await pullHead(asking, repo, one.number);
  if (!pull.ok) return unread(pull.failure);
  return { ok: true, value: { ...told, kind: 'pull', state: stateOf(one, pull.data), pull: pull.data, linked: [] } };
}

/** By whichever of both answers is the further on: they may be a moment apart. */
const stateOf = (one: Issue, pull: PullHead): BlockerNow['state'] =>
  pull.state === 'merged' || one.pull_request?.merged_at ? 'merged' : one.state === 'closed' ? 'closed' : pull.state;
