import { parsePlatform, type PlatformId } from '../domain/platform.ts';
import { didYouMean } from '../domain/suggest.ts';
import { failed, lineOf, MOST_PLACES, sentence, setTooOften, shown, statementStart, type Entry, type Format, type Listing } from './listing.ts';
import { scanShell, type ArrayAssignment, type Script } from './shell-scan.ts';

/** An array of a Bash script: `NAME=( … )`, also behind `readonly`, `declare -a`, `local`, or as `NAME+=( … )`. */
export const shellArray: Format = (text, at) => {
  if (!/^[A-Za-z_]\w*$/.test(at)) return failed(`${shown(at)} is no name of a shell array, such as \`KUBE_SUPPORTED_SERVER_PLATFORMS\`.`);
  const script = scanShell(text);
  if (script === null) return failed('it cannot be read as a shell script: a quote or bracket is never closed.');
  const named = script.arrays.filter((a) => a.name === at);
  if (named.length === 0) return failed(missing(text, at, script));
  if (named.length > MOST_PLACES) return setTooOften(at, named.length);
  const [first, ...more] = named.map((array) => listingOf(text, array, script));
  if (first === undefined) return failed(missing(text, at, script));
  const lines = [first, ...more].slice(0, 6).map((l) => lineOf(text, l.from)).join(', ');
  return { ok: true, listings: [first, ...more], several: `${shown(at)} gets platforms in several places (lines ${lines}), and which of them counts is decided as the script runs; change it by hand.` };
};

function missing(text: string, at: string, script: Script): string {
  const said = new RegExp(`(?<![\\w$])${at}\\+?=(?!\\()`).test(text);
  if (said) return `${shown(at)} is one text there and no array; its format is comma-list.`;
  return sentence(`it assigns no array called ${shown(at)}${didYouMean(at, new Set(script.arrays.map((a) => a.name)))}`);
}

function listingOf(text: string, array: ArrayAssignment, script: Script): Listing {
  const entries: Entry[] = array.words.map((word) => {
    const spelling = word.literal ?? text.slice(word.start, word.end);
    return { start: word.start, end: word.end, spelling, builds: readings(spelling), open: word.literal === null };
  });
  return {
    text, name: shown(array.name), entries, from: array.from, to: array.to, leader: '#', among: true, head: statementStart(text, array.start),
    separator: ' ', mayBeEmpty: array.adds, read: readings,
    meaning: (without: ReadonlySet<number>) => {
      const gone = new Set([...without].map((i) => array.words[i]?.start));
      const kept = script.tokens.filter((token) => !gone.has(token.at)).map((token) => token.text);
      return JSON.stringify(kept[0] === '\n' ? kept.slice(1) : kept);
    },
  };
}

/** What a word builds; one with braces (`linux/{amd64,arm64}`) several. An index of its own (`[0]=…`) is no part of it. */
function readings(word: string): readonly PlatformId[] {
  const [, head, alternatives, tail] = /^([^{}$`"']*)\{([^{}$`"']*,[^{}$`"']*)\}([^{}$`"']*)$/.exec(word) ?? [];
  const words = alternatives === undefined ? [word.replace(/^\[[^\]]*\]=/, '')] : alternatives.split(',').slice(0, 50).map((part) => `${head}${part}${tail}`);
  return words.flatMap((w) => parsePlatform(w) ?? []);
}
