import { empty, json, type Answer } from '../common/answer.ts';
import { fields, type Call } from '../common/call.ts';
import { react } from './acts-comment.ts';
import * as acts from './acts.ts';
import { inRepo, onIssue, type Api, type Context } from './context.ts';
import { invalid, MAX_BODY, MAX_TITLE, notFound, refusal, type FieldError } from './errors.ts';
import { paged } from './paging.ts';
import type { Issue, Repo, State } from './state.ts';

/** Issues, with what hangs on them but comments. */
export function issueRoutes(api: Api, context: Context): void {
  const { world } = context;
  const { shapes, state } = world;
  api.on('GET', '/repos/:owner/:repo/issues', inRepo(context, 'issues', 'read', (repo, _params, call) =>
    (repo.hasIssues ? paged(call, listed(repo, call.query, state.milestones), (i) => shapes.issue(i)) : refusal(410, 'Issues are disabled for this repo'))));
  api.on('POST', '/repos/:owner/:repo/issues', inRepo(context, 'issues', 'write', (repo, _params, call) => {
    if (!repo.hasIssues) return refusal(410, 'Issues are disabled for this repo');
    const { title, body, labels, assignees } = fields(call);
    const wrong = wrongIssue(call, true) ?? wrongAssignee(state, repo, assignees);
    if (wrong) return wrong;
    const issue = acts.openIssue(world, repo, state.app, { title: String(title), body: textOrNull(body), labels: names(labels) ?? [], assignees: names(assignees) ?? [] }, { hidden: context.lists.lagging });
    return json(shapes.issue(issue), 201, { location: `${shapes.base}/repos/${repo.owner}/${repo.name}/issues/${issue.number}` });
  }));
  api.on('GET', '/repos/:owner/:repo/issues/:number', onIssue(context, 'read', (issue) => json(shapes.issue(issue))));
  api.on('PATCH', '/repos/:owner/:repo/issues/:number', onIssue(context, 'write', (issue, _params, call) => {
    const body = fields(call);
    const wrong = wrongIssue(call, false) ?? wrongAssignee(state, issue.repo, body['assignees']);
    if (wrong) return wrong;
    const milestone = typeof body['milestone'] === 'number' ? [...state.milestones].find(([, n]) => n === body['milestone'])?.[0] : null;
    if (milestone === undefined) return invalid({ resource: 'Issue', field: 'milestone', code: 'invalid', value: body['milestone'] });
    if ('milestone' in body) acts.setMilestone(world, issue, state.app, milestone);
    acts.changeIssue(world, issue, state.app, patchOf(body));
    return json(shapes.issue(issue));
  }));
  api.on('PUT', '/repos/:owner/:repo/issues/:number/lock', onIssue(context, 'write', (issue, _params, call) => {
    const reason = fields(call)['lock_reason'];
    acts.setLock(world, issue, state.app, true, typeof reason === 'string' ? reason : null);
    return empty();
  }));
  api.on('DELETE', '/repos/:owner/:repo/issues/:number/lock', onIssue(context, 'write', (issue) => {
    acts.setLock(world, issue, state.app, false);
    return empty();
  }));
  api.on('POST', '/repos/:owner/:repo/issues/:number/reactions', onIssue(context, 'write', (issue, _params, call) => {
    const { reaction, fresh } = react(world, issue, state.app, String(fields(call)['content']));
    return json(shapes.reaction(reaction), fresh ? 201 : 200);
  }));
  labelRoutes(api, context);
  assigneeRoutes(api, context);
}

function labelRoutes(api: Api, context: Context): void {
  const { world } = context;
  const labels = (issue: Issue): Answer => json(issue.labels.map((l) => world.shapes.label(issue.repo, l)));
  const path = '/repos/:owner/:repo/issues/:number/labels';
  api.on('GET', path, onIssue(context, 'read', labels));
  api.on('POST', path, onIssue(context, 'write', (issue, _params, call) => {
    const wanted = names(Array.isArray(call.body) ? call.body : fields(call)['labels']);
    if (!wanted) return invalid({ resource: 'Label', code: 'missing_field', field: 'name' });
    acts.addLabels(world, issue, world.state.app, wanted);
    return labels(issue);
  }));
  api.on('PUT', path, onIssue(context, 'write', (issue, _params, call) => {
    acts.setLabels(world, issue, world.state.app, names(Array.isArray(call.body) ? call.body : fields(call)['labels']) ?? []);
    return labels(issue);
  }));
  api.on('DELETE', `${path}/:name`, onIssue(context, 'write', (issue, params) => {
    const label = issue.labels.find((l) => l.name.toLowerCase() === params['name']?.toLowerCase());
    if (!label) return refusal(404, 'Label does not exist');
    acts.removeLabel(world, issue, world.state.app, label);
    return labels(issue);
  }));
}

