import { STAGES, type Blocker, type ConflictCase, type SwitchEntry, type SwitchPlan } from '../domain/conflict.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { LogEvidence } from '../domain/signature.ts';
import { bullets, coded, enumerated, says, type Block, type Span, type Spans, type Text } from '../domain/text.ts';
import { counted, day, listed, moment, span } from '../domain/time.ts';
import type { DeactivateMatter, ReactivateMatter } from './conflict-matter.ts';
import type { MatterWords } from './matter-words.ts';

/** What those who decide read of a conflict: from a phone, in a minute. Whoever is asked is mentioned where a fact asks them, nowhere else. */

/** `#12` as a link, or what else is blocked. */
export function blockerSpan(blocker: Blocker): Span {
  return blocker.kind === 'board' ? blocker.release ?? 'the release' : { words: `${blocker.repo}#${blocker.number}`, link: blocker.url };
}

/** `#12`, or the release's name. */
export const blockerShort = (blocker: Blocker): string => blocker.kind === 'board' ? blocker.release ?? 'the release' : `#${blocker.number}`;

/** `linux/ppc64le server build`: what is meant, as narrow as it is. */
export const scopeOf = (platform: PlatformId, components: readonly string[]): string => `${platform}${components.length === 0 ? '' : ` ${listed(components)}`} build`;

const forRelease = ({ release }: Pick<ConflictCase, 'release'>, branch: string): string => release ?? branch;

/** Files that are listed one by one. */
const MOST_FILES = 8;

/** The words of a proposal to turn a platform off, or to waive its check. */
export function deactivateWords(matter: DeactivateMatter): MatterWords {
  return matter.remedy === 'waive' ? waiveWords(matter) : turnOffWords(matter);
}

function turnOffWords(matter: DeactivateMatter): MatterWords {
  const { platform, components, branch, case: about } = matter;
  const what = `the ${scopeOf(platform, components)}`;
  const release = forRelease(about, branch);
  return {
    question: () => `Turn off ${what} for ${release} so that ${blockerShort(about.blocker)} can ${about.blocker.kind === 'board' ? 'ship' : 'merge'}`,
    inShort: () => `to turn off ${what} for ${release}`,
    reason: null,
    evidence: { short: [about.evidence.because], blocks: caseBlocks(matter) },
    card: [...caseCard(matter), ...shortDiff(about.plan), says({ bold: 'The way back:' }, ` the reverse of the same edit, proposed as soon as ${exitWords(about.exit)}.`)],
    yes: [`${left(matter)} An issue to turn it on again is filed first, and then the edit below is made, as a pull request. `,
      `It stands for ${span(about.expiresAfter)} unquestioned. `, ...byHand(about.plan?.byHand ?? null), ...waiting(about.plan)],
    no: [`${platform} goes on being built, and `, blockerSpan(about.blocker), ` waits until it is fixed, or merges some other way${cutWords(about)}.`],
    done: () => `${what} is turned off for ${release} once the edit for it is merged`,
    undone: `${what} stays on`,
    back: [`It comes back by the reverse of the same edit, proposed as soon as ${exitWords(about.exit)}.`],
    again: ['It can be proposed again with ', coded(`/arch conflict ${platform} <reason>`), '.'],
  };
}

function waiveWords(matter: DeactivateMatter): MatterWords {
  const { platform, branch, case: about } = matter;
  const release = forRelease(about, branch);
  const checks = listed(about.evidence.checks.map((c) => c.name));
  const board = about.blocker.kind === 'board';
  return {
    question: () => board ? `Ship ${release} though ${checks} of ${platform} is red` : `Merge ${blockerShort(about.blocker)} for ${release} though ${checks} of ${platform} is red`,
    inShort: () => `to waive ${checks} of ${platform} for ${release}`,
    reason: null,
    evidence: { short: [about.evidence.because, ' It builds; only its tests are red, so its build is not what stands in the way.'], blocks: caseBlocks(matter) },
    card: caseCard(matter),
    yes: [`${board ? 'the job' : 'the check'} does not hold this release up: ${board ? 'release leads cut it all the same' : 'somebody who may merge past it does so'}. Nothing is turned off, ${platform} is built and shipped as before, and its owners go on being asked.`],
    no: [blockerSpan(about.blocker), ` waits until it is fixed${cutWords(about)}.`],
    done: () => `${checks} of ${platform} does not hold up ${release}`,
    undone: `${checks} of ${platform} counts as before`,
    back: ['It counts again from the next release on. Until then whoever waived it can say so here.'],
    again: ['It can be proposed again with ', coded(`/arch conflict ${platform} <reason>`), '.'],
  };
}

/** When the release is cut, as far as that is to come. */
const cutWords = ({ cut, release, times }: ConflictCase): string => cut === null ? '' : `; ${release ?? 'the release'} is cut on ${day(cut, times.detected)}`;

