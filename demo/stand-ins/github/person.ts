import { addComment, deleteComment, editComment, react } from './acts-comment.ts';
import { pushing, rerequest } from './acts-git.ts';
import { mergePull, openPull, type NewPull } from './acts-pull.ts';
import { archiveRepo, installOn, moveRepo, renameOwner } from './acts-repo.ts';
import * as acts from './acts.ts';
import type { CheckRun, Comment, Issue } from './state.ts';
import type { World } from './world.ts';

/** An issue, or its place: `owner/name#12`. */
export type IssuePlace = Issue | string;

/** Finds an issue by its place. Throws where there is none: a test named a wrong one. */
export function issueAt(world: World, place: IssuePlace): Issue {
  if (typeof place !== 'string') return place;
  const [name = '', number = ''] = place.split('#');
  const issue = world.state.repos.get(name.toLowerCase())?.issues.get(Number(number));
  if (!issue) throw new Error(`There is no issue ${place} at the GitHub stand-in.`);
  return issue;
}

/**
 * Somebody who works on GitHub by hand. Every act resolves when the webhooks that it caused were answered (or given up).
 */
export class Person {
  readonly login: string;
  readonly #world: World;

  constructor(world: World, login: string) {
    this.#world = world;
    this.login = world.state.user(login).login;
  }

