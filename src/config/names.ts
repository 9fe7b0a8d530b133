import { didYouMean } from '../domain/suggest.ts';
import { entries } from './raw.ts';

/** How many misspelt words of one file are compared, and with how many names: whoever has more of either has another mistake. */
const MOST_COMPARED = 50;
const MOST_NAMES = 500;

/** Names that other places of the file refer to; made once for a file, so that its mistakes cost no more than its length. */
export interface Names {
  readonly has: (name: string) => boolean;
  readonly all: readonly string[];
  /** `; did you mean "grid"?`, or nothing. */
  readonly meant: (word: string) => string;
}

/** The names in a list, or the keys of a mapping. */
export function namesOf(from: unknown): Names {
  const all = Array.isArray(from) ? from.filter((name) => typeof name === 'string') : entries(from).map(([name]) => name);
  const known = new Set(all);
  const near = all.slice(0, MOST_NAMES);
  let compared = 0;
  return { has: (name) => known.has(name), all, meant: (word) => ++compared > MOST_COMPARED ? '' : didYouMean(word, near) };
}
