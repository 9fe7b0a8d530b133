import { osNamed, parsePlatform, type PlatformId } from '../domain/platform.ts';
import type { SwitchFormat, SwitchPlace } from '../domain/build-switch.ts';
import { commaList } from './comma-list.ts';
import { hclList } from './hcl-list.ts';
import { jsonList } from './json-list.ts';
import { lines } from './lines.ts';
import { failed, isWhollyRead, standsFor, type Format, type Listing, type Located } from './listing.ts';
import { markersOf } from './marker.ts';
import { shellArray } from './shell-array.ts';
import { tomlList } from './toml-list.ts';
import { yamlList } from './yaml-list.ts';

const FORMATS: { readonly [K in SwitchFormat]: Format } = {
  'shell-array': shellArray, 'yaml-list': yamlList, 'comma-list': commaList, 'hcl-list': hclList, 'toml-list': tomlList, 'json-list': jsonList, lines,
};

/** Larger files are no build files, and parsing them would hold everything else up. */
const MOST = 256 * 1024;

export type One = { readonly ok: true; readonly listing: Listing } | { readonly ok: false; readonly reason: string };

/** Finds a switch's list in a text; of several, the one that names the platform, or the marker of its absence. */
export function formatOf(place: SwitchPlace, platform: PlatformId | null): (text: string) => One {
  return (text) => {
    const found = find(text, place);
    if (!found.ok) return found;
    const listings = found.listings.map((listing) => inSystem(listing, place.at ?? ''));
    const [first, ...more] = listings as [Listing, ...Listing[]];
    if (more.length === 0) return { ok: true, listing: first };
    const named = platform === null ? [] : listings.filter((l) => l.entries.some((e) => standsFor(e, platform)));
    const marked = platform === null ? [] : listings.filter((l) => markersOf(l).some((m) => m.platform === platform));
    const telling = listings.filter((l) => l.entries.some((e) => e.builds.length > 0));
    const [one, second] = [named, marked, telling].find((some) => some.length > 0) ?? listings;
    if (one === undefined || second) return failed(found.several);
    return { ok: true, listing: listings.every((l) => l === one || isWhollyRead(l)) ? one : { ...one, elsewhere: true } };
  };
}

/** A bare architecture means Linux, unless the list's own name says otherwise: `ALL_ARCH.windows`, `cibuildwheel.macos.archs`. */
function inSystem(listing: Listing, at: string): Listing {
  const named = new Set([...at.matchAll(/(?<![a-z])(?:linux|windows|macos|darwin|freebsd)(?![a-z])/gi)].map(([word]) => osNamed(word)));
  const [system] = named;
  if (named.size !== 1 || system === null || system === undefined || system === 'linux') return listing;
  const moved = (word: string, builds: readonly PlatformId[]): readonly PlatformId[] => /\/|linux|gnu|musl/i.test(word) ? builds
    : builds.flatMap((built) => built.startsWith('linux/') ? parsePlatform(`${system}${built.slice('linux'.length)}`) ?? [] : built);
  return { ...listing, entries: listing.entries.map((e) => ({ ...e, builds: moved(e.spelling, e.builds) })), read: (word) => moved(word, listing.read(word)) };
}

/** What holds for every format is checked first. */
function find(text: string, { format, at, file }: SwitchPlace): Located {
  if (text.length > MOST) return failed(`it is larger than ${MOST / 1024} KiB; change it by hand.`);
  if (text.includes('\0')) return failed('it is no text.');
  if (/\r(?!\n)/.test(text)) return failed('it has line ends of an old Mac (CR alone) among its lines; convert them first.');
  if (format === 'lines') return FORMATS.lines(text, '', file);
  if (at === null || at.trim() === '') return failed(`a ${format} needs \`at\`: the place of the list in the file.`);
  try {
    return FORMATS[format](text, at.trim(), file);
  } catch (error) {
    // Parsers call themselves for each level; a build file has ten, not ten thousand.
    if (error instanceof RangeError) return failed('its lists and mappings stand too deep in each other to be read.');
    throw error;
  }
}
