import { createHash } from 'node:crypto';
import { json, type Answer } from '../common/answer.ts';
import type { Call } from '../common/call.ts';
import { Router } from '../common/router.ts';
import { listen, type Server } from '../common/server.ts';
import { Auth, type Caller } from './auth.ts';
import { byName, type Context } from './context.ts';
import { notFound } from './errors.ts';
import { Hooks, type HookTarget } from './hooks.ts';
import { jobLogRoutes, storedLog } from './job-logs.ts';
import { Limits } from './limits.ts';
import { Mentions, type Mention } from './mentions.ts';
import { pageFor } from './pages.ts';
import { issueAt, Person } from './person.ts';
import { appRoutes } from './routes-app.ts';
import { checkRoutes } from './routes-checks.ts';
import { commentRoutes } from './routes-comments.ts';
import { gitRoutes } from './routes-git.ts';
import { gitDataRoutes } from './routes-git-data.ts';
import { issueRoutes } from './routes-issues.ts';
import { mergingRoutes } from './routes-merging.ts';
import { pullRoutes } from './routes-pulls.ts';
import { peopleRoutes, renameLabel, repoRoutes } from './routes-repo.ts';
import { Reports } from './reports.ts';
import { timelineRoutes } from './routes-timeline.ts';
import { Shapes } from './shapes.ts';
import { State, type Issue, type Repo, type Team } from './state.ts';
import type { World } from './world.ts';

export type { Mention } from './mentions.ts';
export type { CheckRun, Comment, Issue, Label, Repo, Team, User } from './state.ts';
export type { Delivery } from './hooks.ts';
export type { Person } from './person.ts';

export interface GitHubOptions {
  readonly port?: number | undefined;
  readonly appId?: number | undefined;
  /** PEM: JWTs are then verified; absent: only their shape and issuer are. */
  readonly privateKey?: string | undefined;
  /** The App's login is `<slug>[bot]`; default `archsignal`. */
  readonly slug?: string | undefined;
  readonly webhook?: HookTarget | undefined;
  readonly now?: (() => number) | undefined;
  readonly installationId?: number | undefined;
  /** Milliseconds that GitHub waits for a webhook's answer; default 10 s. */
  readonly hookPatience?: number | undefined;
}

/** GitHub over HTTP with its memory open: everything a test or the demo reads, does and breaks. */
export interface GitHub extends Server {
  readonly appId: number;
  readonly installationId: number;
  readonly state: State;
  readonly hooks: Hooks;
  readonly limits: Limits;
  /** Tokens and permissions: `auth.revokeAll()`, `auth.permissions`, `auth.installed`. */
  readonly auth: Auth;
  repo(name: string, set?: Parameters<State['repo']>[1]): Repo;
  team(name: string, members?: readonly string[]): Team;
  /** Somebody who works by hand. */
  person(login: string): Person;
  /** What CI systems say of a repository's commits, and which of it is required. */
  reports(repo: string): Reports;
  /** A repository's issues, oldest first. */
  issues(repo: string, which?: 'open' | 'closed' | 'all'): Issue[];
  /** The issue at `owner/name#12`; throws where there is none. */
  issue(place: string): Issue;
  /** Who was mentioned, oldest first: each handle once per text. Those inside block quotes are left out unless asked for. */
  mentions(which?: { readonly quoted?: boolean }): Mention[];
  renameLabel(repo: string, from: string, to: string): void;
  /** While true, new issues stay out of lists; turning it off shows them all. */
  lagLists(on: boolean): void;
  /** Sends webhooks there from now on; null: nowhere. */
  sendWebhooksTo(target: HookTarget | null): void;
}

