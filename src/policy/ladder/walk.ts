import { isAskedOf } from '../../domain/asked.ts';
import type { StepChange } from '../../domain/evidence.ts';
import type { CircumstanceName, CriterionName, Grace, Ladder } from '../../domain/ladder.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { areBuilt } from '../../domain/scope.ts';
import type { Finding } from '../criteria/criterion.ts';
import { BY_RUNS, EXCUSED } from '../criteria/index.ts';
import { circumstancesOf, graceFor, type Circumstance } from './circumstances.ts';
import { dayOf } from './days.ts';
import type { Ground, PlatformGround } from './ground.ts';
import type { Sliced } from './slices.ts';
import { isByRuns, Track } from './track.ts';
import { usesOf, type JudgedUse, type StepUses } from './uses.ts';

/** With fewer platforms than this, several that turn on one day are no sign of a common cause. */
const CROWD = 3;

/** A criterion that has been unmet, or unknown, for as long as calls for a warning. */
export interface Warning {
  readonly at: number;
  readonly platform: PlatformId;
  readonly criterion: CriterionName;
  readonly kind: 'unmet' | 'unknown';
}

/** What the days so far call for. */
export interface Due {
  readonly kind: 'promote' | 'demote';
  readonly to: number;
  readonly because: readonly CriterionName[];
  /** What brought a demotion sooner than the ladder's usual days; left out: nothing did. */
  readonly sooner?: readonly CircumstanceName[] | undefined;
}

/** A platform on its ladder, day by day. */
export class Climber {
  readonly ground: PlatformGround;
  /** Oldest first; only what is not after the day that is looked at counts. */
  readonly steps: StepChange[];
  readonly isReference: boolean;
  /** What speeds up its demotion on the day that was judged last. */
  circumstances: readonly Circumstance[] = [];
  hold: readonly Track[] = [];
  /** Everything that the next step takes; what it shares with the present one is the same track. */
  next: readonly Track[] = [];
  #index = -1;
  readonly #uses: readonly StepUses[];
  readonly #tracks = new Map<JudgedUse, Track>();
  readonly #all: Ground;

  constructor(ground: PlatformGround, all: Ground, uses: readonly StepUses[], steps: readonly StepChange[]) {
    [this.ground, this.#all, this.#uses, this.steps] = [ground, all, uses, [...steps]];
    this.isReference = all.reference === ground;
  }

  /** The step of the ladder that it stands on; below the lowest, that. */
  get step(): number {
    return this.#uses[this.#index]?.step.step ?? 0;
  }

  get below(): number | null {
    return this.#uses.slice(0, Math.max(0, this.#index)).findLast((u) => this.#isFor(u))?.step.step ?? null;
  }

  get above(): number | null {
    return this.#above?.step.step ?? null;
  }

  /** Steps that are about nothing that is built of the platform are passed over, up and down. */
  get #above(): StepUses | undefined {
    return this.#uses.slice(this.#index + 1).find((u) => this.#isFor(u));
  }

