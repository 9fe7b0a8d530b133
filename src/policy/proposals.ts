import { alike } from '../domain/alike.ts';
import type { AuditKind } from '../domain/audit.ts';
import type { AuditEntry } from '../domain/notice.ts';
import type { Surface } from '../domain/person.ts';
import { endsAt, type Matter, type Proposal, type Vote } from '../domain/proposal.ts';
import type { Handle, Project, Release } from '../domain/project.ts';
import { sameLogin } from './acts.ts';
import { aboutOf, overAt, sameMatter, sameSubstance } from './proposal-kinds.ts';
import { inOrder, isRecused, tally, type Tally } from './tally.ts';
import { platformOf, type ProposalChange } from './world.ts';

/** The word before the end comes this long before it (ms), half-way where there is less time. */
const WARN_BEFORE = 24 * 3_600_000;

/** Times that the same word of the same person is kept: whoever clicks for an hour fills no store. */
const SAME_KEPT = 10;

/** When it is decided on, and what the audit is to say of it (JSON-serialisable): delivery, link. */
export interface Occasion {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly evidence: unknown;
}

export interface Proposing extends Occasion {
  readonly project: Project;
  /** Whose leads decide. */
  readonly release: Release;
  /** Login without `@`. */
  readonly by: string;
  readonly surface: Surface;
  /** When it was said (epoch ms), by the surface's clock. */
  readonly at: number;
  /** Ids that are taken. */
  readonly taken: ReadonlySet<string>;
  /** Others whose approval does not count. */
  readonly recused?: readonly string[];
  /** Approvals that it takes; left out: the release's quorum. */
  readonly quorum?: number;
  /** No objection extends it beyond this moment (epoch ms). */
  readonly latestEnd?: number;
}

/** The open proposal of the same matter; null: there is none. */
export const openProposalOf = (matter: Matter, proposals: readonly Proposal[], now: number): Proposal | null =>
  proposals.find((p) => sameMatter(p.matter, matter) && tally(p, now).state === 'open') ?? null;

/** A new proposal. Its id is the same however often the same words are handled. Comments carry whole seconds, so its first edition begins with one. */
export function propose(matter: Matter, given: Proposing): ProposalChange {
  const { project, release, by, surface, at, now } = given;
  const expiresAt = Math.min(now + release.proposalExpires, overAt(matter) ?? Infinity);
  const proposal: Proposal = {
    id: newId(matter, given), project: project.name, repo: project.repo, matter, revision: 1, shown: 1,
    edition: 1, editionAt: Math.floor(at / 1_000) * 1_000, state: 'open', proposer: { by, surface, at }, recused: given.recused ?? [],
    deciders: release.leads, quorum: given.quorum ?? release.quorum, objectors: platformOf(project, matter.platform)?.owners ?? [],
    expiresAt, latestEnd: latestEndOf(matter, given), warnAt: warningAt(expiresAt, now), votes: [], decidedAt: null, because: null, issue: null, messages: {},
  };
  return { expected: null, proposal, audit: [audited(proposal, 'proposed', `${surface}:${by}`, now, { matter, deciders: proposal.deciders, quorum: proposal.quorum, said: given.evidence })] };
}

/** Neither the caller's limit nor the moment after which the matter means nothing is passed. */
function latestEndOf(matter: Matter, { latestEnd }: { readonly latestEnd?: number }): number | null {
  const limits = [latestEnd, overAt(matter)].filter((t) => typeof t === 'number');
  return limits.length === 0 ? null : Math.min(...limits);
}

const warningAt = (end: number, now: number): number => end - now > WARN_BEFORE ? end - WARN_BEFORE : now + Math.floor((end - now) / 2);

/** Ids are told apart by such spans of time (ms): shorter than what is decided stays among `taken`. */
const SPAN = 15 * 86_400_000;

/**
 * `mute-ci-kubernetes-e2e-s390x-1x2y3z4`: short enough to be typed, and part of markers and branches. Proposed at the same
 * instant by several people, on several surfaces or to several servers, it is the same: the store takes the first.
 */