/** What is in whose way, what was tried, and what is out of the ordinary: what a message shows of the case. */
const caseCard = ({ case: about, platform }: DeactivateMatter): Text => [
  ...about.blocker.kind === 'board' ? [] : [says({ bold: 'Blocker:' }, ' ', ...blockerLine(about.blocker))],
  says({ bold: 'Tried:' }, ' ', ...tried(about)),
  ...unusual(about, platform).map((line) => says(...line)),
];

/** Its link with its title, and who wrote it. */
const blockerLine = (blocker: Exclude<Blocker, { kind: 'board' }>): Spans =>
  [blockerSpan(blocker), ` ${blocker.title}`, ...blocker.author === null ? [] : [', by ', coded(blocker.author)]];

/** Who said so and why, why it is decided sooner than usual, what came before, and why it takes more. */
const unusual = (about: ConflictCase, platform: PlatformId): Spans[] => [
  ...about.said === undefined ? [] : [[{ bold: 'Said:' }, ' ', coded(about.said.by), ` “${about.said.reason}”.`]],
  ...emergency(about),
  ...about.earlier === 0 ? [] : [[{ bold: 'Before this:' }, ` ${platform} was turned off ${about.earlier === 1 ? 'once' : `${about.earlier} times`}.`]],
  ...about.oneMore === null ? [] : [[{ bold: 'One approval more than usual,' }, ` as ${about.oneMore}.`]],
];

/** Lines of the edit that a message shows. */
const LINES_SHOWN = 8;

/** The edit as a message shows it: of a long one only what changes, with its files. */
function shortDiff(plan: SwitchPlan | null): Text {
  const lines = (plan?.diff ?? '').split('\n').filter((l) => l.trim() !== '');
  const changed = lines.length <= LINES_SHOWN ? lines : lines.filter((l) => /^[-+]/.test(l) && !l.startsWith('--- '));
  if (changed.length === 0) return [];
  const left = changed.length - LINES_SHOWN;
  return [says({ bold: 'The edit:' }), { kind: 'code', language: 'diff', text: changed.slice(0, LINES_SHOWN).join('\n') }, ...left > 0 ? [says(`${counted(left, 'more line')} of it ${left === 1 ? 'stands' : 'stand'} in the issue.`)] : []];
}

/** Why no edit is made by the program. */
const byHand = (why: string | null): Spans => why === null ? [] : [`The edit has to be made by hand: ${why} `];

/** What would be left out of the release. */
function left({ platform, components, case: about }: DeactivateMatter): string {
  const released = about.plan?.removed.some((r) => r.controls === 'release') ?? false;
  const what = components.length === 0 ? 'nothing' : `no ${listed(components)}`;
  return released ? `${what} for ${platform} is built or published${about.release === null ? '' : ` in ${about.release}`} from then on.` : `${what} for ${platform} is built${about.release === null ? '' : ` for ${about.release}`} from then on, so nothing of it can be published.`;
}

function waiting(plan: SwitchPlan | null): Spans {
  const checks = plan?.waiting ?? [];
  return checks.length === 0 ? [] : ['Required checks that would then wait for ever: ', ...enumerated(checks.map(coded)), ' — take them out of what is required.'];
}

/** The evidence in full: what was tried, the edit, the rest of the files, and how far the procedure is. */
function caseBlocks(matter: DeactivateMatter): Text {
  const { case: about, platform } = matter;
  return [
    bullets(
      ...about.blocker.kind === 'board' ? [] : [[{ bold: 'Blocker:' }, ' ', ...blockerLine(about.blocker)] satisfies Spans],
      ...about.evidence.checks.slice(0, 6).map((c): Spans => [{ bold: 'Red:' }, ' ', linked(c.name, c.url), ...saidApart(c.failure, about.evidence.log)]),
      ...about.evidence.log.filter((l, i, all) => all.findIndex((other) => other.line === l.line) === i).slice(0, 3).map((l): Spans => [{ bold: `Line ${l.line}:` }, ' ', coded(l.excerpt)]),
      [{ bold: 'Tried:' }, ' ', ...tried(about)],
      ...unusual(about, platform),
    ),
    ...diffBlocks(about.plan),
    checklist(about, matter.branch),
  ];
}

/** What failed, unless a line of the log that is shown says the same. */
export const saidApart = (failure: string | null, log: readonly Pick<LogEvidence, 'excerpt'>[]): Spans => failure === null || log.some((l) => l.excerpt === failure) ? [] : [': ', coded(failure)];

/** Why owners were given less time than usual: what each of the leads said who asked for that. */
const emergency = ({ skips }: Pick<ConflictCase, 'skips'>): Spans[] =>
  skips.map((s): Spans => [{ bold: 'Without more time to fix it,' }, ' by ', coded(s.by), `: “${s.reason}”.`]);

const linked = (words: string, link: string | null): Span => link === null ? coded(words) : { words, link };

