import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchOf } from '../../src/domain/patch.ts';

/** Applies a patch as `patch` would: strictly. */
function applied(before: string, patch: string): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  for (const hunk of patch.split(/^(?=@@ )/m).slice(1)) {
    const [head = '', ...body] = hunk.match(/[^\n]*\n/g) ?? [];
    const [from, oldCount, newFrom, newCount] = (/^@@ -(\d+),(\d+) \+(\d+),(\d+) @@\n$/.exec(head) ?? []).slice(1).map(Number) as [number, number, number, number];
    const shown: string[] = [];
    for (const line of body) {
      if (line.startsWith('\\')) shown.push((shown.pop() ?? '').slice(0, -1));
      else shown.push(line);
    }
    const old = shown.filter((l) => !l.startsWith('+')).map((l) => l.slice(1));
    const fresh = shown.filter((l) => !l.startsWith('-')).map((l) => l.slice(1));
    const start = oldCount === 0 ? from : from - 1;
    out.push(...lines.slice(at, start));
    expect([old.length, fresh.length, newCount === 0 ? newFrom : newFrom - 1]).toEqual([oldCount, newCount, out.length]);
    expect(lines.slice(start, start + oldCount)).toEqual(old);
    out.push(...fresh);
    at = start + oldCount;
  }
  return [...out, ...lines.slice(at)].join('');
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

  it('shows changes that are far from each other apart, and those that are near together', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `${i}\n`);
    const after = lines.flatMap((l, i) => i === 2 ? ['two\n'] : i === 8 ? [] : i === 25 ? [l, 'more\n'] : [l]).join('');
    expect(patchOf('x', lines.join(''), after)).toBe([
      '--- a/x', '+++ b/x', '@@ -1,12 +1,11 @@', ' 0', ' 1', '-2', '+two', ' 3', ' 4', ' 5', ' 6', ' 7', '-8', ' 9', ' 10', ' 11',
      '@@ -24,6 +23,7 @@', ' 23', ' 24', ' 25', '+more', ' 26', ' 27', ' 28', '',
    ].join('\n'));
  });

  it('is short work for long texts that have nothing in common', () => {
    const text = (word: string) => Array.from({ length: 3_000 }, (_, i) => `${word}${i}\n`).join('');
    expect(applied(text('a'), patchOf('x', text('a'), text('b')))).toBe(text('b'));
  });

  it('ends a name with blanks where `git apply` looks for its end', () => {
    expect(patchOf('a b.txt', 'a\n', 'b\n')).toBe('--- a/a b.txt\t\n+++ b/a b.txt\t\n@@ -1,1 +1,1 @@\n-a\n+b\n');
  });

  it('is nothing where nothing changed', () => { expect(patchOf('x', 'a\n', 'a\n')).toBe(''); });

  it('turns the one text into the other', () => {
    const text = fc.array(fc.constantFrom('a\n', 'b\n', '\n', 'c\r\n', 'd'), { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(fc.property(text, text, (before, after) => before === after || applied(before, patchOf('x', before, after)) === after), { numRuns: 300 });
  });
});
