import { bullets, coded, says, type Block, type Text } from '../../domain/text.ts';
import { nearest } from '../../domain/suggest.ts';
import { groupsOf, inShort, whoMay } from '../groups.ts';
import { inCode } from '../replies.ts';
import { EVERYONE } from '../rights.ts';
import type { CommandLine, Parsed, Place, Verb } from '../verb.ts';
import { mistaken, quoted, understood } from '../words.ts';

/** The verb that is asked about; null: all of them. */
interface Args {
  readonly verb: Verb | null;
}

/** What there is, or how one command is used. `table` answers every verb, this one included. */
export const helpOn = (table: () => readonly Verb[]): Verb<Args> => ({
  name: 'help',
  usage: 'help [command]',
  about: 'Lists the commands, or tells how one of them is used.',
  who: 'everyone',
  examples: ['/arch help', '/arch help snooze'],
  more: '`/arch` alone does the same.',
  parse: (line) => parse(line, table()),
  needs: () => EVERYONE,
  run: ({ verb }, _scene, { place }) => ({ verdict: 'answered', reply: verb === null ? allOf(table(), place) : howTo(verb) }),
});

/** `help snooze`, `help /arch snooze`. */
function parse({ words }: CommandLine, verbs: readonly Verb[]): Parsed<Args> {
  const word = words.find((w) => w.text.toLowerCase() !== '/arch');
  if (word === undefined) return understood({ verb: null });
  const name = word.text.replace(/[`"'<>]/g, '').toLowerCase();
  const verb = verbs.find((v) => v.name === name);
  if (verb !== undefined) return understood({ verb });
  const meant = nearest(name.slice(0, 40), verbs.map((v) => v.name));
  return mistaken(word, `no command is called ${quoted(word.text)}; ${meant === null ? '`/arch help` lists them all' : `did you mean \`${meant}\`?`}`);
}

const allOf = (verbs: readonly Verb[], { surface }: Place): Text => [
  ...groupsOf(verbs).flatMap((group): Block[] => [
    says({ bold: group.title }),
    bullets(...group.verbs.map((v) => [coded(`/arch ${v.usage}`), ': ', ...inCode(inShort(v))])),
  ]),
  says(surface === 'slack' ? 'Type one command at a time; only you see the answer. ' : 'Each command stands at the start of a line of a comment; several may stand in one comment. ', coded('/arch help <command>'), ' shows examples.'),
];

const howTo = (verb: Verb): Text => [
  says(coded(`/arch ${verb.usage}`)),
  says(...inCode(verb.about), ' ', ...(verb.more === undefined ? [] : inCode(verb.more.replace(/\s+/g, ' ')))),
  says({ bold: 'Who may:' }, ' ', ...inCode(whoMay(verb.who))),
  { kind: 'code', language: '', text: verb.examples.join('\n') },
];
