import { isOff, isOpenConflict, type Conflict } from '../domain/conflict.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Handle } from '../domain/project.ts';
import { coded, says, type Spans } from '../domain/text.ts';
import { counted, listed, moment } from '../domain/time.ts';
import type { Saying } from '../policy/conflict-acts.ts';
import { blockerName } from '../policy/conflicts.ts';
import { anySignal, distinct, platformOf, releaseFor } from '../policy/world.ts';
import type { CommandLine, Needs, Outcome, Parsed, Place, Scene, Spoken } from './verb.ts';
import { blockerIn } from './views/conflict.ts';
import { leadingPlatform, mistaken, understood, unfit } from './words.ts';

/** What the verbs of the conflict procedure share: which conflict is meant, who may, how it is called. */

/** The conflicts that a place is about, over or not: by the reactivation issue, the proposal's issue, the blocker itself, or a pull request that turns the platform off or on again. */
export function conflictsHere({ conflicts, proposals }: Pick<Scene, 'conflicts' | 'proposals'>, { conflict, proposal, issue }: Place): readonly Conflict[] {
  if (conflict) return conflicts.filter((c) => c.id === conflict);
  const matter = proposal === null ? undefined : proposals.find((p) => p.id === proposal)?.matter;
  if (matter !== undefined) {
    const id = matter.kind === 'deactivate' ? matter.case.conflict : matter.kind === 'reactivate' ? matter.conflict : null;
    return conflicts.filter((c) => c.id === id);
  }
  if (issue === null) return [];
  const isHere = (at: { readonly repo: string; readonly number: number } | null | undefined): boolean => at?.number === issue.number && at.repo.toLowerCase() === issue.repo.toLowerCase();
  return conflicts.filter(({ blocker, pull, backPull, moot }) => blocker.kind !== 'board' && isHere(blocker) || [pull, backPull, moot].some(isHere));
}

/** Those that are not over, the oldest first. */
export const openConflicts = ({ conflicts }: Pick<Scene, 'conflicts'>): readonly Conflict[] =>
  conflicts.filter(isOpenConflict).toSorted((a, b) => a.times.detected - b.times.detected);

/** `linux/ppc64le (#25243)`. */
export const inShort = (conflict: Conflict): string => `${conflict.platform} (${blockerName(conflict.blocker)})`;

export interface Lead {
  readonly conflict: Conflict;
  /** The index of the first word that follows. */
  readonly next: number;
}

/**
 * Reads `[platform] [#blocker]` and finds the one open conflict that is meant: that of the place, else the platform's, else the
 * only one. Where the place says which, a platform is read only if it is that one's, as any text may follow.
 */
