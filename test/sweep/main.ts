/**
 * The crash sweep: `npm run sweep [-- --json …]`. Every flow is told once undisturbed, then once for every point of outside
 * IO and every commit with the program killed there, then some times with several kills at random; what is left has to be
 * the same. Prints one table, or with `--json` one JSON array on stdout; differences are told on stderr, and end it with 1.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { diceOf, randomKills } from './dice.ts';
import { FLOWS, type Flow } from './flows/index.ts';
import { ENGINES, type Engine } from './stores.ts';

const USAGE = `usage: npm run sweep -- [options]

  --json              the figures as one JSON array
  --flow NAME         this flow only: ${FLOWS.map((f) => f.name).join(', ')}
  --engine NAME       this engine only: ${ENGINES.join(', ')}
  --every N           every N-th point (1)
  --random N          runs of each flow with several kills at random (20)
  --seed N            the dice of those (printed)
  --processes N       at once (2)`;

/** Runs of one process: what the dead leave behind fills its memory. */
const CHUNK = 50;

interface Peace { readonly points: number; readonly missing: readonly string[] }
interface Trial { readonly kills: readonly number[]; readonly killed: readonly string[]; readonly differences: readonly string[] }
interface Figure { readonly flow: string; readonly engine: Engine; readonly points: number; readonly every: number; runs: number; kills: number; differences: number }

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false }, flow: { type: 'string' }, engine: { type: 'string' },
    every: { type: 'string', default: '1' }, random: { type: 'string', default: '20' }, seed: { type: 'string' }, processes: { type: 'string', default: '2' },
  },
});

/** Has a process tell the flow with these kills; hands on what it says of each run. */
async function child(flow: Flow, engine: Engine, runs: readonly (readonly number[])[], heard: (trial: Trial) => void): Promise<Peace> {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), flow.name, engine], { stdio: ['pipe', 'pipe', 'inherit'] });
  process_.stdin.end(JSON.stringify(runs));
  let peace: Peace | null = null;
  let left = runs.length;
  for await (const line of createInterface({ input: process_.stdout })) {
    const said = JSON.parse(line) as Peace | Trial;
    if ('points' in said) peace = said;
    else {
      left--;
      heard(said);
    }
  }
  if (peace === null || left > 0) throw new Error(`${flow.name} on ${engine}: the process ended before its runs did`);
  if (peace.missing.length > 0) throw new Error(`${flow.name} on ${engine}, undisturbed, does not come to ${peace.missing.join(' and ')}`);
  return peace;
}

/** Does things side by side, so many at once. */
async function atOnce(n: number, works: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...works];
  await Promise.all(Array.from({ length: n }, async () => { for (let work = left.shift(); work; work = left.shift()) await work(); }));
}

function chunks<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / CHUNK) }, (_, i) => list.slice(i * CHUNK, (i + 1) * CHUNK));
}

async function main(): Promise<void> {
  if (values.help) return console.log(USAGE);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const [every, random, processes] = [values.every, values.random, values.processes].map(Number) as [number, number, number];
  const dice = diceOf(seed);
  const chosen = FLOWS.filter((f) => values.flow === undefined || f.name === values.flow).flatMap((flow) => ENGINES.filter((e) => values.engine === undefined || e === values.engine).map((engine) => ({ flow, engine })));
  if (chosen.length === 0) throw new Error(USAGE);
  const figures: Figure[] = [];
  for (const { flow, engine } of chosen) {
    const { points } = await child(flow, engine, [], () => {});
    const figure: Figure = { flow: flow.name, engine, points, every, runs: 0, kills: 0, differences: 0 };
    figures.push(figure);
    const swept = Array.from({ length: Math.ceil(points / every) }, (_, i) => [i * every]);
    const runs = [...swept, ...Array.from({ length: random }, () => randomKills(dice, points))];
    await atOnce(processes, chunks(runs).map((part) => async () => {
      await child(flow, engine, part, ({ kills, killed, differences }) => {
        figure.runs++;
        figure.kills += killed.length;
        if (differences.length === 0) return;
        figure.differences++;
        console.error(`${flow.name} on ${engine}, killed ${killed.join(', ')} (${kills.join()}):\n${differences.map((d) => `  ${d.slice(0, 600)}`).join('\n')}`);
      });
    }));
    console.error(`… ${flow.name} on ${engine}: ${points} points, ${figure.runs} runs, ${figure.differences} differences (seed ${seed})`);
  }
  if (values.json) console.log(JSON.stringify(figures));
  else console.log(['| flow | engine | points | runs | kills | differences |', '| --- | --- | --- | --- | --- | --- |', ...figures.map((f) => `| ${f.flow} | ${f.engine} | ${f.points} | ${f.runs} | ${f.kills} | ${f.differences} |`)].join('\n'));
  process.exitCode = figures.some((f) => f.differences > 0) ? 1 : 0;
}

await main();
