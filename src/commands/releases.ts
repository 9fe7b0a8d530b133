import type { Project } from '../domain/project.ts';

/** The place of the release of this name, else of this branch (lower case); -1: none is called so. */
export function releaseNamed(asked: string, { releases }: Project): number {
  const named = releases.findIndex((r) => r.name?.toLowerCase() === asked);
  return named >= 0 ? named : releases.findIndex((r) => r.branch.toLowerCase() === asked);
}

/** What releases are called: names and branches. */
export const releaseNames = ({ releases }: Project): readonly string[] => releases.flatMap((r) => r.name === null ? [r.branch] : [r.name, r.branch]);