  open(repo: string, fresh: acts.NewIssue): Promise<Issue> { return this.#act((w) => acts.openIssue(w, w.state.repo(repo), this.#me(), fresh)); }

  close(place: IssuePlace, reason: Issue['stateReason'] = 'completed'): Promise<void> { return this.#change(place, { state: 'closed', stateReason: reason }); }

  reopen(place: IssuePlace): Promise<void> { return this.#change(place, { state: 'open' }); }

  retitle(place: IssuePlace, title: string): Promise<void> { return this.#change(place, { title }); }

  editBody(place: IssuePlace, body: string): Promise<void> { return this.#change(place, { body }); }

  /** Makes these the issue's labels. */
  relabel(place: IssuePlace, labels: readonly string[]): Promise<void> { return this.#change(place, { labels }); }

  label(place: IssuePlace, ...names: string[]): Promise<void> { return this.#on(place, (w, issue) => acts.addLabels(w, issue, this.#me(), names)); }

  unlabel(place: IssuePlace, name: string): Promise<void> {
    return this.#on(place, (w, issue) => acts.removeLabel(w, issue, this.#me(), w.state.label(issue.repo, name)));
  }

  assign(place: IssuePlace, ...logins: string[]): Promise<void> {
    return this.#on(place, (w, issue) => acts.setAssignees(w, issue, this.#me(), [...issue.assignees.map((u) => u.login), ...logins]));
  }

  assignSelf(place: IssuePlace): Promise<void> { return this.assign(place, this.login); }

  unassign(place: IssuePlace, login: string): Promise<void> {
    return this.#on(place, (w, issue) => acts.setAssignees(w, issue, this.#me(), issue.assignees.map((u) => u.login).filter((l) => l !== login)));
  }

  comment(place: IssuePlace, body: string): Promise<Comment> { return this.#on(place, (w, issue) => addComment(w, issue, this.#me(), body)); }

  editComment(comment: Comment, body: string): Promise<void> { return this.#act((w) => editComment(w, comment, this.#me(), body)); }

  deleteComment(comment: Comment): Promise<void> { return this.#act((w) => deleteComment(w, comment, this.#me())); }

  react(to: Issue | Comment, content: string): Promise<void> { return this.#act((w) => { react(w, to, this.#me(), content); }); }

  /** Puts the issue into a milestone; null: into none. */
  milestone(place: IssuePlace, title: string | null): Promise<void> { return this.#on(place, (w, issue) => acts.setMilestone(w, issue, this.#me(), title)); }

  /** Writes a file on a branch (the default one, or one that is made from it). */
  commit(repo: string, path: string, text: string, branch?: string): Promise<void> {
    return this.#act((w) => {
      const { git, defaultBranch } = w.state.repo(repo);
      if (branch !== undefined && !git.branches.has(branch)) git.branches.set(branch, git.at(defaultBranch)?.sha ?? '');
      pushing(w, w.state.repo(repo), branch ?? defaultBranch, this.#me(), () => git.write(branch ?? defaultBranch, path, text, this.login));
    });
  }

  /** Begins a branch anew from the default one with a single commit, as a rebase does that was pushed by force. */
  forcePush(repo: string, path: string, text: string, branch: string): Promise<void> {
    return this.#act((w) => {
      const found = w.state.repo(repo);
      pushing(w, found, branch, this.#me(), (git) => {
        git.branches.set(branch, git.at(found.defaultBranch)?.sha ?? '');
        return git.write(branch, path, text, this.login);
      });
    });
  }

  /** Takes a file away from the default branch. */
  remove(repo: string, path: string): Promise<void> {
    return this.#act((w) => {
      const found = w.state.repo(repo);
      pushing(w, found, found.defaultBranch, this.#me(), (git) => git.remove(found.defaultBranch, path, this.login));
    });
  }

  /** Presses "Re-run" on a check. */
  rerequest(repo: string, run: CheckRun): Promise<void> { return this.#act((w) => { rerequest(w, w.state.repo(repo), run, this.#me()); }); }

  /** Takes the App off a repository, or puts it on one. */
  install(repo: string, installed = true): Promise<void> { return this.#act((w) => { installOn(w, w.state.repo(repo), installed, this.#me()); }); }

  openPull(repo: string, fresh: NewPull): Promise<Issue> { return this.#act((w) => openPull(w, w.state.repo(repo), this.#me(), fresh)); }

  merge(place: IssuePlace): Promise<void> { return this.#on(place, (w, issue) => mergePull(w, issue, this.#me())); }

  /** Renames a repository, or moves it to another owner. */
  moveRepo(from: string, to: string): Promise<void> { return this.#act((w) => { moveRepo(w, from, to, this.#me()); }); }

  archive(repo: string, archived = true): Promise<void> { return this.#act((w) => archiveRepo(w, w.state.repo(repo), archived, this.#me())); }

  renameOwner(from: string, to: string): Promise<void> { return this.#act((w) => renameOwner(w, from, to)); }

  lock(place: IssuePlace, reason: string | null = null): Promise<void> { return this.#on(place, (w, issue) => acts.setLock(w, issue, this.#me(), true, reason)); }

  unlock(place: IssuePlace): Promise<void> { return this.#on(place, (w, issue) => acts.setLock(w, issue, this.#me(), false)); }

  delete(place: IssuePlace): Promise<void> { return this.#on(place, (w, issue) => acts.deleteIssue(w, issue, this.#me())); }

  /** Moves an issue to another repository (made where there is none) and resolves with what it is there. */
  transfer(place: IssuePlace, repo: string): Promise<Issue> {
    return this.#on(place, (w, issue) => acts.transferIssue(w, issue, this.#me(), w.state.repo(repo)));
  }

  #me(): ReturnType<World['state']['user']> { return this.#world.state.user(this.login); }

  #change(place: IssuePlace, patch: acts.IssuePatch): Promise<void> {
    return this.#on(place, (w, issue) => acts.changeIssue(w, issue, this.#me(), patch));
  }

  #on<T>(place: IssuePlace, act: (world: World, issue: Issue) => T): Promise<T> {
    return this.#act((w) => act(w, issueAt(w, place)));
  }

  async #act<T>(act: (world: World) => T): Promise<T> {
    const before = new Set(this.#world.hooks.underWay());
    const result = act(this.#world);
    await Promise.all(this.#world.hooks.underWay().filter((d) => !before.has(d)));
    return result;
  }
}
