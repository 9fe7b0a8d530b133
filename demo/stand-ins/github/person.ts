import { addComment, deleteComment, editComment, react } from './acts-comment.ts';
import * as acts from './acts.ts';
import type { Comment, Issue } from './state.ts';
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
