/** A longer word (characters) is compared with nothing: nobody misspells it, and its price grows with its square. */
const LONGEST = 256;

/**
 * The candidate that a misspelt word most likely meant, or null where none is near: at most one edit in three letters
 * (a swap of neighbours is one edit), letter case aside.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word.length > LONGEST) return null;
  let best: string | null = null;
  let least = Math.ceil(Math.min(word.length, 60) / 3) + 1;
  const lower = word.toLowerCase();
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > least) continue;
    const edits = distance(lower, candidate.toLowerCase(), least);
    const better = edits < least || (edits === least && best !== null && !best.startsWith(word) && candidate.startsWith(word));
    if (better && edits < candidate.length) [best, least] = [candidate, edits];
  }
  return best;
}

/** `; did you mean "grid"?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === null ? '' : `; did you mean ${JSON.stringify(found)}?`;
}

/**
 * Edits between two words: insert, delete, replace, swap neighbours (optimal string alignment); infinite where it is seen on
 * the way that they are more than `most`.
 */
function distance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  let leastBefore = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      row.push(edits);
      least = Math.min(least, edits);
    }
    // Of two rows, because a swap goes back by two.
    if (least > most && leastBefore > most) return Number.POSITIVE_INFINITY;
    [before, last, leastBefore] = [last, row, least];
  }
  return last[b.length] ?? 0;
}
