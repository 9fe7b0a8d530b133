import { beforeAll, describe, expect, it, vi } from 'vitest';
import { postgresIsHere } from '../postgres.ts';
import { newDatabase } from './database.ts';
import { lateIssue, tellInPeace, tellInTrouble, type Told } from './story.ts';
import { World, type Program } from './world.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 200_000 });

async function inWorld(story: (world: World) => Promise<void>): Promise<void> {
  const database = await newDatabase();
  const world = await World.begin({ env: { DATABASE_URL: database.url } });
  try {
    await story(world);
  } finally {
    await world.end();
    await database.drop();
  }
}

describe.skipIf(!await postgresIsHere('four servers that are restarted one after another'))('four servers on one PostgreSQL', () => {
  let told: Told;
  beforeAll(() => inWorld(async (world) => { told = await tellInPeace(world); }));

  it('do together what one does alone while each in turn is ended in order and started anew', () => inWorld(async (world) => {
    let servers: Program[] = await Promise.all([1, 2, 3, 4].map(() => world.start()));
    const codes: (number | null)[] = [];
    const restarts = (async (): Promise<void> => {
      while (codes.length < 4) {
        const [oldest, ...others] = servers as [Program, ...Program[]];
        codes.push(await oldest.stop());
        servers = [...others, await world.start()];
      }
    })();
    await Promise.all([tellInTrouble(world, told, lateIssue), restarts]);
    expect([codes, servers.map((s) => s.running)]).toEqual([[0, 0, 0, 0], [true, true, true, true]]);
    await world.shows(told.pictures.at(-1) ?? '', 'the end of the restarts', lateIssue);
  }));
});
