/**
 * The fault matrix: `npm run -s faults [-- --json …]`. Every flow is told once undisturbed, then once for each thing that the
 * program asks of the outside and each trouble that can befall it; the world has to be the same in the end, or somebody
 * has to have been told. Prints the table of `docs/faults.md`, or with `--json` one JSON array; what is wrong is told on
 * stderr, and ends it with 1.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { diceOf } from '../sweep/dice.ts';
import type { Engine } from '../sweep/stores.ts';
import { engineFor, troublesOf } from './cells.ts';
import { FLOWS } from './flows/index.ts';
import { SYSTEMS, type Operation, type System } from './operations.ts';
import { pageOf, type Result } from './page.ts';
import { keyOf } from './watch.ts';

const USAGE = `usage: npm run faults -- [options]

  --json              the results as one JSON array
  --file FILE         keeps what is found in this file, and does not run again what it holds
  --page              makes the page of that file; nothing is run
  --flow NAME         this flow only: ${FLOWS.map((f) => f.name).join(', ')}
  --system NAME,NAME  these systems only: ${SYSTEMS.join(', ')}
  --operation WORD    operations with this in their names only
  --fault NAME,NAME   these troubles only: "cut after", 404, "500 for hours" …
  --sample N          N cells of the matrix, drawn by chance (all)
  --seed N            the dice of those (printed)
  --each              each cell in a run of its own
  --everywhere        each operation in every flow that asks for it, not in the first alone
  --processes N       at once (2)`;

/** Runs of one process: what the dead leave behind fills its memory. */
const CHUNK = 200;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false }, flow: { type: 'string' }, system: { type: 'string' }, operation: { type: 'string' }, fault: { type: 'string' },
    file: { type: 'string' }, page: { type: 'boolean', default: false }, sample: { type: 'string' }, seed: { type: 'string' }, everywhere: { type: 'boolean', default: false }, each: { type: 'boolean', default: false }, processes: { type: 'string', default: '2' },
  },
});

type Run = readonly [operations: readonly string[], trouble: string];
interface Peace { readonly operations: readonly Operation[]; readonly missing: readonly string[] }
type Found = Omit<Result, 'flow' | 'engine' | 'operation'> & { readonly operation: string };
type Said = Peace | Found;

type Heard = (found: Found) => void;

/** Has a process tell the flow with these troubles; hands on what it says of each run. What is left: it ended before. */
async function child(flow: string, engine: Engine, runs: readonly Run[], heard: Heard): Promise<Run[]> {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), flow, engine], { stdio: ['pipe', 'pipe', 'inherit'] });
  process_.stdin.end(JSON.stringify(runs));
  let peace: Peace | null = null;
  const left = new Map(runs.map(([keys, trouble]) => [trouble + keys.join(), { trouble, keys: new Set(keys) }]));
  for await (const line of createInterface({ input: process_.stdout })) {
    const said = JSON.parse(line) as Said;
    if ('operations' in said) peace = said;
    else {
      for (const run of left.values()) if (run.trouble === said.trouble) run.keys.delete(said.operation);
      heard(said);
    }
  }
  if (peace === null) throw new Error(`${flow} on ${engine} cannot be told undisturbed`);
  if (peace.missing.length > 0) throw new Error(`${flow} on ${engine}, undisturbed, does not come to ${peace.missing.join(' and ')}`);
  return [...left.values()].flatMap(({ keys, trouble }) => keys.size > 0 ? [[[...keys], trouble] as const] : []);
}

/** All of these runs; where one ends its process, what is left of it is tried one by one, and one that does so alone is wrong. */
async function children(flow: string, engine: Engine, runs: readonly Run[], heard: Heard): Promise<void> {
  for (let left = await child(flow, engine, runs, heard); left.length > 0;) {
    const [[keys, trouble] = [[], ''], ...others] = left;
    const [key] = keys;
    if (keys.length === 1 && key !== undefined) heard({ operation: key, trouble, together: 1, end: 'wrong', hits: 1, why: ['the process ended'] });
    const alone = keys.length === 1 ? [] : keys.map((k): Run => [[k], trouble]);
    left = others.length + alone.length === 0 ? [] : await child(flow, engine, [...others, ...alone], heard);
  }
}

/** Does things side by side, so many at once. */
async function atOnce(n: number, works: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...works];
  await Promise.all(Array.from({ length: n }, async () => { for (let work = left.shift(); work; work = left.shift()) await work(); }));
}

interface Planned { readonly flow: string; readonly engine: Engine; readonly operation: Operation; readonly trouble: string }

/** What a flow asks of the outside. */
interface Asks { readonly flow: string; readonly engine: Engine; readonly operations: readonly Operation[] }

/** What is kept from run to run. */
interface Kept { asks: Asks[]; results: Result[] }

const kept: Kept = values.file !== undefined && existsSync(values.file) ? JSON.parse(readFileSync(values.file, 'utf8')) as Kept : { asks: [], results: [] };
const keep = (): void => { if (values.file !== undefined) writeFileSync(values.file, JSON.stringify(kept)); };

