/** How a finished run ended. Runs that did not finish, were aborted or skipped are not runs here: they do not count. */
export type Outcome = 'pass' | 'fail' | 'flaky';

/** One finished run of a job. Identity: source + job + `build`. */
export interface Run {
  /** The source's own id of the run; may exceed 2^53, so it is text. */
  readonly build: string;
  /** Epoch milliseconds. */
  readonly started: number;
  /** Epoch milliseconds; null where the source does not say (TestGrid). */
  readonly finished: number | null;
  readonly outcome: Outcome;
  /** The commit that was tested, where the source knows it. */
  readonly commit: string | null;
  /** Where a person reads this run's logs. */
  readonly url: string | null;
}

/** A test that failed in the newest failed run. Name and message come from outside: data, never markup. */
export interface FailingTest {
  readonly name: string;
  readonly message: string | null;
}

/** A test that failed and passed again without being broken. Its name comes from outside: data, never markup. */
export interface TestFlakes {
  readonly name: string;
  /** When the runs began in which it did (epoch ms), newest first; of those, whether it passed on the same commit too. */
  readonly flakes: readonly { readonly at: number; readonly sameCommit: boolean }[];
}
