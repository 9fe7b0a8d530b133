import { endsAt, type Proposal, type ProposalState, type Vote } from '../domain/proposal.ts';
import { sameLogin } from './acts.ts';

/** What the votes of the present edition come to. */
export interface Tally {
  readonly state: ProposalState;
  /** When it was decided, by the clock of who decided it (epoch ms); null while it is open. */
  readonly decidedAt: number | null;
  /** Logins whose approval counts, in the order in which they said so. */
  readonly approvals: readonly string[];
  /** Approvals that it takes. */
  readonly needed: number;
  /** The rejection or withdrawal that decided it. */
  readonly against: Vote | null;
  /** The first objection of everybody who objected before it was decided. */
  readonly objections: readonly Vote[];
}

/** At one moment: who has left counts no more, and a no comes before a yes. */
const RANK: Readonly<Record<Vote['kind'], number>> = { lapse: 0, withdraw: 1, reject: 2, object: 3, approve: 4 };

const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;
const loginKey = (login: string): string => login.toLowerCase();

/** The order of votes: by when they were said, and in one order of all where that is the same. */
export const inOrder = (votes: readonly Vote[]): Vote[] => votes.toSorted((a, b) =>
  a.at - b.at || RANK[a.kind] - RANK[b.kind] || compare(loginKey(a.by), loginKey(b.by)) || compare(a.surface, b.surface) || compare(a.reason ?? '', b.reason ?? ''));

/** Whether this login's approval does not count: they proposed it, or have a part in it. */
export const isRecused = (proposal: Pick<Proposal, 'proposer' | 'recused'>, login: string): boolean =>
  [proposal.proposer.by, ...proposal.recused].some((r) => sameLogin(r, login));

/**
 * What has become of the proposal by `now` (epoch ms): a fold over its votes in the order in which they were said, so that
 * neither the order in which they arrived nor a repetition makes a difference. Votes of another edition, or said at the end
 * or later, do not count; the first that decides decides, and later ones change nothing. One that is invalid stays so.
 */
export function tally(proposal: Proposal, now: number): Tally {
  const { edition, editionAt, quorum } = proposal;
  const end = endsAt(proposal);
  const approvals = new Map<string, string>();
  const objections = new Map<string, Vote>();
  const result = (state: ProposalState, decidedAt: number | null, against: Vote | null = null): Tally =>
    ({ state, decidedAt, against, approvals: [...approvals.values()], needed: quorum, objections: [...objections.values()] });
  const settled = (state: ProposalState, vote: Vote, against: Vote | null = null): Tally =>
    proposal.state === 'invalid' ? result('invalid', proposal.decidedAt) : result(state, vote.at, against);
  for (const vote of inOrder(proposal.votes.filter((v) => v.edition === edition && v.at >= editionAt && v.at < end))) {
    const by = loginKey(vote.by);
    switch (vote.kind) {
      case 'lapse': approvals.delete(by); break;
      case 'object': if (!objections.has(by)) objections.set(by, vote); break;
      case 'reject': return settled('rejected', vote, vote);
      case 'withdraw': return settled('withdrawn', vote, vote);
      case 'approve':
        if (!isRecused(proposal, by) && !approvals.has(by)) approvals.set(by, vote.by);
        if (approvals.size >= quorum) return settled('approved', vote);
        break;
      default: vote.kind satisfies never;
    }
  }
  if (proposal.state === 'invalid') return result('invalid', proposal.decidedAt);
  return now >= end ? result('expired', end) : result('open', null);
}
