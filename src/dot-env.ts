import { parseEnv } from 'node:util';

/** A line that begins a variable, up to its `=`. */
const LINE = String.raw`[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=`;

/** Channels begin with what else begins a comment. */
const CHANNELS: ReadonlySet<string> = new Set(['SHADOW_CHANNEL', 'REPOSITORY_CHANNELS']);

/**
 * What stands in the text of a `.env` and would not be read as it stands there, in a sentence with what to do; null: nothing. A mode or
 * a channel that is not read would let the program write for real. `names`: the variables that matter; none of their values is told,
 * but for channels.
 */
export function lostIn(given: string, names: readonly string[]): string | null {
  const read = parseEnv(given);
  const matters = (name: string): boolean => names.includes(name);
  const lost = (name: string): boolean => matters(name) && read[name] === undefined;
  return appended(given, lost) ?? behindBlank(given, lost) ?? cutOff(given, read, matters);
}

/** The first variable that was appended to a file whose last line had no end. */
function appended(given: string, lost: (name: string) => boolean): string | null {
  const name = [...given.matchAll(/["'`][ \t]*([A-Z][A-Z0-9_]*)=/g)].map((m) => m[1] ?? '').find(lost);
  return name === undefined ? null : `${name} stands behind another value on its line, and is not read. Put it on a line of its own.`;
}

/** The first variable that became the value of the one before: what follows a blank is taken for the value, be it on the next line. */
function behindBlank(given: string, lost: (name: string) => boolean): string | null {
  const pairs = given.matchAll(new RegExp(String.raw`^${LINE}[ \t]+\r?\n(?=${LINE})`, 'gm'));
  const [, before = '', name] = [...pairs].find((m) => lost(m[2] ?? '')) ?? [];
  return name === undefined ? null : `${name} is not read, because ${before} on the line before it has a blank for a value. Take that blank away.`;
}

/** The first value that a # cuts off and that was hardly meant as a comment: right behind other text or the =, or before the name of a channel. */
function cutOff(given: string, read: Readonly<Record<string, string | undefined>>, matters: (name: string) => boolean): string | null {
  for (const [, name = '', value = ''] of given.matchAll(new RegExp(String.raw`^${LINE}((?![ \t]*["'\x60])[^\r\n]*)`, 'gm'))) {
    const channel = CHANNELS.has(name);
    const at = value.indexOf('#');
    if (at < 0 || !matters(name) || read[name] !== value.slice(0, at).trim()) continue;
    if (/^\S?$/.test(value.charAt(at - 1)) || (channel && /\S/.test(value.charAt(at + 1)))) return `${name} is cut off at its #, which begins a comment there. Put its value into quotes: ${name}="${channel ? value.trim() : '…'}".`;
  }
  return null;
}
