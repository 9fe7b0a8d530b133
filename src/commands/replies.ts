import { coded, says, type Block, type Span, type Spans, type Text } from '../domain/text.ts';
import { counted } from '../domain/time.ts';
import type { Mistake, Spoken, Verb, Word } from './verb.ts';

/** What is said about a line that could not be read: where it is wrong, why, and how it would be right. */
export function mistakeReply(line: string, mistake: Mistake, verb: Verb | null): Text {
  const where: Block[] = mistake.unfit ? [] : [{ kind: 'code', language: '', text: pointed(line, mistake.word) }];
  const example = mistake.example !== undefined ? mistake.example : mistake.unfit ? null : verb?.examples[0] ?? '/arch help';
  const usage: Spans = verb === null || mistake.unfit ? [] : ['Usage: ', coded(`/arch ${verb.usage}`), '.'];
  return [
    ...where,
    says(...sentence(mistake.message), ' Nothing was changed.'),
    ...(example === null ? usage.length === 0 ? [] : [says(...usage)] : [says('For example: ', coded(example), usage.length === 0 ? '' : '. ', ...usage)]),
  ];
}

/** A message as a sentence: a capital first unless a platform's name stands there, a full stop last, backquotes as code. */
function sentence(message: string): Spans {
  const begun = /^[^\s]*\//.test(message) ? message : message.slice(0, 1).toUpperCase() + message.slice(1);
  return inCode(/[.?!]$/.test(begun) ? begun : /[.?!]`$/.test(begun) ? begun : `${begun}.`);
}

/** Text with `code` in backquotes as spans. */
export const inCode = (text: string): Spans => text.split('`').map((part, i, all): Span => {
  if (i % 2 === 0) return part;
  return i === all.length - 1 ? `\`${part}` : { code: part };
}).filter((s) => s !== '');

/** Characters of a long line that are shown before its wrong word, of the word, and after it. */
const BEFORE = 32;
const WITHIN = 48;
const AFTER = 24;

interface Point {
  readonly text: string;
  /** UTF-16 units before it. */
  readonly at: number;
  /** Columns that it takes. */
  readonly width: number;
}

/** The line, cut around the word where it is long, and carets under the word; without a word, one behind the end. */
function pointed(line: string, word: Word | null): string {
  const points = pointsOf(line.trimEnd());
  const end = points.length;
  const from = word === null ? end : firstFrom(points, word.at);
  const to = word === null ? end : Math.max(from + 1, firstFrom(points, word.at + word.text.length));
  const first = Math.max(0, from - BEFORE) <= 2 ? 0 : from - BEFORE;
  const lastOfWord = Math.min(to, from + WITHIN);
  const last = Math.min(end, lastOfWord + AFTER) >= end - 2 ? end : lastOfWord + AFTER;
  const shown = `${first > 0 ? '…' : ''}${textOf(points.slice(first, last))}${last < end ? '…' : ''}`;
  const indent = (first > 0 ? 1 : 0) + widthOf(points.slice(first, from)) + (word === null ? 1 : 0);
  return `${shown}\n${' '.repeat(indent)}${'^'.repeat(Math.max(1, widthOf(points.slice(from, lastOfWord))))}`;
}

const textOf = (points: readonly Point[]): string => points.map((p) => p.text).join('');
const widthOf = (points: readonly Point[]): number => points.reduce((sum, p) => sum + p.width, 0);
function firstFrom(points: readonly Point[], at: number): number {
  const found = points.findIndex((p) => p.at >= at);
  return found < 0 ? points.length : found;
}

/** Nothing that a terminal or a browser would act on, or hide, is repeated as it came. */
const HIDDEN = /^[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]$/u;
const COMBINING = /^\p{M}$/u;
/** Two columns in a monospaced font: East Asian wide forms and pictures. */
const WIDE = /^[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\p{Emoji_Presentation}\u{20000}-\u{3FFFD}]$/u;

function pointsOf(line: string): readonly Point[] {
  let at = 0;
  return Array.from(line, (text): Point => {
    const point = /^\s$/.test(text) ? { text: ' ', at, width: 1 } : HIDDEN.test(text) ? { text: '·', at, width: 1 }
      : { text, at, width: COMBINING.test(text) ? 0 : WIDE.test(text) ? 2 : 1 };
    at += text.length;
    return point;
  });
}

/** Why somebody was refused: not linked, not one of those who may, or it could not be looked up in time (behaviour 24). */
export interface Refused {
  readonly verb: Verb;
  /** Who may: `owners of linux/s390x or the release-signal team`. */
  readonly allowedAs: string;
  readonly why: 'unlinked' | 'no' | 'unknown';
  readonly spoken: Spoken;
  /** From when on it can be looked up again, in words; null or left out: any moment, as far as anybody knows. */
  readonly again?: string | null;
}

