import type { JobKey } from '../domain/job.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { JobNow } from '../signal/job-health.ts';
import { Draft } from './draft.ts';
import { heard } from './quiet.ts';
import { isLive, type World } from './world.ts';

/** The world laid out for one decision. */
export interface Board {
  /** With its jobs as mutes and downtimes let them be seen. */
  readonly world: World;
  readonly layout: Layout;
  /** Live incidents and, as they come, new ones. */
  readonly drafts: Draft[];
}

/** A list of jobs seen from the sides that decisions look at. */
export interface Layout {
  readonly byKey: ReadonlyMap<JobKey, JobNow>;
  readonly byPlatform: ReadonlyMap<PlatformId, readonly JobNow[]>;
  readonly reference: readonly JobNow[];
  readonly ports: readonly JobNow[];
  /** Failing or stale. */
  readonly broken: readonly JobNow[];
  /** Their sources answer well and do not have them. */
  readonly missing: readonly JobNow[];
}

// A list of jobs is never changed, and stays the same one while nothing is read: the layout is made once for it.
const layouts = new WeakMap<readonly JobNow[], { readonly of: PlatformId; readonly layout: Layout }>();

function layoutOf(jobs: readonly JobNow[], reference: PlatformId): Layout {
  const known = layouts.get(jobs);
  if (known?.of === reference) return known.layout;
  const layout: Layout = {
    byKey: new Map(jobs.map((j) => [j.job.key, j])),
    byPlatform: Map.groupBy(jobs, (j) => j.job.platform),
    reference: jobs.filter((j) => j.job.platform === reference),
    ports: jobs.filter((j) => j.job.platform !== reference),
    broken: jobs.filter((j) => j.health === 'failing' || j.health === 'stale'),
    missing: jobs.filter((j) => j.state?.problem?.kind === 'missing'),
  };
  layouts.set(jobs, { of: reference, layout });
  return layout;
}

/** The world laid out for deciding, with its live incidents as drafts. */
export function boardOf(given: World): Board {
  const world = { ...given, jobs: heard(given) };
  return { world, layout: layoutOf(world.jobs, world.project.reference), drafts: world.incidents.filter(isLive).map((i) => new Draft(i, i)) };
}
