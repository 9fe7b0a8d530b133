import { describe, expect, it, vi } from 'vitest';
import pg from 'pg';
import { postgresIsHere, type Database } from '../postgres.ts';
import { Council } from './council.ts';
import { newDatabase } from './database.ts';
import type { Program } from './world.ts';

vi.setConfig({ testTimeout: 400_000, maxConcurrency: 4 });

const ARCHES = ['s390x', 'arm64', 'ppc64le', 'riscv64', 'mips64le', 'loong64'];

/** Two servers that share one PostgreSQL: GitHub speaks to the first, Slack to the second. */
async function inCouncil(story: (council: Council, servers: readonly [Program, Program], database: Database) => Promise<void>): Promise<void> {
  const database = await newDatabase();
  const council = await Council.gather(ARCHES, { env: { DATABASE_URL: database.url } });
  try {
    const servers = [await council.world.start(), await council.world.start()] as const;
    github(council, servers[0]);
    await story(council, servers, database);
  } finally {
    await council.world.end();
    await database.drop();
  }
}

function github({ github: { hooks } }: Council, to: Program): void {
  if (hooks.target) hooks.target = { ...hooks.target, url: `${to.url}/github/webhooks` };
}

/** What was recorded, by the database's word. */
async function recorded(database: Database, what: string): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return Number((await client.query<{ n: string }>('select count(*) as n from audit where what = $1', [what])).rows[0]?.n);
  } finally {
    await client.end();
  }
}

