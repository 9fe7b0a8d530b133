import type { Cut, SwitchMark } from '../domain/build-switch.ts';

/**
 * What became of a text. `same`: it stands so already; `by`: who turned it off, where a marker says so. `refused`: `reason`
 * is a sentence.
 */
export type SwitchEdit =
  | {
    readonly kind: 'edited'; readonly text: string;
    /** The entries that were turned off or on, as the file spells them. */
    readonly entries: readonly string[];
    /** What was cut out without a marker in the text, in the order in which it was: turning it on again needs it. */
    readonly unmarked: readonly Cut[];
  }
  | { readonly kind: 'same'; readonly by: SwitchMark | null }
  | {
    readonly kind: 'refused'; readonly reason: string;
    /** `on`: it is built all the same. `absent`: every entry is read, and none of them, on or off, is it. `theirs`: another decision turned it off. Left out: not known. */
    readonly stands?: 'on' | 'absent' | 'theirs' | undefined;
  };

export const refuse = (reason: string, stands?: 'on' | 'absent' | 'theirs'): SwitchEdit => stands === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, stands };
