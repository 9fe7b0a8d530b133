import type { Matter, Proposal } from '../domain/proposal.ts';
import { coded, enumerated, says, type Spans, type Text } from '../domain/text.ts';
import { counted } from '../domain/time.ts';
import type { MatterWords } from './matter-words.ts';
import { criteriaTable } from './step-words.ts';
import { tally } from './tally.ts';

export type BoardMatter = Extract<Matter, { readonly kind: 'board' }>;

/** What people read of a change of board. The numbers call for a review by people; they do not decide. */

const isUp = ({ to }: Pick<BoardMatter, 'to'>): boolean => to === 'blocking';

const moved = ({ jobName, platform, from, to }: BoardMatter): string => `${jobName} on ${platform} from the ${from} to the ${to} board`;

const means = (matter: BoardMatter): string => isUp(matter)
  ? `From then on a release waits for ${matter.jobName} on ${matter.platform} to be green, and muting it takes a decision.`
  : `From then on no release waits for ${matter.jobName} on ${matter.platform}; it is still watched, and its owners are still asked when it breaks.`;

/** The words for a change of board. */
export const boardWords = (matter: BoardMatter): MatterWords => ({
  question: () => `Move ${moved(matter)}`,
  inShort: () => `to move ${moved(matter)}`,
  reason: null,
  look: [coded(`/arch explain ${matter.platform}:${matter.jobName}`), ' shows its last runs. The numbers call for a look by people; they do not decide.'],
  evidence: { short: [inShort(matter)], blocks: [evidenceTable(matter)] },
  yes: ['a pull request edits its ', coded('board:'), ' in the configuration, and nothing changes before it is merged. ', means(matter)],
  no: [`it stays on the ${matter.from} board, and this is not proposed again for 90 days.`],
  done: () => `${matter.jobName} on ${matter.platform} moves from the ${matter.from} to the ${matter.to} board once the pull request for it is merged`,
  undone: `${matter.jobName} on ${matter.platform} stays on the ${matter.from} board`,
  back: ['Closing the pull request drops it. Once it is merged, the way back is a pull request like it.'],
  backOnceDone: ['The way back is a pull request like it.'],
  again: ['A pull request to the configuration can move it at any time.'],
});

function inShort(matter: BoardMatter): string {
  const { evidence, because, days } = matter;
  if (isUp(matter)) return `on each of the last ${counted(days, 'day')} that count it met all ${counted(evidence.length, 'number')} that are asked of a release-blocking job.`;
  const first = evidence.find((r) => because.includes(r.criterion));
  return `on each of the last ${counted(days, 'day')} that count it missed what is asked of a release-blocking job; ${first === undefined ? '' : `${first.criterion} is ${first.verdict}: ${first.because}`}`;
}

const evidenceTable = ({ evidence }: BoardMatter): Text[number] => criteriaTable(evidence, 0, () => 'release-blocking');

/** The pull request's title. */
export const boardPullTitle = (matter: BoardMatter): string => `Move ${moved(matter)}`;

/** `in demo/demo#12`, linked; the id where it has no number. */
export const decidedWhere = ({ issue, id }: Proposal): Spans =>
  issue === null || issue.number <= 0 ? [' (', coded(id), ')'] : [' in ', { words: `${issue.repo}#${issue.number}`, link: issue.url }];

/** The pull request's text: what was decided, by whom, what it means, and what it rests on. */
export const boardPullBody = (proposal: Proposal, matter: BoardMatter): Text => [
  says('Decided by ', ...enumerated(tally(proposal, -Infinity).approvals.map(coded)), ...decidedWhere(proposal), '; proposed by ', coded(proposer(proposal)), '.'),
  says({ bold: 'From the merge on:' }, ' ', means(matter)),
  says({ bold: 'Evidence when it was decided:' }), evidenceTable(matter),
  says('Merging puts it into force with the next reading of the file. Closing this pull request drops it.'),
];

const proposer = (proposal: Proposal): string => proposal.proposer.by;

/** What people are told once it has moved. */
export function boardChangeText(proposal: Proposal, matter: BoardMatter): Text {
  const { pull } = proposal;
  const merged: Spans = !pull || pull.state !== 'merged' || pull.number <= 0 ? [] : [', merged as ', { words: `${pull.repo}#${pull.number}`, link: pull.url }];
  return [
    says(coded(matter.jobName), ` on ${matter.platform}`, { bold: ` moves from the ${matter.from} to the ${matter.to} board.` }, ' ', means(matter)),
    says('Evidence: ', inShort(matter)),
    says('Decided by ', ...enumerated(tally(proposal, -Infinity).approvals.map(coded)), ...decidedWhere(proposal), ...merged, '.'),
  ];
}
