import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tooLong } from '../domain/configuration.ts';
import { fileFinding } from './finding.ts';
import { ladderFiles } from './ladder-files.ts';
import type { Finding } from './finding.ts';
import { EXAMPLE, MOST_BYTES, loadProject } from './load.ts';
import type { LoadResult, LoadedProject } from './load.ts';
import { isSignaturesFile } from './signatures.ts';

/** Everything that could be read, and everything that could not: one project's mistake holds back no other. */
export interface LoadedProjects {
  /** True where there is at least one project and no mistake. */
  readonly ok: boolean;
  readonly projects: readonly LoadedProject[];
  readonly errors: readonly Finding[];
  /** The folder is there and holds no configuration: the one error says so. */
  readonly none: boolean;
}

/** Reads a project's file from disk. Never throws: what keeps it from being read is in the answer. */
export async function loadFile(file: string): Promise<LoadResult> {
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) return refused(file, tooLong(size, MOST_BYTES));
    return loadProject(new TextDecoder('utf-8').decode(await readFile(file)), { file, origin: 'disk', ladders: await ladderFiles(file) });
  } catch (error) {
    return refused(file, unreadable(error));
  }
}

/** Reads a project's file, or every `*.yml` and `*.yaml` that stands directly in a folder, in the order of their names, without `signatures.yml`. */
export async function loadProjects(path: string): Promise<LoadedProjects> {
  const found = await filesAt(path);
  if (!found.ok) return { ok: false, projects: [], errors: [found.error], none: found.none ?? false };
  const projects: LoadedProject[] = [];
  const errors: Finding[] = [];
  for (const file of found.files) {
    const result = await loadFile(file);
    if (!result.ok) { errors.push(...result.errors); continue; }
    const same = projects.find(({ project }) => project.name === result.project.name);
    if (same === undefined) projects.push(result);
    else errors.push(result.place({ path: ['project'], at: 'value', message: `${same.project.file} is about the project "${same.project.name}" too; one file describes one project, so rename one of them or put them together` }));
  }
  return { ok: errors.length === 0, projects, errors, none: false };
}

type FilesAt = { readonly ok: true; readonly files: readonly string[] } | { readonly ok: false; readonly error: Finding; readonly none?: boolean };

async function filesAt(path: string): Promise<FilesAt> {
  try {
    const entry = await stat(path);
    if (entry.isFile()) return { ok: true, files: [path] };
    if (!entry.isDirectory()) return { ok: false, error: fileFinding(path, 'this is neither a file nor a folder') };
    const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name) && !isSignaturesFile(name)).toSorted();
    if (names.length > 0) return { ok: true, files: names.map((name) => join(path, name)) };
    return { ok: false, none: true, error: fileFinding(path, `no configuration stands in this folder (*.yml or *.yaml, directly in it); copy ${EXAMPLE} there and make it yours`) };
  } catch (error) {
    return { ok: false, error: fileFinding(path, `${unreadable(error)}; to begin, copy ${EXAMPLE}`) };
  }
}

const refused = (file: string, message: string): LoadResult => ({ ok: false, errors: [fileFinding(file, message)] });

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file', EACCES: 'the file may not be read by this user', EISDIR: 'this is a folder, not a file', ELOOP: 'links lead in a circle here',
};

function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
