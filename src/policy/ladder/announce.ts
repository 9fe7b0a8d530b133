import type { FileChange } from '../../domain/file-change.ts';
import type { CriterionResult, Ladder } from '../../domain/ladder.ts';
import type { PlatformId } from '../../domain/platform.ts';
import type { Project } from '../../domain/project.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { bullets, coded, enumerated, says, type Spans, type Text } from '../../domain/text.ts';
import { counted } from '../../domain/time.ts';
import { besidesOf, besidesWords } from '../besides.ts';
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
  /** How it came into the file; null: that is not known. */
  readonly change: FileChange | null;
  /** Where the changes of the file are listed, with who made them; null: it is not in a repository. */
  readonly history: string | null;
  /** The configuration that is in force. */
  readonly project: Project;
}

/** Criteria that a message spells out; the rest are counted. */
const MOST = 5;

/** Changes at once that are told at length: of more, each is told in short. */
export const MOST_WHOLE = 5;

/** What people are told of a change of step: from where to where, what it means, what the record says of it, and who decided. `brief`: one of many. */
export function stepChangeText(change: Announced, ladder: Ladder, brief = false): Text {
  if (!brief) return [...changed(change, ladder, ''), says(...decided(change))];
  const [headline] = changed(change, ladder, '');
  return [...headline === undefined ? [] : [headline], ...contradiction(change, ladder), says(...decided(change), ' ', coded(`/arch explain ${change.platform}`), ' shows the evidence.')];
}

/** The same below the merged pull request that changed steps without a proposal: its readers know who merged it. */
export function mergedChangeText(changes: readonly Announced[], ladder: Ladder): Text {
  return [
    ...changes.flatMap((change) => changed(change, ladder, ' with this pull request')),
    says('Nobody decided this in a proposal, so no approval is on record. ', ...changes.flatMap(({ platform, from, to }, i): Spans => [i === 0 ? '' : ' ', coded(`/arch explain ${platform}`), ' shows how it stands; ', ...wayBack(platform, from, to)])),
  ];
}

/** The last word on the pull request of an approval that another way of changing the file has overtaken. */
export function overtakenText({ platform, to, change: made }: Announced, ladder: Ladder): Text {
  const how: Spans = made === null ? [] : made.pull === null ? [', by ', { words: made.commit.sha.slice(0, 7), link: made.commit.url }] : [', by ', { words: `${made.repo}#${made.pull.number}`, link: made.pull.url }];
  return [says(`${platform} stands on ${nameOf(ladder, to)} already`, ...how, '. This pull request has nothing left to change, so it is closed.')];
}

/** `test (2)`. */
const nameOf = ({ steps }: Ladder, n: number): string => `${steps.find((s) => s.step === n)?.name ?? 'a step that is not on the ladder'} (${n})`;

function changed(change: Announced, ladder: Ladder, how: string): Text {
  const { platform, from, to } = change;
  const [left, step] = [from, to].map((n) => ladder.steps.find((s) => s.step === n));
  const name = (n: number): string => nameOf(ladder, n);
  const grants = step?.grants.join(' ') ?? '';
  return [
    says({ bold: `${platform} moves from ${name(from)} to ${name(to)}${how}.` }, ...grants === '' ? [] : [' ', grants]),
    ...left && step ? [says({ bold: 'Builds and artifacts:' }, ' ', switchesChanged({ before: left, after: step }))] : [],
    ...besidesList(change, ladder),
    ...contradiction(change, ladder), ...evidence(change, name(from), name(to)),
  ];
}

/** What nobody has listed yet for a change that nobody proposed; some of it may be done. */
function besidesList({ platform, from, to, proposal, project }: Announced, ladder: Ladder): Text {
  const [before, after] = [from, to].map((n) => ladder.steps.find((s) => s.step === n));
  if (proposal !== null || !before || !after) return [];
  const besides = besidesWords({ platform, besides: besidesOf({ platform, from, to, before, after }, ladder, project) });
  return besides.length === 0 ? [] : [says({ bold: 'What goes with it, where it is not done yet:' }), bullets(...besides)];
}

const holds = (r: CriterionResult): boolean => r.verdict === 'met' || r.exceptedUntil !== null;

/** Whether the record speaks against it: up without what the step asks for, or down with all of what it asked for. */
function contradiction({ from, to, before, after }: Announced, ladder: Ladder): Text {
  const otherwise = (...spans: Spans): Text => [says({ bold: 'The evidence says otherwise:' }, ' ', ...spans)];
  if (to < from) return allHold(before) ? otherwise(`all that ${nameOf(ladder, from)} asks for is met (`, ...namesOf(before), ').') : [];
  const unmet = namesOf(after.filter((r) => !holds(r) && r.verdict === 'unmet'));
  return unmet.length === 0 ? [] : otherwise(`${nameOf(ladder, to)} asks for `, ...unmet, `, which ${unmet.length === 1 ? 'is' : 'are'} unmet.`);
}

