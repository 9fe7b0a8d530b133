import type { Answer } from '../common/answer.ts';
import type { Handler, Router } from '../common/router.ts';
import type { Access, Auth, Caller } from './auth.ts';
import { notFound, refusal } from './errors.ts';
import type { Limits } from './limits.ts';
import { fullName, type Issue, type Repo } from './state.ts';
import type { World } from './world.ts';

/** Bad habits that lists may be given. */
export interface ListHabits {
  /** New issues stay out of lists until `showAll` (GitHub's lists may lag behind its writes). */
  lagging: boolean;
}

/** What every route may use. */
export interface Context {
  readonly world: World;
  readonly auth: Auth;
  readonly limits: Limits;
  readonly lists: ListHabits;
}

export type Api = Router<Caller>;
export type ApiHandler = Handler<Caller>;

/** Wraps a route of a repository: found, installed, permitted, and not archived where it writes. */
export function inRepo(context: Context, permission: string, access: Access, handler: (repo: Repo, ...rest: Parameters<ApiHandler>) => Answer | Promise<Answer>): ApiHandler {
  return (params, call, caller) => {
    if (caller === 'nobody') return access === 'write' ? refusal(401, 'Requires authentication') : notFound();
    if (caller === 'app') return refusal(401, 'A JSON web token could not be decoded');
    const { state, shapes } = context.world;
    const name = `${params['owner'] ?? ''}/${params['repo'] ?? ''}`;
    const moved = state.renamed.get(name.toLowerCase());
    if (moved) return redirect(`${shapes.base}/repositories/${moved.id}${call.path.slice(call.path.indexOf(`/repos/${name}`) + name.length + 7)}`);
    const repo = state.repos.get(name.toLowerCase());
    if (!repo) return notFound();
    if (!repo.installed || caller !== state.installationOf(repo.owner)) {
      // What is public may be read by every installation, and by none be written.
      if (repo.private) return notFound();
      return access === 'read' ? handler(repo, params, call, caller) : refusal(403, 'Resource not accessible by integration');
    }
    const lacking = context.auth.lacks(permission, access);
    if (lacking) return lacking;
    if (access === 'write' && repo.archived) return refusal(403, 'Repository was archived so is read-only.');
    return handler(repo, params, call, caller);
  };
}

/** GitHub's way of saying that something lives elsewhere now. */
export function redirect(location: string, status: 301 | 307 = 301): Answer {
  const answer = refusal(status, 'Moved Permanently', { url: location });
  return { ...answer, headers: { ...answer.headers, location } };
}

/** Wraps a route of an issue: 410 where it was deleted, 301 where it was transferred. */
export function onIssue(context: Context, access: Access, handler: (issue: Issue, ...rest: Parameters<ApiHandler>) => Answer | Promise<Answer>): ApiHandler {
  return inRepo(context, 'issues', access, (repo, params, call, caller) => {
    if (!repo.hasIssues) return refusal(410, 'Issues are disabled for this repo');
    const number = Number(params['number']);
    const issue = repo.issues.get(number);
    if (issue) return handler(issue, params, call, caller);
    const gone = repo.gone.get(number);
    if (!gone) return notFound();
    if (gone.deleted) return refusal(410, 'This issue was deleted');
    if (!gone.to.repo.installed) return notFound();
    const rest = call.path.slice(call.path.indexOf(`/issues/${number}`) + `/issues/${number}`.length);
    return redirect(`${context.world.shapes.base}/repositories/${gone.to.repo.id}/issues/${gone.to.number}${rest}`);
  });
}

/** Rewrites `/repositories/<id>/…` to `/repos/<owner>/<name>/…`. */
export function byName(context: Context, path: string): string {
  const match = /^\/repositories\/(\d+)(\/.*)?$/.exec(path);
  if (!match) return path;
  const repo = [...context.world.state.repos.values()].find((r) => r.id === Number(match[1]));
  return repo ? `/repos/${fullName(repo)}${match[2] ?? ''}` : path;
}
