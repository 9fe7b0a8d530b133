import type { StepChange } from '../../domain/evidence.ts';
import type { CircumstanceName, CriterionName, Grace, Ladder } from '../../domain/ladder.ts';
import type { PlatformId } from '../../domain/platform.ts';
import type { Finding } from '../criteria/criterion.ts';
import { EXCUSED } from '../criteria/index.ts';
import { timeLimit } from '../criteria/words.ts';
import { circumstancesOf, graceFor } from './circumstances.ts';
import { Climber } from './climber.ts';
import { dayOf } from './days.ts';
import type { Ground, PlatformGround } from './ground.ts';
import type { Sliced } from './slices.ts';
import { isByRuns, Track } from './track.ts';
import { usesOf, type JudgedUse } from './uses.ts';

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
    const known = new Map<string, ReturnType<typeof usesOf>>();
    const usesFor = ({ facts: { components = [] } }: PlatformGround): ReturnType<typeof usesOf> => {
      const key = [...components].sort().join(' ');
      const uses = known.get(key) ?? usesOf(ladder, components);
      known.set(key, uses);
      return uses;
    };
    this.climbers = ground.platforms.map((p) => new Climber(p, ground, usesFor(p), stepsOf(p)));
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
    const failing = climber.isReference || !EXCUSED.has(track.use.criterion) || this.#silence(track.use, now) !== null ? null : this.#referenceFailing(track, day, now);
    const own = failing !== null && isByRuns(track.use) ? null : track.findOn(day, now, climber);
    const found = own === null ? null : this.besideReference(climber, track, own, now);
    // By runs the day says nothing, whatever came of it here; of what is configured, only what is lacking on both is excused.
    track.excused = failing !== null && (found === null || (found.verdict === 'unmet' && lacksNoMore(found, failing)));
    if (!track.excused) return found;
    track.clock.skip(day);
    return null;
  }

  /**
   * What was not heard of a port says nothing where nothing was heard of the reference platform either: nobody can tell whose
   * silence it is. Such a reference neither excuses a port nor condemns it, and nobody is warned of
   * what is not theirs to mend.
   */
  besideReference(climber: Climber, track: Track, found: Finding, now: number): Finding {
    const silence = climber.isReference || found.verdict !== 'unmet' || found.byRuns !== true ? null : this.#silence(track.use, now);
    if (silence === null) return found;
    const time = silence.within === null ? 'on record' : `within the last ${timeLimit(silence.within)}`;
    return { ...found, verdict: 'unknown', early: true, because: () => `${found.because()} Whether only here or everywhere cannot be told: the reference platform ${this.ground.project.reference} has no run ${time} either.` };
  }

  #silence(use: JudgedUse, now: number): { readonly within: number | null } | null {
    return use.criterion === 'suites-present' ? this.#ofReference(use)?.track.silence(now) ?? null : null;
  }

  #ofReference(use: JudgedUse): { readonly track: Track; at: number; failing: Finding | null } | null {
    const { reference } = this.ground;
    if (reference === null) return null;
    let known = this.#reference.get(use);
    if (!known) this.#reference.set(use, known = { track: new Track(use, reference, this.ground), at: NaN, failing: null });
    return known;
  }

  #referenceFailing({ use, byTests }: Track, day: number, now: number): Finding | null {
    const { reference } = this.ground;
    const known = this.#ofReference(use);
    // Red tests of the reference platform do not say that it does not build: they excuse red tests, not a red build.
    if (reference === null || known === null || (known.track.byTests && !byTests)) return null;
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
