import type { Edit, Editor } from '../domain/action.ts';
import { REPOSITORY_FILES } from '../domain/configuration.ts';
import { parsePlatform, type PlatformId } from '../domain/platform.ts';
import type { Project } from '../domain/project.ts';
import { editBoard } from './edit-board.ts';
import { editOwners } from './edit-owners.ts';
import type { TextEdit } from './edit-place.ts';
import { editPlatform } from './edit-platform.ts';
import { editStep } from './edit-step.ts';
import { get, text as textOf } from './raw.ts';
import { readYaml } from './yaml.ts';

/**
 * The editor of configuration files. `projectOf` finds a project as it is configured now, null where it is not: its file
 * on disk is usually a copy of one in its repository, so that path is looked for there too.
 */
export function createEditor(projectOf: (name: string) => Pick<Project, 'file' | 'origin'> | null): Editor {
  return {
    candidates: (edit) => [...new Set([...REPOSITORY_FILES, ...diskPaths(projectOf(edit.project))])],
    apply: (edit, text) => {
      if (!isAbout(edit.project, text)) return { kind: 'other' };
      const platform = parsePlatform(edit.platform);
      if (platform === null) return { kind: 'refused', reason: `${JSON.stringify(edit.platform)} is no platform.` };
      return applied(edit, text, platform);
    },
  };
}

function applied(edit: Edit, text: string, platform: PlatformId): TextEdit {
  switch (edit.kind) {
    case 'owners': return editOwners(text, platform, edit.change, edit.handle);
    case 'step': return editStep(text, platform, edit.from, edit.to);
    case 'board': return editBoard(text, { ...edit, platform });
    case 'platform': return editPlatform(text, platform, edit);
    default: return edit satisfies never;
  }
}

/** The file's path as far as it may be one of a repository: as configured if it is relative, and under `config/`. */
function diskPaths(project: Pick<Project, 'file' | 'origin'> | null): readonly string[] {
  if (project === null || project.origin !== 'disk') return [];
  const parts = project.file.split(/[\\/]/).filter((part) => part !== '.' && part !== '');
  const inside = !/^(?:[\\/]|[A-Za-z]:)/.test(project.file) && !parts.includes('..');
  const name = parts.at(-1);
  return name === undefined ? [] : [...(inside ? [parts.join('/')] : []), `config/${name}`];
}

/** Whether the text is the project's configuration. One that cannot be read is, if its line `project:` says so. */
export function isAbout(name: string, text: string): boolean {
  const reading = readYaml(text, '');
  if (reading.ok) return textOf(get(reading.yaml.value, 'project')) === name;
  return text.split(/\r?\n/).some((line) => /^project:\s*(["']?)(.+?)\1\s*(?:#.*)?$/.exec(line)?.[2] === name);
}
