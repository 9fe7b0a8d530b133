import type { CriterionName } from '../domain/ladder.ts';
import type { FollowedBy, StepWarning, WarnedCriterion } from '../domain/step-warning.ts';
import { bullets, coded, enumerated, says, type Span, type Spans, type Text } from '../domain/text.ts';
import { counted, day, listed, moment } from '../domain/time.ts';
import { stepName } from './step-words.ts';

/** What people read of a warning that a platform may lose its step. Its owners are mentioned once each time that it is raised. */

const nameOf = ({ step }: Pick<StepWarning, 'step'>): string => stepName(step.number, step);
const belowOf = ({ below }: StepWarning): string | null => below === null ? null : stepName(below.number, below);

const isUnmet = (c: WarnedCriterion): boolean => c.kind === 'unmet';
const namesOf = (criteria: readonly WarnedCriterion[]): readonly string[] => [...new Set(criteria.map((c) => c.criterion))];
const names = (criteria: readonly WarnedCriterion[]): string => listed([...namesOf(criteria)]);
const some = (criteria: readonly WarnedCriterion[], one: string, more: string): string => namesOf(criteria).length === 1 ? one : more;

/** `pass-rate and run-cadence have not held since Tue 3 Nov, and owner-response has not held since Mon 9 Nov`; what nobody can tell comes after. */
function inShort({ criteria, raisedAt }: StepWarning): string {
  const [unmet, unknown] = [criteria.filter(isUnmet), criteria.filter((c) => !isUnmet(c))];
  const byDay = (of: readonly WarnedCriterion[]) => [...Map.groupBy(of.toSorted((a, b) => a.since - b.since), (c) => day(c.since, raisedAt))];
  return [
    ...byDay(unmet).map(([since, of]) => `${names(of)} ${some(of, 'has', 'have')} not held since ${since}`),
    ...byDay(unknown).map(([since, of]) => `nobody can tell since ${since} whether ${names(of)} ${some(of, 'holds', 'hold')}`),
  ].join(', and ');
}

/** The title of its issue; it does not change from day to day. */
export const warningTitle = (warning: StepWarning): string =>
  warning.criteria.some(isUnmet) ? `[${warning.platform}] may lose its step ${nameOf(warning)}: help wanted` : `[${warning.platform}] cannot be shown to hold its step ${nameOf(warning)}: help wanted`;

/** The body of its issue. `first`: it is being filed, so those who are asked are called. */
export function warningBody(warning: StepWarning, first: boolean): Text {
  if (warning.state === 'over') return overBody(warning);
  const { platform, owners, criteria } = warning;
  const called: Span[] = owners.map((o): Span => first ? { mention: o } : coded(o));
  return [
    says(...enumerated(called), ...called.length === 0 ? [] : [', '], { bold: howItStands(warning) },
      ' This is a warning in public and a call for help: whoever wants it to stay is welcome to take something up here, owner or not.'),
    criteriaTable(warning),
    says({ bold: 'What follows:' }, ' ', ...whatFollows(warning)),
    says({ bold: 'How to help:' }),
    bullets(...helps(warning)),
    says({ bold: 'How to stop it:' }, ' it ends by itself, and this issue is closed, when the record shows the criteria met again. For a documented reason release leads write ',
      ...enumerated(namesOf(criteria).map((c) => coded(`/arch exception ${platform} ${c} <until> <reason>`))), `${some(criteria, '', '; it goes on for each that is left out')}. Closing this issue by hand only silences it.`),
  ];
}

/** `linux/s390x does not meet 2 of the 7 criteria of test (2), and nobody can tell whether it meets 1 more.` */
function howItStands(warning: StepWarning): string {
  const { platform, criteria, asked } = warning;
  const [unmet, unknown] = [criteria.filter(isUnmet).length, criteria.filter((c) => !isUnmet(c)).length];
  const share = (n: number): string => asked === 1 ? 'the one criterion' : `${n} of the ${asked} criteria`;
  if (unmet === 0) return `Nobody can tell whether ${platform} meets ${share(unknown)} of ${nameOf(warning)}.`;
  return `${platform} does not meet ${share(unmet)} of ${nameOf(warning)}${unknown === 0 ? '' : `, and nobody can tell whether it meets ${unknown} more`}.`;
}

