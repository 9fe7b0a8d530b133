import type { Edit } from '../domain/action.ts';
import { alike } from '../domain/alike.ts';
import type { AuditKind } from '../domain/audit.ts';
import type { AuditEntry } from '../domain/notice.ts';
import { endsAt, type Proposal, type ProposalPull } from '../domain/proposal.ts';
import type { PullNow } from '../domain/pull.ts';
import { bullets, coded, says, type Spans, type Text } from '../domain/text.ts';
import { boardPullBody, boardPullTitle } from './board-words.ts';
import { decidersNow, matterFailing, type Facts } from './proposal-kinds.ts';
import { matterWords } from './proposal-matters.ts';
import { stepPullBody, stepPullTitle } from './step-words.ts';
import { platformOf, type ProposalChange } from './world.ts';

/** How approvals are carried out that a pull request to the configuration makes true, and what becomes of them. */

/** The pull request that an approval asks for. */
export interface Carrying {
  readonly branch: string;
  readonly title: string;
  readonly body: Text;
  readonly edit: Edit;
}

/** The pull request that carries an approval of this out; null: something else does. */
export function carryingOf(proposal: Proposal): Carrying | null {
  const { id, project, matter } = proposal;
  switch (matter.kind) {
    case 'step': return { branch: `archsignal/step/${id}`, title: stepPullTitle(matter), body: stepPullBody(proposal, matter), edit: { kind: 'step', project, platform: matter.platform, from: matter.from, to: matter.to } };
    case 'board': return { branch: `archsignal/board/${id}`, title: boardPullTitle(matter), body: boardPullBody(proposal, matter), edit: { kind: 'board', project, platform: matter.platform, job: matter.job, from: matter.from, to: matter.to } };
    case 'mute': case 'deactivate': case 'reactivate': return null;
    default: return matter satisfies never;
  }
}

const isCarried = ({ matter }: Proposal): boolean => matter.kind === 'step' || matter.kind === 'board';

/** `merged`: by its pull request. `in-force`: the configuration says so without it. `dropped`: its pull request was closed. Null: not yet, or it is not approved. */
export function carriedOut(proposal: Proposal): 'merged' | 'in-force' | 'dropped' | null {
  const { state, pull, inForceAt } = proposal;
  if (state !== 'approved' || !isCarried(proposal)) return null;
  if (pull?.state === 'merged') return 'merged';
  if (typeof inForceAt === 'number') return 'in-force';
  return pull?.state === 'closed' ? 'dropped' : null;
}

/** Approved, and its pull request neither merged nor closed: something is still to be done. */
export const isPending = (proposal: Proposal): boolean => proposal.state === 'approved' && isCarried(proposal) && carriedOut(proposal) === null;

/** When it was learned (epoch ms), from where, and who merged or closed the pull request, where that is known. */
export interface Learned {
  readonly now: number;
  readonly by: string | null;
  readonly evidence: object;
  /** Of a merged one: whether the configuration on the default branch says what was approved; left out: nobody could look. */
  readonly holds?: boolean | undefined;
}

/** What was merged is in the file as GitHub shows it by then (ms). */
const SEEN_WITHIN = 300_000;

/** Whether the pull request is the one that carries the proposal out. */
export const carries = ({ pull }: Proposal, found: Pick<PullNow, 'repo' | 'number'>): boolean =>
  !!pull && pull.number === found.number && pull.repo.toLowerCase() === found.repo.toLowerCase();

/** The proposal with how its pull request is. Null: nothing new, or it is another one's. */
export function onProposalPull(proposal: Proposal, found: PullNow, { now, by, evidence, holds }: Learned): ProposalChange | null {
  const { pull } = proposal;
  if (!pull || !carries(proposal, found)) return null;
  if (found.state === 'missing' || found.state === 'unknown' || pull.state === 'merged' || pull.inVain) return null;
  // Its branch may hold something else by now. A moment after the merge the file may be shown as it was: the next look tells.
  const inVain = found.state === 'merged' && found.into === undefined && holds === false && typeof proposal.inForceAt !== 'number';
  if (inVain && now - (found.mergedAt ?? 0) < SEEN_WITHIN) return null;
  // Elsewhere than on the default branch the configuration is not read.
  const state = found.into === undefined && !inVain ? found.state : 'closed';
  if (state === pull.state && !inVain) return null;
  const open = state === 'open';
  const next: ProposalPull = { ...pull, state, into: found.into, ...inVain ? { inVain } : {}, by: open ? null : by, at: open ? null : found.mergedAt ?? now };
  return changed(proposal, { pull: next }, `pull-request-${state}`, by === null ? 'archsignal' : `github:${by}`, now, evidence);
}

/**
 * The open proposal with those who decide and may object by the configuration in force: what it tells, and whom the word before
 * its end calls. Null: they are the same, or it is no longer open.
 */
