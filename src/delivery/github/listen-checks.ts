import { z } from 'zod';
import type { GitHubEvent, GitHubEventName } from './events.ts';

/** What a commit status tells. */
export const statusFields = { sha: z.string().nullish(), state: z.string().nullish(), updated_at: z.string().nullish() };

interface Suite { readonly head_sha: string; readonly pull_requests?: readonly { readonly number: number }[] | null | undefined }

/** Whether the event says that a check of a commit came to an end. */
export const endsCheck = (event: GitHubEventName): boolean => event === 'check_run.completed' || event === 'check_suite.completed' || event === 'status';

/** The check that ended: its commit, and the pull requests that GitHub names; it names none from forks. */
export function checkEnded(event: GitHubEventName, { check_run: run, check_suite: suite, sha }: { readonly check_run?: Suite | null | undefined; readonly check_suite?: Suite | null | undefined; readonly sha?: string | null | undefined }): Pick<GitHubEvent, 'check'> {
  if (!endsCheck(event)) return {};
  const found = run ?? suite;
  if (found) return { check: { sha: found.head_sha, pulls: (found.pull_requests ?? []).map((p) => p.number) } };
  return sha ? { check: { sha, pulls: [] } } : {};
}
