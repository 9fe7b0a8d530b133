import type { Evidence, ProjectFacts } from '../../domain/evidence.ts';
import type { CircumstanceName, CriterionName, CriterionResult, Grace, Ladder } from '../../domain/ladder.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { isWhole, scopeWords } from '../../domain/scope.ts';
import type { Climber } from './climber.ts';
import { afterFreeze } from './cycles.ts';
import { DAY } from './days.ts';
import { layGround } from './ground.ts';
import { whole, type Sliced } from './slices.ts';
import { LOOKS_AT_JOBS } from '../criteria/index.ts';
import type { Track } from './track.ts';
import { exceptedUntil, Walk, type Due } from './walk.ts';

/** How far back days are counted: the longest grace twice, as not every day counts, and before it what a rate looks at. */
function horizonOf({ promotion, demotion, unknownAfter }: Ladder): number {
  const graces = [demotion, ...Object.values(demotion.faster)].map((g) => g.warnAfter + g.proposeAfter);
  return 100 + 2 * Math.max(promotion.days, unknownAfter, ...graces);
}

/** A platform on its ladder at a moment. Times are epoch milliseconds. */
export interface PlatformEvaluation {
  readonly platform: PlatformId;
  readonly step: number;
  /** The step above, and the one below, of those that are about what is built of it; null: there is none. */
  readonly next: number | null;
  readonly below?: number | null | undefined;
  /** Since when it stands there; null: nobody recorded it. */
  readonly since: number | null;
  /** What it takes to hold its step, those of the steps below included. */
  readonly criteria: readonly CriterionResult[];
  /** What the next step takes besides; a criterion of `criteria` may stand here again with other numbers. */
  readonly ahead: readonly CriterionResult[];
  readonly proposal: StandingProposal | null;
  readonly warnings: readonly StandingWarning[];
  /** What speeds up warnings and demotions here, each as a clause that begins small; left out: nothing does. */
  readonly hurry?: readonly Hurrying[] | undefined;
  /** Until then everything that does not hold is excepted, because the ladder is new here: nobody has decided that. Null or left out: no longer. */
  readonly adoptionUntil?: number | null;
  /** Demotions on record, of which people are reminded. */
  readonly demotions: number;
}

export interface Hurrying extends Grace {
  readonly name: CircumstanceName;
  readonly because: string;
}

export interface StandingProposal extends Due {
  /** A demotion is not in force before this: between code freeze and release. Null: nothing holds it; Infinity: until a release date is known. */
  readonly heldUntil: number | null;
}

/** A criterion of the present step that is unmet, or unknown, for long enough that people are warned. */
export interface StandingWarning {
  readonly criterion: CriterionName;
  readonly kind: 'unmet' | 'unknown';
  /** The first of the days (epoch ms), and how many evaluable days it has been. */
  readonly since: number;
  readonly days: number;
  /** It was so before `since` too, and for more days: nobody has counted them. */
  readonly earlier: boolean;
  /** Evaluable days until a demotion is proposed; null: none will be. */
  readonly daysLeft: number | null;
}

/** Every platform of the project against its ladder, from the record as of `now` (epoch ms). */
export const evaluate = (...record: Parameters<typeof evaluation>): readonly PlatformEvaluation[] => whole(evaluation(...record));

/** The same in slices of a platform and a day each: all of it may take seconds where there are hundreds of platforms. */
export function* evaluation(evidence: Evidence, ladder: Ladder, project: ProjectFacts, now: number): Sliced<readonly PlatformEvaluation[]> {
  const ground = yield* layGround(evidence, project, now - 1);
  const walk = new Walk(ground, ladder, ({ evidence: { steps } }) => steps.filter((s) => s.at <= now));
  for (let day = Math.max(ground.firstDay, ground.lastDay - horizonOf(ladder)); day < ground.lastDay; day++) yield* walk.day((day + 1) * DAY);
  yield* walk.day(now);
  const evaluations: PlatformEvaluation[] = [];
  for (const climber of walk.climbers) {
    evaluations.push(evaluationOf(climber, walk, now));
    yield;
  }
  return evaluations;
}

