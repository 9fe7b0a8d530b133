import type { ErrorCode, YAMLError } from 'yaml';

/** The YAML library's complaints in words for whoever edits the file; the others speak for themselves. */
const SENTENCES: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'a tab indents this line; YAML takes spaces only',
  BAD_INDENT: 'this line is not indented like its neighbours; list items and keys of one mapping stand in one column',
  MULTILINE_IMPLICIT_KEY: 'this reads as a key that runs over several lines; a colon, a quote or a dash is missing here or on the line before',
  BLOCK_AS_IMPLICIT_KEY: 'two "key: value" in one place; put the second on a line of its own, in the column of the first, or quote a value that holds ": "',
  MULTIPLE_DOCS: 'the file holds several documents (---); one file describes one project',
  MULTIPLE_ANCHORS: 'a value can have one anchor (&name) only',
  KEY_OVER_1024_CHARS: 'this key is longer than 1,024 characters; a colon or a quote is probably missing',
  RESOURCE_EXHAUSTION: 'nested too deeply to be read; look for a bracket that is not closed',
};

/** A quote that is never closed: the library notices at the end of the file, its reader looks for where it begins. */
export const isOpenQuote = (error: YAMLError): boolean => error.code === 'MISSING_CHAR' && /^Missing closing .*quote/.test(error.message);

/** A bracket that is never closed: the library notices where the next thing begins, which may be far below. */
export const isOpenBracket = (error: YAMLError): boolean => error.code === 'BAD_INDENT' && /^Flow (?:map|sequence) in block collection/.test(error.message);

/** So many comments before an offset are looked at. */
const MOST_NEAR = 50;

/** The last value before an offset that was taken for a comment, the closing bracket with it: `{ incidents: #release }`; null: none. */
export function swallowed(comments: readonly number[], text: string, before: number): { readonly offset: number; readonly message: string } | null {
  const next = comments.findIndex((at) => at >= before);
  const near = comments.slice(0, next < 0 ? comments.length : next).slice(-MOST_NEAR);
  const offset = near.findLast((at) => /[:,[]\s*$/.test(text.slice(Math.max(0, at - 80), at)) && /^#[^\s#]/.test(text.slice(at, at + 2)));
  if (offset === undefined) return null;
  const value = /^[^\s,\]}]*/.exec(text.slice(offset, offset + 80))?.[0] ?? '';
  return { offset, message: `an unquoted # begins a comment in YAML, and with it the bracket that should close is gone; put the value in quotes: "${value}"` };
}

/** What is wrong with the text and what to do, in a sentence. */
export function yamlMistake(error: YAMLError, text: string): string {
  const [start] = error.pos;
  if (error.code === 'BAD_SCALAR_START') {
    const value = /^[^\s,\]}]*/.exec(text.slice(start, start + 80))?.[0] ?? '';
    return `a value cannot begin with ${text[start] ?? 'this'} in YAML; put it in quotes: "${value}"`;
  }
  if (isOpenQuote(error)) return 'the quote that opens here is never closed';
  if (error.code === 'TAG_RESOLVE_FAILED') return `tags (!name) are not used in this file: ${firstSentence(error.message)}`;
  return SENTENCES[error.code] ?? `not readable as YAML: ${firstSentence(error.message)}`;
}

const firstSentence = (message: string): string => {
  const line = message.split('\n', 1)[0] ?? '';
  return line.length > 160 ? `${line.slice(0, 157)}…` : line.charAt(0).toLowerCase() + line.slice(1);
};
