import { parsePlatform } from '../domain/platform.ts';
import { lineEnd, located, nextLine, type Entry, type Format } from './listing.ts';

/**
 * A text file with a platform on each line, alone or before what belongs to it (`linux/amd64=alpine:3.20`). Whether its reader knows comments cannot be seen, so one is written only where
 * the file has one already.
 */
export const lines: Format = (text) => {
  const entries: Entry[] = [];
  let comments = false;
  for (let start = 0; start < text.length; start = nextLine(text, start)) {
    const line = text.slice(start, lineEnd(text, start));
    const [, indent = '', word = ''] = /^([ \t]*)((?:(?![ \t]+#).)*?)[ \t]*(?:[ \t]#.*)?$/.exec(line) ?? [];
    if (word.startsWith('#')) comments = true;
    else if (word !== '') entries.push({ start: start + indent.length, end: start + line.trimEnd().length, spelling: word, builds: read(word), open: word.includes('$') });
  }
  return located({
    text, name: 'the file', entries, from: 0, to: text.length, leader: '#', among: comments, head: null, separator: '\n', mayBeEmpty: false, read,
    meaning: (without) => JSON.stringify(entries.filter((_, i) => !without.has(i)).map((e) => e.spelling)),
  });
};

const read = (line: string) => {
  const word = line.split(/[=\s]/, 1)[0] ?? '';
  // Base images name Windows with its version: `windows/amd64/ltsc2022=…`.
  const platform = parsePlatform(line) ?? parsePlatform(word) ?? parsePlatform(/^(windows\/\w+)\/[\w.]+$/.exec(word)?.[1] ?? '');
  return platform === null ? [] : [platform];
};