/** Starts a GitHub stand-in: REST under `/` and `/api/v3`, readable pages under `/<owner>/<name>/issues`. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const now = options.now ?? Date.now;
  const appId = options.appId ?? 4711;
  const installationId = options.installationId ?? 55_001;
  const state = new State(options.slug ?? 'archsignal', installationId);
  const auth = new Auth(appId, options.privateKey ?? null);
  const limits = new Limits();
  const lists = { lagging: false };
  const hooks = new Hooks({ now, appId, target: options.webhook ?? null, ...(options.hookPatience !== undefined && { patience: options.hookPatience }) });
  let handle: (call: Call) => Answer | Promise<Answer> = notFound;
  const server = await listen({ port: options.port, now, handle: (call) => handle(call) });
  const world: World = { state, hooks, now, shapes: new Shapes(state, appId, server.url), mentions: new Mentions(state) };
  handle = answerer({ world, auth, limits, lists });
  return {
    ...server, appId, installationId, state, hooks, limits, auth,
    repo: (name, set) => state.repo(name, set),
    team: (name, members) => state.team(name, members),
    person: (login) => new Person(world, login),
    reports: (name) => new Reports(world, state.repo(name)),
    issues: (repo, which = 'all') => [...state.repos.get(repo.toLowerCase())?.issues.values() ?? []].filter((i) => which === 'all' || i.state === which),
    issue: (place) => issueAt(world, place),
    mentions: (which = {}) => world.mentions.all.filter((m) => which.quoted === true || !m.quoted),
    renameLabel(repo, from, to) {
      const known = state.repo(repo);
      renameLabel(known, state.label(known, from), to);
    },
    lagLists(on) {
      lists.lagging = on;
      if (!on) for (const repo of state.repos.values()) for (const issue of repo.issues.values()) issue.unlisted = false;
    },
    sendWebhooksTo(target) { hooks.target = target; },
  };
}

function answerer(context: Context): (call: Call) => Promise<Answer> {
  const api = new Router<Caller>();
  appRoutes(api, context);
  repoRoutes(api, context);
  commentRoutes(api, context);
  issueRoutes(api, context);
  pullRoutes(api, context);
  gitRoutes(api, context);
  gitDataRoutes(api, context);
  checkRoutes(api, context);
  mergingRoutes(api, context);
  timelineRoutes(api, context);
  jobLogRoutes(api, context);
  peopleRoutes(api, context);
  const { world, limits, auth } = context;
  return async (call) => {
    const shown = await pageFor(world, call);
    if (shown) return shown;
    const stored = storedLog(world.state, call);
    if (stored) return stored;
    const path = byName(context, call.path.replace(/^\/api\/v3(?=\/|$)/, '') || '/');
    const caller = auth.identify(call);
    const over = caller === 'app' || path === '/rate_limit' ? null : limits.check(call, world.now(), typeof caller === 'number' ? caller : 0);
    const answer = over ?? (typeof caller === 'object' ? caller : await (api.handle(call, path, caller) ?? (path === '/' ? json({ current_user_url: `${world.shapes.base}/user` }) : notFound())));
    return dressed(call, answer, limits, world.now());
  };
}

/** Adds what every answer of GitHub carries, and answers 304 where the client has it already. */
function dressed(call: Call, answer: Answer, limits: Limits, now: number): Answer {
  const common = { date: new Date(now).toUTCString(), 'x-github-media-type': 'github.v3; format=json', 'x-github-request-id': requestId() };
  if (call.method !== 'GET' || answer.status !== 200 || typeof answer.body !== 'string') return { ...answer, headers: { ...answer.headers, ...common, ...limits.headers(now) } };
  const etag = `W/"${createHash('sha256').update(answer.body).update(answer.headers?.['link'] ?? '').digest('hex')}"`;
  if (call.headers['if-none-match'] === etag) {
    limits.giveBack();
    return { status: 304, headers: { etag, ...common, ...limits.headers(now) } };
  }
  return { ...answer, headers: { ...answer.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60', ...common, ...limits.headers(now) } };
}

let requestCount = 0;
const requestId = (): string => `57A4:${(requestCount += 1).toString(16).toUpperCase().padStart(8, '0')}`;
