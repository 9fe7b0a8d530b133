import type { Conflict } from '../domain/conflict.ts';
import { actorName } from '../domain/person.ts';
import type { Handle } from '../domain/project.ts';
import { endsAt, type Proposal, type Vote } from '../domain/proposal.ts';
import { coded, enumerated, says, type Spans, type Text } from '../domain/text.ts';
import { didYouMean } from '../domain/suggest.ts';
import { counted, listed, moment } from '../domain/time.ts';
import { sameLogin } from '../policy/acts.ts';
import { decidersNow, effectsOf, stillHolds } from '../policy/proposal-kinds.ts';
import { asHandles, invalidate, withVote, type Occasion, type VoteResult } from '../policy/proposals.ts';
import { matterWords } from '../policy/proposal-matters.ts';
import { outcome, proposalTitle, soFar, unconfirmed, whatNow, when } from '../policy/proposal-words.ts';
import { tally } from '../policy/tally.ts';
import { conflictsHere } from './conflict-verbs.ts';
import type { CommandLine, Found, Needs, Outcome, Parsed, Scene, Spoken } from './verb.ts';
import { fixers } from './views/conflict.ts';
import { mistaken, quoted, understood, unfit } from './words.ts';

/** What approving, rejecting, objecting and withdrawing have in common. */

export interface Deciding {
  readonly proposal: Proposal;
  readonly reason: string | null;
}

/** A reason is kept up to this length. */
export const LONGEST_REASON = 1_000;

const ISSUE = /^(?:[\w.-]+\/[\w.-]+)?#(\d{1,9})$/;

/** Ids are words with hyphens; nobody who thanks or explains begins with one. */
const isMeantAsName = (word: string): boolean => ISSUE.test(word) || /^`?[a-z]+(?:-[a-z0-9]+){2,}`?$/i.test(word);

/**
 * Reads `[#issue|id] [reason]`: without an id the proposal that it was said on, else the only one that was open when it was
 * said. `reason` required: what it is missing for, as `a rejection`; null: words after the id are kept, and words instead of
 * it only where a proposal's own issue says which is meant, so that a misspelt id decides nothing else.
 */
export function readDeciding(line: CommandLine, scene: Scene, spoken: Spoken, reason: string | null): Parsed<Deciding> {
  const named = proposalNamed(line, scene);
  const first = line.words[0];
  const here = spoken.place.proposal !== null || carriedHere(scene, spoken) !== null || conflictsHere(scene, spoken.place).length > 0;
  if (named === null && first !== undefined && (reason === null ? !here || isMeantAsName(first.text) : ISSUE.test(first.text) && !here)) {
    return mistaken(first, `no proposal is called ${quoted(first.text)}${didYouMean(first.text.slice(0, 100), scene.proposals.map((p) => p.id))}${openOnes(scene, spoken)}`);
  }
  const meant = named === null ? meantBy(scene, spoken) : understood(named);
  if (!meant.ok) return meant;
  const text = line.rest(named === null ? 0 : 1).slice(0, LONGEST_REASON);
  if (reason !== null && text === '') return mistaken(null, `${reason} needs a reason, which those who proposed it read`);
  return understood({ proposal: meant.args, reason: text === '' ? null : text });
}

/** The proposal that the first word names, by its issue or its id; null: it names none. */
export function proposalNamed(line: CommandLine, scene: Scene): Proposal | null {
  const word = line.words[0]?.text.replace(/^`(.+)`$/, '$1') ?? '';
  const number = Number(ISSUE.exec(word)?.[1] ?? -1);
  const repo = word.slice(0, Math.max(0, word.indexOf('#'))).toLowerCase();
  return scene.proposals.find((p) => p.id === word.toLowerCase()
    || (p.issue?.number === number && (repo === '' || repo === p.issue.repo.toLowerCase()))) ?? null;
}

