import type { ParamsOf } from '../../domain/criteria.ts';
import type { PlatformEvidence, PlatformFacts, ProjectFacts, StepChange } from '../../domain/evidence.ts';
import type { CriterionName, CriterionResult, CriterionVerdict } from '../../domain/ladder.ts';
import type { Clock } from '../ladder/days.ts';
import type { JobRuns } from '../ladder/job-runs.ts';

/** What a criterion is judged by: a platform's record as of `now`. What is later is not looked at. Times are epoch milliseconds. */
export interface Context {
  readonly now: number;
  /** Before this nothing is known. */
  readonly since: number;
  readonly platform: PlatformEvidence;
  readonly facts: PlatformFacts;
  readonly project: ProjectFacts;
  /** The step that it stands on, and the changes that led there up to now, oldest first. */
  readonly step: number;
  readonly steps: readonly StepChange[];
  /** All of its jobs that the step is about. */
  readonly jobs: readonly JobRuns[];
  /** The suites that the criterion is about; empty: whichever there are. */
  readonly suites: readonly string[];
  /** The jobs of those suites. */
  readonly judged: readonly JobRuns[];
  /** Suites that the ladder names in this criterion, and of which there is no job. */
  readonly missing: readonly string[];
  /** Since when anybody's acknowledgements are on record, on whichever platform; Infinity: they are not recorded. */
  readonly actsSince: number;
  /** The reference platform's jobs; none for the reference itself. */
  readonly reference: readonly JobRuns[];
  /** The days that count for this criterion, and those that count on the platform whatever the criterion. */
  readonly clock: Clock;
  readonly calendar: Clock;
}

/** How a criterion stands. The words are made when they are asked for: a year is judged day by day, and read at its end. */
export interface Finding {
  readonly verdict: CriterionVerdict;
  readonly because: () => string;
  readonly links: () => CriterionResult['links'];
  /** Unknown only because the record, or a job, is too young to tell: nobody is warned of that. */
  readonly early?: boolean;
  /** Nothing but runs is lacking, so that a reference platform of which nothing was heard leaves it open whose silence it is. */
  readonly byRuns?: boolean;
  /** What is lacking, by name, where the criterion asks for several things that need not be lacking together. */
  readonly lacks?: readonly string[];
}

export type Criterion<C extends CriterionName> = (params: ParamsOf<C>, context: Context) => Finding;

const noLinks = (): CriterionResult['links'] => [];

export const met = (because: () => string, links = noLinks): Finding => ({ verdict: 'met', because, links });
export const unmet = (because: () => string, links = noLinks): Finding => ({ verdict: 'unmet', because, links });
export const unknown = (because: () => string, links = noLinks): Finding => ({ verdict: 'unknown', because, links });
/** Unknown because there has not been enough time. */
export const early = (because: () => string): Finding => ({ ...unknown(because), early: true });

/** The verdict on several things that must all hold. */
export function allOf(verdicts: readonly CriterionVerdict[]): CriterionVerdict {
  return verdicts.includes('unmet') ? 'unmet' : verdicts.includes('unknown') ? 'unknown' : 'met';
}

/** One job's part in a verdict. */
export interface Part {
  readonly job: JobRuns;
  readonly verdict: CriterionVerdict;
  /** Unknown because there has not been enough time. */
  readonly early?: boolean;
}

/** A criterion that each of the judged jobs must meet; a suite that is named and has no job is not known. */
export function eachJob<P extends Part>({ judged, missing }: Context, part: (job: JobRuns) => P, because: (parts: readonly P[]) => string): Finding {
  if (judged.length === 0) return unknown(() => missing.length > 0 ? `There is no job of ${missing.join(', ')} to judge by.` : 'There is no job to judge by.');
  const parts = judged.map(part);
  const verdict = allOf(parts.map((p) => p.verdict));
  if (verdict === 'met' && missing.length > 0) return unknown(() => `There is no job of ${missing.join(', ')} to judge by.`);
  const tooEarly = verdict === 'unknown' && missing.length === 0 && parts.every((p) => p.verdict !== 'unknown' || p.early === true);
  return { verdict, early: tooEarly, because: () => because(parts), links: () => linksTo(parts.filter((p) => p.verdict === verdict).map((p) => p.job)) };
}

/** The pages of the jobs that have one. */
export const linksTo = (jobs: readonly JobRuns[]): CriterionResult['links'] =>
  jobs.flatMap(({ job, links }) => links.page === null ? [] : [{ words: job.name, link: links.page }]);
