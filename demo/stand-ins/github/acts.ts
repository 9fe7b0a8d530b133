import type { Issue, Label, Pull, Repo, User } from './state.ts';
import { note, readMentions, tell, touch, type World } from './world.ts';

/** What an issue is opened with. */
export interface NewIssue { readonly title: string; readonly body?: string | null; readonly labels?: readonly string[]; readonly assignees?: readonly string[] }

/** What of an issue is changed; what is absent stays. */
export interface IssuePatch {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: 'open' | 'closed';
  readonly stateReason?: Issue['stateReason'];
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
}

/** Opens an issue; labels that the repository does not have are made. */
export function openIssue(world: World, repo: Repo, by: User, fresh: NewIssue, { hidden = false, pull = null }: { readonly hidden?: boolean; readonly pull?: Pull | null } = {}): Issue {
  const at = world.now();
  repo.lastNumber += 1;
  const issue: Issue = {
    id: world.state.id(), repo, number: repo.lastNumber, user: by, title: fresh.title, body: fresh.body ?? null, state: 'open', stateReason: null,
    labels: unique(fresh.labels ?? []).map((name) => world.state.label(repo, name)), assignees: unique(fresh.assignees ?? []).map((l) => world.state.user(l)),
    milestone: null, pull, locked: false, lockReason: null, createdAt: at, updatedAt: at, closedAt: null, closedBy: null,
    comments: [], reactions: [], timeline: [], history: [], unlisted: hidden,
  };
  repo.issues.set(issue.number, issue);
  readMentions(world, issue, by, false);
  tell(world, 'issues', 'opened', issue, by);
  for (const label of issue.labels) tell(world, 'issues', 'labeled', issue, by, { label: world.shapes.label(repo, label) });
  return issue;
}

const unique = (names: readonly string[]): string[] => [...new Map(names.map((n) => [n.toLowerCase(), n])).values()];

/** Changes an issue and sends one webhook per kind of change, as GitHub does. */
export function changeIssue(world: World, issue: Issue, by: User, patch: IssuePatch): void {
  changeText(world, issue, by, patch);
  if (patch.state !== undefined) changeState(world, issue, by, patch.state, patch.stateReason ?? null);
  if (patch.labels !== undefined) setLabels(world, issue, by, patch.labels);
  if (patch.assignees !== undefined) setAssignees(world, issue, by, patch.assignees);
}

function changeText(world: World, issue: Issue, by: User, patch: IssuePatch): void {
  const retitled = patch.title !== undefined && patch.title !== issue.title;
  const rewritten = patch.body !== undefined && patch.body !== issue.body;
  if (!retitled && !rewritten) return;
  const changes = { ...(retitled && { title: { from: issue.title } }), ...(rewritten && { body: { from: issue.body ?? '' } }) };
  issue.history.push({ title: issue.title, body: issue.body, by: by.login });
  if (retitled) {
    note(world, issue, by, `changed the title from “${issue.title}” to “${patch.title}”`);
    issue.title = patch.title;
  }
  if (rewritten) {
    issue.body = patch.body;
    readMentions(world, issue, by, true);
  }
  touch(world, issue);
  tell(world, 'issues', 'edited', issue, by, { changes });
}

function changeState(world: World, issue: Issue, by: User, state: 'open' | 'closed', reason: Issue['stateReason']): void {
  if (issue.state === state) {
    if (state === 'closed' && reason !== null) issue.stateReason = reason;
    return;
  }
  issue.state = state;
  issue.stateReason = state === 'closed' ? reason ?? 'completed' : 'reopened';
  issue.closedAt = state === 'closed' ? world.now() : null;
  issue.closedBy = state === 'closed' ? by : null;
  note(world, issue, by, state === 'closed' ? `closed this as ${issue.stateReason.replace('_', ' ')}` : 'reopened this');
  touch(world, issue);
  tell(world, 'issues', state === 'closed' ? 'closed' : 'reopened', issue, by);
}

/** Makes these the issue's labels. */
export function setLabels(world: World, issue: Issue, by: User, names: readonly string[]): void {
  const wanted = unique(names).map((n) => world.state.label(issue.repo, n));
  for (const label of issue.labels.filter((l) => !wanted.includes(l))) removeLabel(world, issue, by, label);
  addLabels(world, issue, by, names);
}

