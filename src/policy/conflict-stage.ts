import { alike } from '../domain/alike.ts';
import type { Conflict, ConflictOutcome } from '../domain/conflict.ts';
import type { Proposal } from '../domain/proposal.ts';
import { LEADS_TO_SKIP } from './conflict-acts.ts';
import { approvalsNeeded, latestDecision } from './conflict-deadlines.ts';
import { ConflictDraft, type ConflictChange } from './conflict-draft.ts';
import type { ConflictFacts } from './conflict-facts.ts';
import { deactivateMatter, sameEntries } from './conflict-matter.ts';
import { askedAgain, backFromOver, turnedOff, watch } from './conflict-watch.ts';
import { decideAgain, invalidate, newEdition, propose, retold } from './proposals.ts';
import { platformOf, releaseFor, type ProposalChange } from './world.ts';

/** Stages 2 to 5: what follows from how things are now. Decided by level: asked again it changes nothing. */

/** Stages that one look may pass through. */
const MOST_STAGES = 8;

/** The conflict as it is by now, with the proposals that follow. Null: nothing changed. */
export function advance(conflict: Conflict, facts: ConflictFacts): ConflictChange | null {
  const draft = new ConflictDraft(conflict, conflict, facts.now);
  for (let i = 0; i < MOST_STAGES; i++) {
    const { stage } = draft.conflict;
    stepOnce(draft, facts);
    if (draft.conflict.stage === stage) break;
  }
  if (draft.conflict !== conflict) retell(draft, facts);
  return draft.change();
}

function stepOnce(draft: ConflictDraft, facts: ConflictFacts): void {
  const { stage } = draft.conflict;
  switch (stage) {
    case 'fixing': return void (offByHand(draft, facts, null) || ended(draft, facts, null) || fix(draft, facts));
    case 'proposing': return void (offByHand(draft, facts, null) || ended(draft, facts, null) || put(draft, facts));
    case 'deciding': return decide(draft, facts);
    case 'doing': return carryOut(draft, facts);
    case 'watching': case 'returning': return watch(draft, facts);
    case 'over': return revive(draft, facts);
    default: return stage satisfies never;
  }
}

/** Whether somebody turned it off without a decision, as happened in 2016 in the blocker's own pull request: it is watched all the same. */
function offByHand(draft: ConflictDraft, facts: ConflictFacts, proposal: Proposal | null): boolean {
  if (facts.build !== 'off') return false;
  const moot = proposal === null ? null : invalidate(proposal, `${draft.conflict.platform} is off already`, { now: facts.now, evidence: { conflict: draft.conflict.id } });
  if (moot !== null) draft.proposals.push(moot);
  turnedOff(draft, facts, facts.now, 'it was turned off without a decision');
  return true;
}

/** Whether it is over without anything being done: fixed, not blocking any more, or the blocker's own fault. */
function ended(draft: ConflictDraft, facts: ConflictFacts, proposal: Proposal | null): boolean {
  const end = endOf(draft.conflict, facts);
  if (end === null) return false;
  const gone = proposal === null ? null : invalidate(proposal, end.because, { now: facts.now, evidence: { conflict: draft.conflict.id, outcome: end.outcome } });
  if (gone !== null) draft.proposals.push(gone);
  draft.end(end.outcome, end.because);
  return true;
}

/** Clauses without a full stop: a proposal's issue says them as well. */
function endOf({ platform, blocker, stage }: Conflict, { project, blocker: b, detection, platform: colour, build }: ConflictFacts): { readonly outcome: ConflictOutcome; readonly because: string } | null {
  if (platformOf(project, platform) === null) return { outcome: 'gone', because: `${platform} is not tracked any more` };
  const what = blocker.kind === 'board' ? 'the release' : `#${blocker.number}`;
  if (blocker.kind === 'board' && b.state === 'closed') return { outcome: 'unblocked', because: 'the release is cut' };
  // Merged with the edit in it, it has turned the platform off: that is looked at first.
  if (b.state === 'merged' && build !== 'on' && stage === 'doing') return null;
  if (b.state === 'merged' || b.state === 'closed') return { outcome: 'unblocked', because: `${what} is ${b.state}` };
  if (b.state === 'open' && !b.blocks) return { outcome: 'unblocked', because: `${what} does not block the release any more: ${b.because}` };
  if (detection?.kind === 'suspect') return { outcome: 'suspect', because: detection.because.replace(/\.$/, '') };
  return colour === 'green' ? { outcome: 'fixed', because: `${platform} is green on ${what} again` } : null;
}

