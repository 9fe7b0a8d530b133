import type { Spans, Text } from '../domain/text.ts';

/** How one kind of matter is put into words; the compiler names what a new one lacks. */
export interface MatterWords {
  /** The decision asked, without its question mark. `near`: when it was proposed (epoch ms), so that times are as short as they can be. */
  readonly question: (near: number) => string;
  /** The same as a clause: `to mute …`. */
  readonly inShort: (near: number) => string;
  /** Why, by whoever proposed it; null or empty: they did not say. */
  readonly reason: string | null;
  /** Where those who decide see how it is now. A sentence. */
  readonly look?: Spans;
  /** What it rests on: on one line, and in full; null: nothing but the reason. */
  readonly evidence: { readonly short: Spans; readonly blocks: Text } | null;
  /** What those who decide from a message need beside that, in a few lines; left out: nothing. */
  readonly card?: Text;
  /** What else it would take, which the approval does not do by itself, a line for each; left out: nothing. */
  readonly besides?: readonly Spans[];
  /** What happens if it is approved, and if it is not. Sentences. */
  readonly yes: Spans;
  readonly no: Spans;
  /** What is so, once approved; and what is so otherwise. Clauses. */
  readonly done: (near: number) => string;
  readonly undone: string;
  /** What has changed, once it is carried out, as a clause; left out: the question. */
  readonly changed?: string;
  /** What of the record spoke against it when it was decided, as a clause; left out: nothing. */
  readonly against?: string;
  /** How an approval is undone, and what can be done after a no. Sentences. */
  readonly back: Spans;
  /** The same once it is done, where that is another way; left out: `back`. */
  readonly backOnceDone?: Spans;
  readonly again: Spans;
}
