import { z } from 'zod';
import type { PullNow } from '../../domain/pull.ts';
import type { Answer } from './answer.ts';
import { ownerAndRepo, type Clients, type Repository } from './clients.ts';
import type { Limits } from './handles.ts';
import type { Identity } from './identity.ts';
import { isStrangeBot, type Door } from './listen.ts';
import { patient } from './patient.ts';
import { within } from './within.ts';

/** An issue as it is now. `missing`: deleted or moved away. `unknown`: it cannot be read. */
export type IssueNow =
  | {
    readonly state: 'open' | 'closed';
    readonly stateReason: string | null;
    /** Who closed it, where it is closed and GitHub says so. */
    readonly closedBy: string | null;
    /** That is a bot which is not read like people. */
    readonly closedByBot?: boolean;
    /** That is our own App. */
    readonly closedByUs?: boolean;
    readonly locked: boolean;
    readonly assignees: readonly string[];
    readonly labels: readonly string[];
    /** The milestone's title. */
    readonly milestone: string | null;
  }
  | { readonly state: 'missing' | 'unknown' };

/** Things on GitHub as they are at this moment. What cannot be read is `unknown`, never a guess. */
export interface Lookups {
  /**
   * A pull request, of a repository on which the App need not be installed if it is public: it is read with the rights that
   * the App has on `via` (default: on the repository itself), so that nobody learns of what is private elsewhere. `discreet`: what
   * is private is `unknown` as well unless `via` is, because what comes of it is told there, and its readers are others.
   */
  readonly pull: (repo: string, number: number, limits: Limits & { readonly via?: string; readonly discreet?: boolean }) => Promise<PullNow>;
  readonly issueNow: (repo: string, number: number) => Promise<IssueNow>;
  /** The repository's numeric id and present name, asked anew; null where it cannot be read. */
  readonly repositoryOf: (repo: string) => Promise<Repository | null>;
}

const pullAnswer = z.object({
  state: z.enum(['open', 'closed']), html_url: z.string().nullish(), merged_at: z.string().nullish(), merged_by: z.object({ login: z.string() }).nullish(),
  base: z.object({ ref: z.string().nullish(), repo: z.object({ full_name: z.string(), default_branch: z.string().nullish(), private: z.boolean().nullish() }) }),
});

const privacy = z.object({ private: z.boolean().nullish() });

const login = z.object({ login: z.string() });
const issueAnswer = z.object({
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullish(),
  closed_by: login.extend({ type: z.string().nullish() }).nullish(),
  locked: z.boolean().nullish(),
  assignees: z.array(login).nullish(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string() })])).nullish(),
  milestone: z.object({ title: z.string() }).nullish(),
});

const gone = (answer: Answer<unknown>): boolean => !answer.ok && answer.failure.kind === 'missing';

/** `bots`: those that are read like people. */
export function createLookups(clients: Pick<Clients, 'inRepo' | 'repository' | 'forget'>, bots: Door['bots'], identity: Pick<Identity, 'isUs'>): Lookups {
  /** Whether what stands in the one repository may be told in the other. */
  const mayBeTold = async (asking: Pick<Clients, 'inRepo'>, repo: string, hidden: boolean | null | undefined, via: string): Promise<boolean> => {
    if (hidden !== true || repo.toLowerCase() === via.toLowerCase()) return true;
    const there = await asking.inRepo(via, 'GET /repos/{owner}/{repo}', {}, privacy);
    return there.ok && there.data.private === true;
  };

  const lookAtPull = async (asking: Pick<Clients, 'inRepo'>, repo: string, number: number, { via, discreet }: { readonly via: string; readonly discreet: boolean }): Promise<PullNow> => {
    const about = { ...ownerAndRepo(repo), pull_number: number };
    const unread = { repo, number, url: '', mergedAt: null };
    const answer = await asking.inRepo(via, 'GET /repos/{owner}/{repo}/pulls/{pull_number}', about, pullAnswer, 'follow');
    if (answer.ok) {
      const { state, html_url: url, merged_at: merged, merged_by: by, base } = answer.data;
      if (discreet && !await mayBeTold(asking, base.repo.full_name, base.repo.private, via)) return { ...unread, state: 'unknown' };
      const mergedAt = Date.parse(merged ?? '');
      const isMerged = !Number.isNaN(mergedAt);
      return { repo: base.repo.full_name, number, url: url ?? '', state: isMerged ? 'merged' : state, mergedAt: isMerged ? mergedAt : null, ...isMerged && by ? { mergedBy: by.login } : {}, ...isMerged && base.ref && base.repo.default_branch && base.ref !== base.repo.default_branch ? { into: base.ref } : {} };
    }
    if (!gone(answer)) return { ...unread, state: 'unknown' };
    // 404 means "no such pull request" only in a repository that can be seen.
    const seen = await asking.inRepo(via, 'GET /repos/{owner}/{repo}', ownerAndRepo(repo), privacy, 'follow');
    return { ...unread, state: seen.ok && (!discreet || await mayBeTold(asking, repo, seen.data.private, via)) ? 'missing' : 'unknown' };
  };

  const repositoryOf: Lookups['repositoryOf'] = async (repo) => {
    await clients.forget(repo);
    const answer = await clients.repository(repo);
    return answer.ok ? answer.data : null;
  };

  const issueNow: Lookups['issueNow'] = async (repo, number) => {
    const ask = () => clients.inRepo(repo, 'GET /repos/{owner}/{repo}/issues/{issue_number}', { issue_number: number }, issueAnswer);
    const once = await ask();
    // One wrong 404 must not give an issue up.
    const answer = gone(once) ? await ask() : once;
    if (!answer.ok && answer.failure.kind === 'moved') return { state: 'missing' };
    if (!answer.ok) return { state: gone(answer) && await repositoryOf(repo) !== null ? 'missing' : 'unknown' };
    const { data } = answer;
    return {
      state: data.state, stateReason: data.state_reason ?? null, closedBy: data.closed_by?.login ?? null,
      ...(data.closed_by && isStrangeBot(data.closed_by, bots, repo) ? { closedByBot: true, ...await identity.isUs(data.closed_by) ? { closedByUs: true } : {} } : {}), locked: data.locked ?? false,
      assignees: (data.assignees ?? []).map((a) => a.login), labels: (data.labels ?? []).map((l) => typeof l === 'string' ? l : l.name), milestone: data.milestone?.title ?? null,
    };
  };

  return {
    pull: (repo, number, { deadline, via = repo, discreet = false }) => within(deadline, lookAtPull(patient(clients, deadline), repo, number, { via, discreet }), { repo, number, url: '', state: 'unknown' as const, mergedAt: null }),
    issueNow, repositoryOf,
  };
}
