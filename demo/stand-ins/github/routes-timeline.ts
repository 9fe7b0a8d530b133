import { json } from '../common/answer.ts';
import { inRepo, onIssue, type Api, type Context } from './context.ts';
import { paged } from './paging.ts';
import { fullName, type Comment, type Issue } from './state.ts';

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** What happened around an issue, and milestones. As on GitHub, nothing here names a pull request that was linked by hand. */
export function timelineRoutes(api: Api, context: Context): void {
  const { shapes, state } = context.world;
  api.on('GET', '/repos/:owner/:repo/issues/:number/timeline', onIssue(context, 'read', (issue, _params, call) => {
    const comments = issue.comments.map((c): Happened => ({ at: c.createdAt, shape: { ...shapes.comment(c), event: 'commented', actor: shapes.user(c.user) } }));
    const notes = issue.timeline.map((t): Happened => ({ at: t.at, shape: { event: 'subscribed', actor: shapes.user(t.actor), created_at: iso(t.at) } }));
    const pushes = (issue.pull?.forced ?? []).map((f): Happened => ({ at: f.at, shape: { event: 'head_ref_force_pushed', actor: shapes.user(f.by), commit_id: f.sha, created_at: iso(f.at) } }));
    return paged(call, [...comments, ...notes, ...references(issue), ...pushes].sort((a, b) => a.at - b.at), (h) => h.shape);
  }));
  api.on('GET', '/repos/:owner/:repo/milestones', inRepo(context, 'issues', 'read', (repo, _params, call) => {
    const titles = new Set([...repo.issues.values()].map((i) => i.milestone).filter((m) => m !== null));
    return paged(call, [...titles], (title) => shapes.milestone(title));
  }));
  api.on('GET', '/repos/:owner/:repo/milestones/:number', inRepo(context, 'issues', 'read', (_repo, params) => json(shapes.milestone([...state.milestones].find(([, n]) => n === Number(params['number']))?.[0] ?? ''))));

  interface Happened { readonly at: number; readonly shape: Record<string, unknown> }

  /** Every issue and pull request that names this one in its text or a comment, once. */
  function references(issue: Issue): Happened[] {
    return [...state.repos.values()].flatMap((repo) => [...repo.issues.values()]).filter((other) => other !== issue).flatMap((other): Happened[] => {
      const first = [other, ...other.comments].find((text: Issue | Comment) => names(text.body ?? '', other, issue));
      if (first === undefined) return [];
      return [{ at: first.createdAt, shape: { event: 'cross-referenced', actor: shapes.user(first.user), created_at: iso(first.createdAt), updated_at: iso(first.createdAt), source: { type: 'issue', issue: { ...shapes.issue(other), repository: shapes.repo(other.repo) } } } }];
    });
  }

  function names(text: string, from: Issue, to: Issue): boolean {
    const short = from.repo === to.repo && new RegExp(`(?:^|[^\\w/])#${to.number}\\b`).test(text);
    return short || text.includes(`${fullName(to.repo)}#${to.number}`) || text.split(/[\s)>]/).includes(shapes.issueUrl(to));
  }
}
