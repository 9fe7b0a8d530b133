import { Composer, Lexer, LineCounter, Parser, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { CST, Document, Node, Pair, ParsedNode, Scalar, YAMLError, YAMLMap } from 'yaml';
import { tooLong } from '../domain/configuration.ts';
import { withoutStacks } from '../domain/stacks.ts';
import { fileFinding, inOrder, pathText, quote } from './finding.ts';
import type { Finding, Path, Problem } from './finding.ts';
import { isOpenBracket, isOpenQuote, swallowed, yamlMistake } from './yaml-mistakes.ts';

/** Nested deeper than this, a text is an attack or an accident: the parser's time grows with the square of its depth. */
const DEEPEST = 64;
/** Places that one text may repeat by `*alias`. */
const MOST_ALIASES = 100;
const MOST_SYNTAX_ERRORS = 20;
/** Values that one text may hold, what an alias repeats counted each time; twice what fills a mebibyte with the shortest jobs. */
const MOST_VALUES = 200_000;

/** A YAML text as plain values that still know where they stand. */
export interface PlacedYaml {
  readonly value: unknown;
  /** Puts a problem at its line and column. */
  readonly place: (problem: Problem) => Finding;
}

export type YamlReading =
  /** `errors`: keys that stand twice; everything else could be read. */
  | { readonly ok: true; readonly yaml: PlacedYaml; readonly errors: readonly Finding[] }
  | { readonly ok: false; readonly errors: readonly Finding[] };

/** Reads one YAML document. Every way in which a text is not one is in the answer, with its place; nothing is thrown. `mostValues`: scalars, lists and mappings that it may hold. */
export function readYaml(source: string, file: string, mostValues = MOST_VALUES): YamlReading {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const lines = lineStarts(text);
  const at = (offset: number, message: string, path: Path = []): Finding => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line, column: col, path: pathText(path), message };
  };
  const composed = withoutStacks(() => compose(text));
  if (!composed.ok) return { ok: false, errors: [at(composed.offset, composed.message)] };
  const { doc, lastQuote } = composed;
  const syntax = first([...doc.errors, ...doc.warnings]).map((error) => {
    const lost = isOpenBracket(error) ? swallowed(composed.comments, text, error.pos[0]) : null;
    return lost === null ? at(isOpenQuote(error) ? lastQuote : error.pos[0], yamlMistake(error, text)) : at(lost.offset, lost.message);
  }).filter((found, i, all) => all.findIndex((f) => f.line === found.line && f.column === found.column && f.message === found.message) === i);
  if (syntax.length > 0) return { ok: false, errors: inOrder(syntax).slice(0, MOST_SYNTAX_ERRORS) };
  const walk = walkDocument(doc, at, mostValues);
  if (walk.fatal.length > 0) return { ok: false, errors: inOrder([...walk.fatal, ...walk.duplicates]) };
  const value = plain(doc);
  if (!value.ok) return { ok: false, errors: [at(walk.firstAlias ?? 0, value.message)] };
  const placer: Placer = { doc, at, index: new WeakMap() };
  return { ok: true, yaml: { value: value.value, place: (problem) => place(placer, problem) }, errors: walk.duplicates };
}

function lineStarts(text: string): LineCounter {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) counter.addNewLine(i + 1);
  return counter;
}

/** The first errors of the text, more than are told, as several may be told alike: a file may have any number. */
const first = (errors: readonly YAMLError[]): YAMLError[] => errors.toSorted((a, b) => a.pos[0] - b.pos[0]).slice(0, 5 * MOST_SYNTAX_ERRORS);

type Composed = { readonly ok: true; readonly doc: Document.Parsed; readonly lastQuote: number; readonly comments: readonly number[] } | { readonly ok: false; readonly offset: number; readonly message: string };