function meantBy(scene: Scene, { place, at }: Spoken): Parsed<Proposal> {
  if (place.proposal !== null) {
    const here = scene.proposals.find((p) => p.id === place.proposal);
    return here === undefined ? unfit('this proposal has been over for more than 30 days') : understood(here);
  }
  const carried = carriedHere(scene, { place });
  if (carried !== null) return understood(carried);
  const about = conflictsHere(scene, place);
  if (about.length > 0) return ofConflict(about, scene, at);
  const open = openAt(scene, at);
  const [only] = open;
  if (only === undefined) return unfit(`no proposal is open in ${scene.project.name}${lastOne(scene)}`);
  return open.length === 1 ? understood(only)
    : mistaken(null, `${counted(open.length, 'proposal')} are open, so say which: ${listed(open.map(inShort), 6)}`);
}

/** The proposal of what a blocker or a reactivation issue is about: the one that was open when it was said, else the last. */
function ofConflict(conflicts: readonly Conflict[], scene: Scene, at: number): Parsed<Proposal> {
  const own = new Set(conflicts.flatMap((c) => [c.proposal, c.backProposal, ...c.formerProposals, ...c.formerBackProposals]));
  const open = openAt(scene, at).filter((p) => own.has(p.id));
  if (open.length > 1) return mistaken(null, `${counted(open.length, 'proposal')} are open about it, so say which: ${listed(open.map(inShort), 6)}`);
  const last = open[0] ?? scene.proposals.filter((p) => own.has(p.id)).toSorted((a, b) => b.editionAt - a.editionAt)[0];
  if (last !== undefined) return understood(last);
  const fixing = conflicts.find((c) => c.stage === 'fixing');
  return unfit(fixing === undefined ? `nothing is put to release leads about ${listed(conflicts.map((c) => c.platform))} here`
    : `nothing is put to release leads about ${fixing.platform} yet: ${fixers(fixing)} until ${moment(fixing.fixBy, scene.now)} to fix it; two release leads end that time with \`/arch no-time <reason>\``);
}

/** The proposal that is carried out by the pull request on which it was said; null: none is. */
const carriedHere = ({ proposals }: Scene, { place: { issue } }: Pick<Spoken, 'place'>): Proposal | null =>
  proposals.find(({ pull }) => issue !== null && pull?.number === issue.number && pull.repo.toLowerCase() === issue.repo.toLowerCase()) ?? null;

/** Those that were open at that moment: a late word is about what its speaker saw. */
const openAt = ({ proposals }: Scene, at: number): readonly Proposal[] =>
  proposals.filter((p) => Math.floor(p.proposer.at / 1_000) * 1_000 <= at && (p.state === 'open' || (p.decidedAt ?? 0) > at));

const ENDED: Readonly<Record<Proposal['state'], string>> = { open: 'was opened', approved: 'was approved', rejected: 'was rejected', withdrawn: 'was taken back', expired: 'ended undecided', invalid: 'ended without a decision' };

/** How the one that was decided last ended: somebody may have been quicker. */
function lastOne({ proposals, now }: Scene): string {
  const last = proposals.reduce<Proposal | null>((a, p) => p.decidedAt !== null && p.decidedAt > (a?.decidedAt ?? -1) ? p : a, null);
  return last === null ? '' : `; the last one, ${inShort(last)}, ${ENDED[last.state]} on ${moment(last.decidedAt ?? now, now)}`;
}

const inShort = (p: Proposal): string => `\`${p.id}\`${p.issue === null ? '' : ` (#${p.issue.number})`}`;

function openOnes(scene: Scene, { at }: Spoken): string {
  const open = openAt(scene, at);
  return open.length === 0 ? '' : `; open now: ${listed(open.map(inShort), 6)}`;
}

/** The leads who decide, by the configuration of now. */
export function decidersNeeded(proposal: Proposal, scene: Scene): Needs & { readonly allowed: readonly Handle[] } {
  const deciders = asHandles(decidersNow(proposal, scene.project));
  return { allowed: deciders, allowedAs: `release leads (${listed(deciders.map((d) => `\`${d.slice(1)}\``), 5)})` };
}

/** The proposal as an answer names it. */
export const nameOf = ({ issue, id }: Proposal): Spans => issue === null || issue.number <= 0 ? [coded(id)] : [{ words: `#${issue.number}`, link: issue.url }];

