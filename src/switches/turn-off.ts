import type { Cut, SwitchMark, SwitchPlace } from '../domain/build-switch.ts';
import { goPort } from '../domain/go-ports.ts';
import { parsePlatform, type PlatformId } from '../domain/platform.ts';
import { commentedOut } from './comment-out.ts';
import { formatOf, type One } from './formats.ts';
import { eolAt, indentAt, isPart, isWhollyRead, lineEnd, lineOf, linesOf, lineStart, nextLine, NONE, shown, standsFor, type Entry, type Listing } from './listing.ts';
import { listNamed, marked, markersOf, soundMark } from './marker.ts';
import { refuse, type SwitchEdit } from './outcome.ts';

/** A text without one entry; `cut`: what is gone without a marker in the text. */
interface Way {
  readonly text: string;
  readonly cut: Cut | null;
}

/**
 * Turns a platform off in a build file's text: every entry that stands for it is commented out, or cut out where the line
 * holds more than it, under a comment that names the proposal and the reactivation issue. Every other byte stays; the text
 * is parsed again after each entry to prove that nothing else has changed (policy.md, "Build switches"). Never throws.
 */
export function turnOff(source: string, place: SwitchPlace, platform: PlatformId, mark: SwitchMark): SwitchEdit {
  if (!soundMark(mark)) return refuse('the marker comment needs a proposal without spaces and the address of the reactivation issue.');
  const format = formatOf(place, platform);
  const found = format(source);
  if (!found.ok) return refuse(found.reason);
  const chosen = choose(found.listing, platform);
  if (!Array.isArray(chosen)) return chosen;
  const out = (marks: boolean): SwitchEdit => takenOut(found.listing, chosen, format, (listing, index) => waysTo(listing, index, platform, marks ? mark : null));
  const edit = out(true);
  // What is put back by markers needs nothing that is kept elsewhere: all of them, or none.
  return edit.kind === 'edited' && edit.unmarked.length > 0 && edit.unmarked.length < edit.entries.length ? out(false) : edit;
}

/** A text without these entries, from the last to the first, each in the first way that is proven. */
function takenOut(from: Listing, chosen: readonly number[], format: (text: string) => One, waysOf: (listing: Listing, index: number) => Iterable<Way>): SwitchEdit {
  const entries: string[] = [];
  const unmarked: Cut[] = [];
  let listing = from;
  for (const index of chosen.toReversed()) {
    const entry = listing.entries[index] as Entry;
    const wanted = listing.meaning(new Set([index]));
    let proven: Listing | null = null;
    for (const way of waysOf(listing, index)) {
      const after = format(way.text);
      if (!after.ok || after.listing.meaning(NONE) !== wanted) continue;
      proven = after.listing;
      if (way.cut) unmarked.push(way.cut);
      break;
    }
    if (proven === null) return refuse(`${shown(entry.spelling)} on line ${lineOf(listing.text, entry.start)} is written in a way that cannot be taken out without touching more than this one entry; change it by hand.`, 'on');
    listing = proven;
    entries.unshift(entry.spelling);
  }
  return { kind: 'edited', text: listing.text, entries, unmarked };
}

/** The entries to turn off, in their order, or why there are none. */
function choose(listing: Listing, platform: PlatformId): number[] | SwitchEdit {
  const { entries, name, text } = listing;
  const wild = entries.find((e) => coversAsPattern(e.spelling, platform));
  if (wild) return refuse(`${shown(wild.spelling)} on line ${lineOf(text, wild.start)} stands for many platforms, ${platform} among them; write them out first, so that one can be turned off.`, 'on');
  const chosen = entries.flatMap((e, i) => standsFor(e, platform) ? [i] : []);
  if (chosen.length === 0) return absent(listing, platform);
  for (const index of chosen) {
    const entry = entries[index] as Entry;
    const others = entry.builds.filter((built) => !isPart(built, platform) && !isPart(platform, built));
    if (others.length > 0) return refuse(`${shown(entry.spelling)} on line ${lineOf(text, entry.start)} builds ${listed(others)} as well as ${platform}; turning it off would turn off those too. Exclude this one platform by hand.`, 'on');
    const held = listing.holds?.(index) ?? null;
    if (held !== null) return refuse(held, 'on');
  }
  if (chosen.length === entries.length && !listing.mayBeEmpty) return refuse(`${platform} is the only entry of ${name}, and an empty list may be read as "everything" or as a mistake; turn it off by hand.`, 'on');
  return chosen;
}

/** Off already, by whose mark, or not there at all. */
function absent(listing: Listing, platform: PlatformId): SwitchEdit {
  const marker = markersOf(listing).findLast((m) => m.platform === platform);
  if (marker) return { kind: 'same', by: { proposal: marker.proposal, link: marker.link } };
  if (commentedLines(listing).some(({ builds }) => builds.includes(platform))) return { kind: 'same', by: null };
  const open = listing.entries.find((e) => e.open);
  const lists = listing.entries.filter((e) => !e.open).map((e) => shown(e.spelling));
  const what = [
    lists.length > 0 ? `it lists ${listed(lists)}` : open ? '' : 'it is empty',
    open ? `what ${shown(open.spelling)} on line ${lineOf(listing.text, open.start)} stands for is decided elsewhere` : '',
    listing.elsewhere === true ? 'other places that set it are worked out when they run' : '',
  ].filter((words) => words !== '').join('; ');
  return refuse(`no entry of ${listing.name} reads as ${platform}: ${what}.`, isWhollyRead(listing) ? 'absent' : undefined);
}

