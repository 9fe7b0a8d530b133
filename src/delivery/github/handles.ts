import { z } from 'zod';
import type { Verdict } from '../../domain/person.ts';
import { anyJson, type Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { lacksPermission } from './failure.ts';
import { hasNext, PER_PAGE } from './pages.ts';
import { patient } from './patient.ts';
import { within } from './within.ts';

/** `forbidden`: the App was not granted to look, so it stays so until somebody grants it. `shut`: GitHub refuses it for another reason, such as an address that an organisation does not let in. */
export type HandleState = 'ok' | 'missing' | 'forbidden' | 'shut' | 'unknown';

export interface Limits {
  /** Milliseconds for the whole of it, tokens and second tries included. */
  readonly deadline: number;
}

/** People and teams, looked up live. What cannot be looked up is `unknown`, never a guess. */
export interface Handles {
  /** Whether GitHub can mention the handle (`@login`, `@org/team`) in this repository's texts. */
  readonly check: (repo: string, handle: string) => Promise<HandleState>;
  /** The logins of a team's active members, those of its child teams included; null: it cannot be read, or it is no team. */
  readonly members: (repo: string, handle: string) => Promise<readonly string[] | null>;
  /** Whether a login is the handle, or an active member of its team; `unknown` after `deadline` milliseconds. */
  readonly isMember: (repo: string, handle: string, login: string, limits: Limits) => Promise<Verdict>;
  /**
   * Whether each login is any of the handles or an active member of any of their teams, by its name in lower case: `yes`
   * where one says so, else `unknown` where one could not be asked, else `no`. Nothing is remembered for the next call.
   */
  readonly areMembers: (repo: string, handles: readonly string[], logins: readonly string[], limits: Limits) => Promise<ReadonlyMap<string, Verdict>>;
}

const membership = z.object({ state: z.string() });
const memberPage = z.array(z.object({ login: z.string() }));

/** Of a team with more members than this many pages of a hundred nobody need know how many more. */
const MEMBER_PAGES = 10;

interface TeamName { readonly org: string; readonly team: string }

/** `@org/team` or `@login`, taken apart, the logins of an enterprise's own accounts (`olga_acme`) and of Apps (`renovate[bot]`) among them; null for anything else. */
function parse(handle: string): TeamName | { readonly login: string } | null {
  const match = /^@([A-Za-z0-9][A-Za-z0-9_-]*(?:\[bot\])?)(?:\/([A-Za-z0-9._-]+))?$/.exec(handle);
  if (!match) return null;
  const [, first = '', team] = match;
  return team === undefined ? { login: first } : { org: first, team };
}

const absent = (answer: Answer<unknown>): boolean => !answer.ok && answer.failure.status === 404;
const refusal = ({ failure }: Extract<Answer<unknown>, { ok: false }>): HandleState => failure.kind !== 'forbidden' ? 'unknown' : lacksPermission(failure) ? 'forbidden' : 'shut';

type Asking = Pick<Clients, 'inRepo'>;

export function createHandles(clients: Asking): Handles {
  const team = (repo: string, { org, team: slug }: TeamName, asking = clients) => asking.inRepo(repo, 'GET /orgs/{org}/teams/{team_slug}', { org, team_slug: slug }, anyJson);

  const check: Handles['check'] = async (repo, handle) => {
    const who = parse(handle);
    if (who === null) return 'missing';
    if ('login' in who) {
      // GitHub calls no App, and without its ending the name may be a person's.
      if (who.login.endsWith(']')) return 'missing';
      const user = await clients.inRepo(repo, 'GET /users/{username}', { username: who.login }, anyJson);
      return user.ok ? 'ok' : absent(user) ? 'missing' : 'unknown';
    }
    const found = await team(repo, who);
    if (found.ok) return 'ok';
    if (!absent(found)) return refusal(found);
    // A team that we may not see answers like one that is not there: its organisation has to be visible at least.
    const org = await clients.inRepo(repo, 'GET /orgs/{org}', { org: who.org }, anyJson);
    return org.ok ? 'missing' : 'unknown';
  };

  const members: Handles['members'] = async (repo, handle) => {
    const who = parse(handle);
    if (who === null || 'login' in who) return null;
    const logins: string[] = [];
    for (let page = 1; page <= MEMBER_PAGES; page++) {
      const answer = await clients.inRepo(repo, 'GET /orgs/{org}/teams/{team_slug}/members', { org: who.org, team_slug: who.team, per_page: PER_PAGE, page }, memberPage);
      if (!answer.ok) return null;
      logins.push(...answer.data.map((m) => m.login));
      if (!hasNext(answer.headers, answer.data.length)) break;
    }
    return logins;
  };

  /** Membership in one team, those of its child teams included. */
  const look = async (asking: Asking, repo: string, who: TeamName, login: string, visible: () => Promise<boolean>): Promise<Verdict> => {
    const answer = await asking.inRepo(repo, 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}', { org: who.org, team_slug: who.team, username: login }, membership);
    if (answer.ok) return answer.data.state === 'active' ? 'yes' : 'no';
    if (!absent(answer)) return 'unknown';
    // 404 means "not a member" only of a team that can be seen.
    return await visible() ? 'no' : 'unknown';
  };

  const areMembers: Handles['areMembers'] = async (repo, handles, logins, { deadline }) => {
    const parsed = handles.map(parse);
    const named = new Set(parsed.flatMap((p) => p !== null && 'login' in p ? [p.login.toLowerCase()] : []));
    const teams = new Map(parsed.flatMap((p) => p !== null && 'team' in p ? [[`${p.org}/${p.team}`.toLowerCase(), p]] : []));
    const asking = patient(clients, deadline);
    const asks = [...teams.values()].map((who) => {
      let seen: Promise<boolean> | null = null;
      return (login: string) => look(asking, repo, who, login, () => seen ??= team(repo, who, asking).then((a) => a.ok)).catch((): Verdict => 'unknown');
    });
    const unreadable: Verdict[] = parsed.includes(null) ? ['unknown'] : [];
    const people = [...new Set(logins.map((l) => l.toLowerCase()))];
    const verdicts = people.map((login) => named.has(login)
      ? Promise.resolve<Verdict>('yes')
      : within(deadline, anyYes([...unreadable.map((v) => Promise.resolve(v)), ...asks.map((ask) => ask(login))]), 'unknown' as const));
    const found = await Promise.all(verdicts);
    return new Map(people.map((login, i) => [login, found[i] ?? 'unknown']));
  };

  const isMember: Handles['isMember'] = async (repo, handle, login, limits) =>
    (await areMembers(repo, [handle], [login], limits)).get(login.toLowerCase()) ?? 'unknown';

  return { check, members, isMember, areMembers };
}

/** `yes` as soon as one says so; otherwise what they say together, when all have spoken. */
function anyYes(answers: readonly Promise<Verdict>[]): Promise<Verdict> {
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  for (const answer of answers) void answer.then((v) => { if (v === 'yes') resolve('yes'); });
  void Promise.all(answers).then((all) => { resolve(all.includes('unknown') ? 'unknown' : 'no'); });
  return promise;
}