/** What the audit says of where it came from. */
export const occasionOf = (scene: Scene, spoken: Spoken): Occasion =>
  ({ now: scene.now, evidence: { actor: actorName(spoken.actor), delivery: spoken.delivery, source: spoken.source, url: spoken.url, saidAt: spoken.at } });

const refused = (...spans: Spans): Outcome => ({ verdict: 'refused', reply: [says(...spans, ' Nothing was changed.')] });

/** Nobody decides without a GitHub login. */
export const unlinked = (): Outcome => refused('This is for people whose GitHub login is known; ', coded('/arch link'), ' links yours.');

/** Says the vote, and what came of it; whatever the proposal rests on no longer holding ends it first. */
export function decide(kind: Exclude<Vote['kind'], 'lapse'>, { proposal, reason }: Deciding, scene: Scene, spoken: Spoken, found: Found): Outcome {
  const { login } = spoken.actor;
  if (login === null) return unlinked();
  const occasion = occasionOf(scene, spoken);
  const failing = kind === 'withdraw' ? null : stillHolds(proposal, scene);
  const over = failing === null ? null : invalidate(proposal, failing, occasion);
  if (over !== null) return { verdict: 'answered', proposals: [over], reply: [says(...outcome(over.proposal), ' So there is nothing left to decide.')] };
  const edition = spoken.place.proposal === proposal.id ? spoken.place.edition ?? proposal.edition : proposal.edition;
  const vote: Vote = { kind, by: login, surface: spoken.actor.surface, at: spoken.at, edition, reason };
  const result = withVote(proposal, vote, { ...occasion, left: found.left, unsure: found.unsure ?? new Set() });
  const changes = result.change === null ? {} : { proposals: [result.change], quiets: effectsOf(result.proposal, proposal, scene.quiets, scene.now).quiets };
  return { ...answer(vote, result, proposal, scene), ...changes };
}

/** What the speaker is told. */
function answer(vote: Vote, { verdict, proposal, lapsed }: VoteResult, before: Proposal, { now }: Scene): Outcome {
  const votes = tally(proposal, now);
  const gone: Text = lapsed.length === 0 ? [] : [says(`Counted no more: the approval of `, ...enumerated(lapsed.map(coded)), `, who ${lapsed.length === 1 ? 'is' : 'are'} not among those who decide any longer.`)];
  const notConfirmed = vote.kind === 'approve' ? unconfirmed(proposal) : [];
  const unsure: Text = notConfirmed.length === 0 ? [] : [says(...notConfirmed)];
  const word = WORD[vote.kind];
  const ended: Proposal | null = votes.state === 'open' ? null : { ...proposal, state: votes.state, decidedAt: votes.decidedAt };
  switch (verdict) {
    case 'counted': return { verdict: 'done', reply: [says(...taken(vote, proposal, before, now)), ...gone, ...unsure] };
    case 'repeated':
      if (ended !== null && ended.state !== SETTLES[vote.kind]) return decidedBefore(vote, ended);
      return { verdict: 'answered', reply: [says(`Your ${word} `, ...nameOf(proposal), ' counts already: ', ...standing(proposal, now), '. This adds nothing to it.'), ...gone] };
    case 'recused': return recused(vote, proposal, ended, votes.needed);
    case 'outdated': return ended !== null ? over([...nameOf(proposal), ' has changed since what you saw, and is over by now. '], ended)
      : refused(...nameOf(proposal), ' has changed since what you saw, so your word is not taken for what it proposes now: “', proposalTitle(proposal), '” Look at it again, and say it again if you mean it.');
    case 'decided': return decidedBefore(vote, ended ?? proposal);
    default: return verdict satisfies never;
  }
}