function newId(matter: Matter, { project, now, taken }: Proposing): string {
  const subject = 'job' in matter ? matter.job : matter.platform;
  const base = idOf(matter.kind, aboutOf(matter), [project.name, subject, String(Math.floor(now / SPAN))]);
  let id = base;
  for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
  return id;
}

const NAME_KEPT = 32;

/** An id of small letters, digits and hyphens, told apart by `parts` and readable by `name`. */
export function idOf(kind: string, name: string, parts: readonly string[]): string {
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, NAME_KEPT).replace(/^-|-$/g, '');
  return [kind, slug, fingerprint([kind, name, ...parts].join('\n'))].filter((part) => part !== '').join('-');
}

/** FNV-1a, 32 bits, in letters and digits. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(36).padStart(7, '0');
}

/**
 * Why the proposal could never be approved: nobody but those whose approval does not count is named. Null: it could be, or
 * a team decides, whose members are known only when they are looked up.
 */
export function outOfReach(proposal: Proposal): { readonly could: readonly string[]; readonly needed: number } | null {
  if (proposal.deciders.some((d) => d.includes('/'))) return null;
  const could = [...new Set(proposal.deciders.map((d) => d.slice(1)))].filter((login) => !isRecused(proposal, login));
  return could.length >= proposal.quorum ? null : { could, needed: proposal.quorum };
}

/**
 * `counted`; `repeated`: the same was said by the same person; `outdated`: of an earlier edition; `recused`: their approval
 * does not count; `decided`: it was over when that was said.
 */
export type VoteVerdict = 'counted' | 'repeated' | 'outdated' | 'recused' | 'decided';

export interface VoteResult {
  readonly verdict: VoteVerdict;
  readonly proposal: Proposal;
  /** Null: nothing is to be stored. A vote that does not count now is stored all the same where an earlier word that is still under way could make it count. */
  readonly change: ProposalChange | null;
  /** Whose earlier approval counts no more. */
  readonly lapsed: readonly string[];
}

/**
 * The proposal with one more vote. `left`: earlier approvers, in lower case, who are for sure no member of those who decide.
 * `unsure`: those of whom that could not be learned now; they count as they did when they were verified, and that is kept.
 */
export function withVote(proposal: Proposal, said: Vote, occasion: Occasion & { readonly left?: ReadonlySet<string>; readonly unsure?: ReadonlySet<string> }): VoteResult {
  const { now, left } = occasion;
  const vote = withDoubts(proposal, said, occasion);
  const nothing = (verdict: VoteVerdict): VoteResult => ({ verdict, proposal, change: null, lapsed: [] });
  if (vote.edition !== proposal.edition || vote.at < proposal.editionAt) return nothing('outdated');
  if (vote.kind === 'approve' && isRecused(proposal, vote.by)) return nothing('recused');
  if (proposal.state === 'invalid') return nothing('decided');
  const before = tally(proposal, now);
  const lapses = before.approvals.filter((login) => left?.has(login.toLowerCase()) && !sameLogin(login, vote.by))
    .map((by): Vote => ({ ...vote, kind: 'lapse', by, reason: null }));
  // A word of theirs of the same moment, which would come after the lapse, is dropped with it: comments carry whole seconds.
  const standing = proposal.votes.filter((v) => v.kind !== 'approve' || v.at < vote.at || !lapses.some((l) => sameLogin(l.by, v.by)));
  const votes = merged(standing, [...lapses, vote]);
  const draft = { ...proposal, votes };
  const after = tally(draft, now);
  const verdict = holds(before, vote) ? 'repeated' : holds(after, vote) ? 'counted' : 'decided';
  if (votes.length === proposal.votes.length && votes.every((v, i) => same(v, proposal.votes[i]))) return nothing(verdict);
  const entries = [...lapses, vote].map((v) => audited(proposal, VOTED[v.kind], v.kind === 'lapse' ? 'archsignal' : `${v.surface}:${v.by}`, now, { vote: v, verdict, said: occasion.evidence }));
  const change = next(proposal, draft, now, entries);
  return { verdict, proposal: change.proposal, change, lapsed: lapses.map((v) => v.by) };
}

