import { z } from 'zod';
import { anyJson, type Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { authorship } from './identity.ts';

const named = z.object({ sha: z.string().min(1) });
const commit = z.object({ sha: z.string().min(1), tree: named, parents: z.array(named) });
const entry = z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string(), size: z.number().nullish().transform((s) => s ?? 0) });
const tree = z.object({ tree: z.array(entry) });
const blob = z.object({ encoding: z.literal('base64'), content: z.string() });
const compared = z.object({
  merge_base_commit: named,
  // Of somebody whom GitHub does not know it says null, or an object with nothing in it.
  commits: z.array(z.object({ sha: z.string(), author: authorship.shape.user.catch(null) })),
  files: z.array(z.object({ filename: z.string(), sha: z.string().nullish() })).nullish().transform((f) => f ?? []),
});

/** What stands in a folder, or in all of a tree. Mode `100755` may be run, `120000` is a link. */
export type TreeEntry = z.output<typeof entry>;
/** What a branch holds beyond another: its commits, and what it changes since both were one. */
export type Compared = z.output<typeof compared>;

/** A file as a commit is to have it. */
export interface TreeFile { readonly path: string; readonly mode: string; readonly text: string }

/** Git's own objects, of which a commit is made that changes several files at once. */
export interface GitData {
  commit(repo: string, sha: string): Promise<Answer<z.output<typeof commit>>>;
  /** One folder, by the name of its tree or of a commit. */
  folder(repo: string, sha: string): Promise<Answer<readonly TreeEntry[]>>;
  /** Everything below, by the name of a branch, commit or tree; GitHub cuts it at some hundred thousand entries. */
  all(repo: string, ref: string): Promise<Answer<readonly TreeEntry[]>>;
  /** A file's text; null where it is no UTF-8: writing it back would change more than was meant. */
  text(repo: string, sha: string): Promise<Answer<string | null>>;
  compare(repo: string, base: string, head: string): Promise<Answer<Compared>>;
  /** A commit on these parents which is `tree` with these files changed; its name. No branch has it yet. */
  make(repo: string, fields: { readonly tree: string; readonly files: readonly TreeFile[]; readonly parents: readonly string[]; readonly message: string }): Promise<Answer<string>>;
  /** Moves a branch on to a commit that contains what it stands at; anything else GitHub refuses. */
  advance(repo: string, branch: string, sha: string): Promise<Answer<unknown>>;
}

export function createGitData({ inRepo }: Pick<Clients, 'inRepo'>): GitData {
  const entries = async (repo: string, ref: string, more: object): Promise<Answer<readonly TreeEntry[]>> => {
    const answer = await inRepo(repo, 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { tree_sha: ref, ...more }, tree);
    return answer.ok ? { ...answer, data: answer.data.tree } : answer;
  };
  return {
    commit: (repo, sha) => inRepo(repo, 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { commit_sha: sha }, commit),
    folder: (repo, sha) => entries(repo, sha, {}),
    all: (repo, ref) => entries(repo, ref, { recursive: '1' }),
    text: async (repo, sha) => {
      const answer = await inRepo(repo, 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { file_sha: sha }, blob);
      return answer.ok ? { ...answer, data: decoded(answer.data.content) } : answer;
    },
    compare: (repo, base, head) => inRepo(repo, 'GET /repos/{owner}/{repo}/compare/{basehead}', { basehead: `${base}...${head}` }, compared),
    make: async (repo, { tree: base, files, parents, message }) => {
      const made = await inRepo(repo, 'POST /repos/{owner}/{repo}/git/trees', { base_tree: base, tree: files.map(({ path, mode, text }) => ({ path, mode, type: 'blob', content: text })) }, named);
      if (!made.ok) return made;
      const answer = await inRepo(repo, 'POST /repos/{owner}/{repo}/git/commits', { message, tree: made.data.sha, parents }, named);
      return answer.ok ? { ...answer, data: answer.data.sha } : answer;
    },
    advance: (repo, branch, sha) => inRepo(repo, 'PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ref: `heads/${branch}`, sha, force: false }, anyJson),
  };
}

/** Bytes as text; null where they are none. */
export function decoded(content: string): string | null {
  const bytes = Buffer.from(content, 'base64');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null;
}
