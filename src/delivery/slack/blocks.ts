import type { types } from '@slack/bolt';

/** A message as it is posted: its blocks, and the same words for notifications and readers without blocks. */
export interface Rendering {
  readonly text: string;
  readonly blocks: types.KnownBlock[];
}

/** Slack takes 3,000 characters in a section, about 13,000 in all of a message's blocks, 50 blocks, 40,000 characters of text; we stay below. */
export const LIMITS = { section: 2_900, blocks: 10_000, text: 3_400 } as const;

/** `verbatim`: Slack makes no links, mentions or channels of words that are not marked as such. */
export const section = (markup: string): types.SectionBlock => ({
  type: 'section', text: { type: 'mrkdwn', text: markup, verbatim: true },
});

/**
 * Paragraphs as sections, packed as Slack's limits allow; where there is too much, the rest is replaced by `rest`
 * (a sentence that says where to read on). Markup is never cut in the middle: a paragraph is kept whole or left out.
 */
export function pack(paragraphs: readonly string[], rest: string): Rendering {
  const kept = paragraphs.filter((p) => p !== '' && p.length <= LIMITS.section);
  const sections: string[] = [];
  let left = kept.length < paragraphs.filter((p) => p !== '').length;
  let size = rest.length;
  for (const paragraph of kept) {
    size += paragraph.length + 1;
    if (size > LIMITS.blocks) { left = true; break; }
    const last = sections.at(-1);
    if (last !== undefined && last.length + 1 + paragraph.length <= LIMITS.section) sections[sections.length - 1] = `${last}\n${paragraph}`;
    else sections.push(paragraph);
  }
  if (left || sections.length === 0) sections.push(rest);
  return { text: fallback(sections, rest), blocks: sections.map(section) };
}

/** The same words in one string that a notification can hold; whole lines only. */
function fallback(sections: readonly string[], rest: string): string {
  const whole = sections.join('\n');
  if (whole.length <= LIMITS.text) return whole;
  const kept: string[] = [];
  let size = rest.length + 1;
  for (const line of whole.split('\n')) {
    if (size + line.length + 1 > LIMITS.text) break;
    kept.push(line);
    size += line.length + 1;
  }
  const fences = kept.filter((l) => l === '```').length;
  return [...kept, ...(fences % 2 === 1 ? ['```'] : []), rest].join('\n');
}
