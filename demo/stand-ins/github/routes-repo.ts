import { empty, json } from '../common/answer.ts';
import { fields } from '../common/call.ts';
import { inRepo, type Api, type Context } from './context.ts';
import { invalid, notFound, refusal } from './errors.ts';
import { paged } from './paging.ts';
import type { Label, Repo, Team } from './state.ts';

const HEX = /^[0-9a-f]{6}$/i;

/** Repositories and their labels. */
export function repoRoutes(api: Api, context: Context): void {
  const { shapes, state } = context.world;
  api.on('GET', '/repos/:owner/:repo', inRepo(context, 'metadata', 'read', (repo) => json(shapes.repo(repo))));
  api.on('GET', '/repos/:owner/:repo/labels', inRepo(context, 'issues', 'read', (repo, _params, call) =>
    paged(call, [...repo.labels.values()].sort((a, b) => a.name.localeCompare(b.name)), (l) => shapes.label(repo, l))));
  api.on('GET', '/repos/:owner/:repo/labels/:name', inRepo(context, 'issues', 'read', (repo, params) => {
    const label = repo.labels.get((params['name'] ?? '').toLowerCase());
    return label ? json(shapes.label(repo, label)) : notFound();
  }));
  api.on('POST', '/repos/:owner/:repo/labels', inRepo(context, 'issues', 'write', (repo, _params, call) => {
    const body = fields(call);
    const name = typeof body['name'] === 'string' ? body['name'] : '';
    const wrong = wrongLabel(name, body);
    if (wrong) return wrong;
    if (repo.labels.has(name.toLowerCase())) return invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
    const label: Label = { id: state.id(), name, color: 'ededed', description: null };
    repo.labels.set(name.toLowerCase(), label);
    dress(label, body);
    return json(shapes.label(repo, label), 201, { location: `${shapes.base}/repos/${repo.owner}/${repo.name}/labels/${encodeURIComponent(name)}` });
  }));
  api.on('PATCH', '/repos/:owner/:repo/labels/:name', inRepo(context, 'issues', 'write', (repo, params, call) => {
    const label = repo.labels.get((params['name'] ?? '').toLowerCase());
    if (!label) return notFound();
    const body = fields(call);
    const renamed = typeof body['new_name'] === 'string' ? body['new_name'] : label.name;
    const wrong = wrongLabel(renamed, body);
    if (wrong) return wrong;
    renameLabel(repo, label, renamed);
    dress(label, body);
    return json(shapes.label(repo, label));
  }));
  api.on('DELETE', '/repos/:owner/:repo/labels/:name', inRepo(context, 'issues', 'write', (repo, params) => {
    const label = repo.labels.get((params['name'] ?? '').toLowerCase());
    if (!label) return notFound();
    repo.labels.delete(label.name.toLowerCase());
    for (const issue of repo.issues.values()) issue.labels = issue.labels.filter((l) => l !== label);
    return empty();
  }));
}

/** Renames a label of a repository; its issues keep it. */
export function renameLabel(repo: Repo, label: Label, name: string): void {
  repo.labels.delete(label.name.toLowerCase());
  label.name = name;
  repo.labels.set(name.toLowerCase(), label);
}

function wrongLabel(name: string, body: Record<string, unknown>): ReturnType<typeof invalid> | null {
  if (name === '') return invalid({ resource: 'Label', code: 'missing_field', field: 'name' });
  if (name.length > 50) return invalid({ resource: 'Label', code: 'custom', field: 'name', message: 'name is too long (maximum is 50 characters)' });
  const { color, description } = body;
  if (color !== undefined && (typeof color !== 'string' || !HEX.test(color))) return invalid({ resource: 'Label', code: 'invalid', field: 'color' });
  if (typeof description === 'string' && description.length > 100) {
    return invalid({ resource: 'Label', code: 'custom', field: 'description', message: 'description is too long (maximum is 100 characters)' });
  }
  return null;
}

function dress(label: Label, body: Record<string, unknown>): void {
  if (typeof body['color'] === 'string') label.color = body['color'].toLowerCase();
  if (typeof body['description'] === 'string') label.description = body['description'];
}

/** Organisations, teams and people. */
export function peopleRoutes(api: Api, context: Context): void {
  const { shapes, state } = context.world;
  const team = (params: Readonly<Record<string, string>>): ReturnType<typeof state.teams.get> => {
    const found = state.teams.get(`${params['org']}/${params['slug']}`.toLowerCase());
    return found && found.privacy !== 'secret' ? found : undefined;
  };
  const asMemberReader = (handler: Parameters<Api['on']>[2]): Parameters<Api['on']>[2] => (params, call, caller) => {
    if (caller === 'nobody') return refusal(401, 'Requires authentication');
    // An installation sees the teams of its own organisation only.
    if (caller !== state.installationOf(params['org'] ?? '')) return notFound();
    return context.auth.lacks('members', 'read') ?? handler(params, call, caller);
  };
  api.on('GET', '/users/:login', (params) => {
    const user = state.users.get((params['login'] ?? '').toLowerCase());
    return user ? json(shapes.user(user)) : notFound();
  });
  api.on('GET', '/orgs/:org', (params) => {
    const org = state.users.get((params['org'] ?? '').toLowerCase());
    return org?.type === 'Organization' ? json(shapes.org(org)) : notFound();
  });
  api.on('GET', '/orgs/:org/members/:login', asMemberReader((params) => (state.isMember(params['org'] ?? '', params['login'] ?? '') ? empty() : notFound())));
  api.on('GET', '/orgs/:org/teams', asMemberReader((params, call) =>
    paged(call, [...state.teams.values()].filter((t) => t.org.toLowerCase() === params['org']?.toLowerCase() && t.privacy !== 'secret'), (t) => shapes.team(t))));
  api.on('GET', '/orgs/:org/teams/:slug', asMemberReader((params) => {
    const found = team(params);
    return found ? json(shapes.team(found)) : notFound();
  }));
  api.on('GET', '/orgs/:org/teams/:slug/members', asMemberReader((params, call) => {
    const found = team(params);
    return found ? paged(call, [...found.members], (login) => shapes.user(state.user(login))) : notFound();
  }));
  api.on('GET', '/orgs/:org/teams/:slug/memberships/:login', asMemberReader((params) => {
    const found = team(params);
    const status = found ? statusIn(found, params['login']?.toLowerCase() ?? '') : null;
    return found && status ? json({ url: `${shapes.base}/orgs/${found.org}/teams/${found.slug}/memberships/${params['login']}`, role: 'member', state: status }) : notFound();
  }));
}

/** How somebody stands in a team; members of its child teams are its own, those who were invited are none yet. */
function statusIn(team: Team, login: string): 'active' | 'pending' | null {
  const has = (names: ReadonlySet<string>): boolean => [...names].some((l) => l.toLowerCase() === login);
  if (has(team.members) || [...team.children].some((c) => statusIn(c, login) === 'active')) return 'active';
  return has(team.pending) ? 'pending' : null;
}
