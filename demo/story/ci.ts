import { setInterval } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from '../../src/domain/job.ts';
import type { Project } from '../../src/domain/project.ts';
import type { Ci, CiJob, CiRun, CiTest } from '../stand-ins/ci/index.ts';
import { commitOf, giveHistory } from './history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** In the past CI ran everything this often; today, a busy day, it runs more often. The story plays in the last hours. */
const EVERY = 90 * MINUTE;
const ROUND = 12 * MINUTE;
const STORY_HOURS = 5 * HOUR;
const TWO_MONTHS = 61 * DAY;
const TAKES = 9 * MINUTE;
/** Prow tells whole seconds. */
const QUICK = 1_000;
/** Prow remembers two days; more is not worth making. */
const PROW_DAYS = 3 * DAY;
/**
 * When the nightly job would grow stale (ms from the start), which is about when its step comes; and, where the story is
 * slower, how close that may come before another run of it is reported, and how far that puts it off. A poll that begins
 * later reads the new run, so this is no race.
 */
const FRESH_AT_START = 38_000;
const TOO_CLOSE = 2_000;
const FRESH_FOR = 6_000;

/** Tests that each suite runs. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  unit: ['TestKeplerPeriod', 'TestIndexRoundTrip', 'TestOrbitPrecision', 'TestClockDrift', 'TestCatalogueMerge', 'TestEclipseWindow', 'TestParallax', 'TestJulianDay', 'TestMoonPhase', 'TestTileCache', 'TestUnits', 'TestTransit'],
  e2e: ['stars are found by their number after a restart', 'an orbit is drawn for every planet', 'the sky of a date is shown', 'a catalogue is imported', 'an eclipse is predicted', 'two servers agree on the time', 'a client reconnects'],
};

/** `linux/s390x e2e`: a platform and a suite name a job. */
export type JobName = `${string}/${string} ${string}`;

/** How a run of a round ends where it is not green: the tests that failed; none where it failed before any ran. */
export type Reds = Readonly<Partial<Record<JobName, readonly CiTest[]>>>;

/** One round of CI: what ran, on which commit. */
export interface Round {
  readonly commit: string;
  readonly at: number;
  readonly runs: readonly CiRun[];
}

/** The project's CI: every configured job at the stand-in, with two months of history, and rounds that go on from there. */
export class ProjectCi {
  readonly ci: Ci;
  readonly runsAtStart: number;
  readonly #jobs = new Map<JobName, { readonly configured: Job; readonly job: CiJob }>();
  readonly #nightly: JobName;
  #clock: number;
  #commits = 0;
  #watch: NodeJS.Timeout | null = null;

  /** `nightly`: the job that runs once a night and is to fall silent; the others run in every round. */
  constructor(ci: Ci, project: Project, nightly: JobName) {
    this.ci = ci;
    this.#nightly = nightly;
    this.#clock = Date.now() - STORY_HOURS;
    for (const configured of project.platforms.flatMap((p) => p.jobs)) this.#jobs.set(`${configured.platform} ${configured.suite}`, { configured, job: this.#make(configured, project) });
    this.runsAtStart = [...this.#jobs.values()].reduce((n, { job }) => n + job.runs.length, 0);
    this.#keepNightly();
  }

  get jobCount(): number { return this.#jobs.size; }

  job(name: JobName): CiJob { return this.#entry(name).job; }

  /** The page on which a person sees the job. */
  page(name: JobName): string {
    const { job, configured } = this.#entry(name);
    return configured.dashboard === null ? `${this.ci.url}/job-history/gs/${job.logPath}` : `${this.ci.url}/${configured.dashboard}#${encodeURIComponent(configured.tab ?? '')}`;
  }

  /**
   * A round of CI: green but for `reds`. `only`: these jobs run and no other. `again`: on the same commit as the last
   * round. Its runs begin a while after the last ones, and always end in the past.
   */
  round(reds: Reds, how: { readonly only?: readonly JobName[]; readonly again?: boolean } = {}): Round {
    if (how.again !== true) this.#commits += 1;
    const commit = commitOf(this.#commits);
    const last = Date.now() - TAKES - MINUTE;
    this.#clock += Math.min(ROUND, Math.max(1_000, (last - this.#clock) / 3));
    const names = how.only ?? [...this.#jobs.keys()].filter((n) => n !== this.#nightly);
    const runs = names.map((name, i) => {
      const tests = reds[name];
      return this.job(name).run({ outcome: tests === undefined ? 'pass' : 'fail', tests: tests ?? [], commit, at: this.#clock + i * 1_000, takes: TAKES });
    });
    return { commit, at: this.#clock, runs };
  }

  /** Lets one job pass so often in a row, in runs of a second that begin now; resolves when the last is over. */
  async passes(name: JobName, times: number): Promise<void> {
    this.#commits += 1;
    for (let i = 0; i < times; i++) {
      this.job(name).run({ outcome: 'pass', commit: commitOf(this.#commits), at: Date.now(), takes: QUICK });
      await delay(QUICK);
    }
  }

  /** Keeps the nightly job from growing stale: a slow machine must not tell the story in another order. */
  #keepNightly(): void {
    this.#watch = setInterval(() => {
      if (this.nightlyStaleAt() - Date.now() < TOO_CLOSE) this.#nightlyRun(Date.now() + FRESH_FOR);
    }, 250);
    this.#watch.unref();
  }

  /** Lets the nightly job fall silent, within seconds. */
  dropNightly(): void {
    if (this.#watch) clearInterval(this.#watch);
    this.#watch = null;
  }

  /** When the nightly job's newest run is too old; epoch milliseconds. */
  nightlyStaleAt(): number {
    const { configured, job } = this.#entry(this.#nightly);
    return (job.runs[0]?.at ?? 0) + configured.thresholds.staleAfter;
  }

  #nightlyRun(staleAt: number): void {
    const { configured, job } = this.#entry(this.#nightly);
    const newest = job.runs[0];
    job.run({ outcome: 'pass', at: staleAt - configured.thresholds.staleAfter, ...(newest && { commit: newest.commit }), takes: TAKES });
  }

  #entry(name: JobName): { readonly configured: Job; readonly job: CiJob } {
    const found = this.#jobs.get(name);
    if (!found) throw new Error(`The demo's configuration has no job ${name}.`);
    return found;
  }

  #make(configured: Job, project: Project): CiJob {
    const { platform, suite, dashboard, tab, trigger, name } = configured;
    const isNightly = `${platform} ${suite}` === this.#nightly;
    const job = this.ci.job({
      ...(dashboard === null || tab === null ? { prow: name } : { dashboard, tab }),
      suite, type: trigger, repo: project.repo, columns: 2_000, tests: TESTS[suite] ?? [],
    });
    giveHistory(job, {
      seed: name, takes: TAKES, every: isNightly ? DAY : EVERY, back: dashboard === null ? PROW_DAYS : TWO_MONTHS,
      until: isNightly ? Date.now() + FRESH_AT_START - configured.thresholds.staleAfter : this.#clock,
      // A new commit now and then; the numbers of those before the story are below 0.
      commitAt: (at) => commitOf(Math.ceil((at - this.#clock) / (2 * EVERY))),
    });
    return job;
  }
}
