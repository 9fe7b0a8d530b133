import { createHash } from 'node:crypto';
import type { Repo } from './state.ts';

/** A commit with the whole tree that it leaves; enough of git for files that are edited through the API. */
export interface Commit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly by: string;
  readonly files: ReadonlyMap<string, string>;
}

/** A file's name by its content, as git makes it. */
export const blobSha = (text: string): string => createHash('sha1').update(`blob ${Buffer.byteLength(text)}\0${text}`).digest('hex');

/** A repository's commits and branches; the default branch begins with an empty tree. */
export class Git {
  readonly commits = new Map<string, Commit>();
  readonly branches = new Map<string, string>();
  /** When commits were pushed (epoch ms). */
  readonly dates = new Map<string, number>();
  /** Files that are more than plain ones, by path: `100755` may be run, `120000` is a link. */
  readonly modes = new Map<string, string>();

  constructor(defaultBranch: string) {
    this.branches.set(defaultBranch, this.#add({ parents: [], message: 'Initial commit', by: 'nobody', files: new Map() }));
  }

  /** The commit of a branch or of a name; null where there is none. */
  at(ref: string): Commit | null {
    return this.commits.get(this.branches.get(ref.replace(/^refs\/heads\//, '')) ?? ref) ?? null;
  }

  /** The file at a branch or commit. */
  read(ref: string, path: string): string | null { return this.at(ref)?.files.get(path) ?? null; }

  /** Writes a file on a branch, with a commit. Throws where there is no such branch. */
  write(branch: string, path: string, text: string, by: string, message = `Update ${path}`): Commit {
    const head = this.at(branch);
    if (!head || !this.branches.has(branch)) throw new Error(`There is no branch ${branch}.`);
    return this.#commit(branch, { parents: [head.sha], message, by, files: new Map(head.files).set(path, text) });
  }

  /** Takes a file away from a branch, with a commit. Throws where there is no such branch or file. */
  remove(branch: string, path: string, by: string): Commit {
    const head = this.at(branch);
    if (!head || !this.branches.has(branch) || !head.files.has(path)) throw new Error(`There is no ${path} on ${branch}.`);
    const files = new Map(head.files);
    files.delete(path);
    return this.#commit(branch, { parents: [head.sha], message: `Delete ${path}`, by, files });
  }

  /** What a commit changed since another (null: since nothing): path by path. */
  changes(from: string | null, to: string): Map<string, 'added' | 'modified' | 'removed'> {
    const [before, after] = [from === null ? new Map<string, string>() : this.at(from)?.files ?? new Map<string, string>(), this.at(to)?.files ?? new Map<string, string>()];
    const changed = new Map<string, 'added' | 'modified' | 'removed'>();
    for (const [path, text] of after) if (before.get(path) !== text) changed.set(path, before.has(path) ? 'modified' : 'added');
    for (const path of before.keys()) if (!after.has(path)) changed.set(path, 'removed');
    return changed;
  }

  /** Commits that are in `to` and not in `from`, oldest first. */
  between(from: string, to: string): Commit[] {
    const found = new Map<string, Commit>();
    const todo = [to];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const commit = this.commits.get(next);
      if (!commit || found.has(next) || this.contains(from, next)) continue;
      found.set(next, commit);
      todo.push(...commit.parents);
    }
    return [...found.values()].reverse();
  }

  /** The commits that changed a file, from one back, the newest first: of a merge that left it as one side had it, that side alone is followed, as git does. */
  changing(from: string, path: string): string[] {
    const found: string[] = [];
    const seen = new Set<string>();
    const todo = [from];
    for (let sha = todo.shift(); sha !== undefined; sha = todo.shift()) {
      const commit = this.commits.get(sha);
      if (!commit || seen.has(sha)) continue;
      seen.add(sha);
      const same = commit.parents.find((p) => this.commits.get(p)?.files.get(path) === commit.files.get(path));
      if (same === undefined && (commit.files.has(path) || commit.parents.length > 0)) found.push(sha);
      todo.push(...same === undefined ? commit.parents : [same]);
    }
    return found;
  }

  /** What a branch would bring into another: what it changed since both were one. */
  brought(base: string, head: string): Map<string, 'added' | 'modified' | 'removed'> {
    const [into, from] = [this.at(base), this.at(head)];
    return this.changes(into && from ? this.#forkOf(into, from)?.sha ?? null : null, from?.sha ?? '');
  }

  /** Whether everything in `sha` is in `ref` already. */
  contains(ref: string, sha: string): boolean {
    const seen = new Set<string>();
    const todo = [this.at(ref)?.sha ?? ''];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (next === sha) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      todo.push(...this.commits.get(next)?.parents ?? []);
    }
    return false;
  }

  /** Merges a commit into a branch: what it changed since both were one. */
  merge(branch: string, sha: string, by: string): Commit {
    const [base, head] = [this.at(branch), this.at(sha)];
    if (!base || !head) throw new Error(`There is nothing to merge into ${branch}.`);
    const before = this.#forkOf(base, head)?.files ?? new Map<string, string>();
    const files = new Map(base.files);
    for (const [path, text] of head.files) if (before.get(path) !== text) files.set(path, text);
    for (const path of before.keys()) if (!head.files.has(path)) files.delete(path);
    return this.#commit(branch, { parents: [base.sha, head.sha], message: `Merge ${head.sha.slice(0, 7)}`, by, files });
  }

  /** The commit that both have in common last; null: none. */
  fork(base: string, head: string): string | null {
    const [into, from] = [this.at(base), this.at(head)];
    return into && from ? this.#forkOf(into, from)?.sha ?? null : null;
  }

  /** Keeps a commit that no branch has yet. */
  keep(fields: Omit<Commit, 'sha'>): Commit {
    const sha = this.#add(fields);
    return { sha, ...fields };
  }

  #forkOf(base: Commit, head: Commit): Commit | null {
    const found: Commit[] = [];
    const seen = new Set<string>();
    const todo = [head.sha];
    for (let sha = todo.pop(); sha !== undefined; sha = todo.pop()) {
      const commit = this.commits.get(sha);
      if (!commit || seen.has(sha)) continue;
      seen.add(sha);
      if (this.contains(base.sha, sha)) found.push(commit);
      else todo.push(...commit.parents);
    }
    return found.find((c) => found.every((o) => this.contains(c.sha, o.sha))) ?? found[0] ?? null;
  }

  #commit(branch: string, fields: Omit<Commit, 'sha'>): Commit {
    const sha = this.#add(fields);
    this.branches.set(branch, sha);
    return this.commits.get(sha) ?? { sha, ...fields };
  }

  #add(fields: Omit<Commit, 'sha'>): string {
    const sha = createHash('sha1').update(`${this.commits.size}\n${fields.parents.join()}\n${fields.message}\n${JSON.stringify([...fields.files])}`).digest('hex');
    this.commits.set(sha, { sha, ...fields });
    return sha;
  }
}

/** The branch or commit that a request asks for. */
export const refOf = (repo: Repo, ref: string | null): string => ref === null || ref === '' || ref === 'HEAD' ? repo.defaultBranch : ref;
