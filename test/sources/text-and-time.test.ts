import { afterEach, describe, expect, it } from 'vitest';
import { jsonSink, parseJson } from '../../src/sources/json.ts';
import { eachLimited } from '../../src/sources/pool.ts';
import { listed, storable } from '../../src/sources/text.ts';
import { epochTime, isoTime } from '../../src/sources/time.ts';

describe('text from outside', () => {
  it('loses null characters and halves of pairs, and nothing else', () => {
    expect(storable('a\u0000b', 10)).toBe('a\uFFFDb');
    expect(storable('half \uD83D', 10)).toBe('half \uFFFD');
    expect(storable('@all <!-- `x` ``` \u{1F600} ü', 100)).toBe('@all <!-- `x` ``` \u{1F600} ü');
  });

  it('is cut to its limit', () => {
    expect(storable('x'.repeat(5_000_000), 2000)).toBe(`${'x'.repeat(1999)}…`);
    expect(storable('x'.repeat(2000), 2000)).toHaveLength(2000);
  });

  it('is named in sentences, a few of many', () => {
    expect(listed(['a', 'b', 'c', 'd'], 2)).toBe('"a", "b" and 2 more');
    expect(listed(['a'], 2)).toBe('"a"');
  });
});

describe('a time', () => {
  it.each([[1646996202, 's'], [1646996202000, 'ms'], [1646996202000000, 'µs'], ['1646996202', 's']])('in %s is told by its size', (value, unit) => {
    expect(epochTime(value)).toEqual({ ms: 1646996202000, unit });
  });

  it.each([[0], [-5], [null], [undefined], [NaN], [Infinity], ['soon'], ['0'], [{}], [9e18]])('is none in %s', (value) => {
    expect(epochTime(value)).toBeNull();
  });

  it('as text is RFC 3339 or none', () => {
    expect(isoTime('2026-01-28T18:50:37Z')).toBe(Date.UTC(2026, 0, 28, 18, 50, 37));
    expect([isoTime(''), isoTime('0001-01-01T00:00:00Z'), isoTime('yesterday'), isoTime(7), isoTime('2026')]).toEqual([null, null, null, null, null]);
  });
});

describe('a time that names no zone', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('is in UTC, wherever this machine stands', () => {
    process.env['TZ'] = 'America/New_York';
    const at = Date.UTC(2026, 10, 20, 10);
    const written = ['T10:00:00', ' 10:00:00', 'T10:00', 'T10:00:00.000', 'T10:00:00Z', 'T05:00:00-05:00', 'T12:00+02:00', 'T12:00:00+0200', ' 10:00:00 +0000 UTC'];
    expect(written.map((time) => isoTime(`2026-11-20${time}`))).toEqual(written.map(() => at));
  });
});

describe('what should be JSON', () => {
  const read = (...chunks: string[]) => {
    const sink = jsonSink('it');
    for (const chunk of chunks) {
      const failed = sink.write(Buffer.from(chunk));
      if (failed) return failed;
    }
    return sink.end();
  };

  it('is collected, whatever white space is before it', () => {
    expect(read('\uFEFF \n', ' {"a"', ':1}')).toMatchObject({ ok: true });
    expect(parseJson('it', [Buffer.from('\uFEFF{"a":1}')])).toEqual({ ok: true, value: { a: 1 } });
  });

  it('is told from a web page, a text, and nothing', () => {
    expect(read('<!doctype html><title>404 Not Found</title>')).toMatchObject({ reason: 'not-json', message: 'it answered with a web page instead of JSON' });
    expect(read('Dashboard x not found')).toMatchObject({ reason: 'not-found' });
    expect(read('upstream connect error\nmore')).toMatchObject({ reason: 'not-json', message: 'it answered with a text instead of JSON: "upstream connect error"' });
    expect(read('  ')).toMatchObject({ reason: 'not-json', message: 'it answered with nothing' });
    expect(read('<', 'x'.repeat(5000))).toMatchObject({ reason: 'not-json' });
  });

  it('is truncated where it ends in the middle, wherever that is', () => {
    const whole = '{"a":[1,"two",{"b":null}],"c":true}';
    for (let i = 1; i < whole.length; i++) expect(parseJson('it', [Buffer.from(whole.slice(0, i))])).toMatchObject({ ok: false, reason: 'truncated' });
    expect(parseJson('it', [Buffer.from('{"a":oops}')])).toMatchObject({ reason: 'not-json' });
  });

  it('may be nested as deeply as it likes', () => {
    expect(parseJson('it', [Buffer.from('['.repeat(200_000) + ']'.repeat(200_000))])).toMatchObject({ ok: true });
  });
});

describe('bounded work', () => {
  it('never has more in hand than its limit, and does everything', async () => {
    let [inHand, most] = [0, 0];
    const done: number[] = [];
    await eachLimited([1, 2, 3, 4, 5, 6, 7], 3, async (n) => {
      most = Math.max(most, ++inHand);
      await Promise.resolve();
      done.push(n);
      inHand--;
    });
    expect([most, done]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]]);
    await eachLimited([], 3, async () => { throw new Error('nothing to do'); });
  });
});
