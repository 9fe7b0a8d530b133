import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/sources/failure.ts';
import { ItemSplitter } from '../../../src/sources/prow/splitter.ts';
import { mayBeTracked } from '../../../src/sources/prow/window.ts';

/** Pushes the bytes in pieces of the given sizes, in turn. */
function split(bytes: Buffer, sizes: readonly number[]): { items: string[]; failed: Failure | null } {
  const items: string[] = [];
  const splitter = new ItemSplitter('it', (item) => { items.push(item.toString()); return null; });
  let failed: Failure | null = null;
  for (let at = 0, i = 0; at < bytes.length && !failed; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    // A copy that is wiped afterwards, as a stream may do with its memory.
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    failed = splitter.push(chunk);
    chunk.fill(0x22);
    at += size;
  }
  return { items, failed: failed ?? splitter.end() };
}

const nasty = fc.oneof(fc.string(), fc.constantFrom('"', '\\', '\\"', '}', '{', ']', '[', '},{', '\\\\', '"}]}', '\u2028ü', 'items', '"items":['));
/** Keys without escapes: the JSON.parse of some Node 24 releases takes one escaped key for another, and is what we compare with. */
const key = nasty.filter((k) => JSON.stringify(k) === `"${k}"`);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.boolean(), fc.constant(null), nasty, fc.array(tie('any')), tie('object')),
  object: fc.dictionary(key, tie('any'), { noNullPrototype: true }),
})).object;
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
const spacing = fc.constantFrom(undefined, 1, '\t');

describe('cutting a list into its items', () => {
  it('finds what JSON.parse finds, wherever the pieces end', () => {
    fc.assert(fc.property(fc.array(value), value, sizes, spacing, fc.boolean(), (items, other, pieces, space, wrapped) => {
      const list = { kind: 'List', before: other, 'it"ems': [1], items, after: [other, { items: [{ no: 1 }] }] };
      const json = JSON.stringify(list, null, space);
      const got = split(Buffer.from(wrapped ? `var allBuilds = ${json};\n` : json), pieces);
      expect(got.failed).toBeNull();
      expect(got.items.map((i) => JSON.parse(i) as unknown)).toEqual(JSON.parse(JSON.stringify(items)));
    }), { numRuns: 300 });
  });

  it('takes no beginning of an answer for the whole', () => {
    const whole = Buffer.from('var allBuilds = {"items":[{"a":"}\\"]"},{"b":[{}]}],"x":1};');
    for (let i = 0; i < whole.length - 1; i++) expect(split(whole.subarray(0, i), [7]).failed).toMatchObject({ ok: false });
    expect(split(whole, [7]).failed).toBeNull();
    expect(split(whole.subarray(0, 30), [30]).failed).toMatchObject({ reason: 'truncated', message: 'the answer of it breaks off in the middle' });
  });

  it.each([
    '<!doctype html><p>{"items":[]}', 'oops', 'alert(1);{"items":[]}', '[{"items":[]}]', '{"items":[]} and more', '{"items":[]}{"items":[]}',
    '{"items":[{}{}]}', '{"items":[1]}', '{"items":["x"]}', '{"items":[{},,{}]}', '{"items":[],"items":[]}', `${'x'.repeat(300)}{"items":[]}`, '',
  ])('refuses %s', (text) => {
    expect(split(Buffer.from(text), [5]).failed).toMatchObject({ ok: false, reason: 'not-json' });
  });

  it('wants a list of items', () => {
    expect(split(Buffer.from('{"kind":"List","more":{"items":[{}]}}'), [5]).failed).toMatchObject({ reason: 'schema' });
    expect(split(Buffer.from('{"items":{}}'), [5]).failed).toMatchObject({ reason: 'schema' });
    for (const none of ['null', ' null\n', 'null,"kind":"List"']) expect(split(Buffer.from(`{"items":${none}}`), [5])).toEqual({ items: [], failed: null });
    for (const other of ['nonsense', 'nullify', 'nil', 'undefined', 'n', '17', '"null"', '']) expect(split(Buffer.from(`{"items":${other}}`), [5]).failed).toMatchObject({ reason: 'schema' });
    expect(split(Buffer.from('\uFEFF {"items":[]}'), [5])).toEqual({ items: [], failed: null });
  });

  it('says that a web page is one', () => {
    expect(split(Buffer.from('  <html>'), [100]).failed?.message).toBe('it answered with a web page instead of JSON');
  });

  it('stops at an item without end', () => {
    const splitter = new ItemSplitter('it', () => null);
    splitter.push(Buffer.from('{"items":[{"x":"'));
    const chunk = Buffer.alloc(1 << 20, 'x');
    let failed: Failure | null = null;
    for (let i = 0; i < 20 && !failed; i++) failed = splitter.push(chunk);
    expect(failed).toMatchObject({ reason: 'too-large' });
  });
});

describe('an item that may be of a tracked job', () => {
  const names = new Set(['unit', 'e2e']);
  it.each([
    ['{"spec":{"type":"periodic","job":"unit"}}', true], ['{"spec":{"job" :\n "e2e"}}', true], ['{"a":{"job":"other"},"spec":{"job":"unit"}}', true],
    ['{"spec":{"agent":"job","job":"unit"}}', true], ['{"spec":{"job":"un\\u0069t"}}', true],
    ['{"spec":{"job":"unit-2"}}', false], ['{"spec":{"job":"other"},"x":"unit"}', false], ['{"spec":{"agent":"job"}}', false], ['{}', false], ['{"job":7}', false],
  ])('%s: %s', (item, may) => {
    expect(mayBeTracked(Buffer.from(item), names)).toBe(may);
  });
});
