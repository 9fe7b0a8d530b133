import type { PlatformId } from '../domain/platform.ts';
import type { Runtime } from './context.ts';

/** Where changes of a platform's step are announced: the project's channel for them, and the platform's own. */
export function tiersOf(rt: Runtime, project: string, platform: PlatformId): readonly string[] {
  const tracked = rt.projects.get(project)?.project;
  const channels = [tracked?.channels.tiers ?? null, tracked?.platforms.find((p) => p.id === platform)?.slack ?? null];
  return rt.slack === null ? [] : [...new Set(channels)].filter((c) => c !== null);
}
