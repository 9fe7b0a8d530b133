/** Work that can be put down after every slice and taken up again: whoever does it lets others have their turn in between. */
export type Sliced<T> = Generator<void, T, void>;

/** Does the work in one piece. */
export function whole<T>(work: Sliced<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}
