import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isSeq, parseDocument } from 'yaml';
import type { Node, Pair, ParsedNode, YAMLMap } from 'yaml';
import { parsePlatform, type PlatformId } from '../domain/platform.ts';
import { BOM, failed, keyOf, pairIn, read, refuse, spliced, type Found, type TextEdit } from './edit-place.ts';
import { quote } from './finding.ts';
import { get } from './raw.ts';
import { isHandle } from './scalars.ts';
import { eolOf, lead, lineEnd, nextLine, rest, type Splice } from './splice-list.ts';

/** What a platform that is new says of itself: not built, and without jobs so far. */
interface Entry {
  readonly step: number;
  readonly owners: readonly string[];
}

/**
 * Adds a platform to a configuration's text, not built and without jobs, and leaves every other byte as it stands. It stands
 * where it belongs if the platforms stand in the order of their names, else last; in the indentation, the order of keys and
 * the layout of the platform before it. The text is parsed again to prove that nothing else has changed. Never throws.
 */
export function editPlatform(source: string, platform: PlatformId, entry: Entry): TextEdit {
  const odd = entry.owners.find((o) => !isHandle(o));
  if (odd !== undefined) return refuse(`${quote(odd)} is neither @login nor @org/team.`);
  if (!Number.isSafeInteger(entry.step) || entry.step < 0) return refuse(`${entry.step} is no step.`);
  const bom = source.startsWith(BOM) ? BOM : '';
  const text = source.slice(bom.length);
  const before = read(text);
  if (!before.ok) return refuse(before.reason);
  const found = locate(text);
  if (!found.ok) return refuse(found.reason);
  const { platforms } = found.place;
  const present = platforms.items.map(keyOf).find((name) => parsePlatform(name ?? '') === platform);
  if (present !== undefined) return isDeepStrictEqual(get(get(before.value, 'platforms'), present ?? ''), valueOf(entry)) ? { kind: 'same' } : refuse(`${platform} stands there already, as ${quote(present ?? '')}.`);
  const wanted = { ...before.value as object, platforms: { ...get(before.value, 'platforms') as object, [platform]: valueOf(entry) } };
  for (const splice of waysTo(text, found.place, platform, entry)) {
    const edited = spliced(text, [splice]);
    const after = read(edited);
    if (after.ok && isDeepStrictEqual(after.value, wanted)) return { kind: 'edited', text: bom + edited };
  }
  return refuse('its platforms are written in a way to which none can be added without touching more; add it by hand.');
}

const valueOf = ({ step, owners }: Entry): unknown => ({ step, build: 'off', owners: [...owners], jobs: [] });

interface Place {
  /** The key `platforms`. */
  readonly key: ParsedNode;
  readonly platforms: YAMLMap;
}