function assigneeRoutes(api: Api, context: Context): void {
  const { world } = context;
  api.on('POST', '/repos/:owner/:repo/issues/:number/assignees', onIssue(context, 'write', (issue, _params, call) => {
    const known = (names(fields(call)['assignees']) ?? []).filter((l) => world.state.users.has(l.toLowerCase()));
    acts.setAssignees(world, issue, world.state.app, [...issue.assignees.map((u) => u.login), ...known]);
    return json(world.shapes.issue(issue), 201);
  }));
  api.on('DELETE', '/repos/:owner/:repo/issues/:number/assignees', onIssue(context, 'write', (issue, _params, call) => {
    const off = (names(fields(call)['assignees']) ?? []).map((l) => l.toLowerCase());
    acts.setAssignees(world, issue, world.state.app, issue.assignees.map((u) => u.login).filter((l) => !off.includes(l.toLowerCase())));
    return json(world.shapes.issue(issue));
  }));
  api.on('GET', '/repos/:owner/:repo/assignees/:login', inRepo(context, 'issues', 'read', (repo, params) =>
    (world.state.isMember(repo.owner, params['login'] ?? '') ? empty() : notFound())));
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Names out of a list of texts or of objects with a name; undefined where it is no list. */
function names(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.map((v: unknown) => (typeof v === 'object' && v !== null && 'name' in v ? String(v.name) : String(v)));
}

function patchOf(body: Record<string, unknown>): acts.IssuePatch {
  const labels = names(body['labels']);
  const assignees = names(body['assignees']);
  return {
    ...(typeof body['title'] === 'string' && { title: body['title'] }),
    ...('body' in body && { body: textOrNull(body['body']) }),
    ...((body['state'] === 'open' || body['state'] === 'closed') && { state: body['state'] }),
    ...(typeof body['state_reason'] === 'string' && { stateReason: body['state_reason'] as NonNullable<Issue['stateReason']> }),
    ...(labels && { labels }),
    ...(assignees && { assignees }),
  };
}

function wrongIssue(call: Call, fresh: boolean): Answer | null {
  if (call.body === undefined) return refusal(400, 'Problems parsing JSON');
  const { title, body, state, state_reason: reason } = fields(call);
  const errors: FieldError[] = [];
  if (fresh && (typeof title !== 'string' || title.trim() === '')) errors.push({ resource: 'Issue', field: 'title', code: 'missing_field' });
  if (typeof title === 'string' && [...title].length > MAX_TITLE) errors.push({ resource: 'Issue', field: 'title', code: 'custom', message: `title is too long (maximum is ${MAX_TITLE} characters)` });
  if (typeof body === 'string' && [...body].length > MAX_BODY) errors.push({ resource: 'Issue', field: 'body', code: 'custom', message: `body is too long (maximum is ${MAX_BODY} characters)` });
  if (state !== undefined && state !== 'open' && state !== 'closed') errors.push({ resource: 'Issue', field: 'state', code: 'invalid', value: state });
  if (typeof reason === 'string' && !['completed', 'not_planned', 'duplicate', 'reopened'].includes(reason)) errors.push({ resource: 'Issue', field: 'state_reason', code: 'invalid', value: reason });
  return errors.length > 0 ? invalid(...errors) : null;
}

function wrongAssignee(state: State, repo: Repo, assignees: unknown): Answer | null {
  const stranger = names(assignees)?.find((login) => !state.isMember(repo.owner, login));
  return stranger === undefined ? null : invalid({ resource: 'Issue', field: 'assignees', code: 'invalid', value: stranger });
}

/** The issues that a list request asks for, in its order. */
export function listed(repo: Repo, query: URLSearchParams, milestones: ReadonlyMap<string, number> = new Map()): Issue[] {
  const labels = (query.get('labels') ?? '').split(',').map((l) => l.trim().toLowerCase()).filter((l) => l !== '');
  const state = query.get('state') ?? 'open';
  const since = query.get('since');
  const creator = query.get('creator')?.toLowerCase();
  const assignee = query.get('assignee')?.toLowerCase();
  const milestone = query.get('milestone');
  const found = [...repo.issues.values()].filter((issue) =>
    !issue.unlisted
    && (state === 'all' || issue.state === state)
    && labels.every((wanted) => issue.labels.some((l) => l.name.toLowerCase() === wanted))
    && (since === null || issue.updatedAt >= Date.parse(since))
    && (milestone === null || (issue.milestone === null ? milestone === 'none' : milestone === '*' || milestones.get(issue.milestone) === Number(milestone)))
    && (creator === undefined || issue.user.login.toLowerCase() === creator)
    && (assignee === undefined || assignee === '*' || issue.assignees.some((u) => u.login.toLowerCase() === assignee)));
  const key = (issue: Issue): number => ({ updated: issue.updatedAt, comments: issue.comments.length })[query.get('sort') ?? ''] ?? issue.createdAt;
  const turn = query.get('direction') === 'asc' ? 1 : -1;
  return found.sort((a, b) => turn * (key(a) - key(b) || a.number - b.number));
}
