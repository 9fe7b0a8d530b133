import type { CriterionResult } from '../domain/ladder.ts';
import type { Proposal, StepMeaning } from '../domain/proposal.ts';
import { isWhole, scopeOf, scopeWords } from '../domain/scope.ts';
import { bullets, coded, enumerated, says, type Block, type Spans, type Text } from '../domain/text.ts';
import { counted, day, listed } from '../domain/time.ts';
import { besidesWords } from './besides.ts';
import type { MatterWords } from './matter-words.ts';
import { countsAsMet, isMet, metWords, type StepMatter } from './step-matter.ts';
import { tally } from './tally.ts';

/** What people read of a change of step. */

/** `build (1)`: a step by its name and number. */
export const stepName = (step: number, { name }: Pick<StepMeaning, 'name'>): string => name === '' ? `step ${step}` : `${name} (${step})`;

/** `linux/riscv64 from build (1) to test (2)`. */
export const moved = ({ platform, from, to, before, after }: StepMatter): string => `${platform} from ${stepName(from, before)} to ${stepName(to, after)}`;

const isUp = ({ from, to }: StepMatter): boolean => to > from;

const SWITCHES = {
  build: { changed: { on: 'Its builds may be on by default from then on', off: 'Its builds are to be off by default' }, same: { on: 'Its builds may stay on by default', off: 'Its builds stay off by default' } },
  release: { changed: { on: 'its binaries and images may ship with the release', off: 'nothing of it is to ship with the release any more' }, same: { on: 'its binaries and images go on shipping with the release', off: 'nothing is added to the release' } },
} as const;

/** `For server only: `, where a step is not about the whole platform. */
function about({ components = [], branches }: Pick<StepMeaning, 'components' | 'branches'>): string {
  const scope = scopeOf({ components, branches });
  return isWhole(scope) ? '' : `For ${scopeWords(scope)} only: `;
}

/** What the change means for builds and release artifacts, in a sentence. */
export function switchesChanged({ before, after }: Pick<StepMatter, 'before' | 'after'>): string {
  const told = (which: 'build' | 'release'): string => SWITCHES[which][before[which] === after[which] ? 'same' : 'changed'][after[which]];
  return `${about(after)}${told('build')}; ${told('release')}.`;
}

/** The words for a change of step. */
export const stepWords = (matter: StepMatter): MatterWords => ({
  question: () => question(matter),
  inShort: () => `to move ${moved(matter)}`,
  reason: matter.asked,
  look: [coded(`/arch explain ${matter.platform}`), ' shows how it stands now.', ...warnedWords(matter), ...(matter.sooner ?? []).length === 0 ? [] : [` It is proposed sooner than usual, as the ladder says: ${listed(matter.sooner ?? [], 4)}.`]],
  besides: besidesWords(matter),
  evidence: { short: inShort(matter), blocks: [evidenceTable(matter)] },
  yes: ['a pull request edits its ', coded('step:'), ` in the configuration, and nothing changes before it is merged. Then it stands on ${stepName(matter.to, matter.after)}. `, granted(matter)],
  no: [`it stays on ${stepName(matter.from, matter.before)}, and nothing changes.`],
  done: () => `${matter.platform} moves from ${stepName(matter.from, matter.before)} to ${stepName(matter.to, matter.after)} once the pull request for it is merged`,
  undone: `${matter.platform} is not moved by this`,
  changed: `${matter.platform} moves from ${stepName(matter.from, matter.before)} to ${stepName(matter.to, matter.after)}`,
  ...againstOf(matter),
  back: ['Closing the pull request drops it. Once it is merged, ', coded(`/arch ${isUp(matter) ? 'demote' : 'promote'} ${matter.platform} <reason>`), ' proposes the way back.'],
  backOnceDone: [coded(`/arch ${isUp(matter) ? 'demote' : 'promote'} ${matter.platform} <reason>`), ' proposes the way back.'],
  again: ['It can be proposed again with ', coded(`/arch ${isUp(matter) ? 'promote' : 'demote'} ${matter.platform} <reason>`), '.'],
});

const warnedWords = ({ warned }: StepMatter): Spans =>
  !warned ? [] : [' A public warning came before', ...warned.number > 0 ? [': ', { words: `${warned.repo}#${warned.number}`, link: warned.url }] : [], '.'];

/** In the ladder's own sentences, where it has some. */
const granted = (matter: StepMatter): string => matter.after.grants.length === 0 ? switchesChanged(matter) : about(matter.after) + matter.after.grants.join(' ');

/** What a person asks for against the record is said before the question. */
function question(matter: StepMatter): string {
  const against = contradiction(matter, 'now');
  return against === null ? `Move ${moved(matter)}` : `${against.charAt(0).toUpperCase()}${against.slice(1)}: move ${moved(matter)} all the same`;
}

/** The same once it was decided. */
function againstOf(matter: StepMatter): Pick<MatterWords, 'against'> {
  const told = contradiction(matter, 'then');
  return told === null ? {} : { against: `against the record: ${told}${matter.opposite === undefined ? ' when it was proposed' : ''}` };
}

