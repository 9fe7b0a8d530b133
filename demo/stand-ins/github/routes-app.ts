import { json, type Answer } from '../common/answer.ts';
import { notFound, refusal } from './errors.ts';
import { redirect, type Api, type ApiHandler, type Context } from './context.ts';
import type { Delivery } from './hooks.ts';
import { paged, pagedUnder } from './paging.ts';

const asApp = (handler: ApiHandler): ApiHandler => (params, call, caller) =>
  caller === 'app' ? handler(params, call, caller) : refusal(401, 'A JSON web token could not be decoded');

/** The App's own routes: its installation, its tokens, its webhook deliveries. */
export function appRoutes(api: Api, context: Context): void {
  const { world, auth } = context;
  const installation = (owner: string): Record<string, unknown> => {
    const account = world.state.user(owner, 'Organization');
    const id = world.state.installationOf(owner);
    return {
      id, account: world.shapes.user(account), repository_selection: 'selected', app_id: world.shapes.appId, app_slug: world.state.slug,
      access_tokens_url: `${world.shapes.base}/app/installations/${id}/access_tokens`, target_id: account.id, target_type: 'Organization',
      permissions: auth.permissions, events: ['issues', 'issue_comment'], suspended_at: null, suspended_by: null, html_url: `${world.shapes.site}/settings/installations/${id}`,
      repositories_url: `${world.shapes.base}/installation/repositories`, single_file_name: null, created_at: '2025-01-01T00:00:00Z', updated_at: '2025-01-01T00:00:00Z',
    };
  };
  const forRepo: ApiHandler = (params) => {
    const name = `${params['owner']}/${params['repo']}`.toLowerCase();
    const moved = world.state.renamed.get(name);
    if (moved) return redirect(`${world.shapes.base}/repositories/${moved.id}/installation`);
    const repo = world.state.repos.get(name);
    return auth.installed && repo?.installed ? json(installation(repo.owner)) : notFound();
  };
  const owners = (): string[] => auth.installed ? world.state.installations().map(([owner]) => owner).filter((o) => [...world.state.repos.values()].some((r) => r.installed && r.owner.toLowerCase() === o)) : [];
  const ownerOf = (id: string | undefined): string | undefined => world.state.installations().find(([o, n]) => n === Number(id) && owners().includes(o))?.[0];
  api.on('GET', '/app', asApp(() => json({ ...world.shapes.app(), permissions: auth.permissions, events: ['issues', 'issue_comment'], installations_count: owners().length })));
  api.on('GET', '/app/installations', asApp((_params, call) => paged(call, owners(), installation)));
  api.on('GET', '/app/installations/:id', asApp((params) => {
    const owner = ownerOf(params['id']);
    return owner === undefined ? notFound() : json(installation(owner));
  }));
  api.on('GET', '/repos/:owner/:repo/installation', asApp(forRepo));
  api.on('GET', '/orgs/:owner/installation', asApp((params) => (owners().includes((params['owner'] ?? '').toLowerCase()) ? json(installation(params['owner'] ?? '')) : notFound())));
  api.on('POST', '/app/installations/:id/access_tokens', asApp((params) => {
    if (ownerOf(params['id']) === undefined) return notFound();
    const { token, expiresAt } = auth.issue(Number(params['id']));
    return json({ token, expires_at: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'), permissions: auth.permissions, repository_selection: 'selected' }, 201);
  }));
  api.on('GET', '/installation/repositories', (_params, call, caller) => {
    if (typeof caller !== 'number') return refusal(401, 'Requires authentication');
    const repos = [...world.state.repos.values()].filter((r) => r.installed && world.state.installationOf(r.owner) === caller);
    return pagedUnder('repositories', call, repos, (r) => world.shapes.repo(r));
  });
  api.on('GET', '/rate_limit', () => {
    const core = context.limits.numbers(world.now());
    return json({ resources: { core }, rate: core });
  });
  deliveryRoutes(api, context);
}

/** What stands before the number of a delivery on the wire: since 2026 GitHub's own are beyond what a double holds. */
const BEYOND = '38040046';
const ofWire = (id: string | undefined): number => Number(id?.startsWith(BEYOND) ? id.slice(BEYOND.length) : id);

/** JSON in which the numbers of deliveries are written out digit for digit. */
function withLongIds(answer: Answer): Answer {
  return typeof answer.body === 'string' ? { ...answer, body: answer.body.replace(/(?<=[{,]"id":)\d{11}(?=,"guid")/g, (id) => `${BEYOND}${id}`) } : answer;
}

function deliveryRoutes(api: Api, context: Context): void {
  const { hooks } = context.world;
  const short = (d: Delivery): Record<string, unknown> => ({
    id: d.id, guid: d.guid, delivered_at: new Date(d.at).toISOString(), redelivery: d.redelivery, duration: d.duration, status: d.status ?? 'pending',
    status_code: d.statusCode, event: d.event, action: d.action, installation_id: (JSON.parse(d.payload) as { installation?: { id?: number } }).installation?.id ?? null, repository_id: d.repositoryId, throttled_at: null,
  });
  const one = (params: Readonly<Record<string, string>>): Delivery | undefined => hooks.deliveries.find((d) => d.id === ofWire(params['id']));
  api.on('GET', '/app/hook/deliveries', asApp((_params, call): Answer => {
    const perPage = Math.min(100, Number(call.query.get('per_page') ?? 30) || 30);
    const cursor = call.query.get('cursor');
    const before = cursor === null ? Infinity : Number(cursor.replace(/^v1_/, ''));
    const rest = hooks.deliveries.filter((d) => d.status !== null && d.id < before).reverse();
    const status = call.query.get('status');
    const wanted = status === null ? rest : rest.filter((d) => (d.status === 'OK') === (status === 'success'));
    const shown = wanted.slice(0, perPage);
    const last = shown.at(-1);
    if (!last || wanted.length <= perPage) return withLongIds(json(shown.map(short)));
    const query = new URLSearchParams(call.query);
    query.set('cursor', `v1_${last.id}`);
    return withLongIds(json(shown.map(short), 200, { link: `<${call.origin}${call.path}?${query.toString()}>; rel="next"` }));
  }));
  api.on('GET', '/app/hook/deliveries/:id', asApp((params) => {
    const found = one(params);
    return found ? withLongIds(json({ ...short(found), request: { headers: {}, payload: JSON.parse(found.payload) as unknown }, response: { headers: {}, payload: '' } })) : notFound();
  }));
  api.on('POST', '/app/hook/deliveries/:id/attempts', asApp((params) => {
    const found = one(params);
    if (!found) return notFound();
    void hooks.redeliver(found.id);
    return json({}, 202);
  }));
}
