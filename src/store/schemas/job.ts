import { z } from 'zod';
import type { JobLinks, JobState, PassStreak, Streak } from '../../domain/job.ts';
import type { PlatformId } from '../../domain/platform.ts';
import type { FailingTest, Outcome, TestFlakes } from '../../domain/run.ts';
import { doc, number, numberOrNull, of, text, textOrNull } from './of.ts';

export const platform = of<PlatformId>()(z.templateLiteral([z.string(), '/', z.string()]));
export const failingTest = of<FailingTest>()(z.object({ name: text, message: textOrNull }));
const testFlakes = of<TestFlakes>()(z.object({ name: text, flakes: z.array(z.object({ at: number, sameCommit: z.boolean() })) }));
export const links = of<JobLinks>()(z.object({ page: textOrNull, logs: textOrNull }));

export const streak = of<Streak>()(doc({
  length: number, since: number, firstBuild: text, firstCommit: textOrNull,
  lastBuild: text, lastCommit: textOrNull, lastUrl: textOrNull, commits: number,
}));

const passes = of<PassStreak>()(doc({
  length: number, since: number, firstCommit: textOrNull, firstUrl: textOrNull,
  sameCommitAsFailure: z.boolean(), afterFailure: z.boolean(), recent: z.array(number),
}));

export const outcome = of<Outcome>()(z.enum(['pass', 'fail', 'flaky']));

export const jobState = of<JobState>()(doc({
  key: text,
  health: z.enum(['passing', 'flaky', 'failing', 'stale', 'pending', 'unknown']),
  reason: text,
  streak: streak.nullable(),
  passes: passes.nullable(),
  runs: number,
  passed: number,
  lastRun: numberOrNull,
  lastGreen: numberOrNull,
  lastGreenCommit: textOrNull,
  lastGreenUrl: textOrNull,
  since: numberOrNull,
  unfinished: number,
  failingTests: z.array(failingTest),
  moreFailingTests: number,
  testsTotal: numberOrNull,
  flakyTests: z.array(testFlakes).optional(),
  links,
  problem: z.object({ kind: z.enum(['missing', 'unreadable']), reason: text, since: number }).nullable(),
}));