/** The approval with those who approved before and could not be confirmed beside it. */
function withDoubts(proposal: Proposal, vote: Vote, { now, unsure }: { readonly now: number; readonly unsure?: ReadonlySet<string> }): Vote {
  if (vote.kind !== 'approve' || !unsure || unsure.size === 0) return vote;
  const unconfirmed = tally(proposal, now).approvals.filter((login) => unsure.has(login.toLowerCase()) && !sameLogin(login, vote.by));
  return unconfirmed.length === 0 ? vote : { ...vote, unconfirmed };
}

const VOTED: Readonly<Record<Vote['kind'], AuditKind>> = { approve: 'approval', reject: 'rejection', object: 'objection', withdraw: 'withdrawal', lapse: 'lapse' };

/** Whether what the vote says is part of the tally. */
function holds({ approvals, objections, against }: Tally, vote: Vote): boolean {
  switch (vote.kind) {
    case 'approve': return approvals.some((login) => sameLogin(login, vote.by));
    case 'object': return objections.some((o) => sameLogin(o.by, vote.by));
    case 'reject': case 'withdraw': return against?.kind === vote.kind && sameLogin(against.by, vote.by);
    case 'lapse': return false;
    default: return vote.kind satisfies never;
  }
}

const sameWord = (a: Vote, b: Vote): boolean => a.kind === b.kind && a.edition === b.edition && sameLogin(a.by, b.by);
const same = (a: Vote, b: Vote | undefined): boolean =>
  b !== undefined && sameWord(a, b) && a.at === b.at && a.surface === b.surface && a.reason === b.reason;

/** Those from when an earlier approval of theirs lapsed: who comes back says it anew, however often it was said before. */
const since = (earlier: readonly Vote[], { by }: Vote): readonly Vote[] => earlier.slice(earlier.findLastIndex((v) => v.kind === 'lapse' && sameLogin(v.by, by)) + 1);

/** All votes, each once, in order; of one person's same words the earliest: what is kept does not depend on the order of arrival. */
function merged(votes: readonly Vote[], more: readonly Vote[]): readonly Vote[] {
  const all = inOrder([...votes, ...more.filter((v, i) => ![...votes, ...more.slice(0, i)].some((known) => same(v, known)))]);
  return all.filter((v, i) => since(all.slice(0, i), v).filter((earlier) => sameWord(earlier, v)).length < SAME_KEPT);
}

/** The next version: what the votes of `draft` come to by `now`, and whether a reader sees a difference. */
function next(base: Proposal, draft: Proposal, now: number, audit: readonly AuditEntry[]): ProposalChange {
  const [before, after] = [tally(base, now), tally(draft, now)];
  const open = after.state === 'open';
  const later = endsAt(draft) - endsAt(base);
  const proposal: Proposal = {
    ...draft, state: after.state, decidedAt: after.decidedAt, revision: base.revision + 1,
    warnAt: open && draft.warnAt !== null && draft.edition === base.edition ? draft.warnAt + later : open ? draft.warnAt : null,
  };
  const seen = (p: Proposal, t: Tally): string => JSON.stringify([p.state, p.edition, p.matter, p.because, endsAt(p), t.approvals, t.against, t.objections]);
  const shown = base.shown + (seen(base, before) === seen(proposal, after) ? 0 : 1);
  const turned = proposal.state === base.state ? []
    : [audited(base, proposal.state, 'archsignal', now, { before: base.state, decidedAt: after.decidedAt, approvals: after.approvals, needed: after.needed, against: after.against, because: proposal.because })];
  return { expected: base.revision, proposal: { ...proposal, shown }, audit: [...audit, ...turned] };
}

const audited = ({ project, id, edition }: Proposal, what: AuditKind, actor: string, at: number, evidence: object): AuditEntry =>
  ({ at, project, entity: `proposal:${id}`, what, actor, evidence: { edition, ...evidence } });

