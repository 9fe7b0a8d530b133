import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostSimilar } from '../../../src/sources/testgrid/similar.ts';
import { entryPrint, summaryDigest } from '../../../src/sources/testgrid/summary.ts';
import { entry } from './tables.ts';

const digest = (value: unknown): string => summaryDigest([Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))]);
/** A time as any of the APIs writes it. */
const updated = fc.oneof(
  fc.integer({ min: 1_000_000_000, max: 1_999_999_999 }),
  fc.integer({ min: 1_600_000_000, max: 1_999_999_999 }).map((s) => new Date(s * 1000).toISOString()),
  fc.integer({ min: 1_000_000_000, max: 1_999_999_999 }).map((seconds) => ({ seconds })),
);

describe('the digest of a summary', () => {
  it('does not see when it was updated', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.string(), updated), { minLength: 1 }), fc.integer({ min: 0, max: 99 }), (tabs, shift) => {
      const at = (by: number) => Object.fromEntries(tabs.map(([name, time]) => [name, entry({ last_update_timestamp: shifted(time, by) })]));
      expect(digest(at(0))).toBe(digest(at(shift)));
    }));
  });

  it('sees everything else', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      fc.pre(JSON.stringify(a) !== JSON.stringify(b));
      expect(digest({ tab: entry({ x: a }) })).not.toBe(digest({ tab: entry({ x: b }) }));
    }));
  });

  it('is the same in whatever pieces the summary comes', () => {
    fc.assert(fc.property(fc.jsonValue(), updated, fc.array(fc.nat(400)), (value, time, cuts) => {
      const body = Buffer.from(JSON.stringify({ value, last_update_timestamp: time, after: value }));
      const ends = [...cuts.filter((c) => c < body.length).sort((a, b) => a - b), body.length];
      const pieces = ends.map((end, i) => body.subarray(ends[i - 1] ?? 0, end));
      expect(summaryDigest(pieces)).toBe(summaryDigest([body]));
      expect(Buffer.concat(pieces).equals(body)).toBe(true);
    }));
  });

  it('is not deceived by a tab or a text of that name', () => {
    const hostile = (n: number) => ({ last_update_timestamp: { fails: n, seconds: n }, tab: entry({ status: `"last_update_timestamp":${n}` }) });
    expect(digest(hostile(1))).not.toBe(digest(hostile(2)));
    const quoted = (n: number) => ({ tab: entry({ status: `"last_update_timestamp":${n},` }) });
    expect(digest(quoted(1))).not.toBe(digest(quoted(2)));
    const value = (n: number) => `{"a":"last_update_timestamp","b":${n}}`;
    expect(digest(value(1))).not.toBe(digest(value(2)));
  });

  it('reads white space around the time', () => {
    expect(digest('{"last_update_timestamp" : 12 ,"a":1}')).toBe(digest('{"last_update_timestamp" : 34 ,"a":1}'));
    expect(digest('{"last_update_timestamp":  "2026-01-28T18:50:37Z"}')).toBe(digest('{"last_update_timestamp":  "2025-02-27T17:51:38Z"}'));
  });
});

function shifted(time: unknown, by: number): unknown {
  if (typeof time === 'number') return 1_000_000_000 + ((time + by) % 1_000_000_000);
  if (typeof time === 'string') return new Date(Date.parse(time) - by * 1000).toISOString();
  return { seconds: shifted((time as { seconds: number }).seconds, by) };
}

describe('the fingerprint of a tab\'s entry', () => {
  it('changes with anything but the time of its update', () => {
    expect(entryPrint(entry({ last_update_timestamp: 1 }))).toBe(entryPrint(entry({ last_update_timestamp: 2 })));
    expect(entryPrint(entry({ last_run_timestamp: 1 }))).not.toBe(entryPrint(entry({ last_run_timestamp: 2 })));
    expect(entryPrint(entry({ tests: [{ fail_count: 1 }] }))).not.toBe(entryPrint(entry({ tests: [{ fail_count: 2 }] })));
  });

  it('is none for one that is nested beyond reason', () => {
    expect(entryPrint({ tests: JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown })).toBeNull();
  });
});

describe('the tab that another may have become', () => {
  it.each([
    ['ci-kubernetes-unit-s390x', ['ci-kubernetes-e2e-s390x', 'ci-kubernetes-unit-s390x-containerd', 'ci-kubernetes-unit-arm64'], 'ci-kubernetes-unit-s390x-containerd'],
    ['ci-unit-1.29', ['ci-unit-1.30', 'ci-e2e-1.30'], 'ci-unit-1.30'],
    ['Unit Tests', ['unit-tests'], 'unit-tests'],
    ['ci-unit-s390', ['ci-unit-s390x', 'ci-unit-arm64'], 'ci-unit-s390x'],
    ['no-such-tab', ['ci-unit-s390x', 'ci-unit-arm64'], null],
    ['x', [], null],
    ['', ['a'], null],
  ])('for %s of %j is %j', (name, tabs, like) => {
    expect(mostSimilar(name, tabs)).toBe(like);
  });
});