/** Entries that somebody has commented out without a marker. */
export function commentedLines(listing: Listing): { readonly line: number; readonly spelling: string; readonly builds: readonly PlatformId[] }[] {
  const { text, from, to, among } = listing;
  if (!among) return [];
  const found = [];
  const lineAt = linesOf(text);
  for (let start = lineStart(text, from); start < to; start = nextLine(text, start)) {
    const word = /^[ \t]*(?:#|\/\/)[#/]*[ \t]*(?:-[ \t]+)?(["']?)([\w./:+-]+)\1,?[ \t]*(?:(?:#|\/\/).*)?$/.exec(text.slice(start, lineEnd(text, start)))?.[2];
    if (word !== undefined) found.push({ line: lineAt(start), spelling: word, builds: listing.read(word) });
  }
  return found;
}

/** Words that stand for more than one platform by themselves. */
function coversAsPattern(spelling: string, platform: PlatformId): boolean {
  const word = spelling.trim().toLowerCase();
  if (word === 'all' || word === 'any' || word === 'all/all') return true;
  if (/^go_(?:\d+_)?first_class$/.test(word)) return goPort(platform) === 'first-class';
  if (!/^[a-z0-9_*/.-]+$/.test(word) || !word.includes('*') || word.length > 64) return false;
  const pattern = new RegExp(`^${word.replaceAll('.', '\\.').replace(/\*+/g, '.*')}$`);
  return pattern.test(platform) || parsePlatform(word.replaceAll('*', platform.split('/')[1] ?? '')) === platform;
}

/** Up to six of them, by commas. */
const listed = (words: readonly string[]): string => words.length <= 6 ? words.join(', ') : `${words.slice(0, 6).join(', ')} and ${words.length - 6} more`;

/** Ways to turn an entry off, the tidiest first; each is to be proven. Without a mark: those that leave none. */
function* waysTo(listing: Listing, index: number, platform: PlatformId, mark: SwitchMark | null): Generator<Way> {
  const { text, leader } = listing;
  const entry = listing.entries[index] as Entry;
  const start = lineStart(text, entry.start);
  const end = lineEnd(text, entry.end);
  const indent = text.slice(start, entry.start);
  if (mark !== null && listing.among && /^[ \t]*$/.test(indent)) {
    const eol = eolAt(text, start);
    const block = text.slice(start, end);
    const marker = marked(leader, mark, platform, { lines: block.split('\n').length });
    yield { text: `${text.slice(0, start)}${indent}${marker}${eol}${commentedOut(block, indent, leader)}${text.slice(end)}`, cut: null };
  }
  for (const [from, to] of pieces(listing, index)) {
    const before = listing.entries[index - 1]?.end ?? listing.from;
    const cut: Cut = { entry: index + 1, offset: from - before, piece: text.slice(from, to) };
    const without = text.slice(0, from) + text.slice(to);
    for (const above of [listing.among && start > listing.from ? start : null, listing.head]) {
      if (mark === null || above === null || above > from) continue;
      const line = `${indentAt(text, above)}${marked(leader, mark, platform, cut, above === listing.head ? listNamed(listing) : null)}${eolAt(text, above)}`;
      yield { text: without.slice(0, above) + line + without.slice(above), cut: null };
    }
    yield { text: without, cut };
  }
}

/** What to cut out for an entry to be gone: its lines, it with what parts it from its neighbour, or it alone. */
function* pieces(listing: Listing, index: number): Generator<readonly [number, number]> {
  const { text, entries } = listing;
  const [previous, entry, next] = [entries[index - 1], entries[index] as Entry, entries[index + 1]];
  const [start, rest] = [lineStart(text, entry.start), nextLine(text, entry.end)];
  const alone = /^[ \t]*$/.test(text.slice(start, entry.start)) && /^[ \t]*,?[ \t]*\\?$/.test(text.slice(entry.end, lineEnd(text, entry.end)));
  if (alone && start >= (previous?.end ?? listing.from) && rest <= (next?.start ?? listing.to) && text[rest - 1] === '\n') yield [start, rest];
  const clean = (gap: string): boolean => /^\s*,?\s*(?:\\\r?\n\s*)?$/.test(gap);
  const behind = next === undefined ? '\n' : text.slice(entry.end, next.start);
  if (next && /^[ \t]*$/.test(text.slice(start, entry.start)) && !behind.includes('\n') && clean(behind)) yield [entry.start, next.start];
  if (previous && clean(text.slice(previous.end, entry.start))) yield [previous.end, entry.end];
  if (next && clean(behind)) yield [entry.start, next.start];
  const comma = /^[ \t]*,/.exec(text.slice(entry.end))?.[0] ?? '';
  yield [entry.start, entry.end + comma.length];
}
