import { isAlias, isMap, isNode, isScalar, isSeq, parseAllDocuments, visit } from 'yaml';
import type { Document, Node, Pair, ParsedNode, Scalar, YAMLMap } from 'yaml';
import { withoutStacks } from '../domain/stacks.ts';
import { didYouMean } from '../domain/suggest.ts';
import { failed, lineOf, sentence, shown } from './listing.ts';
import { pathOf, readPath, type PathPart } from './path.ts';

/** A YAML text as its documents; a mistake anywhere in it is a reason to leave it alone. */
export type YamlFile = { readonly ok: true; readonly documents: readonly Document.Parsed[] } | { readonly ok: false; readonly reason: string };

export function readYaml(text: string): YamlFile {
  // The library compares each key of a mapping with each.
  const documents = withoutStacks(() => parseAllDocuments(text, { schema: 'core', merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'silent', keepSourceTokens: true, strict: true }));
  if (!Array.isArray(documents)) return failed('it is empty.');
  for (const document of documents) {
    const [error] = document.errors;
    if (error) return failed(`line ${lineOf(text, error.pos[0])} has to be mended first: ${error.message.split('\n', 1)[0]?.replace(/[.:]$/, '')}.`);
    const twice = keyTwice(document);
    if (twice !== null) return failed(`line ${lineOf(text, twice)} has to be mended first: Map keys must be unique.`);
  }
  return { ok: true, documents };
}

/** Where a key stands for the second time in its mapping; null: each stands once. */
function keyTwice(document: Document.Parsed): number | null {
  let at: number | null = null;
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) at = key.range?.[0] ?? 0;
        if (at !== null) return visit.BREAK;
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return at;
}

/** A place in a YAML text. `parents`: the nodes on the way to it, outermost first. `key`: the key that it stands under. */
export interface YamlPlace {
  readonly document: Document.Parsed;
  readonly node: ParsedNode;
  readonly key: Scalar | null;
  readonly parents: readonly ParsedNode[];
  readonly path: readonly PathPart[];
}

export type FoundYaml = { readonly ok: true; readonly place: YamlPlace } | { readonly ok: false; readonly reason: string };

/** The one place that a path leads to, where no other place of the file has a part in it. */
export function findInYaml(text: string, documents: readonly Document.Parsed[], at: string): FoundYaml {
  const path = readPath(at);
  if (path === null) return failed(`${shown(at)} is no path of keys, such as \`jobs.build.strategy.matrix.arch\` or \`builds[0].goarch\`.`);
  const found = documents.map((document) => walk(text, document, path));
  const places = found.filter((f) => f.ok);
  if (places.length > 1) return failed(`${shown(at)} stands in ${places.length} of the file's documents (parted by \`---\`); change it by hand.`);
  return places[0] ?? found.toSorted((a, b) => (b.ok ? 0 : b.depth) - (a.ok ? 0 : a.depth))[0] ?? failed('it is empty.');
}

type Walked = { readonly ok: true; readonly place: YamlPlace } | { readonly ok: false; readonly reason: string; readonly depth: number };

function walk(text: string, document: Document.Parsed, path: readonly PathPart[]): Walked {
  const parents: ParsedNode[] = [];
  let node: unknown = document.contents;
  let key: Scalar | null = null;
  for (const [depth, part] of path.entries()) {
    const stopped = (reason: string): Walked => ({ ok: false, reason, depth });
    const way = pathOf(path.slice(0, depth));
    const shared = sharing(document, node, depth === 0 ? 'the file' : shown(way));
    if (shared !== null) return stopped(shared);
    const next = step(node, part);
    if ('missing' in next) return stopped(`${depth === 0 ? 'it' : shown(way)} ${next.missing}`);
    parents.push(node as ParsedNode);
    ({ node, key } = next);
  }
  const shared = sharing(document, node, shown(pathOf(path)));
  if (shared !== null) return { ok: false, reason: shared, depth: path.length };
  if (!isNode(node) || !('range' in node) || !node.range) return { ok: false, reason: `nothing stands under ${shown(pathOf(path))}.`, depth: path.length };
  return { ok: true, place: { document, node: node as ParsedNode, key, parents, path } };
}

type Step = { readonly node: unknown; readonly key: Scalar | null } | { readonly missing: string };

