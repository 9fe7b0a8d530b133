import { z } from 'zod';
import { parseGitHubEvent, type GitHubEvent } from '../delivery/github/listen.ts';
import type { PullNow } from '../domain/pull.ts';
import type { Delivery, HeldDelivery } from '../store/store.ts';
import { handleBotClosing } from './bot-closings.ts';
import { handleClosedProposal } from './commands/closed-proposal.ts';
import { handleComment } from './commands/comment.ts';
import { handleSlack } from './commands/slack.ts';
import { handleEnded } from './commands/ended.ts';
import { tellOfBlockers } from './conflicts/news.ts';
import { handleConfigurationEvent } from './configurations/events.ts';
import type { Runtime } from './context.ts';
import { handleIssueAct, handlePull, waitsForIssue } from './issue-acts.ts';
import { handleLostIssue } from './lost-issues.ts';
import { handleWarningAct } from './step-warnings.ts';
import { configuredName, noteRepository } from './repositories.ts';

/** Handles one delivery to its end; throws where it should be tried again. */
export async function handleDelivery(rt: Runtime, held: HeldDelivery): Promise<void> {
  if (held.surface === 'slack') return handleSlack(rt, held);
  const event = parseGitHubEvent(held.payload);
  await noteRepository(rt, event);
  const repo = configuredName(rt, event.repo);
  await tellOfBlockers(rt, event, repo);
  if (await handleConfigurationEvent(rt, held, event)) return;
  // What a bot labels or reopens is a fact about blockers, and nobody's word about anything else.
  if (event.actor.bot && event.event !== 'issues.closed') return void await rt.store.commit({ at: rt.now(), delivery: { id: held.id, attempts: held.attempts } });
  if (await waitsForIssue(rt, held, event, repo)) return;
  if (await handleEnded(rt, held, event, repo)) return;
  if (event.event === 'issue_comment.created' || event.event === 'issue_comment.edited') {
    if (await handleComment(rt, held, event, repo)) return;
  }
  if (await handleBotClosing(rt, held, event, repo)) return;
  if (await handleLostIssue(rt, held, event, repo)) return;
  if (await handleClosedProposal(rt, held, event, repo)) return;
  if (await handleWarningAct(rt, held, event, repo)) return;
  const pull = pullOf(event, repo);
  return pull === null ? handleIssueAct(rt, held, event, repo) : handlePull(rt, held, pull, event.actor.login);
}

function pullOf(event: GitHubEvent, repo: string): PullNow | null {
  if (event.event !== 'pull_request.closed' || !event.pull) return null;
  const { number, url, merged, mergedAt, into } = event.pull;
  return { repo, number, url, state: merged ? 'merged' : 'closed', mergedAt, ...into === undefined ? {} : { into } };
}

const lane = z.object({
  repo: z.object({ id: z.number() }).optional(), issue: z.object({ number: z.number() }).optional(), member: z.object({ user: z.string() }).optional(),
});

/** What a delivery waits its turn for, on whichever server it is handled: one issue, one person in Slack. */
export function laneOf({ surface, payload, id }: Delivery): string {
  const parsed = lane.safeParse(payload);
  if (!parsed.success) return id;
  const { repo, issue, member } = parsed.data;
  if (repo && issue) return `${surface}:${repo.id}#${issue.number}`;
  return member ? `${surface}:${member.user}` : id;
}