function locate(text: string): Found<Place> {
  const doc = parseDocument(text, { schema: 'core', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const pair = pairIn(doc.contents, (key) => key === 'platforms');
  const platforms = pair?.value;
  if (isAlias(platforms) || (isMap(platforms) && (platforms.anchor !== undefined || platforms.items.some((p) => keyOf(p) === '<<')))) {
    return failed('`platforms` is put together with other places of the file (an anchor, an alias or a merge key); add it by hand.');
  }
  if (!pair || !isMap(platforms) || platforms.items.length === 0) return failed('it has no mapping `platforms` with at least one platform, next to which another could be put.');
  return { ok: true, place: { key: pair.key as ParsedNode, platforms } };
}

/** Edits that may do it, the tidiest first. */
function* waysTo(text: string, { key, platforms }: Place, platform: PlatformId, entry: Entry): Generator<Splice> {
  const names = platforms.items.map((p) => keyOf(p) ?? '');
  const sorted = names.length > 1 && names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name);
  const at = sorted ? names.findLastIndex((name) => name < platform) : names.length - 1;
  // Where it would be the first of all it stands right under `platforms:`, above what is said about the next.
  for (const i of new Set([at, names.length - 1])) {
    const neighbour = platforms.items[Math.max(0, i)];
    if (neighbour === undefined) continue;
    if (platforms.flow) {
      if (i >= 0) yield insert(endOf(neighbour), `, ${inBraces(platform, entry, neighbour)}`);
      else yield insert((neighbour.key as ParsedNode).range[0], `${inBraces(platform, entry, neighbour)}, `);
      continue;
    }
    const indent = lead(text, (neighbour.key as ParsedNode).range[0]);
    if (!/^ *$/.test(indent)) continue;
    const eol = eolOf(text);
    const block = written(text, platform, entry, neighbour, indent).join(eol);
    const gap = apart(text, platforms) ? eol : '';
    if (i < 0) yield insert(lineEnd(text, key.range[1]), `${eol}${gap}${block}`);
    else yield insert(afterComments(text, lineEnd(text, Math.max(0, endOf(neighbour) - 1)), indent.length), `${eol}${gap}${block}`);
  }
}

const insert = (at: number, by: string): Splice => ({ from: at, to: at, by });

/** Where the last thing of a pair ends that is no comment. */
function endOf(pair: Pair): number {
  const { value } = pair;
  const node = value as Node | null;
  if (isMap(node) && !node.flow && node.items.length > 0) return endOf(node.items.at(-1) as Pair);
  if (isSeq(node) && !node.flow && node.items.length > 0) {
    const last = node.items.at(-1) as Node;
    return isMap(last) && !last.flow && last.items.length > 0 ? endOf(last.items.at(-1) as Pair) : (last as ParsedNode).range[1];
  }
  return Math.max((pair.key as ParsedNode).range[1], (node as ParsedNode | null)?.range[1] ?? 0);
}

/** Behind the comments that stand below an entry and deeper than it: they belong to it. Blank lines between them go along. */
function afterComments(text: string, end: number, indent: number): number {
  let kept = end;
  for (let line = nextLine(text, end); line < text.length; line = nextLine(text, line)) {
    const words = rest(text, line);
    const comment = /^( *)#/.exec(words);
    if (comment && (comment[1] ?? '').length > indent) kept = lineEnd(text, line);
    else if (!/^[ \t]*$/.test(words)) break;
  }
  return kept;
}

/** Whether blank lines stand between the platforms: between most of them, or, where there is but one, above it. */
function apart(text: string, { items }: YAMLMap): boolean {
  const starts = items.map((p) => (p.key as ParsedNode).range[0]);
  const blank = (from: number, to: number): boolean => /\n[ \t]*\r?\n/.test(text.slice(from, to));
  if (starts.length < 2) return blank(text.lastIndexOf('platforms', starts[0]), starts[0] ?? 0);
  const gaps = items.slice(1).filter((_, i) => blank(endOf(items[i] as Pair) - 1, starts[i + 1] ?? 0)).length;
  return 2 * gaps > items.length - 1;
}

const KEYS = ['step', 'build', 'owners', 'jobs'] as const;

const valuesOf = ({ step, owners }: Entry): Record<(typeof KEYS)[number], string> =>
  ({ step: String(step), build: 'off', owners: `[${owners.map((o) => `"${o}"`).join(', ')}]`, jobs: '[]' });

/** The keys as the neighbour orders them; one that it does not have follows the one that it follows here. */
function inOrder(neighbour: Pair): readonly (typeof KEYS)[number][] {
  const { value } = neighbour;
  const names = isMap(value) ? value.items.map((p) => keyOf(p) ?? '') : [];
  let last = -1;
  const ranks = new Map(KEYS.map((key) => [key, last = names.includes(key) ? names.indexOf(key) : last] as const));
  return KEYS.toSorted((x, y) => (ranks.get(x) ?? 0) - (ranks.get(y) ?? 0));
}

function inBraces(platform: PlatformId, entry: Entry, neighbour: Pair): string {
  const values = valuesOf(entry);
  return `${platform}: { ${inOrder(neighbour).map((key) => `${key}: ${values[key]}`).join(', ')} }`;
}

/** The platform's lines as its neighbour has them: on one, or one for each key in the same indentation. */
function written(text: string, platform: PlatformId, entry: Entry, neighbour: Pair, indent: string): readonly string[] {
  const { value } = neighbour;
  if (!isMap(value) || value.flow || value.items.length === 0) return [`${indent}${inBraces(platform, entry, neighbour)}`];
  const values = valuesOf(entry);
  const deeper = lead(text, (value.items[0]?.key as ParsedNode).range[0]);
  const within = /^ +$/.test(deeper) && deeper.length > indent.length ? deeper : `${indent}  `;
  return [`${indent}${platform}:`, ...inOrder(neighbour).map((key) => `${within}${key}: ${values[key]}`)];
}