/** What somebody is told who may not: who may, what they can do instead, and that nothing happened. */
export function refusalReply({ verb, allowedAs, why, spoken, again = null }: Refused): Text {
  const command = coded(`/arch ${verb.name}`);
  const who = inCode(allowedAs);
  if (spoken.byHand === 'closing') return closingRefused(who, why, spoken, again);
  switch (why) {
    case 'no': return [says('Only ', ...who, ' may use ', command, ' here. ', ...instead(verb, spoken), 'Nothing was changed.')];
    case 'unlinked': return [says(
      'Your Slack account is not linked to a GitHub account yet, and ', command, ' is for ', ...who, '. To link it, type ', coded('/arch link'),
      ' and write the code that it gives you as a comment on GitHub; that is needed once. Until then you can read: ', coded('/arch status'), ', ', coded('/arch explain'), '. Nothing was changed.',
    )];
    case 'unknown': return [says(
      'Whether ', coded(spoken.actor.login ?? 'you'), ' is one of those who may use ', command, ' here (', ...who,
      again === null ? ') could not be looked up on GitHub just now, so it was not done. Please try again in a minute; if it stays so, this App may not be allowed to read one of those teams, which its operator can mend. Nothing was changed.'
        : `) cannot be looked up before ${again}, as the limit of GitHub's API is used up, so it was not done. Please say it again then. Nothing was changed.`,
    )];
    default: return why satisfies never;
  }
}

/** Of a proposal's issue that somebody closed: what that means, for whom, and that it stands. */
function closingRefused(who: Spans, why: Refused['why'], { actor }: Spoken, again: string | null): Text {
  const means: Spans = ['Closing the issue of a proposal rejects it, which is for ', ...who, ', or takes it back, which is for whoever proposed it. '];
  const stands = 'so the proposal stands, and its issue is opened again. ';
  return why === 'no' ? [says(...means, 'You are neither, ', stands, 'If you own the platform that it is about, say what you know with ', coded('/arch object <reason>'), '.')]
    : [says(...means, 'Whether ', coded(actor.login ?? 'you'), again === null ? ' is one of them could not be looked up on GitHub just now, ' : ' is one of them cannot be looked up now, as the limit of GitHub\'s API is used up, ', stands, `Please close it again ${again === null ? 'in a minute' : `after ${again}`} if you mean it.`)];
}

function instead(verb: Verb, { place }: Spoken): Spans {
  const comment = place.surface === 'slack' ? 'a comment on GitHub' : 'a comment';
  switch (verb.who) {
    case 'owners': case 'owner': case 'concerned': return [`You can write what you know as ${comment}; `, coded('/arch owners <platform>'), ' names the people to ask. '];
    case 'leads': case 'lead': case 'group': return [`You can ask them for it in ${comment}; `, coded('/arch status'), ' and ', coded('/arch explain'), ' are open to everyone. '];
    case 'proposal': return verb.name === 'object' ? [`You can write what you know as ${comment}. `]
      : ['If you own the platform that it is about, say what you know with ', coded('/arch object <reason>'), '. '];
    case 'everyone': case 'self': return [];
    default: return verb.who satisfies never;
  }
}

const LONGEST_ECHO = 120;

/** One reply to several commands; each is named before its answer, unless it is alone. */
export function combined(answers: readonly { readonly line: string; readonly reply: Text }[]): Text {
  const [only] = answers;
  if (only !== undefined && answers.length === 1) return only.reply;
  return answers.flatMap(({ line, reply }) => [says(coded(echo(line))), ...reply]);
}

/** A command line as it is named in an answer. */
function echo(line: string): string {
  const points = pointsOf(line.trim());
  return points.length <= LONGEST_ECHO ? textOf(points) : `${textOf(points.slice(0, LONGEST_ECHO))}…`;
}

/** Commands of one comment that are run. */
export const MOST_COMMANDS = 20;

/** After so many refusals and mistakes of one person within an hour only what they were not told yet is put into words. */
export const TIRED_AFTER = 20;
/** After so many nothing is. */
export const SILENT_AFTER = 100;

/** Commands of one person that are run within a minute as they come; what is more is run as well, but slower. */
export const FLOOD = 60;

/** Said once to somebody who has given so many. */
export const slowedReply = (): Text => [says(
  `You have given ${FLOOD} commands within a minute, so your further ones are run more slowly: one comment a second. None is lost, and there is no need to write one again.`,
)];

/** What is said of a comment with more commands than are run of one. */
export const floodReply = (total: number): Text => [says(
  `This comment holds ${counted(total, 'command')}; the first ${MOST_COMMANDS} were run. The others were not: write them in another comment if they are still wanted.`,
)];
