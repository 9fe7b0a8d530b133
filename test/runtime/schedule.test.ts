import { afterEach, describe, expect, it } from 'vitest';
import { ladderFiles } from '../../src/config/ladder-files.ts';
import { loadProject } from '../../src/config/load.ts';
import { hear } from '../../src/runtime/door.ts';
import { Scheduler } from '../../src/runtime/schedule.ts';
import type { Store } from '../../src/store/store.ts';
import { storeTroubles } from '../../src/runtime/store-troubles.ts';
import { askForPoll } from '../../src/runtime/commands/rounds.ts';
import { track, type Tracked } from '../../src/runtime/tracked.ts';
import { configOf } from '../e2e/configuration.ts';
import { DAY, FakeSource, held, HOUR, stage, type Stage } from './fixtures.ts';

const LADDERS = await ladderFiles('demo.yml');
const MINUTE = 60_000;
/** The period that the fixtures' project is polled in. */
const PERIOD = 5 * MINUTE;

let on: Stage;
afterEach(() => on.store.close());

async function ticks(scheduler: Scheduler, n = 1, step = 0): Promise<void> {
  for (let i = 0; i < n; i++) {
    on.clock.now += step;
    await scheduler.tick();
    await scheduler.idle();
  }
}

/** A project with a ladder, read from a file. */
function ladderProject({ source }: Stage): Tracked {
  const loaded = loadProject(configOf({ platforms: { 'linux/amd64': { suites: ['e2e'] } } }, 'https://ci.example'), { file: 'demo.yml', origin: 'disk', ladders: LADDERS });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return track(loaded.project, [source], loaded);
}

const facts = async (): Promise<string[]> => (await on.store.incidents('demo', 0)).flatMap((i) => i.facts.map((f) => f.kind));

/** A breakage that was opened at the present moment. */
async function broken(scheduler: Scheduler): Promise<void> {
  on.brings('PPFFF');
  await ticks(scheduler);
  expect(await facts()).toEqual(['opened']);
}

