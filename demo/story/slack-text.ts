import { withEmoji } from '../stand-ins/common/emoji.ts';

/** A text in Slack's markup as a terminal shows it: links by their words, emoji as such, no asterisks or backticks. */
export function plainSlack(text: string): string {
  const bare = text
    .replaceAll(/<([^<>|\n]+)\|([^<>\n]*)>/g, '$2').replaceAll(/<(https?:[^<>\s]+)>/g, '$1')
    .replaceAll('`', '').replaceAll(/(^|[\s(])\*([^*\n]+)\*(?=$|[\s.,;:!?)])/gm, '$1$2')
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return withEmoji(bare);
}

/** The first line, cut to so many characters. */
export function firstLine(text: string, most: number): string {
  const [line = '', ...rest] = text.split('\n');
  if (line.length > most) return `${line.slice(0, most - 1).trimEnd()}…`;
  return rest.length > 0 ? `${line} …` : line;
}
