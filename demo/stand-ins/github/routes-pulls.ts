import { json, type Answer } from '../common/answer.ts';
import { fields, type Call } from '../common/call.ts';
import { changeIssue } from './acts.ts';
import { mergePull, openPull } from './acts-pull.ts';
import { inRepo, type Api, type ApiHandler, type Context } from './context.ts';
import { invalid, MAX_BODY, MAX_TITLE, notFound, refusal } from './errors.ts';
import { paged } from './paging.ts';
import { isPull, type Issue, type PullIssue, type Repo } from './state.ts';

/** Pull requests from branches of the same repository. */
export function pullRoutes(api: Api, context: Context): void {
  const { world } = context;
  const { shapes, state } = world;
  const one = '/repos/:owner/:repo/pulls/:number';
  const onPull = (access: 'read' | 'write', handler: (pull: PullIssue, call: Call) => Answer): ApiHandler =>
    inRepo(context, 'pull_requests', access, (repo, params, call) => {
      const issue = repo.issues.get(Number(params['number']));
      return issue && isPull(issue) ? handler(issue, call) : notFound();
    });
  api.on('GET', '/repos/:owner/:repo/pulls', inRepo(context, 'pull_requests', 'read', (repo, _params, call) => paged(call, pullsOf(repo, call.query), (p) => shapes.pull(p))));
  api.on('POST', '/repos/:owner/:repo/pulls', inRepo(context, 'pull_requests', 'write', (repo, _params, call) => {
    const { title, body, head, base } = fields(call);
    const wrong = wrongPull(repo, { title, body, head, base });
    if (wrong) return wrong;
    const pull = openPull(world, repo, state.app, { title: String(title), body: typeof body === 'string' ? body : null, head: branchOf(head), base: String(base) });
    return json(shapes.pull(pull), 201);
  }));
  api.on('GET', one, onPull('read', (pull) => json(shapes.pull(pull))));
  api.on('GET', `${one}/files`, onPull('read', ({ repo, pull }, call) => paged(call, [...repo.git.brought(pull.base, repo.git.branches.has(pull.head) ? pull.head : pull.headSha)], ([filename, status]) => ({ filename, status, sha: '', additions: 1, deletions: 0, changes: 1 }))));
  api.on('PATCH', one, onPull('write', (pull, call) => {
    const { title, body, state: wanted } = fields(call);
    changeIssue(world, pull, state.app, {
      ...(typeof title === 'string' && { title }), ...(typeof body === 'string' && { body }), ...((wanted === 'open' || wanted === 'closed') && { state: wanted }),
    });
    return json(shapes.pull(pull));
  }));
  api.on('POST', `${one}/requested_reviewers`, onPull('write', (pull, call) => {
    const asked = fields(call);
    const [people, teams] = [asked['reviewers'], asked['team_reviewers']].map((list) => Array.isArray(list) ? list.map(String) : []);
    const wrong = (people ?? []).some((login) => !state.isMember(pull.repo.owner, login)) || (teams ?? []).some((slug) => !state.teams.has(`${pull.repo.owner}/${slug}`.toLowerCase()));
    if (wrong) return refusal(422, `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${pull.repo.owner}/${pull.repo.name} repository.`);
    for (const login of people ?? []) if (!pull.pull.reviewers.includes(login)) pull.pull.reviewers.push(login);
    for (const slug of teams ?? []) if (!pull.pull.reviewTeams.includes(slug)) pull.pull.reviewTeams.push(slug);
    return json(shapes.pull(pull), 201);
  }));
  api.on('PUT', `${one}/merge`, onPull('write', (pull) => {
    if (pull.state === 'closed') return refusal(405, 'Pull Request is not mergeable');
    mergePull(world, pull, state.app);
    return json({ sha: pull.repo.git.at(pull.pull.base)?.sha, merged: true, message: 'Pull Request successfully merged' });
  }));
}

const branchOf = (head: unknown): string => String(head).replace(/^[^:]*:/, '');

function pullsOf(repo: Repo, query: URLSearchParams): PullIssue[] {
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  const found = [...repo.issues.values()].filter(isPull).filter((p) =>
    (state === 'all' || p.state === state) && (head === null || `${repo.owner}:${p.pull.head}`.toLowerCase() === head.toLowerCase()) && (base === null || p.pull.base === base));
  return found.sort((a, b) => (query.get('direction') === 'asc' ? 1 : -1) * (a.number - b.number));
}

function wrongPull(repo: Repo, { title, body, head, base }: Record<string, unknown>): Answer | null {
  if (typeof title !== 'string' || title.trim() === '' || [...title].length > MAX_TITLE) return invalid({ resource: 'PullRequest', code: 'missing_field', field: 'title' });
  if (typeof body === 'string' && [...body].length > MAX_BODY) return invalid({ resource: 'PullRequest', code: 'custom', field: 'body', message: `body is too long (maximum is ${MAX_BODY} characters)` });
  const [from, to] = [repo.git.at(branchOf(head)), repo.git.at(String(base))];
  if (!from || !repo.git.branches.has(branchOf(head))) return invalid({ resource: 'PullRequest', code: 'invalid', field: 'head' });
  if (!to) return invalid({ resource: 'PullRequest', code: 'invalid', field: 'base' });
  const open = [...repo.issues.values()].filter(isPull).some((p: Issue & { pull: { head: string; base: string } }) => p.state === 'open' && p.pull.head === branchOf(head) && p.pull.base === base);
  if (open) return invalid({ resource: 'PullRequest', code: 'custom', field: '', message: `A pull request already exists for ${repo.owner}:${branchOf(head)}.` });
  if (repo.git.contains(to.sha, from.sha)) return invalid({ resource: 'PullRequest', code: 'custom', field: '', message: `No commits between ${String(base)} and ${branchOf(head)}` });
  return null;
}
