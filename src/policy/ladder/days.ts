import type { JobEvidence, PlatformEvidence, ProjectFacts } from '../../domain/evidence.ts';

/** Days are UTC days, numbered from 1970. */
export const DAY = 86_400_000;
export const dayOf = (at: number): number => Math.floor(at / DAY);

interface Span { readonly from: number; readonly to: number }

/** The days that a span touches; `first` and `last` bound what is looked at. */
function* touched(spans: readonly Span[], first: number, last: number): Generator<number> {
  for (const { from, to } of spans) {
    for (let day = Math.max(first, dayOf(from)); day <= Math.min(last, dayOf(to - 1)); day++) yield day;
  }
}

/** The days throughout which the spans, oldest first, leave no moment free. */
function* covered(spans: readonly Span[], first: number, last: number): Generator<number> {
  let [from, to] = [-Infinity, -Infinity];
  const whole = function* (): Generator<number> {
    for (let day = Math.max(first, Math.ceil(from / DAY)); day <= last && (day + 1) * DAY <= to; day++) yield day;
  };
  for (const span of spans) {
    if (span.from <= to) to = Math.max(to, span.to);
    else {
      yield* whole();
      [from, to] = [span.from, span.to];
    }
  }
  yield* whole();
}

/** The days on which nothing could be learned of a job: its source was never read well. */
export const blindDays = (job: JobEvidence, first: number, last: number): ReadonlySet<number> =>
  job.blind.length === 0 ? NONE : new Set(covered(job.blind, first, last));

const NONE: ReadonlySet<number> = new Set();

/**
 * The days that count for nothing on a platform, whatever the criterion (policy.md, "Not evaluable"): those that a calendar
 * freeze or a downtime touches, and those without a good poll of any of its jobs.
 */
export function daysOff({ jobs, downtimes }: Pick<PlatformEvidence, 'jobs' | 'downtimes'>, { freezes }: Pick<ProjectFacts, 'freezes'>, first: number, last: number): ReadonlySet<number> {
  const [one, ...others] = jobs.map((job) => blindDays(job, first, last));
  const blind = [...one ?? []].filter((day) => others.every((days) => days.has(day)));
  return new Set([...touched(freezes, first, last), ...touched(downtimes, first, last), ...blind]);
}

/**
 * The time that counts: the evaluable days of a platform, or of one criterion on it. Days outside `first` to `last` count.
 * Days turn out not to count as they come; what was asked before stays as it was.
 */
export class Clock {
  readonly #first: number;
  readonly #off: Uint8Array;
  /** Evaluable days before each day, valid up to and with `#valid`; relative to `#first`. */
  readonly #before: Int32Array;
  readonly #days: Int32Array;
  #valid = 0;
  /** Days that were left out later than by the calendar, oldest first. */
  readonly skipped: number[] = [];

  constructor(first: number, last: number, off: ReadonlySet<number>) {
    this.#first = first;
    const length = Math.max(1, last - first + 1);
    this.#off = new Uint8Array(length);
    this.#before = new Int32Array(length + 1);
    this.#days = new Int32Array(length);
    for (const day of off) if (day >= first && day <= last) this.#off[day - first] = 1;
  }

  /** Leaves a day out, the newest that was asked about or a later one. */
  skip(day: number): void {
    if (!this.counts(day)) return;
    this.#off[day - this.#first] = 1;
    this.#valid = Math.min(this.#valid, day - this.#first);
    this.skipped.push(day);
  }

  counts(day: number): boolean {
    return (this.#off[day - this.#first] ?? 0) === 0;
  }

  /** How much time that counts lies between two moments (epoch ms); milliseconds. */
  elapsed(from: number, to: number): number {
    return Math.max(0, this.#upTo(to) - this.#upTo(from));
  }

  /** The moment (epoch ms) from which on so much counted time has gone by until `now`. */
  back(now: number, ms: number): number {
    const at = this.#upTo(now) - ms;
    if (at < 0) return this.#first * DAY + at;
    const whole = Math.floor(at / DAY);
    const count = this.#before[this.#validate(dayOf(now))] ?? 0;
    // Past the last whole day that counts: within the day of `now`, or after the end of what is known.
    if (whole >= count) return now - ms;
    return ((this.#days[whole] ?? 0) + this.#first) * DAY + (at - whole * DAY);
  }

  #upTo(at: number): number {
    const day = dayOf(at);
    if (day < this.#first) return at - this.#first * DAY;
    const index = this.#validate(day);
    const rest = index === this.#off.length ? at - (this.#first + index) * DAY : this.counts(day) ? at - day * DAY : 0;
    return (this.#before[index] ?? 0) * DAY + rest;
  }

  /** Brings the counts up to a day; its index, at most one past the last. */
  #validate(day: number): number {
    const index = Math.min(this.#off.length, day - this.#first);
    for (; this.#valid < index; this.#valid++) {
      const before = this.#before[this.#valid] ?? 0;
      const counts = this.#off[this.#valid] === 0;
      if (counts) this.#days[before] = this.#valid;
      this.#before[this.#valid + 1] = before + (counts ? 1 : 0);
    }
    return index;
  }
}
