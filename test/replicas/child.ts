import { FLOWS } from '../sweep/flows/index.ts';
import { removeStores } from '../sweep/stores.ts';
import { tellInPeace, trial } from './run.ts';

/** Some runs of one flow, in a process of their own: `child.ts <flow> <servers> <troubles> <seed>…`. Prints one JSON line for each. */

const [name, servers, troubles, ...seeds] = process.argv.slice(2);
const flow = FLOWS.find((f) => f.name === name);
if (flow === undefined) throw new Error(`usage: child.ts <${FLOWS.map((f) => f.name).join('|')}> <servers> <troubles> <seed>…`);

const peace = await tellInPeace(flow);
for (const seed of seeds.map(Number)) process.stdout.write(`${JSON.stringify({ seed, ...await trial(flow, peace, { servers: Number(servers), troubles: Number(troubles), seed }) })}\n`);
await removeStores();
process.exit(0);
