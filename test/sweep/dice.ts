/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const MOST_KILLS = 5;

/** Kills of one run at random: two to five of them, anywhere between its beginning and its end, the starts in between included. */
export function randomKills(dice: () => number, points: number): number[] {
  const n = 2 + Math.floor(dice() * (MOST_KILLS - 1));
  return [...new Set(Array.from({ length: n }, () => Math.floor(dice() * points)))].sort((a, b) => a - b);
}
