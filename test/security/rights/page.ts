import { groupsOf } from '../../../src/commands/groups.ts';
import { VERBS } from '../../../src/commands/index.ts';
import type { Cell } from './cells.ts';
import { ROLES, STATES, type RoleName, type StateName } from './town.ts';

/** How the page is made anew. */
export const MADE_BY = 'npx vitest run test/security/authorisation.test.ts -u';

const INTRODUCTION = `# Who may do what

<!-- Made by \`${MADE_BY}\` from what the program decided; the same test holds it to that. -->

Every command of the table of verbs (\`src/commands/index.ts\`), given by every kind of person, on GitHub, typed in Slack, and clicked
where there is a button for it, in every state of what it is about. Nothing here was written by hand: each cell was read, looked up and
decided by the program itself, and one of each command, person and place was followed through inbox and store.

What holds in every cell, and is tested in every cell:

- **A right is the person's, not the place's.** Whoever may on GitHub may in Slack, typed or clicked, once their account is linked; whoever may not, may nowhere.
- **A right is looked up when it is used**, on GitHub, in the teams of the configuration in force. Where GitHub cannot say, the answer is no.
- **Who is refused changes nothing.** Neither what is stored nor what is written outside; they are told why, and who may. Only a vote that comes after
  the decision, by somebody who may vote, is kept with the proposal, where it counts for nothing.
- **Asking changes nothing**, whoever asks.
- **Bots start nothing**, unless the configuration names them (\`bots\`); then they have the rights of their own login, no more.`;

const WHO = `## The right

\`yes\`: may. \`no\`: is refused. \`not known\`: is refused, because GitHub could not be asked. \`link first\`: is refused until the Slack
account is linked. Nothing in a cell: it makes no sense in any state that was tried. A right to speak is not yet a vote that counts: of a
proposal's approvals those of whoever proposed it are refused.`;

const THEN = `## What becomes of it

For those who may: \`done\`: it changes something. \`answered\`: it is told, and nothing is changed. \`refused\`: it does not fit what is there, or not
from this person; nothing is changed. \`—\`: it is no command there (nothing is open that it could be about), and the answer says so.
Several words: it depends on who of those says it. Where Slack differs, it stands behind \`/\`.`;

const RIGHTS: Readonly<Record<string, string>> = { everyone: 'yes', yes: 'yes', no: 'no', unknown: 'not known', unlinked: 'link first' };

/** The distinct words of some cells, in the order of `order`. */
const words = (cells: readonly Cell[], of: (cell: Cell) => string | null, order: readonly string[]): string =>
  order.filter((word) => cells.some((c) => of(c) === word)).join(', ');

/** What the page says of a right: the same wherever it was asked for, so one word. */
export const rightWords = (cells: readonly Cell[]): string => words(cells, ({ right }) => right === null ? null : RIGHTS[right] ?? right, ['yes', 'no', 'not known', 'link first']);

const ENDINGS = { done: 'done', answered: 'answered', refused: 'refused', mistake: '—' } as const;

function becomes(cells: readonly Cell[]): string {
  const may = cells.filter((c) => c.right === 'yes' || c.right === 'everyone' || c.right === null);
  const on = (slack: boolean): string => words(may.filter((c) => (c.surface !== 'github') === slack), (c) => ENDINGS[c.ending], Object.values(ENDINGS));
  return on(false) === on(true) ? on(false) : `${on(false)} / ${on(true)}`;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const code = (example: string): string => `\`${example.replace(/^\/arch /, '').replaceAll('|', '\\|')}\``;

function table(head: readonly string[], cells: readonly Cell[], columns: (of: readonly Cell[]) => readonly string[]): string {
  return [row(['command', ...head]), row(['---', ...head.map(() => '---')]), ...[...new Set(cells.map((c) => c.example))].map((example) => row([code(example), ...columns(cells.filter((c) => c.example === example))]))].join('\n');
}

/** `docs/authorisation.md`: Markdown, with a line break at its end. */
export function authorisationPage(cells: readonly Cell[]): string {
  const roles = Object.keys(ROLES) as RoleName[];
  const states = Object.keys(STATES) as StateName[];
  const part = (of: readonly Cell[], title: string): string[] => [`### ${title}`, table(roles.map((r) => ROLES[r].name), of, (e) => roles.map((r) => rightWords(e.filter((c) => c.role === r))))];
  const groups = groupsOf(VERBS).map((g) => ({ ...g, cells: cells.filter((c) => g.verbs.includes(c.verb)) }));
  return [
    INTRODUCTION, WHO, ...groups.flatMap((g) => part(g.cells, g.title)),
    THEN, ...groups.flatMap((g) => [`### ${g.title}, by state`, table(states.map((s) => STATES[s]), g.cells, (e) => states.map((s) => becomes(e.filter((c) => c.state === s))))]),
  ].join('\n\n') + '\n';
}