/** Adds labels that the issue does not have. */
export function addLabels(world: World, issue: Issue, by: User, names: readonly string[]): void {
  for (const label of unique(names).map((n) => world.state.label(issue.repo, n))) {
    if (issue.labels.includes(label)) continue;
    issue.labels = [...issue.labels, label];
    note(world, issue, by, `added the label ${label.name}`);
    touch(world, issue);
    tell(world, 'issues', 'labeled', issue, by, { label: world.shapes.label(issue.repo, label) });
  }
}

/** Takes a label off an issue. */
export function removeLabel(world: World, issue: Issue, by: User, label: Label): void {
  issue.labels = issue.labels.filter((l) => l !== label);
  note(world, issue, by, `removed the label ${label.name}`);
  touch(world, issue);
  tell(world, 'issues', 'unlabeled', issue, by, { label: world.shapes.label(issue.repo, label) });
}

/** Makes these people the issue's assignees. */
export function setAssignees(world: World, issue: Issue, by: User, logins: readonly string[]): void {
  const wanted = unique(logins).map((l) => world.state.user(l));
  const tellAbout = (action: string, who: User): void => {
    note(world, issue, by, who === by ? `self-${action} this` : `${action} ${who.login}`);
    touch(world, issue);
    tell(world, 'issues', action, issue, by, { assignee: world.shapes.user(who) });
  };
  for (const user of issue.assignees.filter((u) => !wanted.includes(u))) {
    issue.assignees = issue.assignees.filter((u) => u !== user);
    tellAbout('unassigned', user);
  }
  for (const user of wanted.filter((u) => !issue.assignees.includes(u))) {
    issue.assignees = [...issue.assignees, user];
    tellAbout('assigned', user);
  }
}

/** Puts an issue into a milestone, or into none. */
export function setMilestone(world: World, issue: Issue, by: User, title: string | null): void {
  const before = issue.milestone;
  if (before === title) return;
  issue.milestone = title;
  note(world, issue, by, title === null ? `removed this from the milestone ${before ?? ''}` : `added this to the milestone ${title}`);
  touch(world, issue);
  tell(world, 'issues', title === null ? 'demilestoned' : 'milestoned', issue, by, { milestone: world.shapes.milestone(title ?? before ?? '') });
}

/** Locks or unlocks an issue. */
export function setLock(world: World, issue: Issue, by: User, locked: boolean, reason: string | null = null): void {
  if (issue.locked === locked) return;
  issue.locked = locked;
  issue.lockReason = locked ? reason : null;
  note(world, issue, by, locked ? `locked this conversation${reason ? ` as ${reason}` : ''}` : 'unlocked this conversation');
  touch(world, issue);
  tell(world, 'issues', locked ? 'locked' : 'unlocked', issue, by);
}

/** Deletes an issue: it answers 410 from then on. */
export function deleteIssue(world: World, issue: Issue, by: User): void {
  issue.repo.issues.delete(issue.number);
  issue.repo.gone.set(issue.number, { deleted: true });
  tell(world, 'issues', 'deleted', issue, by);
}

/** Moves an issue to another repository, where it gets a new number and its old place answers 301. */
export function transferIssue(world: World, issue: Issue, by: User, target: Repo): Issue {
  target.lastNumber += 1;
  const moved: Issue = {
    ...issue, id: world.state.id(), repo: target, number: target.lastNumber, updatedAt: world.now(),
    labels: issue.labels.filter((l) => target.labels.has(l.name.toLowerCase())), comments: [],
  };
  for (const comment of issue.comments) moved.comments.push({ ...comment, issue: moved });
  target.issues.set(moved.number, moved);
  issue.repo.issues.delete(issue.number);
  issue.repo.gone.set(issue.number, { deleted: false, to: moved });
  note(world, moved, by, `transferred this issue from ${issue.repo.owner}/${issue.repo.name}`);
  const { shapes } = world;
  tell(world, 'issues', 'transferred', issue, by, { changes: { new_issue: shapes.issue(moved), new_repository: shapes.repo(target) } });
  tell(world, 'issues', 'opened', moved, by, { changes: { old_issue: shapes.issue(issue), old_repository: shapes.repo(issue.repo) } });
  return moved;
}