/** The library's own way to a document, watched for depth and for endless errors, and stopped at the second document. */
function compose(text: string): Composed {
  const parser = new Parser();
  let tooDeep = false;
  let errors = 0;
  let lastQuote = 0;
  /** Where comments begin within brackets. */
  const comments: number[] = [];
  function* tokens(): Generator<CST.Token> {
    for (const lexeme of new Lexer().lex(text)) {
      if (lexeme.startsWith('"') || lexeme.startsWith("'")) lastQuote = parser.offset;
      if (lexeme.startsWith('#') && parser.stack.at(-1)?.type === 'flow-collection') comments.push(parser.offset);
      for (const token of parser.next(lexeme)) {
        if (token.type === 'error') errors += 1;
        yield token;
      }
      tooDeep = parser.stack.length > DEEPEST;
      if (tooDeep || errors > MOST_SYNTAX_ERRORS) return;
    }
    yield* parser.end();
  }
  let doc: Document.Parsed | null = null;
  // Keys are compared by `walkDocument`, which can name both places. A schema of our own choice holds against `%YAML 1.1` too.
  for (const next of new Composer({ schema: 'core', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' }).compose(tokens(), true, text.length)) {
    if (doc !== null && !tooDeep) return { ok: false, offset: next.range[0], message: 'a second document begins here (after ---); one file describes one project, so put it in a file of its own' };
    doc ??= next;
  }
  if (tooDeep) return { ok: false, offset: parser.offset, message: `nested more than ${DEEPEST} levels deep here; no configuration needs that, so look for a bracket that is not closed` };
  return doc === null ? { ok: false, offset: 0, message: 'nothing can be read from this text' } : { ok: true, doc, lastQuote, comments };
}

interface Walk {
  readonly fatal: Finding[];
  readonly duplicates: Finding[];
  firstAlias: number | null;
  aliases: number;
  /** So far, what aliases repeat counted each time. */
  values: number;
}

type At = (offset: number, message: string, path?: Path) => Finding;

/** Looks at every key and alias: what the plain values could no longer show, or would be harmed by. */
function walkDocument(doc: Document.Parsed, at: At, mostValues: number): Walk {
  const walk: Walk = { fatal: [], duplicates: [], firstAlias: null, aliases: 0, values: 0 };
  /** How many values stand under each name. */
  const anchors = new Map<string, number>();
  const inside = new Set<string>();
  const visit = (node: unknown, path: Path): void => {
    if (walk.values > mostValues) return;
    const before = walk.values;
    walk.values += isAlias(node) ? anchors.get(node.source) ?? 1 : 1;
    if (walk.values > mostValues) return void walk.fatal.push(at(startOf(node), `more than ${mostValues.toLocaleString('en')} values in one file, counting what an alias (*name) repeats; no configuration needs that`, path));
    if (isAlias(node)) return visitAlias(node.source, startOf(node), path);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) { anchors.set(anchor, 1); inside.add(anchor); }
    if (isMap(node)) visitPairs(node.items, path);
    else if (isSeq(node)) node.items.forEach((item, i) => visit(item, [...path, i]));
    if (anchor === undefined) return;
    anchors.set(anchor, walk.values - before);
    inside.delete(anchor);
  };
  const visitAlias = (source: string, offset: number, path: Path): void => {
    walk.firstAlias ??= offset;
    walk.aliases += 1;
    if (!anchors.has(source)) walk.fatal.push(at(offset, `nothing before this is named &${source}; an alias (*name) repeats what was named earlier in the file`, path));
    if (inside.has(source)) walk.fatal.push(at(offset, `*${source} stands inside the very thing that &${source} names; write it out instead`, path));
    if (walk.aliases === MOST_ALIASES + 1) walk.fatal.push(at(offset, `more than ${MOST_ALIASES} aliases (*name) in one file; write these places out`, path));
  };
  const visitPairs = (pairs: readonly Pair[], path: Path): void => {
    const first = new Map<string, number>();
    for (const pair of pairs) {
      const offset = startOf(pair.key);
      const key = keyOf(pair);
      if (key === null) { walk.fatal.push(at(offset, 'a key must be plain text; this one is a list, a mapping or an alias', path)); continue; }
      if (key === '__proto__') { walk.fatal.push(at(offset, '"__proto__" cannot be used as a name', [...path, key])); continue; }
      const before = first.get(key);
      if (before === undefined) first.set(key, offset);
      else walk.duplicates.push(at(offset, `the key ${quote(key)} stands twice in this mapping, first in line ${at(before, '').line}; keep one`, [...path, key]));
      visit(pair.value, [...path, key]);
    }
  };
  visit(doc.contents, []);
  return walk;
}

/** The document as plain values; an alias bomb is refused by the library's own count. */
function plain(doc: Document.Parsed): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: doc.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    if (error instanceof ReferenceError) return { ok: false, message: 'aliases (*name) of aliases multiply here beyond any use; write these places out' };
    throw error;
  }
}

