import { stripVTControlCharacters } from 'node:util';

/**
 * Text from outside, made harmless for GitHub's markup: it can mention nobody, refer to and close nothing, hold no HTML,
 * and not break out of the place where it stands.
 */

/** A character without width that GitHub's patterns do not see past. */
const GAP = '\u200B';

/** Longer text than this is cut before anything else is done with it. */
const LONGEST = 100_000;

/** What nobody sees, or what turns the direction of writing: Unicode's "format" class, what it says may be left out, its plane of tags, blank letters. */
const UNSEEN = /[\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}\u{E0000}-\u{E0FFF}\u2800\uFFFE\uFFFF]|(?![\n\t])\p{Cc}/gu;

/** Marks on one letter: no language puts so many there, and more of them cover the lines around. */
const MARKS = /(\p{M}{8})\p{M}+/gu;

/**
 * The text without terminal escapes, control characters, characters that nobody sees or that turn the direction of writing,
 * and heaps of marks; line ends become `\n`, broken surrogates the replacement character.
 */
export function clean(text: string): string {
  const cut = text.length > LONGEST ? text.slice(0, LONGEST) : text;
  return stripVTControlCharacters(cut.toWellFormed())
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(UNSEEN, '').replace(MARKS, '$1');
}

/** At most `max` characters (code points), with an ellipsis where something was cut. */
export function capped(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = [...text];
  return points.length <= max ? text : `${points.slice(0, max - 1).join('')}…`;
}

/** Stands for a text of which nothing is left. */
const NAMELESS = '(no name)';

const oneLine = (text: string): string => clean(text).replace(/\s+/g, ' ').trim();

