import type { ParamsOf } from '../../domain/criteria.ts';
import type { CriterionVerdict } from '../../domain/ladder.ts';
import { counted, day } from '../../domain/time.ts';
import { allOf, unmet, type Context, type Criterion } from './criterion.ts';
import { DAY } from '../ladder/days.ts';
import { poorWeeks } from './poor-weeks.ts';
import { lasting, percentLimit, timeLimit } from './words.ts';

type Params = ParamsOf<'time-at-step'>;

interface Standing {
  /** From when its time there counts (epoch ms). */
  readonly from: number;
  /** Why from then. */
  readonly why: string;
  /** False: it stood there when the record began, and may have for long. */
  readonly exact: boolean;
}

/** How long it has stood on a step: from the change that brought it there, or from what begins its time anew. */
export const timeAtStep: Criterion<'time-at-step'> = (params, context) => {
  const standing = standingOf(params, context);
  if (standing === null) return unmet(() => `It stands on step ${context.step}, not on step ${params.step}.`);
  const parts = [byTime(params, standing, context), byCycles(params, standing, context)].filter((p) => p !== null);
  return {
    verdict: parts.length === 0 ? 'met' : allOf(parts.map((p) => p.verdict)), links: () => [],
    because: () => `On step ${params.step} for ${parts.map((p) => p.told).join(' and ')}; counted from ${day(standing.from, context.now)}, ${standing.why}.`,
  };
};

/** Null: it does not stand there. */
function standingOf({ step, resetByDemotion, resetUnder }: Params, context: Context): Standing | null {
  if (context.step < step) return null;
  let standing: Standing | null = (context.steps[0]?.from ?? context.step) >= step ? { from: context.since, why: 'where the record begins', exact: false } : null;
  for (const { at, from, to } of context.steps) {
    if (at > context.now) break;
    if (to < step) standing = null;
    else if (standing === null || (resetByDemotion && to < from)) standing = { from: at, why: to < from ? 'when it was demoted to it' : 'when it was promoted to it', exact: true };
  }
  if (standing === null || resetUnder === null) return standing;
  const { judged, reference, calendar, now } = context;
  const poor = poorWeeks(judged, reference, resetUnder, calendar).findLast((p) => p.end <= now);
  if (poor === undefined || poor.end <= standing.from) return standing;
  return { from: poor.end, why: `after ${poor.job.label} had passed less than ${percentLimit(resetUnder)} of its runs in two weeks running`, exact: true };
}

interface Judged { readonly verdict: CriterionVerdict; readonly told: string }

function byTime({ for: wanted }: Params, { from, exact }: Standing, { now, calendar }: Context): Judged | null {
  if (wanted === null) return null;
  const ms = calendar.elapsed(from, now);
  return { verdict: ms >= wanted ? 'met' : exact ? 'unmet' : 'unknown', told: `${ms < DAY ? exact ? 'less than a day that counts' : 'an unknown time, of which less than a day is on record' : `${exact ? '' : 'at least '}${lasting(ms)} that count${ms < 2 * DAY ? 's' : ''}`} (asked for: ${timeLimit(wanted)})` };
}

/** By the releases since then; where no release of the past is known, by the length of a cycle that the ladder gives. */
function byCycles({ cycles, cycle }: Params, { from, exact }: Standing, { now, calendar, project }: Context): Judged | null {
  if (cycles === null) return null;
  const past = project.releases.map((r) => r.date).filter((date) => date !== null).filter((date) => date <= now);
  const short: CriterionVerdict = exact ? 'unmet' : 'unknown';
  if (past.length > 0) {
    const found = past.filter((date) => date > from).length;
    return { verdict: found >= cycles ? 'met' : short, told: `${exact ? '' : 'at least '}${counted(found, 'release cycle')} (asked for: ${cycles})` };
  }
  if (cycle === null) return { verdict: 'unknown', told: `an unknown number of release cycles, as no past release has a date (asked for: ${cycles})` };
  const found = calendar.elapsed(from, now) / cycle;
  return { verdict: found >= cycles ? 'met' : short, told: `${exact ? '' : 'at least '}${(Math.floor(found * 10) / 10).toFixed(1)} release cycles of ${timeLimit(cycle)}, as no past release has a date (asked for: ${cycles})` };
}
