/** How much of its lists a body shows. */
export interface Limits {
  /** Rows of the table. */
  readonly jobs: number;
  /** Failing tests named per job. */
  readonly tests: number;
  /** Messages shown per job. */
  readonly messages: number;
}

/** GitHub refuses bodies over 65,536 characters; a little is left for what it may add. */
export const LONGEST_BODY = 65_000;

/** From all that a reader may want to the least that still says what broke: messages go first, then tests, then jobs. */
export const LADDER: readonly Limits[] = [
  { jobs: 200, tests: 100, messages: 10 },
  { jobs: 200, tests: 100, messages: 3 },
  { jobs: 200, tests: 100, messages: 1 },
  { jobs: 200, tests: 100, messages: 0 },
  { jobs: 200, tests: 25, messages: 0 },
  { jobs: 200, tests: 5, messages: 0 },
  { jobs: 200, tests: 0, messages: 0 },
  { jobs: 100, tests: 0, messages: 0 },
  { jobs: 50, tests: 0, messages: 0 },
  { jobs: 20, tests: 0, messages: 0 },
  { jobs: 5, tests: 0, messages: 0 },
  { jobs: 0, tests: 0, messages: 0 },
];

/** The fullest text that has at most `room` characters; null where not even the shortest does. Counted as UTF-16 units, which are never fewer than GitHub's characters. */
export function fitted(room: number, write: (limits: Limits) => string): string | null {
  for (const limits of LADDER) {
    const text = write(limits);
    if (text.length <= room) return text;
  }
  return null;
}
