import type { ParamsOf } from '../../domain/criteria.ts';
import type { CriterionVerdict } from '../../domain/ladder.ts';
import { listed } from '../../domain/time.ts';
import type { JobRuns } from '../ladder/job-runs.ts';
import { allOf, linksTo, type Context, type Criterion } from './criterion.ts';
import { agree, timeLimit } from './words.ts';

type Params = ParamsOf<'suites-present'>;

interface Shown {
  readonly of: string;
  readonly verdict: CriterionVerdict;
  /** It is lacking though a job is configured for it. */
  readonly configured?: boolean;
  /** No job of it is there, and tests that passed show it. */
  readonly byTests?: true;
  /** Why it is not met, of one and of several; what is wrong alike is told in one breath. */
  readonly wrong: readonly [one: string, many: string];
}

const NOTHING = ['', ''] as const;

/** Where no job builds and nothing else, a test that passes has been built. */
export const BUILD = 'build';

/** Whether tests have to show what is asked for, because it is a build that passed lately and none of the jobs does nothing but build. */
export const isShownByTests = ({ suites, passedWithin }: Partial<Readonly<Record<string, unknown>>>, jobs: readonly JobRuns[]): boolean =>
  typeof passedWithin === 'number' && Array.isArray(suites) && suites.includes(BUILD) && !jobs.some((j) => j.job.suite === BUILD);

/** Which suites run on the platform at all: by jobs that are configured for it and have reported, whatever other jobs are called. */
export const suitesPresent: Criterion<'suites-present'> = (params, context) => {
  const counting = context.jobs.filter((j) => (params.thirdParty || j.job.reportedBy === null) && j.reported(context.now));
  const suites = params.suites.map((suite) => ofSuite(suite, counting, params, context));
  // Any job of the platform will do: which suite runs how is the project's own affair.
  const triggers = params.triggers.map((trigger): Shown => ({ of: trigger, verdict: counting.some((j) => j.job.trigger === trigger) ? 'met' : 'unmet', wrong: NOTHING, configured: context.jobs.some((j) => j.job.trigger === trigger) }));
  const lacking = [...suites, ...triggers].filter((s) => s.verdict !== 'met');
  return {
    verdict: allOf(lacking.map((s) => s.verdict)), early: true, lacks: lacking.map((s) => s.of), byRuns: lacking.every((s) => s.configured === true),
    links: () => linksTo(counting.filter((j) => params.suites.includes(j.job.suite))),
    because: () => lacking.length > 0 ? `${[...wrongs(suites), ...unseen(triggers)].join('; ')}.` : told(suites, params),
  };
};

const WHEN = { periodic: 'on a schedule (periodic)', postsubmit: 'after merges (postsubmit)' } as const;

/** What is wrong with suites, those that it is wrong with in the same way together. */
const wrongs = (suites: readonly Shown[]): string[] =>
  [...Map.groupBy(suites.filter((s) => s.verdict !== 'met'), (s) => s.wrong[0]).values()].map((alike) => agree(alike.map((s) => s.of), alike[0]?.wrong[0] ?? '', alike[0]?.wrong[1] ?? ''));

function unseen(triggers: readonly Shown[]): string[] {
  const absent = (['periodic', 'postsubmit'] as const).filter((trigger) => triggers.some((t) => t.of === trigger && t.verdict !== 'met'));
  return absent.length === 0 ? [] : [`no reporting job runs ${absent.map((t) => WHEN[t]).join(', and none ')}`];
}

function told(shown: readonly Shown[], { triggers, passedWithin }: Params): string {
  const within = passedWithin === null ? '' : ` within the last ${timeLimit(passedWithin)}`;
  const lately = passedWithin === null ? '' : ` and passed${within}`;
  const run = triggers.length > 0 ? `obs of it run ${listed(triggers.map((t) => WHEN[t]))}` : '';
  const suites = shown.filter((s) => s.byTests !== true).map((s) => s.of);
  return [
    ...suites.length === 0 ? [] : [`${agree(suites, 'reports', 'report')} from this platform${lately}${run === '' ? '' : `, and j${run}`}.`],
    ...suites.length === shown.length ? [] : [`No job here only builds, but tests passed${within}, which takes a build.${suites.length > 0 || run === '' ? '' : ` J${run}.`}`],
  ].join(' ');
}

function ofSuite(suite: string, counting: readonly JobRuns[], params: Params, context: Context): Shown {
  const own = counting.filter((j) => j.job.suite === suite);
  if (own.length > 0) return params.passedWithin === null ? { of: suite, verdict: 'met', wrong: NOTHING } : passed(suite, own, params.passedWithin, context);
  const configured = context.jobs.filter((j) => j.job.suite === suite);
  if (params.passedWithin !== null && suite === BUILD && configured.length === 0 && counting.length > 0) {
    return { ...passed(suite, counting, params.passedWithin, context, ', and neither has any test, which takes a build'), byTests: true };
  }
  const others = configured.some((j) => j.reported(context.now));
  const wrong = configured.length === 0 ? ['has no job on this platform', 'have no job on this platform'] as const
    : others ? ['is reported by third parties only, which do not count here', 'are reported by third parties only, which do not count here'] as const
    : ['is configured and no run of it is on record', 'are configured and no run of them is on record'] as const;
  return { of: suite, verdict: 'unmet', wrong, configured: configured.length > 0 && !others };
}

function passed(suite: string, jobs: readonly JobRuns[], within: number, { now, since, clock }: Context, more = ''): Shown {
  const from = clock.back(now, within);
  if (jobs.some((j) => j.count(from, now, clock).passed > 0)) return { of: suite, verdict: 'met', wrong: NOTHING };
  const young = from < since && !jobs.some((j) => j.count(since, now, clock).runs > 0);
  return { of: suite, verdict: young ? 'unknown' : 'unmet', configured: true, wrong: [`has not passed within the last ${timeLimit(within)}${more}`, `have not passed within the last ${timeLimit(within)}${more}`] };
}
