import { boardOf } from '../policy/board.ts';
import { decideIncidents } from '../policy/incidents.ts';
import { slotsToOpen } from '../policy/placing.ts';
import { slotOf, type World } from '../policy/world.ts';
import { isOff } from '../domain/conflict.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Incident } from '../domain/incident.ts';
import type { Change } from '../policy/world.ts';
import { eachLimited } from '../sources/pool.ts';
import { commitBundle } from './commit.ts';
import type { Runtime } from './context.ts';
import { jobsNow } from './jobs-now.ts';
import type { Tracked } from './tracked.ts';

/** Decisions that somebody else overtook are made again on what is stored then, this often at most. */
const TRIES = 6;

/** Transactions under way at once: those of one moment wait for the disk together. */
const AT_ONCE = 8;

/**
 * Decides about a project's incidents on the facts as they are, and commits. Safe to call at any time and from any
 * replica: it is level-triggered, and a decision made on an older state is refused by the store and made again.
 */
export async function decideProject(rt: Runtime, tracked: Tracked): Promise<void> {
  const takenIds = new Set<string>();
  for (let i = 0; i < TRIES; i++) {
    const changes = decideIncidents(await worldOf(rt, tracked, takenIds));
    const overtaken = await write(rt, changes);
    for (const { expected, incident } of overtaken) if (expected === null && await rt.store.incident(incident.id) !== null) takenIds.add(incident.id);
    if (overtaken.length === 0) return;
  }
  rt.log.warn({ project: tracked.project.name }, 'incidents kept changing while they were decided about; going on with the next tick');
}

/** Writes each change by itself, those of stored incidents first, since one may leave the place that a new one takes; gives what somebody overtook. */
async function write(rt: Runtime, changes: readonly Change[]): Promise<Change[]> {
  const bundles = [...Map.groupBy(changes, wholeWith).values()];
  const overtaken: Change[] = [];
  for (const turn of [bundles.filter((b) => !opens(b)), bundles.filter(opens)]) {
    await eachLimited(turn, AT_ONCE, async (bundle) => { if (await commitBundle(rt, { incidents: bundle }) !== 'committed') overtaken.push(...bundle); });
  }
  return overtaken;
}

/** What is written in one transaction: a summary and the new incidents that it stands for, since of half of them nobody would be told. */
const wholeWith = ({ expected, incident }: Change): string => (expected === null ? incident.summarisedBy : null) ?? incident.id;

const opens = (bundle: readonly Change[]): boolean => bundle.some((c) => c.expected === null);

/** Platforms whose builds are off on account of a conflict. */
const turnedOff = async (rt: Runtime, project: string): Promise<ReadonlySet<PlatformId>> =>
  new Set((await rt.store.conflicts(project, Number.MAX_SAFE_INTEGER)).filter(isOff).map((c) => c.platform));

/** The facts that a decision rests on, as they are stored now. */
export async function worldOf(rt: Runtime, tracked: Tracked, takenIds: ReadonlySet<string>): Promise<World> {
  const now = rt.now();
  const { project } = tracked;
  const incidents = await rt.store.incidents(project.name, now - project.signal.reopenWithin);
  const world: World = {
    project, now, jobs: jobsNow(tracked), incidents, lastClosed: new Map(), takenIds,
    unmentionable: rt.unmentionable.get(project.name) ?? new Set(), advisory: await turnedOff(rt, project.name),
    quiets: await rt.store.quiets(project.name, now - Math.max(project.signal.staleAfter, ...tracked.jobs.map((j) => j.thresholds.staleAfter))),
  };
  const lastClosed = new Map<string, Incident>();
  for (const { platform, kind } of slotsToOpen(boardOf(world))) {
    const last = await rt.store.lastClosed(project.name, platform, kind);
    if (last) lastClosed.set(slotOf(platform, kind), last);
  }
  return { ...world, lastClosed };
}

