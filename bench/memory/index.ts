import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FilledJob } from '../../demo/stand-ins/ci/index.ts';
import { startWorld, type World } from '../../demo/stand-ins/index.ts';
import { Program } from '../../demo/story/program.ts';
import type { Aim, Figure } from '../figure.ts';
import { heldBy, inspectorIn } from '../inspect.ts';
import type { Held } from '../measure.ts';
import { PLATFORMS, SUITES } from '../poll/project.ts';
import { floorHeld } from './floor.ts';

export interface MemoryOptions {
  /** Sizes of TestGrids, in jobs. */
  readonly jobs: readonly number[];
  /** Told what is being measured. */
  readonly say: (what: string) => void;
}

/** Jobs of one configuration file, which may have a megabyte. */
const PER_FILE = 5_000;
const PER_DASHBOARD = 100;
const COLUMNS = 20;
const POLLS = 5;
const EVERY = 2_000;
/** Whoever waits for longer (ms) has found a fault. */
const PATIENCE = 300_000;

/** A job may cost this much of the heap, with its configuration, state and incident (KiB). */
const PER_JOB: Aim = { of: 'value', most: 8 };

/** Measures what the server holds after some polls, next to a process that fetches and parses the same. */
export async function benchMemory({ jobs: sizes, say }: MemoryOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  let smallest: { jobs: number; heap: number } | null = null;
  for (const jobs of sizes.toSorted((a, b) => a - b)) {
    say(`memory of the server with ${jobs.toLocaleString('en-US')} jobs`);
    const { ours, floor } = await measure(jobs);
    const name = `memory, ${jobs.toLocaleString('en-US')} jobs, after ${POLLS} polls`;
    figures.push(
      { name: `${name}: heap`, value: ours.heap, floor: floor.heap, unit: 'MiB', aim: null },
      { name: `${name}: process`, value: ours.rss, floor: floor.rss, unit: 'MiB', aim: null },
    );
    if (smallest) figures.push({ name: `${name}: heap per job beyond ${smallest.jobs.toLocaleString('en-US')}`, value: (ours.heap - smallest.heap) * 1024 / (jobs - smallest.jobs), floor: null, unit: 'KiB', aim: PER_JOB });
    smallest ??= { jobs, heap: ours.heap };
  }
  return figures;
}

async function measure(jobs: number): Promise<{ ours: Held; floor: Held }> {
  const world = await startWorld();
  const folder = mkdtempSync(join(tmpdir(), 'archsignal-bench-'));
  let inspector: string | null = null;
  const program = new Program({
    folder, env: { ...environment(world), NODE_OPTIONS: '--inspect=127.0.0.1:0', CONFIG: join(folder, 'config'), DATA_DIR: join(folder, 'data') },
    readyWithin: PATIENCE, onLine: (line) => { inspector ??= inspectorIn(line); },
  });
  try {
    const { jobs: tabs } = world.ci.fill({ jobs, perDashboard: PER_DASHBOARD, columns: COLUMNS });
    configure(join(folder, 'config'), world, tabs);
    await program.start();
    await polled(world, program, POLLS * Math.ceil(jobs / PER_DASHBOARD));
    if (inspector === null) throw new Error('the program has no inspector');
    const ours = await heldBy(inspector);
    await program.kill();
    return { ours, floor: await floorHeld({ url: world.ci.url, tabs, polls: POLLS }) };
  } finally {
    await program.kill();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without Slack, of which nothing is asked here. */
const environment = (world: World): Record<string, string> =>
  Object.fromEntries(Object.entries(world.env()).filter(([name]) => !name.startsWith('SLACK_')));

async function polled(world: World, program: Program, summaries: number): Promise<void> {
  for (let waited = 0, seen = 0; seen < summaries; waited += 50) {
    if (program.died || waited > PATIENCE) throw new Error(`The program has stopped polling:\n${program.tail(20).join('\n')}`);
    await sleep(50);
    seen += world.ci.requests.where({ path: /\/summary$/ }).length;
    world.ci.requests.clear();
  }
}

/** A file for each project, with its own dashboards, and what breaks on them folded into one summary. */
function configure(folder: string, world: World, tabs: readonly FilledJob[]): void {
  world.github.repo('octo/bench');
  world.github.team('octo/owners', ['olga']);
  mkdirSync(folder);
  for (let n = 0; n * PER_FILE < tabs.length; n++) {
    const part = tabs.slice(n * PER_FILE, (n + 1) * PER_FILE);
    const platforms = PLATFORMS.flatMap((platform, p) => [`  ${platform}:`, '    { step: 2, build: on, owners: ["@octo/owners"], jobs: [',
      ...part.flatMap((job, i) => i % PLATFORMS.length === p ? [`      { name: ${job.tab}, source: ci, dashboard: ${job.dashboard}, tab: ${job.tab}, suite: ${SUITES[i % SUITES.length]}, trigger: periodic },`] : []), '    ] }']);
    writeFileSync(join(folder, `bench-${n}.yml`), [
      'version: 1', `project: bench-${n}`, 'repo: octo/bench', 'reference: linux/amd64', `sources: { ci: { kind: testgrid, url: "${world.ci.url}" } }`, `polling: { every: ${EVERY / 1000}s }`, 'platforms:', ...platforms, '',
    ].join('\n'));
  }
}
