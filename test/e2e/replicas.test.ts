import { beforeAll, describe, expect, it, vi } from 'vitest';
import { postgresIsHere, type Database } from '../postgres.ts';
import { newDatabase, wayTo } from './database.ts';
import { every, lateIssue, onWrites, tellInPeace, tellInTrouble, type Told } from './story.ts';
import { World, type Program, type WorldSpec } from './world.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 200_000, maxConcurrency: 6 });

const E2E = 'linux/s390x e2e';

/** A world whose servers share one PostgreSQL. */
async function inWorld(story: (world: World, database: Database) => Promise<void>, spec: WorldSpec = {}): Promise<void> {
  const database = await newDatabase();
  const world = await World.begin({ ...spec, env: { DATABASE_URL: database.url } });
  try {
    await story(world, database);
  } finally {
    await world.end();
    await database.drop();
  }
}

/** How many polls a server has made, by its own count. */
async function polled(program: Program): Promise<number> {
  const metrics = await fetch(`${program.url}/metrics`).then((r) => r.text(), () => '');
  return Number(/^archsignal_polls_total\{[^}]*outcome="ok"[^}]*\} (\d+)/m.exec(metrics)?.[1] ?? 0);
}

/** The server that polls now: the one whose count grows. */
async function leaderOf(world: World): Promise<Program> {
  const running = world.programs.filter((p) => p.running);
  const before = new Map(await Promise.all(running.map(async (p) => [p, await polled(p)] as const)));
  let leader: Program | undefined;
  await world.until(async () => {
    for (const p of running) if (p.running && await polled(p) > (before.get(p) ?? 0)) leader = p;
    return leader !== undefined;
  }, 'one of the servers polls');
  return leader as Program;
}

