import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatFinding, loadProject } from '../../src/config/load.ts';
import type { Project } from '../../src/domain/project.ts';
import type { World } from '../stand-ins/index.ts';
import { BUILD_FILES, CROSS_BUILD } from './build.ts';

/** The made-up project: where it is, its configuration, its people and its channels. */

export const REPO = 'orrery/orrery';

const CONFIG = join(import.meta.dirname, '../config/orrery.yml');
/** The address that the configuration names in place of the CI stand-in's. */
const PLACEHOLDER = 'http://127.0.0.1:8085';

/** The demo's configuration with the CI stand-in's address in it, as text and as the program reads it. */
export function configuration(ci: string): { readonly text: string; readonly project: Project } {
  const text = readFileSync(CONFIG, 'utf8').replaceAll(PLACEHOLDER, ci);
  const loaded = loadProject(text, { file: 'config/orrery.yml', origin: 'disk' });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatFinding).join('\n'));
  return { text, project: loaded.project };
}

/** Repository, teams and channels, as a project would have them. */
export function furnish(world: World): void {
  const { git } = world.github.repo(REPO);
  for (const [path, text] of Object.entries(BUILD_FILES)) git.write('main', path, text, 'wen');
  world.github.reports(REPO).protect('main', [CROSS_BUILD]);
  // Build files in .github/workflows are GitHub's business too: the App was given the permission for them.
  world.github.auth.permissions['workflows'] = 'write';
  world.github.team('orrery/core', ['ada', 'wen']);
  world.github.team('orrery/s390x-owners', ['olga', 'kofi']);
  world.github.team('orrery/arm64-owners', ['ines', 'mateo']);
  world.github.team('orrery/release-signal', ['wen', 'jun']);
  world.github.team('orrery/release-leads', ['ada', 'noor', 'mateo']);
  for (const channel of ['#release-signal', '#release-leads', '#s390x']) world.slack.channel(channel);
  // The configuration names these by their ids.
  for (const name of ['ada', 'noor', 'mateo']) world.slack.user(name, { id: `U0${name.toUpperCase()}` });
}
