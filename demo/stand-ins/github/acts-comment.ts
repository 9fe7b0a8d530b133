import type { Comment, Issue, Reaction, User } from './state.ts';
import { readMentions, tell, touch, type World } from './world.ts';

/** Writes a comment. */
export function addComment(world: World, issue: Issue, by: User, body: string): Comment {
  const at = world.now();
  const comment: Comment = { id: world.state.id(), issue, user: by, body, createdAt: at, updatedAt: at, reactions: [], history: [] };
  issue.comments.push(comment);
  touch(world, issue);
  readMentions(world, comment, by, false);
  tell(world, 'issue_comment', 'created', issue, by, { comment: world.shapes.comment(comment) });
  return comment;
}

/** Edits a comment. */
export function editComment(world: World, comment: Comment, by: User, body: string): void {
  if (comment.body === body) return;
  const from = comment.body;
  comment.history.push(from);
  comment.body = body;
  comment.updatedAt = world.now();
  touch(world, comment.issue);
  readMentions(world, comment, by, true);
  tell(world, 'issue_comment', 'edited', comment.issue, by, { comment: world.shapes.comment(comment), changes: { body: { from } } });
}

/** Deletes a comment. */
export function deleteComment(world: World, comment: Comment, by: User): void {
  const { comments } = comment.issue;
  comments.splice(comments.indexOf(comment), 1);
  touch(world, comment.issue);
  tell(world, 'issue_comment', 'deleted', comment.issue, by, { comment: world.shapes.comment(comment) });
}

/** Adds a reaction; the same one by the same person is there once. GitHub sends no webhook for it. */
export function react(world: World, to: Issue | Comment, by: User, content: string): { readonly reaction: Reaction; readonly fresh: boolean } {
  const known = to.reactions.find((r) => r.user === by && r.content === content);
  if (known) return { reaction: known, fresh: false };
  const reaction: Reaction = { id: world.state.id(), user: by, content, at: world.now() };
  to.reactions.push(reaction);
  return { reaction, fresh: true };
}
