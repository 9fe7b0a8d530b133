/**
 * Replicas under fire: `npm run replicas [-- --runs N --seed S …]`. Every flow is told to one undisturbed server, then to two and to
 * four whose clocks are minutes apart, while one after the other is killed, stopped, put to sleep or cut off at random; what is left
 * has to be the same. Prints one table, or with `--json` one JSON array on stdout; differences are told on stderr, and end it with 1.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { FLOWS, type Flow } from '../sweep/flows/index.ts';
import type { Trial } from './run.ts';

const USAGE = `usage: npm run replicas -- [options]

  --json              the figures as one JSON array
  --flow NAME         this flow only: ${FLOWS.map((f) => f.name).join(', ')}
  --servers N         so many servers only (2 and 4)
  --runs N            runs of each flow with as many servers (5)
  --seed N            the dice of the first of them, of the next one more (printed)
  --troubles N        what happens in a run, about (8)
  --processes N       at once (2)`;

/** Runs of one process: what the dead leave behind fills its memory. */
const CHUNK = 10;

interface Figure { readonly flow: string; readonly servers: number; runs: number; troubles: number; differences: number }

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false }, flow: { type: 'string' }, servers: { type: 'string' },
    runs: { type: 'string', default: '5' }, seed: { type: 'string' }, troubles: { type: 'string', default: '8' }, processes: { type: 'string', default: '2' },
  },
});

/** Has a process tell the flow so often, and hands on what became of each run. */
async function child(flow: Flow, servers: number, seeds: readonly number[], heard: (trial: Trial & { readonly seed: number }) => void): Promise<void> {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), flow.name, String(servers), values.troubles, ...seeds.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let left = seeds.length;
  for await (const line of createInterface({ input: process_.stdout })) {
    left--;
    heard(JSON.parse(line) as Trial & { readonly seed: number });
  }
  if (left > 0) throw new Error(`${flow.name} on ${servers} servers: the process ended before its runs did`);
}

/** Does things side by side, so many at once. */
async function atOnce(n: number, works: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...works];
  await Promise.all(Array.from({ length: n }, async () => { for (let work = left.shift(); work; work = left.shift()) await work(); }));
}

async function main(): Promise<void> {
  if (values.help) return console.log(USAGE);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const seeds = Array.from({ length: Number(values.runs) }, (_, i) => seed + i);
  const chosen = FLOWS.filter((f) => values.flow === undefined || f.name === values.flow)
    .flatMap((flow) => (values.servers === undefined ? [2, 4] : [Number(values.servers)]).map((servers) => ({ flow, figure: { flow: flow.name, servers, runs: 0, troubles: 0, differences: 0 } satisfies Figure })));
  if (chosen.length === 0 || seeds.length === 0) throw new Error(USAGE);
  const chunks = Array.from({ length: Math.ceil(seeds.length / CHUNK) }, (_, i) => seeds.slice(i * CHUNK, (i + 1) * CHUNK));
  await atOnce(Number(values.processes), chosen.flatMap(({ flow, figure }) => chunks.map((part) => () => child(flow, figure.servers, part, ({ seed: of, story, differences }) => {
    figure.runs++;
    figure.troubles += story.length;
    if (differences.length > 0) {
      figure.differences++;
      console.error(`${flow.name} on ${figure.servers} servers, seed ${of}:\n${story.map((s) => `  ${s}`).join('\n')}\n${differences.map((d) => `  ${d.slice(0, 600)}`).join('\n')}`);
    }
    if (figure.runs === seeds.length) console.error(`… ${flow.name} on ${figure.servers} servers: ${figure.runs} runs, ${figure.troubles} troubles, ${figure.differences} differences (seeds from ${seed})`);
  }))));
  const figures = chosen.map((c) => c.figure);
  if (values.json) console.log(JSON.stringify(figures));
  else console.log(['| flow | servers | runs | troubles | differences |', '| --- | --- | --- | --- | --- |', ...figures.map((f) => `| ${f.flow} | ${f.servers} | ${f.runs} | ${f.troubles} | ${f.differences} |`)].join('\n'));
  process.exitCode = figures.some((f) => f.differences > 0) ? 1 : 0;
}

await main();
