import type { GitHubEvent } from '../delivery/github/listen.ts';
import { within } from '../delivery/github/within.ts';
import type { Runtime } from './context.ts';
import type { IssueNow } from './ports.ts';

/** What a look at one issue may take (ms). */
const DEADLINE = 3_000;

/** The issue as it is now; null where GitHub cannot be asked within so many milliseconds. */
export async function issueNow({ github }: Runtime, repo: string, number: number, deadline = DEADLINE): Promise<Extract<IssueNow, { locked: boolean }> | null> {
  const now = github === null ? null : await within(deadline, github.issueNow(repo, number).catch(() => null), null);
  return now !== null && 'locked' in now ? now : null;
}

/** Whether GitHub says that the issue is not as the event, a closing or a reopening, has left it: it was undone since. */
export async function isTurned(rt: Runtime, { event, repo, issue }: GitHubEvent): Promise<boolean> {
  const now = issue ? await issueNow(rt, repo.fullName, issue.number) : null;
  return now !== null && now.state === (event === 'issues.closed' ? 'open' : 'closed');
}

/** A closing that is told within this time (ms) is believed: GitHub may show the issue for a moment as it was, and no look finds a person's closing later. */
const FRESH = 5 * 60_000;

/** The same of a closing that no regular look would find later. */
export const isTurnedSince = async (rt: Runtime, event: GitHubEvent): Promise<boolean> => rt.now() - event.at > FRESH && await isTurned(rt, event);
