import { z } from 'zod';
import type { LinkedPull, Look } from '../../domain/blocker-look.ts';
import type { Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { unread } from './look.ts';
import { hasNext, PER_PAGE, together } from './pages.ts';
import { pullHead } from './pull-head.ts';

/** Pull requests of one issue that are looked at; more than that are talk. */
const MOST_PULLS = 10;
/** Hundreds of events of an issue; of more, the newest. */
const PAGES = 10;
const WIDTH = 4;
const LONGEST_BODY = 65_536;

type Asking = Pick<Clients, 'inRepo'>;

/** An event of any other kind is none that is looked for. */
const event = z.union([
  z.object({
    event: z.literal('cross-referenced'),
    source: z.object({ issue: z.object({
      number: z.number(), body: z.string().nullish(), pull_request: z.object({}).nullish(), repository: z.object({ full_name: z.string() }).nullish(), html_url: z.string().nullish(),
    }) }),
  }),
  z.unknown().transform(() => null),
]);
const timeline = z.array(event);
type Event = NonNullable<z.output<typeof event>>;

/** Pull requests of the same repository that refer to an issue, the newest first; those that say to fix it before others. REST names no pull request that was linked by hand alone. */
export async function linkedPulls(asking: Asking, repo: string, number: number): Promise<Look<readonly LinkedPull[]>> {
  const events = await eventsOf(asking, repo, number);
  if (!events.ok) return unread(events.failure);
  const found = new Map<number, boolean>();
  for (const { source: { issue } } of events.data) {
    if (!issue.pull_request || !isHere(issue, repo)) continue;
    found.set(issue.number, found.get(issue.number) === true || fixes(issue.body ?? '', repo, number));
  }
  const chosen = [...found].sort(([a, fixesA], [b, fixesB]) => Number(fixesB) - Number(fixesA) || b - a).slice(0, MOST_PULLS);
  const heads = await together(chosen, WIDTH, async ([pull, closes]) => ({ closes, answer: await pullHead(asking, repo, pull) }));
  const pulls: LinkedPull[] = [];
  for (const { closes, answer } of heads) {
    if (answer.ok) pulls.push({ ...answer.data, fixes: closes });
    // One that was there when the event was written may be gone; anything else is not known.
    else if (answer.failure.kind !== 'missing' && answer.failure.kind !== 'moved') return unread(answer.failure);
  }
  return { ok: true, value: pulls };
}

async function eventsOf(asking: Asking, repo: string, number: number): Promise<Answer<Event[]>> {
  const ask = (page: number) => asking.inRepo(repo, 'GET /repos/{owner}/{repo}/issues/{issue_number}/timeline', { issue_number: number, per_page: PER_PAGE, page }, timeline);
  const first = await ask(1);
  if (!first.ok) return first;
  const all = [...first.data];
  const last = lastPage(first.headers);
  for (let page = last === null ? 2 : Math.max(2, last - PAGES + 2), answer = first; page <= (last ?? PAGES) && (last !== null || hasNext(answer.headers, answer.data.length)); page++) {
    const next = await ask(page);
    if (!next.ok) return next;
    all.push(...next.data);
    answer = next;
  }
  return { ...first, data: all.filter((e) => e !== null) };
}

/** The number of a list's last page; null: it is the only one, or that is not told. */
function lastPage(headers: Readonly<Record<string, unknown>>): number | null {
  const link = headers['link'];
  const found = typeof link === 'string' ? /[?&]page=(\d{1,9})[^>]*>;\s*rel="?last"?/.exec(link)?.[1] : undefined;
  return found === undefined ? null : Number(found);
}

function isHere({ repository, html_url: url }: Event['source']['issue'], repo: string): boolean {
  const name = repository?.full_name ?? /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/pull\//.exec(url ?? '')?.[1] ?? '';
  return name.toLowerCase() === repo.toLowerCase();
}

/** Whether a text says, in GitHub's own words, that it closes the issue. */
export function fixes(body: string, repo: string, number: number): boolean {
  const found = body.slice(0, LONGEST_BODY).matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?[ \t]{1,8}(?:https?:\/\/[^/\s]{1,255}\/(?<url>[^/\s]{1,100}\/[^/\s]{1,100})\/issues\/|(?<name>[\w.-]{1,100}\/[\w.-]{1,100})?#)(?<number>\d{1,10})\b/gi);
  return [...found].some(({ groups }) => Number(groups?.['number']) === number && (groups?.['url'] ?? groups?.['name'] ?? repo).toLowerCase() === repo.toLowerCase());
}