/** What the record says against what a person asks for, as a clause; null: nothing. */
function contradiction(matter: StepMatter, when: 'now' | 'then'): string | null {
  const { asked, evidence, before, after, opposite } = matter;
  if (asked === null) return null;
  if (opposite !== undefined) return `${when === 'now' ? 'the record calls' : 'it called'} for the opposite, a move to ${stepName(opposite.to, opposite)}, because of ${listed(opposite.because, 4)}`;
  const lacking = evidence.filter((r) => !countsAsMet(r)).length;
  const [is, are] = when === 'now' ? ['is', 'are'] : ['was', 'were'];
  if (!isUp(matter)) return lacking === 0 ? `every criterion of ${stepName(matter.from, before)} ${is} met${evidence.every(isMet) ? '' : ' or excepted'}` : null;
  return lacking === 0 ? null : `${lacking} of ${counted(evidence.length, 'criterion', 'criteria')} for ${stepName(matter.to, after)} ${lacking === 1 ? is : are} not met`;
}

/** `6 of 7 criteria met; pass-rate unmet: …`: the evidence on a line. */
function inShort(matter: StepMatter): Spans {
  const { evidence } = matter;
  if (evidence.length === 0) return ['nothing is asked of it there.'];
  const lacking = evidence.filter((r) => !countsAsMet(r));
  const [first, ...rest] = lacking;
  const met = metWords(evidence);
  if (first === undefined) return [[`${met}.`, ...figures(matter)].join(' ')];
  const more = rest.length === 0 ? '' : ` Also not met: ${listed([...new Set(rest.map((r) => r.criterion))], 4)}.`;
  return [`${met}; ${first.criterion} is ${first.verdict}: ${first.because}${more}`];
}

/** Two sentences of figures, those first that people ask for first. */
const TELLING = ['pass-rate', 'owner-response', 'suites-present', 'owners-declared'] as const;
const figures = ({ evidence }: StepMatter): string[] => TELLING.flatMap((name) => evidence.find((r) => r.criterion === name && isMet(r))?.because ?? []).slice(0, 2);

/** The criteria with what they rest on, in a table. `near`: about when it is read (epoch ms). */
export function criteriaTable(results: readonly CriterionResult[], near: number, nameOf: (step: number) => string): Block {
  return { kind: 'table', head: ['criterion', 'step', 'verdict', 'because'], rows: results.map((r) => [[r.criterion], [nameOf(r.step)], verdict(r, near), because(r)]) };
}

const verdict = ({ verdict: v, exceptedUntil }: CriterionResult, near: number): Spans =>
  [v === 'met' ? v : { bold: v }, ...exceptedUntil === null ? [] : [`, excepted until ${day(exceptedUntil, near)}`]];

/** Links beyond these would hide the sentence. */
const MOST_LINKS = 3;
const because = ({ because: why, links }: CriterionResult): Spans =>
  [why, ...links.slice(0, MOST_LINKS).flatMap((l): Spans => [' ', { words: l.words, link: l.link }])];

/** Exceptions are told with their year, as the table stands for long. */
const evidenceTable = ({ evidence, from, to, before, after, names = [] }: StepMatter): Block =>
  criteriaTable(evidence, 0, (step) => stepName(step, step === from ? before : step === to ? after : names.find((n) => n.step === step) ?? { name: '' }));

/** What else it would take, under a heading. */
export function besidesList(matter: StepMatter, heading: string): Text {
  const lines = besidesWords(matter);
  return lines.length === 0 ? [] : [says({ bold: heading }), bullets(...lines)];
}

/** The pull request's title: the decision that was taken, whatever was asked about it. */
export const stepPullTitle = (matter: StepMatter): string => `Move ${moved(matter)}`;

/** The pull request's text: what was decided, by whom, what it means, and what it rests on. */
export function stepPullBody(proposal: Proposal, matter: StepMatter): Text {
  const { issue, proposer } = proposal;
  const where: Spans = issue === null || issue.number <= 0 ? [' (', coded(proposal.id), ')'] : [' in ', { words: `${issue.repo}#${issue.number}`, link: issue.url }];
  return [
    says('Decided by ', ...enumerated(tally(proposal, -Infinity).approvals.map(coded)), ...where, '; proposed by ', coded(proposer.by), matter.asked === null || matter.asked === '' ? '.' : `: “${matter.asked}”.`),
    bullets(
      [{ bold: `From the merge on, on ${stepName(matter.to, matter.after)}:` }, ' ', granted(matter)],
      [{ bold: 'Builds and artifacts:' }, ' ', switchesChanged(matter)],
      [{ bold: 'What is edited:' }, ' only ', coded('step:'), ` of ${matter.platform}.`],
    ),
    ...besidesList(matter, 'What goes with it, by hand and apart from this:'),
    ...matter.evidence.length === 0 ? [] : [says({ bold: 'Evidence when it was decided:' }), evidenceTable(matter)],
    says('Merging puts it into force with the next reading of the file, and it is announced then. Closing this pull request drops it.'),
  ];
}
