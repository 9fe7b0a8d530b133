import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/config/finding.ts';
import { loadFile, loadProjects } from '../../src/config/load-files.ts';
import type { LoadedProjects } from '../../src/config/load-files.ts';
import { LEAST } from './given.ts';

let folder = '';
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'archsignal-config-')); });
afterEach(async () => { await rm(folder, { recursive: true }); });

const put = (name: string, text: string | Uint8Array): Promise<void> => writeFile(join(folder, name), text);
const names = (loaded: LoadedProjects): string[] => loaded.projects.map(({ project }) => project.name);
const lines = (loaded: LoadedProjects): string[] => loaded.errors.map((error) => formatFinding(error).replace(folder, '@'));
const named = (name: string): string => LEAST.replace('project: demo', `project: ${name}`);

describe('a folder of configurations', () => {
  it('is read in the order of the names, what stands directly in it and is YAML', async () => {
    await put('b.yml', named('b'));
    await put('a.yaml', named('a'));
    await put('c.json', 'x');
    await put('.hidden.yml', 'x');
    await put('notes.yml.bak', 'x');
    await mkdir(join(folder, 'examples'));
    await put('examples/d.yml', named('d'));
    const loaded = await loadProjects(folder);
    expect([loaded.ok, names(loaded), loaded.errors]).toEqual([true, ['a', 'b'], []]);
    expect(loaded.projects[0]?.project.file).toBe(join(folder, 'a.yaml'));
  });

  it('with nothing in it says what to copy', async () => {
    await mkdir(join(folder, 'examples'));
    const loaded = await loadProjects(folder);
    expect([loaded.ok, lines(loaded)]).toEqual([false, ['@:1:1: (file): no configuration stands in this folder (*.yml or *.yaml, directly in it); copy config/examples/kubernetes.yml there and make it yours']]);
  });

  it('has one file per project', async () => {
    await put('a.yml', named('same'));
    await put('b.yml', named('same'));
    await put('c.yml', named('other'));
    const loaded = await loadProjects(folder);
    expect([loaded.ok, names(loaded)]).toEqual([false, ['same', 'other']]);
    expect(lines(loaded)[0]?.replace(folder, '@')).toBe('@/b.yml:2:10: project: @/a.yml is about the project "same" too; one file describes one project, so rename one of them or put them together');
  });

  it('keeps the good ones where one is bad', async () => {
    await put('a.yml', named('a').replace('source: prow', 'source: prw'));
    await put('b.yml', named('b'));
    const loaded = await loadProjects(folder);
    expect([loaded.ok, names(loaded), lines(loaded)]).toEqual([false, ['b'], ['@/a.yml:12:31: platforms.linux/s390x.jobs[0].source: no source is called "prw"; did you mean "prow"?']]);
  });
});

describe('a single file', () => {
  it('is read whatever it is called', async () => {
    await put('project.conf', LEAST);
    expect(names(await loadProjects(join(folder, 'project.conf')))).toEqual(['demo']);
  });

  it('that is not there, no file, too long or no text is told as such', async () => {
    await put('big.yml', `${LEAST}#${'x'.repeat(2 ** 20)}`);
    await put('binary.yml', new Uint8Array([0x76, 0xff, 0xfe, 0x00]));
    const told = async (name: string): Promise<string | undefined> => {
      const result = await loadFile(join(folder, name));
      return result.ok ? undefined : formatFinding(result.errors[0] ?? { file: '', line: 0, column: 0, path: '', message: '' }).replace(folder, '@');
    };
    expect(await told('none.yml')).toBe('@/none.yml:1:1: (file): there is no such file');
    expect(await told('.')).toMatch(/^@.*: \(file\): this is a folder, not a file$/);
    expect(await told('big.yml')).toBe('@/big.yml:1:1: (file): the file has 1,048,846 bytes; a configuration may have 1,048,576 (1 MiB)');
    expect(await told('binary.yml')).toBe('@/binary.yml:1:2: (file): this is not UTF-8 text: a character stands here that no text has; save the file as UTF-8');
    expect(lines(await loadProjects(join(folder, 'nowhere')))).toEqual(['@/nowhere:1:1: (file): there is no such file; to begin, copy config/examples/kubernetes.yml']);
  });
});
