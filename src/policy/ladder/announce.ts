import type { CriterionResult, Ladder } from '../../domain/ladder.ts';
import type { PlatformId } from '../../domain/platform.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { coded, enumerated, says, type Spans, type Text } from '../../domain/text.ts';
import { counted } from '../../domain/time.ts';
import { switchesChanged } from '../step-words.ts';
import { tally } from '../tally.ts';

/** A change of step that is on record, with what it rests on. */
export interface Announced {
  readonly platform: PlatformId;
  readonly from: number;
  readonly to: number;
  /** How the criteria of both steps stand when it is recorded; empty where a step asks for nothing. */
  readonly before: readonly CriterionResult[];
  readonly after: readonly CriterionResult[];
  /** The approved proposal that asked for it; null: the file was changed without one. */
  readonly proposal: Proposal | null;
  /** Where the changes of the file are listed, with who made them; null: it is not in a repository. */
  readonly history: string | null;
}

/** Criteria that a message spells out; the rest are counted. */
const MOST = 5;

/** What people are told of a change of step: from where to where, what it means, what the record says of it, and who decided. */
export function stepChangeText(change: Announced, ladder: Ladder): Text {
  const { platform, from, to } = change;
  const [left, step] = [from, to].map((n) => ladder.steps.find((s) => s.step === n));
  const name = (n: number): string => `${ladder.steps.find((s) => s.step === n)?.name ?? 'a step that is not on the ladder'} (${n})`;
  const means = [...step?.grants ?? [], ...left && step ? [switchesChanged({ before: left, after: step })] : []].join(' ');
  return [
    says(coded(platform), { bold: ` moves from ${name(from)} to ${name(to)}.` }),
    ...(means === '' ? [] : [says(means)]),
    ...evidence(change, name(from), name(to)),
    says(...decided(change)),
  ];
}

const holds = (r: CriterionResult): boolean => r.verdict === 'met' || r.exceptedUntil !== null;

function evidence({ from, to, before, after }: Announced, left: string, reached: string): Text {
  const missing = after.filter((r) => !holds(r));
  const unmet = missing.filter((r) => r.verdict === 'unmet');
  const contradicts = to > from ? unmet.length > 0 : before.length > 0 && before.every(holds);
  const against = !contradicts ? [] : [says({ bold: 'The evidence says otherwise:' }, ' ', ...to > from ? [`${reached} asks for `, ...namesOf(unmet), `, which ${namesOf(unmet).length === 1 ? 'is' : 'are'} unmet.`] : [`all that ${left} asks for is met (`, ...namesOf(before), ').'])];
  if (after.length === 0) return [...against, says(`Nothing is asked of it at ${reached}.`)];
  if (missing.length === 0) return [...against, says(`Evidence: all ${counted(after.length, 'criterion', 'criteria')} of ${reached} hold.`)];
  return [
    ...against,
    says(`Evidence: ${after.length - missing.length} of ${counted(after.length, 'criterion', 'criteria')} of ${reached} hold. The others:`),
    { kind: 'list', items: missing.slice(0, MOST).map((r): Spans => [coded(r.criterion), ` is ${r.verdict}: ${r.because}`]) },
    ...(missing.length > MOST ? [says(`And ${missing.length - MOST} more.`)] : []),
  ];
}

/** The criteria, each once. */
const namesOf = (results: readonly CriterionResult[]): Spans => enumerated([...new Set(results.map((r) => r.criterion))].map(coded));

function decided({ proposal, history }: Announced): Spans {
  if (proposal === null && history !== null) return ['The configuration was changed without a proposal; ', { words: 'the file\'s history', link: history }, ' tells who changed it, and why.'];
  if (proposal === null) return ['The configuration was changed without a proposal, so who decided it is not on record here.'];
  const { issue, pull } = proposal;
  const people = tally(proposal, -Infinity).approvals;
  const merged: Spans = pull?.state === 'merged' && pull.number > 0 ? [', merged as ', { words: `${pull.repo}#${pull.number}`, link: pull.url }, ...pull.by === null ? [] : [' by ', coded(pull.by)]] : [];
  const where: Spans = issue === null || issue.number === 0 ? [' as proposed', ...merged, '.'] : [' in ', { words: `${issue.repo}#${issue.number}`, link: issue.url }, ...merged, '.'];
  return people.length === 0 ? ['Decided', ...where] : ['Decided by ', ...enumerated(people.map(coded)), ...where];
}
