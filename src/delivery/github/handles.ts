import { z } from 'zod';
import type { Answer } from './answer.ts';
import type { Clients } from './clients.ts';

export type HandleState = 'ok' | 'missing' | 'unknown';
export type Membership = 'yes' | 'no' | 'unknown';

/** People and teams, looked up live. What cannot be looked up is `unknown`, never a guess. */
export interface Handles {
  /** Whether GitHub can mention the handle (`@login`, `@org/team`) in this repository's texts. */
  readonly check: (repo: string, handle: string) => Promise<HandleState>;
  /** Whether a login is the handle, or an active member of its team; `unknown` after `deadline` milliseconds. */
  readonly isMember: (repo: string, handle: string, login: string, limits: { readonly deadline: number }) => Promise<Membership>;
}

const anything = z.unknown();
const membership = z.object({ state: z.string() });

/** `@org/team` or `@login`, taken apart; null for anything else. */
function parse(handle: string): { org: string; team: string } | { login: string } | null {
  const match = /^@([A-Za-z0-9][A-Za-z0-9-]*)(?:\/([A-Za-z0-9._-]+))?$/.exec(handle);
  if (!match) return null;
  const [, first = '', team] = match;
  return team === undefined ? { login: first } : { org: first, team };
}

const absent = (answer: Answer<unknown>): boolean => !answer.ok && answer.failure.status === 404;

export function createHandles(clients: Pick<Clients, 'inRepo'>): Handles {
  const team = (repo: string, org: string, slug: string) => clients.inRepo(repo, 'GET /orgs/{org}/teams/{team_slug}', { org, team_slug: slug }, anything);

  const check: Handles['check'] = async (repo, handle) => {
    const who = parse(handle);
    if (who === null) return 'missing';
    if ('login' in who) {
      const user = await clients.inRepo(repo, 'GET /users/{username}', { username: who.login }, anything);
      return user.ok ? 'ok' : absent(user) ? 'missing' : 'unknown';
    }
    const found = await team(repo, who.org, who.team);
    if (found.ok) return 'ok';
    if (!absent(found)) return 'unknown';
    // A team that we may not see answers like one that is not there: its organisation has to be visible at least.
    const org = await clients.inRepo(repo, 'GET /orgs/{org}', { org: who.org }, anything);
    return org.ok ? 'missing' : 'unknown';
  };

  const look = async (repo: string, who: { org: string; team: string }, login: string): Promise<Membership> => {
    const answer = await clients.inRepo(repo, 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}', { org: who.org, team_slug: who.team, username: login }, membership);
    if (answer.ok) return answer.data.state === 'active' ? 'yes' : 'no';
    if (!absent(answer)) return 'unknown';
    // 404 means "not a member" only of a team that can be seen.
    return (await team(repo, who.org, who.team)).ok ? 'no' : 'unknown';
  };

  const isMember: Handles['isMember'] = async (repo, handle, login, { deadline }) => {
    const who = parse(handle);
    if (who === null) return 'unknown';
    if ('login' in who) return who.login.toLowerCase() === login.toLowerCase() ? 'yes' : 'no';
    return within(deadline, look(repo, who, login));
  };

  return { check, isMember };
}

/** The answer, or `unknown` where it takes too long. */
async function within(ms: number, answer: Promise<Membership>): Promise<Membership> {
  const { promise, resolve } = Promise.withResolvers<Membership>();
  const timer = setTimeout(() => resolve('unknown'), ms);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}
