import { z } from 'zod';
import { isOff } from '../domain/conflict.ts';
import { counted, listed } from '../domain/time.ts';
import type { Runtime } from './context.ts';
import { clear, raise } from './warnings.ts';

/** Under this key the store remembers the names of the projects that are tracked, and of those that left something open. */
const KNOWN = 'tracked-projects';

const names = z.array(z.string());

/** The key of the warning that a project is not tracked any more, and left something open. */
export const endedKey = (project: string): string => `configuration-ended:${project};`;

/** What keys of warnings begin with that hold only while a project is tracked. What was given up, and what its incidents came to, stays so. */
const ABOUT_TRACKING = ['source', 'config', 'channel', 'owner', 'teams', 'repository', 'github-limit', 'waits', 'without'] as const;

/** Takes back the warnings that are about tracking a project which is not tracked any more: nobody would see to them. */
export async function dropWarnings(rt: Runtime, project: string): Promise<void> {
  for (const about of ABOUT_TRACKING) await clear(rt, project, `${about}:${project}`);
}

/** What of a project is open, in words; null: nothing. */
async function openOf({ store, now }: Runtime, project: string): Promise<string | null> {
  const incidents = (await store.incidents(project, Number.MAX_SAFE_INTEGER)).filter((i) => i.state === 'open');
  const proposals = (await store.proposals(project, now())).filter((p) => p.state === 'open');
  const off = (await store.conflicts(project, Number.MAX_SAFE_INTEGER)).filter(isOff).map((c) => c.platform);
  const parts = [
    ...incidents.length > 0 ? [counted(incidents.length, 'open incident')] : [], ...proposals.length > 0 ? [counted(proposals.length, 'undecided proposal')] : [],
    ...off.length > 0 ? [`what was turned off (${listed([...new Set(off)])})`] : [],
  ];
  return parts.length === 0 ? null : listed(parts);
}

/**
 * Says that a project is no longer tracked, where it leaves something open. That is left as it is: a file may have been taken
 * away by mistake. False: nothing is open.
 */
export async function tellOfEnd(rt: Runtime, { project, repo, why }: { readonly project: string; readonly repo?: string; readonly why: string }): Promise<boolean> {
  const open = await openOf(rt, project);
  rt.log.warn({ project, ...repo === undefined ? {} : { repo }, open }, `the project is no longer tracked: ${why}`);
  if (open === null) return false;
  await raise(rt, [{
    key: endedKey(project), project, urgency: 'now',
    text: `${project} is no longer tracked: ${why}. Its ${open} and their issues are left as they are; close those by hand, or put the file back.`,
  }]);
  return true;
}

/** Tells, at start, of projects that were tracked before and are in no file any more; those that are back are taken as they are. */
export async function noteTracked(rt: Runtime): Promise<void> {
  const { store, projects } = rt;
  const before = await store.meta(KNOWN);
  const left: string[] = [];
  for (const project of names.catch([]).parse(JSON.parse(before ?? '[]'))) {
    if (projects.has(project)) continue;
    await dropWarnings(rt, project);
    if (await tellOfEnd(rt, { project, why: 'no file names it any more' })) left.push(project);
    else await clear(rt, project, endedKey(project));
  }
  const standing = new Set((await store.warnings()).map((w) => w.key));
  for (const project of projects.keys()) if (standing.has(endedKey(project))) await clear(rt, project, endedKey(project));
  const now = JSON.stringify([...projects.keys(), ...left].sort());
  if (now !== before) await store.setMeta(KNOWN, now);
}