/** Owners have their time, unless they give up or two leads say that there is none. */
function fix(draft: ConflictDraft, { now, detection }: ConflictFacts): void {
  const { evidence, fixBy, gaveUp, skips, platform } = draft.conflict;
  if (detection?.kind === 'conflict' && detection.platform === platform && evidence.way !== 'said' && !alike(detection.evidence, evidence)) {
    draft.show({ evidence: detection.evidence, remedy: detection.remedy });
  }
  if (gaveUp !== null || skips.length >= LEADS_TO_SKIP || now >= fixBy) draft.to('proposing');
}

/** Puts it to the release leads, as soon as it is known what would be edited. */
function put(draft: ConflictDraft, facts: ConflictFacts): void {
  const { project, now } = facts;
  const plan = facts.plan ?? draft.conflict.plan;
  const { branch, remedy, platform, blocker, openedBy, stuck } = draft.conflict;
  const release = releaseFor(project, branch);
  if (remedy === 'deactivate' && plan === null) return;
  const cannot = release === null || release.leads.length === 0 ? `No release leads are declared (\`release.leads\`), so nobody can decide about ${platform}.` : null;
  if (release === null || cannot !== null) return void (stuck === cannot ? null : draft.show({ stuck: cannot }));
  draft.show({ stuck: null, plan });
  const change = propose(deactivateMatter({ ...draft.conflict, times: { ...draft.conflict.times, proposed: now } }, project, now), {
    project, release, by: openedBy.by, surface: openedBy.surface, at: now, now, taken: new Set(facts.proposals.map((p) => p.id)), evidence: { conflict: draft.conflict.id },
    recused: blocker.kind === 'board' || blocker.author === null ? [] : [blocker.author],
    quorum: approvalsNeeded(project, platform, branch, now).quorum, ...limit(latestDecision(release, now)),
  });
  draft.proposals.push(change);
  draft.show({ proposal: change.proposal.id }).to('deciding', { proposed: now }).tell('proposed', { evidence: { proposal: change.proposal.id } });
}

const limit = (latestEnd: number | null): { latestEnd?: number } => latestEnd === null ? {} : { latestEnd };

/** Its own proposal, with what this look has changed of it already. */
const proposalOf = (draft: ConflictDraft, { proposals }: ConflictFacts, id = draft.conflict.proposal): Proposal | null =>
  draft.proposals.find((c) => c.proposal.id === id)?.proposal ?? proposals.find((p) => p.id === id) ?? null;

function decide(draft: ConflictDraft, facts: ConflictFacts): void {
  const proposal = proposalOf(draft, facts);
  if (proposal === null) return;
  if (proposal.state === 'approved') {
    // The reactivation issue is filed now, and calls those who own the way back.
    const asks = draft.conflict.remedy === 'waive' ? [] : askedAgain(draft.conflict, facts);
    return void draft.show({ pull: null, patch: null }).to('doing', { approved: proposal.decidedAt ?? facts.now }).tell('approved', { asks, evidence: { proposal: proposal.id }, said: proposal.decidedAt ?? facts.now });
  }
  if (proposal.state !== 'open') return decline(draft, proposal);
  if (offByHand(draft, facts, proposal) || ended(draft, facts, proposal)) return;
  if (facts.plan !== null && !alike(facts.plan, draft.conflict.plan)) draft.show({ plan: facts.plan });
  const release = releaseFor(facts.project, draft.conflict.branch);
  renew(draft, newEdition(proposal, deactivateMatter(draft.conflict, facts.project, facts.now), { now: facts.now, evidence: { conflict: draft.conflict.id }, ...limit(latestDecision(release, facts.now)) }));
}

/** Takes the change up; one of a proposal that this look has changed already goes on from there. */
function renew(draft: ConflictDraft, change: ProposalChange | null): void {
  if (change === null) return;
  const known = draft.proposals.findIndex((c) => c.proposal.id === change.proposal.id);
  const before = draft.proposals[known];
  if (before === undefined) draft.proposals.push(change);
  else draft.proposals[known] = { ...change, expected: before.expected, proposal: { ...change.proposal, revision: before.proposal.revision }, audit: [...before.audit, ...change.audit] };
}

