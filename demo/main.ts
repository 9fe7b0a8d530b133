import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatFinding, loadProject } from '../src/config/load.ts';
import type { Project } from '../src/domain/project.ts';
import { startWorld, type World } from './stand-ins/index.ts';
import { ProjectCi } from './story/ci.ts';
import { Feed } from './story/feed.ts';
import { STORY } from './story/index.ts';
import { play, type Outcome } from './story/play.ts';
import { Program } from './story/program.ts';
import { REPO, Stage } from './story/stage.ts';
import { tellPlaces, tellSummary } from './story/summary.ts';
import { Voice } from './story/voice.ts';

const CONFIG = join(import.meta.dirname, 'config/orrery.yml');
/** The address that the configuration names in place of the CI stand-in's. */
const PLACEHOLDER = 'http://127.0.0.1:8085';

const USAGE = `npm run demo                 the story, then the pages are served until Ctrl-C
npm run demo -- --once       the story alone; exit 0 only if every step was seen at the stand-ins
npm run demo -- --verbose    the program's log between the lines of the story`;

interface Options { readonly once: boolean; readonly verbose: boolean }

const voice = new Voice(process.stdout);

/** What has to be undone at the end, the last first. */
const undo: (() => void | Promise<void>)[] = [];
let ending = false;

/** Ends everything that was begun and leaves nothing behind. */
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  for (const step of undo.reverse()) await Promise.resolve(step()).catch((error: unknown) => { console.error(error); });
  process.exit(code);
}

/** The demo's configuration with the CI stand-in's address in it, as text and as the program reads it. */
function configuration(ci: string): { readonly text: string; readonly project: Project } {
  const text = readFileSync(CONFIG, 'utf8').replaceAll(PLACEHOLDER, ci);
  const loaded = loadProject(text, { file: 'config/orrery.yml', origin: 'disk' });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatFinding).join('\n'));
  return { text, project: loaded.project };
}

/** A line of the program's log with its level and message alone; one that is no JSON as it is. */
function shortLog(line: string): string {
  try {
    const { level, msg } = JSON.parse(line) as { level?: string; msg?: string };
    return `${level ?? ''} ${msg ?? line}`.trim();
  } catch {
    return line;
  }
}

/** Repository, teams and channels, as a project would have them. */
function furnish(world: World): void {
  world.github.repo(REPO);
  world.github.team('orrery/core', ['ada', 'wen']);
  world.github.team('orrery/s390x-owners', ['olga', 'kofi']);
  world.github.team('orrery/arm64-owners', ['tomasz', 'ines']);
  world.github.team('orrery/release-signal', ['wen', 'jun']);
  world.github.team('orrery/release-leads', ['ada']);
  world.slack.channel('#release-signal');
  world.slack.channel('#s390x');
}

async function setUp(options: Options): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'archsignal-demo-'));
  undo.push(() => { rmSync(folder, { recursive: true, force: true }); });
  const world = await startWorld();
  undo.push(() => world.close());
  furnish(world);
  const { text, project } = configuration(world.ci.url);
  mkdirSync(join(folder, 'config'));
  writeFileSync(join(folder, 'config/orrery.yml'), text);
  const ci = new ProjectCi(world.ci, project, 'linux/arm64 e2e');
  undo.push(() => { ci.dropNightly(); });
  const program = new Program({
    folder, env: { ...world.env(), CONFIG: 'config/orrery.yml', DATA_DIR: 'data', LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info' },
    onLine: (line) => { if (options.verbose) voice.line('Program', `log: ${shortLog(line)}`); },
  });
  undo.push(() => program.stop());
  process.on('exit', () => { program.killNow(); });
  const feed = new Feed(world, voice);
  undo.push(() => { feed.stop(); });
  return new Stage(world, ci, program, voice);
}

function tellBeginning(stage: Stage): void {
  const { ci, world, program } = stage;
  voice.plain(voice.paint('bold', 'Archsignal, the real program, with stand-ins for GitHub, Slack and the CI on this machine.'));
  voice.plain('No account, no key, no network: everything below happens here, and all links lead here.\n');
  voice.plain('Orrery is a made-up project that is built and tested on three platforms: linux/amd64 (PCs), linux/arm64');
  voice.plain('(ARM) and linux/s390x (IBM mainframes). Its CI runs each job, a set of tests on one platform, again and');
  voice.plain('again: a run is green where all of them passed, and red otherwise. Archsignal reads the results, tells what');
  voice.plain('is broken from what is noise, and sees to it that the right people know, once, until it is green again.\n');
  voice.row('CI', `${ci.jobCount} jobs at TestGrid and Prow, ${ci.runsAtStart.toLocaleString('en-US')} runs, two months   ${voice.link(`${world.ci.url}/`)}`);
  voice.row('Issues', voice.link(`${world.github.url}/${REPO}/issues`));
  voice.row('Slack', voice.link(`${world.slack.url}/`));
  voice.row('Program', `its log: ${program.logFile}`);
}

function tellLog(stage: Stage): void {
  voice.plain(`\n${voice.paint('bold', 'The end of the program\'s log')}`);
  for (const line of stage.program.tail(30)) voice.plain(`   ${line}`);
}

/** Starts the program; false, with what it said, where it does not come up. */
async function comesUp(stage: Stage): Promise<boolean> {
  try {
    await stage.startProgram();
    return true;
  } catch (error) {
    if (ending) return false;
    voice.failed('The start of the program', 'it listens and says that it is ready', error instanceof Error ? error.message : String(error));
    tellLog(stage);
    return false;
  }
}

/** Tells how it ended; true where every step was seen. */
async function tellEnd(stage: Stage, { done, failed }: Outcome, begun: number): Promise<boolean> {
  if (failed) tellLog(stage);
  else tellSummary(voice, stage);
  const seconds = Math.round((performance.now() - begun) / 1000);
  voice.plain(`\n${voice.paint('bold', `Seen at the stand-ins: ${done.length} of ${STORY.length} steps, in ${seconds} s`)}`);
  for (const step of STORY) voice.plain(`   ${done.includes(step) ? voice.paint('green', '✓') : step === failed?.step ? voice.paint('red', '✗') : '·'} ${step.title}`);
  return failed === null;
}

async function main(options: Options): Promise<void> {
  const begun = performance.now();
  const stage = await setUp(options);
  if (!await comesUp(stage)) return end(1);
  tellBeginning(stage);
  const outcome = await play(STORY, stage);
  if (ending) return;
  const all = await tellEnd(stage, outcome, begun);
  if (options.once) return end(all ? 0 : 1);
  await tellPlaces(voice, stage);
  voice.plain('\nEverything keeps running; Ctrl-C ends it.');
  process.exitCode = all ? 0 : 1;
}

function readOptions(): Options {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  return values;
}

let over = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => { void end(over ? Number(process.exitCode ?? 0) : 130); });
// Whoever reads along may stop reading (`| head`): that ends the demo like Ctrl-C.
process.stdout.on('error', () => { void end(130); });

let options: Options;
try {
  options = readOptions();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(2);
}
try {
  await main(options);
  over = true;
} catch (error) {
  if (!ending) console.error(error);
  await end(1);
}
