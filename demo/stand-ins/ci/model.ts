/** One model of CI, shown by TestGrid and by Prow. Times are epoch milliseconds. */

export type CiOutcome = 'pass' | 'fail' | 'flaky' | 'running' | 'aborted';

/** TestGrid's cell for each outcome. */
export const CELL: Readonly<Record<CiOutcome, number>> = { pass: 1, fail: 12, flaky: 13, running: 4, aborted: 5 };

export interface CiTest { readonly name: string; readonly message?: string; /** Default: fail. */ readonly outcome?: 'fail' | 'pass' | 'flaky' }

export interface RunSpec {
  readonly outcome: CiOutcome;
  /** Start; default now. */
  readonly at?: number;
  readonly commit?: string;
  /** Tests that did not pass, with their messages; the job's other known tests passed. */
  readonly tests?: readonly CiTest[];
  /** Default: a number over 2^53 that grows with time, as Prow's. */
  readonly build?: string;
  /** Default 45 minutes. */
  readonly takes?: number;
  /** TestGrid's value of the job's own cell where it should be another than the outcome's. */
  readonly cell?: number;
  /** Prow's state where it should be another than the outcome's: `error`, `triggered`, `scheduling`. */
  readonly prowState?: string;
  /** The run reported no tests at all. */
  readonly noTests?: boolean;
  /** Its `build-log.txt`; by default the messages of its tests. */
  readonly log?: string;
}

export interface JobSpec {
  /** TestGrid's coordinates; without them the job is at Prow only. */
  readonly dashboard?: string;
  readonly tab?: string;
  /** Prow's name; without it the job is at TestGrid only. */
  readonly prow?: string;
  readonly type?: 'periodic' | 'postsubmit' | 'presubmit' | 'batch';
  readonly suite?: string;
  /** `owner/name` that is tested. */
  readonly repo?: string;
  readonly branch?: string;
  /** Tests that it runs besides those that runs name. */
  readonly tests?: readonly string[];
  /** Name of the job's own row; default `<prow or tab>.Overall`; null: it has none. */
  readonly overall?: string | null;
  /** Failures in a row that make TestGrid alert; default 3. */
  readonly alertAfter?: number;
  /** Runs that TestGrid shows; default 100. */
  readonly columns?: number;
  /** TestGrid calls it STALE after this many milliseconds; off by default, as in Kubernetes. */
  readonly staleAfter?: number;
}

/** A run of a job; it can be finished later. */
export class CiRun {
  readonly job: CiJob;
  readonly build: string;
  readonly at: number;
  readonly commit: string;
  readonly takes: number;
  outcome: CiOutcome;
  tests: readonly CiTest[];
  cell: number | null;
  prowState: string | null;
  readonly noTests: boolean;
  readonly #log: string | null;

  constructor(job: CiJob, spec: RunSpec & { readonly at: number; readonly build: string; readonly commit: string }) {
    this.job = job;
    this.build = spec.build;
    this.at = spec.at;
    this.commit = spec.commit;
    this.takes = spec.takes ?? 45 * 60_000;
    this.outcome = spec.outcome;
    this.tests = spec.tests ?? [];
    this.cell = spec.cell ?? null;
    this.prowState = spec.prowState ?? null;
    this.noTests = spec.noTests ?? false;
    this.#log = spec.log ?? null;
    job.learn(this.tests);
  }

  /** Ends a run that was running. */
  finish(outcome: CiOutcome, tests: readonly CiTest[] = []): this {
    this.outcome = outcome;
    this.tests = tests;
    this.job.learn(tests);
    return this;
  }

