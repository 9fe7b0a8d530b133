import type { PlatformId } from './platform.ts';
import type { FailingTest, Run, TestFlakes } from './run.ts';

/** A tracked job's identity within its project; survives a change of its display name. */
export type JobKey = string;

export type Trigger = 'periodic' | 'postsubmit';
export type Board = 'informing' | 'blocking';

/** When a job is called failing, passing or stale (contract, "How a job's health is read"). */
export interface Thresholds {
  /** Consecutive failed runs that make a job failing. */
  readonly failuresToOpen: number;
  /** Consecutive passed runs that end its part in an incident. */
  readonly passesToClose: number;
  /** Runs that are looked at for passing or flaky. */
  readonly recentRuns: number;
  /** Milliseconds without a finished run. */
  readonly staleAfter: number;
}

/** One tracked job as configured. */
export interface Job {
  readonly key: JobKey;
  readonly project: string;
  readonly platform: PlatformId;
  readonly name: string;
  readonly source: string;
  /** TestGrid's coordinates; null for sources that know a job by its name. */
  readonly dashboard: string | null;
  readonly tab: string | null;
  readonly suite: string;
  readonly trigger: Trigger;
  readonly branch: string | null;
  readonly board: Board | null;
  readonly reportedBy: string | null;
  /** What of the platform it tests; empty or left out: all that is built. */
  readonly components?: readonly string[];
  readonly thresholds: Thresholds;
}

/** The key of a configured job: what it runs on, who reports it, and what the source calls it. */
export const jobKey = (job: Pick<Job, 'platform' | 'source' | 'dashboard' | 'tab' | 'name'>): JobKey =>
  `${job.platform}|${job.source}|${job.dashboard === null ? job.name : `${job.dashboard}/${job.tab}`}`;

export type Health = 'passing' | 'flaky' | 'failing' | 'stale' | 'pending' | 'unknown';

/** Where a person looks a job up. */
export interface JobLinks {
  /** The job's page at its source (TestGrid tab, Prow's job history). */
  readonly page: string | null;
  /** The newest failed run's logs. */
  readonly logs: string | null;
}

/** What one poll learned about one job. */
export type JobReading =
  | {
    readonly kind: 'runs';
    readonly key: JobKey;
    /** Finished runs that count, newest first. May be all that the source holds, or only what is new. */
    readonly runs: readonly Run[];
    /** True where `runs` is the job's whole visible history in the source's own order (TestGrid). */
    readonly complete: boolean;
    /** Runs that exist and have not finished. */
    readonly unfinished: number;
    readonly failingTests: readonly FailingTest[];
    /** Failing tests that were left out of `failingTests` by its cap. */
    readonly moreFailingTests: number;
    /** Tests of the newest finished run; null where the source does not tell. */
    readonly testsTotal: number | null;
    /** Those of the last two weeks; left out: the source tells nothing of single tests over time. */
    readonly flakyTests?: readonly TestFlakes[] | undefined;
    readonly links: JobLinks;
  }
  | {
    readonly kind: 'unknown';
    readonly key: JobKey;
    /** One sentence that names source, dashboard and tab. */
    readonly reason: string;
    /** `missing`: the source answered well and does not have it. `unreadable`: the answer could not be used. */
    readonly problem: 'missing' | 'unreadable';
  };

/** What one poll of one source brought. A source's failure is here and in no job's colour. */
export interface SourceReading {
  readonly source: string;
  readonly ok: boolean;
  /** One sentence that names the source and what to do; null when ok. */
  readonly error: string | null;
  readonly requests: number;
  readonly bytes: number;
  /** Only jobs about which something was learned; a job that is not here has not changed. */
  readonly readings: readonly JobReading[];
  /** Sentences for operators: a renamed tab, mixed units, a missing dashboard. */
  readonly warnings: readonly SourceWarning[];
}

export interface SourceWarning {
  /** Stable across polls while the problem lasts, so that it is told once. */
  readonly key: string;
  readonly text: string;
}

/** A streak of failed runs at the head of a job's history. */
export interface Streak {
  readonly length: number;
  /** Start of its first failed run, epoch milliseconds. */
  readonly since: number;
  readonly firstBuild: string;
  readonly firstCommit: string | null;
  readonly lastBuild: string;
  readonly lastCommit: string | null;
  readonly lastUrl: string | null;
  /** Distinct commits that it spans; 0 where the source knows none. */
  readonly commits: number;
}

/** Passed runs in a row at the head. */
export interface PassStreak {
  readonly length: number;
  readonly since: number;
  readonly firstCommit: string | null;
  readonly firstUrl: string | null;
  /** True where every one of them tested the commit that had just failed: a flake, not a fix. */
  readonly sameCommitAsFailure: boolean;
  /** True where a failed run is known before them. */
  readonly afterFailure: boolean;
  /** Starts of the newest of them, newest first, at most 20: what came after a silence is counted from these. */
  readonly recent: readonly number[];
}

/** What is known of a job after reading its runs; the store keeps one per job. */
export interface JobState {
  readonly key: JobKey;
  readonly health: Health;
  /** One sentence for a person. */
  readonly reason: string;
  readonly streak: Streak | null;
  readonly passes: PassStreak | null;
  /** Finished runs among the last `recentRuns`, and how many of them passed. */
  readonly runs: number;
  readonly passed: number;
  /** Start of the newest finished run, epoch milliseconds. */
  readonly lastRun: number | null;
  readonly lastGreen: number | null;
  readonly lastGreenCommit: string | null;
  readonly lastGreenUrl: string | null;
  /** Contract: first failed run (failing), last finished run (stale), first pass of the streak (passing). */
  readonly since: number | null;
  readonly unfinished: number;
  readonly failingTests: readonly FailingTest[];
  readonly moreFailingTests: number;
  readonly testsTotal: number | null;
  /** Left out: the source tells nothing of single tests over time. */
  readonly flakyTests?: readonly TestFlakes[] | undefined;
  readonly links: JobLinks;
  /** Set while the source cannot be read for this job: it is then shown as unknown, and what was known is kept. */
  readonly problem: { readonly kind: 'missing' | 'unreadable'; readonly reason: string; readonly since: number } | null;
}
