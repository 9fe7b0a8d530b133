import type { Conflict, SwitchEntry } from '../domain/conflict.ts';
import type { Matter } from '../domain/proposal.ts';
import type { Project } from '../domain/project.ts';
import { meantSwitches } from '../domain/switch-look.ts';
import { approvalsNeeded, cutOf, termsOf } from './conflict-deadlines.ts';
import { platformOf, releaseFor } from './world.ts';

export type DeactivateMatter = Extract<Matter, { readonly kind: 'deactivate' }>;
export type ReactivateMatter = Extract<Matter, { readonly kind: 'reactivate' }>;

/** As many of what was tried are shown to those who decide. */
const TRIES_SHOWN = 10;

/** What release leads are asked to decide, with the conflict as it stands. */
export function deactivateMatter(conflict: Conflict, project: Project, now: number): DeactivateMatter {
  const release = releaseFor(project, conflict.branch);
  const { id, platform, remedy, branch, components, blocker, evidence, times, fixBy, tries, gaveUp, skips, plan, exit, earlier, openedBy: { by, reason } } = conflict;
  return {
    kind: 'deactivate', platform, remedy, branch, components,
    case: {
      conflict: id, blocker, evidence, times, fixBy, tries: tries.slice(-TRIES_SHOWN), gaveUp, skips, plan, exit, earlier, release: conflict.release, ...reason && evidence.way !== 'said' ? { said: { by, reason } } : {},
      cut: cutOf(release, now), expiresAfter: termsOf(release).expiresAfter, oneMore: approvalsNeeded(project, platform, branch, now).more,
    },
  };
}

/** The way back. `because`: how the exit test holds; `diff`, `byHand`: the reverse edit as it was tried, null where it was not. `part`: only these components come back; empty: all that is off. */
export function reactivateMatter(conflict: Conflict, project: Pick<Project, 'switches' | 'repo'>, given: { readonly because: string; readonly diff: string | null; readonly byHand: string | null }, part: readonly string[] = []): ReactivateMatter {
  const { id, platform, branch, components, plan, exit, reactivation, times } = conflict;
  const all = plan?.removed ?? [];
  const places = meantSwitches(project, { branch, components: part });
  const removed = part.length === 0 ? all : all.filter((r) => places.some((p) => p.file === r.file && p.at === r.at && (p.repo ?? project.repo).toLowerCase() === (r.repo ?? project.repo).toLowerCase()));
  return { kind: 'reactivate', platform, branch, components: part.length === 0 ? components : part, conflict: id, removed, reactivation, exit, off: times.off ?? times.detected, ...part.length === 0 ? {} : { partly: true }, ...given };
}

const setOf = (names: readonly string[]): string => JSON.stringify([...new Set(names)].toSorted());
const entryKey = ({ repo, file, at, entry, controls }: SwitchEntry): string => JSON.stringify([repo, file, at, entry, controls]);

/** The same entries, in whatever order and wherever in their files: a rebase with the same edit keeps approvals. */
export const sameEntries = (a: readonly SwitchEntry[], b: readonly SwitchEntry[]): boolean => setOf(a.map(entryKey)) === setOf(b.map(entryKey));

type Scope = Pick<DeactivateMatter, 'platform' | 'branch' | 'components'>;
const sameScope = (a: Scope, b: Scope): boolean => a.platform === b.platform && a.branch === b.branch && setOf(a.components) === setOf(b.components);

/** Approvals hold: only another platform, scope, branch or other removed entries make another revision (policy.md, conflict procedure 4). */
export const sameDeactivation = (a: DeactivateMatter, b: DeactivateMatter): boolean =>
  sameScope(a, b) && a.remedy === b.remedy && sameEntries(a.case.plan?.removed ?? [], b.case.plan?.removed ?? []);

export const sameReactivation = (a: ReactivateMatter, b: ReactivateMatter): boolean => sameScope(a, b) && sameEntries(a.removed, b.removed);

/** Why there is nothing to decide any more, as a clause; null: there is. */
export function matterFails({ platform, kind }: DeactivateMatter | ReactivateMatter, project: Project): string | null {
  const found = platformOf(project, platform);
  if (found === null) return `${platform} is not tracked any more`;
  if (kind === 'reactivate') return null;
  return platform === project.reference ? `${platform} is what every other platform is compared with by now, and is never turned off` : null;
}