export function leadingConflict(line: CommandLine, scene: Scene, { place }: Spoken): Parsed<Lead> {
  const here = conflictsHere(scene, place).filter(isOpenConflict);
  const lead = leadingPlatform(line, scene.project);
  if (!lead.ok && here.length === 0) return lead;
  const named = lead.ok ? lead.args : { platform: null, next: 0 };
  const fits = named.platform !== null && (here.length === 0 || here.some((c) => c.platform === named.platform));
  const { platform, next } = fits ? named : { platform: null, next: 0 };
  const among = here.length > 0 ? here : openConflicts(scene);
  const own = among.filter((c) => c.platform === (platform ?? (here.length > 0 ? c.platform : place.platform ?? c.platform)));
  const number = Number(/^#(\d{1,9})[:,]?$/.exec(line.words[next]?.text ?? '')?.[1] ?? 0);
  const numbered = own.filter((c) => c.blocker.kind !== 'board' && c.blocker.number === number);
  const [only, ...more] = numbered.length > 0 ? numbered : own;
  if (only === undefined) return unfit(noneOf(platform ?? place.platform, scene, place));
  if (more.length > 0) return mistaken(line.words[next] ?? null, `${counted(own.length, 'conflict')} are open, so say which by its platform and the blocker's number: ${listed(own.map(inShort), 6)}`);
  return understood({ conflict: only, next: next + (numbered.length > 0 ? 1 : 0) });
}

function noneOf(platform: PlatformId | null, scene: Scene, place: Place): string {
  const [over] = conflictsHere(scene, place);
  if (over !== undefined) return `${inShort(over)} is over${over.times.back === null ? '' : ` since ${moment(over.times.back, scene.now)}`}`;
  const open = openConflicts(scene);
  const what = platform === null ? `no platform of ${scene.project.name} stands in the way of a release blocker` : `${platform} stands in the way of no release blocker, and is not off on account of one`;
  return `${what}${open.length === 0 ? '' : `; open now: ${listed(open.map(inShort), 6)}`}`;
}

const named = (handles: readonly Handle[]): string => handles.length === 0 ? 'nobody is declared' : listed(handles.map((h) => `\`${h.slice(1)}\``), 5);

/** Owners of the platform and those on call for it; the release-signal team where it has none. */
export function ownersAlone({ project }: Pick<Scene, 'project'>, platform: PlatformId): Needs {
  const { owners = [], onCall = null } = platformOf(project, platform) ?? {};
  const own = distinct([...owners, ...onCall?.people ?? []]);
  return own.length > 0 ? { allowed: own, allowedAs: `owners of ${platform} (${named(own)})` } : { allowed: anySignal(project), allowedAs: `the release-signal team (${named(anySignal(project))}), as ${platform} has no owners` };
}

/** The leads of the release that the conflict is about. */
export function leadsAlone({ project }: Pick<Scene, 'project'>, { branch }: Conflict): Needs {
  const release = releaseFor(project, branch);
  const leads = release?.leads ?? [];
  return { allowed: leads, allowedAs: `release leads${release?.name ? ` of ${release.name}` : ''} (${named(leads)})` };
}

/** The conflict with this id, as it is now. */
export const nowOf = ({ conflicts }: Pick<Scene, 'conflicts'>, { id }: Pick<Conflict, 'id'>): Conflict | null => conflicts.find((c) => c.id === id) ?? null;

/** What was said, as acts on a conflict take it. */
export const sayingOf = ({ now }: Pick<Scene, 'now'>, { actor, at }: Spoken, login: string, text: string): Saying =>
  ({ by: login, surface: actor.surface, at: Math.min(at, now), now, text });

/** `linux/ppc64le and #25243`, the blocker linked where this is said elsewhere. */
export function called(conflict: Conflict, scene: Scene, { place: { issue } }: Spoken): Spans {
  const { blocker } = conflict;
  const here = blocker.kind !== 'board' && issue !== null && issue.number === blocker.number && issue.repo.toLowerCase() === blocker.repo.toLowerCase();
  return [`${conflict.platform} and `, here ? `#${blocker.number}` : blockerIn(conflict, scene)];
}

/** A command as it is typed where this was said: elsewhere it names the platform. */
export const typed = (verb: string, { platform, id }: Conflict, scene: Scene, { place }: Spoken, rest = ''): ReturnType<typeof coded> =>
  coded(`/arch ${verb}${conflictsHere(scene, place).filter(isOpenConflict).some((c) => c.id === id) ? '' : ` ${platform}`}${rest === '' ? '' : ` ${rest}`}`);

/** Said of a time before the conflict: it is not about this one. */
export const saidBefore = (conflict: Conflict, scene: Scene, spoken: Spoken): Outcome => refusedAs(
  'This arrived late: it was said on ', moment(spoken.at, scene.now), `, before what stands between ${conflict.platform} and ${blockerName(conflict.blocker)} was known, on ${moment(conflict.times.detected, scene.now)}. Say it again if you mean it.`);

export const refusedAs = (...spans: Spans): Outcome => ({ verdict: 'refused', reply: [says(...spans, ' Nothing was changed.')] });
export const answered = (...spans: Spans): Outcome => ({ verdict: 'answered', reply: [says(...spans)] });

/** The conflict on account of which the platform is off; null: there is none. */
export const offFor = ({ conflicts }: Pick<Scene, 'conflicts'>, platform: PlatformId): Conflict | null =>
  conflicts.find((c) => c.platform === platform && isOpenConflict(c) && isOff(c)) ?? null;
