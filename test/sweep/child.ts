import { text } from 'node:stream/consumers';
import { FLOWS } from './flows/index.ts';
import { tell, trial } from './run.ts';
import { ENGINES, removeStores } from './stores.ts';

/**
 * Some runs of one flow on one engine, in a process of their own: `child.ts <flow> <engine>`, with the kills of each run
 * as JSON on stdin. Prints one JSON line about the undisturbed run, and one for each of the others.
 */

const [name, on] = process.argv.slice(2);
const flow = FLOWS.find((f) => f.name === name);
const engine = ENGINES.find((e) => e === on);
if (flow === undefined || engine === undefined) throw new Error(`usage: child.ts <${FLOWS.map((f) => f.name).join('|')}> <${ENGINES.join('|')}>`);

const say = (what: object): void => { process.stdout.write(`${JSON.stringify(what)}\n`); };
const runs = JSON.parse(await text(process.stdin)) as number[][];
const peace = await tell(flow, engine);
say({ points: peace.points.length, missing: flow.ends.filter((e) => !e.test(peace.picture)).map(String) });
for (const kills of runs) say({ kills, ...await trial(flow, engine, peace, kills) });
await removeStores();
process.exit(0);
