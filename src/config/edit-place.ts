import { isAlias, isMap, isScalar, parseDocument } from 'yaml';
import type { Document, Pair, Scalar, YAMLMap } from 'yaml';
import { parsePlatform, type PlatformId } from '../domain/platform.ts';
import { quote } from './finding.ts';
import { MOST_BYTES } from './load.ts';
import type { Splice } from './splice-list.ts';
import { notText, readYaml } from './yaml.ts';

/** What edits of a configuration's text have in common: reading it, finding the platform, and when to leave it alone. */

/** What became of the text. `same`: it stands so already. `refused`: `reason` is a sentence. */
export type TextEdit =
  | { readonly kind: 'edited'; readonly text: string }
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly reason: string };

export const BOM = '\uFEFF';

export const refuse = (reason: string): TextEdit => ({ kind: 'refused', reason });
export const failed = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

/** What a text says, or why it is to be left alone. */
export type Read = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/** The text as plain values; a mistake anywhere in it is a reason to leave it alone. */
export function read(text: string): Read {
  const odd = notText(text, '', MOST_BYTES);
  if (odd !== null) return failed(`${odd.message}.`);
  const reading = readYaml(text, '');
  const mistake = reading.errors[0];
  if (mistake !== undefined) return failed(`line ${mistake.line} has to be mended first: ${mistake.message}.`);
  return reading.ok ? { ok: true, value: reading.yaml.value } : failed('it cannot be read.');
}

/** A platform's own section. */
export interface Section {
  /** The platform as the file spells it. */
  readonly name: string;
  readonly section: YAMLMap;
  readonly doc: Document;
}

/** What was looked for, or why it cannot be edited: a sentence. */
export type Found<T> = { readonly ok: true; readonly place: T } | { readonly ok: false; readonly reason: string };

/** The platform's section, where no other place of the file has a part in it. */
export function sectionOf(text: string, platform: PlatformId): Found<Section> {
  const doc = parseDocument(text, { schema: 'core', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const platforms = pairIn(doc.contents, (key) => key === 'platforms')?.value;
  if (isAlias(platforms) || (isMap(platforms) && merges(platforms))) return failed('`platforms` is put together from other places of the file (an alias or a merge key); change it by hand.');
  const [pair, second] = isMap(platforms) ? platforms.items.filter((p) => parsePlatform(keyOf(p) ?? '') === platform) : [];
  if (second) return failed(`${platform} stands there twice, as ${quote(keyOf(pair as Pair) ?? '')} and ${quote(keyOf(second) ?? '')}; put them together first.`);
  const section = pair?.value;
  if (!pair || section === undefined) return failed(`it has no platform ${platform}.`);
  const name = keyOf(pair) ?? platform;
  const shared = sharing(section, name);
  if (shared !== null) return failed(shared);
  return isMap(section) ? { ok: true, place: { name, section, doc } } : failed(`what stands under ${name} is no platform.`);
}

/** A pair's key as text; null: it is something else than a word. */
export const keyOf = (pair: Pair): string | null => isScalar(pair.key) ? String((pair.key as Scalar<string | number | null>).value) : null;

/** The pair of a mapping under a key; undefined: there is none. */
export function pairIn(node: unknown, is: (key: string) => boolean): Pair | undefined {
  return isMap(node) ? node.items.find((pair) => { const key = keyOf(pair); return key !== null && is(key); }) : undefined;
}

const merges = (map: YAMLMap): boolean => map.items.some((pair) => keyOf(pair) === '<<');

/** Why a platform cannot be edited by itself: other places of the file have a part in it; null: it stands alone. */
function sharing(section: unknown, name: string): string | null {
  if (isAlias(section)) return `${name} repeats another place of the file (*${section.source}); write it out, or change it by hand.`;
  if (!isMap(section)) return null;
  if (section.anchor !== undefined) return `${name} is named &${section.anchor}, and other places of the file may repeat it; change it by hand.`;
  return merges(section) ? `${name} is put together with a merge key (<<); change it by hand.` : null;
}

/** The text with pieces of it replaced; they do not overlap. */
export function spliced(text: string, splices: readonly Splice[]): string {
  const inOrder = splices.toSorted((a, b) => b.from - a.from);
  return inOrder.reduce((edited, { from, to, by }) => edited.slice(0, from) + by + edited.slice(to), text);
}
