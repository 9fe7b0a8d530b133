import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/config/finding.ts';
import { loadProjects } from '../../src/config/load-files.ts';
import { loadSignatures, readSignatures } from '../../src/config/signatures.ts';
import { LEAST } from './given.ts';

const shipped = await loadSignatures();
if (!shipped.ok) throw new Error(shipped.errors.map(formatFinding).join('\n'));

const mistakes = (text: string): string[] => {
  const reading = readSignatures(text, 's.yml', shipped.signatures);
  return reading.ok ? [] : reading.errors.map(formatFinding);
};

const one = (match: string, more = ''): string => `version: 1
signatures:
  - name: mine
    says: a line of mine
    match: [${match}]
    points: [{ line: "x", at: linux/arm }]
    silent: ["y"]
${more}`;

describe('a file of signatures', () => {
  it('is refused with the place and what to do where a text of it could not be looked for', () => {
    expect(mistakes(one('"GOARCH={arc}"'))).toEqual([expect.stringMatching(/^s\.yml:5:13: signatures\[0\]\.match\[0\]: no placeholder is called \{arc\}; did you mean "arch"\?$/)]);
    expect(mistakes(one('"{arch}{os}.go"'))[0]).toContain('two placeholders stand side by side');
    expect(mistakes(one('"{arch}x"'))[0]).toContain('at least two characters beside the placeholders');
    expect(mistakes(one('"{os} {os} x"'))[0]).toContain('stands twice');
    expect(mistakes(one(`"${'a'.repeat(101)}"`))[0]).toContain('expected at most 100 characters; found 101');
  });

  it('is refused where a text names no platform and none is listed', () => {
    expect(mistakes(one('"exec of {os}"'))[0]).toContain('names no platform: give it {platform}');
    expect(mistakes(one('"R_MINE_"', '    platforms: [linux/arm]\n'))).toEqual([]);
  });

  it('is refused for unknown keys, unknown platforms and names that stand twice', () => {
    expect(mistakes(one('"GOARCH={arch}"', '    sylent: []\n'))[0]).toContain('sylent');
    expect(mistakes(one('"R_MINE_"', '    platforms: [linux/vax]\n'))[0]).toContain('linux/vax');
    expect(mistakes(`${one('"GOARCH={arch}"')}  - { name: mine, says: x, match: ["AA={arch}"], points: [{ line: x, at: linux/arm }], silent: [y] }\n`)[0]).toContain('two signatures have the same name');
    expect(mistakes('- a\n')[0]).toContain('expected signatures, a mapping');
  });

  it('adds to those of the program, and replaces the one of the same name', () => {
    const reading = readSignatures(`${one('"TARGET={arch}"').replace('mine', 'qemu')}`, 's.yml', shipped.signatures);
    if (!reading.ok) throw new Error('refused');
    expect(reading.signatures.signatures).toHaveLength(shipped.signatures.signatures.length);
    expect(reading.signatures.signatures.at(-1)).toMatchObject({ name: 'qemu', match: ['TARGET={arch}'] });
    expect(reading.signatures.errors).toEqual(shipped.signatures.errors);
  });
});

describe('signatures.yml beside a project\'s file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signatures-'));
    await writeFile(join(folder, 'demo.yml'), LEAST);
    await writeFile(join(folder, 'signatures.yml'), one('"TARGET={arch}"'));
  });
  afterAll(async () => { await rm(folder, { recursive: true }); });

  it('adds to those of the program, and is not taken for a project', async () => {
    for (const named of [folder, join(folder, 'demo.yml')]) {
      const reading = await loadSignatures(named);
      expect(reading.ok && reading.signatures.signatures.at(-1)?.name).toBe('mine');
    }
    expect(await loadProjects(folder)).toMatchObject({ ok: true, errors: [], projects: [{ project: { name: 'demo' } }] });
  });

  it('is refused with its own name where it is wrong', async () => {
    await writeFile(join(folder, 'signatures.yml'), 'version: 2\n');
    const reading = await loadSignatures(folder);
    expect(reading.ok ? [] : reading.errors.map(formatFinding)).toContainEqual(expect.stringContaining(join(folder, 'signatures.yml')));
  });
});
