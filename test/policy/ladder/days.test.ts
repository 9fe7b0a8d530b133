import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adoptionEnd, afterFreeze } from '../../../src/policy/ladder/cycles.ts';
import { Clock, DAY, daysOff } from '../../../src/policy/ladder/days.ts';
import { HOUR, S390X, job, on, ran } from './given.ts';

describe('the clock of the days that count', () => {
  const clock = (...off: number[]): Clock => new Clock(10, 30, new Set(off));
  const at = (day: number, hour = 0): number => day * DAY + hour * HOUR;

  it('leaves days out of what went by', () => {
    expect(clock().elapsed(at(12), at(15, 6))).toBe(3 * DAY + 6 * HOUR);
    expect(clock(13).elapsed(at(12), at(15, 6))).toBe(2 * DAY + 6 * HOUR);
    expect(clock(13, 14).elapsed(at(13, 5), at(14, 20))).toBe(0);
    expect(clock(13).elapsed(at(12, 20), at(14, 4))).toBe(8 * HOUR);
  });

  it('goes back over them', () => {
    expect(clock().back(at(20), 3 * DAY)).toBe(at(17));
    expect(clock(18).back(at(20), 3 * DAY)).toBe(at(16));
    expect(clock(20).back(at(20, 7), DAY)).toBe(at(19));
    expect(clock(19).back(at(20, 7), 8 * HOUR)).toBe(at(18, 23));
  });

  it('lets days that it knows nothing of count', () => {
    expect(clock(10).elapsed(at(5), at(12))).toBe(6 * DAY);
    expect(clock(30).elapsed(at(29), at(40))).toBe(10 * DAY);
    expect(clock().back(at(12), 10 * DAY)).toBe(at(2));
  });

  it('takes a day out when it turns out not to count, once', () => {
    const c = clock();
    expect(c.elapsed(at(12), at(15))).toBe(3 * DAY);
    c.skip(14);
    c.skip(14);
    expect([c.elapsed(at(12), at(15)), c.counts(14), c.skipped]).toEqual([2 * DAY, false, [14]]);
  });

  it('goes back by exactly what goes by, whatever is left out', () => {
    const days = fc.uniqueArray(fc.integer({ min: 10, max: 30 }), { maxLength: 15 });
    fc.assert(fc.property(days, days, fc.integer({ min: 10 * 24, max: 31 * 24 - 1 }), fc.integer({ min: 0, max: 15 * 24 }), (off, later, now, hours) => {
      const c = new Clock(10, 30, new Set(off));
      for (const day of later.toSorted((a, b) => a - b)) {
        c.elapsed(0, now * HOUR);
        c.skip(day);
      }
      const from = c.back(now * HOUR, hours * HOUR);
      expect(c.elapsed(from, now * HOUR)).toBe(hours * HOUR);
      const counted = Array.from({ length: now * HOUR - from > 40 * DAY ? 0 : Math.floor((now * HOUR - from) / HOUR) }, (_, i) => Math.floor((from / HOUR + i) / 24)).filter((day) => c.counts(day)).length;
      expect(counted).toBe(hours);
    }), { numRuns: 300 });
  });
});

describe('days that count for nothing', () => {
  const off = (blind: readonly (readonly { from: number; to: number }[])[], downtimes: readonly { from: number; to: number; reason: null }[] = [], freezes: readonly { from: number; to: number }[] = []) =>
    [...daysOff({ jobs: blind.map((spans, i) => ({ ...ran(job(S390X, `s${i}`), []), blind: spans })), downtimes }, { freezes }, on(0) / DAY, on(50) / DAY)].map((day) => day - on(0) / DAY).sort((a, b) => a - b);

  it('are those that a freeze or a downtime touches', () => {
    expect(off([], [{ from: on(3, 22), to: on(5), reason: null }], [{ from: on(10), to: on(12) }])).toEqual([3, 4, 10, 11]);
  });

  it('are those throughout which no job could be read', () => {
    expect(off([[{ from: on(3), to: on(6) }], [{ from: on(4, 1), to: on(9) }]])).toEqual([5]);
    expect(off([[{ from: on(3), to: on(6) }], []])).toEqual([]);
    expect(off([[{ from: on(3, 5), to: on(4, 8) }, { from: on(4, 8), to: on(5, 2) }, { from: on(4, 20), to: on(6) }]])).toEqual([4, 5]);
  });

  it('lie within what is looked at', () => {
    expect(off([], [{ from: -Infinity, to: on(1), reason: null }, { from: on(49), to: Infinity, reason: null }])).toEqual([0, 49, 50]);
  });
});

describe('release cycles', () => {
  it('end an adoption period with the second release after its beginning', () => {
    const dates = [on(400), on(100), on(250)].map((date) => ({ freeze: null, date }));
    expect(adoptionEnd(on(90), 2, dates)).toBe(on(250));
    expect(adoptionEnd(on(100), 2, dates)).toBe(on(400));
    expect(adoptionEnd(on(90), 0, dates)).toBe(on(90));
  });

  it('are taken to last four months where no release dates tell', () => {
    expect(adoptionEnd(on(0), 2, [])).toBe(on(244));
    expect(adoptionEnd(on(0), 2, [{ freeze: null, date: on(50) }])).toBe(on(172));
  });

  it('hold what comes into force between freeze and release, the moment of either included as it is written', () => {
    const releases = [{ freeze: on(10), date: on(20) }];
    expect([on(10) - 1, on(10), on(20) - 1, on(20)].map((at) => afterFreeze(at, releases))).toEqual([on(10) - 1, on(20), on(20), on(20)]);
  });
});
