import { isDeepStrictEqual } from 'node:util';
import { isAlias, isScalar, isSeq } from 'yaml';
import type { Document, Pair, ParsedNode } from 'yaml';
import type { PlatformId } from '../domain/platform.ts';
import { BOM, failed, pairIn, read, refuse, sectionOf, spliced, type Found, type Section, type TextEdit } from './edit-place.ts';
import { quote } from './finding.ts';
import { get, list } from './raw.ts';
import { isHandle } from './scalars.ts';
import { addTo, keyAfter, keyBefore, removeFrom, type List, type Splice } from './splice-list.ts';

/**
 * Adds an owner to a platform of a configuration's text, or removes one, and leaves every other byte as it stands: the
 * text is parsed to find the place, spliced, and parsed again to prove that only this entry has changed (policy.md,
 * "Build switches"). A removed entry takes a comment on its own line with it. Never throws.
 */
export function editOwners(source: string, platform: PlatformId, change: 'add' | 'remove', handle: string): TextEdit {
  if (!isHandle(handle)) return refuse(`${quote(handle)} is neither @login nor @org/team.`);
  const bom = source.startsWith(BOM) ? BOM : '';
  const text = source.slice(bom.length);
  const before = read(text);
  if (!before.ok) return refuse(before.reason);
  const found = locate(text, before.value, platform);
  if (!found.ok) return refuse(found.reason);
  const { place } = found;
  const at = place.owners.flatMap((owner, i) => owner.toLowerCase() === handle.toLowerCase() ? [i] : []);
  if (at.length > 1) return refuse(`${quote(handle)} stands ${at.length} times among the owners of ${place.name}; keep one by hand first.`);
  if ((change === 'add') === (at.length === 1)) return { kind: 'same' };
  const owners = change === 'add' ? [...place.owners, handle] : place.owners.filter((_, i) => i !== at[0]);
  const wanted = withOwners(before.value, place.name, owners);
  for (const splices of waysTo(text, place, handle, at[0] ?? null)) {
    const edited = spliced(text, splices);
    const after = read(edited);
    if (after.ok && isDeepStrictEqual(after.value, wanted)) return { kind: 'edited', text: bom + edited };
  }
  return refuse(`the owners of ${place.name} are written in a way that cannot be edited without touching more than this one entry; change it by hand.`);
}

/** Where a platform's owners stand. */
interface Place extends Pick<Section, 'name' | 'section'> {
  /** The pair `owners: …`; null: there is none yet. */
  readonly pair: Pair | null;
  readonly owners: readonly string[];
}

type Located = Found<Place>;

function locate(text: string, value: unknown, platform: PlatformId): Located {
  const found = sectionOf(text, platform);
  if (!found.ok) return found;
  const { name, section, doc } = found.place;
  const owners = pairIn(section, (key) => key === 'owners') ?? null;
  const strange = owners === null ? null : oddList(owners.value, name, doc);
  if (strange !== null) return failed(strange);
  const written = list(get(get(get(value, 'platforms'), name), 'owners'));
  return { ok: true, place: { name, section, pair: owners, owners: written.filter((o) => typeof o === 'string') } };
}

/** Why a list cannot be edited; null: it can. */
function oddList(owners: unknown, name: string, doc: Document): string | null {
  const which = `the owners of ${name}`;
  if (isAlias(owners)) return `${which} repeat another place of the file (*${owners.source}); write them out, or change them by hand.`;
  if (!isSeq(owners)) return `${which} are no list.`;
  if (owners.anchor !== undefined) return `${which} are named &${owners.anchor}, and other places of the file may repeat them; change them by hand.`;
  const alias = owners.items.find(isAlias);
  if (alias !== undefined) return `among ${which}, *${alias.source} repeats another place of the file; write it out, or change it by hand.`;
  const texts = owners.items.every((o) => isScalar(o) && typeof o.value === 'string' && o.anchor === undefined);
  return texts && doc.errors.length === 0 ? null : `among ${which} stands something else than a person or a team in quotes; change it by hand.`;
}

/** The plain values with other owners for the platform. */
function withOwners(value: unknown, name: string, owners: readonly string[]): unknown {
  const copy = structuredClone(value) as { platforms: Record<string, { owners: readonly string[] }> };
  const platform = copy.platforms[name];
  if (platform) platform.owners = owners;
  return copy;
}

/** Edits that may do it, the tidiest first. */
function* waysTo(text: string, { section, pair }: Place, handle: string, at: number | null): Generator<readonly Splice[]> {
  if (pair === null || !isSeq(pair.value)) {
    const line = `owners: ["${handle}"]`;
    for (const other of ['build', 'step']) yield keyAfter(text, section, other, line);
    yield keyBefore(text, section, line);
    return;
  }
  const items: List = {
    text, flow: pair.value.flow === true, start: startOf(pair.value), end: endOf(pair.value), key: endOf(pair.key),
    items: pair.value.items.map((item) => ({ start: startOf(item), end: endOf(item) })),
  };
  const last = pair.value.items.at(-1);
  const mark = isScalar(last) && last.type === 'QUOTE_SINGLE' ? "'" : '"';
  yield* at === null ? addTo(items, `${mark}${handle}${mark}`) : removeFrom(items, at);
}

const startOf = (node: unknown): number => (node as ParsedNode).range[0];
const endOf = (node: unknown): number => (node as ParsedNode).range[1];
