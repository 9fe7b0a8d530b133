import { json } from '../common/answer.ts';
import { inRepo, type Api, type Context } from './context.ts';
import { notFound, refusal } from './errors.ts';
import { paged } from './paging.ts';
import { fullName, isPull, type PullIssue, type Repo } from './state.ts';

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** What a branch asks for before anything is merged into it, and what other systems say of commits. */
export function mergingRoutes(api: Api, context: Context): void {
  const { shapes, state } = context.world;
  const branch = '/repos/:owner/:repo/branches/:branch';
  api.on('GET', branch, inRepo(context, 'contents', 'read', (repo, params) => {
    const name = params['branch'] ?? '';
    const sha = repo.git.branches.get(name);
    if (sha === undefined) return refusal(404, 'Branch not found');
    const kept = repo.protection.get(name);
    const checks = kept?.checks ?? [];
    return json({
      name, commit: { sha }, protected: kept !== undefined || repo.rules.has(name), protection_url: `${shapes.repoUrl(repo)}/branches/${encodeURIComponent(name)}/protection`,
      protection: { enabled: kept !== undefined, required_status_checks: { enforcement_level: kept?.checks ? 'everyone' : 'off', contexts: checks.map((c) => c.name), checks: checks.map((c) => ({ context: c.name, app_id: c.app })) } },
    });
  }));
  api.on('GET', `${branch}/protection/required_status_checks`, inRepo(context, 'administration', 'read', (repo, params) => {
    const kept = repo.protection.get(params['branch'] ?? '');
    if (!kept) return refusal(404, 'Branch not protected');
    if (!kept.checks) return refusal(404, 'Required status checks not enabled');
    return json({ url: '', strict: false, contexts: kept.checks.map((c) => c.name), contexts_url: '', checks: kept.checks.map((c) => ({ context: c.name, app_id: c.app })) });
  }));
  api.on('GET', '/repos/:owner/:repo/rules/branches/:branch', inRepo(context, 'metadata', 'read', (repo, params, call) => paged(call, repo.rules.get(params['branch'] ?? '') ?? [], (r) => r)));
  api.on('GET', '/repos/:owner/:repo/commits', inRepo(context, 'contents', 'read', (repo, _params, call) => {
    const from = repo.git.at(call.query.get('sha') ?? repo.defaultBranch);
    const path = call.query.get('path');
    return from ? paged(call, path === null ? history(repo, from.sha) : repo.git.changing(from.sha, path), (sha) => commitShape(repo, sha)) : notFound();
  }));
  api.on('GET', '/repos/:owner/:repo/commits/:ref/pulls', inRepo(context, 'pull_requests', 'read', (repo, params, call) => {
    const commit = repo.git.at(params['ref'] ?? '');
    if (!commit) return refusal(422, `No commit found for SHA: ${params['ref']}`);
    return paged(call, pullsWith(repo, commit.sha), (p) => without(shapes.pull(p), 'merged', 'merged_by'));
  }));
  api.on('GET', '/repos/:owner/:repo/pulls/:number/commits', inRepo(context, 'pull_requests', 'read', (repo, params, call) => {
    const pull = repo.issues.get(Number(params['number']))?.pull;
    return pull ? paged(call, repo.git.between(pull.base, repo.git.at(pull.head)?.sha ?? pull.headSha), (c) => commitShape(repo, c.sha)) : notFound();
  }));
  api.on('GET', '/repos/:owner/:repo/commits/:ref/statuses', inRepo(context, 'statuses', 'read', (repo, params, call) => {
    const commit = repo.git.at(params['ref'] ?? '');
    if (!commit) return refusal(422, `No commit found for SHA: ${params['ref']}`);
    return paged(call, repo.statuses.filter((s) => s.sha === commit.sha).reverse(), (s) => ({
      url: `${shapes.repoUrl(repo)}/statuses/${s.sha}`, id: s.id, node_id: '', state: s.state, description: s.description, target_url: s.targetUrl, context: s.context,
      created_at: iso(s.at), updated_at: iso(s.at), creator: shapes.user(s.by),
    }));
  }));
  /** The parents of a merge beside the first are not walked: a list of commits by date would show them among the others. */
  function history(repo: Repo, from: string): string[] {
    const shas: string[] = [];
    for (let sha: string | undefined = from; sha !== undefined; sha = repo.git.commits.get(sha)?.parents[0]) shas.push(sha);
    return shas;
  }
  function commitShape(repo: Repo, sha: string): Record<string, unknown> {
    const commit = repo.git.commits.get(sha);
    const at = iso(repo.git.dates.get(sha) ?? 0);
    const who = { name: commit?.by, email: '', date: at };
    const user = commit && state.users.get(commit.by.toLowerCase());
    return { sha, node_id: '', commit: { message: commit?.message, author: who, committer: who }, author: user ? shapes.user(user) : null, html_url: `${shapes.site}/${fullName(repo)}/commit/${sha}`, parents: (commit?.parents ?? []).map((p) => ({ sha: p })) };
  }
}

/** The merged pull request that brought a commit to the default branch; of one that is not there, the open ones that have it. */
function pullsWith({ git, issues, defaultBranch }: Repo, sha: string): PullIssue[] {
  const isThere = git.contains(defaultBranch, sha);
  const brought = ({ pull }: PullIssue): boolean => {
    const merge = pull.mergedAs === null ? null : git.at(pull.mergedAs);
    return merge !== null && git.between(merge.parents[0] ?? '', merge.sha).some((c) => c.sha === sha);
  };
  return [...issues.values()].filter(isPull).filter((p) => isThere ? brought(p) : p.state === 'open' && git.contains(p.pull.headSha, sha) && !git.contains(p.pull.base, sha));
}

/** Lists leave out what only the thing itself has. */
const without = (shape: Record<string, unknown>, ...keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(shape).filter(([key]) => !keys.includes(key)));
