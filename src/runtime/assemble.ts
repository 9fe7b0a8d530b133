import { setTimeout as delay } from 'node:timers/promises';
import type { Project } from '../domain/project.ts';
import { createSource } from '../sources/index.ts';
import { track, type Tracked } from './tracked.ts';

/** A project with its sources, ready to be polled. `random` is uniform in [0, 1): jitter. */
export function assemble(project: Project, random: () => number, loaded: Tracked['loaded'] = null): Tracked {
  const { timeout, concurrency, bodyLimit } = project.polling;
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => { await delay(ms, undefined, { signal }).catch(() => {}); };
  const sources = project.sources.map((config) => createSource(config, { timeout, concurrency, bodyLimit }, { random, sleep }));
  return track(project, sources, loaded);
}
