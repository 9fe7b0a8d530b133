import { ENGINES, removeStores } from '../sweep/stores.ts';
import { operationsOf } from './cells.ts';
import { FLOWS } from './flows/index.ts';
import { tell } from './run.ts';

/** What each flow asks of the outside on one engine, undisturbed: `plan.ts <engine>` prints a JSON line for each. */

const engine = ENGINES.find((e) => e === process.argv[2]);
if (engine === undefined) throw new Error(`usage: plan.ts <${ENGINES.join('|')}>`);
for (const flow of FLOWS) process.stdout.write(`${JSON.stringify({ flow: flow.name, engine, operations: operationsOf(await tell(flow, engine, null)) })}\n`);
await removeStores();
process.exit(0);
