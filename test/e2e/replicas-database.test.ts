import { describe, expect, it, vi } from 'vitest';
import { postgresIsHere } from '../postgres.ts';
import { newDatabase, wayTo, type Way } from './database.ts';
import { answers, Desk, platformsFor, reactions } from './desk.ts';
import { World, type Program } from './world.ts';

vi.setConfig({ testTimeout: 400_000, maxConcurrency: 2 });

/** Two servers whose way to PostgreSQL can be lost. */
async function withTwo(story: (desk: Desk, servers: readonly [Program, Program], way: Way) => Promise<void>): Promise<void> {
  const database = await newDatabase();
  const way = await wayTo(database);
  const world = await World.begin({ platforms: platformsFor(['s390x']), env: { DATABASE_URL: way.url }, extra: 'people: { UOLGA: s390x-owners-member }' });
  world.slack.user('olga', { id: 'UOLGA' });
  try {
    await story(new Desk(world), [await world.start(), await world.start()], way);
  } finally {
    await world.end();
    way.close();
    await database.drop();
  }
}

const statusOf = ({ url }: Program, path: string): Promise<number> => fetch(`${url}${path}`).then((r) => r.status, () => 0);

describe.skipIf(!await postgresIsHere('servers whose PostgreSQL is restarted'))('two servers whose PostgreSQL is down for a while', () => {
  it.concurrent('refuse what they cannot keep, say that they are not ready, and make good for all of it when it is back', () => withTwo(async (desk, servers, way) => {
    const { world } = desk;
    const issue = await desk.broken('s390x');
    await world.quiet();
    way.close();
    await world.until(async () => (await Promise.all(servers.map((s) => statusOf(s, '/readyz')))).every((s) => s === 503), 'neither is ready');
    expect(await Promise.all(servers.map((s) => statusOf(s, '/healthz')))).toEqual([200, 200]);
    const said = [];
    for (const [server, line] of [[servers[0], '/arch ack'], [servers[1], '/arch attempt gcc 15']] as const) {
      desk.toward(server);
      said.push(await desk.github.person('s390x-owners-member').comment(issue, line));
      world.slack.send.target = `${server.url}/slack/events`;
      expect((await world.slack.command('olga', '#signal', 'status linux/s390x')).status).toBeGreaterThanOrEqual(500);
    }
    await world.github.hooks.settled();
    expect(world.github.hooks.deliveries.slice(-2).map((d) => d.statusCode >= 500)).toEqual([true, true]);
    // Whatever breaks meanwhile is seen afterwards.
    world.runs('linux/s390x unit', 'FFF');
    await way.open();
    await world.until(() => answers(issue).length === 2, 'what was said meanwhile is answered');
    await world.until(() => issue.body?.includes('unit') === true && desk.slack('s390x').includes('has it'), 'what broke meanwhile is told, and who has it');
    expect(said.map(reactions)).toEqual([['eyes'], ['eyes']]);
    await world.until(async () => (await Promise.all(servers.map((s) => statusOf(s, '/readyz')))).every((s) => s === 200), 'both are ready');
    await world.quiet();
    expect([answers(issue).length, desk.mentions(issue).length, servers.map((s) => s.running)]).toEqual([2, 1, [true, true]]);
  }));

  it.concurrent('do once what was under way when it went, whether it had been done or not', () => withTwo(async (desk, servers, way) => {
    const { world } = desk;
    const moments = new Map([['POST /repos/demo/demo/issues', 'done'], ['POST /api/chat.postMessage', 'arrived'], ['PATCH /repos/demo/demo/issues/1', 'done']]);
    const back: Promise<void>[] = [];
    for (const server of [world.github, world.slack]) {
      server.onRequest((moment, { method, path }) => {
        if (moments.get(`${method} ${path}`) !== moment) return;
        moments.delete(`${method} ${path}`);
        way.close();
        back.push(world.until(async () => await statusOf(servers[0], '/readyz') === 503, 'it is missed').then(() => way.open()));
      });
    }
    const issue = await desk.broken('s390x');
    world.runs('linux/s390x e2e', 'PP');
    await world.until(() => issue.state === 'closed' && desk.slack('s390x').includes('green again'), 'it is closed');
    await Promise.all(back);
    await world.quiet();
    expect([back.length, desk.issuesOf('s390x').length, world.slack.messages('#signal').length, desk.mentions(issue).length]).toEqual([3, 1, 1, 1]);
    expect(servers.map((s) => s.running)).toEqual([true, true]);
  }));

  it.concurrent('end with a sentence where it is down when they start, and hold nobody else up', () => withTwo(async (desk, _servers, way) => {
    const { world } = desk;
    const issue = await desk.broken('s390x');
    way.close();
    const late = await world.launch();
    expect(await late.exited).toBe(1);
    expect(late.log).toMatch(/PostgreSQL at 127\.0\.0\.1:\d+\/\w+ does not answer as it should \(.*ECONNREFUSED.*\): check DATABASE_URL/);
    expect(late.log).not.toContain('    at ');
    await way.open();
    await world.start();
    expect(await desk.ask(issue, 's390x-owners-member', '/arch ack')).toContain('You have linux/s390x');
  }));
});
