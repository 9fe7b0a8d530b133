import type { Button } from '../domain/action.ts';
import { BY_PROGRAM, endsAt, OBJECTION_EXTENDS, type Proposal, type ProposalState, type Vote } from '../domain/proposal.ts';
import type { IssueRef } from '../domain/incident.ts';
import { bullets, coded, enumerated, says, type Block, type Span, type Spans, type Text } from '../domain/text.ts';
import { counted, moment, span } from '../domain/time.ts';
import { sameLogin } from './acts.ts';
import { carriedWords, wayBack } from './carrying.ts';
import type { MatterWords } from './matter-words.ts';
import { matterWords } from './proposal-matters.ts';
import { inOrder, isRecused, tally, type Tally } from './tally.ts';

/** What people read of a proposal. Whoever is asked is mentioned when its issue is filed, and once before its end; nowhere else. */

/** A reason is repeated up to this length. */
const LONGEST_REASON = 300;

/** How the votes stand, whatever the clock says. */
const standing = (proposal: Proposal): Tally => tally(proposal, -Infinity);

const logins = (names: readonly string[]): Spans => enumerated(names.map(coded));

/** A moment near which the proposal lies. */
export const when = (proposal: Proposal, at: number): string => moment(at, proposal.proposer.at);

/** `: “the lab is moving”.`, or the full stop alone. */
function because(reason: string | null): string {
  if (reason === null || reason === '') return '.';
  const short = reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON).replace(/[\uD800-\uDBFF]$/, '')}…` : reason;
  return `: “${short}”.`;
}

/** `1 of 2 approvals (ivan)`. */
export function soFar({ approvals, needed }: Pick<Tally, 'approvals' | 'needed'>): Spans {
  return [`${approvals.length} of ${counted(needed, 'approval')}`, ...approvals.length === 0 ? [] : [' (', ...logins(approvals), ')']];
}

/** Whose approval counts though they could not be looked up again when the last approval was given: a sentence, or nothing. */
export function unconfirmed(proposal: Proposal): Spans {
  const { approvals } = standing(proposal);
  const last = inOrder(proposal.votes).findLast((v) => v.kind === 'approve' && v.edition === proposal.edition && approvals.some((a) => sameLogin(a, v.by)));
  const names = (last?.unconfirmed ?? []).filter((login) => approvals.some((a) => sameLogin(a, login)));
  return names.length === 0 ? [] : ['Not confirmed again: ', ...logins(names), ', as GitHub did not answer when the last approval was given; verified when they approved, so it counts.'];
}

const unconfirmedToo = (proposal: Proposal): Spans => {
  const told = unconfirmed(proposal);
  return told.length === 0 ? [] : [' ', ...told];
};

/** The title of its issue: the decision asked. */
export const proposalTitle = (proposal: Proposal): string => `${matterWords(proposal.matter).question(proposal.proposer.at)}?`;

/** The body of its issue. `first`: it is being filed, so those who decide are called; later versions only name them. */
export function proposalBody(proposal: Proposal, first: boolean): Text {
  return proposal.state === 'open' ? openBody(proposal, first) : overBody(proposal);
}

function openBody(proposal: Proposal, first: boolean): Text {
  const words = matterWords(proposal.matter);
  const votes = standing(proposal);
  const end = endsAt(proposal);
  const asked: Span[] = proposal.deciders.map((d): Span => first ? { mention: d } : coded(d));
  return [
    says(...enumerated(asked), ...asked.length === 0 ? [] : [', '], { bold: `${words.question(proposal.proposer.at)}?` }, ' ', ...proposedBy(proposal), ...words.look === undefined ? [] : [' ', ...words.look]),
    bullets(
      [{ bold: 'If yes:' }, ' ', ...words.yes],
      [{ bold: 'If no,' }, ` or undecided by ${when(proposal, end)}: `, ...words.no],
      [{ bold: 'So far:' }, ' ', ...soFar(votes), '. ', ...notCounted(proposal), ...unconfirmedToo(proposal)],
      ...objections(proposal, votes).map((o): Spans => [{ bold: 'Objection:' }, ' ', ...o]),
    ),
    ...words.besides === undefined || words.besides.length === 0 ? [] : [says({ bold: 'What goes with it,' }, ' by hand and apart from that pull request:'), bullets(...words.besides)],
    ...evidence(words.evidence),
    says({ bold: 'To decide,' }, ' release leads (', ...logins(proposal.deciders), ') write ', coded('/arch approve'), ' or ', coded('/arch reject <reason>'),
      ' here; one rejection is enough to stop it. ', ...whoObjects(proposal), ...ownWay(proposal)),
    says({ bold: 'The way back:' }, ' ', ...words.back),
  ];
}

const evidence = (given: MatterWords['evidence']): Text => given === null ? [] : [says({ bold: 'Evidence:' }, ' ', ...given.short), ...given.blocks];

const proposedBy = ({ proposer, matter }: Proposal): Spans => [coded(proposer.by), ` proposes it${because(matterWords(matter).reason)}`];

function notCounted({ proposer, recused }: Proposal): Spans {
  const others = recused.filter((r) => !sameLogin(r, proposer.by));
  if (proposer.by === BY_PROGRAM && others.length === 0) return [];
  const byPerson: Spans = proposer.by === BY_PROGRAM ? [] : [' by ', coded(proposer.by), ', who proposed it,'];
  return ['An approval', ...byPerson, ...others.length === 0 ? [] : [byPerson.length === 0 ? ' by ' : ' or by ', ...logins(others), ', who ', others.length === 1 ? 'has' : 'have', ' a part in it,'], ' does not count.'];
}

function whoObjects({ objectors, matter, expiresAt, latestEnd }: Proposal): Spans {
  if (objectors.length === 0) return [];
  const more = Math.min(OBJECTION_EXTENDS, (latestEnd ?? Infinity) - expiresAt);
  return [`Owners of ${matter.platform} (`, ...logins(objectors), ') write ', coded('/arch object <reason>'), `: that is shown here${more > 0 ? `, and gives ${span(more)} more time once` : ''}. `];
}

const ownWay = ({ proposer }: Proposal): Spans => proposer.by === BY_PROGRAM ? ['It withdraws itself when the evidence turns.'] : [coded(proposer.by), ' can take it back with ', coded('/arch withdraw'), '.'];

/** Each objection in a line: who, when, why. */
const objections = (proposal: Proposal, { objections: found }: Tally): Spans[] =>
  found.map((o): Spans => [coded(o.by), ` on ${when(proposal, o.at)}${because(o.reason)}`]);

function overBody(proposal: Proposal): Text {
  const votes = standing(proposal);
  const objected = objections(proposal, votes);
  const next = whatNow(proposal);
  const objectedText: Block[] = objected.length === 0 ? [] : [bullets(...objected.map((o): Spans => [{ bold: 'Objection:' }, ' ', ...o]))];
  return [
    says(...outcome(proposal, votes)),
    says('The question was: ', proposalTitle(proposal), ' ', coded(proposal.proposer.by), ` proposed it on ${when(proposal, proposal.proposer.at)}${because(matterWords(proposal.matter).reason)}`),
    ...objectedText,
    ...evidence(matterWords(proposal.matter).evidence),
    ...next.length === 0 ? [] : [says({ bold: proposal.state === 'approved' ? 'The way back:' : 'From here:' }, ' ', ...next)],
  ];
}

/** What was decided, by whom, and what that means: the first words of everything that tells of an end. */
export function outcome(proposal: Proposal, votes = standing(proposal)): Spans {
  const words = matterWords(proposal.matter);
  const at = proposal.decidedAt ?? proposal.expiresAt;
  const by = votes.against === null ? [] : [coded(votes.against.by), ` on ${when(proposal, at)}${because(votes.against.reason)}`];
  switch (proposal.state) {
    case 'approved': return [...carriedWords(proposal) ?? [{ bold: `Approved: ${words.done(proposal.proposer.at)}.` }], ' Decided by ', ...logins(votes.approvals), ` on ${when(proposal, at)}${words.against === undefined ? '' : `, ${words.against}`}.`, ...unconfirmedToo(proposal)];
    case 'rejected': return [{ bold: `Rejected: ${words.undone}.` }, ' Decided by ', ...by];
    case 'withdrawn': return [{ bold: `Withdrawn: ${words.undone}.` }, ' Taken back by ', ...by];
    case 'expired': return [{ bold: `Not decided in time: ${words.undone}.` }, ' It had ', ...soFar(votes), ` by ${when(proposal, at)}.`];
    case 'invalid': return [{ bold: 'There is nothing to decide any more.' }, ` As of ${when(proposal, at)}, ${proposal.because ?? 'what it rests on no longer holds'}.`];
    case 'open': return [{ bold: `${words.question(proposal.proposer.at)}?` }];
    default: return proposal.state satisfies never;
  }
}

/** What one can do now that it is over; empty where there is nothing to say. */
export function whatNow(proposal: Proposal): Spans {
  const { state, matter } = proposal;
  const { again } = matterWords(matter);
  return state === 'approved' ? wayBack(proposal) : state === 'invalid' || state === 'open' ? [] : again;
}

const after = (proposal: Proposal): Spans => {
  const next = whatNow(proposal);
  return next.length === 0 ? [] : [' ', ...next];
};

/** The comment that tells of the decision. `told`: the decision that an earlier comment told of, which this one replaces; null: none. */
export function decisionComment(proposal: Proposal, told: ProposalState | null): Text {
  const change = told === null || proposal.state === 'invalid' ? [] : [says('This replaces what was said above: a word that was given earlier has arrived only now, and the order in which things were said decides.')];
  return [...change, says(...outcome(proposal), ...after(proposal))];
}

/** The comment, or the word in Slack's thread, that tells of an objection. */
export function objectionWord(proposal: Proposal, objection: Vote): Text {
  return [says(coded(objection.by), ` objects${because(objection.reason)}`),
    says(...soFar(standing(proposal)), `; there is time to decide until ${when(proposal, endsAt(proposal))}.`)];
}

/** What whoever asked for it is told once its issue is filed. */
export function filedWord(proposal: Proposal, { repo, number, url }: IssueRef): Text {
  const link = { words: `${repo}#${number}`, link: url };
  return proposal.state === 'open' ? [says('The proposal is ', link, ': “', proposalTitle(proposal), '” It is decided there.')] : [says('The proposal is in ', link, '. ', ...outcome(proposal))];
}

