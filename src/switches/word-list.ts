import { parsePlatform } from '../domain/platform.ts';
import type { Entry } from './listing.ts';
import { OPEN } from './yaml-list.ts';

/** Entries of a text list: what stands between commas; without any comma, between blanks. Templates are one word each; none is longer, so that what never ends is not looked for up to the file's end. */
const WORD = /(?:\$\{\{[^}]{0,1000}\}\}|\{\{[^}]{0,1000}\}\}|\$\{[^}]{0,1000}\}|\$\([^)]{0,1000}\)|\\(?!\r?\n)|[^\s,\\])+/g;

export interface Words {
  readonly entries: readonly Entry[];
  readonly separator: ',' | ' ';
  /** Empty places between commas; one more than before would be a mistake. */
  readonly empty: number;
}

/** The entries of a list that is one text, from an offset up to another. */
export function wordsIn(text: string, from: number, to: number): Words {
  const part = text.slice(from, to);
  const entries = [...part.matchAll(WORD)].map((match): Entry => {
    const open = OPEN.test(match[0]);
    return { start: from + match.index, end: from + match.index + match[0].length, spelling: match[0], builds: open ? [] : readWord(match[0]), open };
  });
  const separator = part.includes(',') ? ',' : ' ';
  return { entries, separator, empty: separator === ',' ? part.replace(WORD, 'w').split(',').filter((place) => place.trim() === '').length : 0 };
}

export const readWord = (word: string) => {
  const platform = parsePlatform(word);
  return platform === null ? [] : [platform];
};

/** The list as it is without some of its entries. */
export const said = ({ entries, empty }: Words, without: ReadonlySet<number>): string =>
  JSON.stringify([empty, entries.filter((_, i) => !without.has(i)).map((e) => e.spelling)]);
