import { createHash } from 'node:crypto';
import type { SwitchPlace } from '../../domain/build-switch.ts';
import type { Turn, Turned } from '../../domain/switcher.ts';
import { permanent, resultOf } from './errors.ts';
import type { Desk } from './executor.ts';
import type { TreeEntry, TreeFile } from './git-data.ts';
import type { Failed } from './own-pull.ts';

/** Git hands out files of a hundred megabytes; a build file is none of those. */
const MOST_BYTES = 2 ** 20;

const LINK = '120000';
/** A module of another repository. */
const MODULE = '160000';

/** The files of the switches as a commit has them. */
export interface FilesAt {
  readonly commit: string;
  readonly tree: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly modes: ReadonlyMap<string, string>;
}

/** Reads the files of the places as a commit has them, with their modes; one that is not there is left out. */
export async function filesAt(desk: Desk, repo: string, sha: string, places: readonly SwitchPlace[]): Promise<{ readonly ok: true; readonly files: FilesAt } | Failed> {
  const commit = await desk.git.commit(repo, sha);
  if (!commit.ok) return resultOf(commit.failure);
  const [texts, modes] = [new Map<string, string>(), new Map<string, string>()];
  const folders = new Map<string, Promise<readonly TreeEntry[] | Failed>>();
  const folder = (name: string): Promise<readonly TreeEntry[] | Failed> => {
    const known = folders.get(name) ?? desk.git.folder(repo, name).then((answer) => answer.ok ? answer.data : resultOf(answer.failure));
    folders.set(name, known);
    return known;
  };
  for (const path of new Set(places.map((p) => p.file))) {
    const found = await entryAt(folder, commit.data.tree.sha, path.split('/'));
    if (found === null) continue;
    if ('ok' in found) return found;
    if (found.mode === LINK) return permanent(`${path} in ${repo} is a link to another file; name that file in \`switches\`.`);
    if (found.type !== 'blob' || found.mode === MODULE) continue;
    if (found.size > MOST_BYTES) return permanent(`${path} in ${repo} is larger than ${MOST_BYTES / 1024} KiB, so it cannot be edited here.`);
    const text = await desk.git.text(repo, found.sha);
    if (!text.ok) return resultOf(text.failure);
    if (text.data === null) return permanent(`${path} in ${repo} is no text in UTF-8, so it cannot be edited.`);
    texts.set(path, text.data);
    modes.set(path, found.mode);
  }
  return { ok: true, files: { commit: sha, tree: commit.data.tree.sha, texts, modes } };
}

async function entryAt(folder: (sha: string) => Promise<readonly TreeEntry[] | Failed>, root: string, path: readonly string[]): Promise<TreeEntry | Failed | null> {
  const entries = await folder(root);
  if ('ok' in entries) return entries;
  const [name, ...rest] = path;
  const entry = entries.find((e) => e.path === name);
  if (entry === undefined || rest.length === 0) return entry ?? null;
  return entry.type === 'tree' ? entryAt(folder, entry.sha, rest) : null;
}

/** What turning the switches makes of these files. */
export interface SwitchEdit {
  readonly from: FilesAt;
  readonly turned: Turned;
  /** The changed files; none where nothing is to be changed, or cannot be. */
  readonly files: readonly TreeFile[];
}

/** Plans the edit on the files of a commit. */
export function editOf(desk: Desk, from: FilesAt, turn: Turn): SwitchEdit {
  const turned = desk.switcher.turn(from.texts, turn);
  const files = turned.kind === 'edited' ? [...turned.files].map(([path, text]): TreeFile => ({ path, text, mode: from.modes.get(path) ?? '100644' })) : [];
  return { from, turned, files };
}

/** Whether these changes are that edit and nothing else; files by the names that git gives to their content. */
export function isEdit({ files }: SwitchEdit, changed: readonly { readonly filename: string; readonly sha?: string | null | undefined }[]): boolean {
  return files.length > 0 && files.length === changed.length && files.every((f) => changed.some((c) => c.filename === f.path && c.sha === blobName(f.text)));
}

const blobName = (text: string): string => createHash('sha1').update(`blob ${Buffer.byteLength(text)}\0${text}`).digest('hex');

/** Whether the edit would come out the same: none of the files differs. */
export const sameFiles = (a: FilesAt, b: FilesAt): boolean => a.texts.size === b.texts.size && [...a.texts].every(([path, text]) => b.texts.get(path) === text);
