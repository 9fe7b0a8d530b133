import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchOf } from '../../src/config/patch.ts';

/** Applies a patch of one hunk as `patch` would: strictly. */
function applied(before: string, patch: string): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const [, , head = '', ...body] = patch.match(/[^\n]*\n/g) ?? [];
  const [from, oldCount, newFrom, newCount] = (/^@@ -(\d+),(\d+) \+(\d+),(\d+) @@\n$/.exec(head) ?? []).slice(1).map(Number) as [number, number, number, number];
  const hunk: string[] = [];
  for (const line of body) {
    if (line.startsWith('\\')) hunk.push((hunk.pop() ?? '').slice(0, -1));
    else hunk.push(line);
  }
  const old = hunk.filter((l) => !l.startsWith('+')).map((l) => l.slice(1));
  const fresh = hunk.filter((l) => !l.startsWith('-')).map((l) => l.slice(1));
  const start = oldCount === 0 ? from : from - 1;
  expect([old.length, fresh.length, newCount === 0 ? newFrom : newFrom - 1]).toEqual([oldCount, newCount, start]);
  expect(lines.slice(start, start + oldCount)).toEqual(old);
  return [...lines.slice(0, start), ...fresh, ...lines.slice(start + oldCount)].join('');
}

describe('a patch', () => {
  it('shows the change with three lines around it', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    expect(patchOf('config/demo.yml', before, before.replace('e\n', 'E\nEE\n'))).toBe(
      '--- a/config/demo.yml\n+++ b/config/demo.yml\n@@ -2,7 +2,8 @@\n b\n c\n d\n-e\n+E\n+EE\n f\n g\n h\n');
  });

  it('says where a file has no line end at its end', () => {
    expect(patchOf('x', 'a\nb', 'a\nb\n')).toBe('--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n');
    expect(patchOf('x', 'a\nb', 'c\na\nb')).toBe('--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n+c\n a\n b\n\\ No newline at end of file\n');
  });

  it('is nothing where nothing changed', () => { expect(patchOf('x', 'a\n', 'a\n')).toBe(''); });

  it('turns the one text into the other', () => {
    const text = fc.array(fc.constantFrom('a\n', 'b\n', '\n', 'c\r\n', 'd'), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(fc.property(text, text, (before, after) => before === after || applied(before, patchOf('x', before, after)) === after), { numRuns: 300 });
  });
});
