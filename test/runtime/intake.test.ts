import { afterEach, describe, expect, it } from 'vitest';
import { Intake } from '../../src/runtime/intake.ts';
import { loadStates } from '../../src/runtime/poll.ts';
import type { RunsReading } from '../../src/sources/source.ts';
import type { Store } from '../../src/store/store.ts';
import { readingOf, runsOf, stage, START, type Stage } from './fixtures.ts';

let on: Stage;
afterEach(() => on.store.close());

const answer = { source: 'grid', ok: true, error: null, requests: 1, bytes: 1, readings: [], warnings: [] };
const portion = (letters: string): RunsReading[] => [readingOf(on.key, runsOf(letters, START)) as RunsReading];
const stored = async (): Promise<number> => (await on.store.lastRuns('demo', [on.key], 100)).get(on.key)?.length ?? 0;

async function begin(leads: () => Promise<boolean> = async () => true, store?: (s: Store) => Store): Promise<Intake> {
  on = await stage();
  await loadStates(on.rt, on.tracked);
  return new Intake(store ? store(on.store) : on.store, on.tracked, START, leads);
}

describe('a portion of what a poll reads', () => {
  it('is stored at once, and learned with all others when the poll is done', async () => {
    const intake = await begin();
    await intake.of('grid')(portion('PPFFF'));
    expect([await stored(), on.tracked.states?.get(on.key), intake.changed]).toEqual([5, null, 0]);
    expect(await intake.finish([answer])).toBe(true);
    expect([on.tracked.states?.get(on.key)?.health, intake.changed]).toEqual(['failing', 1]);
  });

  it('is stored after the one before it, however soon it comes', async () => {
    let [now, most] = [0, 0];
    const intake = await begin(async () => true, (s) => new Proxy(s, {
      get: (store, name) => name !== 'saveReadings' ? Reflect.get(store, name) as unknown : async (...args: Parameters<Store['saveReadings']>) => {
        most = Math.max(most, ++now);
        await store.saveReadings(...args);
        now--;
      },
    }));
    const handOn = intake.of('grid');
    await Promise.all(['PP', 'PPP', 'PPPF'].map((letters) => handOn(portion(letters))));
    expect([most, now]).toEqual([1, 0]);
    expect(await intake.finish([answer])).toBe(true);
    expect(intake.changed).toBe(3);
  });

  it('fails the poll when it cannot be stored, and those after it are not tried', async () => {
    let tried = 0;
    const intake = await begin(async () => true, (s) => new Proxy(s, {
      get: (store, name) => name === 'saveReadings' ? async () => { tried++; throw new Error('full disk'); } : Reflect.get(store, name) as unknown,
    }));
    await intake.of('grid')(portion('PP'));
    await intake.of('grid')(portion('PP'));
    expect(tried).toBe(1);
    await expect(intake.finish([answer])).rejects.toThrow('full disk');
    expect(on.tracked.states?.get(on.key)).toBeNull();
  });

  it('is dropped with the whole poll where another replica has taken over, also when that one is gone again', async () => {
    const answers = [false, true, true];
    const intake = await begin(async () => answers.shift() ?? true);
    await intake.of('grid')(portion('PP'));
    await intake.of('grid')(portion('PPF'));
    expect(await intake.finish([answer])).toBe(false);
    expect([await stored(), on.tracked.states?.get(on.key), on.tracked.readAt.size]).toEqual([0, null, 0]);
  });

  it('is none where nothing is new, and changes nothing then', async () => {
    const intake = await begin();
    const before = on.tracked.states?.changes;
    expect(await intake.finish([answer])).toBe(true);
    expect(on.tracked.states?.changes).toBe(before);
  });

  it('of a job that is not tracked at that source is left out', async () => {
    const intake = await begin();
    await intake.of('another')(portion('PPFFF'));
    await intake.finish([answer]);
    expect([await stored(), intake.changed]).toEqual([0, 0]);
  });
});
