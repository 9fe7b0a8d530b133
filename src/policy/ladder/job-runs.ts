import type { JobEvidence, RunRecord } from '../../domain/evidence.ts';
import type { Job, JobLinks } from '../../domain/job.ts';
import { blindDays, DAY, dayOf, type Clock } from './days.ts';

/** Runs of a job in some time. A flaky run is one that did not pass: it ends a row of failures and proves nothing. */
export interface Count {
  readonly runs: number;
  readonly passed: number;
}

/**
 * A job's runs, laid out to be asked about any moment of the past: only runs that had finished by then count, and none of a
 * day that does not count. Times are epoch milliseconds.
 */
export class JobRuns {
  readonly job: Job;
  readonly links: JobLinks;
  /** What people know it by: its suite, or its name where several jobs of its platform run the suite. */
  readonly label: string;
  /** Runs on days that count on the platform, oldest first. */
  readonly runs: readonly RunRecord[];
  /** Days without a good poll of its source, oldest first. */
  readonly blind: readonly number[];
  readonly #started: Float64Array;
  /** When each was known. */
  readonly #known: Float64Array;
  /** Passed runs before each. */
  readonly #passed: Int32Array;
  readonly #firstDay: number;
  /** For each day, the first run of it or a later one. */
  readonly #byDay: Int32Array;
  readonly #firstKnown: number;
  #askedAt = NaN;
  #answered = 0;

  constructor({ job, runs, links, ...evidence }: JobEvidence, label: string, off: ReadonlySet<number>, first: number, last: number) {
    [this.job, this.links, this.label] = [job, links, label];
    const blind = blindDays({ job, runs, links, ...evidence }, first, last);
    this.blind = [...blind].filter((day) => !off.has(day)).sort((a, b) => a - b);
    this.runs = off.size === 0 && blind.size === 0 ? runs : runs.filter(({ started }) => !off.has(dayOf(started)) && !blind.has(dayOf(started)));
    this.#firstKnown = firstKnown(runs);
    const count = this.runs.length;
    this.#started = new Float64Array(count);
    this.#known = new Float64Array(count);
    this.#passed = new Int32Array(count + 1);
    this.#firstDay = dayOf(this.runs[0]?.started ?? 0);
    this.#byDay = new Int32Array(dayOf(this.runs[count - 1]?.started ?? 0) - this.#firstDay + 2).fill(count);
    this.#layOut();
  }

  #layOut(): void {
    let [i, passed, next] = [0, 0, 0];
    for (const run of this.runs) {
      this.#started[i] = run.started;
      this.#known[i] = run.finished ?? run.started;
      for (const day = dayOf(run.started) - this.#firstDay; next <= day; next++) this.#byDay[next] = i;
      if (run.outcome === 'pass') passed++;
      this.#passed[++i] = passed;
    }
  }

  /** Whether any run of it was known at the moment, on whatever day. */
  reported(now: number): boolean {
    return this.#firstKnown <= now;
  }

  /** Whether none of its runs began before a moment. */
  youngerThan(at: number): boolean {
    return (this.#started[0] ?? Infinity) > at;
  }

  isBlind(day: number): boolean {
    return this.blind.length > 0 && this.blind.includes(day);
  }

  /** How many of the runs, oldest first, began before a moment. */
  before(at: number): number {
    const day = dayOf(at) - this.#firstDay;
    if (day < 0) return 0;
    const count = this.runs.length;
    if (day >= this.#byDay.length) return count;
    let i = this.#byDay[day] ?? count;
    while (i < count && (this.#started[i] ?? Infinity) < at) i++;
    return i;
  }

  /** How many of the runs, oldest first, were known at a moment. */
  upTo(now: number): number {
    if (this.#askedAt === now) return this.#answered;
    let end = this.before(now + 1);
    while (end > 0 && (this.#known[end - 1] ?? 0) > now) end--;
    [this.#askedAt, this.#answered] = [now, end];
    return end;
  }

  /** The runs from a moment up to now, without those of days that the clock leaves out. */
  count(from: number, now: number, clock: Clock): Count {
    const end = this.upTo(now);
    const begin = Math.min(end, this.before(from));
    let runs = end - begin;
    let passed = this.#passes(begin, end);
    const first = dayOf(from);
    for (let s = clock.skipped.length - 1; s >= 0; s--) {
      const day = clock.skipped[s] ?? 0;
      if (day < first) break;
      const [a, b] = [Math.max(begin, this.#ofDay(day)), Math.min(end, this.#ofDay(day + 1))];
      if (b <= a) continue;
      runs -= b - a;
      passed -= this.#passes(a, b);
    }
    return { runs, passed };
  }

  /** Looks at the known runs that count, newest first, until `more` says no. */
  back(now: number, clock: Clock, more: (run: RunRecord) => boolean): void {
    const plain = clock.skipped.length === 0;
    for (let i = this.upTo(now) - 1; i >= 0; i--) {
      const run = this.runs[i];
      if (run === undefined || ((plain || clock.counts(dayOf(run.started))) && !more(run))) return;
    }
  }

  /** When the newest known run that counts began; null: there is none. */
  last(now: number, clock: Clock): number | null {
    for (let i = this.upTo(now) - 1; i >= 0; i--) {
      const started = this.#started[i] ?? 0;
      if (clock.skipped.length === 0 || clock.counts(dayOf(started))) return started;
    }
    return null;
  }

  /** All runs of a day, whenever they were known. */
  onDay(day: number): Count {
    const [begin, end] = [this.#ofDay(day), this.#ofDay(day + 1)];
    return { runs: end - begin, passed: this.#passes(begin, end) };
  }

  /** Time that counts from a moment until now, without the days on which its source was not read (ms). */
  elapsed(from: number, now: number, clock: Clock): number {
    let ms = clock.elapsed(from, now);
    for (const day of this.blind) {
      if (!clock.counts(day)) continue;
      ms -= Math.max(0, Math.min(now, (day + 1) * DAY) - Math.max(from, day * DAY));
    }
    return Math.max(0, ms);
  }

  #passes(begin: number, end: number): number {
    return (this.#passed[end] ?? 0) - (this.#passed[begin] ?? 0);
  }

  #ofDay(day: number): number {
    const index = day - this.#firstDay;
    return index < 0 ? 0 : this.#byDay[Math.min(index, this.#byDay.length - 1)] ?? this.runs.length;
  }
}

/** When the first of the runs was known; those that began later than that cannot have been known earlier. */
function firstKnown(runs: readonly RunRecord[]): number {
  let first = Infinity;
  for (const { started, finished } of runs) {
    if (started >= first) break;
    first = Math.min(first, finished ?? started);
  }
  return first;
}

/** The jobs that run on this platform, whatever they are called. */
export function jobRunsOf(platform: string, jobs: readonly JobEvidence[], off: ReadonlySet<number>, first: number, last: number): readonly JobRuns[] {
  const own = jobs.filter(({ job }) => job.platform === platform);
  const suites = Map.groupBy(own, ({ job }) => job.suite);
  return own.map((j) => new JobRuns(j, (suites.get(j.job.suite)?.length ?? 0) > 1 ? j.job.name : j.job.suite, off, first, last));
}