function step(node: unknown, part: PathPart): Step {
  if (part.kind === 'key') {
    if (!isMap(node)) return { missing: `is no mapping, so it has no ${shown(part.key)}.` };
    const pair = pairIn(node, part.key);
    if (pair) return { node: pair.value, key: pair.key as Scalar };
    if (pairIn(node, '<<')) return { missing: `has no ${shown(part.key)} of its own; it may come with a merge key (<<), which other places share.` };
    return { missing: sentence(`has no ${shown(part.key)}${didYouMean(part.key, node.items.flatMap((p) => keyOf(p) ?? []))}`) };
  }
  if (!isSeq(node)) return { missing: 'is no list.' };
  if (part.kind === 'index') return part.index < node.items.length ? { node: node.items[part.index], key: null } : { missing: `has ${node.items.length} entries, counted from [0]; there is no [${part.index}].` };
  const fitting = node.items.filter((item) => isMap(item) && textOf(pairIn(item, part.key)?.value) === part.value);
  if (fitting.length === 1) return { node: fitting[0], key: null };
  return { missing: `has ${fitting.length === 0 ? 'no entry' : `${fitting.length} entries`} with \`${part.key}: ${part.value}\`.` };
}

export const keyOf = (pair: Pair): string | null => isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : null;

export const pairIn = (map: YAMLMap, key: string): Pair | undefined => map.items.find((pair) => keyOf(pair) === key);

/** A scalar as it is written, without quotes; null: it is none. */
export const textOf = (node: unknown): string | null => isScalar(node) ? String(typeof node.value === 'string' ? node.value : node.source ?? node.value) : null;

/** Why a node cannot be edited by itself; null: no other place of the file has a part in it. */
function sharing(document: Document, node: unknown, name: string): string | null {
  if (isAlias(node)) return `${name} repeats another place of the file (*${node.source}); write it out, or change it by hand.`;
  if (!isNode(node) || isAlias(node)) return null;
  const { anchor } = node as { anchor?: string };
  if (anchor === undefined) return null;
  let repeated = false;
  visit(document, { Alias: (_, alias) => { repeated ||= alias.source === anchor; } });
  return repeated ? `${name} is named &${anchor}, and other places of the file repeat it; change it by hand.` : null;
}

/** Names in a node (`&name`) that places outside of it repeat: without it they would mean nothing, or something else. */
export function repeatedOutside(document: Document, node: Node): string[] {
  const names = new Set<string>();
  const inside = new Set<unknown>();
  visit(node, (_, part) => {
    inside.add(part);
    if (isNode(part) && !isAlias(part) && (part as { anchor?: string }).anchor !== undefined) names.add((part as { anchor: string }).anchor);
  });
  const repeated = new Set<string>();
  if (names.size > 0) visit(document, { Alias: (_, alias) => { if (names.has(alias.source) && !inside.has(alias)) repeated.add(alias.source); } });
  return [...repeated];
}

/** A node that has to be left out of, or told apart in, what a file means. */
export interface Hole {
  readonly node: Node;
  /** A list without these entries. */
  readonly without?: ReadonlySet<number>;
  /** In place of a scalar's own text. */
  readonly by?: string;
}

/** Everything that a YAML text says, comments and layout aside: equal texts for equal meaning, tags, anchors and styles included. */
export function meaningOf(documents: readonly Document.Parsed[], hole: Hole): string {
  const told = (node: unknown): unknown => {
    if (node === hole.node && hole.by !== undefined) return ['hole', hole.by];
    if (isAlias(node)) return ['alias', node.source];
    if (!isNode(node)) return null;
    const { anchor, tag } = node as { anchor?: string; tag?: string };
    const named = [anchor ?? null, tag ?? null];
    if (isMap(node)) return ['map', ...named, node.flow ?? false, node.items.map((pair) => [told(pair.key), told(pair.value)])];
    if (isSeq(node)) return ['seq', ...named, node.flow ?? false, node.items.filter((_, i) => node !== hole.node || !hole.without?.has(i)).map(told)];
    return isScalar(node) ? ['scalar', ...named, node.type ?? null, node.source ?? String(node.value)] : null;
  };
  return JSON.stringify(documents.map((document) => [document.directives.yaml, document.directives.tags, told(document.contents)]));
}
