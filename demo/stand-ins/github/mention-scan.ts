import { blocksOf } from './mention-blocks.ts';

/** A handle that a text names with an `@`: `@login` or `@org/team`, as it was written. */
export interface FoundMention {
  readonly handle: string;
  /** Only inside block quotes. */
  readonly quoted: boolean;
}

/**
 * The mentions that GitHub would see in a Markdown text, each handle once. Code, HTML comments, tags and link texts
 * hold none. It errs on the side of finding one: a backslash or an entity for the `@` does not hide it, and in raw
 * HTML backquotes mean nothing.
 */
export function findMentions(markdown: string): FoundMention[] {
  const found = new Map<string, FoundMention>();
  for (const block of blocksOf(markdown)) {
    const visible = block.kind === 'html' ? visibleHtml(block.text) : visibleText(block.text);
    for (const handle of handlesIn(visible)) {
      const key = handle.toLowerCase();
      const known = found.get(key);
      if (!known || (known.quoted && !block.quoted)) found.set(key, { handle, quoted: block.quoted });
    }
  }
  return [...found.values()];
}

const HANDLE = /(?<!\w)@([a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}(?:\/[a-z\d][\w-]*)?)(?!\w|\.\w|\/)/gi;

const handlesIn = (text: string): string[] =>
  [...text.replaceAll(/&(?:#0*64|#x0*40|commat);/gi, '@').matchAll(HANDLE)].map((m) => `@${m[1] ?? ''}`);

/** What stands between two readable pieces of text, so that `@` and a name on either side of a comment stay apart. */
const GAP = ' ';

/** A character that a backslash made plain: whatever it was, it opens nothing. */
const ESCAPED = '\uE000';

/** A comment to its end, or to the end of the text where it has none. */
const COMMENT = /<!--(?:>|->|[\s\S]*?(?:-->|$))/g;
const SILENT_ELEMENT = /<(code|pre|a|kbd|script|style|tt|samp)\b[^>]*>[\s\S]*?<\/\1>/gi;
const TAG = /<\/?[a-z][^<>]*>/gi;

const visibleHtml = (text: string): string => text.replaceAll(COMMENT, GAP).replaceAll(SILENT_ELEMENT, GAP).replaceAll(TAG, GAP);

/** Reads Markdown from left to right and keeps what a reader sees as plain text. */
function visibleText(text: string): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const [kept, length] = piece(text, at);
    out += kept;
    at += length;
  }
  return out.replaceAll(SILENT_ELEMENT, GAP).replaceAll(TAG, GAP).replaceAll(/!?\[[^[\]]*\]\([^()\s]*\)/g, GAP).replaceAll(/https?:\/\/[^\s)>]+/g, GAP);
}

/** What is kept of the piece that begins at a place, and how long that piece is. */
function piece(text: string, at: number): [string, number] {
  const rest = text.slice(at);
  if (rest.startsWith('\\') && /^\\[!-/:-@[-`{-~]/.test(rest)) return [rest[1] === '@' ? '@' : ESCAPED, 2];
  if (rest.startsWith('`')) {
    const run = /^`+/.exec(rest)?.[0] ?? '`';
    const close = [...rest.slice(run.length).matchAll(/`+/g)].find((m) => m[0].length === run.length);
    return close ? [GAP, run.length * 2 + close.index] : [run, run.length];
  }
  if (rest.startsWith('<!--')) {
    const end = rest.indexOf('-->', 4);
    return end < 0 ? ['<', 1] : [GAP, end + 3];
  }
  return [rest[0] ?? '', 1];
}
