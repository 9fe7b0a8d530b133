import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../../demo/stand-ins/index.ts';
import { ProjectCi } from '../../demo/story/ci.ts';
import { STORY } from '../../demo/story/index.ts';
import { configuration, furnish, REPO } from '../../demo/story/orrery.ts';
import { play } from '../../demo/story/play.ts';
import type { Program } from '../../demo/story/program.ts';
import { Stage } from '../../demo/story/stage.ts';
import { answered } from '../../demo/story/steps/answered.ts';
import { blocker } from '../../demo/story/steps/blocker.ts';
import { downtime } from '../../demo/story/steps/downtime.ts';
import { fixFirst } from '../../demo/story/steps/fix-first.ts';
import { flake } from '../../demo/story/steps/flake.ts';
import { merged } from '../../demo/story/steps/merged.ts';
import { proposal } from '../../demo/story/steps/proposal.ts';
import { taken } from '../../demo/story/steps/taken.ts';
import { turnedOff } from '../../demo/story/steps/turned-off.ts';
import { turnedOn } from '../../demo/story/steps/turned-on.ts';
import type { Step } from '../../demo/story/step.ts';
import { Voice } from '../../demo/story/voice.ts';

/** A program that reads every source and takes whatever it is sent, and does nothing about it. */
let idle: Server;
let world: World;
let ci: ProjectCi;
let reading = true;
let reader: Promise<void>;

beforeAll(async () => {
  world = await startWorld();
  furnish(world);
  const { project } = configuration(world.ci.url);
  ci = new ProjectCi(world.ci, project, 'linux/arm64 e2e');
  idle = createServer((request, response) => { request.resume().on('end', () => { response.end(); }); });
  await new Promise<void>((done) => { idle.listen(0, '127.0.0.1', done); });
  world.attach(`http://127.0.0.1:${(idle.address() as AddressInfo).port}`);
  const tables = project.platforms.flatMap((p) => p.jobs).filter((j) => j.dashboard !== null).map((j) => `/${j.dashboard ?? ''}/table?tab=${j.tab ?? ''}`);
  reader = (async () => {
    while (reading) {
      for (const path of [...tables, '/prowjobs.js']) await fetch(`${world.ci.url}${path}`).then((r) => r.arrayBuffer());
      await delay(5);
    }
  })();
});

afterAll(async () => {
  reading = false;
  await reader;
  ci.dropNightly();
  await world.close();
  await new Promise((done) => { idle.close(done); });
});

/** A stage for the idle program, with the issues that earlier steps keep, and with little patience. */
async function stage(patience = 700): Promise<Stage> {
  world.ci.faults.clear();
  const url = `http://127.0.0.1:${(idle.address() as AddressInfo).port}`;
  const nobody = new Voice(new Writable({ write(_chunk, _encoding, done) { done(); } }) as unknown as NodeJS.WriteStream);
  const made = new Stage(world, ci, { url, died: false, start: () => Promise.resolve(), kill: () => Promise.resolve() } as unknown as Program, nobody, patience);
  const bot = world.github.person('archsignal[bot]');
  for (const name of ['s390x', 'arm64', 'everywhere', 'silent', 'turn-off', 'way-back']) made.keep(name, await bot.open(REPO, { title: name, body: 'nobody has it' }));
  for (const name of ['blocker', 'off']) {
    await bot.commit(REPO, `${name}.txt`, name, name);
    made.keep(name, await bot.openPull(REPO, { title: name, head: name }));
  }
  const { slack } = world;
  const approve = { type: 'button', action_id: 'arch:approve', text: { type: 'plain_text', text: 'Approve' } };
  slack.state.post(slack.channel('#release-leads'), slack.state.bot, { text: `<${world.github.url}/${REPO}/issues/${made.kept('turn-off').number}|#2>`, blocks: [{ type: 'actions', elements: [approve] }] });
  for (const channel of ['#s390x', '#release-signal']) {
    slack.state.post(slack.channel(channel), slack.state.bot, { text: `red · <${world.github.url}/${REPO}/issues/${made.kept('s390x').number}|#1>` });
  }
  return made;
}

const played = async (step: Step): Promise<string | null> => (await play([step], await stage())).failed?.expected ?? null;

describe('a step of the story', () => {
  it.each(STORY.filter((step) => step !== flake).map((step) => [step.title, step] as const))('"%s" is not seen where the program does nothing', async (_title, step) => {
    expect(await played(step)).not.toBeNull();
  });

  it('says what did not come about', async () => {
    expect(await played(taken)).toBe('olga sees 👀 on her comment, and then the answer');
    expect(await played(proposal)).toBe('ada alone is told that this needs two approvals, and that hers does not count');
    expect(await played(downtime)).toBe('olga is told that the downtime is planned, and how it is ended');
    expect(await played(answered)).toBe('the program answers');
    expect(await played(blocker)).toMatch(/shows what is in its way, whom it waits for and until when$/);
    expect(await played(fixFirst)).toBe('kofi\'s try is recorded');
    expect(await played(turnedOff)).toBe('ada alone is told that she wrote the blocker, so hers does not count');
    expect(await played(merged)).toMatch(/is told that linux\/s390x is off, and where its way back is$/);
    expect(await played(turnedOn)).toBe('an issue asks the release leads to turn linux/s390x on again');
  }, 60_000);

  it('in which nothing should happen is not seen where something does', async () => {
    const { slack } = world;
    expect((await play([flake], await stage(20_000))).failed).toBeNull();
    const noisy = await stage(20_000);
    const holds = noisy.holds.bind(noisy);
    noisy.holds = (...what) => {
      slack.state.post(slack.channel('#release-signal'), slack.state.bot, { text: 'unit is red once' });
      return holds(...what);
    };
    expect((await play([flake], noisy)).failed).toMatchObject({ expected: 'no issue, no message, nobody asked', found: 'unit is red once' });
  }, 60_000);
});
