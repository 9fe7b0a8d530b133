import { text } from 'node:stream/consumers';
import { ENGINES, removeStores } from '../sweep/stores.ts';
import { operationsOf, planOf, troublesOf } from './cells.ts';
import { FLOWS } from './flows/index.ts';
import { tell } from './run.ts';
import { judge, type Verdict } from './verdict.ts';
import { keyOf } from './watch.ts';

/**
 * Some runs of one flow on one engine, in a process of their own: `child.ts <flow> <engine>`, with the troubles as JSON on
 * stdin (`[[[operation, …], trouble], …]`). Prints one JSON line with the operations of the undisturbed run, and one for each operation and trouble.
 */

const [name, on] = process.argv.slice(2);
const flow = FLOWS.find((f) => f.name === name);
const engine = ENGINES.find((e) => e === on);
if (flow === undefined || engine === undefined) throw new Error(`usage: child.ts <${FLOWS.map((f) => f.name).join('|')}> <${ENGINES.join('|')}>`);

const say = (what: object): void => { process.stdout.write(`${JSON.stringify(what)}\n`); };
const runs = JSON.parse(await text(process.stdin)) as (readonly [readonly string[], string])[];
const peace = await tell(flow, engine, null);
const operations = operationsOf(peace);
say({ operations, missing: flow.ends.filter((e) => !e.test(peace.pictures.at(-1) ?? '')).map(String) });

/** Tells the flow with the trouble at all of these operations, one time each; where that is not as it should be, at half of them, and so on to each of them alone. */
async function trial(keys: readonly string[], called: string): Promise<void> {
  if (flow === undefined || engine === undefined) return;
  const targets = operations.filter((o) => keys.includes(keyOf(o)));
  const trouble = targets.flatMap(troublesOf).find((t) => t.name === called);
  if (!trouble) throw new Error(`there is no ${called} of ${keys.join(', ')}`);
  const plan = planOf(peace, targets, trouble);
  const verdicts = await tell(flow, engine, plan, false).then((told) => judge(plan, peace, told),
    (error: unknown) => new Map<string, Verdict>(keys.map((key) => [key, { end: 'wrong', hits: 1, why: [error instanceof Error ? error.message : String(error)] }])));
  const together = keys.length;
  if (together > 1 && [...verdicts.values()].some((v) => v.end === 'wrong' || v.end === 'not met')) {
    await trial(keys.slice(0, together >> 1), called);
    return trial(keys.slice(together >> 1), called);
  }
  for (const [key, verdict] of verdicts) say({ operation: key, trouble: called, together, ...verdict });
}

/** Operations that meet their trouble in one run at most. */
const MOST = 12;

/** What is asked only while the program starts has a run of its own: it may end it there, and nothing else would be seen. */
function groups(keys: readonly string[]): string[][] {
  const later = new Set(peace.asked.slice(peace.atStart).map((a) => a.key));
  const together = keys.filter((k) => later.has(k));
  return [...keys.filter((k) => !later.has(k)).map((k) => [k]), ...Array.from({ length: Math.ceil(together.length / MOST) }, (_, i) => together.slice(i * MOST, (i + 1) * MOST))];
}

for (const [keys, trouble] of runs) for (const group of groups(keys)) await trial(group, trouble);
await removeStores();
process.exit(0);
