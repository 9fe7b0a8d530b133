import { parseArgs } from 'node:util';
import { STORY } from './story/index.ts';
import { REPO } from './story/orrery.ts';
import { play, type Outcome } from './story/play.ts';
import { setUp, type Undo } from './story/set-up.ts';
import type { Stage } from './story/stage.ts';
import { tellPlaces, tellSummary } from './story/summary.ts';
import { Voice } from './story/voice.ts';

const USAGE = `npm run demo                 the story, then the pages are served until Ctrl-C
npm run demo -- --once       the story alone; exit 0 only if every step was seen at the stand-ins
npm run demo -- --verbose    the program's log between the lines of the story`;

interface Options { readonly once: boolean; readonly verbose: boolean }

const voice = new Voice(process.stdout);

/** What has to be undone at the end, the last first. */
const undo: Undo = [];
let ending = false;

/** Ends everything that was begun and leaves nothing behind. */
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  for (const step of undo.reverse()) await Promise.resolve(step()).catch((error: unknown) => { console.error(error); });
  process.exit(code);
}

function tellBeginning(stage: Stage): void {
  const { ci, world, program } = stage;
  voice.plain(voice.paint('bold', 'Archsignal, the real program, with stand-ins for GitHub, Slack and the CI on this machine.'));
  voice.plain('No account, no key, no network: everything below happens here, and all links lead here.\n');
  voice.plain('Orrery is a made-up project that is built and tested on three platforms: linux/amd64 (PCs), linux/arm64');
  voice.plain('(ARM) and linux/s390x (IBM mainframes). Its CI runs each job, a set of tests on one platform, again and');
  voice.plain('again: a run is green where all of them passed, and red otherwise. Archsignal reads the results, tells what');
  voice.plain('is broken from what is noise, and sees to it that the right people know, once, until it is green again.');
  voice.plain('They answer it where they are: with /arch … in a comment on GitHub or in Slack, or with a button.\n');
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
  const stage = await setUp({ voice, undo, verbose: options.verbose });
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