  #isFor({ step }: StepUses): boolean {
    return areBuilt(step.components, this.ground.facts.components ?? []);
  }

  /** A job that is silent says so by its cadence: what cannot be told for want of its runs is no news besides (policy.md, "Not evaluable"). */
  isSilent({ use }: Track): boolean {
    return BY_RUNS.has(use.criterion) && this.hold.some((t) => t.use.criterion === 'run-cadence' && t.unmet > 0);
  }

  get tracks(): readonly Track[] {
    return [...this.hold, ...this.next.filter((t) => !this.hold.includes(t))];
  }

  /** The step that the record says at a moment. */
  stepAt(at: number): number {
    return this.steps.findLast((s) => s.at <= at)?.to ?? this.steps[0]?.from ?? this.ground.facts.step;
  }

  /** Takes up the step of the moment; another one than before begins every count anew. */
  stand(at: number): void {
    const step = this.stepAt(at);
    const index = Math.max(0, this.#uses.findLastIndex((u) => u.step.step <= step));
    const since = this.steps.findLast((s) => s.at <= at)?.at ?? -Infinity;
    if (index === this.#index && since === this.#since) return;
    [this.#index, this.#since] = [index, since];
    const [present, next] = [this.#uses[index], this.#above];
    const tracks = (uses: readonly JudgedUse[]): Track[] => uses.filter((use) => isAskedOf(use, this.ground.facts.components ?? [])).map((use) => this.#track(use));
    this.hold = tracks(present?.hold ?? []);
    this.next = next === undefined ? [] : tracks([...next.hold, ...next.enter]);
    for (const track of this.tracks) track.reset();
  }
  #since = NaN;

  #track(use: JudgedUse): Track {
    let track = this.#tracks.get(use);
    if (!track) this.#tracks.set(use, track = new Track(use, this.ground, this.#all));
    return track;
  }
}

/** Walks all platforms through days, so that each is seen next to the reference platform and the others. */
export class Walk {
  readonly climbers: readonly Climber[];
  readonly ladder: Ladder;
  readonly ground: Ground;
  /** The first day that was judged. */
  firstDay = Infinity;
  readonly #reference = new Map<JudgedUse, { readonly track: Track; at: number; failing: Finding | null }>();

  constructor(ground: Ground, ladder: Ladder, stepsOf: (platform: PlatformGround) => readonly StepChange[]) {
    [this.ground, this.ladder] = [ground, ladder];
    const uses = usesOf(ladder);
    this.climbers = ground.platforms.map((p) => new Climber(p, ground, uses, stepsOf(p)));
  }

  /**
   * Judges the day that ends with `now` (epoch ms), or that `now` lies in, as of then, and counts it. Gives the warnings
   * that it brings. A platform a slice.
   */
  * day(now: number): Sliced<readonly Warning[]> {
    const day = dayOf(now - 1);
    this.firstDay = Math.min(this.firstDay, day);
    const seen: Map<Track, Finding | null>[] = [];
    for (const climber of this.climbers) {
      climber.stand(now);
      climber.circumstances = circumstancesOf(this.ladder.demotion.when, climber.ground, this.ground, now);
      seen.push(new Map(climber.tracks.map((track) => [track, this.#find(climber, track, day, now)])));
      yield;
    }
    this.#leaveOutTurns(day, seen);
    return this.climbers.flatMap((climber, i) => this.#count(climber, seen[i] ?? new Map<Track, Finding | null>(), day, now));
  }

  /** What a platform's days so far call for; the reference platform, by which the others are measured, is never moved. */
  due(climber: Climber): Due | null {
    if (climber.isReference) return null;
    const names = (tracks: readonly Track[]): CriterionName[] => [...new Set(tracks.map((t) => t.use.criterion))];
    const long = climber.hold.filter((t) => this.daysLeft(climber, t) === 0);
    if (long.length > 0 && climber.below !== null) return { kind: 'demote', to: climber.below, because: names(long), ...this.#sooner(climber, long) };
    const own = climber.next.filter((t) => t.use.step === climber.above);
    if (climber.above === null || own.length === 0 || !climber.next.every((t) => t.met >= this.ladder.promotion.days)) return null;
    return { kind: 'promote', to: climber.above, because: names(own) };
  }

  /** Evaluable days until a demotion is proposed for a criterion; null: nobody was warned of it. */
  daysLeft(climber: Climber, track: Track): number | null {
    return track.warnedAt === null ? null : Math.max(0, track.warnedAt + this.#grace(climber, track).proposeAfter - track.unmet);
  }

  #grace({ circumstances }: Climber, { use }: Track): Grace {
    return graceFor(this.ladder, use.criterion, circumstances);
  }

  /** The circumstances without which none of these would have been unmet for long enough. */
  #sooner({ circumstances }: Climber, long: readonly Track[]): Pick<Due, 'sooner'> {
    const usual = (t: Track): Grace => graceFor(this.ladder, t.use.criterion, []);
    return circumstances.length === 0 || long.some((t) => t.unmet >= usual(t).warnAfter + usual(t).proposeAfter) ? {} : { sooner: circumstances.map((c) => c.name) };
  }

  /** Null: the day does not count for this criterion here. */
  #find(climber: Climber, track: Track, day: number, now: number): Finding | null {
    track.excused = false;
    if (!climber.ground.calendar.counts(day)) return null;
    const failing = climber.isReference || !EXCUSED.has(track.use.criterion) ? null : this.#referenceFailing(track.use, day, now);
    const found = failing !== null && isByRuns(track.use) ? null : track.findOn(day, now, climber);
    // By runs the day says nothing, whatever came of it here; of what is configured, only what is lacking on both is excused.
    track.excused = failing !== null && (found === null || (found.verdict === 'unmet' && lacksNoMore(found, failing)));
    if (!track.excused) return found;
    track.clock.skip(day);
    return null;
  }

  #referenceFailing(use: JudgedUse, day: number, now: number): Finding | null {
    const { reference } = this.ground;
    if (reference === null) return null;
    let known = this.#reference.get(use);
    if (!known) this.#reference.set(use, known = { track: new Track(use, reference, this.ground), at: NaN, failing: null });
    if (known.at !== now) [known.at, known.failing] = [now, known.track.failing(day, now, { step: reference.facts.step, steps: [] })];
    return known.failing;
  }

  /** More than half of the platforms turn unmet on one day: whatever it was, it was none of them. */
  #leaveOutTurns(day: number, seen: readonly Map<Track, Finding | null>[]): void {
    const tally = new Map<CriterionName, { judged: number; turned: number }>();
    this.climbers.forEach((climber, i) => {
      for (const [criterion, tracks] of Map.groupBy(climber.hold, (t) => t.use.criterion)) {
        const known = tracks.filter((t) => t.last !== null && seen[i]?.get(t));
        if (known.length === 0) continue;
        const count = tally.get(criterion) ?? { judged: 0, turned: 0 };
        tally.set(criterion, count);
        count.judged++;
        if (known.some((t) => t.last === 'met' && seen[i]?.get(t)?.verdict === 'unmet')) count.turned++;
      }
    });
    for (const [criterion, { judged, turned }] of tally) {
      if (judged < CROWD || turned * 2 <= judged) continue;
      for (const found of seen) {
        for (const [track, finding] of found) {
          if (track.use.criterion !== criterion) continue;
          track.clock.skip(day);
          // On the day after, it has turned already.
          track.last = finding?.verdict ?? track.last;
          found.set(track, null);
        }
      }
      for (const [use, { track }] of this.#reference) if (use.criterion === criterion) track.clock.skip(day);
    }
  }

  #count(climber: Climber, seen: ReadonlyMap<Track, Finding | null>, day: number, now: number): Warning[] {
    const { adoptionUntil } = this.ground.project;
    const { platform } = climber.ground.facts;
    // What ends at midnight is in force on the whole day before.
    const within = now - 1;
    const warnings: Warning[] = [];
    for (const [track, finding] of seen) {
      if (finding === null || (adoptionUntil !== null && within < adoptionUntil)) continue;
      const { criterion } = track.use;
      const excepted = finding.verdict !== 'met' && exceptedUntil(climber.ground, criterion, within) !== null;
      track.add(excepted ? 'met' : finding.verdict, day, finding.early === true);
      if (climber.isReference || !climber.hold.includes(track) || track.last === 'met') continue;
      const isLong = track.last === 'unmet' && track.warnedAt === null && track.unmet >= this.#grace(climber, track).warnAfter;
      if (isLong) track.warnedAt = track.unmet;
      const isDue = isLong || (track.last === 'unknown' && track.unknown === this.ladder.unknownAfter && !climber.isSilent(track));
      if (isDue && track.last !== null && !warnings.some((w) => w.criterion === criterion)) warnings.push({ at: now, platform, criterion, kind: track.last });
    }
    return warnings;
  }
}

const lacksNoMore = ({ lacks }: Finding, reference: Finding): boolean => lacks === undefined || lacks.every((what) => reference.lacks?.includes(what));

/** Until when a documented exception makes the criterion count as met on the platform (epoch ms); null: none is in force. */
export function exceptedUntil({ evidence }: PlatformGround, criterion: CriterionName, now: number): number | null {
  const own = evidence.exceptions.filter((e) => e.criterion === criterion && e.at <= now && now < e.until);
  return own.length === 0 ? null : Math.max(...own.map((e) => e.until));
}
