import { json, type Answer } from '../common/answer.ts';
import { fields, type Call } from '../common/call.ts';
import { pushing } from './acts-git.ts';
import { inRepo, type Api, type Context } from './context.ts';
import { invalid, notFound, refusal } from './errors.ts';
import { blobSha, refOf, type Commit } from './git.ts';
import type { Repo } from './state.ts';

/** Branches, and files on them. */
export function gitRoutes(api: Api, context: Context): void {
  const { shapes, state } = context.world;
  const base = '/repos/:owner/:repo';
  const shape = (repo: Repo, ref: string, commit: Commit): Record<string, unknown> =>
    ({ ref: `refs/heads/${ref}`, node_id: '', url: `${shapes.repoUrl(repo)}/git/refs/heads/${ref}`, object: { type: 'commit', sha: commit.sha, url: `${shapes.repoUrl(repo)}/git/commits/${commit.sha}` } });
  api.on('GET', `${base}/git/ref/:ref`, inRepo(context, 'contents', 'read', (repo, params) => {
    const name = (params['ref'] ?? '').replace(/^heads\//, '');
    const commit = repo.git.branches.has(name) ? repo.git.at(name) : null;
    return commit ? json(shape(repo, name, commit)) : notFound();
  }));
  api.on('POST', `${base}/git/refs`, inRepo(context, 'contents', 'write', (repo, _params, call) => {
    const { ref, sha } = fields(call);
    const name = String(ref).replace(/^refs\/heads\//, '');
    const commit = repo.git.commits.get(String(sha));
    if (typeof ref !== 'string' || !ref.startsWith('refs/heads/')) return refusal(422, 'Reference name must start with \'refs/\' and have at least two slashes.');
    if (repo.git.branches.has(name)) return refusal(422, 'Reference already exists');
    if (!commit) return refusal(422, 'Object does not exist');
    pushing(context.world, repo, name, state.app, (git) => git.branches.set(name, commit.sha));
    return json(shape(repo, name, commit), 201);
  }));
  api.on('PATCH', `${base}/git/refs/:ref`, inRepo(context, 'contents', 'write', (repo, params, call) => {
    const name = (params['ref'] ?? '').replace(/^heads\//, '');
    const { sha, force } = fields(call);
    const commit = repo.git.commits.get(String(sha));
    if (!repo.git.branches.has(name)) return refusal(422, 'Reference does not exist');
    if (!commit) return refusal(422, 'Object does not exist');
    if (force !== true && !repo.git.contains(commit.sha, repo.git.at(name)?.sha ?? '')) return refusal(422, 'Update is not a fast forward');
    pushing(context.world, repo, name, state.app, (git) => git.branches.set(name, commit.sha));
    return json(shape(repo, name, commit));
  }));
  api.on('GET', `${base}/contents/:path`, inRepo(context, 'contents', 'read', (repo, params, call) => content(context, repo, params['path'] ?? '', refOf(repo, call.query.get('ref')))));
  api.on('PUT', `${base}/contents/:path`, inRepo(context, 'contents', 'write', (repo, params, call) => write(context, repo, params['path'] ?? '', call, state.app.login)));
}

function fileShape(context: Context, repo: Repo, path: string, text: string): Record<string, unknown> {
  const url = `${context.world.shapes.repoUrl(repo)}/contents/${path}`;
  return { type: 'file', name: path.split('/').at(-1), path, sha: blobSha(text), size: Buffer.byteLength(text), url, html_url: url, git_url: url, download_url: url };
}

function content(context: Context, repo: Repo, path: string, ref: string): Answer {
  const commit = repo.git.at(ref);
  if (!commit) return refusal(404, `No commit found for the ref ${ref}`);
  const text = commit.files.get(path);
  // GitHub breaks the lines of base64 after 60 characters.
  if (text !== undefined) return json({ ...fileShape(context, repo, path, text), encoding: 'base64', content: Buffer.from(text).toString('base64').replace(/.{60}/g, '$&\n') });
  const inside = [...commit.files].filter(([p]) => p.startsWith(`${path}/`) && !p.slice(path.length + 1).includes('/'));
  return inside.length > 0 ? json(inside.map(([p, t]) => fileShape(context, repo, p, t))) : notFound();
}

function write(context: Context, repo: Repo, path: string, call: Call, by: string): Answer {
  const { message, content: encoded, sha, branch = repo.defaultBranch } = fields(call);
  if (typeof message !== 'string' || typeof encoded !== 'string' || typeof branch !== 'string') return invalid({ resource: 'Content', code: 'missing_field', field: 'message' });
  if (!repo.git.branches.has(branch)) return refusal(404, `Branch ${branch} not found`);
  const present = repo.git.read(branch, path);
  if (present !== null && sha === undefined) return refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (present !== null && sha !== blobSha(present)) return refusal(409, `${path} does not match ${String(sha)}`);
  if (path.startsWith('.github/workflows/')) {
    const lacking = context.auth.lacks('workflows', 'write');
    if (lacking) return lacking;
  }
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const commit = pushing(context.world, repo, branch, context.world.state.user(by), (git) => git.write(branch, path, text, by, message));
  return json({ content: fileShape(context, repo, path, text), commit: { sha: commit.sha, message, parents: commit.parents.map((p) => ({ sha: p })) } }, present === null ? 201 : 200);
}