/** Has a process tell every flow undisturbed. */
async function plan(engine: Engine): Promise<void> {
  if (kept.asks.some((a) => a.engine === engine)) return;
  const process_ = spawn(process.execPath, [join(import.meta.dirname, 'plan.ts'), engine], { stdio: ['ignore', 'pipe', 'inherit'] });
  const asks: Asks[] = [];
  for await (const line of createInterface({ input: process_.stdout })) asks.push(JSON.parse(line) as Asks);
  if (asks.length < FLOWS.length) throw new Error(`${engine}: the process ended before every flow was told`);
  kept.asks.push(...asks);
  keep();
}

/** The cells that are asked for: each operation in the first flow that asks for it, or in all of them. */
async function planned(): Promise<Planned[]> {
  const systems = SYSTEMS.filter((s): s is System => values.system === undefined || values.system.split(',').includes(s));
  await Promise.all([...new Set(systems.map(engineFor))].map(plan));
  const known = new Set<string>();
  const cells: Planned[] = [];
  for (const { flow, engine, operations } of kept.asks) {
    for (const operation of operations) {
      if (!systems.includes(operation.system) || engineFor(operation.system) !== engine || (!values.everywhere && known.has(keyOf(operation)))) continue;
      known.add(keyOf(operation));
      if ((values.flow !== undefined && flow !== values.flow) || (values.operation !== undefined && !keyOf(operation).includes(values.operation))) continue;
      cells.push(...troublesOf(operation).filter((t) => values.fault === undefined || values.fault.split(',').includes(t.name)).map((t) => ({ flow, engine, operation, trouble: t.name })));
    }
  }
  return cells;
}

function sampled<T>(all: readonly T[], n: number, dice: () => number): T[] {
  return all.map((one) => ({ one, at: dice() })).sort((a, b) => a.at - b.at).slice(0, n).map(({ one }) => one);
}

/** Some for each process: of one flow on one engine, the same troubles together. */
function chunks(cells: readonly Planned[]): { readonly flow: string; readonly engine: Engine; readonly cells: readonly Planned[] }[] {
  const groups = Map.groupBy(cells, (c) => `${c.flow}\n${c.engine}`);
  return [...groups.values()].flatMap((of) => Array.from({ length: Math.ceil(of.length / CHUNK) }, (_, i) => of.slice(i * CHUNK, (i + 1) * CHUNK)))
    .flatMap((part) => part[0] ? [{ flow: part[0].flow, engine: part[0].engine, cells: part }] : []);
}

/** Operations that may meet their trouble in one run: unless each is to have its own, all of a flow, where it passes and Slack's words do not hide whose it was. */
function runsOf(cells: readonly Planned[]): Run[] {
  const apart = ({ operation, trouble }: Planned): string => values.each || trouble.endsWith('for hours') || (operation.system === 'Slack' && /^\d|not ok/.test(trouble)) ? keyOf(operation) : operation.system;
  return [...Map.groupBy(cells, (c) => `${c.trouble}\n${apart(c)}`).values()].map((of) => [of.map((c) => keyOf(c.operation)), of[0]?.trouble ?? '']);
}

const isSame = (r: Result, c: Planned): boolean => r.flow === c.flow && keyOf(r.operation) === keyOf(c.operation) && r.trouble === c.trouble;

function tellWrong({ operation, trouble, flow, engine, why }: Result): void {
  console.error(`${keyOf(operation)}, ${trouble} (${flow}, ${engine}):\n${why.slice(0, 12).map((w) => `  ${w.slice(0, 400)}`).join('\n')}`);
}

/** Runs what is asked for and not known yet; answers all that was asked for. */
async function run(): Promise<Result[]> {
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const all = await planned();
  const cells = values.sample === undefined ? all : sampled(all, Number(values.sample), diceOf(seed));
  if (cells.length === 0) throw new Error(USAGE);
  const left = cells.filter((c) => !kept.results.some((r) => isSame(r, c)));
  console.error(`… ${left.length} of ${all.length} cells${values.sample === undefined ? '' : ` (seed ${seed})`}`);
  await atOnce(Number(values.processes), chunks(left).map(({ flow, engine, cells: part }) => async () => {
    await children(flow, engine, runsOf(part), (found) => {
      const operation = part.find((c) => keyOf(c.operation) === found.operation)?.operation;
      if (!operation) throw new Error(`nobody asked for ${found.operation}`);
      const result = { ...found, flow, engine, operation };
      kept.results.push(result);
      keep();
      if (result.end === 'wrong') tellWrong(result);
    });
    console.error(`… ${kept.results.length} cells, ${kept.results.filter((r) => r.end === 'wrong').length} wrong`);
  }));
  return cells.flatMap((c) => kept.results.find((r) => isSame(r, c)) ?? []);
}

/** Every operation that the flows ask for. */
const operations = (): Operation[] => [...new Map(kept.asks.flatMap((a) => a.operations.filter((o) => engineFor(o.system) === a.engine)).map((o) => [keyOf(o), o])).values()];

async function main(): Promise<void> {
  if (values.help) return console.log(USAGE);
  const results = values.page ? kept.results : await run();
  console.log(values.json ? JSON.stringify(results) : pageOf(results, operations()));
  process.exitCode = results.some((r) => r.end === 'wrong') ? 1 : 0;
}

await main();
