import { beforeAll, describe, expect, it, vi } from 'vitest';
import { every, onWrites, tellInPeace, tellInTrouble, type Told } from './story.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 200_000, maxConcurrency: 8 });

/** Told with each failure: `E2E_SEED=… npx vitest run test/e2e/crash.test.ts` kills by the same dice. */
const SEED = Number(process.env['E2E_SEED'] ?? Date.now() % 1_000_000);

/** Stories with random kills; `E2E_RANDOM=100` for a long night. */
const RANDOM = Number(process.env['E2E_RANDOM'] ?? 3);

/** Kills of one random story. */
const KILLS = 8;

/** Worlds that share the writes to be killed at; each kills at several, so that kills meet each other's traces too. */
const WORLDS = 4;

let told: Told;
beforeAll(async () => {
  await inWorld(async (world) => { told = await tellInPeace(world); });
});

async function inWorld(story: (world: World) => Promise<void>): Promise<void> {
  const world = await World.begin();
  try {
    await story(world);
  } finally {
    await world.end();
  }
}

describe('a server that is killed', () => {
  it('is told a story with every kind of write', () => {
    expect(told.writes.length).toBeGreaterThan(15);
    expect(told.pictures.at(-1)).toContain('mentions: @demo/s390x-owners\n');
  });

  for (const moment of ['arrived', 'done'] as const) {
    for (let i = 0; i < WORLDS; i++) {
      it.concurrent(`${moment === 'arrived' ? 'before' : 'after'} a write took effect loses nothing and does nothing twice (writes ${i + 1}, ${i + 1 + WORLDS}, …)`, () => inWorld(async (world) => {
        const targets = new Set(every(told.writes, WORLDS, i));
        onWrites(world, async (at, write) => {
          if (at !== moment || !targets.delete(write.name)) return;
          await world.program.kill();
          if (moment === 'arrived') write.fail({ kind: 'cut-before' });
        });
        await world.keepRunning();
        await tellInTrouble(world, told);
        expect([...targets], 'writes that never came').toEqual([]);
      }));
    }
  }

  it.concurrent('while it starts makes way for the next start', () => inWorld(async (world) => {
    const dice = diceOf(SEED);
    for (let i = 0; i < 8; i++) {
      const program = await world.launch();
      await new Promise((ok) => { setTimeout(ok, 100 + dice() * 1_400); });
      await program.kill();
    }
    await world.keepRunning();
    await tellInTrouble(world, told);
  }));

  it.concurrent('right after it took a person\'s word acts on it, once', () => inWorld(async (world) => {
    await world.keepRunning();
    world.runs('linux/s390x e2e', 'FFF');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('#1')), 'the issue is filed');
    await world.quiet();
    const issue = world.github.issue('demo/demo#1');
    const olga = world.github.person('olga');
    const thread = (): string[] => world.slack.messages('#signal').flatMap((m) => world.slack.thread(m)).map((m) => m.text);
    for (const [act, words] of [[() => olga.close(issue), ':no_bell:'], [() => olga.reopen(issue), ':red_circle:'], [() => olga.assignSelf(issue), ':eyes:'], [() => olga.unassign(issue, 'olga'), ':red_circle:']] as const) {
      const before = thread().length;
      // Its webhook is the next; the program's own writes may send others meanwhile.
      const next = world.github.hooks.deliveries.length;
      await act();
      expect(world.github.hooks.deliveries[next]?.statusCode).toBe(200);
      await world.program.kill();
      await world.until(() => world.slack.messages('#signal')[0]?.text.includes(words) === true && thread().length > before, `Slack shows ${words}`);
      await world.until(async () => (await fetch(`${world.program.url}/readyz`).catch(() => null))?.status === 200, 'it is ready');
      expect(thread().length).toBe(before + 1);
    }
  }));

  it.concurrent('in the middle of a poll reads again what it had read', () => inWorld(async (world) => {
    const killed = new Set<string>();
    world.ci.onRequest(async (moment, seen) => {
      const key = `${moment} ${seen.path} after ${[...world.jobs.values()].flatMap((j) => j.runs).length} runs`;
      if (moment === 'answered' || killed.has(key)) return;
      killed.add(key);
      await world.program.kill();
    });
    await world.keepRunning();
    await tellInTrouble(world, told);
    // Before and after the answer, of summary and table, in each of the four steps.
    expect(killed.size).toBe(16);
  }));

  for (let n = 0; n < RANDOM; n++) {
    const seed = SEED + n;
    it.concurrent(`at random moments loses nothing and does nothing twice (seed ${seed})`, () => inWorld(async (world) => {
      const dice = diceOf(seed);
      let left = KILLS;
      for (const server of [world.github, world.slack, world.ci]) {
        server.onRequest(async (moment, seen) => {
          if (left === 0 || moment === 'answered' || dice() > 0.12) return;
          left--;
          await world.program.kill();
          if (moment === 'arrived' && dice() < 0.5) server.faults.add({ kind: 'cut-before', match: (call) => call === seen });
        });
      }
      await world.keepRunning();
      await tellInTrouble(world, told);
    }));
  }
});

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
