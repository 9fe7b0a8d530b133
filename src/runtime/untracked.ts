import { z } from 'zod';
import { isOff } from '../domain/conflict.ts';
import type { Warning } from '../domain/notice.ts';
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

/** Under this key the store remembers that somebody closed the reactivation issue of a conflict that nobody watches. */
const closedKey = (conflict: string): string => `reactivation-closed:${conflict}`;

/** Under this key the store remembers why a project is not tracked any more. */
const whyKey = (project: string): string => `ended-because:${project}`;

const isFiled = ({ state, issue }: { readonly state: string; readonly issue: { readonly number: number } | null }): boolean => state === 'open' && issue !== null && issue.number > 0;

/** What of a project stands open on GitHub, in words; null: nothing. What has no issue is closed by nobody, and misleads nobody. */
async function openOf({ store, now }: Runtime, project: string): Promise<string | null> {
  const counts = ([
    ['open incident', (await store.incidents(project, Number.MAX_SAFE_INTEGER)).filter(isFiled)],
    ['undecided proposal', (await store.proposals(project, now())).filter(isFiled)],
    ['public warning', (await store.stepWarnings(project)).filter(isFiled)],
  ] as const).flatMap(([name, all]) => all.length === 0 ? [] : [counted(all.length, name)]);
  const off: string[] = [];
  for (const conflict of await store.conflicts(project, Number.MAX_SAFE_INTEGER)) if (isOff(conflict) && await store.meta(closedKey(conflict.id)) === null) off.push(conflict.platform);
  const parts = [...counts, ...off.length > 0 ? [`what was turned off (${listed([...new Set(off)])})`] : []];
  return parts.length === 0 ? null : listed(parts);
}

/**
 * Says that a project is no longer tracked, where it leaves something open. That is left as it is: a file may have been taken
 * away by mistake. False: nothing is open.
 */
export async function tellOfEnd(rt: Runtime, { project, repo, why }: { readonly project: string; readonly repo?: string; readonly why: string }): Promise<boolean> {
  const open = await openOf(rt, project);
  rt.log.warn({ project, ...repo === undefined ? {} : { repo }, open }, `the project is no longer tracked: ${why}`);
  await rt.store.setMeta(whyKey(project), why);
  if (open === null) return false;
  await raise(rt, [ending(project, why, open)]);
  return true;
}

const ending = (project: string, why: string, open: string): Warning => ({
  key: endedKey(project), project, urgency: 'now',
  text: `${project} is no longer tracked: ${why}. Its ${open} and their issues are left as they are; close those by hand, or put the file back.`,
});

/** Brings what is said of a project's end in line with what it has left open by now. */
export async function noteLeft(rt: Runtime, project: string): Promise<void> {
  if (!(await rt.store.warnings()).some((w) => w.key === endedKey(project))) return;
  const open = await openOf(rt, project);
  if (open === null) await clear(rt, project, endedKey(project));
  else await raise(rt, [ending(project, await rt.store.meta(whyKey(project)) ?? IN_NO_FILE, open)]);
}

/** Somebody closed the reactivation issue of a conflict that nobody watches: they see to the way back themselves. */
export const noteReactivationClosed = (rt: Runtime, conflict: string): Promise<void> => rt.store.setMeta(closedKey(conflict), String(rt.now()));

const IN_NO_FILE = 'no file names it any more';

/** Tells, at start, of projects that were tracked before and are in no file any more; those that are back are taken as they are. */
export async function noteTracked(rt: Runtime): Promise<void> {
  const { store, projects } = rt;
  const before = await store.meta(KNOWN);
  const left: string[] = [];
  const standing = new Set((await store.warnings()).map((w) => w.key));
  for (const project of names.catch([]).parse(JSON.parse(before ?? '[]'))) {
    if (projects.has(project)) continue;
    await dropWarnings(rt, project);
    const told = standing.has(endedKey(project)) ? await store.meta(whyKey(project)) : null;
    if (await tellOfEnd(rt, { project, why: told ?? IN_NO_FILE })) left.push(project);
    else await clear(rt, project, endedKey(project));
  }
  for (const project of projects.keys()) if (standing.has(endedKey(project))) await clear(rt, project, endedKey(project));
  const now = JSON.stringify([...projects.keys(), ...left].sort());
  if (now !== before) await store.setMeta(KNOWN, now);
}
