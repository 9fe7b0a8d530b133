import { blockerKey, isOpenConflict, type Blocker, type Conflict, type ConflictOutcome, type ExitTest } from '../domain/conflict.ts';
import { platformSlug, type PlatformId } from '../domain/platform.ts';
import { BY_PROGRAM } from '../domain/proposal.ts';
import type { Project } from '../domain/project.ts';
import { meantSwitches } from '../domain/switch-look.ts';
import { ConflictDraft, type ConflictChange } from './conflict-draft.ts';
import { fixDeadline } from './conflict-deadlines.ts';
import type { Detection } from './conflicts.ts';
import { idOf } from './proposals.ts';
import { askedFor, platformOf, releaseFor } from './world.ts';

/** Stages 1 and 2: a conflict is seen, and the owners are asked to fix it first. */

/** Passed runs in a row that show that a platform is well: as many as a release takes to ship. */
const EXIT_GREENS = 3;
/** Ended so, it is seen again by itself; otherwise a person has to say so. */
const RETURNS: readonly ConflictOutcome[] = ['fixed', 'unblocked', 'suspect', 'back'];

type Found = Extract<Detection, { readonly kind: 'conflict' }>;

export interface Opening {
  readonly project: Project;
  readonly found: Found;
  readonly blocker: Blocker;
  /** The branch that the blocker is to be merged into. */
  readonly branch: string;
  /** As narrow as the evidence allows; empty: all of the platform. */
  readonly components: readonly string[];
  /** Who says so; null: the program saw it itself. `at`: by the surface's clock (epoch ms). */
  readonly said: Conflict['openedBy'] | null;
  /** Every conflict of the project that is known, over or not. */
  readonly known: readonly Conflict[];
  /** Handles that GitHub cannot mention, in lower case. */
  readonly unmentionable: ReadonlySet<string>;
  readonly now: number;
  /** What it is seen by, for the audit (JSON-serialisable). */
  readonly evidence: unknown;
}

/** The same for the same project, platform and blocker. */
export const conflictId = (project: string, platform: PlatformId, blocker: Blocker): string =>
  idOf('conflict', platformSlug(platform), [project, blockerKey(blocker)]);

/**
 * The conflict as it begins, or begins anew, with its owners asked once. Null: it is open already, or it was decided
 * otherwise and nobody says it anew.
 */
export function openConflict(opening: Opening): ConflictChange | null {
  const { project, found, blocker, known, said, now } = opening;
  const id = conflictId(project.name, found.platform, blocker);
  const before = known.find((c) => c.id === id) ?? null;
  if (before !== null && isOpenConflict(before)) return null;
  if (before !== null && said === null && !RETURNS.includes(before.outcome ?? 'fixed')) return null;
  const draft = new ConflictDraft(fresh(id, before, opening), before, now);
  const asks = askedFor({ project, unmentionable: opening.unmentionable, now }, { kind: 'breakage', scope: 'here', platform: found.platform }, 'first');
  draft.tell('opened', { asks, actor: said === null ? BY_PROGRAM : `${said.surface}:${said.by}`, detail: found.evidence.because, evidence: opening.evidence, said: said?.at ?? now });
  return draft.change();
}

function fresh(id: string, before: Conflict | null, { project, found, blocker, branch, components, said, known, now }: Opening): Conflict {
  const { platform, remedy, evidence } = found;
  const parts = components.length > 0 || remedy !== 'deactivate' ? components : narrowed(project, branch, evidence.checks.map((c) => c.name));
  const release = releaseFor(project, branch);
  return {
    id, project: project.name, repo: project.repo, platform, components: parts, branch, release: release?.name ?? null, blocker, remedy, evidence, stage: 'fixing', outcome: null,
    round: (before?.round ?? 0) + 1, revision: 0, shown: 0, openedBy: said ?? { by: BY_PROGRAM, surface: 'github', at: now },
    times: { detected: now, asked: now, proposed: null, approved: null, off: null, helped: null, back: null },
    fixBy: fixDeadline(project, platform, release, now), owners: platformOf(project, platform)?.owners ?? [], tries: [], gaveUp: null, skips: [], stuck: null, plan: null,
    exit: exitTestOf(project, platform), proposal: null, formerProposals: former(before?.formerProposals, before?.proposal), pull: null, reactivation: null, backProposal: null, backPull: null,
    formerBackProposals: former(before?.formerBackProposals, before?.backProposal),
    expiresAt: null, remindAt: null, againAt: null, earlier: deactivations(platform, known), facts: before?.facts ?? [],
  };
}

/**
 * What of a platform is meant, as narrow as the red checks say it: each names one of the parts that the switches of the branch
 * turn apart. Empty: all of it.
 */
export function narrowed(project: Pick<Project, 'switches'>, branch: string, checks: readonly string[]): readonly string[] {
  const switches = meantSwitches(project, { branch, components: [] });
  const parts = [...new Set(switches.flatMap((s) => s.components))];
  const named = checks.map((name) => parts.filter((part) => name.toLowerCase().split(/[^a-z0-9]+/).includes(part.toLowerCase())));
  if (checks.length === 0 || switches.some((s) => s.components.length === 0) || named.some((n) => n.length !== 1)) return [];
  const meant = [...new Set(named.flat())];
  return meant.length < parts.length ? meant : [];
}

const former = (earlier: readonly string[] = [], last: string | null = null): readonly string[] => [...earlier, ...last === null ? [] : [last]];

/** How often the platform was turned off before, whatever for. */
export const deactivations = (platform: PlatformId, known: readonly Conflict[]): number =>
  known.filter((c) => c.platform === platform).reduce((n, c) => n + c.facts.filter((f) => f.kind === 'off').length, 0);

/** The jobs that tell whether it is well: of its builds, else all that it has. */
function exitTestOf(project: Project, platform: PlatformId): ExitTest {
  const jobs = platformOf(project, platform)?.jobs ?? [];
  const builds = jobs.filter((j) => j.suite === 'build');
  return { greens: EXIT_GREENS, jobs: (builds.length > 0 ? builds : jobs).map((j) => j.name), upstream: null };
}
