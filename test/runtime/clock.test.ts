import { beforeEach, describe, expect, it } from 'vitest';
import { SharedClock, stopwatchOf } from '../../src/runtime/clock.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** A machine whose clocks the test holds, and a store whose clock is right. */
class Machine {
  /** True time (ms). */
  time = 1_000_000;
  /** What this machine's clock is ahead of the truth, and the store's (ms). */
  off = 0;
  storeOff = 0;
  /** How long it has slept (ms). */
  slept = 0;
  /** How long a question takes, and which part of it the way there (ms). */
  takes = 2;
  there = 0.5;
  asked = 0;
  away = false;
  readonly told: { readonly seconds: number; readonly message: string }[] = [];
  readonly clocks = { wall: () => this.time + this.off, monotonic: () => this.time - this.slept - 5_000 };

  readonly ask = async (): Promise<number> => {
    this.asked++;
    if (this.away) throw new Error('the store is away');
    this.time += this.takes * this.there;
    const answer = this.time + this.storeOff;
    this.time += this.takes * (1 - this.there);
    return answer;
  };

  set(): Promise<SharedClock> {
    return SharedClock.set(this.clocks, this.ask, { warn: (fields, message) => { this.told.push({ ...fields as { seconds: number }, message }); } });
  }
}

describe('the clock that all servers on one store go by', () => {
  let machine: Machine;
  beforeEach(() => { machine = new Machine(); });

  it.each([-5 * MINUTE, 5 * MINUTE, HOUR])('says what the store says on a machine that is %i ms off, and tells of that', async (off) => {
    machine.off = off;
    const clock = await machine.set();
    expect(Math.abs(clock.now() - machine.time)).toBeLessThanOrEqual(1);
    machine.time += 100_000;
    expect(Math.abs(clock.now() - machine.time)).toBeLessThanOrEqual(1);
    expect(machine.told).toEqual([{ seconds: off / 1_000, message: expect.stringContaining(off > 0 ? 'ahead of' : 'behind') as unknown }]);
  });

  it('says nothing of a machine that is a little off', async () => {
    machine.off = 4_000;
    await machine.set();
    expect(machine.told).toEqual([]);
  });

  it('goes on as before where somebody sets the clock of the machine', async () => {
    const clock = await machine.set();
    for (const off of [HOUR, 0, -HOUR]) {
      machine.off = off;
      machine.time += 500;
      expect(Math.abs(clock.now() - machine.time)).toBeLessThanOrEqual(1);
      await clock.align();
      expect(Math.abs(clock.now() - machine.time)).toBeLessThanOrEqual(1);
    }
    expect(machine.told).toEqual([]);
  });

  it('never runs ahead after a sleep, and asks at once what time it is', async () => {
    const clock = await machine.set();
    machine.time += HOUR;
    machine.slept += HOUR;
    expect(clock.now()).toBeLessThan(machine.time);
    expect(machine.asked).toBe(4);
    await clock.align();
    expect(Math.abs(clock.now() - machine.time)).toBeLessThanOrEqual(1);
    expect(machine.told).toEqual([{ seconds: 3_600, message: expect.stringContaining('slept') as unknown }]);
  });

  it('follows the store whose clock is set, forwards and back', async () => {
    const clock = await machine.set();
    for (const off of [HOUR, 0]) {
      machine.storeOff = off;
      await clock.align();
      expect(Math.abs(clock.now() - machine.time - off)).toBeLessThanOrEqual(1);
    }
  });

  it('learns nothing from an answer that took long and does not contradict it, and something from one that does', async () => {
    const clock = await machine.set();
    [machine.takes, machine.there] = [20_000, 0.99];
    const off = clock.now() - machine.time;
    await clock.align();
    expect(clock.now() - machine.time).toBe(off);
    machine.storeOff = MINUTE;
    [machine.takes, machine.there] = [2_000, 0.5];
    await clock.align();
    expect(Math.abs(clock.now() - machine.time - MINUTE)).toBeLessThanOrEqual(1_000);
  });

  it('takes the quickest of several answers to begin with', async () => {
    let n = 0;
    const ask = machine.ask;
    const clock = await SharedClock.set(machine.clocks, () => {
      [machine.takes, machine.there] = n++ === 1 ? [2, 0.5] : [10_000, 1];
      return ask();
    }, { warn: () => {} });
    expect(Math.abs(clock.now() - machine.time)).toBeLessThanOrEqual(1);
  });

  it('goes on where the store is away, and right where it was not there from the beginning', async () => {
    const clock = await machine.set();
    machine.away = true;
    await clock.align();
    machine.time += MINUTE;
    expect(Math.abs(clock.now() - machine.time)).toBeLessThanOrEqual(1);
    await expect(machine.set()).rejects.toThrow('away');
  });
});

describe('a stopwatch', () => {
  it('says the more of what the clocks say: one of them stands in a sleep, the other may be set', () => {
    const machine = new Machine();
    const passed = stopwatchOf(machine.clocks)();
    machine.time += 1_000;
    expect(passed()).toBe(1_000);
    machine.off = -HOUR;
    expect(passed()).toBe(HOUR - 1_000);
    machine.off = 0;
    machine.time += HOUR;
    machine.slept += HOUR;
    expect(passed()).toBe(HOUR + 1_000);
  });
});
