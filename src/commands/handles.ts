import type { Audience } from '../domain/action.ts';
import type { Handle } from '../domain/project.ts';
import type { Parsed, Spoken, Word } from './verb.ts';
import { bare, mistaken, quoted, understood } from './words.ts';

/** As the configuration wants it: `@login` or `@org/team`; the `@` may be missing. */
const HANDLE = /^@?([A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:\[bot\])?(?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?)$/;

/** A person or team on GitHub, as the configuration writes it. */
export function readHandle(word: Word): Parsed<Handle> {
  // Copied from a text of ours, an @ has a character without width behind it.
  const text = bare(word.text.replace(/\p{Cf}/gu, ''));
  const found = HANDLE.exec(text)?.[1];
  if (found !== undefined) return understood<Handle>(`@${found}`);
  const slack = /^<[@!]/.test(text) ? ': this is somebody in Slack, and owners are named as on GitHub' : '';
  return mistaken(word, `${quoted(word.text)} is no GitHub person or team${slack}; write \`@octo-porter\` or \`@kubernetes/s390x-owners\``);
}

/** Whether two handles are the same: letter case does not tell them apart. */
export const sameHandle = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Where the speaker is answered later, when what they asked for is there. */
export const audienceOf = ({ place: { issue, channel }, actor }: Spoken): Audience => issue === null
  ? { surface: 'slack', channel: channel?.id ?? '', user: actor.slack?.user ?? '', responseUrl: null }
  : { surface: 'github', ...issue };