/** The proposal's issue goes on to show how far the procedure is. */
function retell(draft: ConflictDraft, facts: ConflictFacts): void {
  const proposal = proposalOf(draft, facts);
  if (proposal === null) return;
  renew(draft, retold(proposal, deactivateMatter(draft.conflict, facts.project, facts.now), facts));
}

const DECLINED: Readonly<Record<string, string>> = { rejected: 'the proposal was rejected', withdrawn: 'the proposal was taken back', expired: 'the proposal was not decided in time', invalid: 'there was nothing to decide any more' };

function decline(draft: ConflictDraft, { state, id, decidedAt }: Proposal): void {
  draft.tell('declined', { detail: DECLINED[state] ?? state, evidence: { proposal: id, decidedAt } }).end('declined', DECLINED[state] ?? state);
}

/** What was merged is in the file as GitHub shows it by then (ms). */
const SEEN_WITHIN = 300_000;

/** Approved, and on its way: the reactivation issue first, then the edit. A word that arrives late may yet revoke it. */
function carryOut(draft: ConflictDraft, facts: ConflictFacts): void {
  const { conflict } = draft;
  const proposal = proposalOf(draft, facts);
  const mergedAt = facts.pull?.state === 'merged' ? facts.pull.mergedAt ?? facts.now : null;
  // Its branch may hold something else by now, and go into another one.
  const inVain = mergedAt !== null && facts.build === 'on';
  const merged = mergedAt !== null && !inVain;
  if (conflict.remedy === 'deactivate' && (merged || facts.build === 'off')) {
    return turnedOff(draft, facts, merged ? mergedAt : facts.now);
  }
  if (proposal !== null && proposal.state !== 'approved') {
    draft.tell('revoked', { detail: proposal.state === 'open' ? 'an approval does not count any more' : DECLINED[proposal.state] ?? '', evidence: { proposal: proposal.id } });
    return proposal.state === 'open' ? void draft.to('deciding', { approved: null }) : decline(draft, proposal);
  }
  if (conflict.remedy === 'waive' && facts.blocker.state === 'merged') return void draft.end('waived', 'it is merged without the check');
  if (ended(draft, facts, null)) return;
  if (facts.pull?.state === 'closed') return dropped(draft, facts, proposal, 'its pull request was closed without being merged');
  if (inVain) return facts.now - mergedAt < SEEN_WITHIN ? undefined : dropped(draft, facts, proposal, 'its pull request was merged, but the build is on as before');
  replan(draft, facts, proposal);
}

/** The file has changed since: the same entries come out of it as it is now. Others were not decided on. */
function replan(draft: ConflictDraft, facts: ConflictFacts, proposal: Proposal | null): void {
  const { plan, patch, remedy } = draft.conflict;
  if (remedy !== 'deactivate' || patch || plan === null || facts.plan === null || facts.plan.diff === null || facts.plan.diff === plan.diff) return;
  draft.show({ plan: facts.plan });
  if (!sameEntries(facts.plan.removed, plan.removed)) dropped(draft, facts, proposal, 'what would be edited is not what was decided on any more');
}

/** Whoever closed the pull request, or changed the list, has a reason that those who decide did not know: they are asked again, while there is time. */
function dropped(draft: ConflictDraft, { now, project, pull }: ConflictFacts, proposal: Proposal | null, because: string): void {
  const latest = latestDecision(releaseFor(project, draft.conflict.branch), now);
  const again = proposal === null ? null : decideAgain(proposal, { now, evidence: { conflict: draft.conflict.id, because }, ...limit(latest) });
  if (again === null) return void draft.end('dropped', because);
  draft.proposals.push(again);
  draft.show({ pull: pull?.state === 'closed' || pull?.state === 'merged' ? null : draft.conflict.pull, patch: null }).tell('revoked', { detail: because, evidence: { proposal: again.proposal.id } }).to('deciding', { approved: null });
}

/** A word that arrives late may turn a no into a yes, and what was turned off by hand is watched all the same. */
function revive(draft: ConflictDraft, facts: ConflictFacts): void {
  const { outcome, times } = draft.conflict;
  if (times.off !== null) return backFromOver(draft, facts);
  if (outcome === 'declined' && proposalOf(draft, facts)?.state === 'approved') draft.show({ outcome: null }).to('deciding');
}