/** What was tried by whom, or that nothing was said. */
export function tried({ tries, gaveUp }: Pick<ConflictCase, 'tries' | 'gaveUp'>): Spans {
  const said = tries.slice(-4).map((t): Spans => [coded(t.by), ' “', ...withLink(t), '”']);
  const given = gaveUp === null ? [] : [...said.length === 0 ? [] : ['; '], coded(gaveUp.by), gaveUp.reason === '' ? ' has given up' : ` has given up: “${gaveUp.reason}”`];
  if (said.length === 0 && given.length === 0) return ['nothing was said of it.'];
  return [...said.flatMap((s, i): Spans => i === 0 ? s : ['; ', ...s]), ...given, '.'];
}

/** The words with their first address as a link. */
function withLink({ text, url }: ConflictCase['tries'][number]): Spans {
  const at = url === null ? -1 : text.indexOf(url);
  return url === null ? [text] : at < 0 ? [`${text} (`, { words: 'link', link: url }, ')'] : [text.slice(0, at), { words: url.length > 60 ? 'link' : url, link: url }, text.slice(at + url.length)];
}

/** The exact edit, and where else the platform is named. */
function diffBlocks(plan: SwitchPlan | null): Text {
  if (plan === null) return [];
  const elsewhere: readonly Block[] = plan.elsewhere.length === 0 ? [] : [says('It is named elsewhere too, which this does not change: ', ...enumerated(plan.elsewhere.slice(0, MOST_FILES).map(coded), MOST_FILES), '.')];
  return [...plan.diff === null ? [] : [says({ bold: 'The edit:' }), { kind: 'code' as const, text: plan.diff, language: 'diff' }], ...elsewhere];
}

/** The seven stages with their times: what is done, and what is next. */
export function checklist(about: Pick<ConflictCase, 'times' | 'fixBy'>, branch: string): Block {
  const { times, fixBy } = about;
  const near = (at: number): string => moment(at, times.detected);
  // Fixing first goes on until a proposal is made, or it is off.
  const fixed = times.proposed ?? times.off;
  const asked = times.asked === null ? '' : `: asked ${near(times.asked)}${fixed === null ? `, until ${near(fixBy)}` : ''}`;
  const done: readonly (number | null)[] = [times.detected, fixed, times.proposed, times.approved, times.off, times.helped, times.back];
  return bullets(...STAGES.map((name, i): Spans => {
    const at = done[i] ?? null;
    return [`${at === null ? '☐' : '☑'} `, { bold: name }, i === 1 ? asked : at === null ? '' : `: ${near(at)}${i === 4 ? `, off on ${branch}` : ''}`];
  }));
}

/** `build-arm64 passes 3 times in a row, and golang/go#15823 is released`: a clause. */
export function exitWords({ greens, jobs, upstream }: ConflictCase['exit']): string {
  const runs = jobs.length === 0 ? null : `${listed([...jobs], 3)} ${jobs.length === 1 ? 'passes' : 'each pass'} ${counted(greens, 'time')} in a row`;
  const fix = upstream === null ? null : `${upstream} is released`;
  return [runs, fix].filter((w) => w !== null).join(', and ') || 'somebody says that it is fixed';
}


/** The reverse edit, as a plan. */
const reverse = ({ removed, diff, byHand: why }: ReactivateMatter): SwitchPlan => ({ removed, diff, byHand: why, elsewhere: [], waiting: [] });

/** The words of a proposal to turn a platform on again. */
export function reactivateWords(matter: ReactivateMatter): MatterWords {
  const { platform, components, branch, exit, off, reactivation } = matter;
  const what = `the ${scopeOf(platform, components)}`;
  const back = `/arch reactivate ${platform} <reason>`;
  const issue: Spans = reactivation === null ? [] : [{ words: `${reactivation.repo}#${reactivation.number}`, link: reactivation.url }];
  return {
    question: () => `Turn ${what} on ${branch} on again`,
    inShort: () => `to turn ${what} on ${branch} on again`,
    reason: null,
    evidence: { short: [matter.because], blocks: diffBlocks(reverse(matter)) },
    card: shortDiff(reverse(matter)),
    yes: [`a pull request makes the reverse of the edit that turned it off, byte for byte${matter.partly ? ', for this part alone' : ''}. `, ...byHand(matter.byHand), ...issue.length === 0 ? [] : ['When it is merged, ', ...issue, matter.partly ? ' stays open for the rest.' : ' is closed.']],
    no: [`it stays off, as since ${moment(off, off)}; it is proposed again after a while if the exit test holds then, and `, coded(back), ' asks sooner.'],
    done: () => `${what} is turned on again once the edit for it is merged`,
    undone: `${what} stays off`,
    back: [`If it breaks again, `, coded(`/arch conflict ${platform} <reason>`), ' begins anew; how often it was off is counted.'],
    again: [`The exit test is: ${exitWords(exit)}. If it holds it is proposed again after a while, and `, coded(back), ' asks sooner.'],
  };
}

/** The entries that an edit removes, one to a line. */
export const entryWords = ({ repo, file, at, entry }: SwitchEntry): Spans => [coded(entry), ' in ', coded(`${repo === null ? '' : `${repo}: `}${file}${at === null ? '' : ` (${at})`}`)];

