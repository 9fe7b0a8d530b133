/**
 * Text from outside, made storable: at most `max` characters (an ellipsis stands for the rest), no null characters, no
 * halves of surrogate pairs. It stays data: nothing here makes it safe as markup.
 */
export function storable(text: string, max: number): string {
  const cut = text.length > max ? `${text.slice(0, max - 1)}…` : text;
  // The copy through a buffer also lets go of the long original, of which a slice would keep all.
  return Buffer.from(cut.replaceAll('\u0000', '\uFFFD')).toString();
}

/** `"a", "b", "c" and 4 more`: names in a sentence, at most `max` of them. */
export function listed(names: readonly string[], max: number): string {
  const shown = names.slice(0, max).map(quoted).join(', ');
  return names.length > max ? `${shown} and ${names.length - max} more` : shown;
}

/** A name from outside in a sentence. */
export const quoted = (name: string): string => `"${storable(name, 200)}"`;
