import type { Conflict } from '../domain/conflict.ts';
import type { JobNow } from '../signal/job-health.ts';
import { counted, listed, moment } from '../domain/time.ts';
import { BY_PROGRAM, type Proposal } from '../domain/proposal.ts';
import { beforeCut, expiryOf, termsOf } from './conflict-deadlines.ts';
import type { ConflictDraft } from './conflict-draft.ts';
import { reactivateMatter } from './conflict-matter.ts';
import { blockerName } from './conflicts.ts';
import type { ConflictFacts } from './conflict-facts.ts';
import { invalidate, propose } from './proposals.ts';
import { askedFor, distinct, escalationTo, platformOf, releaseFor, releaseSignal } from './world.ts';

/** Stages 6 and 7: a platform that is off is watched until it is built again. */

/** The platform's owners, or who is asked where it has none. */
export const askedAgain = ({ platform }: Pick<Conflict, 'platform'>, { project, unmentionable, now }: Pick<ConflictFacts, 'project' | 'unmentionable' | 'now'>): readonly string[] =>
  askedFor({ project, unmentionable, now }, { kind: 'breakage', scope: 'here', platform }, 'again');

/** It is off from `at` on. Without a decision before it, its reactivation issue is filed only now, and asks the owners. */
export function turnedOff(draft: ConflictDraft, facts: ConflictFacts, at: number, detail = ''): void {
  const { branch, times } = draft.conflict;
  const asks = times.approved === null ? askedAgain(draft.conflict, facts) : [];
  const { pull } = draft.conflict;
  // Somebody made the edit elsewhere: in the blocker's own pull request, as in 2016.
  if (pull !== null && facts.pull?.state !== 'merged') draft.show({ moot: pull, pull: null });
  draft.show(expiryOf(at, releaseFor(facts.project, branch), facts.nextCut)).to('watching', { off: at }).tell('off', { asks, said: at, detail, evidence: { pull: facts.pull, build: facts.build } });
}

export function watch(draft: ConflictDraft, facts: ConflictFacts): void {
  const { conflict } = draft;
  if (platformOf(facts.project, conflict.platform) === null) return void draft.end('gone', `${conflict.platform} is not tracked any more`);
  if (isBack(conflict, facts)) return cameBack(draft, facts);
  sayWhetherItHelped(draft, facts);
  keepTheIssue(draft, facts);
  if (facts.build === 'partly' && !draft.told('partly-back')) draft.tell('partly-back', { detail: 'a part of it is built again, so its issue stays open' });
  const revert = facts.back?.diff ?? null;
  if (revert !== null && (draft.conflict.wishedBack?.components ?? []).length === 0 && revert !== (draft.conflict.revert ?? null)) draft.show({ revert });
  clocks(draft, facts);
  if (conflict.stage === 'returning') returning(draft, facts);
  else proposeBack(draft, facts);
}

/** Built again: by the reverse pull request, or by whoever turned the switch. */
const isBack = ({ times, backProposal }: Conflict, { build, backPull, now, proposals }: ConflictFacts): boolean =>
  times.off !== null && now > times.off && (backPull?.state === 'merged' && !isPartly(backProposal, proposals) ? build !== 'off' && build !== 'partly' : build === 'on');

/** What is proposed to come back is a part of what is off. */
const isPartly = (id: string | null, proposals: ConflictFacts['proposals']): boolean => {
  const matter = proposals.find((p) => p.id === id)?.matter;
  return matter?.kind === 'reactivate' && matter.partly === true;
};

function cameBack(draft: ConflictDraft, facts: ConflictFacts): void {
  const { backPull, now } = facts;
  const at = backPull?.state === 'merged' ? backPull.mergedAt ?? now : now;
  const open = proposalNamed(draft.conflict.backProposal, facts);
  const change = open === null ? null : invalidate(open, `${draft.conflict.platform} is built again already`, { now, evidence: { conflict: draft.conflict.id } });
  if (change !== null) draft.proposals.push(change);
  draft.show({ expiresAt: null, remindAt: null, againAt: null, wishedBack: null }).to('watching', { back: at }).end('back', `${draft.conflict.platform} is built again`);
}

const proposalNamed = (id: string | null, { proposals }: ConflictFacts): Proposal | null => proposals.find((p) => p.id === id) ?? null;

