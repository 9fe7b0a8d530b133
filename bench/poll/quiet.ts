/** What the real program asks for while nothing happens, counted where it asks: at the stand-ins. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld, type World } from '../../demo/stand-ins/index.ts';
import { Program } from '../../demo/story/program.ts';
import { PLATFORMS, SUITES } from './project.ts';

export interface QuietResult {
  readonly dashboards: number;
  /** Issues that the first poll has opened, which are left alone while it is quiet. */
  readonly issues: number;
  /** Per poll. */
  readonly summaries: number;
  readonly tables: number;
  /** In all of the polls. */
  readonly github: number;
  readonly polls: number;
}

const PER_DASHBOARD = 100;
const POLLS = 5;
const EVERY = 2_000;
/** So long without a word to GitHub: what the first poll led to is done (ms). */
const SETTLED = 3_000;
const PATIENCE = 60_000;

/** Runs the program on so many jobs until it is quiet, and listens to a few polls. */
export async function measureQuiet(jobs: number): Promise<QuietResult> {
  const world = await startWorld();
  const folder = mkdtempSync(join(tmpdir(), 'archsignal-bench-'));
  const program = new Program({ folder, env: { ...programEnv(world), CONFIG: join(folder, 'config'), DATA_DIR: join(folder, 'data') }, onLine: () => {} });
  try {
    const fill = world.ci.fill({ jobs, perDashboard: PER_DASHBOARD, columns: 20 });
    let updates = 0;
    world.ci.faults.add({
      kind: 'alter', times: Infinity, match: { path: /\/summary$/ },
      alter: (answer) => !Buffer.isBuffer(answer.body) ? answer : { ...answer, body: answer.body.toString().replaceAll(/("last_update_timestamp":)\d+/g, `$1${1_800_000_000 + ++updates}`) },
    });
    writeConfig(join(folder, 'config'), world, fill.jobs);
    await program.start();
    await settle(world, program);
    return await listenTo(world, program, fill.dashboards().length);
  } finally {
    await program.stop();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without Slack, of which nothing is asked here. */
const programEnv = (world: World): Record<string, string> =>
  Object.fromEntries(Object.entries(world.env()).filter(([name]) => !name.startsWith('SLACK_')));

function writeConfig(folder: string, world: World, jobs: readonly { readonly dashboard: string; readonly tab: string }[]): void {
  world.github.repo('octo/bench');
  const lines = PLATFORMS.flatMap((platform, p) => {
    const team = `octo/${platform.replaceAll('/', '-')}`;
    world.github.team(team, ['olga']);
    const own = jobs.map((job, i) => ({ ...job, i })).filter(({ i }) => i % PLATFORMS.length === p);
    return [`  ${platform}:`, `    { step: 2, build: on, owners: ["@${team}"], jobs: [`,
      ...own.map(({ dashboard, tab, i }) => `      { name: ${tab}, source: ci, dashboard: ${dashboard}, tab: ${tab}, suite: ${SUITES[i % SUITES.length]}, trigger: periodic },`), '    ] }'];
  });
  mkdirSync(folder);
  writeFileSync(join(folder, 'bench.yml'), [
    'version: 1', 'project: bench', 'repo: octo/bench', 'reference: linux/amd64', `sources: { ci: { kind: testgrid, url: "${world.ci.url}" } }`,
    `polling: { every: ${EVERY / 1000}s }`, 'platforms:', ...lines, '',
  ].join('\n'));
}

/** Until there are issues and nothing more is asked of GitHub. */
async function settle(world: World, program: Program): Promise<void> {
  const { requests } = world.github;
  for (let waited = 0, still = 0, seen = 0; still < SETTLED; waited += 100) {
    if (program.died || waited > PATIENCE) throw new Error(`The program did not come to rest:\n${program.tail(20).join('\n')}`);
    await sleep(100);
    still = requests.length === seen && requests.writes().length > 0 ? still + 100 : 0;
    seen = requests.length;
  }
}

async function listenTo(world: World, program: Program, dashboards: number): Promise<QuietResult> {
  const issues = world.github.requests.where({ method: 'POST', path: /\/issues$/ }).length;
  const summaries = () => world.ci.requests.where({ path: /\/summary$/ }).length;
  // From the end of one poll to the end of another, so that no poll is counted in part.
  await sleep(EVERY / 2);
  world.github.requests.clear();
  world.ci.requests.clear();
  for (let waited = 0; summaries() < POLLS * dashboards; waited += 50) {
    if (program.died || waited > PATIENCE) throw new Error(`The program has stopped polling:\n${program.tail(20).join('\n')}`);
    await sleep(50);
  }
  await sleep(EVERY / 4);
  const tables = world.ci.requests.where({ path: /\/table$/ }).length;
  return { dashboards, issues, summaries: summaries() / POLLS, tables: tables / POLLS, github: world.github.requests.length, polls: POLLS };
}
