import { isOff, isOpenConflict, type Conflict } from '../../domain/conflict.ts';
import type { PlatformId } from '../../domain/platform.ts';
import type { Platform } from '../../domain/project.ts';
import { endsAt, type Proposal } from '../../domain/proposal.ts';
import type { Span, Spans } from '../../domain/text.ts';
import { listed, moment } from '../../domain/time.ts';
import { LEADS_TO_SKIP } from '../../policy/conflict-acts.ts';
import { exitLacks, greensSince } from '../../policy/conflict-watch.ts';
import { blockerSpan } from '../../policy/conflict-words.ts';
import type { Scene } from '../verb.ts';
import { linked, whoAll } from './wording.ts';

/** Conflicts of the platform that are not over: what it stands in the way of, and what it is off for. */
export const conflictsOf = ({ conflicts }: Scene, platform: PlatformId): readonly Conflict[] =>
  conflicts.filter((c) => c.platform === platform && isOpenConflict(c)).toSorted((a, b) => a.times.detected - b.times.detected);

/** Whether it is built, as far as is known: one that is off as a whole for the current release is off, whatever the configuration says. */
export const buildNow = ({ id, build }: Platform, scene: Scene): Platform['build'] =>
  conflictsOf(scene, id).some((c) => isOff(c) && c.components.length === 0 && c.branch === (scene.project.releases[0]?.branch ?? c.branch)) ? 'off' : build;

/** The blocker as a link, short where it is in the project's own repository. */
export function blockerIn({ blocker }: Pick<Conflict, 'blocker'>, { project }: Scene): Span {
  return blocker.kind !== 'board' && blocker.repo.toLowerCase() === project.repo.toLowerCase() ? { words: `#${blocker.number}`, link: blocker.url } : blockerSpan(blocker);
}

/** A proposal of the conflict; null: none is known. */
export const proposalIn = (id: string | null, { proposals }: Scene): Proposal | null => proposals.find((p) => p.id === id) ?? null;

/** Who is asked to fix it, with the verb: its owners, or whoever stands in for them. */
export const fixers = ({ owners }: Pick<Conflict, 'owners'>): string => owners.length === 0 ? 'the release-signal team has' : 'its owners have';

/** How far it is: since when it stands in whose way, who is asked and until when; or since when it is off, and what its way back lacks. */
export function conflictSpans(conflict: Conflict, scene: Scene): Spans {
  const { stage, times, branch, fixBy, skips, stuck, remedy } = conflict;
  const { now } = scene;
  const inTheWay: Spans = ['in the way of ', blockerIn(conflict, scene), ` since ${moment(times.detected, now)}: `];
  switch (stage) {
    case 'fixing': return [...inTheWay, `${fixers(conflict)} until ${moment(fixBy, now)} to fix it`, skips.length === 0 ? '' : `; ${skips.length} of ${LEADS_TO_SKIP} release leads say that there is no time for that`];
    case 'proposing': return [...inTheWay, stuck === null ? 'release leads are asked as soon as it is known what would be edited' : stuck.replace(/\.$/, '')];
    case 'deciding': return [...inTheWay, 'release leads decide whether ', remedy === 'waive' ? 'its check is waived' : 'its build is turned off', ...decidedIn(conflict.proposal, scene)];
    case 'doing': return [...inTheWay, ...underWay(conflict)];
    case 'watching': case 'returning': return [`off on ${branch}${conflict.components.length === 0 ? '' : ` (${listed(conflict.components)} alone)`} since ${moment(times.off ?? times.detected, now)}, on account of `, blockerIn(conflict, scene), ...wayBack(conflict, scene)];
    case 'over': return [...inTheWay, 'over'];
    default: return stage satisfies never;
  }
}

/** `, in #12 until Wed …`. */
function decidedIn(id: string | null, scene: Scene): Spans {
  const proposal = proposalIn(id, scene);
  if (proposal === null) return [];
  const { issue, state, deciders } = proposal;
  return [...issue === null || issue.number <= 0 ? [] : [', in ', linked(`#${issue.number}`, issue.url)], ...state === 'open' ? [` until ${moment(endsAt(proposal), scene.now)}: `, ...whoAll(deciders)] : []];
}

function underWay({ remedy, pull, patch, plan, blocker }: Conflict): Spans {
  if (remedy === 'waive') return ['its check is waived; somebody who may merge past it has to'];
  if (pull !== null) return ['its build is turned off by ', linked(`${pull.repo}#${pull.number}`, pull.url), ', which waits to be merged'];
  if (patch) return ['it was decided to turn its build off; the edit is offered as a patch', ...blocker.kind === 'pull' ? [' on ', blockerSpan(blocker)] : []];
  return [plan?.byHand ? 'it was decided to turn its build off, by hand' : 'it was decided to turn its build off; the pull request comes with its reactivation issue'];
}

/** Where its way back is, and what that lacks or waits for. */
function wayBack(conflict: Conflict, scene: Scene): Spans {
  const { reactivation, stage, backProposal, backPull } = conflict;
  const issue: Spans = reactivation === null || reactivation.number <= 0 ? [] : [' (way back: ', linked(`#${reactivation.number}`, reactivation.url), ')'];
  if (stage === 'watching') return [...issue, `; its exit test: ${lacks(conflict, scene)}`];
  const pull: Spans = backPull === null ? [] : [', by ', linked(`${backPull.repo}#${backPull.number}`, backPull.url)];
  return proposalIn(backProposal, scene)?.state === 'approved' ? [...issue, '; it is approved to be turned on again', ...pull] : [...issue, '; release leads decide whether it is turned on again', ...decidedIn(backProposal, scene)];
}

/** What the exit test of one that is off still lacks, by the runs that are stored: a clause. */
export function lacks(conflict: Conflict, { jobs }: Scene): string {
  const own = jobs.filter((j) => j.job.platform === conflict.platform);
  return exitLacks(conflict, { greens: isOff(conflict) ? greensSince(own, conflict.times.off ?? 0) : new Map(), upstreamReleased: null });
}
