import { z } from 'zod';
import { CHECK_NAME, REPOSITORY_FILES } from '../../domain/configuration.ts';
import type { GitHubEvent, GitHubEventName } from './events.ts';

/** So many commits a push tells of at most: beyond them it may have changed anything. */
const MOST_COMMITS = 2_048;

const paths = z.array(z.string()).nullish();

/** What a push tells. */
export const pushFields = {
  ref: z.string().nullish(), forced: z.boolean().nullish(), deleted: z.boolean().nullish(),
  commits: z.array(z.object({ added: paths, removed: paths, modified: paths })).nullish(),
};

const about = z.object({ head_sha: z.string(), head_branch: z.string().nullish(), pull_requests: z.array(z.object({ number: z.number() })).nullish() });

/** What a check that is asked for again tells. */
export const checkFields = {
  check_run: about.extend({ name: z.string(), external_id: z.string().nullish(), completed_at: z.string().nullish(), check_suite: z.object({ head_branch: z.string().nullish() }).nullish() }).nullish(),
  check_suite: about.extend({ updated_at: z.string().nullish() }).nullish(),
};

type Fields = typeof pushFields & typeof checkFields;

/** What of a payload is looked at. */
interface Payload extends z.output<z.ZodObject<Fields>> {
  readonly repository?: { readonly default_branch?: string | null | undefined } | undefined;
  readonly pull_request?: { readonly base?: { readonly ref: string } | null | undefined } | undefined;
  readonly changes?: { readonly base?: unknown; readonly default_branch?: unknown } | null | undefined;
}

const PATHS: ReadonlySet<string> = new Set(REPOSITORY_FILES);

/** Whether an event of a kind that comes often may be about the configuration on the default branch; true for every other kind. */
export function concernsConfiguration(event: GitHubEventName, data: Payload): boolean {
  const branch = data.repository?.default_branch;
  switch (event) {
    case 'push': return branch !== null && branch !== undefined && data.ref === `refs/heads/${branch}` && !data.deleted && touches(data);
    case 'pull_request.edited': return data.changes?.base !== undefined && data.pull_request?.base?.ref === branch;
    case 'pull_request.opened': case 'pull_request.synchronize': case 'pull_request.reopened': return data.pull_request?.base?.ref === branch;
    case 'repository.edited': return data.changes?.default_branch !== undefined;
    case 'check_run.rerequested': return data.check_run?.name === CHECK_NAME;
    // Our own words are no news.
    case 'check_run.completed': return data.check_run?.name !== CHECK_NAME;
    case 'check_suite.rerequested': return checkOf(data).check !== undefined;
    default: return true;
  }
}

/** A push that rewrites the branch tells only of commits that are new to the repository, so it may change more than it tells. */
function touches({ commits, forced }: Payload): boolean {
  if (forced || !commits || commits.length === 0 || commits.length >= MOST_COMMITS) return true;
  return commits.some((c) => [c.added, c.removed, c.modified].some((list) => list?.some((path) => PATHS.has(path))));
}

/** The check that is asked for again; pull requests from forks are known by the check's own name alone. */
export function checkOf({ check_run: run, check_suite: suite, repository }: Payload): Pick<GitHubEvent, 'check'> {
  const found = run ?? suite;
  if (!found) return {};
  const named = /^configuration\.(\d+)(?:\.|$)/.exec(run?.external_id ?? '')?.[1];
  const pulls = named === undefined ? (found.pull_requests ?? []).map((p) => p.number) : [Number(named)];
  const branch = found.head_branch ?? run?.check_suite?.head_branch;
  return pulls.length > 0 || branch === repository?.default_branch ? { check: { sha: found.head_sha, pulls } } : {};
}
