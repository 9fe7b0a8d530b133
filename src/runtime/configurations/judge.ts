import { checkedFile, neutral } from '../../config/checked.ts';
import type { InForce } from '../../config/differences.ts';
import { isAbout } from '../../config/editor.ts';
import { fileFinding } from '../../config/finding.ts';
import type { LadderFiles } from '../../config/ladder.ts';
import { loadProject, type AllowList, type LoadResult, type LoadedProject } from '../../config/load.ts';
import type { Checked, FileAt, RepositoryConfiguration } from '../../domain/configuration.ts';
import { says } from '../../domain/text.ts';

/** What the operator has laid down, by which files in repositories are judged. */
export interface Ground {
  /** The projects of files on disk, each with the ladders that its file may name. */
  readonly disk: readonly { readonly loaded: LoadedProject; readonly ladders: LadderFiles }[];
  readonly allow: AllowList;
  /** The ladders that come with the program: a file in a repository has no folder of its own. */
  readonly ladders: LadderFiles;
}

/** What is known of the others, among which a file has to find its place. */
export interface Others {
  readonly known: readonly RepositoryConfiguration[];
  /** Whose a project's name is, as `ownerOf` writes it; null: nobody's. */
  readonly owner: (project: string) => Promise<string | null>;
}

/** A repository by its number and its present name. */
export interface Place {
  readonly id: number;
  readonly fullName: string;
}

/** What a file comes to. `copy`: of the operator's own, which comes first. */
export type Verdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'good'; readonly result: Extract<LoadResult, { ok: true }> }
  | { readonly kind: 'bad'; readonly result: Extract<LoadResult, { ok: false }> }
  | { readonly kind: 'copy'; readonly result: LoadResult; readonly of: LoadedProject };

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Loads a repository's text by the rules for repositories. */
export const loadFrom = ({ allow, ladders }: Ground, text: string, path: string, repo: string): LoadResult =>
  loadProject(text, { file: path, origin: 'repository', expectedRepo: repo, allow, ladders });

/** Judges the file of a repository. */
export async function judge(ground: Ground, others: Others, { id, fullName }: Place, file: FileAt): Promise<Verdict> {
  if (file.kind === 'none') return { kind: 'none' };
  if (file.kind === 'unusable') return { kind: 'bad', result: { ok: false, errors: [fileFinding(file.path, file.reason)] } };
  const copied = ground.disk.find(({ loaded: { project } }) => same(project.repo, fullName) && isAbout(project.name, file.text));
  if (copied) return { kind: 'copy', of: copied.loaded, result: loadProject(file.text, { file: file.path, origin: 'disk', foreign: true, ladders: copied.ladders }) };
  const result = loadFrom(ground, file.text, file.path, fullName);
  if (!result.ok) return { kind: 'bad', result };
  if (!await isTaken(ground, others, result.project.name, { id, fullName })) return { kind: 'good', result };
  const taken = result.place({ path: ['project'], at: 'value', message: `a project of another repository is called "${result.project.name}" here; choose another name, or ask whoever operates Archsignal` });
  return { kind: 'bad', result: { ok: false, errors: [taken] } };
}

/** A name is its project's history, so it stays with the repository that had it first; the operator's own files come before all. */
async function isTaken({ disk }: Ground, { known, owner }: Others, name: string, { id, fullName }: Place): Promise<boolean> {
  if (disk.some(({ loaded }) => same(loaded.project.name, name))) return true;
  if (known.some((k) => k.repository !== id && k.good !== null && same(k.good.project, name))) return true;
  const had = await owner(name);
  return had !== null && had !== ownerOf({ id }) && had !== ownerOf({ fullName });
}

/** How it is written down whose a project's name is: a repository's by its number, or by its name where a file on disk says so. */
export const ownerOf = (place: { readonly id: number } | { readonly fullName: string }): string =>
  'id' in place ? `id:${place.id}` : `name:${place.fullName.toLowerCase()}`;

/** What is told of the file in a check run. `before`: what is in force, null: nothing. */
export function tellOf(verdict: Verdict, path: string, before: InForce | null): Checked {
  switch (verdict.kind) {
    case 'none': return neutral('No configuration', before === null ? [says('There is no configuration on this commit.')]
      : [says('With this on the default branch Archsignal no longer tracks ', { code: before.project.name }, '. Its open issues are left as they are.')]);
    case 'good': case 'bad': return checkedFile(verdict.result, { path, before });
    case 'copy': {
      const checked = checkedFile(verdict.result, { path, before: verdict.of });
      return { ...checked, summary: [says('Archsignal reads ', { code: verdict.of.project.name }, ' from the file of whoever operates it, which comes before this one. This one is checked by the same rules, and takes effect when it is taken over there.'), ...checked.summary] };
    }
    default: return verdict satisfies never;
  }
}
