import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onCallAt } from '../../src/policy/on-call.ts';
import { isAtWork, nextAtWork } from '../../src/policy/working-hours.ts';
import { DAY, HOUR } from './story.ts';

const office = (zone: string) => ({ from: 9 * 60, to: 18 * 60, zone });
const berlin = office('Europe/Berlin');
const night = { from: 22 * 60, to: 6 * 60, zone: 'Europe/Berlin' };
const at = (text: string): number => Date.parse(text);
const next = (text: string, hours = berlin): string => new Date(nextAtWork(at(text), hours)).toISOString();

describe('working hours', () => {
  it('leave a moment within them as it is, and wait for the morning otherwise', () => {
    expect(next('2026-11-18T10:30:00Z')).toBe('2026-11-18T10:30:00.000Z');
    expect(next('2026-11-18T03:00:00Z')).toBe('2026-11-18T08:00:00.000Z');
    expect(next('2026-11-18T17:00:00Z')).toBe('2026-11-19T08:00:00.000Z');
    expect(next('2026-11-18T16:59:59Z')).toBe('2026-11-18T16:59:59.000Z');
  });

  it('wait over the weekend', () => {
    expect(next('2026-11-20T17:30:00Z')).toBe('2026-11-23T08:00:00.000Z');
    expect(next('2026-11-22T23:30:00Z')).toBe('2026-11-23T08:00:00.000Z');
  });

  it('begin at the same time on the wall before and after the clocks change', () => {
    expect(next('2026-03-27T18:00:00Z')).toBe('2026-03-30T07:00:00.000Z');
    expect(next('2026-10-23T18:00:00Z')).toBe('2026-10-26T08:00:00.000Z');
  });

  it('belong to the day on which they begin where they run over midnight', () => {
    expect(isAtWork(at('2026-11-21T02:00:00Z'), night)).toBe(true);
    expect(isAtWork(at('2026-11-21T22:00:00Z'), night)).toBe(false);
    expect(isAtWork(at('2026-11-23T02:00:00Z'), night)).toBe(false);
    expect(next('2026-11-21T05:30:00Z', night)).toBe('2026-11-23T21:00:00.000Z');
  });

  it('are those of the place, whose day may be another than in UTC', () => {
    expect(next('2026-11-22T20:30:00Z', office('Pacific/Auckland'))).toBe('2026-11-22T20:30:00.000Z');
    expect(next('2026-11-21T02:30:00Z', office('Pacific/Honolulu'))).toBe('2026-11-21T02:30:00.000Z');
  });

  it('begin when the clocks have been put forward where that swallows their beginning', () => {
    expect(next('2026-04-23T10:00:00Z', { from: 30, to: 8 * 60, zone: 'Africa/Cairo' })).toBe('2026-04-23T22:00:00.000Z');
  });

  it('never put anything earlier, and always into themselves', () => {
    const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC');
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(fc.property(fc.integer({ min: at('2026-01-01'), max: at('2027-12-31') }), zone, minute, minute, (moment, place, from, to) => {
      fc.pre(from !== to);
      const hours = { from, to, zone: place };
      const found = nextAtWork(moment, hours);
      expect(found).toBeGreaterThanOrEqual(moment);
      expect(found - moment).toBeLessThan(4 * DAY);
      if (Math.abs(to - from) > 60) expect(isAtWork(found, hours)).toBe(true);
      if (found > moment) expect(isAtWork(found - 60_000, hours)).toBe(false);
    }), { numRuns: 300 });
  });
});

describe('a rotation', () => {
  const rotation = { people: ['@ann', '@ben', '@cat'] as const, every: 7 * DAY, from: at('2026-11-02') };

  it('goes round, a turn each', () => {
    expect([0, 6, 7, 14, 20, 21].map((d) => onCallAt(rotation, rotation.from + d * DAY))).toEqual(['@ann', '@ann', '@ben', '@cat', '@cat', '@ann']);
    expect(onCallAt(rotation, rotation.from + 7 * DAY - 1)).toBe('@ann');
  });

  it('is nobody\'s before its first turn', () => {
    expect([HOUR, 20 * DAY].map((before) => onCallAt(rotation, rotation.from - before))).toEqual([null, null]);
  });
});
