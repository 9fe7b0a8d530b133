const MAX_COMPARED = 2000;
const MAX_LENGTH = 120;
/** Words whose letter pairs agree less than this are not two spellings of one. */
const ALIKE = 0.4;
/** So many words may have been added or taken away. */
const MAX_ADDED = 2;

/**
 * The candidate that the name may have become: the same words but for a few added or taken away, or for some that are
 * spelled alike (`s390` and `s390x`, `1.29` and `1.30`). Null where there is none.
 */
export function mostSimilar(name: string, candidates: Iterable<string>): string | null {
  const words = wordsOf(name);
  let best: string | null = null;
  // The change is smaller than the name itself.
  let least = lettersOf(words);
  let compared = 0;
  for (const candidate of candidates) {
    if (compared++ >= MAX_COMPARED) break;
    const others = wordsOf(candidate);
    if (Math.abs(lettersOf(words) - lettersOf(others)) >= least) continue;
    const gone = without(words, others);
    const come = without(others, words);
    const size = lettersOf(gone) + lettersOf(come);
    if (size < least && isSmallChange(gone, come)) [best, least] = [candidate, size];
  }
  return best;
}

const lettersOf = (words: readonly string[]): number => words.reduce((sum, w) => sum + w.length, 0);

const wordsOf = (name: string): string[] => name.slice(0, MAX_LENGTH).toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((w) => w !== '');

/** The words of `all` that are left when each of `some` took one away. */
function without(all: readonly string[], some: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const word of some) left.set(word, (left.get(word) ?? 0) + 1);
  return all.filter((word) => {
    const more = left.get(word) ?? 0;
    if (more > 0) left.set(word, more - 1);
    return more === 0;
  });
}

const isSmallChange = (gone: readonly string[], come: readonly string[]): boolean =>
  gone.length === 0 || come.length === 0
    ? gone.length + come.length <= MAX_ADDED
    : likeness(gone.join(' '), come.join(' ')) >= ALIKE;

/** Shared letter pairs (Dice), any digit being as good as another. */
function likeness(a: string, b: string): number {
  const [one, two] = [a.replace(/\d/g, '0'), b.replace(/\d/g, '0')];
  if (one === two) return 1;
  const rest = pairsOf(two);
  const all = pairsOf(one);
  const total = all.length + rest.length;
  const shared = total - without(all, rest).length - without(rest, all).length;
  return total === 0 ? 0 : shared / total;
}

const pairsOf = (text: string): string[] => Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2));
