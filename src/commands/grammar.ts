import { nearest } from '../domain/suggest.ts';
import { VERBS } from './index.ts';
import type { CommandLine, Mistake, Scene, Spoken, Verb, Word } from './verb.ts';
import { quoted } from './words.ts';

/** A command that was understood, or what is wrong with it; `verb` tells whose usage helps. */
export type ParsedCommand =
  | { readonly ok: true; readonly verb: Verb; readonly args: unknown }
  | { readonly ok: false; readonly mistake: Mistake; readonly verb: Verb | null };

/** A byte order mark counts as white space elsewhere; before the slash it is a hidden character like any other. Typed twice, as Slack's own `/arch` invites to, it is meant once. */
const START = /^[^\S\uFEFF]*\/arch(?:\s+\/arch)*(?=\s|$)/i;

/** Something to see: words at the end of a line that hold nothing of it were never meant, and are no reason for anything. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Takes a whole line `/arch VERB …` apart; null where it is no command. Letter case and the kind and amount of white space
 * do not matter; positions refer to the line as it was given. `/arch` alone asks for help.
 */
export function splitLine(line: string): CommandLine | null {
  const start = START.exec(line);
  if (start === null) return null;
  const whole = line.trimEnd();
  const all = wordsAfter(whole, start[0].length);
  const [verb, ...words] = all.slice(0, all.findLastIndex(({ text }) => VISIBLE.test(text)) + 1);
  const last = words.at(-1);
  return {
    line: whole, verb: verb ?? { text: 'help', at: whole.length }, words,
    rest: (from) => {
      const first = words[from];
      return first === undefined || last === undefined ? '' : whole.slice(first.at, last.at + last.text.length);
    },
  };
}

const wordsAfter = (line: string, from: number): Word[] =>
  Array.from(line.slice(from).matchAll(/\S+/g), (m) => ({ text: m[0], at: from + m.index }));

/** Reads a line by the table of verbs. */
export function parseCommand(line: string, scene: Scene, spoken: Spoken, verbs: readonly Verb[] = VERBS): ParsedCommand {
  const split = splitLine(line);
  if (split === null) return { ok: false, verb: null, mistake: { word: null, message: 'a command begins with `/arch`', unfit: true } };
  const verb = verbNamed(split.verb.text, verbs);
  if (verb === null) return { ok: false, verb: null, mistake: unknownVerb(split.verb, verbs) };
  const parsed = verb.parse(split, scene, spoken);
  return parsed.ok ? { ok: true, verb, args: parsed.args } : { ok: false, verb, mistake: parsed.mistake };
}

/** The verb of that name, letter case aside; null where there is none. */
export const verbNamed = (name: string, verbs: readonly Verb[]): Verb | null => verbs.find((v) => v.name === name.toLowerCase()) ?? null;

function unknownVerb(word: Word, verbs: readonly Verb[]): Mistake {
  const meant = verbNamed(nearest(word.text.slice(0, LONGEST_VERB), verbs.map((v) => v.name)) ?? '', verbs);
  const unknown = `no command is called ${quoted(word.text)}; `;
  return meant === null ? { word, message: `${unknown}\`/arch help\` lists them all` }
    : { word, message: `${unknown}did you mean \`${meant.name}\`?`, example: meant.examples[0] };
}

/** A longer word is near no verb; keeps hostile text cheap. */
const LONGEST_VERB = 40;
