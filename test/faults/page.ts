import type { Engine } from '../sweep/stores.ts';
import { troublesOf } from './cells.ts';
import { SYSTEMS, type Operation, type System } from './operations.ts';
import type { Trouble } from './troubles.ts';
import type { End, Verdict } from './verdict.ts';
import { keyOf } from './watch.ts';

/** One cell's outcome, with where it was tried. */
export interface Result extends Verdict {
  readonly flow: string;
  readonly engine: Engine;
  readonly operation: Operation;
  readonly trouble: string;
  /** How many operations met their trouble in the same run. */
  readonly together: number;
}

/** A cell's word, and what it means. */
const WORDS: Readonly<Record<End, readonly [string, string]>> = {
  'answered': ['answered', 'it is waited for, and nothing else is held back'],
  'again': ['again', 'it is asked again at once, or after a short wait'],
  'looked, then again': ['looked, again', 'it may have taken effect, so it is looked for first; it is not there, and is written again'],
  'looked: it was there': ['found', 'it may have taken effect, so it is looked for; it is there, and nothing is written twice'],
  'waited, then again': ['waited, again', 'it is left alone for as long as the answer asks, then asked again'],
  'new token, then again': ['new token', 'a new token is fetched, and it is asked again with that'],
  'with the next look': ['next look', 'nothing is concluded from it; it is read with the next poll, look or look-up'],
  'went on without': ['without', 'what follows does not need it: it goes on without, and nothing that people see is another'],
  'left out': ['left out', 'it only adorns (a label, an asked review, eyes on a comment), so it is left out; of a pull request `/readyz` says so, once'],
  'given up, told': ['given up, told', 'it is not tried again; operators are told on `/readyz` and where it concerns everybody in Slack, and `archsignal outbox retry` makes it good'],
  'refused, told': ['refused, told', 'who asked for something is told that it could not be looked up and that nothing was changed; or what is said tells what is not known'],
  'filed anew, told': ['filed anew', 'GitHub says for hours that the issue is not there: another is filed that names it, and Slack is told; never a third'],
  'told otherwise': ['otherwise', 'it is not allowed, so what it was to tell is told in another way: the edit as a patch, a mistake as a comment'],
  'believed': ['believed', 'half of a log cannot be told from a whole one: what it does not say is not concluded'],
  'ended, started again': ['ends, starts', 'the program cannot start, says why, and ends; started again, it goes on'],
  'as soon as it is over': ['when over', 'it is tried again and again, and made good as soon as the trouble is over'],
  'wrong': ['**wrong**', 'something is lost, there twice, or not told'],
  'not met': ['–', 'in this flow it is not asked for once the trouble is there'],
};

const cell = (result: Result | undefined): string => result === undefined ? '·' : WORDS[result.end][0];

/** Troubles with which every operation of the table fares the same share a column. */
function columns(troubles: readonly Trouble[], fares: (trouble: Trouble) => string): Trouble[][] {
  return [...Map.groupBy(troubles, fares).values()];
}

function table(results: readonly Result[], operations: readonly Operation[], troubles: readonly Trouble[]): string[] {
  const of = new Map(results.map((r) => [`${keyOf(r.operation)}\n${r.trouble}`, r]));
  const at = (operation: Operation, trouble: Trouble): string => cell(of.get(`${keyOf(operation)}\n${trouble.name}`));
  const heads = columns(troubles, (t) => operations.map((o) => at(o, t)).join('\n'));
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(['', ...heads.map((h) => h.map((t) => t.name).join(', '))]), row(['---', ...heads.map(() => '---')]),
    ...operations.map((o) => row([`\`${o.name}\``, ...heads.map(([t]) => t === undefined ? '' : at(o, t))])),
  ];
}

const ABOUT: Readonly<Record<System, string>> = {
  GitHub: 'Requests to GitHub, by route. `POST` and its like are writes, `GET` reads.',
  Slack: "Calls of Slack's Web API, and answers to the address that came with a request (`response_url`). Slack's refusals come with status 200; those above are named by what they correspond to.",
  TestGrid: 'Both interfaces of TestGrid.',
  Prow: 'Prow, and the logs of its runs.',
  PostgreSQL: 'Statements by what they do to which table, and transactions by what they wrote first. The server itself is made to fail: it raises the error in the transaction, or ends the connection.',
};

function section(system: System, results: readonly Result[], asked: readonly Operation[]): string[] {
  const of = results.filter((r) => r.operation.system === system);
  if (of.length === 0) return [];
  const operations = asked.filter((o) => o.system === system).sort((a, b) => a.name < b.name ? -1 : 1);
  const troubles = [...new Map(operations.flatMap(troublesOf).map((t) => [t.name, t])).values()].filter((t) => of.some((r) => r.trouble === t.name));
  const [once, lasting] = [troubles.filter((t) => t.lasts === undefined), troubles.filter((t) => t.lasts !== undefined)];
  return [
    `## ${system}`, '', ABOUT[system], '', ...table(of, operations, once), '',
    ...lasting.length === 0 ? [] : ['For two hours, on this operation alone:', '', ...table(of, operations, lasting.map((t) => ({ ...t }))), ''],
    ...once.map((t) => `- **${t.name}**: ${t.meaning}`), '',
  ];
}

/** `docs/faults.md`, from what the runs ended with. `asked`: everything that the flows ask for. */
export function pageOf(results: readonly Result[], asked: readonly Operation[]): string {
  const cells = asked.reduce((sum, o) => sum + troublesOf(o).length, 0);
  const troubles = new Set(results.map((r) => r.trouble)).size;
  const wrong = results.filter((r) => r.end === 'wrong').length;
  const runs = results.reduce((sum, r) => sum + 1 / r.together, 0);
  const used = new Set(results.map((r) => r.end));
  return [
    '# When something outside fails', '',
    `Everything that the program asks of the outside, and what becomes of it when that fails: ${asked.length} operations, ${troubles} troubles, ${results.length} of ${cells} cells, ${Math.round(runs)} runs, ${wrong} wrong.`,
    'Made by `npm run -s faults > docs/faults.md`; not written by hand.', '',
    'In each run a flow (a breakage, a command, a quorum, a step change, a conflict …) is told to the whole program, against stand-ins of',
    'everything that it speaks to, with this trouble at the first such request or statement, once or for two hours. Operations may meet',
    'a trouble that passes in the same run, one time each; where the world was another then, and where it lasts, each has had a run of its own.',
    'In the end issues, comments, mentions, messages, pull requests, files and the audit have to be what they are without the trouble; where',
    'something was given up, somebody has to have been told, and it has to be made good by `archsignal outbox retry`.', '',
    'A `·` has not been run; `npm run faults -- --file FILE` goes on where a run was broken off, `--each` gives every cell a run of its own.', '',
    '| in a cell | |', '| --- | --- |', ...(Object.keys(WORDS) as End[]).filter((e) => used.has(e)).map((e) => `| ${WORDS[e][0]} | ${WORDS[e][1]} |`), '',
    ...SYSTEMS.flatMap((system) => section(system, results, asked)),
  ].join('\n').trimEnd();
}
