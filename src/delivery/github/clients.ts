import { z } from 'zod';
import { send, type Answer, type Params, type Redirects, type Requester } from './answer.ts';
import { failureOf } from './failure.ts';
import { createGate, type Hold } from './gate.ts';
import { createMemo } from './memo.ts';
import type { App } from './octokit.ts';

/** A repository as GitHub knows it now; `fullName` differs from the configured name after a rename. */
export interface Repository {
  readonly id: number;
  readonly fullName: string;
}

/** Requests to GitHub, as the App or as its installation on a repository. Every failure is data. */
export interface Clients {
  /**
   * A request about a repository (`owner/name`), whose `{owner}` and `{repo}` are filled in. A refused token is replaced
   * once; a renamed repository is followed once; any other redirect is the failure `moved`, unless it is to be followed.
   */
  inRepo<T>(repo: string, route: string, params: Params, schema: z.ZodType<T>, redirect?: Redirects): Promise<Answer<T>>;
  asApp<T>(route: string, params: Params, schema: z.ZodType<T>): Promise<Answer<T>>;
  /** A request as an installation, by its number; a refused token is replaced once. */
  inInstallation<T>(id: number, route: string, params: Params, schema: z.ZodType<T>): Promise<Answer<T>>;
  /** The repository's numeric id and present name; asked for once. */
  repository(repo: string): Promise<Answer<Repository>>;
  /** Obtains a token for the repository, if there is none that still serves. */
  token(repo: string): Promise<Answer<unknown>>;
  /** Forgets how the repository is reached: its installation has changed. */
  forget(repo: string): Promise<void>;
  /** GitHub's limit that is in force for the repository, as far as it was met; null: none. */
  limited(repo: string): Hold | null;
}

const installationAnswer = z.object({ id: z.number() });
const tokenAnswer = z.object({ token: z.string().min(1), expires_at: z.string().nullish() });
const repositoryAnswer = z.object({ id: z.number(), full_name: z.string().regex(/^[^/]+\/[^/]+$/) });

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** On whose limit it counts what the App asks as itself. */
const APP = 'app';
/** A token is kept until this long before its end. */
const MARGIN = MINUTE;

/** Splits `owner/name` for a route. */
export const ownerAndRepo = (repo: string): { owner: string; repo: string } => {
  const at = repo.indexOf('/');
  return { owner: repo.slice(0, at), repo: repo.slice(at + 1) };
};