describe('webhooks that were refused though the store answers', () => {
  const hearOne = (work: () => Promise<boolean>): Promise<unknown> => hear(on.rt, { receive: work }, {
    id: 'd', surface: 'github', event: 'push', payload: { event: 'push', repo: { fullName: 'demo/demo', id: 1 }, at: on.clock.now, actor: { login: 'olga', type: 'User' } },
  }).catch(() => null);
  const refuse = (): Promise<unknown> => hearOne(() => Promise.reject(Object.assign(new Error('disk full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 })));

  it('are asked for half a minute later, less and less often while they go on being refused, and operators read why', async () => {
    on = await stage();
    const asked: number[] = [];
    const begun = on.clock.now;
    on.edge.redeliverMissed = async () => {
      asked.push((on.clock.now - begun) / 1_000);
      return { asked: 0, problem: null };
    };
    const scheduler = new Scheduler(on.rt, []);
    await ticks(scheduler);
    await ticks(scheduler, 10, 1_000);
    await refuse();
    expect(storeTroubles(on.store)).toEqual([expect.stringContaining('disk under the store is full')]);
    await ticks(scheduler, 30, 1_000);
    for (let i = 0; i < 300; i++) {
      await refuse();
      await ticks(scheduler, 1, 1_000);
    }
    expect(asked).toEqual([0, 41, 102, 223]);
    await hearOne(async () => true);
    expect(storeTroubles(on.store)).toEqual([]);
    await ticks(scheduler, 30, MINUTE);
    await refuse();
    await ticks(scheduler, 31, 1_000);
    expect(asked.slice(4, 6).map((s) => s > 340)).toEqual([true, true]);
    expect(asked.at(-1)).toBe(on.clock.now / 1_000 - begun / 1_000);
    await scheduler.stop();
  });
});

describe('the clockwork', () => {
  it('polls at once, and then once in each period', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [on.tracked]);
    await ticks(scheduler);
    expect(on.source.polls).toBe(1);
    await ticks(scheduler, 299, 1_000);
    expect(on.source.polls).toBe(1);
    await ticks(scheduler, 1, 1_000);
    expect(on.source.polls).toBe(2);
    await ticks(scheduler, 300, 1_000);
    expect(on.source.polls).toBe(3);
  });

  it('judges platforms after the first poll, daily, and after a poll that somebody asked for', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [ladderProject(on)]);
    const judged = (): number => on.log.filter((l) => l['msg'] === 'platforms evaluated').length;
    await ticks(scheduler, 2);
    expect(judged()).toBe(1);
    await ticks(scheduler, 3, HOUR);
    expect(judged()).toBe(1);
    await askForPoll(on.rt, 'demo');
    await ticks(scheduler, 4, 1_000);
    expect(judged()).toBe(2);
    await ticks(scheduler, 2, DAY / 2);
    await ticks(scheduler, 1, 1_000);
    expect(judged()).toBe(3);
  });

  it('judges nobody after a sleep before the poll has told what is true by now', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [ladderProject(on)]);
    const judged = (): number => on.log.filter((l) => l['msg'] === 'platforms evaluated').length;
    await ticks(scheduler, 2, 1_000);
    expect(judged()).toBe(1);
    on.clock.now += 2 * DAY;
    const answer = held<object>();
    on.source.answer = () => answer.promise;
    for (let i = 0; i < 8; i++) {
      await scheduler.tick();
      for (let turns = 0; turns < 50; turns++) await new Promise((ok) => { setImmediate(ok); });
      on.clock.now += 1_000;
    }
    expect(judged()).toBe(1);
    answer.resolve({});
    await scheduler.idle();
    await ticks(scheduler, 1, 1_000);
    expect(judged()).toBe(2);
  });

  it('judges again a minute after an evaluation that the store did not take', async () => {
    on = await stage();
    let broken = true;
    const setMeta: Store['setMeta'] = (key, value) => broken && key.startsWith('evaluation:') ? Promise.reject(new Error('the disk is full')) : on.store.setMeta(key, value);
    const store = new Proxy(on.store, { get: (s, name) => name === 'setMeta' ? setMeta : Reflect.get(s, name) as unknown });
    const scheduler = new Scheduler({ ...on.rt, store }, [ladderProject(on)]);
    const kept = (): Promise<string | null> => on.store.meta('evaluation:demo');
    await ticks(scheduler, 2);
    broken = false;
    await ticks(scheduler, 2, MINUTE / 2 - 1);
    expect(await kept()).toBeNull();
    await ticks(scheduler, 1, 2);
    expect(await kept()).not.toBeNull();
  });

  it('takes a project that was read anew, when the poll under way has ended, and drops one that is gone', async () => {
    on = await stage();
    const projects = [on.tracked];
    const scheduler = new Scheduler(on.rt, projects);
    const answer = held<object>();
    on.source.answer = () => answer.promise;
    await scheduler.tick();
    const anew = new FakeSource();
    projects[0] = track(on.tracked.project, [anew]);
    for (let i = 0; i < 3; i++) {
      on.clock.now += PERIOD;
      await scheduler.tick();
    }
    expect([on.source.polls, anew.polls]).toEqual([1, 0]);
    answer.resolve({});
    await scheduler.idle();
    await ticks(scheduler);
    expect([on.source.polls, anew.polls]).toEqual([1, 1]);
    projects.pop();
    await ticks(scheduler, 2, PERIOD);
    expect(anew.polls).toBe(1);
  });

  it('does not overlap a poll that takes longer than its period, nor make up for it', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [on.tracked]);
    const answer = held<object>();
    on.source.answer = () => answer.promise;
    await scheduler.tick();
    for (let i = 0; i < 20; i++) {
      on.clock.now += PERIOD;
      await scheduler.tick();
    }
    expect(on.source.polls).toBe(1);
    answer.resolve({});
    await scheduler.idle();
    await ticks(scheduler, 3, 1_000);
    expect(on.source.polls).toBe(2);
    expect(on.source.atOnce).toBe(1);
  });

  it('does not overlap a tick that is still at work', async () => {
    on = await stage();
    const gate = held();
    let asked = 0;
    const slow = { ...on.store, dueIncidents: async () => { asked++; await gate.promise; return []; } };
    const scheduler = new Scheduler({ ...on.rt, store: slow }, [on.tracked]);
    const first = scheduler.tick();
    await Promise.all([scheduler.tick(), scheduler.tick()]);
    gate.resolve();
    await first;
    expect(asked).toBe(1);
    await scheduler.tick();
    expect(asked).toBe(2);
    await scheduler.idle();
  });

  it('polls once after a sleep of three days, and goes on in its period', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [on.tracked]);
    await ticks(scheduler);
    on.clock.now += 3 * DAY;
    await ticks(scheduler, 60, 1_000);
    expect(on.source.polls).toBe(2);
    await ticks(scheduler, 300, 1_000);
    expect(on.source.polls).toBe(3);
  });

  it('goes on when the clock is set back an hour', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [on.tracked]);
    await ticks(scheduler);
    on.clock.now -= HOUR;
    await ticks(scheduler, 301, 1_000);
    expect(on.source.polls).toBe(2);
    await ticks(scheduler, 300, 1_000);
    expect(on.source.polls).toBe(3);
  });

  it('acts on each deadline once, within the tick in which it passes', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [on.tracked]);
    await broken(scheduler);
    on.clock.now += DAY - 1_000;
    await ticks(scheduler);
    expect(await facts()).toEqual(['opened']);
    await ticks(scheduler, 5, 1_000);
    expect(await facts()).toEqual(['opened', 'reminded']);
    on.clock.now += 2 * DAY;
    await ticks(scheduler, 5, 1_000);
    expect(await facts()).toEqual(['opened', 'reminded', 'escalated']);
    await ticks(scheduler, 30, DAY);
    expect(await facts()).toEqual(['opened', 'reminded', 'escalated']);
    expect((await on.store.pings({ since: 0, limit: 100 })).map((p) => p.fact).sort()).toEqual(['escalated', 'opened', 'reminded']);
  });

  it('tells only the last of the deadlines that passed in a sleep, and repeats none when the clock goes back', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [on.tracked]);
    await broken(scheduler);
    on.clock.now += 4 * DAY;
    await ticks(scheduler, 5, 1_000);
    expect(await facts()).toEqual(['opened', 'escalated']);
    on.clock.now -= 4 * DAY;
    await ticks(scheduler, 10, DAY / 2);
    expect(await facts()).toEqual(['opened', 'escalated']);
  });

  it('asks nobody after a sleep about what the next poll says is mended', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [on.tracked]);
    await broken(scheduler);
    on.clock.now += 4 * DAY;
    on.brings('PPFFFPP');
    await ticks(scheduler, 3, 1_000);
    expect(await facts()).toEqual(['opened', 'recovered']);
  });

  it('does not wait long for a poll that hangs before it acts on deadlines', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [on.tracked]);
    await broken(scheduler);
    on.clock.now += DAY;
    const never = held<object>();
    on.source.answer = () => never.promise;
    for (let i = 0; i < 8; i++) {
      await scheduler.tick();
      expect(await facts()).toEqual(i < 5 ? ['opened'] : ['opened', 'reminded']);
      on.clock.now += 1_000;
    }
    never.resolve({});
    await scheduler.idle();
  });

  it('calls nothing stale because it slept itself', async () => {
    on = await stage({ staleAfter: 2 * DAY });
    const scheduler = new Scheduler(on.rt, [on.tracked]);
    on.brings('PPPP');
    await ticks(scheduler);
    on.clock.now += 5 * DAY;
    on.source.answer = () => ({ ok: false, error: 'grid: it is out.' });
    await ticks(scheduler, 5, PERIOD);
    expect(await facts()).toEqual([]);
    on.source.answer = () => ({});
    await ticks(scheduler, 1, PERIOD);
    expect(await facts()).toEqual(['opened']);
  });

  it('holds no project back for another whose source fails or hangs', async () => {
    on = await stage();
    const bad = new FakeSource();
    const hanging = new FakeSource();
    bad.answer = () => { throw new Error('a bug in a source'); };
    const never = held<object>();
    hanging.answer = () => never.promise;
    const projects = [track({ ...on.tracked.project, name: 'bad' }, [bad]), track({ ...on.tracked.project, name: 'hangs' }, [hanging]), on.tracked];
    const scheduler = new Scheduler(on.rt, projects);
    await scheduler.tick();
    for (let i = 0; i < 3; i++) {
      // What the hanging one has begun never ends, so that `idle` cannot be waited for.
      for (let turns = 0; turns < 100; turns++) await new Promise((ok) => { setImmediate(ok); });
      on.clock.now += PERIOD;
      await scheduler.tick();
    }
    await expect.poll(() => on.source.polls).toBe(4);
    expect(hanging.polls).toBe(1);
    expect(on.log.some((l) => l['msg'] === 'a source failed unexpectedly')).toBe(true);
    never.resolve({});
    await scheduler.idle();
  });

  it('says whose source is in trouble where several projects have one of that name, and of a project alone as before', async () => {
    on = await stage();
    const broken = (name: string): Tracked => {
      const source = new FakeSource();
      source.answer = () => { throw new Error('a bug in a source'); };
      return track({ ...on.tracked.project, name }, [source]);
    };
    const told = async (...projects: readonly Tracked[]): Promise<string[]> => {
      await ticks(new Scheduler({ ...on.rt, projects: new Map(projects.map((p) => [p.project.name, p])) }, projects));
      return (await on.store.warnings()).map((w) => w.text.replace(/: reading.*/, '')).sort();
    };
    expect(await told(broken('one'))).toEqual(['grid']);
    expect(await told(broken('one'), broken('two'))).toEqual(['one: grid', 'two: grid']);
  });

  it('survives a store that does not answer, and goes on with the next tick', async () => {
    on = await stage();
    let away = true;
    const store = new Proxy(on.store, { get: (s, name) => away && name !== 'engine' ? async () => { throw new Error('away'); } : Reflect.get(s, name) as unknown });
    const scheduler = new Scheduler({ ...on.rt, store }, [on.tracked]);
    on.brings('PPFFF');
    await ticks(scheduler, 2, PERIOD);
    expect(on.log.filter((l) => l['level'] === 50).length).toBeGreaterThan(0);
    away = false;
    on.brings('PPFFF');
    await ticks(scheduler, 1, PERIOD);
    expect(await facts()).toEqual(['opened']);
  });

  it('asks for webhooks that were refused as soon as the store is back, and once more soon after', async () => {
    on = await stage();
    let [asked, away] = [0, false];
    on.edge.redeliverMissed = async () => {
      asked++;
      return { asked: 0, problem: null };
    };
    const scheduler = new Scheduler({ ...on.rt, store: { ...on.store, ping: async () => !away } }, [on.tracked]);
    const after = async (seconds: number): Promise<number> => {
      await ticks(scheduler, seconds, 1_000);
      return asked;
    };
    expect([await after(1), await after(60)]).toEqual([1, 1]);
    away = true;
    expect([await after(5), on.log.filter((l) => l['level'] === 50).length]).toEqual([1, 1]);
    away = false;
    expect([await after(1), await after(28), await after(3), await after(60)]).toEqual([2, 2, 3, 3]);
  });

  it('goes on asking for lost webhooks, judging and tidying up where the clock was a year ahead and was set back', async () => {
    on = await stage();
    const [asked, tidied]: [number[], number[]] = [[], []];
    const judged = (): number => on.log.filter((l) => l['msg'] === 'platforms evaluated').length;
    on.edge.redeliverMissed = async (...[since]: readonly number[]) => {
      asked.push(since ?? 0);
      return { asked: 0, problem: null };
    };
    const right = on.clock.now;
    const store: Store = {
      ...on.store,
      maintain: async (now) => {
        tidied.push(now);
        return false;
      },
    };
    const scheduler = new Scheduler({ ...on.rt, store }, [ladderProject(on)]);
    on.clock.now = right + 365 * DAY;
    await ticks(scheduler, 3, 1_000);
    await scheduler.upkeep();
    expect([judged(), asked.length, tidied.length]).toEqual([1, 1, 1]);
    on.clock.now = right;
    await ticks(scheduler, 12, MINUTE);
    await scheduler.upkeep();
    // Nobody knows what was lost meanwhile: as far back as GitHub keeps it.
    expect(asked.slice(1).map((since) => Math.round((since - right) / DAY))).toEqual([-3]);
    expect(tidied.slice(1)).toEqual([on.clock.now]);
    await ticks(scheduler, 1, DAY);
    await ticks(scheduler, 1, 1_000);
    expect(judged()).toBe(2);
  });

  it('begins nothing new once it is stopped, and waits for what is under way', async () => {
    on = await stage();
    const scheduler = new Scheduler(on.rt, [on.tracked]);
    const answer = held<object>();
    on.source.answer = () => answer.promise;
    await scheduler.tick();
    let stopped = false;
    const stop = scheduler.stop().then(() => { stopped = true; });
    await new Promise((ok) => { setImmediate(ok); });
    expect(stopped).toBe(false);
    answer.resolve({});
    await stop;
    on.clock.now += DAY;
    await scheduler.tick();
    expect(on.source.polls).toBe(1);
  });
});
