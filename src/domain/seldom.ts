/** What is said of something that happens more often than anybody reads. */
export interface Said {
  /** How often it happened since the last time that was said, and was not. */
  readonly unsaid: number;
}

/**
 * Decides of each happening whether it is said: the first `most` within `span` milliseconds are, null is the answer to every
 * other. `now`: epoch milliseconds.
 */
export function seldom(most: number, span: number): (now: number) => Said | null {
  let [from, said, unsaid] = [-Infinity, 0, 0];
  return (now) => {
    if (now - from >= span || now < from) [from, said] = [now, 0];
    if (said >= most) {
      unsaid++;
      return null;
    }
    said++;
    const before = unsaid;
    unsaid = 0;
    return { unsaid: before };
  };
}
