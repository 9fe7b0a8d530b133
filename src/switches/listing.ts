import type { PlatformId } from '../domain/platform.ts';

/** One entry of a list as it stands in the text. */
export interface Entry {
  /** Offsets of the entry with its quotes; of a block item with its dash. */
  readonly start: number;
  readonly end: number;
  /** As the file spells it, without quotes; a mapping by the word that tells its platform. */
  readonly spelling: string;
  /** What it has built; empty: it names no known platform, or is put in from elsewhere. */
  readonly builds: readonly PlatformId[];
  /** An expansion, template or alias: what it stands for is not in this place of the file. */
  readonly open: boolean;
}

/** A list of platforms in a text: located by parsing, with what is needed to edit it by splicing and to prove the edit. */
export interface Listing {
  readonly text: string;
  /** As a sentence names it: `KUBE_SERVER_PLATFORMS` in back-ticks, or `the file`. */
  readonly name: string;
  readonly entries: readonly Entry[];
  /** Where the entries stand: from behind the opening to the closing, or to the next thing that is no comment. */
  readonly from: number;
  readonly to: number;
  /** What begins a comment. */
  readonly leader: '#' | '//';
  /** Whether comment lines may stand among the entries. */
  readonly among: boolean;
  /** Start of the line above which a comment on the list may stand; null: nowhere. */
  readonly head: number | null;
  /** What stands between entries. */
  readonly separator: ',' | ' ' | '\n';
  /** Whether an empty list still means "nothing", and not "everything" or a mistake. */
  readonly mayBeEmpty: boolean;
  /** The same name gets more in another place of the file, of which nobody can tell here what it is. */
  readonly elsewhere?: boolean;
  /** Why an entry cannot go although it names the platform; null: it can. */
  readonly holds?: (index: number) => string | null;
  /** How an entry's word is read in this place. */
  readonly read: (spelling: string) => readonly PlatformId[];
  /** Everything that the text means, comments aside, as it would be without these entries: equal texts mean the same. */
  readonly meaning: (without: ReadonlySet<number>) => string;
}

/**
 * What was looked for, or a sentence why it cannot be edited. `listings`: one, or several of which the one that names the
 * platform is meant (a variable that is set in several places); `several`: the reason where that does not tell.
 */
export type Located =
  | { readonly ok: true; readonly listings: readonly [Listing, ...Listing[]]; readonly several: string }
  | { readonly ok: false; readonly reason: string };

/** One per format: finds the list in a text. Never throws on a text; `file` is its path. */
export type Format = (text: string, at: string, file: string) => Located;

export const failed = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });
/** Places in which one list may be set: each is read against the whole file, and no build file has a dozen. */
export const MOST_PLACES = 50;
export const setTooOften = (at: string, places: number): { readonly ok: false; readonly reason: string } =>
  failed(`${shown(at)} is set in ${places} places, and which of them counts is decided elsewhere; change it by hand.`);
export const located = (listing: Listing): Located => ({ ok: true, listings: [listing], several: '' });

/** An entry stands for a platform, or for all the variants of one named without (`linux/arm`). */
export const standsFor = (entry: Entry, platform: PlatformId): boolean =>
  entry.builds.some((built) => built === platform) || (entry.builds.length > 1 && entry.builds.some((built) => isPart(built, platform)));

export const isPart = (built: PlatformId, platform: PlatformId): boolean => built === platform || built.startsWith(`${platform}/`);

/** What every entry stands for is known: a platform that none of them names is not there. */
export const isWhollyRead = ({ entries, elsewhere }: Listing): boolean => elsewhere !== true && entries.every((e) => !e.open && e.builds.length > 0);

export const NONE: ReadonlySet<number> = new Set();

/** Text in back-ticks on one line, shortened; it goes into Markdown. */
export const shown = (text: string): string => {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').replaceAll('`', '\'').trim();
  return `\`${line.length > 60 ? `${line.slice(0, 57)}…` : line}\``;
};

/** With a full stop, unless it ends in a question ("did you mean …?"). */
export const sentence = (words: string): string => words.endsWith('?') ? words : `${words}.`;

/** Line number from 1. */
export function lineOf(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** Line numbers from 1, for many places of one text. */
export function linesOf(text: string): (at: number) => number {
  const ends: number[] = [];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) ends.push(i);
  return (at) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

export const lineStart = (text: string, at: number): number => at <= 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;

/** Where the line's own text ends: before its line end. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end < 0) return text.length;
  return end > at && text[end - 1] === '\r' ? end - 1 : end;
}

export function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** The line end used at an offset, or the text's first. */
export function eolAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  const known = end < 0 ? text.indexOf('\n') : end;
  return known > 0 && text[known - 1] === '\r' ? '\r\n' : '\n';
}

/** Whitespace that the line at this offset begins with. */
export const indentAt = (text: string, start: number): string => /^[ \t]*/.exec(text.slice(start, lineEnd(text, start)))?.[0] ?? '';

/** Where the comments and blank lines from this offset's next line on are over: start of the next line with something on it. */
export function pastComments(text: string, at: number): number {
  let next = nextLine(text, at);
  while (next < text.length && /^[ \t\r]*(?:#.*)?$/.test(text.slice(next, lineEnd(text, next)))) next = nextLine(text, next);
  return next;
}

/** Start of the line where a statement begins that this offset is in: lines before it that end in `\` belong to it. */
export function statementStart(text: string, at: number): number {
  let start = lineStart(text, at);
  while (start > 0 && /\\\r?$/.test(text.slice(lineStart(text, start - 1), start - 1))) start = lineStart(text, start - 1);
  return start;
}
