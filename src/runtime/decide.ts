import { boardOf } from '../policy/board.ts';
import { decideIncidents } from '../policy/incidents.ts';
import { slotsToOpen } from '../policy/placing.ts';
import { slotOf, type World } from '../policy/world.ts';
import { isOff } from '../domain/conflict.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Incident } from '../domain/incident.ts';
import { commitChange } from './commit.ts';
import type { Runtime } from './context.ts';
import { jobsNow } from './jobs-now.ts';
import type { Tracked } from './tracked.ts';

/** Decisions that somebody else overtook are made again on what is stored then, this often at most. */
const TRIES = 6;

/**
 * Decides about a project's incidents on the facts as they are, and commits. Safe to call at any time and from any
 * replica: it is level-triggered, and a decision made on an older state is refused by the store and made again.
 */
export async function decideProject(rt: Runtime, tracked: Tracked): Promise<void> {
  const takenIds = new Set<string>();
  for (let i = 0; i < TRIES; i++) {
    const changes = decideIncidents(await worldOf(rt, tracked, takenIds));
    let overtaken = false;
    for (const change of changes) {
      if (await commitChange(rt, change) === 'committed') continue;
      overtaken = true;
      if (change.expected === null && await rt.store.incident(change.incident.id) !== null) takenIds.add(change.incident.id);
    }
    if (!overtaken) return;
  }
  rt.log.warn({ project: tracked.project.name }, 'incidents kept changing while they were decided about; going on with the next tick');
}

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