/**
 * The proposal with its matter changed. Approvals go on to count where what was approved is the same; otherwise it is
 * another edition, which has as much time as the one before and takes approvals of its own. Null: it is decided, or the
 * matter is what it was.
 */
export function newEdition(proposal: Proposal, matter: Matter, occasion: Occasion & { readonly latestEnd?: number }): ProposalChange | null {
  const { now, evidence } = occasion;
  if (tally(proposal, now).state !== 'open' || alike(matter, proposal.matter)) return null;
  const entry = audited(proposal, 'changed', 'archsignal', now, { from: proposal.matter, to: matter, said: evidence });
  if (sameSubstance(proposal.matter, matter)) return next(proposal, { ...proposal, matter }, now, [entry]);
  const expiresAt = Math.min(now + proposal.expiresAt - proposal.editionAt, overAt(matter) ?? Infinity);
  return next(proposal, { ...proposal, matter, edition: proposal.edition + 1, editionAt: now, expiresAt, latestEnd: latestEndOf(matter, occasion), warnAt: warningAt(expiresAt, now) }, now, [entry]);
}

/**
 * An approved proposal to be decided again, as what was to be done was not: another edition, which has as much time as the
 * one before. Null: it is not approved, or there is no time left.
 */
export function decideAgain(proposal: Proposal, occasion: Occasion & { readonly latestEnd?: number }): ProposalChange | null {
  const { now, evidence } = occasion;
  const expiresAt = Math.min(now + proposal.expiresAt - proposal.editionAt, overAt(proposal.matter) ?? Infinity);
  if (proposal.state !== 'approved' || expiresAt <= now) return null;
  const draft: Proposal = { ...proposal, state: 'open', decidedAt: null, edition: proposal.edition + 1, editionAt: now, expiresAt, latestEnd: latestEndOf(proposal.matter, occasion), warnAt: warningAt(expiresAt, now) };
  return next(proposal, draft, now, [audited(proposal, 'put-again', 'archsignal', now, { said: evidence })]);
}

/**
 * The proposal with what it tells brought up to date, where what is decided stays the same: also after it was approved, as
 * its issue goes on to be read. Null: nothing else is told, or something else is decided.
 */
export function retold(proposal: Proposal, matter: Matter, { now }: Pick<Occasion, 'now'>): ProposalChange | null {
  if (proposal.state !== 'approved' || !sameSubstance(proposal.matter, matter) || alike(matter, proposal.matter)) return null;
  return next(proposal, { ...proposal, matter }, now, []);
}

/** What its clock asks for by `now`: its end, or the word before it, once. Null: nothing yet. */
export function atDeadline(proposal: Proposal, now: number): ProposalChange | null {
  if (proposal.state !== 'open') return null;
  const { state } = tally(proposal, now);
  if (state !== 'open') return next(proposal, proposal, now, []);
  if (proposal.warnAt === null || proposal.warnAt > now) return null;
  return next(proposal, { ...proposal, warnAt: null }, now, [audited(proposal, 'reminded', 'archsignal', now, { endsAt: endsAt(proposal) })]);
}

/** The proposal as invalid: what it rests on no longer holds. `because`: a clause without a full stop. Null: it is decided already. */
export function invalidate(proposal: Proposal, because: string, { now, evidence }: Occasion): ProposalChange | null {
  if (tally(proposal, now).state !== 'open') return null;
  return next(proposal, { ...proposal, state: 'invalid', decidedAt: now, because }, now, [audited(proposal, 'invalidated', 'archsignal', now, { because, evidence })]);
}

/** Who may be asked again for their approval still to count: approvers of a proposal that no vote has decided yet. */
export const approversToCheck = (proposal: Proposal, now: number): readonly string[] => {
  const { state, approvals } = tally(proposal, now);
  return state === 'open' || state === 'expired' ? approvals : [];
};

/** The leads who decide, for what a verb looks up. */
export const asHandles = (deciders: readonly string[]): readonly Handle[] => deciders.map((d): Handle => `@${d.replace(/^@/, '')}`);
