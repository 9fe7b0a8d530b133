import { defaultParams } from '../../domain/criteria.ts';
import type { Evidence, ProjectFacts } from '../../domain/evidence.ts';
import type { Board, JobKey } from '../../domain/job.ts';
import type { CriterionName, CriterionResult, CriterionUse } from '../../domain/ladder.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { span } from '../../domain/time.ts';
import type { Context, Finding } from '../criteria/criterion.ts';
import { early, met, unknown, unmet } from '../criteria/criterion.ts';
import { judge } from '../criteria/index.ts';
import { Clock, DAY } from './days.ts';
import { layGround, type Ground, type PlatformGround } from './ground.ts';
import type { JobRuns } from './job-runs.ts';
import type { Sliced } from './slices.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const WEEK = 7 * DAY;

/** A release-blocking job runs this often, give or take what a schedule jitters (policy.md, the table of ladders). */
const OFTEN = 3 * HOUR;
const JITTER = 5 * MINUTE;

const use = (criterion: CriterionName, params: Readonly<Record<string, unknown>>): CriterionUse => ({ criterion, params: { ...defaultParams(criterion), ...params } });

/** What is asked of a release-blocking job besides how often it runs (policy.md, "release-blocking jobs (Kubernetes)"). */
const NUMBERS: readonly CriterionUse[] = [
  use('duration-percentile', { percentile: 0.75, within: 120 * MINUTE, window: WEEK }),
  use('pass-rate', { share: 0.75, minWindow: WEEK, maxWindow: WEEK }),
  use('failure-streak', { runs: 10 }),
  use('same-commit-passes', { passes: 3 }),
];

/** Days that count on which the numbers must have been met, or missed, for a change of board to be proposed. */
export const BOARD_DAYS = 14;

/** As far back as such days are looked for. */
const MOST_DAYS = 60;

/** A job whose record calls for the other board. The numbers call for a review by people; they do not decide. */
export interface BoardDue {
  readonly platform: PlatformId;
  readonly job: JobKey;
  readonly from: Board;
  readonly to: Board;
  /** The criteria that call for it: all of them on the way up, those that are unmet on the way down. */
  readonly because: readonly CriterionName[];
  readonly evidence: readonly CriterionResult[];
  readonly days: number;
}

/**
 * The jobs on either board that the numbers call to the other one, from the record as of `now` (epoch ms): informing ones that
 * met all of them, and blocking ones that missed one, on each of the last days that count.
 */
export function* boardsDue(evidence: Evidence, project: ProjectFacts, now: number): Sliced<readonly BoardDue[]> {
  const ground = yield* layGround(evidence, project, now - 1);
  const due: BoardDue[] = [];
  for (const platform of ground.platforms) {
    for (const job of platform.jobs) {
      const { board } = job.job;
      const found = board === null ? null : dueOf(new JobJudge(job, platform, ground), board, now);
      if (found !== null) due.push(found);
    }
    yield;
  }
  return due;
}

function dueOf(judged: JobJudge, from: Board, now: number): BoardDue | null {
  const wanted = from === 'informing' ? 'met' : 'missed';
  for (let counted = 0, day = judged.lastDay; counted < BOARD_DAYS; day--) {
    if (day < judged.firstDay || day <= judged.lastDay - MOST_DAYS) return null;
    const how = judged.on(day, Math.min(now, (day + 1) * DAY));
    if (how === null) continue;
    if (how !== wanted) return null;
    counted++;
  }
  const evidence = judged.results(now);
  const { platform, key } = judged.runs.job;
  return {
    platform, job: key, from, to: from === 'informing' ? 'blocking' : 'informing', evidence, days: BOARD_DAYS,
    because: evidence.filter((r) => wanted === 'met' || r.verdict === 'unmet').map((r) => r.criterion),
  };
}

/** One job held against the numbers. */
class JobJudge {
  readonly runs: JobRuns;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly #platform: PlatformGround;
  readonly #ground: Ground;
  readonly #clock: Clock;
  /** The reference platform's jobs of the same suite. */
  readonly #reference: readonly JobJudge[];

  constructor(runs: JobRuns, platform: PlatformGround, ground: Ground) {
    [this.runs, this.#platform, this.#ground, this.firstDay, this.lastDay] = [runs, platform, ground, ground.firstDay, ground.lastDay];
    this.#clock = new Clock(ground.firstDay, ground.lastDay, platform.off);
    const { reference } = ground;
    this.#reference = reference === null || reference === platform ? []
      : reference.jobs.filter((j) => j.job.suite === runs.job.suite).map((j) => new JobJudge(j, reference, ground));
  }

  /** `met`: all of it; `missed`: something, which the reference platform's job did not miss too. Null: the day does not count. */
  on(day: number, now: number): 'met' | 'missed' | 'neither' | null {
    if (!this.#platform.calendar.counts(day) || this.runs.isBlind(day)) return null;
    const found = this.#findings(now);
    if (found.every((f) => f.finding.verdict === 'met')) return 'met';
    const missed = found.filter((f) => f.finding.verdict === 'unmet').map((f) => f.criterion);
    if (missed.length === 0) return 'neither';
    const excused = this.#reference.flatMap((r) => r.#findings(now)).filter((f) => f.finding.verdict === 'unmet').map((f) => f.criterion);
    return missed.every((c) => excused.includes(c)) ? null : 'missed';
  }

  results(now: number): readonly CriterionResult[] {
    return this.#findings(now).map(({ criterion, finding }) => ({ criterion, step: 0, verdict: finding.verdict, because: finding.because(), links: finding.links(), exceptedUntil: null }));
  }

  #findings(now: number): { readonly criterion: CriterionName; readonly finding: Finding }[] {
    const context = this.#context(now);
    return [{ criterion: 'run-cadence', finding: cadence(this.runs, context) }, ...NUMBERS.map((n) => ({ criterion: n.criterion, finding: judge(n, context) }))];
  }

  #context(now: number): Context {
    const { evidence, facts, jobs, calendar } = this.#platform;
    const { since, project, actsSince } = this.#ground;
    return {
      now, since, platform: evidence, facts, project, step: facts.step, steps: evidence.steps, jobs, suites: [], judged: [this.runs], missing: [], actsSince,
      reference: [], clock: this.#clock, calendar,
    };
  }
}

/** How often it ran over the last week: the time from one start to the next that half of the runs do not exceed. */
function cadence(job: JobRuns, { now, clock, since }: Context): Finding {
  const from = clock.back(now, WEEK);
  const starts: number[] = [];
  job.back(now, clock, ({ started }) => {
    if (started < from) return false;
    starts.push(started);
    return true;
  });
  const gaps = starts.slice(1).map((start, i) => clock.elapsed(start, starts[i] ?? start)).sort((a, b) => a - b);
  const usual = gaps[Math.ceil(gaps.length / 2) - 1];
  const silence = starts[0] === undefined ? Infinity : clock.elapsed(starts[0], now);
  if (usual === undefined) return since > from || job.youngerThan(from) ? early(() => `${job.label} has hardly run yet.`) : unmet(() => `${job.label} ran ${starts.length === 0 ? 'not at all' : 'once'} in the last 7 days; every ${span(OFTEN)} or oftener is asked for.`);
  const told = (): string => `${job.label} runs every ${span(usual)}, and ran last ${span(silence)} ago; every ${span(OFTEN)} or oftener is asked for.`;
  return usual <= OFTEN + JITTER && silence <= 2 * OFTEN ? met(told) : silence === Infinity ? unknown(told) : unmet(told);
}