/** The blocker goes green after the merge, or it is said that it did not help. Once each: a later green is told as well. */
function sayWhetherItHelped(draft: ConflictDraft, { blocker, platform, redAt }: ConflictFacts): void {
  const { times, blocker: what } = draft.conflict;
  if (times.helped !== null || times.off === null) return;
  const name = what.kind === 'board' ? what.release ?? 'the release' : `#${what.number}`;
  if (blocker.state === 'merged' || platform === 'green') draft.to(draft.conflict.stage, { helped: draft.now }).tell('helped', { detail: blocker.state === 'merged' ? `${name} is merged` : `${name} is green` });
  else if (platform === 'red' && redAt !== null && redAt > times.off && !draft.told('did-not-help')) draft.tell('did-not-help', { detail: `${name} is still red in a run that began after it was turned off`, evidence: { redAt } });
}

/** The reactivation issue stays open as long as the build is off, whoever or whatever closes it; other platforms are not to change. */
function keepTheIssue(draft: ConflictDraft, { reactivation, othersChanged, project, build }: ConflictFacts): void {
  const { facts, platform } = draft.conflict;
  const closedAt = reactivation?.state === 'closed' ? reactivation.closedAt ?? draft.now : null;
  const told = facts.findLast((f) => f.kind === 'reopened-issue');
  if (closedAt !== null && build !== 'unknown' && (told === undefined || told.at < closedAt)) draft.tell('reopened-issue', { detail: `${platform} is still off`, evidence: { closedAt } });
  if (othersChanged.length > 0 && !draft.told('others-changed')) draft.tell('others-changed', { asks: releaseSignal(project), detail: listed(othersChanged), evidence: othersChanged });
}

/** Owners are reminded once, half-way; at its expiry the release leads are asked what is to become of it, and again before each branch that is cut after that. */
function clocks(draft: ConflictDraft, world: ConflictFacts): void {
  const { project, now, nextCut } = world;
  const { remindAt, expiresAt, platform, branch, times } = draft.conflict;
  const off = times.off ?? now;
  if (expiresAt !== null && expiresAt <= now) {
    const leads = releaseFor(project, branch)?.leads ?? [];
    draft.show({ expiresAt: beforeCut(nextCut, now), remindAt: null }).tell('escalated', { asks: leads.length > 0 ? leads : distinct(escalationTo(project)), detail: `it has been off since ${moment(off, now)}` });
  } else if (remindAt !== null && remindAt <= now) {
    draft.show({ remindAt: null }).tell('reminded', { asks: askedAgain({ platform }, world), detail: `it has been off since ${moment(off, now)}. ${wayBack(draft.conflict, world)}` });
  } else if (expiresAt === null && beforeCut(nextCut, now) !== null) {
    // Questioned already: again before the next branch is cut.
    draft.show({ expiresAt: beforeCut(nextCut, now) });
  }
}

/** How the exit test stands, as a sentence; null: it does not hold. */
export function exitHolds({ exit, platform }: Pick<Conflict, 'exit' | 'platform'>, { greens, upstreamReleased }: Pick<ConflictFacts, 'greens' | 'upstreamReleased'>): string | null {
  if (exit.upstream !== null && upstreamReleased !== true && !exit.released) return null;
  // Nothing tells by itself that it is well.
  if (exit.jobs.length === 0 && exit.upstream === null) return null;
  if (exit.jobs.some((job) => (greens.get(job) ?? 0) < exit.greens)) return null;
  const runs = exit.jobs.length === 0 ? [] : [`${listed([...exit.jobs], 3)} of ${platform} passed ${counted(exit.greens, 'time')} in a row since it was turned off`];
  return `${[...exit.upstream === null ? [] : [`${exit.upstream} is released`], ...runs].join(', and ')}.`;
}

/** How far the way back is, at this moment: a sentence without its full stop. */
const wayBack = (conflict: Conflict, world: ConflictFacts): string =>
  exitHolds(conflict, world) === null ? `What is missing for its way back: ${exitLacks(conflict, world)}` : 'Its exit test holds';

/** What the exit test still lacks, or that it lacks nothing: a clause. */
export function exitLacks({ exit }: Pick<Conflict, 'exit'>, { greens, upstreamReleased }: Pick<ConflictFacts, 'greens' | 'upstreamReleased'>): string {
  if (exit.jobs.length === 0 && exit.upstream === null) return 'somebody has to say that it is fixed';
  const short = exit.jobs.filter((job) => (greens.get(job) ?? 0) < exit.greens).map((job) => `${job} passed ${greens.get(job) ?? 0} of ${counted(exit.greens, 'time')} in a row`);
  const fix = exit.upstream === null || upstreamReleased === true || exit.released ? [] : [`${exit.upstream} is not released, as far as is known`];
  return short.length + fix.length === 0 ? 'nothing is missing' : listed([...short, ...fix], 4);
}