/** A day, or words for when nobody knows it. */
const about = (at: number | null, near: number): string => at === null ? 'once the date of the release is known' : `about ${day(at, near)}`;

function criteriaTable({ criteria, raisedAt, below, followedBy }: StepWarning): Text[number] {
  const next = (c: WarnedCriterion): string => {
    if (c.daysLeft === null) return c.kind === 'unknown' ? 'no demotion for this alone' : below === null ? 'nothing: it is the lowest step' : '';
    if (c.daysLeft === 0) return followedBy === null ? `a demotion may be proposed: ${about(c.expectedAt, raisedAt)}` : 'a demotion was proposed';
    if (followedBy !== null) return `it calls for a demotion too ${about(c.expectedAt, raisedAt)}: ${counted(c.daysLeft, 'day')} more`;
    return `a demotion is proposed ${about(c.expectedAt, raisedAt)}: ${counted(c.daysLeft, 'day')} more`;
  };
  return {
    kind: 'table', head: ['what is missing', 'since', 'how it stands', 'if nothing changes'],
    rows: criteria.map((c) => [
      [{ bold: c.criterion }, ` ${c.kind}`], [`${c.earlier ? 'before ' : ''}${day(c.since, raisedAt)} (${counted(c.days, 'day')})`],
      [c.because, ...c.links.slice(0, MOST_LINKS).flatMap((l): Spans => [' ', { words: l.words, link: l.link }])], [next(c)],
    ]),
  };
}

/** Links beyond these would hide the sentence. */
const MOST_LINKS = 3;

function whatFollows(warning: StepWarning): Spans {
  const { criteria, platform, followedBy, raisedAt } = warning;
  const below = belowOf(warning);
  if (followedBy !== null) return followed(warning, followedBy);
  const due = criteria.filter((c) => c.daysLeft !== null);
  const [first] = due;
  const sooner: Spans = (warning.sooner ?? []).length === 0 ? [] : [` It goes faster than usual, as the ladder says: ${listed(warning.sooner ?? [], 4)}.`];
  if (first === undefined || below === null) return [`nothing by itself: ${platform} is neither moved down nor up for this.`];
  return [`release leads are asked ${about(first.expectedAt, raisedAt)} whether to move ${platform} to ${below}. Nothing moves without their decision and a merged pull request. Days in a planned freeze or downtime, and days on which the sources could not be read, do not count.`, ...sooner];
}

/** `demo/demo#12`, linked; the id where it has no number. */
const linkOf = ({ id, issue }: FollowedBy): Span => issue === null || issue.number <= 0 ? coded(id) : { words: `${issue.repo}#${issue.number}`, link: issue.url };

function followed({ platform, step, below }: StepWarning, proposal: FollowedBy): Spans {
  const move = below === null ? `demote ${platform}` : `move ${platform} from ${stepName(step.number, step)} to ${stepName(below.number, below)}`;
  switch (proposal.state) {
    case 'open': return [`release leads are asked now, in `, linkOf(proposal), `, whether to ${move}. Owners can object there.`];
    case 'approved': return [`release leads have decided in `, linkOf(proposal), ` to ${move}; it takes effect when the pull request for it is merged.`];
    case 'rejected': return [`release leads have decided in `, linkOf(proposal), ` not to ${move}. It may be proposed again after a month.`];
    case 'withdrawn': case 'expired': case 'invalid': return [`it was proposed in `, linkOf(proposal), ` to ${move}, and not decided. It may be proposed again after a month.`];
    default: return proposal.state satisfies never;
  }
}

/** What anybody can do about a criterion, in a sentence. */
const HELP: Readonly<Record<CriterionName, string>> = {
  'suites-present': 'give the missing suites a job, or bring the one that does not report back; results of others count where the step allows it',
  'on-board': 'ask for the jobs to be put on the board, with a pull request to the configuration',
  'pass-rate': 'look at what fails most often, and fix it or take it out of the job with a reason',
  'failure-streak': 'find out what broke the job, and fix or revert it',
  'run-cadence': 'find out why the job does not run as often as it should: its machines, its schedule, its reporting',
  'duration-percentile': 'make the job faster, or split it',
  'green-streak': 'keep the job green: fix what fails now and then',
  'same-commit-passes': 'find out why the job does not pass again on one commit',
  parity: 'run the tests here that run on the reference platform, or say why they cannot',
  'owners-declared': 'become an owner: a release lead proposes it with `/arch owners <platform> add @<login>`',
  'owner-response': 'answer when something breaks, with `/arch ack`, and fix it in time',
  'active-owners': 'take part: acknowledge, try, fix, answer',
  'time-at-step': 'it only takes time',
  'native-hardware': 'run the job on the platform\'s own hardware, or have it attested',
  'artifacts-complete': 'find out which artifacts are not built or published',
  'toolchain-support': 'ask the toolchain\'s people what it would take',
  'sign-off': 'ask the group for its `/arch sign-off`',
  'build-switch': 'bring the switches in line with the step',
};

