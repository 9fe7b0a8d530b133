import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { STORY } from './story/index.ts';
import { REPO } from './story/orrery.ts';
import { play } from './story/play.ts';
import { setUp, type Undo } from './story/set-up.ts';
import type { Stage } from './story/stage.ts';
import { answered } from './story/steps/answered.ts';
import { blocker } from './story/steps/blocker.ts';
import { fixFirst } from './story/steps/fix-first.ts';
import { fix } from './story/steps/fix.ts';
import { joins } from './story/steps/joins.ts';
import { MUTE } from './story/steps/proposal.ts';
import { Voice } from './story/voice.ts';

/** Makes the pictures of README out of the story: `node demo/pictures.ts docs/images`. Needs Chromium (`CHROMIUM`, or on the PATH). */

const folder = resolve(process.argv[2] ?? 'docs/images');
const voice = new Voice(process.stdout);
let undo: Undo = [];

async function picture(name: string, url: string, height: number): Promise<void> {
  await promisify(execFile)(process.env['CHROMIUM'] ?? 'chromium', [
    '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', `--window-size=1000,${height}`, `--screenshot=${join(folder, `${name}.png`)}`, url,
  ], { timeout: 60_000 });
  voice.plain(`\n   ${name}.png`);
}

/** Plays the story on, from where it is to the end of this step. */
async function upTo(stage: Stage, from: number, step: (typeof STORY)[number]): Promise<number> {
  const to = STORY.indexOf(step) + 1;
  const { failed } = await play(STORY.slice(from, to), stage);
  if (failed) throw new Error(`The story came no further than ${failed.step.title}.`);
  return to;
}

async function pictures(stage: Stage): Promise<void> {
  const { github, slack } = stage.world;
  const channel = (name: string): string => `${slack.url}/archives/${slack.channel(name).id}`;
  await stage.startProgram();
  let next = await upTo(stage, 0, joins);
  await picture('slack', channel('#s390x'), 890);
  next = await upTo(stage, next, fix);
  await picture('issue', `${github.url}/${REPO}/issues/${stage.kept('s390x').number}`, 1240);
  await upTo(stage, next, answered);
  const mark = stage.mark();
  await stage.types('ada', '#release-signal', MUTE);
  await stage.sees('the proposal', () => ({ ok: stage.since(mark).messages.length === 1, found: '' }));
  await stage.comments('noor', stage.since(mark).issues[0]!, '/arch approve');
  await stage.sees('the approval', () => ({ ok: stage.since(mark).messages[0]?.text.includes('1 of 2') === true, found: '' }));
  await stage.presses('mateo opens the Home.', () => slack.openHome('mateo'));
  await stage.sees('the Home', () => ({ ok: slack.home('mateo') !== null, found: '' }));
  await stage.settle();
  await picture('proposal', channel('#release-leads'), 380);
  await picture('home', `${slack.url}/views/${slack.home('mateo')!.id}`, 560);
}

/** A proposal to turn a platform off, with the first approval; in a world of its own, where it stands alone in its channel. */
async function conflict(stage: Stage): Promise<void> {
  const { slack } = stage.world;
  await stage.startProgram();
  const { failed } = await play([blocker, fixFirst], stage);
  if (failed) throw new Error(`The story came no further than ${failed.step.title}.`);
  const [message] = stage.messagesAbout(stage.kept('turn-off'), '#release-leads');
  if (!message) throw new Error('There is no message in #release-leads.');
  await stage.presses('noor approves.', () => slack.click('noor', message, 'approve'));
  await stage.sees('the approval', () => ({ ok: message.text.includes('1 of 2'), found: '' }));
  await stage.settle();
  await picture('conflict', `${slack.url}/archives/${slack.channel('#release-leads').id}`, 930);
}

mkdirSync(folder, { recursive: true });
for (const taken of [pictures, conflict]) {
  undo = [];
  try {
    await taken(await setUp({ voice, undo }));
  } finally {
    for (const step of undo.reverse()) await step();
  }
}
process.exit(0);
