import type { StepChange } from '../../domain/evidence.ts';
import type { CriterionVerdict } from '../../domain/ladder.ts';
import { isJobIn } from '../../domain/scope.ts';
import { BY_RUNS, judge } from '../criteria/index.ts';
import { declaredOwners } from '../criteria/owners.ts';
import { BUILD, isShownByTests } from '../criteria/suites-present.ts';
import type { Context, Finding } from '../criteria/criterion.ts';
import { Clock, DAY } from './days.ts';
import type { Ground, PlatformGround } from './ground.ts';
import type { JobRuns } from './job-runs.ts';
import type { JudgedUse } from './uses.ts';

/** Where a platform stands at the moment that is judged. */
export interface Standing {
  readonly step: number;
  readonly steps: readonly StepChange[];
}

/** One criterion on one platform, followed day by day. */
export class Track {
  readonly use: JudgedUse;
  readonly clock: Clock;
  /** Evaluable days running on which it was met, unmet, unknown. An unknown day neither adds to those unmet nor ends them. */
  met = 0;
  unmet = 0;
  unknown = 0;
  /** The first of the days that `unmet` or `unknown` counts (its start, epoch ms). */
  unmetFrom = 0;
  unknownFrom = 0;
  /** On which of the unmet days running people were warned; null: they were not. */
  warnedAt: number | null = null;
  /** How it stood on its last evaluable day. */
  last: CriterionVerdict | null = null;
  /** On the day that was judged last, the reference platform failed it too. */
  excused = false;
  /** That it builds is shown here by its tests alone. */
  readonly byTests: boolean;
  readonly #platform: PlatformGround;
  readonly #ground: Ground;
  /** The jobs that the step is about, and those of them that the criterion looks at. */
  readonly #jobs: readonly JobRuns[];
  readonly #judged: readonly JobRuns[];
  readonly #missing: readonly string[];

  constructor(use: JudgedUse, platform: PlatformGround, ground: Ground) {
    [this.use, this.#platform, this.#ground] = [use, platform, ground];
    this.clock = new Clock(ground.firstDay, ground.lastDay, platform.off);
    const { suites, others, named, scope } = use;
    this.#jobs = platform.jobs.filter(({ job }) => isJobIn(scope, job, ground.project.mainBranch));
    this.#judged = this.#jobs.filter(({ job }) => suites === null ? !others.includes(job.suite) : suites.includes(job.suite));
    this.byTests = use.criterion === 'suites-present' && isShownByTests(use.params, this.#jobs);
    this.#missing = named ? suites?.filter((suite) => !this.#jobs.some((j) => j.job.suite === suite)) ?? [] : [];
  }

  /** A change of step begins its counts anew. */
  reset(): void {
    [this.met, this.unmet, this.unknown, this.warnedAt] = [0, 0, 0, null];
  }

  /** How it stands at a moment, whether or not the day counts. */
  find(now: number, standing: Standing): Finding {
    return judge(this.use, this.#context(now, standing, this.#judged));
  }

  /** How it stands on a day, at `now`; null: what could be seen of it that day does not tell. */
  findOn(day: number, now: number, standing: Standing): Finding | null {
    const dark = this.#judged.filter((j) => j.isBlind(day));
    if (dark.length === 0 || !isByRuns(this.use)) return this.find(now, standing);
    if (dark.length === this.#judged.length) return null;
    const found = judge(this.use, this.#context(now, standing, this.#judged.filter((j) => !dark.includes(j))));
    return found.verdict === 'unmet' ? found : null;
  }

  /** How this platform, as the reference, fails the criterion at a moment; null: it does not, or says nothing of it. */
  failing(day: number, now: number, standing: Standing): Finding | null {
    if (!this.clock.counts(day) || !this.#speaks(now)) return null;
    const judged = this.#judged.filter((j) => j.reported(now));
    if (BY_RUNS.has(this.use.criterion) && judged.length === 0) return null;
    const found = judge(this.use, this.#context(now, standing, judged));
    return found.verdict === 'unmet' ? found : null;
  }

  /** Whether nothing was heard of the platform in the time that the criterion looks at, though it has jobs; with that time (ms, null: however long). */
  silence(now: number): { readonly within: number | null } | null {
    const { passedWithin } = this.use.params;
    const within = typeof passedWithin === 'number' ? passedWithin : null;
    const from = within === null ? -Infinity : this.clock.back(now, within);
    const heard = this.#jobs.some((j) => j.reported(now) && (j.runs[j.upTo(now) - 1]?.started ?? -Infinity) >= from);
    return heard || this.#jobs.length === 0 ? null : { within };
  }

  /** A reference of which nothing was ever heard, or that names nobody, sets no example. */
  #speaks(now: number): boolean {
    const { criterion, suites } = this.use;
    if (criterion === 'owners-declared') return declaredOwners({ platform: this.#platform.evidence, facts: this.#platform.facts, now }).length > 0;
    if (criterion === 'suites-present' && isByRuns(this.use)) {
      const told = (suite: string): boolean => this.#jobs.some((j) => (j.job.suite === suite || (this.byTests && suite === BUILD)) && j.reported(now));
      return suites?.every(told) === true;
    }
    return this.#jobs.some((j) => j.reported(now));
  }

  /** Counts a day that is evaluable. */
  add(verdict: CriterionVerdict, day: number, early: boolean): void {
    this.last = verdict;
    this.met = verdict === 'met' ? this.met + 1 : 0;
    if (verdict === 'unknown' && this.unknown === 0) this.unknownFrom = day * DAY;
    this.unknown = verdict === 'unknown' && !early ? this.unknown + 1 : 0;
    if (verdict === 'unmet' && this.unmet === 0) this.unmetFrom = day * DAY;
    if (verdict !== 'unknown') this.unmet = verdict === 'unmet' ? this.unmet + 1 : 0;
    if (this.unmet === 0) this.warnedAt = null;
  }

  #context(now: number, { step, steps }: Standing, judged: readonly JobRuns[]): Context {
    const { evidence, facts, calendar } = this.#platform;
    const { since, project, actsSince, reference } = this.#ground;
    return {
      now, since, platform: evidence, facts, project, step, steps, jobs: this.#jobs, suites: this.use.suites ?? [], judged, missing: this.#missing, actsSince,
      reference: reference === null || reference === this.#platform ? [] : reference.jobs, clock: this.clock, calendar,
    };
  }
}

/** Judged by runs, so that a blind day tells nothing, and neither does one on which the reference platform fails it. */
export const isByRuns = ({ criterion, params }: JudgedUse): boolean =>
  BY_RUNS.has(criterion) || (criterion === 'suites-present' && params['passedWithin'] !== null);
