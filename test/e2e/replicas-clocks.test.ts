import { resolve } from 'node:path';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { postgresIsHere, type Database } from '../postgres.ts';
import { newDatabase } from './database.ts';
import { answers, Desk, platformsFor } from './desk.ts';
import { World, type Program } from './world.ts';

vi.setConfig({ testTimeout: 400_000, maxConcurrency: 2 });

const MINUTE = 60_000;
const clock = (ahead: number): Record<string, string> => ({ NODE_OPTIONS: `--import=${resolve(import.meta.dirname, 'other-clock.ts')}`, CLOCK_AHEAD: String(ahead) });

/** Two servers whose clocks are ten minutes apart. */
async function withTwo(story: (desk: Desk, servers: readonly [Program, Program], database: Database) => Promise<void>): Promise<void> {
  const database = await newDatabase();
  const world = await World.begin({ platforms: platformsFor(['s390x']), env: { DATABASE_URL: database.url }, extra: 'people: { UOLGA: s390x-owners-member }' });
  world.slack.user('olga', { id: 'UOLGA' });
  try {
    await story(new Desk(world), [await world.start(clock(6 * MINUTE)), await world.start(clock(-6 * MINUTE))], database);
  } finally {
    await world.end();
    await database.drop();
  }
}

/** What the database holds of the role of polling, and by its own clock: who has it, and for how long yet (ms). */
async function leaseOf(database: Database): Promise<{ readonly owner: string; readonly fence: number; readonly left: number }> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ owner: string; fence: string; left: string }>("select owner, fence, expires - extract(epoch from clock_timestamp()) * 1000 as left from leases where name = 'poll:demo'");
    return { owner: rows[0]?.owner ?? '', fence: Number(rows[0]?.fence), left: Number(rows[0]?.left) };
  } finally {
    await client.end();
  }
}

const processOf = (owner: string, servers: readonly Program[]): Program => servers.find((s) => owner.includes(`-${s.pid}-`)) as Program;

describe.skipIf(!await postgresIsHere('servers whose clocks are minutes apart'))('two servers whose clocks are minutes apart', () => {
  it.concurrent('go by one time: neither takes from the other, Slack is heard by both, and who is killed is followed at once', () => withTwo(async (desk, servers, database) => {
    const { world } = desk;
    const first = await leaseOf(database);
    const issue = await desk.broken('s390x');
    for (const [n, server] of servers.entries()) {
      world.slack.send.target = `${server.url}/slack/events`;
      const sent = await world.slack.command('olga', '#signal', `attempt linux/s390x idea ${n}`);
      expect([sent.status, server.log.includes('is wrong') || server.log.includes('dated')]).toEqual([200, false]);
    }
    await world.until(() => world.slack.whispers('olga').length >= 2, 'both are answered');
    for (const server of servers) {
      desk.toward(server);
      expect(await desk.ask(issue, 's390x-owners-member', '/arch status')).toContain('linux/s390x');
    }
    const second = await leaseOf(database);
    expect([second.owner, second.fence]).toEqual([first.owner, first.fence]);
    expect(second.left).toBeLessThanOrEqual(8_000);
    const leader = processOf(second.owner, servers);
    await leader.kill();
    desk.toward(servers.find((s) => s !== leader) as Program);
    await world.until(async () => (await leaseOf(database)).owner !== second.owner, 'the other one leads');
    world.runs('linux/s390x e2e', 'PP');
    await world.until(() => issue.state === 'closed', 'it closes the issue');
    expect(desk.mentions(issue)).toHaveLength(1);
  }));

  it.concurrent('go on as before while somebody sets their clocks by an hour, and sets them right again', () => withTwo(async (desk, servers, database) => {
    const { world } = desk;
    const issue = await desk.broken('s390x');
    const before = await leaseOf(database);
    const answered = (): number => answers(issue).length;
    for (const line of ['/arch ack', '/arch attempt gcc 15', '/arch snooze 2h', '/arch unsnooze']) {
      const n = answered();
      for (const server of servers) server.signal('SIGUSR2');
      await desk.github.person('s390x-owners-member').comment(issue, line);
      await world.until(() => answered() > n, `${line} is answered`);
      await world.quiet();
    }
    const after = await leaseOf(database);
    expect([after.owner, after.fence]).toEqual([before.owner, before.fence]);
    world.runs('linux/s390x e2e', 'PP');
    await world.until(() => issue.state === 'closed', 'the issue is closed');
    expect(answers(issue).map((a) => a.body).join('\n')).not.toContain('could not');
    expect(desk.mentions(issue)).toHaveLength(1);
  }));
});
