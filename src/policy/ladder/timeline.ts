import type { JobEvidence, PlatformEvidence, RunRecord } from '../../domain/evidence.ts';
import type { Job, JobState } from '../../domain/job.ts';
import type { Run } from '../../domain/run.ts';
import { withoutLateCommits } from '../../signal/history.ts';
import { healthNow, readJob, type JobNow } from '../../signal/job-health.ts';

/** Runs that a state is read from; what reaches further back is counted beforehand. */
const ENOUGH = 40;

type Downtimes = PlatformEvidence['downtimes'];

/** A job's record, to be asked how the job was at any moment of the past. Times are epoch milliseconds. */
export class Timeline {
  readonly job: Job;
  readonly downtimes: Downtimes;
  /** Runs that count, oldest first. */
  readonly runs: readonly RunRecord[];
  /** When each was known: at its finish, and never before the one that began before it. */
  readonly known: Float64Array;
  /** For each, where the streak of the same outcome that it is in begins. */
  readonly #begins: Int32Array;
  /** For each, the last passed run up to it; -1: none. */
  readonly #green: Int32Array;

  constructor({ job, runs }: JobEvidence, downtimes: Downtimes, until: number) {
    this.job = job;
    this.downtimes = downtimes;
    this.runs = withoutLateCommits(runs.filter((r) => (r.finished ?? r.started) <= until).toReversed()).reverse();
    this.known = new Float64Array(this.runs.length);
    this.#begins = new Int32Array(this.runs.length);
    this.#green = new Int32Array(this.runs.length);
    let [latest, green] = [-Infinity, -1];
    this.runs.forEach((run, i) => {
      this.known[i] = latest = Math.max(latest, run.finished ?? run.started);
      this.#begins[i] = i > 0 && this.runs[i - 1]?.outcome === run.outcome ? this.#begins[i - 1] ?? 0 : i;
      this.#green[i] = green = run.outcome === 'pass' ? i : green;
    });
  }

  /** Failed runs in a row up to and with this one. */
  failures(index: number): number {
    return this.runs[index]?.outcome === 'fail' ? index - this.#begin(index) + 1 : 0;
  }

  /** How many runs were known at a moment. */
  countAt(at: number): number {
    let [low, high] = [0, this.known.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.known[middle] ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The job at a moment, after so many runs. */
  now(count: number, at: number): JobNow {
    const state = this.#state(count);
    return { job: this.job, state, health: this.isDown(at) ? 'unknown' : healthNow(state, this.job.thresholds, at) };
  }

  isDown(at: number): boolean {
    return this.downtimes.some((d) => d.from <= at && at < d.to);
  }

  #begin(index: number): number {
    return this.#begins[index] ?? 0;
  }

  #state(count: number): JobState | null {
    if (count === 0) return null;
    const read = readJob(NOTHING_ELSE, this.runs.slice(Math.max(0, count - ENOUGH), count).map(asRun).reverse(), this.job.thresholds, null);
    const [begin, green] = [this.#begin(count - 1), this.#green[count - 1] ?? -1];
    const whole = { length: count - begin, since: this.runs[begin]?.started ?? 0 };
    return {
      ...read, key: this.job.key, lastGreen: this.runs[green]?.started ?? null,
      streak: read.streak && { ...read.streak, ...whole },
      passes: read.passes && { ...read.passes, ...whole, afterFailure: read.passes.afterFailure || (begin > 0 && count - begin >= ENOUGH) },
    };
  }
}

const asRun = (run: RunRecord): Run => ({ ...run, url: null });

const NOTHING_ELSE = {
  kind: 'runs', key: '', runs: [], complete: true, unfinished: 0, failingTests: [], moreFailingTests: 0, testsTotal: null, links: { page: null, logs: null },
} as const;
