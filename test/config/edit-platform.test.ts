import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editPlatform } from '../../src/config/edit-platform.ts';
import { readYaml } from '../../src/config/yaml.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import { valid } from './given.ts';

const EXAMPLE = readFileSync(new URL('../../config/examples/kubernetes.yml', import.meta.url), 'utf8');
const RISCV: PlatformId = 'linux/riscv64';

const add = (text: string, owners: readonly string[] = ['@olga'], platform: PlatformId = RISCV): string => {
  const result = editPlatform(text, platform, { step: 0, owners });
  return result.kind === 'edited' ? result.text : result.kind === 'refused' ? result.reason : result.kind;
};

describe('a platform that is added', () => {
  it('stands last, in the indentation and the order of keys of the one before it', () => {
    const text = 'platforms:\n  linux/s390x:\n    step: 2\n    jobs: []\n  linux/arm64:\n      jobs: []   # none\n      owners: []\n      step: 1\n      build: on\npeople: {}\n';
    expect(add(text)).toBe(text.replace('people', '  linux/riscv64:\n      jobs: []\n      owners: ["@olga"]\n      step: 0\n      build: off\npeople'));
  });

  it('stands where its name belongs if the platforms stand in the order of their names', () => {
    const text = 'platforms:\n  linux/amd64: { step: 1 }\n  linux/s390x: { step: 2 }\n';
    expect(add(text)).toBe('platforms:\n  linux/amd64: { step: 1 }\n  linux/riscv64: { step: 0, build: off, owners: ["@olga"], jobs: [] }\n  linux/s390x: { step: 2 }\n');
    expect(add(`# all\nplatforms: # ours\n  # in order\n${text.slice(11)}`, [], 'linux/386')).toBe('# all\nplatforms: # ours\n  linux/386: { step: 0, build: off, owners: [], jobs: [] }\n  # in order\n  linux/amd64: { step: 1 }\n  linux/s390x: { step: 2 }\n');
  });

  it('leaves to the one before it the comments that stand below it', () => {
    const text = 'platforms:\r\n\r\n  # IBM\r\n  s390x:\r\n    step: 2\r\n    jobs: []\r\n    # more to come\r\n\r\n      # and more\r\n\r\n# the end\r\nx: 1';
    expect(add(text)).toBe(text.replace('# and more\r\n', '# and more\r\n\r\n  linux/riscv64:\r\n    step: 0\r\n    build: off\r\n    owners: ["@olga"]\r\n    jobs: []\r\n'));
  });

  it('stands in braces where the others do, and in a file without an end of its last line', () => {
    expect(add('platforms: {s390x: {step: 1}}')).toBe('platforms: {s390x: {step: 1}, linux/riscv64: { step: 0, build: off, owners: ["@olga"], jobs: [] }}');
    expect(add('platforms:\n  s390x: {step: 1} # last')).toBe('platforms:\n  s390x: {step: 1} # last\n  linux/riscv64: { step: 0, build: off, owners: ["@olga"], jobs: [] }');
    expect(add('\uFEFFplatforms:\n  s390x:\n    jobs:\n      - name: a\n        source: |\n          text\n')).toBe('\uFEFFplatforms:\n  s390x:\n    jobs:\n      - name: a\n        source: |\n          text\n  linux/riscv64:\n    step: 0\n    build: off\n    owners: ["@olga"]\n    jobs: []\n');
  });

  it('is none where it stands so already, and is refused where it stands otherwise, in any spelling', () => {
    expect(add(add('platforms:\n  s390x: {step: 1}\n'))).toBe('same');
    expect(add('platforms:\n  riscv64gc: {step: 1}\n')).toBe('linux/riscv64 stands there already, as "riscv64gc".');
  });

  it('is refused where other places of the file have a part in the platforms, and where there are none', () => {
    expect(add('p: &p { s390x: { step: 1 } }\nplatforms: *p')).toBe('`platforms` is put together with other places of the file (an anchor, an alias or a merge key); add it by hand.');
    expect(add('platforms: &p { s390x: { step: 1 } }\nq: *p')).toMatch(/^`platforms` is put together with other places/);
    for (const text of ['x: 1', 'platforms:', 'platforms: {}', 'platforms: []']) expect(add(text)).toBe('it has no mapping `platforms` with at least one platform, next to which another could be put.');
    expect(add('platforms: { s390x: { step: 1, step: 1 } }')).toMatch(/^line 1 has to be mended first/);
    expect(add('platforms: { s390x: {} }', ['olga"]'])).toBe('"olga\\"]" is neither @login nor @org/team.');
  });

  it('is all that is new in the example, which is valid before and after', () => {
    const text = add(EXAMPLE, ['@kubernetes/riscv64-owners', '@olga']);
    const block = '\n  linux/riscv64:\n    step: 0\n    build: off\n    owners: ["@kubernetes/riscv64-owners", "@olga"]\n    jobs: []\n';
    expect(text).toBe(EXAMPLE.replace('\n# Where a platform\'s build', `${block}\n# Where a platform's build`));
    expect(valid(text).project.platforms.at(-1)).toMatchObject({ id: RISCV, step: 0, build: 'off', owners: ['@kubernetes/riscv64-owners', '@olga'], jobs: [] });
  });

  it('leaves every other byte of any file as it stands', () => {
    const comment = fc.constantFrom('', ' # step: 1', '  # linux/riscv64: {');
    const body = fc.constantFrom('{ step: 1 }', '{}', '\n    step: 1\n    jobs: []', '\n      build: on\n      jobs:\n        - { name: a }\n        - name: b\n          # c\n          source: d', '\n    owners:\n    - "@a"\n    # below', '\n    slack: |\n      x', '');
    const blanks = fc.constantFrom('', '\n', '\n\n', '\n  # about the next\n', '\n      # about the last\n');
    const names = fc.shuffledSubarray(['linux/amd64', 'arm64', '"linux/s390x"', 'windows/amd64', 'darwin/arm64'], { minLength: 1 });
    const tail = fc.constantFrom('', '\n', '\nswitches: []\n', '\n\n# end\nx: 1', '\n...\n');
    fc.assert(fc.property(names, fc.array(fc.tuple(body, comment, blanks), { minLength: 5, maxLength: 5 }), tail, fc.constantFrom('\n', '\r\n'), (all, parts, end, eol) => {
      const text = `# top\nplatforms:${all.map((name, i) => `${parts[i]?.[2] === '' || i === 0 ? '' : parts[i]?.[2].replace(/\n$/, '') ?? ''}\n  ${name}:${parts[i]?.[0].startsWith('{') ? ` ${parts[i]?.[0] ?? ''}` : parts[i]?.[0] ?? ''}${parts[i]?.[0].endsWith('x') ? '' : parts[i]?.[1] ?? ''}`).join('')}${end}`.replaceAll('\n', eol);
      const result = editPlatform(text, RISCV, { step: 3, owners: ['@a/b'] });
      const before = readYaml(text, 'f');
      if (!before.ok || before.errors.length > 0) return expect(result.kind).toBe('refused');
      const after = result.kind === 'edited' ? result.text : '';
      expect([text, result.kind]).toEqual([text, 'edited']);
      // One piece was put in: what stands before and behind it is the old text.
      let head = 0;
      while (head < text.length && after[head] === text[head]) head++;
      let foot = 0;
      while (foot < text.length - head && after[after.length - 1 - foot] === text[text.length - 1 - foot]) foot++;
      expect(head + foot).toBe(text.length);
      const reading = readYaml(after, 'f');
      const value = (reading.ok ? reading.yaml.value : null) as { platforms: Record<string, unknown> };
      expect(value.platforms).toEqual({ ...(before.yaml.value as { platforms: Record<string, unknown> }).platforms, [RISCV]: { step: 3, build: 'off', owners: ['@a/b'], jobs: [] } });
      return undefined;
    }), { numRuns: 400 });
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('platforms', ':', ' ', '\n', '  ', 's390x', 'step', '1', '{', '}', '*a', '&a', '<<', '"', ',', '-', '? ', '|'), { maxLength: 30 }), (parts) => {
      expect(['edited', 'same', 'refused']).toContain(editPlatform(parts.join(''), RISCV, { step: 0, owners: [] }).kind);
    }), { numRuns: 400 });
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 4 }), fc.constantFrom('[', '}', '- ', ': ', '"', '#', '\n', '&a ', '*a', '| ', '\t'), (where, length, by) => {
      const text = EXAMPLE.slice(0, where * EXAMPLE.length) + by + EXAMPLE.slice(where * EXAMPLE.length + length);
      expect(['edited', 'refused']).toContain(editPlatform(text, RISCV, { step: 0, owners: [] }).kind);
    }), { numRuns: 60 });
  });
});