describe.skipIf(!await postgresIsHere('several servers on one PostgreSQL'))('several servers on one PostgreSQL', () => {
  let told: Told;
  beforeAll(() => inWorld(async (world) => { told = await tellInPeace(world); }));

  it.concurrent('do together what one does alone, and only one of them polls', () => inWorld(async (world) => {
    const both = [await world.start(), await world.start()];
    await tellInTrouble(world, told);
    const counts = await Promise.all(both.map(polled));
    expect(Math.min(...counts)).toBe(0);
    expect(Math.max(...counts)).toBeGreaterThan(4);
  }));

  it.concurrent('begin at the same instant on an empty database', () => inWorld(async (world) => {
    await Promise.all([world.launch(), world.launch(), world.launch()]);
    await tellInTrouble(world, told);
    expect(world.programs.filter((p) => p.running)).toHaveLength(3);
  }));

  it.concurrent('lose nothing and double nothing when the one that leads is killed in the middle of a write', () => inWorld(async (world) => {
    // One kill in each of the story's steps, before and after the effect in turn.
    const written = (what: RegExp): string => told.writes.find((w) => what.test(w)) ?? 'never';
    const targets = new Map([[written(/^POST \/issues: /), 'done'], [written(/comments: .* failing too/), 'arrived'], [written(/^chat\.update: .*unit gr/), 'done'], [written(/^PATCH .*closed/), 'arrived']]);
    onWrites(world, async (moment, write) => {
      if (targets.get(write.name) !== moment) return;
      targets.delete(write.name);
      await (await leaderOf(world)).kill();
      if (moment === 'arrived') write.fail({ kind: 'cut-before' });
    });
    await world.keepRunning();
    await world.keepRunning();
    await tellInTrouble(world, told, lateIssue);
    expect([...targets.keys()], 'writes that never came').toEqual([]);
    expect(world.programs).toHaveLength(6);
  }));

  it.concurrent('survive that PostgreSQL ends their connections, at any write and in any poll', () => inWorld(async (world, database) => {
    const targets = new Set(every(told.writes, 2, 1));
    onWrites(world, async (moment, write) => { if (moment === 'done' && targets.delete(write.name)) await database.breakConnections(); });
    let polls = 0;
    world.ci.onRequest(async (moment) => { if (moment === 'done' && polls++ % 7 === 3) await database.breakConnections(); });
    await Promise.all([world.launch(), world.launch()]);
    await tellInTrouble(world, told, lateIssue);
    expect(world.programs.filter((p) => p.running)).toHaveLength(2);
    await world.until(async () => (await world.ready()).ready, 'it is ready');
  }));

  it.concurrent('say that they are not ready, and end all the same, when PostgreSQL hangs; another one goes on', () => inWorld(async (world, database) => {
    const way = await wayTo(database);
    const cutOff = await world.start({ DATABASE_URL: way.url });
    world.runs(E2E, 'FFF');
    await world.until(() => world.github.issues('demo/demo').length === 1, 'the issue is filed');
    way.freeze();
    const answer = await fetch(`${cutOff.url}/readyz`);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('The store does not answer.') as unknown]);
    expect((await fetch(`${cutOff.url}/healthz`)).status).toBe(200);
    cutOff.signal('SIGTERM');
    expect(await cutOff.exited).toBe(0);
    way.close();
    await world.start();
    world.runs(E2E, 'PP');
    await world.until(() => world.github.issue('demo/demo#1').state === 'closed', 'the other one closes it');
    await world.quiet();
    expect(world.github.mentions()).toHaveLength(1);
    expect(world.slack.messages('#signal')).toHaveLength(1);
  }));

  it.concurrent('take a delivery once that both are given at once, and any other that either is given', () => inWorld(async (world) => {
    const [first, second] = [await world.start(), await world.start()];
    world.runs(E2E, 'FFF');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('#1')), 'the issue is filed');
    await world.quiet();
    const { hooks } = world.github;
    const olga = world.github.person('olga');
    const issue = world.github.issue('demo/demo#1');
    const thread = (): number => world.slack.thread(world.slack.messages('#signal')[0]!).length;
    const at = (program: Program): void => { if (hooks.target) hooks.target = { ...hooks.target, url: `${program.url}/github/webhooks` }; };
    for (const [act, words] of [[() => olga.close(issue), ':no_bell:'], [() => olga.reopen(issue), ':red_circle:'], [() => olga.assignSelf(issue), ':eyes:'], [() => olga.unassign(issue, 'olga'), ':red_circle:']] as const) {
      const before = thread();
      hooks.hold();
      await act();
      const held = hooks.deliveries.at(-1);
      at(first);
      const one = hooks.release({ times: 3 });
      at(second);
      await Promise.all([one, ...[1, 2, 3].map(() => hooks.redeliver(held?.id ?? 0))]);
      await world.until(() => world.slack.messages('#signal')[0]?.text.includes(words) === true && thread() > before, `Slack shows ${words}`);
      at(first);
      await hooks.redeliver(held?.id ?? 0);
      await world.quiet(1);
      expect(thread()).toBe(before + 1);
    }
    expect(world.github.mentions()).toHaveLength(1);
  }));

  it.concurrent('forget what a server has read that was asleep while another one took over', () => inWorld(async (world) => {
    const [first, second] = [await world.start(), await world.start()];
    world.runs(E2E, 'FFF');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('#1')), 'the issue is filed');
    await world.quiet();
    const leader = await leaderOf(world);
    const other = leader === first ? second : first;
    let slept = false;
    world.ci.onRequest((moment, seen) => {
      if (moment !== 'done' || !seen.path.endsWith('/table') || slept) return;
      // The answer that tells of a failure is on its way to it, and it falls asleep.
      slept = true;
      leader.signal('SIGSTOP');
    });
    world.runs(E2E, 'F');
    await world.until(() => slept, 'the leader sleeps');
    world.runs(E2E, 'PP');
    await world.until(() => world.github.issue('demo/demo#1').state === 'closed', 'the other one has closed the issue');
    await world.quiet();
    const before = world.picture();
    leader.signal('SIGCONT');
    await world.until(async () => (await fetch(`${leader.url}/healthz`).catch(() => null))?.status === 200, 'it is awake');
    await world.quiet(4);
    expect(world.picture()).toBe(before);
    expect([leader.running, other.running]).toEqual([true, true]);
  }, { extra: 'polling: { every: 1s, timeout: 60s }' }));
});
