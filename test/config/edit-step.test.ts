import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editStep } from '../../src/config/edit-step.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import { valid } from './given.ts';

const EXAMPLE = readFileSync(new URL('../../config/examples/kubernetes.yml', import.meta.url), 'utf8');
const S390X: PlatformId = 'linux/s390x';

const reason = (text: string, from = 1, to = 2): string => {
  const result = editStep(text, S390X, from, to);
  return result.kind === 'refused' ? result.reason : result.kind;
};

describe('an edit of a step', () => {
  it('changes the number, and keeps comments, order, quotes and line ends', () => {
    const text = '\uFEFFversion: 1\r\nplatforms:\r\n  amd64: { step: 1 }\r\n  "s390x":  # IBM Z\r\n    owners: ["@a"]\r\n    step:   1   # since May\r\n    build: on';
    expect(editStep(text, S390X, 1, 2)).toEqual({ kind: 'edited', text: text.replace('step:   1 ', 'step:   2 ') });
    expect(editStep('platforms: {s390x: {step: 1}}', S390X, 1, 12)).toEqual({ kind: 'edited', text: 'platforms: {s390x: {step: 12}}' });
    expect(editStep('platforms:\n  s390x:\n    ? step\n    : 1\n', S390X, 1, 0)).toEqual({ kind: 'edited', text: 'platforms:\n  s390x:\n    ? step\n    : 0\n' });
  });

  it('is none where the step is that already', () => {
    expect(reason('platforms: { s390x: { step: 2 } }')).toBe('same');
  });

  it('is refused where the platform stands elsewhere by now', () => {
    expect(reason('platforms: { s390x: { step: 3 } }')).toBe('s390x stands on step 3 there, and not on 1 any more, so the decision was about something else.');
  });

  it('is refused where other places of the file have a part in it, or it is none', () => {
    expect(reason('n: &n 1\nplatforms: { s390x: { step: *n } }')).toBe('the step of s390x repeats another place of the file (*n); write it out, or change it by hand.');
    expect(reason('platforms: { s390x: { step: &n 1 }, arm64: { step: *n } }')).toBe('the step of s390x is named &n, and other places of the file may repeat it; change it by hand.');
    expect(reason('p: &p { step: 1 }\nplatforms: { s390x: *p }')).toBe('s390x repeats another place of the file (*p); write it out, or change it by hand.');
    expect(reason('p: &p { step: 1 }\nplatforms: { s390x: { <<: *p } }')).toBe('s390x is put together with a merge key (<<); change it by hand.');
    expect(reason('platforms: { s390x: { step: 1, step: 1 } }')).toMatch(/^line 1 has to be mended first: the key "step" stands twice/);
    expect(reason('platforms: { s390x: { step: 1 }, linux/s390x: { step: 1 } }')).toBe('linux/s390x stands there twice, as "s390x" and "linux/s390x"; put them together first.');
    expect(reason('platforms: { s390x: { step: "1" } }')).toBe('the step of s390x is no number; change it by hand.');
    expect(reason('platforms: { s390x: { build: on } }')).toBe('s390x has no step there; write one by hand.');
    expect(reason('platforms: { arm64: { step: 1 } }')).toBe('it has no platform linux/s390x.');
    for (const to of [-1, 1.5, NaN]) expect(reason('platforms: { s390x: { step: 1 } }', 1, to)).toBe(`${to} is no step.`);
  });

  it('changes one line of the example, which is valid before and after', () => {
    const from = valid(EXAMPLE).project.platforms.find((p) => p.id === 'linux/arm64')?.step ?? -1;
    const result = editStep(EXAMPLE, 'linux/arm64', from, from - 1);
    const text = result.kind === 'edited' ? result.text : '';
    const lines = EXAMPLE.split('\n');
    expect(text.split('\n').filter((line, i) => line !== lines[i])).toHaveLength(1);
    expect(valid(text).project.platforms.find((p) => p.id === 'linux/arm64')?.step).toBe(from - 1);
    expect(editStep(text, 'linux/arm64', from - 1, from)).toEqual({ kind: 'edited', text: EXAMPLE });
  });

  it('leaves every other byte of any file as it stands', () => {
    const space = fc.constantFrom('', ' ', '   ');
    const comment = fc.constantFrom('', ' # step: 1', '  # was 0 { "');
    const written = fc.constantFrom('1', '0x1', '0o1', '+1', '01', '1.0', '1e0');
    const other = fc.constantFrom('build: on', 'owners: ["@step"]', 'checks: ["step: 1"]', 'slack: "#step-1"');
    fc.assert(fc.property(fc.array(other, { maxLength: 3 }), fc.nat({ max: 3 }), space, written, comment, fc.constantFrom('\n', '\r\n'), fc.integer({ min: 2, max: 99 }), (others, at, gap, one, note, eol, to) => {
      const keys: string[] = [...new Set(others)];
      keys.splice(at, 0, `step: ${gap}${one}${note}`);
      const [before, after] = [['# step: 1', 'platforms:', '  amd64:', '    step: 1', '  s390x:'].join(eol), ['  arm64:', '    step: 1', ''].join(eol)];
      const wrap = (lines: readonly string[]): string => [before, ...lines.map((l) => `    ${l}`), after].join(eol);
      const result = editStep(wrap(keys), S390X, 1, to);
      if (result.kind !== 'edited') expect([one, result.kind]).not.toEqual(['1', 'refused']);
      else expect(result.text).toBe(wrap(keys.map((k) => k.startsWith('step:') ? `step: ${gap}${to}${note}` : k)));
    }), { numRuns: 300 });
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('platforms', ':', ' ', '\n', '  ', 's390x', 'step', '1', '{', '}', '*a', '&a', '<<', '"', ',', '-'), { maxLength: 30 }), (parts) => {
      expect(['edited', 'same', 'refused']).toContain(editStep(parts.join(''), S390X, 1, 2).kind);
    }), { numRuns: 300 });
  });
});