const startOf = (node: unknown): number => (node as ParsedNode | null)?.range?.[0] ?? 0;

/** A pair's key as the plain object has it; null where it is no text. */
function keyOf(pair: Pair): string | null {
  if (!isScalar(pair.key)) return pair.key === null ? '' : null;
  const { value } = pair.key as Scalar<string | number | bigint | boolean | null>;
  return value === null ? '' : String(value);
}

interface Placer {
  readonly doc: Document.Parsed;
  readonly at: At;
  readonly index: Index;
}

/** Where a path leads: the node and the key before it. */
interface Spot {
  readonly key: Node | null;
  readonly node: unknown;
}

/** The pairs of a mapping by key, the last of two alike, as the plain object has it; made once per mapping. */
function pairOf(map: YAMLMap, key: string, index: Index): Pair | undefined {
  const known = index.get(map);
  const pairs = known ?? new Map(map.items.map((pair) => [keyOf(pair), pair]));
  if (known === undefined) index.set(map, pairs);
  return pairs.get(key);
}

type Index = WeakMap<YAMLMap, ReadonlyMap<string | null, Pair>>;

function follow({ doc, index }: Placer, path: Path): Spot | null {
  let spot: Spot = { key: null, node: doc.contents };
  for (const part of path) {
    const node = isAlias(spot.node) ? spot.node.resolve(doc) : spot.node;
    if (isMap(node)) {
      const pair = pairOf(node, String(part), index);
      if (!pair) return null;
      spot = { key: pair.key as Node | null, node: pair.value };
    } else if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
      spot = { key: null, node: node.items[part] };
    } else return null;
  }
  return spot;
}

/** The offset that a reader should look at; the nearest thing around where the path leads nowhere. */
function place(placer: Placer, problem: Problem): Finding {
  const { at } = placer;
  const spot = problem.at === 'parent' ? null : follow(placer, problem.path);
  if (spot !== null) {
    const empty = isScalar(spot.node) && spot.node.value === null;
    const note = empty && spot.node.comment ? '; an unquoted # begins a comment in YAML, so put the value in quotes' : '';
    const offset = spot.key !== null && (problem.at === 'key' || empty || spot.node === null) ? startOf(spot.key) : startOf(spot.node);
    return at(offset, problem.message + note, problem.path);
  }
  for (let length = problem.path.length - 1; length >= 0; length--) {
    const around = follow(placer, problem.path.slice(0, length));
    if (around !== null) return at(startOf(around.key ?? around.node), problem.message, problem.path);
  }
  return at(0, problem.message, problem.path);
}

/** Says of a text that is no configuration at all what it is; null: worth parsing. */
export function notText(text: string, file: string, mostBytes: number): Finding | null {
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes) return fileFinding(file, tooLong(bytes, mostBytes));
  const found = (offset: number, message: string): Finding => {
    const before = text.slice(0, Math.max(offset, 0)).split('\n');
    return fileFinding(file, message, before.length, (before.at(-1) ?? '').length + 1);
  };
  const odd = text.search(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFD-\uFFFF]/);
  if (odd >= 0 || !text.isWellFormed()) return found(odd, 'this is not UTF-8 text: a character stands here that no text has; save the file as UTF-8');
  // What editors show as the next line would belong to this one, and be lost behind a comment.
  const alone = text.search(/\r(?!\n)/);
  return alone < 0 ? null : found(alone, 'the line ends here as on an old Mac (CR alone), which is not read as a line end; save the file with the line ends of Unix or Windows');
}
