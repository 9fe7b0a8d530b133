import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/config/finding.ts';
import { loadProject } from '../../src/config/load.ts';
import type { LoadOptions } from '../../src/config/load.ts';
import { nearest } from '../../src/domain/suggest.ts';
import { LEAST } from './given.ts';

const EXAMPLE = readFileSync(new URL('../../config/examples/kubernetes.yml', import.meta.url), 'utf8');
const ORIGINS: readonly LoadOptions[] = [{ file: 'f.yml', origin: 'disk' }, { file: 'f.yml', origin: 'repository', expectedRepo: 'octo/demo' }];

/** Whatever the text is, the answer is a project or findings that point into it. */
function holds(text: string): void {
  const lines = text.split('\n').length;
  for (const options of ORIGINS) {
    const result = loadProject(text, options);
    const findings = result.ok ? result.warnings : result.errors;
    if (!result.ok) expect(findings.length).toBeGreaterThan(0);
    const wrong = findings.filter(({ line, column, message, ...finding }) => line < 1 || line > lines || column < 1
      || !/^f\.yml:\d+:\d+: \S.*: \S.*$/.test(formatFinding({ ...finding, line, column, message }))
      || /Invalid input|Unrecognized|undefined|\[object|expected string/.test(message));
    expect(wrong).toEqual([]);
  }
}

/** Any 16-bit units, halves of surrogate pairs among them. */
const units = fc.array(fc.nat({ max: 0xffff }), { maxLength: 30 }).map((codes) => String.fromCharCode(...codes));
const piece = fc.constantFrom('\n', '  ', '- ', ': ', '[', ']', '{', '}', '#', '@', '&a ', '*a', '"', "'", '|', '>', '!x ', '---\n', '? ', ',', '\t', '~', 'null', '0', '-1', '1e999', '.nan', 'true', '\u0000', '\uFEFF', '\uD800', 'é', '<<: *a', '__proto__: ', '2026-02-30', '99999999999999999999');

describe('a configuration whose text was damaged', () => {
  it('is a project or findings, never an exception', () => {
    const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 30 }), fc.oneof(piece, fc.string({ maxLength: 12 })));
    fc.assert(fc.property(fc.constantFrom(LEAST, EXAMPLE), fc.array(edit, { minLength: 1, maxLength: 6 }), (whole, edits) => {
      let text = whole;
      for (const [where, length, insert] of edits) {
        const at = Math.floor(where * text.length);
        text = text.slice(0, at) + insert + text.slice(at + length);
      }
      holds(text);
    }), { numRuns: 150 });
  });

  it('is so too where lines were dropped, doubled or indented otherwise', () => {
    const change = fc.tuple(fc.nat({ max: 200 }), fc.constantFrom('drop', 'double', 'indent', 'outdent', 'swap'));
    fc.assert(fc.property(fc.constantFrom(LEAST, EXAMPLE), fc.array(change, { minLength: 1, maxLength: 4 }), (whole, changes) => {
      const lines = whole.split('\n');
      for (const [n, how] of changes) {
        const at = n % lines.length;
        const line = lines[at] ?? '';
        if (how === 'swap') lines.splice(at, 2, lines[at + 1] ?? '', line);
        else lines.splice(at, 1, ...(how === 'drop' ? [] : how === 'double' ? [line, line] : how === 'indent' ? [`  ${line}`] : [line.replace(/^ {1,2}/, '')]));
      }
      holds(lines.join('\n'));
    }), { numRuns: 100 });
  });

  it('is so too where a value is anything else', () => {
    const keys = ['version', 'project', 'repo', 'ladder', 'reference', 'release', 'releases', 'calendar', 'sources', 'polling', 'signal', 'escalation', 'slack', 'platforms', 'switches', 'people', 'retention'];
    fc.assert(fc.property(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 4 }), (key, value) => {
      holds(`${LEAST.split('\n').filter((line) => !line.startsWith(`${key}:`)).join('\n')}${key}: ${JSON.stringify(value)}\n`);
    }), { numRuns: 200 });
  });

  it('is so too where there is only noise', () => {
    fc.assert(fc.property(fc.oneof(units, fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))), holds), { numRuns: 300 });
  });
});

describe('a suggestion', () => {
  it('is the nearest word, a swap of neighbours being one edit, and none where nothing is near', () => {
    expect(nearest('gird', ['prow', 'grid'])).toBe('grid');
    expect(nearest('PLATFORM', ['project', 'platforms'])).toBe('platforms');
    expect(nearest('of', ['on', 'off'])).toBe('off');
    expect(nearest('zebra', ['prow', 'grid'])).toBeNull();
    expect(nearest('', ['a'])).toBeNull();
    expect(nearest('grid', [])).toBeNull();
  });
});
