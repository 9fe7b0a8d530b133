/**
 * Text from outside (test names, logs, job names, people's titles) on its way into Slack. Whatever it holds, it stays
 * text: it mentions nobody, links nowhere, and does not leave its code.
 */

/** What nobody sees: bidirectional overrides, zero-width characters, tags, blank letters; none of them belongs to a name. Of heaps of marks, what is too many on one letter. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]|(?<=\p{M}{8})\p{M}+/gu;
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
/** Words that Slack may read as a mention of a whole channel where it parses names. */
const CROWD = /@(?=here|channel|everyone|group)/gi;
/** Marks that Slack reads as formatting: those that do not stand between two letters or digits. */
const FORMATTING = /(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])/gu;
const LOOKALIKE: Record<string, string> = { '*': '∗', _: '＿', '~': '∼' };
/** A colon that begins an emoji's name; a time or a line's number between colons is none. */
const EMOJI = /:(?=(?:[\w+'-]*[a-z][\w+'-]*|[+-]1|100|1234):)/gi;

/** Longer ones are left out: a section of a message holds 3,000 characters in all. */
const LONGEST_URL = 600;
const LONGEST_BLOCK = 2_600;

/** At most `max` characters, none of them split; what is missing shows as `…`. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = Array.from(text.slice(0, max * 2));
  return characters.length <= max && text.length <= max * 2 ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** The three characters that Slack's markup is made of, as Slack wants them written. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One visible line: no control or format characters, no broken halves, single spaces, at most `max` characters. */
function line(text: string, max: number): string {
  // The first slice keeps a log of many megabytes from being searched for the sake of its beginning.
  const start = text.slice(0, max * 8).toWellFormed();
  return cut(start.replace(INVISIBLE, '').replace(BREAKS, ' ').trim(), max).replace(CROWD, '＠');
}

/** A name in code style; `?` where there is nothing to see. */
export function code(text: string, max = 120): string {
  const shown = line(text, max).replaceAll('`', "'").trim();
  return `\`${shown === '' ? '?' : escape(shown)}\``;
}

/** A block of code, one entry per line, each at most `max` characters; `…` where it would not fit into a section. */
export function codeBlock(lines: readonly string[], max = 200): string {
  const shown: string[] = [];
  let size = 0;
  for (const l of lines) {
    // Indentation is kept: it is how the caller tells a message from the name of its test.
    const text = `${/^ {0,8}/.exec(l)?.[0] ?? ''}${escape(line(l, max).replaceAll('`', "'"))}`;
    size += text.length + 1;
    if (size > LONGEST_BLOCK) { shown.push('…'); break; }
    shown.push(text);
  }
  return `\`\`\`\n${shown.join('\n')}\n\`\`\``;
}

/** A name outside code, in a sentence or as the label of a link: no formatting, no emoji, no second label. */
export function name(text: string, max = 80): string {
  const shown = line(text, max).replaceAll('`', "'").replaceAll('|', '∣').replace(EMOJI, '：')
    .replace(FORMATTING, (c) => LOOKALIKE[c] ?? c);
  return shown === '' ? '?' : escape(shown);
}

/**
 * Words within a sentence, whoever they come from: as `name`, with the spaces at both ends kept, so that they can stand
 * beside other pieces of it; empty where there is nothing to see.
 */
export function words(text: string, max = 1_000): string {
  const start = text.slice(0, max * 8).replace(INVISIBLE, '');
  const shown = line(start, max);
  if (shown === '') return /\s/.test(start) ? ' ' : '';
  const inert = shown.replaceAll('`', "'").replaceAll('|', '∣').replace(EMOJI, '：').replace(FORMATTING, (c) => LOOKALIKE[c] ?? c);
  return `${/^\s/.test(start) ? ' ' : ''}${escape(inert)}${/\s$/.test(start) ? ' ' : ''}`;
}

/** Lines as they stand, for a block of code: indentation and spaces kept, tabs as two spaces, each line at most `max` characters. */
export function verbatim(text: string, max = 300): string[] {
  const whole = text.slice(0, 100_000).toWellFormed();
  return whole.split(/\r\n|[\n\r\u2028\u2029]/).map((l) => escape(cut(
    l.slice(0, max * 4).replaceAll('\t', '  ').replace(/\p{Cc}/gu, ' ').replace(INVISIBLE, '').toWellFormed().trimEnd(), max,
  ).replaceAll('`', "'").replace(CROWD, '＠')));
}

/** Sentences that may hold names from outside, with their lines kept; at most `max` characters. */
export function prose(text: string, max = 2_500): string {
  const lines = text.slice(0, max * 8).split(/\r\n|\n|\r/).map((l) => escape(line(l, max)));
  return cutEscaped(lines.join('\n').replace(/\n{3,}/g, '\n\n').trim(), max);
}

/** Cuts text that has been escaped, so that no entity is left in halves. */
function cutEscaped(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '').replace(/&[a-z]{0,4}$/, '')}…`;
}

/** The address as Slack's link markup takes it; null where it is none that a reader should follow. */
export function safeUrl(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const parsed = new URL(url);
  if (!['http:', 'https:'].includes(parsed.protocol) || parsed.username !== '' || parsed.password !== '') return null;
  const href = escape(parsed.href.replace(/[<>|`"\\^{}\s]/gu, (c) => encodeURIComponent(c)).replace(CROWD, '%40'));
  return href.length <= LONGEST_URL ? href : null;
}

/** A link with the label, which may come from outside; the label alone where the address is none to follow. */
export function link(url: string | null, label: string, max = 80): string {
  const href = safeUrl(url);
  return href === null ? name(label, max) : `<${href}|${name(label, max)}>`;
}

/** Our own markup as plain text: what a dry run prints and a shadow channel shows. */
export const plain = (markup: string): string => markup
  .replace(/<(https?:[^|>]+)\|([^>]*)>/g, (_, url: string, label: string) => `${label} (${url})`)
  .replace(/<(https?:[^|>]+)>/g, '$1')
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
