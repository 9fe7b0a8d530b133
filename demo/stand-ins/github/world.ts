import type { Hooks } from './hooks.ts';
import type { Mentions } from './mentions.ts';
import type { Shapes } from './shapes.ts';
import { isPull, type Comment, type Issue, type State, type User } from './state.ts';

/** What an act on GitHub needs: its memory, its clock, and who hears of it. */
export interface World {
  readonly state: State;
  readonly shapes: Shapes;
  readonly hooks: Hooks;
  readonly mentions: Mentions;
  readonly now: () => number;
}

/** Sends the webhook of something that happened to an issue, with everything GitHub puts in it. */
export function tell(world: World, event: 'issues' | 'issue_comment', action: string, issue: Issue, by: User, more: Record<string, unknown> = {}): void {
  const { shapes, state } = world;
  if (!issue.repo.installed) return;
  // What happens to a pull request is told as such; comments on it are told as on an issue.
  const about = event === 'issues' && isPull(issue) ? { number: issue.number, pull_request: shapes.pull(issue) } : { issue: shapes.issue(issue) };
  void world.hooks.send('pull_request' in about ? 'pull_request' : event, {
    action, ...about, ...more, repository: shapes.repo(issue.repo), organization: shapes.org(state.user(issue.repo.owner)),
    sender: shapes.user(by), installation: { id: state.installationOf(issue.repo.owner), node_id: 'MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u' },
  });
}

/** Records the mentions of an issue's body or a comment. */
export function readMentions(world: World, owner: Issue | Comment, by: User, edited: boolean): void {
  const isComment = 'issue' in owner;
  const issue = isComment ? owner.issue : owner;
  const url = isComment ? world.shapes.commentUrl(owner) : world.shapes.issueUrl(owner);
  world.mentions.read(owner, owner.body ?? '', { at: world.now(), by, issue, where: isComment ? 'comment' : 'issue', url, edited });
}

/** Adds a line to an issue's timeline. */
export function note(world: World, issue: Issue, actor: User, text: string): void {
  issue.timeline.push({ at: world.now(), actor, text });
}

/** Says that an issue was touched now. */
export function touch(world: World, issue: Issue): void { issue.updatedAt = world.now(); }
