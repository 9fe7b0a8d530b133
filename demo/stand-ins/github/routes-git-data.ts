import { createHash } from 'node:crypto';
import { json, type Answer } from '../common/answer.ts';
import { fields } from '../common/call.ts';
import { inRepo, type Api, type Context } from './context.ts';
import { invalid, notFound, refusal } from './errors.ts';
import { blobSha, type Commit, type Git } from './git.ts';
import type { Repo } from './state.ts';

type Files = ReadonlyMap<string, string>;
interface Entry { readonly path: string; readonly mode: string; readonly type: 'blob' | 'tree'; readonly sha: string; readonly size?: number }

/** GitHub cuts a listing of everything here. */
const MOST_ENTRIES = 100_000;

/** Git's own objects: commits that change several files at once are made of them. */
export function gitDataRoutes(api: Api, context: Context): void {
  const { shapes, state } = context.world;
  const base = '/repos/:owner/:repo';
  /** Trees and blobs that were made, or shown, by their names; of a folder with its path. */
  const trees = new Map<string, { readonly files: Files; readonly under: string }>();
  const blobs = new Map<string, string>();

  const treeOf = (git: Git, files: Files, under = ''): string => {
    const inside = [...files].filter(([path]) => path.startsWith(under)).map(([path, text]) => [path, modeOf(git, path), blobSha(text)]);
    const sha = createHash('sha1').update(JSON.stringify([under, inside.sort()])).digest('hex');
    trees.set(sha, { files, under });
    return sha;
  };
  const entriesOf = (git: Git, { files, under }: { readonly files: Files; readonly under: string }, deep: boolean): Entry[] => {
    const folders = new Set<string>();
    const found: Entry[] = [];
    for (const [path, text] of [...files].filter(([p]) => p.startsWith(under))) {
      const parts = path.slice(under.length).split('/');
      for (let i = 1; i < parts.length && (deep || i === 1); i++) folders.add(parts.slice(0, i).join('/'));
      blobs.set(blobSha(text), text);
      if (deep || parts.length === 1) found.push({ path: parts.join('/'), mode: modeOf(git, path), type: 'blob', sha: blobSha(text), size: Buffer.byteLength(text) });
    }
    const below = [...folders].map((path): Entry => ({ path, mode: '040000', type: 'tree', sha: treeOf(git, files, `${under}${path}/`) }));
    return [...found, ...below].sort((x, y) => (x.path < y.path ? -1 : 1));
  };
  const shape = ({ git }: Repo, { sha, files, message, parents, by }: Commit): Record<string, unknown> => {
    const who = { name: by, email: `${by}@users.noreply.github.com`, date: '' };
    return { sha, node_id: '', author: who, committer: who, message, tree: { sha: treeOf(git, files) }, parents: parents.map((p) => ({ sha: p })) };
  };

  api.on('GET', `${base}/git/commits/:sha`, inRepo(context, 'contents', 'read', (repo, params) => {
    const commit = repo.git.commits.get(params['sha'] ?? '');
    return commit ? json(shape(repo, commit)) : notFound();
  }));
  api.on('GET', `${base}/git/trees/:sha`, inRepo(context, 'contents', 'read', ({ git }, params, call) => {
    const name = params['sha'] ?? '';
    const commit = git.at(name);
    const tree = trees.get(name) ?? (commit ? { files: commit.files, under: '' } : undefined);
    if (!tree) return notFound();
    const entries = entriesOf(git, tree, call.query.has('recursive'));
    return json({ sha: treeOf(git, tree.files, tree.under), tree: entries.slice(0, MOST_ENTRIES), truncated: entries.length > MOST_ENTRIES });
  }));
  api.on('GET', `${base}/git/blobs/:sha`, inRepo(context, 'contents', 'read', (_repo, params) => {
    const sha = params['sha'] ?? '';
    const text = blobs.get(sha);
    return text === undefined ? notFound() : json({ sha, node_id: '', size: Buffer.byteLength(text), encoding: 'base64', content: Buffer.from(text).toString('base64').replace(/.{60}/g, '$&\n') });
  }));
  api.on('POST', `${base}/git/trees`, inRepo(context, 'contents', 'write', ({ git }, _params, call): Answer => {
    const { base_tree: from, tree } = fields(call);
    const before = typeof from === 'string' ? trees.get(from)?.files ?? git.at(from)?.files : new Map<string, string>();
    if (!before) return refusal(422, 'base_tree is not a valid tree oid');
    if (!Array.isArray(tree)) return invalid({ resource: 'Tree', code: 'missing_field', field: 'tree' });
    const files = new Map(before);
    for (const { path, mode, content, sha } of tree as { path?: string; mode?: string; content?: string; sha?: string | null }[]) {
      if (typeof path !== 'string' || typeof mode !== 'string') return refusal(422, 'Must supply either tree.sha or tree.content');
      const lacking = path.startsWith('.github/workflows/') ? context.auth.lacks('workflows', 'write') : null;
      if (lacking) return lacking;
      if (sha === null) files.delete(path);
      else files.set(path, content ?? blobs.get(sha ?? '') ?? '');
      if (mode !== modeOf(git, path)) git.modes.set(path, mode);
    }
    return json({ sha: treeOf(git, files), tree: entriesOf(git, { files, under: '' }, false), truncated: false }, 201);
  }));
  api.on('POST', `${base}/git/commits`, inRepo(context, 'contents', 'write', (repo, _params, call): Answer => {
    const { message, tree, parents } = fields(call);
    const files = trees.get(String(tree))?.files;
    const above = Array.isArray(parents) ? parents.map(String) : [];
    if (typeof message !== 'string' || !files) return refusal(422, 'Tree SHA does not exist');
    if (above.some((p) => !repo.git.commits.has(p))) return refusal(422, 'Parent SHA does not exist or is not a commit object');
    return json(shape(repo, repo.git.keep({ parents: above, message, by: state.app.login, files })), 201);
  }));
  api.on('GET', `${base}/compare/:range`, inRepo(context, 'contents', 'read', (repo, params) => {
    const { git } = repo;
    const [from, to] = (params['range'] ?? '').split('...').map((name) => git.at(name));
    const fork = from && to ? git.fork(from.sha, to.sha) : null;
    if (!from || !to || fork === null) return notFound();
    const [ahead, behind] = [git.between(from.sha, to.sha), git.between(to.sha, from.sha)];
    const author = (by: string): unknown => (state.users.has(by.toLowerCase()) ? shapes.user(state.user(by)) : null);
    const status = ahead.length === 0 ? behind.length === 0 ? 'identical' : 'behind' : behind.length === 0 ? 'ahead' : 'diverged';
    return json({
      status, ahead_by: ahead.length, behind_by: behind.length, total_commits: ahead.length, base_commit: { sha: from.sha }, merge_base_commit: { sha: fork },
      commits: ahead.map((c) => ({ sha: c.sha, author: author(c.by), commit: { message: c.message }, parents: c.parents.map((p) => ({ sha: p })) })),
      files: [...git.changes(fork, to.sha)].map(([filename, kind]) => ({ filename, status: kind, sha: blobSha(git.read(kind === 'removed' ? fork : to.sha, filename) ?? '') })),
    });
  }));
}

const modeOf = (git: Git, path: string): string => git.modes.get(path) ?? '100644';
