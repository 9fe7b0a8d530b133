import type { Handle, Project } from '../domain/project.ts';
import { listed } from '../domain/time.ts';
import { anySignal, distinct } from '../policy/world.ts';
import type { Needs } from './verb.ts';

/** Nobody is looked up. */
export const EVERYONE: Needs = { allowed: 'everyone', allowedAs: 'everyone' };

/** Handles in code style for `allowedAs`. */
const named = (handles: readonly Handle[]): string => handles.length === 0 ? 'nobody is declared' : listed(handles.map((h) => `\`${h.slice(1)}\``), 5);

/** The leads of every release that the project supports, each once. */
export const leadsOf = (project: Project): readonly Handle[] => distinct(project.releases.flatMap((r) => r.leads));

/** Release leads and the release-signal team of every supported release: what `mute`, `recheck` and a change of owners need. */
export function leadsNeeded(project: Project): Needs {
  const [leads, signal] = [leadsOf(project), anySignal(project)];
  return { allowed: distinct([...leads, ...signal]), allowedAs: `release leads (${named(leads)}) or the release-signal team (${named(signal)})` };
}
