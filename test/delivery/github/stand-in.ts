import { createVerify, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small GitHub: state, App tokens, issues, comments, labels, teams, and faults before or after an effect. */

export interface StoredIssue {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  state_reason: string | null;
  labels: string[];
  author: Author;
  comments: StoredComment[];
  /** Comments that are counted without being there. */
  extraComments: number;
  created_at: string;
  updated_at: string;
  locked: boolean;
  movedTo: string | null;
  deleted: boolean;
}
export interface StoredComment { id: number; body: string; author: Author; created_at: string }
export interface Author { login: string; type: 'User' | 'Bot'; app?: number }
export interface StoredRepo {
  id: number;
  fullName: string;
  installation: number | null;
  archived: boolean;
  issues: StoredIssue[];
  labels: Map<string, { color: string; description: string }>;
}
export interface SeenRequest { method: string; path: string; query: URLSearchParams; body: Record<string, unknown>; token: string | null }

export interface Fault {
  method?: string;
  path: RegExp;
  /** `before`: nothing happens but the fault. `after`: the effect happens, and the answer is the fault. */
  when: 'before' | 'after';
  /** `cut`: the connection is closed without an answer. `hang`: no answer ever. */
  does: 'cut' | 'hang' | { status: number; headers?: Record<string, string>; body?: unknown; raw?: string };
  times?: number;
}

interface Reply { status: number; body?: unknown; headers?: Record<string, string> }
interface Call { req: SeenRequest; match: RegExpMatchArray; repo: StoredRepo }

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'pkcs1', format: 'pem' } });

export class StandIn {
  readonly appId = 4711;
  readonly slug = 'archsignal';
  readonly privateKey = privateKey;
  url = '';
  clock = Date.parse('2025-11-18T14:30:00Z');
  readonly repos = new Map<string, StoredRepo>();
  readonly renamed = new Map<string, string>();
  /** `org/team` to logins and their membership state. */
  readonly teams = new Map<string, Map<string, 'active' | 'pending'>>();
  readonly users = new Set<string>();
  readonly orgs = new Set<string>();
  readonly requests: SeenRequest[] = [];
  readonly faults: Fault[] = [];
  /** False: GET /app answers 404, as some stand-ins do. */
  tellsApp = true;
  #tokens = new Set<string>();
  #server: Server;
  #nextId = 1000;

