/**
 * The fault matrix: `npm run faults [-- --json …]`. Every flow is told once undisturbed, then once for each thing that the
 * program asks of the outside and each trouble that can befall it; the world has to be the same in the end, or somebody
 * has to have been told. Prints the table of `docs/faults.md`, or with `--json` one JSON array; what is wrong is told on
 * stderr, and ends it with 1.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
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
import type { Verdict } from './verdict.ts';

const USAGE = `usage: npm run faults -- [options]

  --json              the results as one JSON array
  --out FILE          the results as JSON into this file as well, as they come
  --from FILE         makes the page of such a file; nothing is run
  --flow NAME         this flow only: ${FLOWS.map((f) => f.name).join(', ')}
  --system NAME       this system only: ${SYSTEMS.join(', ')}
  --operation WORD    operations with this in their names only
  --fault NAME        this trouble only: "cut after", 404, "500 for hours" …
  --sample N          N cells of the matrix, drawn by chance (all)
  --seed N            the dice of those (printed)
  --everywhere        each operation in every flow that asks for it, not in the first alone
  --processes N       at once (2)`;

/** Runs of one process: what the dead leave behind fills its memory. */
const CHUNK = 60;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false }, flow: { type: 'string' }, system: { type: 'string' }, operation: { type: 'string' }, fault: { type: 'string' },
    out: { type: 'string' }, from: { type: 'string' }, sample: { type: 'string' }, seed: { type: 'string' }, everywhere: { type: 'boolean', default: false }, processes: { type: 'string', default: '2' },
  },
});

type Run = readonly [operation: string, trouble: string];
interface Peace { readonly operations: readonly Operation[]; readonly missing: readonly string[] }
type Said = Peace | (Verdict & { readonly operation: string; readonly trouble: string });

/** Has a process tell the flow with these troubles; hands on what it says of each run. */
async function child(flow: string, engine: Engine, runs: readonly Run[], heard: (operation: string, trouble: string, verdict: Verdict) => void): Promise<Peace> {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), flow, engine], { stdio: ['pipe', 'pipe', 'inherit'] });
  process_.stdin.end(JSON.stringify(runs));
  let peace: Peace | null = null;
  let left = runs.length;
  for await (const line of createInterface({ input: process_.stdout })) {
    const said = JSON.parse(line) as Said;
    if ('operations' in said) peace = said;
    else {
      left--;
      heard(said.operation, said.trouble, { end: said.end, hits: said.hits, why: said.why });
    }
  }
  if (peace === null || left > 0) throw new Error(`${flow} on ${engine}: the process ended before its runs did`);
  if (peace.missing.length > 0) throw new Error(`${flow} on ${engine}, undisturbed, does not come to ${peace.missing.join(' and ')}`);
  return peace;
}

/** Does things side by side, so many at once. */
async function atOnce(n: number, works: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...works];
  await Promise.all(Array.from({ length: n }, async () => { for (let work = left.shift(); work; work = left.shift()) await work(); }));
}

interface Planned { readonly flow: string; readonly engine: Engine; readonly operation: Operation; readonly trouble: string }

/** The cells that are asked for: each operation in the first flow that asks for it, or in all of them. */
async function planned(processes: number): Promise<Planned[]> {
  const flows = FLOWS.filter((f) => values.flow === undefined || f.name === values.flow);
  const systems = SYSTEMS.filter((s): s is System => values.system === undefined || s === values.system);
  const engines = [...new Set(systems.map(engineFor))];
  const told = new Map<string, Peace>();
  await atOnce(processes, flows.flatMap((f) => engines.map((e) => async () => { told.set(`${f.name} ${e}`, await child(f.name, e, [], () => {})); })));
  const known = new Set<string>();
  const cells: Planned[] = [];
  for (const { name: flow } of flows) {
    for (const engine of engines) {
      for (const operation of told.get(`${flow} ${engine}`)?.operations ?? []) {
        if (!systems.includes(operation.system) || engineFor(operation.system) !== engine || (!values.everywhere && known.has(keyOf(operation)))) continue;
        known.add(keyOf(operation));
        if (values.operation !== undefined && !keyOf(operation).includes(values.operation)) continue;
        cells.push(...troublesOf(operation).filter((t) => values.fault === undefined || t.name === values.fault).map((t) => ({ flow, engine, operation, trouble: t.name })));
      }
    }
  }
  return cells;
}

function sampled<T>(all: readonly T[], n: number, dice: () => number): T[] {
  return all.map((one) => ({ one, at: dice() })).sort((a, b) => a.at - b.at).slice(0, n).map(({ one }) => one);
}

function chunks(cells: readonly Planned[]): { readonly flow: string; readonly engine: Engine; readonly cells: readonly Planned[] }[] {
  const groups = Map.groupBy(cells, (c) => `${c.flow}\n${c.engine}`);
  return [...groups.values()].flatMap((of) => Array.from({ length: Math.ceil(of.length / CHUNK) }, (_, i) => of.slice(i * CHUNK, (i + 1) * CHUNK)))
    .flatMap((part) => part[0] ? [{ flow: part[0].flow, engine: part[0].engine, cells: part }] : []);
}

async function run(): Promise<Result[]> {
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const processes = Number(values.processes);
  const all = await planned(processes);
  const cells = values.sample === undefined ? all : sampled(all, Number(values.sample), diceOf(seed));
  if (cells.length === 0) throw new Error(USAGE);
  console.error(`… ${cells.length} of ${all.length} cells${values.sample === undefined ? '' : ` (seed ${seed})`}`);
  const results: Result[] = [];
  await atOnce(processes, chunks(cells).map(({ flow, engine, cells: part }) => async () => {
    await child(flow, engine, part.map((c) => [keyOf(c.operation), c.trouble]), (key, trouble, verdict) => {
      const operation = part.find((c) => keyOf(c.operation) === key)?.operation;
      if (!operation) throw new Error(`nobody asked for ${key}`);
      results.push({ flow, engine, operation, trouble, ...verdict });
      if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(results));
      if (verdict.end === 'wrong') console.error(`${key}, ${trouble} (${flow}, ${engine}):\n${verdict.why.slice(0, 12).map((w) => `  ${w.slice(0, 400)}`).join('\n')}`);
    });
    console.error(`… ${results.length} of ${cells.length} cells, ${results.filter((r) => r.end === 'wrong').length} wrong`);
  }));
  return results;
}

async function main(): Promise<void> {
  if (values.help) return console.log(USAGE);
  const results = values.from === undefined ? await run() : JSON.parse(readFileSync(values.from, 'utf8')) as Result[];
  console.log(values.json ? JSON.stringify(results) : pageOf(results));
  process.exitCode = results.some((r) => r.end === 'wrong') ? 1 : 0;
}

await main();