const allHold = (results: readonly CriterionResult[]): boolean => results.length > 0 && results.every(holds);

/** Whoever goes down goes for what the step that is left asks for. */
function evidence(change: Announced, left: string, reached: string): Text {
  const { from, to, before, after } = change;
  return to > from ? standing(change, after, reached) : [...allHold(before) ? [] : standing(change, before, left), ...further(after, reached)];
}

/** How the criteria of a step stand, with those that do not hold. */
function standing({ platform }: Announced, results: readonly CriterionResult[], step: string): Text {
  const missing = results.filter((r) => !holds(r));
  if (results.length === 0) return [says(`Nothing is asked of it at ${step}.`)];
  if (missing.length === 0) return [says(`Evidence: all ${counted(results.length, 'criterion', 'criteria')} of ${step} hold.`)];
  return [
    says(`Evidence: ${results.length - missing.length} of ${counted(results.length, 'criterion', 'criteria')} of ${step} hold. The others:`),
    { kind: 'list', items: missing.slice(0, MOST).map((r): Spans => [coded(r.criterion), ` is ${r.verdict}: ${r.because}`]) },
    ...(missing.length > MOST ? [says(`And ${missing.length - MOST} more; `, coded(`/arch explain ${platform}`), ' shows all.')] : []),
  ];
}

/** Whether it holds the step that it comes down to. */
function further(after: readonly CriterionResult[], reached: string): Text {
  const missing = namesOf(after.filter((r) => !holds(r)));
  if (after.length === 0) return [says(`Nothing is asked of it at ${reached}.`)];
  return [missing.length === 0 ? says(`All that ${reached} asks for holds.`) : says(`${reached} asks for `, ...missing, `, which ${missing.length === 1 ? 'does' : 'do'} not hold either.`)];
}

/** The criteria, each once. */
const namesOf = (results: readonly CriterionResult[]): Spans => enumerated([...new Set(results.map((r) => r.criterion))].map(coded));

const wayBack = (platform: string, from: number, to: number): Spans => [coded(`/arch ${to > from ? 'demote' : 'promote'} ${platform} <reason>`), ' proposes the way back.'];

function decided(told: Announced): Spans {
  const { platform, from, to, proposal, change, history } = told;
  if (proposal === null) {
    const known: Spans = change !== null ? madeBy(change) : history !== null
      ? ['The configuration was changed without a proposal; ', { words: 'the file\'s history', link: history }, ' tells who changed it, and why.']
      : ['The configuration was changed without a proposal, so who decided it is not on record here.'];
    return [...known, ' ', ...wayBack(platform, from, to)];
  }
  const { issue } = proposal;
  const people = tally(proposal, -Infinity).approvals;
  const merged = mergedAs(proposal, change);
  const where: Spans = issue === null || issue.number === 0 ? [' as proposed', ...merged, '.'] : [' in ', { words: `${issue.repo}#${issue.number}`, link: issue.url }, ...merged, '.'];
  return people.length === 0 ? ['Decided', ...where] : ['Decided by ', ...enumerated(people.map(coded)), ...where];
}

/** Who put it into the file, where nobody had proposed it. GitHub tells who wrote a commit, and not who pushed it. */
function madeBy({ repo, commit, pull }: FileChange): Spans {
  if (pull === null) return [...byWhom('Written', commit.author), ' in ', { words: commit.sha.slice(0, 7), link: commit.url }, ', pushed without a pull request and without a proposal.'];
  const { author, mergedBy } = pull;
  const same = author !== null && author === mergedBy;
  return [
    ...byWhom('Changed', author), ' in ', { words: `${repo}#${pull.number}`, link: pull.url },
    ...same ? [', merged by the same'] : mergedBy === null ? [] : [', merged by ', coded(mergedBy)], ', without a proposal.',
  ];
}

const byWhom = (verb: string, login: string | null): Spans => login === null ? [`${verb} by somebody whom GitHub knows no account of`] : [`${verb} by `, coded(login)];

/** The pull request that carried an approval out; where the file was changed another way before that was merged, this way. */
function mergedAs({ pull }: Proposal, change: FileChange | null): Spans {
  if (pull?.state === 'merged' && pull.number > 0) return [', merged as ', { words: `${pull.repo}#${pull.number}`, link: pull.url }, ...pull.by === null ? [] : [' by ', coded(pull.by)]];
  const brought = change?.pull ?? null;
  if (change === null) return [];
  if (brought === null) return [', put into the file', ...change.commit.author === null ? [] : [' by ', coded(change.commit.author)], ' in ', { words: change.commit.sha.slice(0, 7), link: change.commit.url }];
  return [', merged as ', { words: `${change.repo}#${brought.number}`, link: brought.url }, ...brought.mergedBy === null ? [] : [' by ', coded(brought.mergedBy)]];
}