/** The approval of somebody whose approval does not count: how many it takes of others, or how it ended. */
function recused({ by }: Vote, proposal: Proposal, ended: Proposal | null, needed: number): Outcome {
  const own = sameLogin(proposal.proposer.by, by);
  const why: Spans = [own ? 'You proposed ' : 'You have a part in ', ...nameOf(proposal), ', so your approval of it does not count'];
  if (ended !== null) return over([...why, '. '], ended);
  return refused(...why, `; it takes ${counted(needed, 'approval')} of other release leads.`, ...own ? [' ', coded('/arch withdraw'), ' takes it back.'] : []);
}

/** Nothing is left to decide: how it ended, and what can be done now. */
function over(why: Spans, ended: Proposal, when = ''): Outcome {
  const next = whatNow(ended);
  return { verdict: 'refused', reply: [says(...why, ...outcome(ended), `${when} Nothing was changed.`, ...next.length === 0 ? [] : [' ', ...next])] };
}

/** The word comes to nothing, as it is over; a word that only arrived late may have been said before that. */
const decidedBefore = ({ at }: Vote, ended: Proposal): Outcome => over([], ended, at < (ended.decidedAt ?? -Infinity) ? '' : ' That was before you said this.');

/** How a proposal ends that ends as the word wants it. */
const SETTLES: Readonly<Record<Vote['kind'], Proposal['state'] | null>> = { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn', object: null, lapse: null };

const WORD: Readonly<Record<Vote['kind'], string>> = { approve: 'approval of', reject: 'rejection of', object: 'objection to', withdraw: 'withdrawal of', lapse: 'approval of' };

/** `1 of 2 approvals (ivan)`, or how it ended. */
const standing = (proposal: Proposal, now: number): Spans => {
  const votes = tally(proposal, now);
  return votes.state === 'open' ? [...soFar(votes), `, with time until ${when(proposal, endsAt(proposal))}`] : [`it is ${STATE[votes.state]}`];
};

const STATE: Readonly<Record<Proposal['state'], string>> = { open: 'open', approved: 'approved', rejected: 'rejected', withdrawn: 'withdrawn', expired: 'over, undecided', invalid: 'over' };

/** Whether a word that was said in time arrived when something else had been decided. */
const tooLate = ({ kind }: Vote, state: Proposal['state']): boolean =>
  kind === 'object' ? state !== 'open' : kind === 'approve' && (state === 'rejected' || state === 'withdrawn');

/** That the word counts, and how far it goes. */
function taken(vote: Vote, proposal: Proposal, before: Proposal, now: number): Spans {
  const votes = tally(proposal, now);
  if (tooLate(vote, votes.state)) return [`Your ${WORD[vote.kind]} `, ...nameOf(proposal), ' is on record, as it was said before the end, and changes nothing. ', ...outcome(proposal)];
  if (vote.kind === 'object') {
    const more = endsAt(proposal) > endsAt(before) ? 'who now have until' : 'who have until';
    return ['Your objection to ', ...nameOf(proposal), ` is shown to the release leads, ${more} ${when(proposal, endsAt(proposal))}.`];
  }
  const { undone } = matterWords(proposal.matter);
  if (vote.kind === 'reject') return ['Your rejection decides ', ...nameOf(proposal), `: ${undone}.`];
  if (vote.kind === 'withdraw') return [...nameOf(proposal), ` is taken back: ${undone}.`];
  const far: Spans = ['Your approval of ', ...nameOf(proposal), ' counts: ', ...soFar(votes)];
  if (votes.state === 'approved') return [...far, ', so it is approved.'];
  if (votes.state === 'expired') return [...far, `, said before it ended on ${when(proposal, endsAt(proposal))}. That is not enough, so it stays undecided.`];
  const missing = votes.needed - votes.approvals.length;
  return [...far, `. ${counted(missing, 'more approval')} by ${when(proposal, endsAt(proposal))} ${missing === 1 ? 'decides' : 'decide'} it.`];
}