function helps({ platform, criteria }: StepWarning): Spans[] {
  const each = [...new Set(criteria.map((c) => c.criterion))].map((c): Spans => [coded(c), ': ', ...withCode(HELP[c].replace('<platform>', platform)), '.']);
  return [...each, [coded(`/arch explain ${platform}`), ' shows every criterion as it stands now, and ', coded(`/arch status ${platform}`), ' what is broken.']];
}

/** The sentence with what stands in backquotes as code. */
const withCode = (sentence: string): Spans => sentence.split('`').map((part, i): Span => i % 2 === 1 ? { code: part } : part).filter((part) => part !== '');

function overBody({ platform, step, over, raisedAt }: StepWarning): Text {
  return [
    says({ bold: `The warning about ${platform} on ${stepName(step.number, step)} is over` }, ` as of ${day(over?.at ?? raisedAt, raisedAt)}. It was raised on ${day(raisedAt, raisedAt)}.`),
    bullets(...(over?.because ?? []).map((b): Spans => [b])),
    says('Nothing is asked of anybody any more. Thank you to everybody who stepped up.'),
  ];
}

/** The comment that ends it. */
export const overComment = ({ platform, step, over }: StepWarning): Text => [
  says({ bold: `${platform} is no longer warned of on ${stepName(step.number, step)}.` }, ' ', (over?.because ?? []).join(' ')),
];

/** The comment when what it warns of has turned again: a new fact, so those who are asked are called. */
export const raisedAgainComment = (warning: StepWarning): Text => [
  says(...enumerated(warning.owners.map((o): Span => ({ mention: o }))), ...warning.owners.length === 0 ? [] : [': '], { bold: `it has turned again on ${warning.platform}:` }, ` ${inShort(warning)}. The description says how it stands, by when, and how to help.`),
];

/** The comment that leads to the proposal. */
export const followedComment = (warning: StepWarning, proposal: FollowedBy): Text => {
  const [first, ...rest] = followed(warning, proposal);
  return [says(typeof first === 'string' ? first.charAt(0).toUpperCase() + first.slice(1) : '', ...rest)];
};

/** The comment to whoever closed the issue by hand. */
export const dismissedComment = ({ dismissed, platform, criteria, raisedAt }: StepWarning): Text => {
  const next = criteria.find((c) => c.daysLeft !== null);
  return [says('Closed by ', coded(dismissed?.by ?? 'somebody'), `, so this warning stays silent until what it tells of has turned. The days go on being counted`,
    next === undefined ? '.' : `: a demotion of ${platform} is proposed ${about(next.expectedAt, raisedAt)} if nothing changes.`, ' Opening the issue again brings the warning back.')];
};

/** Its message in Slack, on a few lines. */
export function warningCard(warning: StepWarning): Text {
  const { platform, issue, state, dismissed, over, raisedAt } = warning;
  const link: Spans = issue === null || issue.number <= 0 ? [] : [' · ', { words: `${issue.repo}#${issue.number}`, link: issue.url }];
  if (state === 'over') return [says({ bold: `${platform} is no longer warned of on ${nameOf(warning)}` }, ` (raised on ${day(raisedAt, over?.at ?? raisedAt)}). `, (over?.because ?? []).join(' '), ...link)];
  const silenced: Spans = dismissed === null ? [] : [' Its issue was closed by ', coded(dismissed.by), ` on ${moment(dismissed.at, raisedAt)}.`];
  return [
    says({ bold: `${platform} may lose its step ${nameOf(warning)}:` }, ` ${inShort(warning)}. Help is wanted.`, ...silenced, ...link),
    says({ bold: 'What follows:' }, ' ', ...whatFollows(warning)),
  ];
}
