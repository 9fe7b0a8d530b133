import type { Attestation, RunRecord } from '../domain/evidence.ts';
import { CRITERIA } from '../domain/ladder.ts';
import type { CriterionName } from '../domain/ladder.ts';
import type { Outcome } from '../domain/run.ts';
import { Unreadable, count, identifier, moment, momentOrNull, objectOf, oneOf, person, personOrNull, step, text, textOrNull, texts, webOrNull, yesOrNo } from './record.ts';

/** A line of `runs.ndjson`; the platform as it is spelled there. */
export interface RunLine {
  readonly platform: string;
  readonly job: string;
  readonly run: RunRecord;
  /** It is said to have finished before it started. */
  readonly isBackward: boolean;
}

const OUTCOMES: readonly Outcome[] = ['pass', 'fail', 'flaky'];

/**
 * Reads one run; fields that are not known are ignored. A finish before the start is taken as not known: clocks differ,
 * and the start alone says when a run was. Throws Unreadable.
 */
export function parseRun(line: string): RunLine {
  const fields = objectOf(line);
  const started = moment(fields, 'started');
  const finished = momentOrNull(fields, 'finished');
  const isBackward = finished !== null && finished < started;
  return {
    isBackward,
    platform: text(fields, 'platform'), job: text(fields, 'job'),
    run: {
      build: identifier(fields, 'build'), started, finished: isBackward ? null : finished,
      outcome: oneOf(fields, 'outcome', OUTCOMES), commit: textOrNull(fields, 'commit'),
    },
  };
}

type Of<K extends Attestation['kind']> = Omit<Extract<Attestation, { readonly kind: K }>, 'at'>;

/** A line of `events.ndjson`; people, teams and groups without `@`. */
export type EventLine = { readonly at: number; readonly platform: string } & (
  | { readonly kind: 'step'; readonly from: number; readonly to: number }
  | { readonly kind: 'sign-off'; readonly group: string; readonly by: string | null }
  /** `job` null: whatever is open on the platform. */
  | { readonly kind: 'ack'; readonly by: string; readonly job: string | null }
  | { readonly kind: 'exception'; readonly criterion: CriterionName; readonly until: number; readonly reason: string | null }
  | { readonly kind: 'owners'; readonly owners: readonly string[] }
  | { readonly kind: 'downtime'; readonly from: number; readonly to: number; readonly reason: string | null }
  /** It held up a release. */
  | { readonly kind: 'release-delayed'; readonly release: string | null }
  /** What runs do not show. */
  | Of<'native-hardware'> | Of<'artifacts'> | Of<'toolchain'> | Of<'parity'>
);
type EventKind = EventLine['kind'];

/** An event of a kind that this version does not know; it is left out, and told of. */
export interface UnknownEvent {
  readonly kind: 'unknown';
  readonly name: string;
}

export const EVENT_KINDS: readonly EventKind[] = ['step', 'sign-off', 'ack', 'exception', 'owners', 'downtime', 'release-delayed', 'native-hardware', 'artifacts', 'toolchain', 'parity'];
const LEVELS = ['none', 'experimental', 'supported', 'first-class'] as const;

/** Reads one event. Throws Unreadable. */
export function parseEvent(line: string): EventLine | UnknownEvent {
  const fields = objectOf(line);
  const name = text(fields, 'kind');
  const kind = EVENT_KINDS.find((known) => known === name);
  if (kind === undefined) return { kind: 'unknown', name };
  const common = { at: moment(fields, 'at'), platform: text(fields, 'platform') };
  switch (kind) {
    case 'step': return { ...common, kind, from: step(fields, 'from'), to: step(fields, 'to') };
    case 'sign-off': return { ...common, kind, group: person(fields, 'group'), by: personOrNull(fields, 'by') };
    case 'ack': return { ...common, kind, by: person(fields, 'by'), job: textOrNull(fields, 'job') };
    case 'exception': return { ...common, kind, criterion: oneOf(fields, 'criterion', CRITERIA), until: moment(fields, 'until'), reason: textOrNull(fields, 'reason') };
    case 'owners': return { ...common, kind, owners: texts(fields, 'owners') };
    case 'downtime': return { ...common, kind, ...downtime(moment(fields, 'from'), moment(fields, 'to')), reason: textOrNull(fields, 'reason') };
    case 'release-delayed': return { ...common, kind, release: textOrNull(fields, 'release') };
    case 'native-hardware': return { ...common, kind, job: text(fields, 'job'), native: yesOrNo(fields, 'native'), link: webOrNull(fields, 'link') };
    case 'artifacts': return { ...common, kind, component: text(fields, 'component'), expected: count(fields, 'expected'), missing: texts(fields, 'missing'), link: webOrNull(fields, 'link') };
    case 'toolchain': return { ...common, kind, toolchain: text(fields, 'toolchain'), level: oneOf(fields, 'level', LEVELS), link: webOrNull(fields, 'link') };
    case 'parity': return { ...common, kind, suite: text(fields, 'suite'), here: count(fields, 'here'), reference: count(fields, 'reference'), link: webOrNull(fields, 'link') };
    default: return kind satisfies never;
  }
}

function downtime(from: number, to: number): { from: number; to: number } {
  if (to <= from) throw new Unreadable('to: lies before `from`, or at the same time');
  return { from, to };
}
