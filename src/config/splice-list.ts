import { isScalar } from 'yaml';
import type { ParsedNode, YAMLMap } from 'yaml';

/** A piece of a text that is replaced: from an offset up to another. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A list of words in a YAML text, by its offsets. `key`: the end of the key that it stands under. */
export interface List extends Range {
  readonly text: string;
  /** In brackets, not line by line. */
  readonly flow: boolean;
  readonly key: number;
  readonly items: readonly Range[];
}

const insert = (at: number, by: string): Splice => ({ from: at, to: at, by });
const cut = (from: number, to: number): Splice => ({ from, to, by: '' });

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** Where the line's own text ends: before its line end. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end < 0) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

/** Where the next line begins; the end of the text where there is none. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** The line end that the text uses. */
export const eolOf = (text: string): string => text.includes('\r\n') ? '\r\n' : '\n';
/** What stands on the line before an offset, and from it on. */
export const lead = (text: string, at: number): string => text.slice(lineStart(text, at), at);
export const rest = (text: string, at: number): string => text.slice(at, lineEnd(text, at));

const BLANK = /^[ \t]*$/;
const COMMENT = /^[ \t]*(?:#.*)?$/;
const DASH = /^[ \t]*-[ \t]+$/;

/** Ways to put an entry at the end of a list, the tidiest first; each is to be proven. */
export function* addTo(list: List, entry: string): Generator<readonly Splice[]> {
  const { text, items } = list;
  const last = items.at(-1);
  if (last === undefined) {
    if (BLANK.test(text.slice(list.start + 1, list.end - 1))) yield [{ from: list.start + 1, to: list.end - 1, by: entry }];
    yield [insert(list.start + 1, entry)];
    return;
  }
  const before = lead(text, last.start);
  const behind = rest(text, last.end);
  const newLine = eolOf(text) + before;
  if (!list.flow) {
    if (DASH.test(before) && COMMENT.test(behind)) yield [insert(lineEnd(text, last.end), newLine + entry)];
    return;
  }
  if (BLANK.test(before)) {
    if (/^[ \t]*,[ \t]*(?:#.*)?$/.test(behind)) yield [insert(lineEnd(text, last.end), `${newLine}${entry},`)];
    if (COMMENT.test(behind)) yield [insert(last.end, ','), insert(lineEnd(text, last.end), newLine + entry)];
  }
  const previous = items.at(-2);
  const gap = previous === undefined ? ', ' : text.slice(previous.end, last.start);
  yield [insert(last.end, (/^,[ \t]*$/.test(gap) ? gap : ', ') + entry)];
}

/** Ways to take an entry out of a list, the tidiest first; each is to be proven. */
export function* removeFrom(list: List, index: number): Generator<readonly Splice[]> {
  const item = list.items[index];
  if (item !== undefined) yield* list.flow ? removeFromBrackets(list, item, index) : removeLine(list, item);
}

/** The entry's whole line; a list without any entry is written `[]`, because nothing at all is no list. */
function* removeLine({ text, key, items }: List, item: Range): Generator<readonly Splice[]> {
  if (!DASH.test(lead(text, item.start)) || !COMMENT.test(rest(text, item.end))) return;
  const line = wholeLine(text, item);
  if (items.length > 1) yield [line];
  const colon = text.indexOf(':', key);
  if (items.length === 1 && BLANK.test(text.slice(key, colon))) yield [insert(colon + 1, ' []'), line];
}

/** The last line of a file without a line end takes the one before it along. */
function wholeLine(text: string, { start, end }: Range): Splice {
  const [from, to] = [lineStart(text, start), nextLine(text, end)];
  if (to < text.length || text.endsWith('\n') || from === 0) return cut(from, to);
  return cut(from - (text[from - 2] === '\r' ? 2 : 1), to);
}

function* removeFromBrackets({ text, start, end, items }: List, item: Range, index: number): Generator<readonly Splice[]> {
  const [previous, next] = [items[index - 1], items[index + 1]];
  const behind = rest(text, item.end);
  if (BLANK.test(lead(text, item.start)) && /^[ \t]*,?[ \t]*(?:#.*)?$/.test(behind)) yield [wholeLine(text, item)];
  const alone = BLANK.test(text.slice(start + 1, item.start)) && /^[ \t]*,?[ \t]*$/.test(text.slice(item.end, end - 1));
  if (alone) yield [cut(start + 1, end - 1)];
  // White space before a comment is what makes it one.
  const comma = item.end + (/^[ \t]*,(?:[ \t]+(?![ \t#]))?/.exec(behind)?.[0].length ?? 0);
  if (next && comma > item.end) yield [cut(item.start, comma)];
  if (!next && previous && /^[ \t]*,[ \t]*$/.test(text.slice(previous.end, item.start))) yield [cut(previous.end, item.end)];
  yield [cut(item.start, comma)];
  if (next && !text.slice(item.end, next.start).includes('#')) yield [cut(item.start, next.start)];
}

/** A line of its own after the key `other`, or an entry of its own in braces; nothing where that key stands oddly. */
export function keyAfter(text: string, section: YAMLMap, other: string, line: string): readonly Splice[] {
  const pair = section.items.find((p) => isScalar(p.key) && p.key.value === other);
  if (!pair || !isScalar(pair.value)) return [];
  const [from, to] = [(pair.key as ParsedNode).range[0], (pair.value as ParsedNode).range[1]];
  if (section.flow) return [insert(to, `, ${line}`)];
  const indent = lead(text, from);
  return BLANK.test(indent) && COMMENT.test(rest(text, to)) ? [insert(lineEnd(text, to), eolOf(text) + indent + line)] : [];
}

/** The same before the first key. */
export function keyBefore(text: string, section: YAMLMap, line: string): readonly Splice[] {
  const first = section.items[0]?.key;
  if (!isScalar(first)) return [];
  const from = (first as ParsedNode).range[0];
  if (section.flow) return [insert(from, `${line}, `)];
  const indent = lead(text, from);
  return BLANK.test(indent) ? [insert(from, `${line}${eolOf(text)}${indent}`)] : [];
}
