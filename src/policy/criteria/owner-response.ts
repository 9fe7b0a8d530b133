import type { ParamsOf } from '../../domain/criteria.ts';
import type { IncidentRecord } from '../../domain/evidence.ts';
import type { CriterionResult } from '../../domain/ladder.ts';
import { counted } from '../../domain/time.ts';
import { met, unknown, unmet, type Context, type Criterion } from './criterion.ts';
import { percent, percentLimit, timeLimit } from './words.ts';

type Params = ParamsOf<'owner-response'>;

interface Answer {
  readonly incident: IncidentRecord;
  /** `null`: it is not due yet. */
  readonly acknowledged: boolean | null;
  readonly closed: boolean | null;
  /** It was over before an acknowledgement was due, and nobody had come. */
  readonly passed?: true;
}

/**
 * "Do they show up consistently when things break": the share of incidents that were acknowledged in time, and closed in
 * time after that. What is not due yet says nothing. What was over before an acknowledgement was due, and nobody had come to, is
 * one that nobody acknowledged where there are enough of them to tell a habit (policy.md leaves out none of those), and
 * says nothing where there are few.
 */
export const ownerResponse: Criterion<'owner-response'> = (params, context) => {
  const { now, calendar, platform } = context;
  const known = platform.incidents.filter((i) => i.openedAt <= now && i.leftOut === null);
  const answers = known.map((incident) => answerTo(incident, params, context));
  const told = answers.filter((a) => a.acknowledged !== null || a.passed === true);
  let window = params.window;
  const within = (ms: number): readonly Answer[] => told.filter((a) => a.incident.openedAt >= calendar.back(now, ms));
  let counting = within(window);
  if (counting.length < params.minIncidents) [window, counting] = [params.maxWindow, within(params.maxWindow).slice(-params.minIncidents)];
  if (counting.length < params.minIncidents) counting = counting.filter((a) => a.passed !== true);
  const acknowledged = counting.filter((a) => a.acknowledged === true);
  if (counting.length === 0) return met(() => `No incident of the last ${timeLimit(window)} asked for an answer.`);
  if (acknowledged.length === 0 && now < context.actsSince) return unknown(() => `Whether anybody answered ${counted(counting.length, 'incident')} of the last ${timeLimit(window)} is not known: no acknowledgement is on record of any platform.`);
  if (counting.length < params.minIncidents) {
    // Of few, it is enough that somebody came, late or not: a share of one or two says nothing about habits.
    const [answered, ignored] = [counting.filter((a) => cameAt(a.incident, now) !== null), counting.filter((a) => cameAt(a.incident, now) === null)];
    const because = (): string => ofFew(answered.length, counting.length, window, params);
    return ignored.length === 0 ? met(because) : unmet(because, () => linksTo(ignored));
  }
  const due = counting.filter((a) => a.passed === true || a.acknowledged === false || a.closed !== null);
  const answered = due.filter((a) => a.acknowledged === true && a.closed === true);
  const share = due.length === 0 ? 1 : answered.length / due.length;
  const because = (): string => `${answered.length} of ${counted(due.length, 'incident')} of the last ${timeLimit(window)} (${percent(share)}) ${answered.length === 1 ? 'was' : 'were'} acknowledged within ${timeLimit(params.ackWithin)} and closed within ${timeLimit(params.fixWithin)} after that; ${percentLimit(params.share)} ${share < params.share ? 'are needed' : 'are asked for'}.`;
  return share >= params.share - 1e-9 ? met(because) : unmet(because, () => linksTo(due.filter((a) => !answered.includes(a))));
};

function ofFew(acknowledged: number, all: number, window: number, { minIncidents }: Params): string {
  const rule = `; of fewer than ${minIncidents}, every one must be`;
  if (all === 1) return `The one incident of the last ${timeLimit(window)} was ${acknowledged === 1 ? '' : 'never '}acknowledged${acknowledged === 1 ? '' : rule}.`;
  const share = acknowledged === all ? (all === 2 ? 'Both' : `All ${all}`) : acknowledged === 0 ? `None of the ${all}` : `${acknowledged} of the ${all}`;
  return `${share} incidents of the last ${timeLimit(window)} ${acknowledged === 1 ? 'was' : 'were'} acknowledged${acknowledged === all ? '' : rule}.`;
}

/** When somebody acknowledged it (epoch ms), as far as is known by `now`; null: nobody has. */
const cameAt = ({ acknowledgedAt }: IncidentRecord, now: number): number | null => acknowledgedAt !== null && acknowledgedAt <= now ? acknowledgedAt : null;

/** The incidents whose acknowledgement was due by now, oldest first, with whether nobody has come to this day. */
export const neverAnswered = (incidents: readonly IncidentRecord[], { ackWithin }: Pick<Params, 'ackWithin'>, asOf: Pick<Context, 'now' | 'calendar'>): readonly { readonly openedAt: number; readonly unanswered: boolean }[] =>
  incidents.filter((i) => i.openedAt <= asOf.now && i.leftOut === null).map((i) => answerTo(i, { ackWithin, fixWithin: Infinity }, asOf)).filter((a) => a.acknowledged !== null)
    .map(({ incident }) => ({ openedAt: incident.openedAt, unanswered: cameAt(incident, asOf.now) === null }));

function answerTo(incident: IncidentRecord, { ackWithin, fixWithin }: Pick<Params, 'ackWithin' | 'fixWithin'>, { now, calendar }: Pick<Context, 'now' | 'calendar'>): Answer {
  const { openedAt } = incident;
  const closedAt = incident.closedAt !== null && incident.closedAt <= now ? incident.closedAt : null;
  const acknowledgedAt = cameAt(incident, now);
  const inTime = acknowledgedAt !== null && calendar.elapsed(openedAt, acknowledgedAt) <= ackWithin;
  // One red run of a slow job is no breakage yet by which anybody's record is judged, unless they had it.
  const once = incident.again === null || (incident.again ?? 0) > now;
  if (!inTime && once) return { incident, acknowledged: null, closed: null };
  if (acknowledgedAt === null) {
    const isLate = calendar.elapsed(openedAt, closedAt ?? now) > ackWithin;
    return { incident, acknowledged: isLate ? false : null, closed: null, ...isLate || closedAt === null ? {} : { passed: true } };
  }
  if (!inTime) return { incident, acknowledged: false, closed: null };
  const late = calendar.elapsed(acknowledgedAt, closedAt ?? now) > fixWithin;
  return { incident, acknowledged: true, closed: late ? false : closedAt === null ? null : true };
}

const linksTo = (answers: readonly Answer[]): CriterionResult['links'] =>
  answers.flatMap(({ incident: { id, url } }) => url === null ? [] : [{ words: id, link: url }]);