  constructor() {
    this.#server = createServer((req, res) => { this.#serve(req, res).catch((error: unknown) => { res.writeHead(500).end(String(error)); }); });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => { this.#server.listen(0, '127.0.0.1', resolve); });
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => { this.#server.close(resolve); });
  }

  addRepo(fullName: string, id = this.#nextId++): StoredRepo {
    const repo: StoredRepo = { id, fullName, installation: 77, archived: false, issues: [], labels: new Map() };
    this.repos.set(fullName, repo);
    return repo;
  }

  addIssue(repo: StoredRepo, fields: Partial<StoredIssue>): StoredIssue {
    const at = new Date(this.clock).toISOString();
    const issue: StoredIssue = {
      number: repo.issues.length + 1, title: '', body: '', state: 'open', state_reason: null, labels: [], author: { login: 'somebody', type: 'User' }, comments: [],
      extraComments: 0, created_at: at, updated_at: at, locked: false, movedTo: null, deleted: false, ...fields,
    };
    repo.issues.push(issue);
    return issue;
  }

  get bot(): Author { return { login: `${this.slug}[bot]`, type: 'Bot', app: this.appId }; }

  revokeTokens(): void { this.#tokens.clear(); }

  /** Requests as `METHOD path`, since the last call of `forget`. */
  seen(): string[] { return this.requests.map((r) => `${r.method} ${r.path}`); }
  forget(): void { this.requests.length = 0; }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of req.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
    const url = new URL(req.url ?? '/', 'http://stand-in');
    const [, token = null] = /^(?:bearer|token) (.+)$/i.exec(req.headers.authorization ?? '') ?? [];
    const seen: SeenRequest = { method: req.method ?? 'GET', path: url.pathname, query: url.searchParams, token, body: text === '' ? {} : JSON.parse(text) as Record<string, unknown> };
    this.requests.push(seen);
    const fault = this.#takeFault(seen);
    if (fault?.when === 'before') return this.#break(fault, res);
    const reply = this.#authorised(seen) ?? this.#answer(seen);
    if (fault) return this.#break(fault, res);
    const body = reply.body === undefined ? '' : JSON.stringify(reply.body);
    res.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers }).end(body);
  }

  #takeFault(req: SeenRequest): Fault | null {
    const i = this.faults.findIndex((f) => f.path.test(req.path) && (f.method === undefined || f.method === req.method));
    const fault = this.faults[i];
    if (!fault) return null;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) this.faults.splice(i, 1);
    return fault;
  }

  #break({ does }: Fault, res: ServerResponse): void {
    if (does === 'hang') return;
    if (does === 'cut') { res.destroy(); return; }
    res.writeHead(does.status, { 'content-type': 'application/json', ...does.headers }).end(does.raw ?? JSON.stringify(does.body ?? { message: 'fault' }));
  }

  #authorised(req: SeenRequest): Reply | null {
    const asApp = req.path === '/app' || req.path.startsWith('/app/') || req.path.endsWith('/installation');
    if (asApp) return this.#isAppJwt(req.token) ? null : { status: 401, body: { message: 'A JSON web token could not be decoded' } };
    return req.token !== null && this.#tokens.has(req.token) ? null : { status: 401, body: { message: 'Bad credentials' } };
  }

  #isAppJwt(token: string | null): boolean {
    const [head = '', payload = '', signature = ''] = (token ?? '').split('.');
    if (signature === '' || !createVerify('RSA-SHA256').update(`${head}.${payload}`).verify(publicKey, signature, 'base64url')) return false;
    return String((JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iss: unknown }).iss) === String(this.appId);
  }

  #answer(req: SeenRequest): Reply {
    const { path, method } = req;
    if (path === '/app') return this.tellsApp ? { status: 200, body: { id: this.appId, slug: this.slug, html_url: `https://github.com/apps/${this.slug}` } } : missing;
    const token = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(path);
    if (token) return this.#newToken(Number(token[1]));
    const user = /^\/users\/([^/]+)$/.exec(path);
    if (user) return this.users.has(user[1] ?? '') ? { status: 200, body: { login: user[1] } } : missing;
    const members = /^\/orgs\/([^/]+)\/teams\/([^/]+)\/members$/.exec(path);
    if (members) return this.#members(`${members[1]}/${members[2]}`, req);
    const org = /^\/orgs\/([^/]+)(?:\/teams\/([^/]+)(?:\/memberships\/([^/]+))?)?$/.exec(path);
    if (org) return this.#org(org[1] ?? '', org[2], org[3]);
    const about = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(path);
    if (!about) return missing;
    return this.#repo(method, about[1] ?? '', about[2] ?? '', req);
  }

  #newToken(installation: number): Reply {
    if (![...this.repos.values()].some((r) => r.installation === installation)) return missing;
    const token = `ghs_${randomUUID()}`;
    this.#tokens.add(token);
    return { status: 201, body: { token, expires_at: new Date(this.clock + 3_600_000).toISOString(), permissions: { issues: 'write' } } };
  }

  #org(org: string, team?: string, login?: string): Reply {
    const members = team === undefined ? undefined : this.teams.get(`${org}/${team}`);
    if (team === undefined) return this.orgs.has(org) ? { status: 200, body: { login: org } } : missing;
    if (!members) return missing;
    if (login === undefined) return { status: 200, body: { slug: team } };
    const state = members.get(login);
    return state ? { status: 200, body: { state, role: 'member' } } : missing;
  }

  #members(team: string, { query }: SeenRequest): Reply {
    const members = this.teams.get(team);
    const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)];
    const active = [...members ?? []].filter(([, state]) => state === 'active').map(([login]) => ({ login }));
    return members ? { status: 200, body: active.slice((page - 1) * size, page * size) } : missing;
  }

  #repo(method: string, name: string, rest: string, req: SeenRequest): Reply {
    const newName = this.renamed.get(name);
    if (newName !== undefined) return { status: method === 'GET' ? 301 : 307, headers: { location: `${this.url}/repos/${newName}${rest}` }, body: { message: 'Moved Permanently' } };
    const repo = this.repos.get(name);
    if (!repo) return missing;
    if (rest === '/installation') return repo.installation === null ? missing : { status: 200, body: { id: repo.installation } };
    if (repo.installation === null) return missing;
    if (rest === '') return { status: 200, body: { id: repo.id, full_name: repo.fullName, archived: repo.archived } };
    if (method !== 'GET' && repo.archived) return { status: 403, body: { message: 'Repository was archived so is read-only.' } };
    for (const [verb, pattern, run] of this.#routes()) {
      const match = pattern.exec(rest);
      if (verb === method && match) return run({ req, match, repo });
    }
    return missing;
  }

  #routes(): [string, RegExp, (call: Call) => Reply][] {
    return [
      ['GET', /^\/labels$/, (c) => this.#page(c, [...c.repo.labels.keys()].map((name) => ({ name })))],
      ['POST', /^\/labels$/, (c) => this.#createLabel(c)],
      ['GET', /^\/issues$/, (c) => this.#listIssues(c)],
      ['POST', /^\/issues$/, (c) => this.#createIssue(c)],
      ['GET', /^\/issues\/(\d+)$/, (c) => this.#withIssue(c, (i) => ({ status: 200, body: this.#issue(c.repo, i) }))],
      ['PATCH', /^\/issues\/(\d+)$/, (c) => this.#withIssue(c, (i) => this.#patch(c, i))],
      ['GET', /^\/issues\/(\d+)\/comments$/, (c) => this.#withIssue(c, (i) => this.#page(c, i.comments.filter((m) => m.created_at >= (c.req.query.get('since') ?? '')).map((m) => this.#comment(c.repo, i, m))))],
      ['POST', /^\/issues\/(\d+)\/comments$/, (c) => this.#withIssue(c, (i) => this.#addComment(c, i))],
    ];
  }

  #withIssue({ match, repo }: Call, run: (issue: StoredIssue) => Reply): Reply {
    const issue = repo.issues.find((i) => i.number === Number(match[1]));
    if (!issue) return missing;
    if (issue.deleted) return { status: 410, body: { message: 'This issue was deleted' } };
    if (issue.movedTo) return { status: 301, headers: { location: issue.movedTo }, body: { message: 'Moved Permanently', url: issue.movedTo } };
    return run(issue);
  }

  #createLabel({ req, repo }: Call): Reply {
    const { name, color, description } = req.body as { name: string; color: string; description: string };
    if (repo.labels.has(name)) return { status: 422, body: { message: 'Validation Failed', errors: [{ resource: 'Label', code: 'already_exists', field: 'name' }] } };
    repo.labels.set(name, { color, description });
    return { status: 201, body: { name, color, description } };
  }

  #createIssue({ req, repo }: Call): Reply {
    const { title, body, labels } = req.body as { title: string; body: string; labels: string[] };
    if ([...body].length > 65_536 || [...title].length > 256) return { status: 422, body: { message: 'Validation Failed', errors: [{ field: 'body', message: 'body is too long (maximum is 65536 characters)' }] } };
    for (const name of labels) if (!repo.labels.has(name)) repo.labels.set(name, { color: 'ededed', description: '' });
    const issue = this.addIssue(repo, { title, body, labels, author: this.bot });
    return { status: 201, body: this.#issue(repo, issue) };
  }

  #listIssues(call: Call): Reply {
    const { req: { query }, repo } = call;
    const wanted = (query.get('labels') ?? '').split(',').filter((l) => l !== '');
    const since = query.get('since') ?? '';
    const all = repo.issues.filter((i) => !i.deleted && !i.movedTo && wanted.every((l) => i.labels.includes(l)) && i.updated_at >= since
      && (query.get('state') === 'all' || i.state === (query.get('state') ?? 'open')));
    return this.#page(call, all.toReversed().map((i) => this.#issue(repo, i)));
  }

  #page({ req: { query, path } }: Call, items: unknown[]): Reply {
    const size = Number(query.get('per_page') ?? 30);
    const page = Number(query.get('page') ?? 1);
    const next = items.length > page * size ? { link: `<${this.url}${path}?page=${page + 1}>; rel="next"` } : {};
    return { status: 200, body: items.slice((page - 1) * size, page * size), headers: next };
  }

  #patch({ req, repo }: Call, issue: StoredIssue): Reply {
    const { body = '' } = req.body as { body?: string };
    if ([...body].length > 65_536) return { status: 422, body: { message: 'Validation Failed' } };
    Object.assign(issue, req.body, { updated_at: new Date(this.clock).toISOString() });
    return { status: 200, body: this.#issue(repo, issue) };
  }

  #addComment({ req, repo }: Call, issue: StoredIssue): Reply {
    if (issue.locked) return { status: 403, body: { message: 'Unable to create comment because issue is locked.' } };
    const comment: StoredComment = { id: this.#nextId++, body: String(req.body['body']), author: this.bot, created_at: new Date(this.clock).toISOString() };
    issue.comments.push(comment);
    return { status: 201, body: this.#comment(repo, issue, comment) };
  }

  #issue(repo: StoredRepo, i: StoredIssue): unknown {
    return {
      number: i.number, title: i.title, body: i.body, state: i.state, state_reason: i.state_reason, labels: i.labels.map((name) => ({ name })), ...by(i.author),
      comments: i.comments.length + i.extraComments, html_url: `https://github.com/${repo.fullName}/issues/${i.number}`, created_at: i.created_at, updated_at: i.updated_at, locked: i.locked,
    };
  }

  #comment(repo: StoredRepo, i: StoredIssue, c: StoredComment): unknown {
    return { id: c.id, body: c.body, created_at: c.created_at, html_url: `https://github.com/${repo.fullName}/issues/${i.number}#issuecomment-${c.id}`, ...by(c.author) };
  }
}

const missing: Reply = { status: 404, body: { message: 'Not Found' } };
const by = (a: Author) => ({ user: { login: a.login, type: a.type }, performed_via_github_app: a.app === undefined ? null : { id: a.app } });
