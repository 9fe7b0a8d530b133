import { z } from 'zod';
import type { Answer, Params } from './answer.ts';
import type { Clients } from './clients.ts';
import { authorship } from './identity.ts';
import { hasNext, PER_PAGE } from './pages.ts';

/** Text that may be left out or null. */
const text = z.string().nullish().transform((t) => t ?? '');

const issue = authorship.extend({
  number: z.number(),
  title: text,
  body: text,
  state: z.enum(['open', 'closed']),
  comments: z.number().nullish().transform((n) => n ?? 0),
  html_url: text,
  created_at: text,
  pull_request: z.unknown().optional(),
});
/** An issue, reduced to what is used. */
export type Issue = z.output<typeof issue>;

const comment = authorship.extend({ id: z.number(), html_url: text, body: text });
export type Comment = z.output<typeof comment>;

const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';

/** The few requests about issues that delivery makes, each with its answer checked. */
export interface Issues {
  get(repo: string, number: number): Promise<Answer<Issue>>;
  create(repo: string, fields: { title: string; body: string; labels: readonly string[] }): Promise<Answer<Issue>>;
  update(repo: string, number: number, fields: { title?: string; body?: string; state?: 'open' | 'closed'; state_reason?: 'completed' | 'reopened' }): Promise<Answer<Issue>>;
  /** Takes somebody off its assignees; nothing changes where they are none of them. */
  unassign(repo: string, number: number, login: string): Promise<Answer<Issue>>;
  /** Issues (no pull requests) with all of these labels that changed since, newest first, at most `pages` hundreds. */
  list(repo: string, labels: readonly string[], since: number, pages: number): Promise<Answer<Issue[]>>;
  comment(repo: string, number: number, body: string): Promise<Answer<Comment>>;
  /** Comments written or edited since, oldest first. */
  comments(repo: string, number: number, since: number, pages: number): Promise<Answer<Comment[]>>;
}

export function createIssues(clients: Pick<Clients, 'inRepo'>): Issues {
  const pagesOf = async <T>(repo: string, route: string, params: Params, item: z.ZodType<T>, pages: number): Promise<Answer<T[]>> => {
    const all: T[] = [];
    for (let page = 1; ; page++) {
      const answer = await clients.inRepo(repo, route, { ...params, per_page: PER_PAGE, page }, z.array(item));
      if (!answer.ok) return answer;
      all.push(...answer.data);
      if (page >= pages || !hasNext(answer.headers, answer.data.length)) return { ...answer, data: all };
    }
  };
  return {
    get: (repo, number) => clients.inRepo(repo, `GET ${ISSUE}`, { issue_number: number }, issue),
    create: (repo, fields) => clients.inRepo(repo, 'POST /repos/{owner}/{repo}/issues', fields, issue),
    update: (repo, number, fields) => clients.inRepo(repo, `PATCH ${ISSUE}`, { issue_number: number, ...fields }, issue),
    unassign: (repo, number, login) => clients.inRepo(repo, `DELETE ${ISSUE}/assignees`, { issue_number: number, assignees: [login] }, issue),
    list: async (repo, labels, since, pages) => {
      const params = { labels: labels.join(','), state: 'all', since: new Date(since).toISOString() };
      const answer = await pagesOf(repo, 'GET /repos/{owner}/{repo}/issues', params, issue, pages);
      return answer.ok ? { ...answer, data: answer.data.filter((i) => i.pull_request === undefined || i.pull_request === null) } : answer;
    },
    comment: (repo, number, body) => clients.inRepo(repo, `POST ${ISSUE}/comments`, { issue_number: number, body }, comment),
    comments: (repo, number, since, pages) => pagesOf(repo, `GET ${ISSUE}/comments`, { issue_number: number, since: new Date(since).toISOString() }, comment, pages),
  };
}
