import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld, type World } from '../../demo/stand-ins/index.ts';
import { Program } from '../../demo/story/program.ts';
import { loadProject } from '../../src/config/load.ts';
import type { JobState } from '../../src/domain/job.ts';
import type { Run } from '../../src/domain/run.ts';
import { openStore } from '../../src/store/open.ts';
import { databaseOf, postgresIsHere } from '../../test/postgres.ts';
import { onPostgres } from '../breakages/index.ts';
import type { Figure } from '../figure.ts';
import { median, type Taken } from '../measure.ts';
import { PLATFORMS } from '../poll/project.ts';
import { cpuOf } from '../town.ts';

export interface StartupOptions {
  /** Runs in the store. */
  readonly runs: number;
  /** Told what is being measured. */
  readonly say: (what: string) => void;
}

const JOBS = 1_000;
const PER_DASHBOARD = 100;
const ROUNDS = 3;
const HOUR = 3_600_000;
/** How much of the past is kept: the configuration's default is 90 days. */
const DAYS = 85;
/** Whoever waits for longer (ms) has found a fault. */
const PATIENCE = 120_000;

/** What is stored must not be read at start. */
const AIM = { of: 'ratio', most: 1.5 } as const;

/** Measures the time from the start of the server until it is ready, with many runs in its store next to none. */
export async function benchStartup({ runs, say }: StartupOptions): Promise<Figure[]> {
  const name = `start-up with ${runs.toLocaleString('en-US')} runs stored, ${JOBS.toLocaleString('en-US')} jobs`;
  say(`start-up with ${runs.toLocaleString('en-US')} runs stored`);
  const figures = await measure(name, runs, null);
  if (!await postgresIsHere('start-up on PostgreSQL')) return figures;
  say('the same on PostgreSQL');
  return [...figures, ...await onPostgres((database) => measure(`${name}, PostgreSQL`, runs, databaseOf(database).url))];
}

async function measure(name: string, runs: number, databaseUrl: string | null): Promise<Figure[]> {
  const world = await startWorld();
  const folder = mkdtempSync(join(tmpdir(), 'archsignal-bench-'));
  try {
    writeConfig(folder, world);
    const start = (): Promise<Taken> => once(world, folder, databaseUrl);
    const empty: Taken[] = [];
    const full: Taken[] = [];
    // The first start makes the tables and is not counted.
    for (let n = 0; n <= ROUNDS; n++) empty.push(await start());
    await fill(folder, world, databaseUrl, runs);
    for (let n = 0; n <= ROUNDS; n++) full.push(await start());
    const middle = (taken: readonly Taken[], of: keyof Taken): number => median(taken.slice(1).map((t) => t[of]));
    return [
      { name: `${name}: until it is ready: wall clock`, value: middle(full, 'wallMs'), floor: middle(empty, 'wallMs'), unit: 'ms', aim: AIM },
      ...middle(empty, 'cpuMs') > 0 ? [{ name: `${name}: until it is ready: CPU`, value: middle(full, 'cpuMs'), floor: middle(empty, 'cpuMs'), unit: 'ms', aim: AIM }] : [],
    ];
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One start on what is stored; ready is when the sources were read once. */
async function once(world: World, folder: string, databaseUrl: string | null): Promise<Taken> {
  const env = Object.fromEntries(Object.entries(world.env()).filter(([name]) => !name.startsWith('SLACK_')));
  const program = new Program({ folder, env: { ...env, ...databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }, CONFIG: join(folder, 'config'), DATA_DIR: join(folder, 'data') }, onLine: () => {} });
  const begun = performance.now();
  try {
    await program.start();
    while ((await fetch(`${program.url}/readyz`)).status !== 200) {
      if (program.died || performance.now() - begun > PATIENCE) throw new Error(`The program is not ready:\n${program.tail(20).join('\n')}`);
      await sleep(5);
    }
    return { wallMs: performance.now() - begun, cpuMs: cpuOf(program.pid) };
  } finally {
    await program.stop();
  }
}

const configText = (ci: string, tabs: readonly { readonly dashboard: string; readonly tab: string }[]): string => [
  'version: 1', 'project: bench', 'repo: octo/bench', 'reference: linux/amd64', `sources: { ci: { kind: testgrid, url: "${ci}" } }`, 'polling: { every: 1h }', 'platforms:',
  ...PLATFORMS.flatMap((platform, p) => [`  ${platform}:`, '    { step: 2, build: on, owners: ["@octo/owners"], jobs: [',
    ...tabs.flatMap(({ dashboard, tab }, i) => i % PLATFORMS.length === p ? [`      { name: ${tab}, source: ci, dashboard: ${dashboard}, tab: ${tab}, suite: unit, trigger: periodic },`] : []), '    ] }']), '',
].join('\n');

function writeConfig(folder: string, { ci, github }: World): void {
  github.repo('octo/bench');
  github.team('octo/owners', ['olga']);
  const { jobs } = ci.fill({ jobs: JOBS, perDashboard: PER_DASHBOARD, columns: 20, failing: 0 });
  mkdirSync(join(folder, 'config'));
  writeFileSync(join(folder, 'config/bench.yml'), configText(ci.url, jobs));
}

/** Runs of every job, evenly over the time that is kept, and what is known of each. */
async function fill(folder: string, { ci }: World, databaseUrl: string | null, runs: number): Promise<void> {
  const tabs = Array.from({ length: JOBS }, (_, i) => ({ dashboard: `filled-${String(Math.floor(i / PER_DASHBOARD)).padStart(4, '0')}`, tab: `ci-filled-${String(i).padStart(5, '0')}` }));
  const loaded = loadProject(configText(ci.url, tabs), { file: 'bench.yml', origin: 'disk' });
  if (!loaded.ok) throw new Error(loaded.errors.map((e) => e.message).join('\n'));
  const store = await openStore({ dataDir: join(folder, 'data'), mode: 'server', ...databaseUrl === null ? {} : { databaseUrl } });
  const states = new Map((await store.jobStates('bench')).map((s): [string, JobState] => [s.key, s]));
  const each = Math.ceil(runs / JOBS);
  const now = Date.now();
  for (const { key } of loaded.project.platforms.flatMap((p) => p.jobs)) {
    const state = states.get(key);
    if (!state) throw new Error(`nothing is known of ${key}`);
    const saved = Array.from({ length: each }, (_, n): Run => {
      const started = now - 2 * HOUR - Math.floor((n + 1) * DAYS * 24 * HOUR / each);
      return { build: String(1_700_000_000_000 + n), started, finished: started + HOUR, outcome: n % 31 === 7 ? 'fail' : 'pass', commit: null, url: null };
    });
    await store.saveReadings('bench', now, [{ state, runs: saved }]);
  }
  await store.close();
}
