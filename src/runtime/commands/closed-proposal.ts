import type { GitHubEvent } from '../../delivery/github/listen.ts';
import type { HeldDelivery } from '../../store/store.ts';
import { reopening } from '../../policy/reconcile-proposal.ts';
import type { Runtime } from '../context.ts';
import { isTurnedSince } from '../issue-now.ts';
import { attempt, isAnswered, spokenOf } from './comment.ts';
import { Lookups } from './lookups.ts';
import { TRIES } from './rounds.ts';

/**
 * Somebody closed a proposal's issue by hand: its proposer takes it back, a release lead rejects it, and anybody else is told
 * that it stands, and its issue is opened again. False: the event is about something else.
 */
export async function handleClosedProposal(rt: Runtime, held: HeldDelivery, event: GitHubEvent, repo: string): Promise<boolean> {
  if (event.event !== 'issues.closed' || !event.issue) return false;
  const { number } = event.issue;
  const proposal = await rt.store.proposalByIssue(repo, number);
  const tracked = proposal === null ? undefined : rt.projects.get(proposal.project);
  if (proposal === null || proposal.state !== 'open' || !tracked) return false;
  const own = proposal.proposer.by.toLowerCase() === event.actor.login.toLowerCase();
  const line = own ? '/arch withdraw' : '/arch reject the issue was closed by hand';
  const source = `i${number}-${event.at}-${event.actor.login.toLowerCase()}`;
  // Told again later, it is nobody's word of now: whoever closed it then may have become a lead since.
  if (await isAnswered(rt, source, 1) || await isTurnedSince(rt, event)) {
    await rt.store.commit({ at: rt.now(), delivery: { id: held.id, attempts: held.attempts } });
    return true;
  }
  const lookups = new Lookups(rt);
  for (let i = 0; i < TRIES; i++) {
    const spoken = { ...await spokenOf(rt, held, event, repo, source), byHand: 'closing' as const };
    if (await attempt(rt, { held, tracked, lines: [line], spoken, lookups, repo, number, comment: null, source, since: event.at, otherwise: [reopening(proposal, source)] })) return true;
  }
  throw new Error('the proposal kept changing while its closing was handled');
}
