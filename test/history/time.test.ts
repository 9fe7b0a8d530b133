import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMoment } from '../../src/history/time.ts';

describe('a moment', () => {
  it('is read as it was written, to the millisecond, in any zone', () => {
    fc.assert(fc.property(fc.date({ min: new Date('1970-01-02T00:00:00Z'), max: new Date('2199-12-31T23:59:59Z'), noInvalidDate: true }), fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, east) => {
      const at = date.getTime();
      const iso = date.toISOString();
      expect(parseMoment(iso)).toBe(at);
      expect(parseMoment(iso.replace(/\.\d+Z$/, 'Z'))).toBe(at - (((at % 1000) + 1000) % 1000));
      const local = new Date(at + east * 60_000).toISOString().slice(0, -1);
      const [hours, minutes] = [Math.floor(Math.abs(east) / 60), Math.abs(east) % 60].map((n) => String(n).padStart(2, '0'));
      expect(parseMoment(`${local}${east < 0 ? '-' : '+'}${hours}:${minutes}`)).toBe(at);
    }), { numRuns: 300 });
  });

  it.each(['', '2026', '2026-02-29T00:00:00Z', '2026-04-31', '2026-11-20T25:00:00Z', '2026-11-20T10:61:00Z', '2026-11-20T10:00:00+25:00', '2026-1-2', '20261120T100000Z', 'x026-11-20T10:00:00Z', '2026-11-20T10:00:0xZ', '1763632800', ' 2026-11-20 ', '0001-01-01T00:00:00Z', '2026-11-20T10:00:00.0x0Z'])('is none in %j', (text) => {
    expect(parseMoment(text)).toBeNull();
  });

  it('is the last day of February where there is one', () => {
    expect([parseMoment('2024-02-29T12:00:00Z'), parseMoment('2000-02-29'), parseMoment('1900-02-29')]).toEqual([Date.UTC(2024, 1, 29, 12), Date.UTC(2000, 1, 29), null]);
  });
});
