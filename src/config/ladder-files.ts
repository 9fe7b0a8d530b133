import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileFinding } from './finding.ts';
import { readLadder, type LadderFile, type LadderFiles, type LadderReading } from './ladder.ts';
import { get } from './raw.ts';
import { notText, readYaml } from './yaml.ts';

/** The ladders that come with the program. */
const SHIPPED = fileURLToPath(new URL('../../config/ladders', import.meta.url));

/**
 * The ladders that a configuration file may name: those of the program, and those in `ladders/` beside the file, which
 * come first where both have one. Rejects where a folder that is there cannot be read.
 */
export async function ladderFiles(configuration: string): Promise<LadderFiles> {
  const [shipped, own] = [await filesIn(SHIPPED), await filesIn(join(dirname(configuration), 'ladders'))];
  return new Map([...shipped, ...own]);
}

/** The ladders that come with the program. Rejects where they cannot be read. */
export const shippedLadders = (): Promise<LadderFiles> => filesIn(SHIPPED);

/**
 * Reads a file that holds a ladder by itself, as one that a configuration in the folder above could name. Null: there is
 * no such file, or it is no ladder (no mapping with `steps` or `extends`, or one of a project).
 */
export async function loadLadderFile(file: string): Promise<LadderReading | null> {
  const text = await readFile(file).then((bytes) => new TextDecoder('utf-8').decode(bytes), () => null);
  const value = text === null ? null : topOf(text);
  if (text === null || get(value, 'project') !== undefined || (get(value, 'steps') ?? get(value, 'extends')) === undefined) return null;
  const name = basename(file).replace(/\.ya?ml$/, '');
  const files = new Map([...await ladderFiles(dirname(file)), ...await filesIn(dirname(file)), [name, { file, text }]]);
  return readLadder(name, files, (message) => fileFinding(file, message));
}

function topOf(text: string): unknown {
  const reading = notText(text, '', text.length * 4) === null ? readYaml(text, '') : null;
  return reading?.ok ? reading.yaml.value : null;
}

async function filesIn(folder: string): Promise<LadderFiles> {
  const there = await stat(folder).then((s) => s.isDirectory(), () => false);
  const names = there ? (await readdir(folder)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).toSorted() : [];
  return new Map(await Promise.all(names.map(async (name): Promise<readonly [string, LadderFile]> => {
    const path = join(folder, name);
    return [name.replace(/\.ya?ml$/, ''), { file: shown(path), text: new TextDecoder('utf-8').decode(await readFile(path)) }];
  })));
}

/** As a person would type it from here. */
const shown = (path: string): string => {
  const here = relative(process.cwd(), path);
  return here.startsWith('..') ? path : here;
};