/** Passed runs in a row that began after `off` (epoch ms), by the job's name: what the exit test counts. At most 20 of each. */
export function greensSince(jobs: readonly JobNow[], off: number): Map<string, number> {
  return new Map(jobs.map(({ job, state, health }) => [job.name, health === 'unknown' ? 0 : state?.passes?.recent.filter((at) => at > off).length ?? 0]));
}

/** It was turned off and the blocker is red all the same: the way back is put to the leads then, once. */
const inVain = (draft: ConflictDraft): boolean => draft.conflict.times.helped === null && draft.told('did-not-help');

/** Whether leads are asked about the same platform on another blocker's account: one question at a time. */
const isAskedAlready = ({ id, platform, branch }: Conflict, { proposals }: ConflictFacts): boolean => proposals.some(({ state, matter: m }) =>
  m.kind === 'reactivate' && m.conflict !== id && m.platform === platform && m.branch === branch && state === 'open');

function proposeBack(draft: ConflictDraft, facts: ConflictFacts): void {
  const { conflict } = draft;
  const { project, now, back } = facts;
  const { wishedBack: wish = null, againAt } = conflict;
  if (wish === null && againAt !== null && now < againAt) return;
  const part = wish?.components ?? [];
  if (wish !== null && facts.partBuilt) return void draft.show({ wishedBack: null });
  const holds = exitHolds(conflict, facts);
  const vain = inVain(draft) && draft.sinceOpened().findLastIndex((f) => f.kind === 'back-proposed') < draft.sinceOpened().findLastIndex((f) => f.kind === 'did-not-help');
  const release = releaseFor(project, conflict.branch);
  if ((holds === null && wish === null && !vain) || back === null || release === null || release.leads.length === 0 || isAskedAlready(conflict, facts)) return;
  const stands = holds !== null ? `The exit test holds: ${holds}` : vain ? `Turning it off did not help: ${blockerName(conflict.blocker)} is still red without it.` : `The exit test does not hold yet: ${exitLacks(conflict, facts)}.`;
  const asked = wish === null ? '' : `${wish.by} asks for it${wish.reason === '' ? '. ' : `: “${wish.reason}”. `}`;
  const change = propose(reactivateMatter(conflict, project, { because: wish === null ? holds ?? stands : `${asked}${stands}`, ...back }, part), {
    project, release, by: wish?.by ?? BY_PROGRAM, surface: wish?.surface ?? 'github', at: now, now, taken: new Set(facts.proposals.map((p) => p.id)), evidence: { conflict: conflict.id },
  });
  draft.proposals.push(change);
  draft.show({ backProposal: change.proposal.id, againAt: null }).to('returning').tell('back-proposed', { detail: `${asked}${stands}`, evidence: { proposal: change.proposal.id } });
}

/** Proposed to be built again: until it is, or the answer is no. */
function returning(draft: ConflictDraft, facts: ConflictFacts): void {
  const proposal = proposalNamed(draft.conflict.backProposal, facts);
  if (proposal === null) return;
  if (proposal.state === 'open') {
    // Whoever asked for it before its time knew that it does not hold.
    if (draft.conflict.wishedBack || inVain(draft) || exitHolds(draft.conflict, facts) !== null) return;
    const change = invalidate(proposal, draft.conflict.times.helped === facts.now ? 'turning it off helped after all' : 'the exit test does not hold any more', { now: facts.now, evidence: { conflict: draft.conflict.id } });
    if (change !== null) draft.proposals.push(change);
    return notNow(draft, facts, proposal.id, null);
  }
  if (proposal.state === 'approved' && facts.backPull?.state === 'merged' && isPartly(proposal.id, facts.proposals)) return notNow(draft, facts, proposal.id, null);
  if (proposal.state === 'approved' && facts.backPull?.state !== 'closed') return;
  const { expiresAfter } = termsOf(releaseFor(facts.project, draft.conflict.branch));
  notNow(draft, facts, proposal.id, proposal.state === 'invalid' ? null : facts.now + expiresAfter);
}

/** Back to watching; after a no nobody is asked again for a while. */
function notNow(draft: ConflictDraft, { now }: ConflictFacts, proposal: string, againAt: number | null): void {
  const { formerBackProposals } = draft.conflict;
  draft.show({ backProposal: null, backPull: null, wishedBack: null, formerBackProposals: [...formerBackProposals, proposal], againAt: againAt !== null && againAt > now ? againAt : null }).to('watching');
}

/** A platform that is not tracked any more and comes back, while its build is off, is watched again. */
export function backFromOver(draft: ConflictDraft, { project, build }: ConflictFacts): void {
  const { outcome, platform, times } = draft.conflict;
  if (outcome === 'gone' && times.back === null && build !== 'on' && platformOf(project, platform) !== null) draft.show({ outcome: null }).to('watching');
}
