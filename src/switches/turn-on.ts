import type { Cut, SwitchMark, SwitchPlace } from '../domain/build-switch.ts';
import type { PlatformId } from '../domain/platform.ts';
import { uncommented } from './comment-out.ts';
import { formatOf } from './formats.ts';
import { indentAt, isWhollyRead, lineEnd, lineOf, lineStart, nextLine, shown, standsFor, type Entry, type Listing } from './listing.ts';
import { markersOf, soundMark, type Placed } from './marker.ts';
import { refuse, type SwitchEdit } from './outcome.ts';
import { commentedLines } from './turn-off.ts';

/** A text with an entry back, which stands from `from` to `to`. */
interface Way {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Turns a platform on again: the exact reverse of `turnOff` for the same proposal, byte for byte where nothing else has
 * changed since. Entries are found by their markers; `unmarked` holds what was cut out where the file can hold no marker.
 * Proven by parsing: the entry is back and nothing else has changed. Never throws.
 */
export function turnOn(source: string, place: SwitchPlace, platform: PlatformId, mark: SwitchMark, unmarked: readonly Cut[] = []): SwitchEdit {
  if (!soundMark(mark)) return refuse('the marker comment is looked for by a proposal without spaces and the address of the reactivation issue.');
  const format = formatOf(place, platform);
  const found = format(source);
  if (!found.ok) return refuse(found.reason);
  let listing = found.listing;
  if (listing.entries.some((e) => standsFor(e, platform))) return { kind: 'same', by: null };
  const ours = (m: Placed): boolean => m.platform === platform && m.proposal === mark.proposal;
  let edited = false;
  const put = (waysOf: Iterable<Way>, marker: Placed | null): boolean => {
    for (const way of waysOf) {
      const after = format(way.text);
      if (!after.ok || !adds(listing, after.listing, way, platform) || !keepsMarkers(listing, after.listing, marker)) continue;
      listing = after.listing;
      edited = true;
      return true;
    }
    return false;
  };
  for (let marker = next(markersOf(listing).filter(ours)); marker; marker = next(markersOf(listing).filter(ours))) {
    const line = lineOf(listing.text, marker.start);
    if (!put(marker.cut ? backIn(withoutLine(listing, marker), marker.cut) : uncomment(listing, marker), marker)) {
      return refuse(`what the comment of proposal ${mark.proposal} on line ${line} turned off is not as it was left; turn ${platform} on by hand.`);
    }
  }
  const done = (): SwitchEdit => ({ kind: 'edited', text: listing.text, entries: listing.entries.filter((e) => standsFor(e, platform)).map((e) => e.spelling), unmarked: [] });
  if (edited) return done();
  for (const cut of unmarked.toReversed()) {
    if (!put(backIn({ listing, shift: 0, text: listing.text }, cut), null)) return refuse(`${shown(cut.piece)} cannot be put back into ${listing.name} without touching more than it; turn ${platform} on by hand.`);
  }
  return edited ? done() : nothing(listing, platform, mark);
}

/**
 * The marker whose entry goes back next. What was cut out is counted by the entries before it, and turning off goes from
 * the last to the first: the first is the last that was cut. Lines commented out stand in their place whatever else is gone.
 */
function next(markers: readonly Placed[]): Placed | undefined {
  const place = (m: Placed): number => m.cut?.entry ?? 0;
  return markers.toSorted((a, b) => place(a) - place(b) || (a.cut ? b.start - a.start : a.start - b.start))[0];
}

/** Whether what else is off can be found as before: a piece put in front of a marker makes a remark behind an entry of it. */
function keepsMarkers(before: Listing, after: Listing, gone: Placed | null): boolean {
  const told = (listing: Listing, except: number | null): string => JSON.stringify(markersOf(listing).filter((m) => m.start !== except).map(({ start: _, ...m }) => m));
  return told(before, gone?.start ?? null) === told(after, null);
}

function nothing(listing: Listing, platform: PlatformId, mark: SwitchMark): SwitchEdit {
  const other = markersOf(listing).findLast((m) => m.platform === platform);
  if (other) return refuse(`proposal ${other.proposal} turned ${platform} off on line ${lineOf(listing.text, other.start)}, not ${mark.proposal}; its own reverse turns it on.`, 'theirs');
  const byHand = commentedLines(listing).find(({ builds }) => builds.includes(platform));
  if (byHand) return refuse(`${shown(byHand.spelling)} on line ${byHand.line} is commented out without a marker, so somebody did it by hand; turn it on by hand.`);
  return refuse(`no entry of ${listing.name} reads as ${platform}, and no comment of proposal ${mark.proposal} says where it was; add it by hand.`, isWhollyRead(listing) ? 'absent' : undefined);
}

/** Whether a text gained one entry for the platform where it was put, and nothing else changed. */
function adds(before: Listing, after: Listing, way: Way, platform: PlatformId): boolean {
  if (after.entries.length !== before.entries.length + 1) return false;
  const index = after.entries.findIndex((e) => e.start < way.to && e.end > way.from && standsFor(e, platform));
  return index >= 0 && after.meaning(new Set([index])) === before.meaning(new Set());
}

/** Ways to give commented lines back: as they were, or with a comma that the list has come to need. */
function* uncomment({ text, leader, entries }: Listing, marker: Placed): Generator<Way> {
  const from = nextLine(text, marker.start);
  let end = lineEnd(text, from);
  for (let more = 1; more < marker.lines; more++) end = lineEnd(text, nextLine(text, end));
  const block = uncommented(text.slice(from, end), indentAt(text, marker.start), leader);
  if (block === null) return;
  const at = marker.start;
  const way = (head: string, body: string): Way => ({ text: head + body + text.slice(end), from: head.length, to: head.length + body.length });
  yield way(text.slice(0, at), block);
  const previous = entries.findLast((e) => e.end <= at);
  const withComma = block.replace(/^(\s*)((?:"[^"]*"|'[^']*'|[^\s#,/"']|\/(?!\/))+)/, '$1$2,');
  yield way(text.slice(0, at), withComma);
  if (!previous) return;
  const head = `${text.slice(0, previous.end)},${text.slice(previous.end, at)}`;
  yield way(head, block);
  yield way(head, withComma);
}

/** A listing with a line of its text gone: offsets behind it are less by `shift`. */
interface Shifted {
  readonly listing: Listing;
  readonly text: string;
  readonly shift: number;
}

function withoutLine(listing: Listing, { start }: Placed): Shifted & { readonly at: number } {
  const next = nextLine(listing.text, start);
  return { listing, text: listing.text.slice(0, start) + listing.text.slice(next), shift: next - start, at: start };
}

/** Ways to put a piece back: where it was, behind the entry that it stood behind, or at the end in the list's own manner. */
function* backIn({ listing, text, shift, at = 0 }: Shifted & { readonly at?: number }, { entry, offset, piece }: Cut): Generator<Way> {
  const { entries, separator } = listing;
  const moved = (offsetBefore: number): number => offsetBefore > at ? offsetBefore - shift : offsetBefore;
  const way = (where: number, by: string): Way => ({ text: text.slice(0, where) + by + text.slice(where), from: where, to: where + by.length });
  const before = Math.min(entry - 1, entries.length);
  const behind = before === 0 ? moved(listing.from) : moved((entries[before - 1] as Entry).end);
  const until = moved(entries[before]?.start ?? listing.to);
  if (behind + offset <= until) yield way(behind + offset, piece);
  if (offset > 0 && entries[before] !== undefined && !piece.endsWith('\n')) yield way(until, piece);
  if (offset > 0) yield way(behind, piece);
  const word = piece.replace(/^[\s,]+|[\s,]+$/g, '');
  const last = entries.at(-1);
  if (!last) { yield way(moved(listing.from), word); return; }
  const gap = entries.length > 1 ? listing.text.slice((entries.at(-2) as Entry).end, last.start) : '';
  const usual = separator === ',' ? ', ' : separator;
  for (const between of [gap, usual]) if (between !== '' && /^\s*,?\s*$/.test(between)) yield way(moved(last.end), between + word);
  yield way(moved(lineStart(listing.text, last.start)), piece);
}