  /** What the run printed. */
  get log(): string { return this.#log ?? this.tests.map((t) => `--- ${t.outcome === 'pass' ? 'PASS' : 'FAIL'}: ${t.name}\n    ${t.message ?? ''}\n`).join(''); }

  get finished(): boolean { return this.outcome !== 'running'; }

  /** The value of the job's own cell. */
  get overallCell(): number { return this.cell ?? CELL[this.outcome]; }

  /** The value of a test's cell; 0 where it has none. */
  cellOf(test: string): number {
    if (this.outcome === 'running' || this.outcome === 'aborted' || this.noTests) return 0;
    const named = this.tests.find((t) => t.name === test);
    return named ? CELL[named.outcome ?? 'fail'] : CELL.pass;
  }

  messageOf(test: string): string { return this.tests.find((t) => t.name === test)?.message ?? ''; }
}

/** A job and its runs. */
export class CiJob {
  dashboard: string | null;
  tab: string | null;
  prow: string | null;
  readonly type: NonNullable<JobSpec['type']>;
  readonly suite: string;
  readonly repo: string;
  readonly branch: string;
  readonly tests: string[];
  overall: string | null;
  readonly alertAfter: number;
  readonly columns: number;
  readonly staleAfter: number | null;
  /** Newest first. */
  readonly runs: CiRun[] = [];
  readonly #model: CiModel;

  constructor(model: CiModel, spec: JobSpec) {
    this.#model = model;
    this.dashboard = spec.dashboard ?? null;
    this.tab = spec.tab ?? spec.prow ?? null;
    this.prow = spec.prow ?? null;
    this.type = spec.type ?? 'periodic';
    this.suite = spec.suite ?? 'e2e';
    this.repo = spec.repo ?? 'octo/kube';
    this.branch = spec.branch ?? 'main';
    this.tests = [...spec.tests ?? []];
    this.overall = spec.overall === undefined ? `${this.logName}.Overall` : spec.overall;
    this.alertAfter = spec.alertAfter ?? 3;
    this.columns = spec.columns ?? 100;
    this.staleAfter = spec.staleAfter ?? null;
  }

  /** The name under which its logs are kept. */
  get logName(): string { return this.prow ?? this.tab ?? 'job'; }

  /** TestGrid's `query`, and the `gcs_prefix` of links. */
  get logPath(): string { return `stand-in-logs/logs/${this.logName}`; }

  run(spec: RunSpec): CiRun {
    const at = spec.at ?? this.#model.now();
    const run = new CiRun(this, { ...spec, at, build: spec.build ?? this.#model.build(at), commit: spec.commit ?? this.#model.commit(this.repo) });
    this.runs.push(run);
    this.runs.sort((a, b) => b.at - a.at);
    return run;
  }

  /** Remembers tests by name, so that later runs show them as passed. */
  learn(tests: readonly CiTest[]): void {
    for (const { name } of tests) if (!this.tests.includes(name)) this.tests.push(name);
  }

  /** It is gone from TestGrid and Prow. */
  remove(): void { this.#model.jobs.splice(this.#model.jobs.indexOf(this), 1); }

  /** What TestGrid shows. */
  get visible(): CiRun[] { return this.runs.slice(0, this.columns); }
}

/** All jobs, and the ids and commits that runs get. */
export class CiModel {
  readonly jobs: CiJob[] = [];
  readonly now: () => number;
  /** The head of each repository, for runs that name no commit. */
  readonly heads = new Map<string, string>();
  #count = 0;

  constructor(now: () => number) { this.now = now; }

  job(spec: JobSpec): CiJob {
    const job = new CiJob(this, spec);
    this.jobs.push(job);
    return job;
  }

  /** An id as Prow's: larger than 2^53, growing with time. */
  build(at: number): string {
    this.#count += 1;
    return ((BigInt(Math.round(at)) - 1_288_834_974_657n) * 4_194_304n + BigInt(this.#count % 4_096)).toString();
  }

  commit(repo: string): string { return this.heads.get(repo) ?? '0000000000000000000000000000000000000000'; }

  dashboards(): string[] { return [...new Set(this.jobs.map((j) => j.dashboard).filter((d): d is string => d !== null))]; }

  tabs(dashboard: string): CiJob[] { return this.jobs.filter((j) => j.dashboard === dashboard); }
}
