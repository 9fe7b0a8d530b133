import { parsePlatform } from '../domain/platform.ts';
import { didYouMean } from '../domain/suggest.ts';
import { literal, tokensOf, type Token } from './hcl-scan.ts';
import { failed, lineOf, lineStart, located, sentence, shown, type Entry, type Format } from './listing.ts';
import { pathOf, readPath } from './path.ts';

/** What an attribute is set to: tokens from `from` up to `to`. `key`: the offset where the attribute begins. */
export interface HclValue {
  readonly path: readonly string[];
  readonly key: number;
  readonly tokens: readonly Token[];
}

export type FoundHcl = { readonly ok: true; readonly value: HclValue; readonly tokens: readonly Token[] } | { readonly ok: false; readonly reason: string };

/** A list of an HCL file by blocks, labels and attribute: `target.image-all.platforms`, `variable.PLATFORMS.default`. */
export const hclList: Format = (text, at) => {
  const found = findInHcl(text, at);
  if (!found.ok) return found;
  const { value, tokens } = found;
  const elements = elementsOf(value.tokens);
  if (typeof elements === 'string') return failed(`${shown(at)} ${elements}.`);
  const entries = elements.map((element): Entry => {
    const [first] = element as [Token];
    const said = element.length === 1 ? literal(first) : null;
    const end = element.at(-1)?.end ?? first.end;
    return { start: first.start, end, spelling: said ?? text.slice(first.start, end), builds: said === null ? [] : read(said), open: said === null };
  });
  const inner = value.tokens.filter((t) => t.kind !== 'line');
  return located({
    text, name: shown(at), entries, from: inner[0]?.end ?? value.key, to: inner.at(-1)?.start ?? value.key, leader: '#', among: true, head: lineStart(text, value.key),
    separator: ',', mayBeEmpty: false, read,
    meaning: (without) => {
      const gone = new Set([...without].flatMap((i) => elements[i] ?? []).map((t) => t.start));
      const list = elements.map((element) => element.filter((t) => !gone.has(t.start)).map((t) => t.text)).filter((e) => e.length > 0);
      return hclMeaning(tokens, value, list);
    },
  });
};

const read = (word: string) => {
  const platform = parsePlatform(word);
  return platform === null ? [] : [platform];
};

/** Everything that a file says, comments and empty lines aside, with a value replaced. */
export function hclMeaning(tokens: readonly Token[], value: HclValue, by: unknown): string {
  const [first, last] = [value.tokens[0]?.start ?? 0, value.tokens.at(-1)?.end ?? 0];
  const outside = (part: readonly Token[]): string[] => part.map((t) => t.text).filter((t, i, all) => t !== '\n' || (i > 0 && all[i - 1] !== '\n'));
  return JSON.stringify([outside(tokens.filter((t) => t.end <= first)), by, outside(tokens.filter((t) => t.start >= last))]);
}

/** The attribute that a path leads to. */
export function findInHcl(text: string, at: string): FoundHcl {
  const path = readPath(at);
  if (path === null || path.some((p) => p.kind !== 'key')) return failed(`${shown(at)} is no path of blocks, labels and an attribute, such as \`target.image.platforms\`.`);
  const scanned = tokensOf(text);
  if ('odd' in scanned) return failed(`line ${lineOf(text, scanned.odd)} has to be mended first: it is no HCL.`);
  const { tokens } = scanned;
  const values: HclValue[] = [];
  const end = body(tokens, 0, [], values);
  if (end < tokens.length) return failed(`line ${lineOf(text, tokens[end]?.start ?? 0)} has to be mended first: it is no HCL, as far as it can be read.`);
  const wanted = path.map((p) => p.kind === 'key' ? p.key : '');
  const found = values.filter((v) => JSON.stringify(v.path) === JSON.stringify(wanted));
  const [value] = found;
  if (value === undefined) return failed(sentence(`it has no ${shown(pathOf(path))}${didYouMean(pathOf(path), values.map((v) => v.path.join('.')))}`));
  if (found.length > 1) return failed(`${shown(at)} is set ${found.length} times; change it by hand.`);
  return { ok: true, value, tokens };
}

/** Blocks nest a few deep. */
const MOST_NESTED = 100;

/** Reads attributes and blocks from a token on; the index of the token behind the last that it understood. */
function body(tokens: readonly Token[], from: number, path: readonly string[], found: HclValue[]): number {
  let at = from;
  while (at < tokens.length) {
    const token = tokens[at] as Token;
    if (token.kind === 'line' || token.text === ',') { at++; continue; }
    if (token.text === '}' || path.length > MOST_NESTED) return at;
    const names: string[] = [];
    for (let t = tokens[at]; t?.kind === 'word' || t?.kind === 'string'; t = tokens[++at]) names.push(t.text.replace(/^"|"$/g, ''));
    const mark = tokens[at]?.text;
    if (names.length === 0) return at;
    if (mark === '{') {
      at = body(tokens, at + 1, [...path, ...names], found);
      if (tokens[at]?.text !== '}') return Math.min(at, tokens.length - 1);
      at++;
    } else if ((mark === '=' || mark === ':') && names.length === 1) {
      const end = expression(tokens, at + 1);
      if (end === null) return at;
      const value = { path: [...path, ...names], key: token.start, tokens: tokens.slice(at + 1, end) };
      found.push(value);
      const inside = tokens[at + 1]?.text === '{' && tokens[end - 1]?.text === '}';
      if (inside) body(tokens, at + 2, value.path, found);
      at = end;
    } else return at;
  }
  return at;
}

/** The index of the token behind an expression: it ends with its line, or where the brackets around it do; null: it has no end. */
function expression(tokens: readonly Token[], from: number): number | null {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const { text, kind } = tokens[at] as Token;
    if (depth === 0 && (kind === 'line' || text === ',' || text === '}')) return at;
    if (/^[[{(]$/.test(text)) depth++;
    if (/^[\]})]$/.test(text)) depth--;
  }
  return depth === 0 ? tokens.length : null;
}

/** The elements of a list, each as its tokens; otherwise why it is none. */
function elementsOf(value: readonly Token[]): readonly (readonly Token[])[] | string {
  const tokens = value.filter((t) => t.kind !== 'line');
  const [open] = tokens;
  if (open === undefined) return 'is empty';
  if (open.text !== '[') {
    const said = tokens.length === 1 ? literal(open) : null;
    if (said !== null) return said.includes(',') ? 'is one text and no list; its format is comma-list' : `is ${shown(open.text)} and no list`;
    return `is worked out (${shown(tokens.slice(0, 8).map((t) => t.text).join(''))}); switch it where the list is written`;
  }
  if (tokens[1]?.text === 'for') return 'is worked out with `for`; switch it where the list is written';
  const elements: Token[][] = [[]];
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (/^[[{(]$/.test(token.text) && ++depth === 1 && i === 0) continue;
    if (/^[\]})]$/.test(token.text) && --depth === 0) {
      if (i < tokens.length - 1) return `is worked out (a list and more: ${shown(tokens.slice(i, i + 8).map((t) => t.text).join(''))}); change it by hand`;
      break;
    }
    if (token.text === ',' && depth === 1) elements.push([]);
    else elements.at(-1)?.push(token);
  }
  if (elements.at(-1)?.length === 0) elements.pop();
  return elements.some((e) => e.length === 0) ? 'has a comma too many' : elements;
}
