const BEGIN = '<!-- archsignal:begin -->';
const END = '<!-- archsignal:end -->';

/** A body cut at the marks of our section. What is before and after belongs to people and is kept byte for byte. */
export interface Cut {
  readonly before: string;
  /** Our part, between the marks, with line ends as `\n`. */
  readonly section: string;
  readonly after: string;
}

/** The section between its marks. */
export const wrap = (section: string): string => `${BEGIN}\n${section}\n${END}`;

/** Finds our section in a body; null where a person has taken the marks away: then all of it is theirs. */
export function cut(body: string): Cut | null {
  const begin = body.indexOf(BEGIN);
  if (begin < 0) return null;
  const end = body.indexOf(END, begin);
  if (end < 0) return null;
  const section = body.slice(begin + BEGIN.length, end).replaceAll('\r\n', '\n').replace(/^\n|\n$/g, '');
  return { before: body.slice(0, begin), section, after: body.slice(end + END.length) };
}

/** The body with another section in the same place. */
export const paste = (around: Cut, section: string): string => `${around.before}${wrap(section)}${around.after}`;