export function withPeopleNow(proposal: Proposal, { project, now }: Facts): ProposalChange | null {
  const deciders = decidersNow(proposal, project);
  const objectors = platformOf(project, proposal.matter.platform)?.owners ?? proposal.objectors;
  if (proposal.state !== 'open' || now >= endsAt(proposal) || alike([deciders, objectors], [proposal.deciders, proposal.objectors])) return null;
  const was = { deciders: proposal.deciders, objectors: proposal.objectors };
  return changed(proposal, { deciders, objectors }, 'handed-over', 'archsignal', now, { was, deciders, objectors });
}

/**
 * What the configuration in force means for an approved proposal that is still to be carried out: it says so already, or says
 * something else by now, so that the approval is of nothing any more. Null: nothing new.
 */
export function onConfiguration(proposal: Proposal, facts: Facts): ProposalChange | null {
  if (!isPending(proposal)) return null;
  if (saysSo(proposal, facts)) return changed(proposal, { inForceAt: facts.now }, 'in-force', 'archsignal', facts.now, { seen: 'in the configuration' });
  const because = matterFailing(proposal.matter, facts);
  return because === null ? null : changed(proposal, { state: 'invalid', decidedAt: facts.now, because }, 'invalidated', 'archsignal', facts.now, { because });
}

function saysSo({ matter }: Proposal, { project }: Facts): boolean {
  const platform = platformOf(project, matter.platform);
  if (matter.kind === 'step') return platform?.step === matter.to;
  return matter.kind === 'board' && platform?.jobs.find((j) => j.key === matter.job)?.board === matter.to;
}

function changed(proposal: Proposal, over: Partial<Proposal>, what: AuditKind, actor: string, at: number, evidence: object): ProposalChange {
  const { project, id, revision, shown, edition } = proposal;
  const audit: AuditEntry = { at, project, entity: `proposal:${id}`, what, actor, evidence: { edition, ...evidence } };
  return { expected: revision, proposal: { ...proposal, ...over, revision: revision + 1, shown: shown + 1 }, audit: [audit] };
}

const linkOf = ({ repo, number, url }: ProposalPull): Spans => number > 0 ? [{ words: `${repo}#${number}`, link: url }] : ['the pull request'];

const byWhom = ({ by }: ProposalPull): Spans => by === null ? [] : [' by ', coded(by)];

function endOf(pull: ProposalPull): Spans {
  if (pull.inVain) return [' was merged', ...byWhom(pull), ', but the configuration on the default branch does not say so: the change was taken out of it before, or undone since.'];
  return pull.into === undefined ? [' was closed', ...byWhom(pull), ' without being merged.']
    : [' was merged', ...byWhom(pull), ' into ', coded(pull.into), ', which is not the default branch, so the configuration has not changed.'];
}

/** What has become of an approval, as its outcome says it; null: as its words say. */
export function carriedWords(proposal: Proposal): Spans | null {
  const { pull, matter, proposer } = proposal;
  const words = matterWords(matter);
  const change = words.changed ?? words.question(proposer.at);
  switch (carriedOut(proposal)) {
    case 'merged': return pull ? [{ bold: `Approved and done: ${change}.` }, ' Merged as ', ...linkOf(pull), ...byWhom(pull), '.'] : null;
    case 'in-force': return [{ bold: `Approved and done: ${change}.` }, ' The configuration says so.'];
    case 'dropped': return pull ? [{ bold: `Approved, and dropped: ${words.undone}.` }, ' ', ...linkOf(pull), ...endOf(pull)] : null;
    case null: return pull?.state === 'open' && proposal.state === 'approved' ? [{ bold: `Approved: ${words.done(proposer.at)}.` }, ' It waits for ', ...linkOf(pull), '.'] : null;
    default: return null;
  }
}

/** The comment where it was proposed, when it is done or dropped. */
export function carriedComment(proposal: Proposal): Text {
  const { pull, matter } = proposal;
  const { again } = matterWords(matter);
  const told = carriedWords(proposal) ?? [];
  if (carriedOut(proposal) === 'dropped') return [says(...told, pull?.into === undefined && !pull?.inVain ? ' The approval has lapsed with it: opening the pull request again and merging it is possible, and so is proposing it anew. ' : ' The approval has lapsed with it. ', ...again)];
  return [says(...told, pull?.state === 'merged' ? ` It takes effect with the next reading of the file${matter.kind === 'step' ? ', and is announced then' : ''}. ` : ' ', ...wayBack(proposal))];
}

/** How an approval is undone, as far as it has come. */
export function wayBack(proposal: Proposal): Spans {
  const { back, backOnceDone, again } = matterWords(proposal.matter);
  const done = carriedOut(proposal);
  return done === null ? back : done === 'dropped' ? again : backOnceDone ?? back;
}

/** The comment on a pull request whose approval no longer stands, before it is closed. */
export const revokedComment = (proposal: Proposal, outcome: Spans): Text => [
  says({ bold: 'This pull request is closed, because what it carries out no longer stands.' }),
  bullets(outcome),
];
