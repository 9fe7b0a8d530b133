import type { PlatformId } from '../domain/platform.ts';
import { isGate, platformsOfCheck, type CheckOwner } from './check-names.ts';

/** Required checks that would wait for ever once the platform is not built: those that are its own alone (policy.md, conflict procedure 5). */
export function waitingChecks(required: readonly string[], platform: PlatformId, platforms: readonly CheckOwner[]): string[] {
  return [...new Set(required)].filter((name) => {
    const { platforms: owners } = platformsOfCheck(name, platforms);
    return !isGate(name) && owners.length === 1 && owners[0] === platform;
  });
}
