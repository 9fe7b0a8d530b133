import type { Cut, SwitchMark, SwitchPlace } from '../domain/build-switch.ts';
import type { PlatformId } from '../domain/platform.ts';
import { formatOf } from './formats.ts';
import { linesOf, type Listing } from './listing.ts';
import { markersOf } from './marker.ts';
import type { SwitchEdit } from './outcome.ts';
import { commentedLines, turnOff as turnOffIn } from './turn-off.ts';
import { turnOn as turnOnIn } from './turn-on.ts';

/** An entry of a switch as people are shown it. `mark`: whose decision turned it off, where a marker says so. */
export interface SwitchEntry {
  readonly line: number;
  readonly spelling: string;
  readonly builds: readonly PlatformId[];
  readonly on: boolean;
  readonly mark: SwitchMark | null;
}

export type SwitchEntries = { readonly ok: true; readonly entries: readonly SwitchEntry[] } | { readonly ok: false; readonly reason: string };

const BOM = '\uFEFF';

/**
 * What stands in a switch, on and off, or a sentence why it cannot be read. Lines count from 1. `platform`: of several lists
 * that the place may mean, the one that names it. Never throws.
 */
export function locate(source: string, place: SwitchPlace, platform: PlatformId | null = null): SwitchEntries {
  const found = formatOf(place, platform)(source.startsWith(BOM) ? source.slice(BOM.length) : source);
  return found.ok ? { ok: true, entries: entriesOf(found.listing) } : found;
}

function entriesOf(listing: Listing): SwitchEntry[] {
  const line = linesOf(listing.text);
  const markers = markersOf(listing).map((m) => ({ ...m, line: line(m.start) }));
  const on = listing.entries.map((e): SwitchEntry => ({ line: line(e.start), spelling: e.spelling, builds: e.builds, on: true, mark: null }));
  const markerLines = new Set(markers.flatMap((m) => Array.from({ length: m.lines }, (_, i) => m.line + 1 + i)));
  const marked = markers.map((m): SwitchEntry => ({
    line: m.line, spelling: m.platform, builds: listing.read(m.platform), on: false, mark: { proposal: m.proposal, link: m.link },
  }));
  const byHand = commentedLines(listing).filter((c) => c.builds.length > 0 && !markerLines.has(c.line))
    .map(({ line, spelling, builds }): SwitchEntry => ({ line, spelling, builds, on: false, mark: null }));
  return [...on, ...marked, ...byHand].toSorted((a, b) => a.line - b.line);
}

/** As `turnOff` in turn-off.ts; a byte order mark stays. */
export const turnOff = (source: string, place: SwitchPlace, platform: PlatformId, mark: SwitchMark): SwitchEdit =>
  withBom(source, (text) => turnOffIn(text, place, platform, mark));

/** As `turnOn` in turn-on.ts; a byte order mark stays. */
export const turnOn = (source: string, place: SwitchPlace, platform: PlatformId, mark: SwitchMark, unmarked: readonly Cut[] = []): SwitchEdit =>
  withBom(source, (text) => turnOnIn(text, place, platform, mark, unmarked));

function withBom(source: string, edit: (text: string) => SwitchEdit): SwitchEdit {
  if (!source.startsWith(BOM)) return edit(source);
  const edited = edit(source.slice(BOM.length));
  return edited.kind === 'edited' ? { ...edited, text: BOM + edited.text } : edited;
}
