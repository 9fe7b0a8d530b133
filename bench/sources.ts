/**
 * What asking the sources costs: a TestGrid with nothing new and with 1% new, next to fetching and JSON.parse-ing the
 * same bytes; and a large `prowjobs.js`.   node bench/sources.ts [TABS…] [--json]
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../src/domain/job.ts';
import { createSource } from '../src/sources/index.ts';
import type { FetchLimits, Source } from '../src/sources/index.ts';
import { eachLimited } from '../src/sources/pool.ts';

const TABS_PER_DASHBOARD = 500;
const LIMITS: FetchLimits = { timeout: 120_000, concurrency: 8, bodyLimit: 512 << 20 };
const deps = { random: Math.random, sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }) };

/** One measured thing; times in milliseconds, sizes in mebibytes. */
export interface SourceFigure {
  readonly what: string;
  readonly jobs: number;
  readonly mib: number;
  readonly ms: number;
  /** The same bytes, fetched and parsed. */
  readonly baselineMs: number;
  readonly ratio: number;
  /** The same of the processor's time, which does not count what other processes of the machine take. */
  readonly cpuMs: number;
  readonly baselineCpuMs: number;
  readonly cpuRatio: number;
  /** The process's memory: before, and the most during it. */
  readonly rssBefore: number;
  readonly rssMost: number;
}

const mib = (bytes: number): number => Math.round(bytes / (1 << 20));

function job(dashboard: string | null, tab: string | null, name: string): Job {
  return {
    key: `${dashboard}/${tab}/${name}`, project: 'bench', platform: 'linux/s390x', name, source: 'bench', dashboard, tab, suite: 'unit', trigger: 'periodic',
    branch: null, board: null, reportedBy: null, thresholds: { failuresToOpen: 3, passesToClose: 2, recentRuns: 10, staleAfter: 1 },
  };
}

interface Measured { readonly ms: number; readonly cpu: number; readonly before: number; readonly most: number }

const middle = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Runs it a few times, and tells the middle time and the most memory that was in use. */
async function measure(times: number, work: () => Promise<unknown>): Promise<Measured> {
  const taken: number[] = [];
  const cpu: number[] = [];
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()); }, 10);
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    const cpuStart = process.cpuUsage();
    await work();
    taken.push(performance.now() - start);
    const { user, system } = process.cpuUsage(cpuStart);
    cpu.push((user + system) / 1000);
    most = Math.max(most, process.memoryUsage.rss());
  }
  clearInterval(watch);
  return { ms: middle(taken), cpu: middle(cpu), before: mib(before), most: mib(most) };
}

const figure = (what: string, jobs: number, bytes: number, ours: Measured, baseline: Measured): SourceFigure => ({
  what, jobs, mib: mib(bytes), ms: ours.ms, baselineMs: baseline.ms, ratio: ours.ms / baseline.ms,
  cpuMs: ours.cpu, baselineCpuMs: baseline.cpu, cpuRatio: ours.cpu / baseline.cpu, rssBefore: ours.before, rssMost: ours.most,
});

/** After every run of the stand-in (`sources-server.ts`); what begins later is left out. */
const POLLED = Date.UTC(2026, 10, 21);

const polled = async (source: Source, jobs: readonly Job[]): Promise<number> => {
  const reading = await source.poll(jobs, POLLED, new AbortController().signal);
  if (!reading.ok || reading.warnings.length > 0) throw new Error(reading.error ?? reading.warnings[0]?.text);
  return reading.bytes;
};

async function benchGrid(base: string, tabs: number): Promise<SourceFigure[]> {
  const boards = Array.from({ length: Math.ceil(tabs / TABS_PER_DASHBOARD) }, (_, d) => `board-${d}`);
  const jobs = Array.from({ length: tabs }, (_, i) => job(boards[Math.floor(i / TABS_PER_DASHBOARD)] ?? '', `tab-${i % TABS_PER_DASHBOARD}`, `job-${i}`));
  const figures: SourceFigure[] = [];
  for (const changed of [0, 1]) {
    const url = `${base}/grid/${changed}`;
    const source = createSource({ name: 'bench', kind: 'testgrid', url, api: 'legacy', guarded: false }, LIMITS, deps);
    await polled(source, jobs);
    let bytes = 0;
    const ours = await measure(5, async () => { bytes = await polled(source, jobs); });
    const baseline = await measure(5, () => eachLimited(boards, LIMITS.concurrency, async (board) => {
      JSON.parse(await (await fetch(`${url}/${board}/summary`)).text());
    }));
    figures.push(figure(changed === 0 ? 'testgrid, nothing new' : 'testgrid, 1% new', tabs, bytes, ours, baseline));
  }
  return figures;
}

async function benchProw(base: string, size: number): Promise<SourceFigure> {
  const url = `${base}/prow/${size}`;
  const jobs = Array.from({ length: 200 }, (_, i) => job(null, null, `ci-job-${i * 7}`));
  const source = createSource({ name: 'bench', kind: 'prow', url, api: 'legacy', guarded: false }, LIMITS, deps);
  let bytes = 0;
  const ours = await measure(3, async () => { bytes = await polled(source, jobs); });
  const baseline = await measure(3, async () => {
    const text = await (await fetch(`${url}/prowjobs.js`)).text();
    JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  });
  return figure('prowjobs.js', jobs.length, bytes, ours, baseline);
}

/** Measures Prow first, while the process is small. */
export async function benchSources(sizes: readonly number[], prowBytes: number): Promise<SourceFigure[]> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'sources-server.ts'));
  try {
    const [port] = await once(child, 'message') as [number];
    const base = `http://127.0.0.1:${port}`;
    const figures = [await benchProw(base, prowBytes)];
    for (const size of sizes) figures.push(...await benchGrid(base, size));
    return figures;
  } finally {
    child.disconnect();
  }
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  const sizes = args.filter((a) => /^\d+$/.test(a)).map(Number);
  const figures = await benchSources(sizes.length > 0 ? sizes : [1000, 10_000, 50_000], 100 << 20);
  if (args.includes('--json')) console.log(JSON.stringify(figures));
  else console.table(figures.map((f) => Object.fromEntries(Object.entries(f).map(([k, v]) => [k, typeof v === 'number' ? Number(v.toFixed(k.endsWith('atio') ? 2 : 0)) : v as string]))));
}