/** `fixes #1`, `closes: owner/name#1`, `resolved GH-1`: what GitHub would act on in other places. No name in between is longer. */
const CLOSING = /\b((?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b[\s:]*(?:[\w./:-]{0,200}?))(#|GH-|gh-)(?=\d)/gi;

/**
 * Inside code nothing is linked; the patterns are broken all the same, for whoever reads the text as it stands. So is a
 * comment's beginning: our own marks are comments, and are looked for in the whole text.
 */
const defangCode = (text: string): string =>
  text.replaceAll('<!--', `<!${GAP}--`).replace(/(^|[^A-Za-z0-9])@(?=[A-Za-z0-9])/g, `$1@${GAP}`).replace(CLOSING, `$1$2${GAP}`);

/** Escapes everything on a line that Markdown, HTML or GitHub would read as more than words. */
const escaped = (line: string): string => line
  .replace(/[\\`*_[\]|~$^]/g, '\\$&')
  .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  .replaceAll('@', `@${GAP}`)
  .replace(/#(?=\d)/g, `#${GAP}`)
  .replace(/GH-(?=\d)/gi, `$&${GAP}`)
  .replaceAll('://', `:${GAP}//`)
  .replace(/www(?=\.)/gi, `$&${GAP}`);

/** Plain words on one line, harmless. */
export const plain = (text: string, max = 100): string => escaped(capped(oneLine(text), max) || NAMELESS);

/** The same for a piece of a sentence: a space at its ends stays, and it may be empty. */
export const words = (text: string, max = 20_000): string => escaped(capped(clean(text).replace(/\s+/g, ' '), max));

/** The words of a `<summary>`: inside HTML no Markdown is read, so a backslash would be shown. */
export const summaryWords = (text: string, max = 200): string => (capped(oneLine(text), max) || NAMELESS)
  // References first: the entities have a `#` of their own.
  .replaceAll('@', `@${GAP}`).replace(/#(?=\d)/g, `#${GAP}`).replace(/GH-(?=\d)/gi, `$&${GAP}`).replaceAll('://', `:${GAP}//`).replace(/www(?=\.)/gi, `$&${GAP}`)
  .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('[', '&#91;').replaceAll(']', '&#93;').replaceAll('`', '&#96;');

/** Code on one line, its ticks more than any inside. Not for table cells: a `|` would end the cell. */
export function code(text: string, max = 300): string {
  const inner = defangCode(capped(oneLine(text), max)) || NAMELESS;
  const ticks = '`'.repeat(longestRun(inner) + 1);
  const padded = ticks.length > 1 ? ` ${inner} ` : inner;
  return `${ticks}${padded}${ticks}`;
}

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));

export interface BlockLimits {
  readonly lines: number;
  readonly characters: number;
}

/** What is shown of one message. */
export const MESSAGE_LIMITS: BlockLimits = { lines: 20, characters: 1_500 };

/**
 * A fenced block, its fence longer than any inside, every line with `indent` before it; what was cut is said. Text that
 * is to be copied (`diff`, `yaml`) stands as it is, but for marks that look like ours.
 */
export function block(text: string, indent = '', limits = MESSAGE_LIMITS, language = 'text'): string {
  const all = clean(text).trimEnd().split('\n');
  const kept = capped(all.slice(0, limits.lines).join('\n'), limits.characters);
  const left = all.length - kept.split('\n').length;
  const shown = language === 'text' ? defangCode(kept) : kept.replaceAll('<!-- archsignal', `<!${GAP}-- archsignal`);
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  const more = left > 0 ? [`… ${left} more ${left === 1 ? 'line' : 'lines'}`] : [];
  return [`${fence}${language}`, ...shown.split('\n'), ...more, fence].map((line) => `${indent}${line}`).join('\n');
}

/** Words of a title: no markup is read there, but mails and chats show titles too. */
export const titleWords = (text: string, max = 100): string =>
  capped(oneLine(text), max).replaceAll('`', '\'').replaceAll('@', `@${GAP}`).replace(/#(?=\d)/g, `#${GAP}`).replace(/GH-(?=\d)/gi, `$&${GAP}`);

/** `[skip ci]`, `[no ci]`, `[skip actions]`, `skip-checks: true`, `***NO_CI***`: what CI systems obey in a commit's message. */
const ORDERS = /\[(?=[^\]\n]{0,40}\b(?:skip|ci|actions?|no)\b)|\bskip-(?=checks)|\bNO_(?=CI\b)/gi;

/** Names that Git and GitHub read at a line's beginning: who else wrote or reviewed it. */
const TRAILER = /^([A-Za-z]+(?:-[A-Za-z]+)*)-(by|with|to)(?=\s*:)/i;

/** Words of a commit's message on one line: they refer to and close nothing, by an address either, name no author, and tell no CI to stay away. */
export const commitWords = (text: string, max: number): string => titleWords(text, max)
  .replace(ORDERS, `$&${GAP}`).replace(TRAILER, `$1-${GAP}$2`).replace(/:\/\/(?=\S{0,300}\/(?:issues|pull|pulls|discussions)\/)/gi, `:${GAP}//`);

/** Issue and pull request pages: a link to one leaves a trace there, which outside text must not. */
const TRACE = /\/(?:issues|pull|pulls|discussions)\/\d+/i;

/** The address as it may stand in a link's parentheses; null where it is no plain http(s) address. */
export function pageUrl(raw: string | null | undefined): string | null {
  if (!raw || raw.length > 2_000 || /[\p{Cc}\p{Cf}]/u.test(raw)) return null;
  const url = URL.parse(raw);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  if (url.username !== '' || url.password !== '') return null;
  return url.href.replace(/[()<>[\]|"'`\\@*;{}^]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** Whether GitHub leaves a trace on the page that the address leads to. */
export const leavesTrace = (url: string): boolean => TRACE.test(URL.parse(url)?.pathname ?? '');

/** The same for an address from outside: null as well where the link would leave a trace. */
export function safeUrl(raw: string | null | undefined): string | null {
  const url = pageUrl(raw);
  return url === null || leavesTrace(url) ? null : url;
}

/** `[words](address)`, or the words alone where the address is none; `words` must be harmless already. */
export function link(words: string, raw: string | null | undefined): string {
  const url = safeUrl(raw);
  return url === null ? words : `[${words}](${url})`;
}