/** The one word before the end, to those who have not voted. `mention`: on GitHub. */
export function endingWord(proposal: Proposal, mention: boolean): Text {
  const votes = standing(proposal);
  const missing = votes.needed - votes.approvals.length;
  const asked = waitedFor(proposal, votes).map((d): Span => mention ? { mention: d } : coded(d));
  return [says(...enumerated(asked), ...asked.length === 0 ? [] : [': '], { bold: proposalTitle(proposal) }, ' It ends undecided on ', when(proposal, endsAt(proposal)), ', with ', ...soFar(votes),
    `. ${counted(missing, 'more approval')} decide${missing === 1 ? 's' : ''} it: `, coded('/arch approve'), '. To say no: ', coded('/arch reject <reason>'), '. This is the only reminder.')];
}

/** Teams and people who decide, without those people who have said yes already or do not count: whom the word before the end calls. */
export const waitedFor = (proposal: Proposal, { approvals }: Pick<Tally, 'approvals'> = standing(proposal)): readonly string[] => proposal.deciders.filter((d) => {
  const login = d.replace(/^@/, '');
  return d.includes('/') || !(isRecused(proposal, login) || approvals.some((a) => sameLogin(a, login)));
});

/** Its message in Slack, and what can be pressed there: nothing once it is decided. */
export function proposalCard(proposal: Proposal): { readonly text: Text; readonly buttons: readonly Button[] } {
  const { issue } = proposal;
  const link: Spans = issue === null || issue.number <= 0 ? [] : [' · ', { words: `${issue.repo}#${issue.number}`, link: issue.url }];
  if (proposal.state !== 'open') return { text: [says(...outcome(proposal), ...after(proposal), ...link)], buttons: [] };
  const words = matterWords(proposal.matter);
  const votes = standing(proposal);
  return {
    text: [
      says({ bold: proposalTitle(proposal) }, ' ', ...proposedBy(proposal)),
      ...words.evidence === null ? [] : [says({ bold: 'Evidence:' }, ' ', ...words.evidence.short)],
      says({ bold: 'If yes:' }, ' ', ...words.yes),
      says({ bold: 'If no:' }, ' ', ...words.no),
      ...words.card ?? [],
      ...objections(proposal, votes).map((o) => says({ bold: 'Objection:' }, ' ', ...o)),
      says(...soFar(votes), ` · until ${when(proposal, endsAt(proposal))} · `, ...logins(proposal.deciders), ...link),
      ...unconfirmed(proposal).length === 0 ? [] : [says(...unconfirmed(proposal))],
    ],
    buttons: buttonsOf(proposal),
  };
}

function buttonsOf({ id, edition, objectors }: Proposal): readonly Button[] {
  const about = { proposal: id, edition };
  return [
    { verb: 'approve', label: 'Approve', style: 'primary', about },
    { verb: 'reject', label: 'Reject…', style: 'danger', about },
    ...objectors.length === 0 ? [] : [{ verb: 'object', label: 'Object…', style: null, about } as const],
  ];
}
