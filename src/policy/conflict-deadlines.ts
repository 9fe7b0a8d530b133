import type { ConflictTerms, Project, Release } from '../domain/project.ts';
import type { PlatformId } from '../domain/platform.ts';
import { releaseFor, platformOf } from './world.ts';
import { endOfNextWorkingDay } from './working-hours.ts';

/** The clocks of policy.md, "Conflict", 2 to 6. All times are epoch milliseconds. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Fixing first ends no later than this before the cut. */
const FIX_ENDS_BEFORE = 48 * HOUR;
/** No objection extends a decision beyond this before the cut. */
const DECIDED_BEFORE = 24 * HOUR;
/** A red board is a conflict within this time before the cut. */
export const BOARD_WINDOW = 7 * DAY;

/** Where a release's file says nothing (`release.conflict`). */
const TERMS: ConflictTerms = { blockerLabels: [], fixWindow: DAY, expiresAfter: 14 * DAY };
export const termsOf = (release: Release | null): ConflictTerms => release?.conflict ?? TERMS;

/** When the release is cut; null: it has no date, or it has passed. */
export const cutOf = (release: Release | null, now: number): number | null => {
  const date = release?.date ?? null;
  return date !== null && date > now ? date : null;
};

/**
 * Until when owners may fix it first: the later of `fix_window` from now and the end of their next working day, but never
 * later than 48 h before the cut. Owners without configured hours have `fix_window`.
 */
export function fixDeadline(project: Project, platform: PlatformId, release: Release | null, now: number): number {
  const hours = platformOf(project, platform)?.hours ?? null;
  const window = now + termsOf(release).fixWindow;
  const later = hours === null ? window : Math.max(window, endOfNextWorkingDay(now, hours));
  return Math.max(now, Math.min(later, latestFix(release, now) ?? Infinity));
}

/** Owners may be given no more time than until this; null: the release has no date to come. */
export function latestFix(release: Release | null, now: number): number | null {
  const cut = cutOf(release, now);
  return cut === null ? null : cut - FIX_ENDS_BEFORE;
}

/** When the next of the project's releases is cut; null: none has a date to come. */
export function nextCutOf({ releases }: Pick<Project, 'releases'>, now: number): number | null {
  const cuts = releases.map((r) => cutOf(r, now)).filter((c) => c !== null);
  return cuts.length === 0 ? null : Math.min(...cuts);
}

/** No objection extends a decision beyond this; null: the release has no date to come. */
export function latestDecision(release: Release | null, now: number): number | null {
  const cut = cutOf(release, now);
  return cut === null ? null : cut - DECIDED_BEFORE;
}

/** The step from which on a platform ships with the release, so that turning it off takes one approval more. */
const SHIPPING_STEP = 3;

/** A branch from which a release was made already: not the current one's, or its release is out. */
export function isReleased(project: Project, branch: string, now: number): boolean {
  const release = project.releases.find((r) => r.branch === branch) ?? null;
  if (release === null) return false;
  return project.releases[0] !== release || (release.date !== null && release.date <= now);
}

/** Approvals that turning the platform off takes on this branch, and why one more than usual; null: as usual. */
export function approvalsNeeded(project: Project, platform: PlatformId, branch: string, now: number): { readonly quorum: number; readonly more: string | null } {
  const usual = releaseFor(project, branch)?.quorum ?? 1;
  const ships = (platformOf(project, platform)?.step ?? 0) >= SHIPPING_STEP;
  const released = isReleased(project, branch, now);
  const more = ships ? `${platform} stands on step ${platformOf(project, platform)?.step}` : released ? `${branch} is a released branch` : null;
  return { quorum: usual + (more === null ? 0 : 1), more };
}

/** When what is off is spoken of before a branch is cut; null: no cut is to come for which there is time for that. */
export const beforeCut = (cut: number | null, now: number): number | null => cut !== null && cut - FIX_ENDS_BEFORE > now ? cut - FIX_ENDS_BEFORE : null;

/** When a deactivation is questioned: as long as it may stand, but before the next branch is cut; and when people are reminded of that. */
export function expiryOf(off: number, release: Release | null, nextCut: number | null): { readonly expiresAt: number; readonly remindAt: number } {
  const stands = off + termsOf(release).expiresAfter;
  const before = beforeCut(nextCut, off) ?? (nextCut !== null && nextCut > off ? nextCut : null);
  const expiresAt = before === null ? stands : Math.min(stands, before);
  return { expiresAt, remindAt: off + Math.floor((expiresAt - off) / 2) };
}
