import { empty, json, type Answer } from '../common/answer.ts';
import { fields, type Call } from '../common/call.ts';
import { addComment, deleteComment, editComment, react } from './acts-comment.ts';
import { inRepo, onIssue, type Api, type ApiHandler, type Context } from './context.ts';
import { invalid, MAX_BODY, notFound, refusal } from './errors.ts';
import { paged } from './paging.ts';
import type { Comment } from './state.ts';

/** Comments and their reactions. */
export function commentRoutes(api: Api, context: Context): void {
  const { world } = context;
  const { shapes, state } = world;
  const onComment = (access: 'read' | 'write', handler: (comment: Comment, call: Call) => Answer): ApiHandler =>
    inRepo(context, 'issues', access, (repo, params, call) => {
      const comment = state.comment(repo, Number(params['id']));
      return comment ? handler(comment, call) : notFound();
    });
  const one = '/repos/:owner/:repo/issues/comments/:id';
  api.on('GET', one, onComment('read', (comment) => json(shapes.comment(comment))));
  api.on('PATCH', one, onComment('write', (comment, call) => {
    const wrong = wrongBody(call);
    if (wrong) return wrong;
    editComment(world, comment, state.app, String(fields(call)['body']));
    return json(shapes.comment(comment));
  }));
  api.on('DELETE', one, onComment('write', (comment) => {
    deleteComment(world, comment, state.app);
    return empty();
  }));
  api.on('GET', `${one}/reactions`, onComment('read', (comment, call) => paged(call, comment.reactions, (r) => shapes.reaction(r))));
  api.on('POST', `${one}/reactions`, onComment('write', (comment, call) => {
    const { reaction, fresh } = react(world, comment, state.app, String(fields(call)['content']));
    return json(shapes.reaction(reaction), fresh ? 201 : 200);
  }));
  const ofIssue = '/repos/:owner/:repo/issues/:number/comments';
  api.on('GET', ofIssue, onIssue(context, 'read', (issue, _params, call) => paged(call, since(issue.comments, call), (c) => shapes.comment(c))));
  api.on('POST', ofIssue, onIssue(context, 'write', (issue, _params, call) => {
    const wrong = wrongBody(call);
    if (wrong) return wrong;
    if (issue.locked) return refusal(403, 'Unable to create comment because issue is locked.');
    const comment = addComment(world, issue, state.app, String(fields(call)['body']));
    return json(shapes.comment(comment), 201, { location: `${shapes.base}/repos/${issue.repo.owner}/${issue.repo.name}/issues/comments/${comment.id}` });
  }));
  api.on('GET', '/repos/:owner/:repo/issues/comments', inRepo(context, 'issues', 'read', (repo, _params, call) => {
    const all = [...repo.issues.values()].flatMap((i) => i.comments);
    const key = call.query.get('sort') === 'updated' ? (c: Comment): number => c.updatedAt : (c: Comment): number => c.createdAt;
    const turn = call.query.get('direction') === 'desc' ? -1 : 1;
    return paged(call, since(all, call).sort((a, b) => turn * (key(a) - key(b) || a.id - b.id)), (c) => shapes.comment(c));
  }));
}

function since(comments: readonly Comment[], call: Call): Comment[] {
  const from = call.query.get('since');
  return comments.filter((c) => from === null || c.updatedAt >= Date.parse(from));
}

function wrongBody(call: Call): Answer | null {
  if (call.body === undefined) return refusal(400, 'Problems parsing JSON');
  const { body } = fields(call);
  if (typeof body !== 'string' || body.trim() === '') return invalid({ resource: 'IssueComment', code: 'missing_field', field: 'body' });
  if ([...body].length > MAX_BODY) return invalid({ resource: 'IssueComment', code: 'unprocessable', field: 'data', message: `Body is too long (maximum is ${MAX_BODY} characters)` });
  return null;
}
