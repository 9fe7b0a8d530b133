import type { Stage } from './stage.ts';

/** One step of the story. It is one file under `steps/` and one line in `index.ts`. */
export interface Step {
  /** A few words: the headline, and its line in the list of what was seen. */
  readonly title: string;
  /** What somebody who is new to all this should know before it happens; a sentence or three. */
  readonly about: string;
  /**
   * Makes it happen and waits, with `stage.sees` and `stage.holds`, until the stand-ins show what has to follow.
   * Throws NotSeen where they do not.
   */
  play(stage: Stage): Promise<void>;
}

/** What a look at the stand-ins found. */
export interface Seen {
  readonly ok: boolean;
  /** What there is, in words or numbers: told where it is not what was expected. */
  readonly found: string;
}

export type Look = () => Seen | Promise<Seen>;

/** The answer of a look. */
export const seen = (ok: boolean, found: string | readonly string[]): Seen =>
  ({ ok, found: typeof found === 'string' ? found : found.length === 0 ? 'nothing' : found.join(' | ') });

/** A step did not come about: what was expected at the stand-ins, and what was there. */
export class NotSeen extends Error {
  override readonly name = 'NotSeen';
  readonly expected: string;
  readonly found: string;
  constructor(expected: string, found: string) {
    super(`expected: ${expected}; found: ${found}`);
    this.expected = expected;
    this.found = found;
  }
}