export function createClients(app: App, now: () => number): Clients {
  const gate = createGate(now);
  /** Sends a request unless GitHub has said that it would refuse it. */
  const through = async <T>(who: string, octokit: Requester, route: string, params: Params, schema: z.ZodType<T>, redirect: Redirects): Promise<Answer<T>> => {
    const closed = gate.closed(who, route);
    if (closed !== null) return { ok: false, failure: closed };
    const answer = await send(octokit, route, params, schema, now, redirect);
    gate.learn(who, route, answer.ok ? null : answer.failure);
    return answer;
  };

  const asApp: Clients['asApp'] = async (route, params, schema) => {
    let octokit;
    try {
      octokit = await app.asApp();
    } catch (error) {
      return { ok: false, failure: failureOf(error, now()) };
    }
    return through(APP, octokit, route, params, schema, 'follow');
  };

  /** The installation by which a repository was last reached. */
  const reachedBy = new Map<string, string>();
  /** Present names of repositories that are called by an earlier one. */
  const names = new Map<string, string>();
  const nameOf = (repo: string): string => names.get(repo) ?? repo;
  const installations = createMemo<{ id: number }>((repo) => asApp('GET /repos/{owner}/{repo}/installation', ownerAndRepo(nameOf(repo)), installationAnswer), now);
  const sessions = createMemo<Session>(async (id) => {
    const answer = await asApp('POST /app/installations/{installation_id}/access_tokens', { installation_id: Number(id) }, tokenAnswer);
    return answer.ok ? { ...answer, data: { octokit: app.withToken(answer.data.token), expiresAt: Date.parse(answer.data.expires_at ?? '') } } : answer;
  }, now, (session) => lifetime(session, now()));

  const session = async (repo: string): Promise<Answer<{ id: string; session: Session }>> => {
    for (const last of [false, true]) {
      const installation = await installations.get(repo);
      if (!installation.ok) return installation;
      const id = String(installation.data.id);
      const found = await sessions.get(id);
      if (found.ok) return { ...found, data: { id, session: found.data } };
      // An installation that was removed and made anew has another id.
      if (last || found.failure.kind !== 'missing') return found;
      await installations.forget(repo, installation.data);
    }
    throw new Error('unreachable: the second round always returns');
  };

  const authorised = async <T>(repo: string, ask: (octokit: Requester, who: string) => Promise<Answer<T>>): Promise<Answer<T>> => {
    for (const last of [false, true]) {
      const found = await session(repo);
      if (!found.ok) return found;
      reachedBy.set(repo, found.data.id);
      const answer = await ask(found.data.session.octokit, found.data.id);
      if (answer.ok || last || answer.failure.kind !== 'unauthorised') return answer;
      await sessions.forget(found.data.id, found.data.session);
    }
    throw new Error('unreachable: the second round always returns');
  };

  const inInstallation: Clients['inInstallation'] = async (id, route, params, schema) => {
    for (const last of [false, true]) {
      const found = await sessions.get(String(id));
      if (!found.ok) return found;
      const answer = await through(String(id), found.data.octokit, route, params, schema, 'follow');
      if (answer.ok || last || answer.failure.kind !== 'unauthorised') return answer;
      await sessions.forget(String(id), found.data);
    }
    throw new Error('unreachable: the second round always returns');
  };

  const repositories = createMemo<Repository>(async (repo) => {
    const answer = await authorised(repo, (octokit, who) => through(who, octokit, 'GET /repos/{owner}/{repo}', ownerAndRepo(nameOf(repo)), repositoryAnswer, 'follow'));
    if (!answer.ok) return answer;
    names.set(repo, answer.data.full_name);
    return { ...answer, data: { id: answer.data.id, fullName: answer.data.full_name } };
  }, now);

  const inRepo: Clients['inRepo'] = async (repo, route, params, schema, redirect = 'manual') => {
    const name = nameOf(repo);
    const ask = (fullName: string) => authorised(repo, (octokit, who) => through(who, octokit, route, { ...ownerAndRepo(fullName), ...params }, schema, redirect));
    const answer = await ask(name);
    if (answer.ok || answer.failure.kind !== 'moved') return answer;
    await repositories.forget(repo);
    const renamed = await repositories.get(repo);
    if (!renamed.ok) return renamed;
    if (renamed.data.fullName === name) return answer;
    // In another organisation the App has another installation.
    if (ownerAndRepo(renamed.data.fullName).owner !== ownerAndRepo(name).owner) await installations.forget(repo);
    return ask(renamed.data.fullName);
  };

  const forget = async (repo: string): Promise<void> => {
    const same = (name: string): boolean => name.toLowerCase() === repo.toLowerCase();
    // A webhook calls the repository by its present name.
    const keys = new Set([repo, ...[...names].filter(([, present]) => same(present)).map(([known]) => known)]);
    for (const key of keys) {
      const installation = await installations.forget(key);
      if (installation) await sessions.forget(String(installation.id));
      await repositories.forget(key);
      names.delete(key);
    }
  };

  return { inRepo, asApp, inInstallation, repository: (repo) => repositories.get(repo), token: session, forget, limited: (repo) => gate.hold(reachedBy.get(repo) ?? APP) };
}

/** A client that speaks with one token. */
interface Session {
  readonly octokit: Requester;
  /** Epoch milliseconds by GitHub's clock; NaN where it could not be read. */
  readonly expiresAt: number;
}

/** How long a token is kept: to shortly before its end, or most of an hour where the clocks disagree; a 401 replaces it anyway. */
function lifetime({ expiresAt }: Session, now: number): number {
  const left = expiresAt - now;
  return left > 2 * MARGIN && left <= HOUR + MINUTE ? left - MARGIN : HOUR - 5 * MINUTE;
}
