import { text } from 'node:stream/consumers';
import { ENGINES, removeStores } from '../sweep/stores.ts';
import { operationsOf, planOf, troublesOf } from './cells.ts';
import { FLOWS } from './flows/index.ts';
import { tell } from './run.ts';
import { judge, type Verdict } from './verdict.ts';
import { keyOf } from './watch.ts';

/**
 * Some runs of one flow on one engine, in a process of their own: `child.ts <flow> <engine>`, with the troubles as JSON on
 * stdin (`[[operation, trouble], …]`). Prints one JSON line with the operations of the undisturbed run, and one for each of the others.
 */

const [name, on] = process.argv.slice(2);
const flow = FLOWS.find((f) => f.name === name);
const engine = ENGINES.find((e) => e === on);
if (flow === undefined || engine === undefined) throw new Error(`usage: child.ts <${FLOWS.map((f) => f.name).join('|')}> <${ENGINES.join('|')}>`);

const say = (what: object): void => { process.stdout.write(`${JSON.stringify(what)}\n`); };
const runs = JSON.parse(await text(process.stdin)) as (readonly [string, string])[];
const peace = await tell(flow, engine, null);
const operations = operationsOf(peace);
say({ operations, missing: flow.ends.filter((e) => !e.test(peace.pictures.at(-1) ?? '')).map(String) });

async function trial(key: string, called: string): Promise<Verdict> {
  const operation = operations.find((o) => keyOf(o) === key);
  const trouble = operation && troublesOf(operation).find((t) => t.name === called);
  if (flow === undefined || engine === undefined || !operation || !trouble) throw new Error(`there is no ${called} of ${key}`);
  const plan = planOf(peace, operation, trouble);
  try {
    return judge(plan, peace, await tell(flow, engine, plan, false));
  } catch (error) {
    return { end: 'wrong', hits: 0, why: [error instanceof Error ? error.message : String(error)] };
  }
}

for (const [key, trouble] of runs) say({ operation: key, trouble, ...await trial(key, trouble) });
await removeStores();
process.exit(0);
