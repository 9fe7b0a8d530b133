import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node, ParsedNode, YAMLSeq } from 'yaml';
import type { PlatformId } from '../domain/platform.ts';
import { failed, lineOf, lineStart, located, pastComments, shown, type Entry, type Format, type Listing, type Located } from './listing.ts';
import { pathOf } from './path.ts';
import { heldByInclude, isManifest, reader, readMapping } from './product.ts';
import { findInYaml, meaningOf, readYaml, repeatedOutside, textOf, type YamlPlace } from './yaml-file.ts';

/** Written by a template or worked out when it runs: `${{ … }}`, `{{ … }}`, `$(…)`, `${…}`. */
export const OPEN = /\$\{|\{\{|\$\(|`|\$[A-Za-z_]/;

/** A list at a path of a YAML file: `jobs.build.strategy.matrix.arch`, `defaultPlatforms`, `builds[0].goarch`. */
export const yamlList: Format = (text, at) => listAt(text, at, '#');

/** The same for JSON, which is YAML without comments. */
export function listAt(text: string, at: string, leader: '#' | null): Located {
  const file = readYaml(text);
  if (!file.ok) return file;
  const found = findInYaml(text, file.documents, at);
  if (!found.ok) return found;
  const { place } = found;
  const strange = noList(place.node, pathOf(place.path));
  if (strange !== null) return failed(strange);
  return located(listingOf(text, place, place.node as YAMLSeq.Parsed, file.documents, leader));
}

/** Why what stands there is no list to edit; null: it is one. */
function noList(node: ParsedNode, path: string): string | null {
  if (isSeq(node)) return null;
  const said = isScalar(node) ? textOf(node) ?? '' : null;
  if (said === null) return `${shown(path)} is a mapping and no list.`;
  if (/\bfromJSON\b|\bfromJson\b/.test(said)) return `${shown(path)} is worked out as the workflow runs (${shown(said)}); where that list is written it can be switched, not here.`;
  if (OPEN.test(said)) return `${shown(path)} is put in from elsewhere (${shown(said)}); switch it where it is written.`;
  return said.includes(',') ? `${shown(path)} is one text and no list; its format is comma-list.` : `${shown(path)} is ${said === '' ? 'empty' : shown(said)} and no list.`;
}

function listingOf(text: string, place: YamlPlace, list: YAMLSeq.Parsed, documents: Parameters<typeof meaningOf>[0], leader: '#' | null): Listing {
  const flow = list.flow === true;
  const read = reader(place);
  const starts = startsOf(list);
  const entries = list.items.map((item, i): Entry => ({ ...span(text, starts[i] ?? [], item), ...told(item, read, place) }));
  const holds = heldByInclude(place, text);
  const last = entries.at(-1);
  const key = place.key as ParsedNode | null;
  return {
    text, name: shown(pathOf(place.path)), entries,
    from: flow ? list.range[0] + 1 : key?.range[1] ?? list.range[0],
    to: flow ? list.range[1] - 1 : pastComments(text, last?.end ?? list.range[1]),
    leader: '#', among: leader !== null,
    head: leader === null ? null : lineStart(text, key?.range[0] ?? list.range[0]),
    separator: flow ? ',' : '\n', mayBeEmpty: false, read, 
    holds: (index) => {
      const [item, entry] = [list.items[index], entries[index]];
      if (item === undefined || entry === undefined) return null;
      const [name] = repeatedOutside(place.document, item);
      return name === undefined ? holds(entry) : `${shown(entry.spelling)} on line ${lineOf(text, entry.start)} holds &${name}, and other places of the file repeat it; change it by hand.`;
    },
    meaning: (without) => meaningOf(documents, { node: list, without }),
  };
}

/** What an item says and builds. */
function told(item: Node, read: (word: string) => readonly PlatformId[], place: YamlPlace): Pick<Entry, 'spelling' | 'builds' | 'open'> {
  if (isAlias(item)) {
    // Taking an alias out changes this list alone; what it repeats stays where it is.
    const repeated = item.resolve(place.document);
    const known = repeated === undefined ? null : told(repeated, read, place);
    return known !== null && known.builds.length > 0 ? known : { spelling: `alias *${item.source}`, builds: [], open: true };
  }
  if (isMap(item)) {
    const { spelling, builds } = readMapping(item, place.document);
    return { spelling, builds, open: false };
  }
  const spelling = textOf(item) ?? 'a list';
  // An image's tag is a template always; its end is written out.
  return !isScalar(item) || (OPEN.test(spelling) && !isManifest(place)) ? { spelling, builds: [], open: true } : { spelling, builds: read(spelling), open: false };
}

type Token = { readonly type: string; readonly offset: number };

/** What stands before each item's own value: its dash, its properties. */
function startsOf({ srcToken: source }: YAMLSeq.Parsed): readonly (readonly Token[])[] {
  const starts = (source?.items ?? []).map((i): readonly Token[] => i.start as readonly Token[]);
  return source?.type === 'block-seq' ? starts.filter((tokens) => tokens.some((t) => t.type === 'seq-item-ind')) : starts;
}

/** Where an item stands: in a block with its dash and without what comes behind it, in brackets with its properties. */
function span(text: string, tokens: readonly Token[], item: ParsedNode): Pick<Entry, 'start' | 'end'> {
  const begin = tokens.find((t) => ['seq-item-ind', 'anchor', 'tag'].includes(t.type))?.offset ?? item.range[0];
  const end = endOf(item);
  return { start: begin, end: begin + text.slice(begin, Math.max(end, begin + 1)).trimEnd().length };
}

/** The end of the last thing that a node says: its own end may lie behind comments. */
function endOf(node: ParsedNode): number {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last = node.items.at(-1);
    const inner = isMap(node) ? (last as { key: ParsedNode; value: ParsedNode | null } | undefined) : undefined;
    const deepest = isMap(node) ? inner?.value ?? inner?.key : last as ParsedNode | undefined;
    if (deepest?.range) return Math.max(endOf(deepest), isMap(node) ? inner?.key.range[1] ?? 0 : 0);
  }
  return node.range[1];
}
