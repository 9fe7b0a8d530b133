import { parseTOML, type AST } from 'toml-eslint-parser';
import { parsePlatform } from '../domain/platform.ts';
import { failed, lineStart, located, shown, type Entry, type Format } from './listing.ts';
import { pathOf, readPath } from './path.ts';

/** A value of a TOML file, with the offset of the key that it stands under. */
export interface TomlValue {
  readonly value: AST.TOMLContentNode;
  readonly key: number;
}

export type FoundToml = { readonly ok: true; readonly found: TomlValue; readonly program: AST.TOMLProgram } | { readonly ok: false; readonly reason: string };

/** A list at a path of a TOML file: `workspace.metadata.dist.targets`. */
export const tomlList: Format = (text, at) => {
  const place = findInToml(text, at);
  if (!place.ok) return place;
  const { value, key } = place.found;
  if (value.type !== 'TOMLArray') return failed(`${shown(at)} is no list${value.type === 'TOMLValue' && value.kind === 'string' && /[, ]/.test(value.value) ? '; its format is comma-list' : ''}.`);
  const entries = value.elements.map((element): Entry => {
    const spelling = element.type === 'TOMLValue' && element.kind === 'string' ? element.value : text.slice(...element.range);
    return { start: element.range[0], end: element.range[1], spelling, builds: read(spelling), open: element.type !== 'TOMLValue' };
  });
  return located({
    text, name: shown(at), entries, from: value.range[0] + 1, to: value.range[1] - 1, leader: '#', among: true, head: lineStart(text, key),
    separator: ',', mayBeEmpty: false, read, meaning: (without) => tomlMeaning(text, place.program, value, { without }),
  });
};

const read = (word: string) => {
  const platform = parsePlatform(word);
  return platform === null ? [] : [platform];
};

/** The value that a path leads to. */
export function findInToml(text: string, at: string): FoundToml {
  const path = readPath(at);
  if (path === null || path.some((p) => p.kind === 'where')) return failed(`${shown(at)} is no path of keys, such as \`tool.cibuildwheel.archs\`.`);
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text);
  } catch (error) {
    const { lineNumber, message } = error as { lineNumber?: number; message?: string };
    if (lineNumber === undefined) throw error;
    return failed(`line ${lineNumber} has to be mended first: ${message ?? 'it is no TOML'}.`);
  }
  const wanted = JSON.stringify(path.map((p) => p.kind === 'index' ? p.index : p.key));
  const found = [...valuesIn(program)].find(({ path: keys }) => JSON.stringify(keys) === wanted);
  return found ? { ok: true, found, program } : failed(`it has no ${shown(pathOf(path))}.`);
}

interface Valued extends TomlValue {
  readonly path: readonly (string | number)[];
}

/** Every value of the file with its whole path. */
function* valuesIn(program: AST.TOMLProgram): Generator<Valued> {
  for (const part of program.body[0].body) {
    if (part.type === 'TOMLTable') for (const pair of part.body) yield* valuesUnder(pair, part.resolvedKey);
    else yield* valuesUnder(part, []);
  }
}

function* valuesUnder(pair: AST.TOMLKeyValue, above: readonly (string | number)[]): Generator<Valued> {
  const path = [...above, ...pair.key.keys.map((k) => k.type === 'TOMLBare' ? k.name : k.value)];
  yield { path, value: pair.value, key: pair.range[0] };
  if (pair.value.type === 'TOMLInlineTable') for (const inner of pair.value.body) yield* valuesUnder(inner, path);
}

/** Everything that the file says, comments aside; the value in question without some of its entries, or replaced. */
export function tomlMeaning(text: string, program: AST.TOMLProgram, hole: AST.TOMLContentNode, { without, by }: { readonly without?: ReadonlySet<number>; readonly by?: string }): string {
  const told = (node: AST.TOMLContentNode): unknown => {
    if (node === hole && by !== undefined) return ['hole', by];
    if (node.type === 'TOMLArray') return ['list', ...node.elements.filter((_, i) => node !== hole || !without?.has(i)).map(told)];
    if (node.type === 'TOMLInlineTable') return ['table', ...node.body.map((pair) => [text.slice(...pair.key.range), told(pair.value)])];
    return text.slice(...node.range);
  };
  return JSON.stringify(program.body[0].body.map((part) => part.type === 'TOMLTable'
    ? [part.kind, part.resolvedKey, part.body.map((pair) => [text.slice(...pair.key.range), told(pair.value)])]
    : [text.slice(...part.key.range), told(part.value)]));
}
