import { json, type Answer } from '../common/answer.ts';
import { notFound, refusal } from './errors.ts';
import type { Api, ApiHandler, Context } from './context.ts';
import type { Delivery } from './hooks.ts';

const asApp = (handler: ApiHandler): ApiHandler => (params, call, caller) =>
  caller === 'app' ? handler(params, call, caller) : refusal(401, 'A JSON web token could not be decoded');

/** The App's own routes: its installation, its tokens, its webhook deliveries. */
export function appRoutes(api: Api, context: Context): void {
  const { world, auth } = context;
  const installation = (): Record<string, unknown> => {
    const repo = [...world.state.repos.values()].find((r) => r.installed);
    const account = world.state.user(repo?.owner ?? 'nobody', 'Organization');
    return {
      id: world.installationId, account: world.shapes.user(account), repository_selection: 'selected', app_id: world.shapes.appId, app_slug: world.state.slug,
      access_tokens_url: `${world.shapes.base}/app/installations/${world.installationId}/access_tokens`, target_id: account.id, target_type: 'Organization',
      permissions: auth.permissions, events: ['issues', 'issue_comment'], suspended_at: null, suspended_by: null, html_url: `${world.shapes.site}/settings/installations/${world.installationId}`,
      repositories_url: `${world.shapes.base}/installation/repositories`, single_file_name: null, created_at: '2025-01-01T00:00:00Z', updated_at: '2025-01-01T00:00:00Z',
    };
  };
  const forRepo: ApiHandler = (params) => {
    const repo = world.state.repos.get(`${params['owner']}/${params['repo']}`.toLowerCase());
    return auth.installed && repo?.installed ? json(installation()) : notFound();
  };
  api.on('GET', '/app', asApp(() => json({ ...world.shapes.app(), permissions: auth.permissions, events: ['issues', 'issue_comment'], installations_count: auth.installed ? 1 : 0 })));
  api.on('GET', '/app/installations', asApp(() => json(auth.installed ? [installation()] : [])));
  api.on('GET', '/app/installations/:id', asApp((params) => (auth.installed && Number(params['id']) === world.installationId ? json(installation()) : notFound())));
  api.on('GET', '/repos/:owner/:repo/installation', asApp(forRepo));
  api.on('GET', '/orgs/:owner/installation', asApp(() => (auth.installed ? json(installation()) : notFound())));
  api.on('POST', '/app/installations/:id/access_tokens', asApp((params) => {
    if (!auth.installed || Number(params['id']) !== world.installationId) return notFound();
    const { token, expiresAt } = auth.issue();
    return json({ token, expires_at: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'), permissions: auth.permissions, repository_selection: 'selected' }, 201);
  }));
  api.on('GET', '/installation/repositories', (_params, _call, caller) => {
    if (caller !== 'installation') return refusal(401, 'Requires authentication');
    const repos = [...world.state.repos.values()].filter((r) => r.installed);
    return json({ total_count: repos.length, repositories: repos.map((r) => world.shapes.repo(r)) });
  });
  api.on('GET', '/rate_limit', () => {
    const core = context.limits.numbers(world.now());
    return json({ resources: { core }, rate: core });
  });
  deliveryRoutes(api, context);
}

function deliveryRoutes(api: Api, context: Context): void {
  const { hooks, installationId } = context.world;
  const short = (d: Delivery): Record<string, unknown> => ({
    id: d.id, guid: d.guid, delivered_at: new Date(d.at).toISOString(), redelivery: d.redelivery, duration: d.duration, status: d.status ?? 'pending',
    status_code: d.statusCode, event: d.event, action: d.action, installation_id: installationId, repository_id: d.repositoryId, throttled_at: null,
  });
  const one = (params: Readonly<Record<string, string>>): Delivery | undefined => hooks.deliveries.find((d) => d.id === Number(params['id']));
  api.on('GET', '/app/hook/deliveries', asApp((_params, call): Answer => {
    const perPage = Math.min(100, Number(call.query.get('per_page') ?? 30) || 30);
    const cursor = call.query.get('cursor');
    const before = cursor === null ? Infinity : Number(cursor.replace(/^v1_/, ''));
    const rest = hooks.deliveries.filter((d) => d.status !== null && d.id < before).reverse();
    const status = call.query.get('status');
    const wanted = status === null ? rest : rest.filter((d) => (d.status === 'OK') === (status === 'success'));
    const shown = wanted.slice(0, perPage);
    const last = shown.at(-1);
    if (!last || wanted.length <= perPage) return json(shown.map(short));
    const query = new URLSearchParams(call.query);
    query.set('cursor', `v1_${last.id}`);
    return json(shown.map(short), 200, { link: `<${call.origin}${call.path}?${query.toString()}>; rel="next"` });
  }));
  api.on('GET', '/app/hook/deliveries/:id', asApp((params) => {
    const found = one(params);
    return found ? json({ ...short(found), request: { headers: {}, payload: JSON.parse(found.payload) as unknown }, response: { headers: {}, payload: '' } }) : notFound();
  }));
  api.on('POST', '/app/hook/deliveries/:id/attempts', asApp((params) => {
    const found = one(params);
    if (!found) return notFound();
    void hooks.redeliver(found.id);
    return json({}, 202);
  }));
}
