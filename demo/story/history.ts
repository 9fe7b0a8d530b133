import { createHash } from 'node:crypto';
import type { CiJob, CiOutcome, CiTest } from '../stand-ins/ci/index.ts';

/** A sequence of numbers from 0 up to 1 that is the same for the same seed (mulberry32). */
export function seeded(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The n-th commit of the made-up repository. */
export const commitOf = (n: number): string => createHash('sha1').update(`orrery ${n}`).digest('hex');

export interface History {
  /** Start of the newest run, epoch milliseconds. */
  readonly until: number;
  /** Milliseconds that it reaches back, and between two runs. */
  readonly back: number;
  readonly every: number;
  readonly seed: string;
  /** The commit that was the newest at that time. */
  readonly commitAt: (at: number) => string;
  readonly takes: number;
}

/** Runs at the end that are all green, so that the story begins with nothing wrong. */
const QUIET_END = 14;
/** How many runs fail alone, and how many pass at a second try. */
const RED = 0.012;
const FLAKY = 0.006;

/** Gives a job its past: green, with a few runs that failed alone; never two in a row. */
export function giveHistory(job: CiJob, history: History): void {
  const random = seeded(history.seed);
  const count = Math.floor(history.back / history.every);
  let before: CiOutcome = 'pass';
  for (let i = count; i >= 0; i -= 1) {
    const at = history.until - i * history.every;
    const dice = random();
    const test = job.tests[Math.floor(random() * job.tests.length)];
    const odd: boolean = i >= QUIET_END && before === 'pass' && dice < RED + FLAKY;
    const outcome: CiOutcome = !odd ? 'pass' : dice < RED ? 'fail' : 'flaky';
    before = outcome;
    const tests: CiTest[] = odd && test !== undefined ? [{ name: test, message: 'timed out after 30 s', outcome: outcome === 'fail' ? 'fail' : 'flaky' }] : [];
    job.run({ at, outcome, commit: history.commitAt(at), tests, takes: history.takes });
  }
}