function evaluationOf(climber: Climber, walk: Walk, now: number): PlatformEvaluation {
  const due = walk.due(climber);
  const result = (track: Track): CriterionResult => resultOf(track, climber, walk, now);
  return {
    platform: climber.ground.facts.platform, step: climber.step, next: climber.above, below: climber.below,
    since: climber.steps.findLast((s) => s.at <= now)?.at ?? null,
    criteria: climber.hold.map(result), ahead: climber.next.filter((t) => !climber.hold.includes(t)).map(result),
    proposal: due === null ? null : { ...due, heldUntil: due.kind === 'demote' ? held(now, walk) : null },
    warnings: climber.isReference ? [] : warningsOf(climber, walk),
    ...climber.circumstances.length === 0 || climber.isReference ? {} : { hurry: climber.circumstances.map((c) => ({ name: c.name, warnAfter: c.warnAfter, proposeAfter: c.proposeAfter, because: c.because() })) },
    adoptionUntil: adopting(walk.ground.project.adoptionUntil, now),
    demotions: climber.steps.filter((s) => s.at <= now && s.to < s.from).length,
  };
}

const latest = (a: number | null, b: number | null): number | null => a === null || b === null ? a ?? b : Math.max(a, b);

const adopting = (until: number | null, now: number): number | null => until !== null && now < until ? until : null;

function held(now: number, { ladder, ground }: Walk): number | null {
  const free = ladder.demotion.heldInFreeze ? afterFreeze(now, ground.project.releases) : now;
  return free > now ? free : null;
}

function resultOf(track: Track, climber: Climber, walk: Walk, now: number): CriterionResult {
  const { ground } = walk;
  const { verdict, because, links } = walk.besideReference(climber, track, track.find(now, climber), now);
  // Adoption spares a platform what its own step asks for; nobody comes up by it.
  const adopted = track.use.step <= climber.step ? adopting(ground.project.adoptionUntil, now) : null;
  const excepted = latest(exceptedUntil(climber.ground, track.use.criterion, now), adopted);
  const excuse = track.excused && verdict === 'unmet' ? ` The reference platform ${ground.project.reference} fails this too; such days count neither for nor against ${climber.ground.facts.platform}.` : '';
  return { criterion: track.use.criterion, step: track.use.step, verdict, because: aboutScope(track) + because() + excuse, links: links(), exceptedUntil: verdict === 'met' ? null : excepted };
}

/** What the sentence is about, where that is not the whole platform. */
const aboutScope = ({ use }: Track): string => isWhole(use.scope) || !LOOKS_AT_JOBS.has(use.criterion) ? '' : `For ${scopeWords(use.scope)}: `;

/** A criterion that several steps ask for with other suites or numbers is warned of once: of what has lasted longest. */
function warningsOf(climber: Climber, walk: Walk): StandingWarning[] {
  const first = walk.firstDay === walk.ground.firstDay ? -Infinity : walk.firstDay * DAY;
  const all = climber.hold.flatMap((track): StandingWarning[] => {
    const { criterion } = track.use;
    const left = walk.daysLeft(climber, track);
    if (left !== null) return [{ criterion, kind: 'unmet', since: track.unmetFrom, days: track.unmet, earlier: track.unmetFrom <= first, daysLeft: climber.below === null ? null : left }];
    if (track.unknown >= walk.ladder.unknownAfter && !climber.isSilent(track)) return [{ criterion, kind: 'unknown', since: track.unknownFrom, days: track.unknown, earlier: track.unknownFrom <= first, daysLeft: null }];
    return [];
  });
  return all.filter((w, i) => !all.some((o, j) => o.criterion === w.criterion && o.kind === w.kind && (o.days > w.days || (o.days === w.days && j < i))));
}
