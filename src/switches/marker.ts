import type { Cut, SwitchMark } from '../domain/build-switch.ts';
import { lineEnd, lineStart, nextLine, type Listing } from './listing.ts';

/**
 * The comment that a switched-off entry leaves. Either the entry stands commented out in the lines below it, or it was cut
 * out of a line that holds more, and the comment above that line keeps what was cut.
 */
export interface Marker extends SwitchMark {
  readonly platform: string;
  /** Lines commented out below; 0: cut out. */
  readonly lines: number;
  readonly cut: Cut | null;
  /** The list that it was cut out of, where the marker cannot stand right above that; null: the one below. */
  readonly list: string | null;
}

/** `list`: as of `listNamed`. */
export const marked = (leader: string, mark: SwitchMark, platform: string, what: { readonly lines: number } | Cut, list: string | null = null): string =>
  `${leader} archsignal proposal ${mark.proposal}: ${platform} is off${detail(what, list)}, see ${mark.link}`;

function detail(what: { readonly lines: number } | Cut, list: string | null): string {
  if ('lines' in what) return what.lines === 1 ? '' : ` (${what.lines} lines)`;
  return ` (entry ${what.entry}${what.offset === 0 ? '' : `+${what.offset}`}${list === null ? '' : ` of ${JSON.stringify(list)}`}, ${JSON.stringify(what.piece)})`;
}

/** What a marker at the list's head calls it: others may share that head (two flags of one command); null: only this list stands right below. */
export const listNamed = ({ text, head, from, name }: Listing): string | null => head !== null && /[\n,]\s*\S/.test(text.slice(head, from)) ? name.replaceAll('`', '') : null;

const MARKER = /^[ \t]*(?:#|\/\/) archsignal proposal (\S+): (\S+) is off(?: \((?:(\d{1,4}) lines|entry (\d{1,6})(?:\+(\d{1,6}))?(?: of ("(?:[^"\\]|\\.)*"))?, ("(?:[^"\\]|\\.)*"))\))?, see (\S+)[ \t]*$/;

/** The marker on a line; null: it is none. */
export function markerOn(line: string): Marker | null {
  const match = MARKER.exec(line);
  if (!match) return null;
  const [, proposal = '', platform = '', lines, entry, offset, of, quoted, link = ''] = match;
  const piece = quoted === undefined ? null : unquoted(quoted);
  const list = of === undefined ? null : unquoted(of);
  if ((quoted !== undefined && piece === null) || (of !== undefined && list === null)) return null;
  const cut = piece === null ? null : { entry: Number(entry), offset: Number(offset ?? 0), piece };
  return { proposal, platform, link, cut, list, lines: cut === null ? Number(lines ?? 1) : 0 };
}

function unquoted(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** A marker with the start of its line. */
export interface Placed extends Marker {
  readonly start: number;
}

/**
 * The markers that belong to a list, in the order of the text: of entries commented out, those within it; of entries cut
 * out, those whose next line that is no comment is one of the list's, and that name it where other lists share its head.
 */
export function markersOf(listing: Listing): readonly Placed[] {
  const { text, from, to } = listing;
  const own = listNamed(listing);
  const found: Placed[] = [];
  const first = listing.head === null ? from : Math.min(listing.head, lineStart(text, from));
  let above: Placed[] = [];
  for (let start = 0; start < text.length && start <= to; start = nextLine(text, start)) {
    const line = text.slice(start, lineEnd(text, start));
    const marker = markerOn(line);
    if (marker?.cut) above.push({ ...marker, start });
    else if (marker && start >= from && start < to) found.push({ ...marker, start });
    if (marker || /^[ \t]*(?:#|\/\/)/.test(line)) continue;
    if (start >= first) found.push(...above.filter((m) => m.start >= from || m.list === own));
    above = [];
  }
  return found.toSorted((a, b) => a.start - b.start);
}

/** Whether a mark can stand in a comment and be found again: one word each, and an address. */
export const soundMark = ({ proposal, link }: SwitchMark): boolean =>
  /^[^\s\p{C}]{1,100}$/u.test(proposal) && /^https?:\/\/[^\s\p{C}]{1,300}$/u.test(link);