describe.skipIf(!await postgresIsHere('proposals on two servers'))('two servers on one PostgreSQL', () => {
  it.concurrent('count approvals that each is given at the same instant, and do once what they decide', () => inCouncil(async (council, _servers, database) => {
    const { world } = council;
    const proposals: Awaited<ReturnType<Council['propose']>>[] = [];
    for (const arch of ARCHES) proposals.push(await council.propose(arch));
    await Promise.all(proposals.flatMap(({ issue, card }) => [world.github.person('ivan-lead').comment(issue, '/arch approve'), world.slack.click('maria-lead', card, 'approve')]));
    await world.until(() => proposals.every(({ issue, card }) => issue.state === 'closed' && card.text.startsWith('*Approved:') && issue.comments.filter((c) => c.user.login === 'archsignal[bot]').length >= 2), 'all are approved, and both are answered');
    await world.quiet(2);
    for (const { issue, card } of proposals) {
      expect(card.text).toMatch(/Decided by `(?:ivan-lead` and `maria-lead|maria-lead` and `ivan-lead)` on/);
      expect(issue.comments.filter((c) => c.body.startsWith('**Approved:'))).toHaveLength(1);
      expect(world.github.mentions().filter((m) => m.issue === issue)).toHaveLength(1);
    }
    expect(await recorded(database, 'approved')).toBe(ARCHES.length);
    expect(await recorded(database, 'approval')).toBe(2 * ARCHES.length);
    expect(world.slack.messages('#leads').filter((m) => m.ephemeralFor === null)).toHaveLength(ARCHES.length);
    const muted = await council.ask('stranger', 'status');
    expect(muted.match(/`e2e` is muted until/g)).toHaveLength(ARCHES.length);
  }));

  it.concurrent('propose once what is asked for on both surfaces at the same instant', () => inCouncil(async (council, _servers, database) => {
    const { world } = council;
    const room = await world.github.person('olga-lead').open('demo/demo', { title: 'The lab is moving' });
    const line = (arch: string): string => `mute linux/${arch}:e2e 3d the lab is moving`;
    const heard = (): string[] => [...room.comments.filter((c) => c.user.login === 'archsignal[bot]').map((c) => c.body), ...world.slack.whispers('ivan-lead').map((m) => m.text)];
    await Promise.all(ARCHES.flatMap((arch) => [world.github.person('olga-lead').comment(room, `/arch ${line(arch)}`), world.slack.command('ivan-lead', '#leads', line(arch))]));
    await world.until(() => heard().length >= 2 * ARCHES.length && ARCHES.every((arch) => council.issue(arch) !== undefined && council.card(arch)?.text.includes('|demo/demo#') === true), 'both are answered, and each proposal has its issue and its card');
    await world.quiet(2);
    expect(await recorded(database, 'proposed')).toBe(ARCHES.length);
    expect(world.github.issues('demo/demo').filter((i) => i.title.startsWith('Mute'))).toHaveLength(ARCHES.length);
    expect(world.slack.messages('#leads').filter((m) => m.ephemeralFor === null)).toHaveLength(ARCHES.length);
    expect([heard().filter((t) => t.includes('It is proposed to them')).length, heard().filter((t) => t.includes('That is proposed already')).length]).toEqual([ARCHES.length, ARCHES.length]);
  }));

  it.concurrent('count one person once, though each hears of it, twice', () => inCouncil(async (council, [first, second], database) => {
    const { world } = council;
    const { hooks } = world.github;
    for (const arch of ARCHES.slice(0, 3)) {
      const { issue, card } = await council.propose(arch);
      hooks.hold();
      await world.github.person('ivan-lead').comment(issue, '/arch approve');
      const held = hooks.deliveries.at(-1)?.id ?? 0;
      github(council, first);
      const here = [hooks.release({ times: 2 }), world.slack.click('ivan-lead', card, 'approve')];
      github(council, second);
      await Promise.all([...here, hooks.redeliver(held), world.slack.send.again(), world.slack.click('ivan-lead', card, 'approve')]);
      await world.until(() => card.text.includes('1 of 2 approvals (`ivan-lead`)') && issue.comments.filter((c) => c.user.login === 'archsignal[bot]').length > 0, 'it is counted and answered');
      await world.quiet(1);
      expect([card.text.includes('1 of 2 approvals (`ivan-lead`)'), issue.state, issue.comments.filter((c) => c.user.login === 'archsignal[bot]').length]).toEqual([true, 'open', 1]);
    }
    expect(await recorded(database, 'approved')).toBe(0);
  }));

  it.concurrent('give one answer each to a rejection and an approval of the same instant, and end alike', () => inCouncil(async (council, _servers, database) => {
    const { world } = council;
    for (const arch of ARCHES.slice(0, 4)) {
      const { issue, card } = await council.propose(arch);
      await world.github.person('maria-lead').comment(issue, '/arch approve');
      await world.until(() => card.text.includes('1 of 2'), 'one has approved');
      await Promise.all([world.github.person('ivan-lead').comment(issue, '/arch reject the fix lands today'), world.slack.click('stranger', card, 'approve'), world.slack.command('sam-signal', '#leads', `withdraw #${issue.number}`)]);
      await world.until(() => issue.state === 'closed' && card.text.startsWith('*Rejected:'), 'it is rejected');
    }
    await world.quiet(2);
    expect([await recorded(database, 'rejected'), await recorded(database, 'approved'), await recorded(database, 'withdrawn')]).toEqual([4, 0, 0]);
    expect(await council.ask('stranger', 'status')).not.toContain('is muted');
  }));

  it.concurrent('end what is due once, whichever of them lives', () => inCouncil(async (council, [first], database) => {
    const { world } = council;
    await world.slack.command('olga-lead', '#leads', 'mute linux/s390x:e2e 6s the lab is moving');
    await world.until(() => council.card('s390x') !== undefined && council.issue('s390x') !== undefined, 'it is proposed');
    await first.kill();
    await world.until(() => council.card('s390x')?.text.startsWith('*Not decided in time:') === true && council.issue('s390x')?.state === 'closed', 'it is over');
    await world.quiet(1);
    expect(await recorded(database, 'expired')).toBe(1);
    expect(council.issue('s390x')?.comments.filter((c) => c.body.startsWith('**Not decided in time:'))).toHaveLength(1);
  }));
});
