import type { CriterionName } from './ladder.ts';

/**
 * Which parameters each criterion takes, as plain data: the configuration edge makes its strict schema of it, criteria read
 * them typed (`ParamsOf`). Keys are written with `_` in files (`inFile`). A parameter without `default` must be given; one
 * whose default is null may be left out or be `null`, and is then not asked for.
 */

interface Described {
  /** One sentence for whoever writes a ladder. */
  readonly says: string;
  /**
   * It is part of what the use is about: a use at a higher step replaces one of a lower step only where the criterion and
   * all of these are the same; otherwise both are asked for.
   */
  readonly subject?: true;
}

export type Parameter = Described & (
  /** From 0 to 1; in files `75%` or `0.75`. */
  | { readonly kind: 'share'; readonly default?: number | null }
  /** Milliseconds; in files `36h`, `14d`. */
  | { readonly kind: 'duration'; readonly default?: number | null; readonly min: number; readonly max: number }
  | { readonly kind: 'count'; readonly default?: number | null; readonly min: number; readonly max: number }
  /** Words, none twice. */
  | { readonly kind: 'names'; readonly default?: readonly string[]; readonly of?: readonly string[] }
  | { readonly kind: 'text'; readonly default?: string | null }
  | { readonly kind: 'flag'; readonly default?: boolean }
  | { readonly kind: 'choice'; readonly of: readonly string[]; readonly default?: string | null }
);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const LONG = 10 * 366 * DAY;

const SUITES = {
  kind: 'names', default: [], subject: true,
  says: 'The suites whose jobs are looked at; left out, every suite that the step asks for and that no other use of this criterion names.',
} as const;

const COMPONENTS = {
  kind: 'names', default: [],
  says: 'Asked only of platforms of which one of these components is built (their `components`); left out, of all.',
} as const;

const RECORD_AGE = { kind: 'duration', default: null, min: DAY, max: LONG, says: 'How old the record may be.' } as const;

export const CRITERION_PARAMETERS = {
  'suites-present': {
    suites: { kind: 'names', subject: true, says: 'Each of these needs a job on the platform that has reported a run.' },
    triggers: { kind: 'names', of: ['periodic', 'postsubmit'], default: [], says: 'At least one job of the platform, of whichever suite, must run by each of these.' },
    thirdParty: { kind: 'flag', default: false, says: 'Whether jobs that others run and report count.' },
    passedWithin: { kind: 'duration', default: null, min: HOUR, max: LONG, says: 'A job of each suite must have passed within this time; such a suite is then not judged by `pass-rate`, `failure-streak` and the like unless they name it.' },
    components: COMPONENTS,
  },
  'on-board': {
    board: { kind: 'choice', of: ['informing', 'blocking'], says: 'The board that a job of each suite stands on; blocking satisfies informing.' },
    suites: SUITES,
    dashboard: { kind: 'text', default: null, says: 'A job on a dashboard with this in its name counts like one on the board.' },
    components: COMPONENTS,
  },
  'pass-rate': {
    share: { kind: 'share', says: 'The share of runs that must pass, for each job.' },
    minWindow: { kind: 'duration', default: 2 * WEEK, min: DAY, max: LONG, says: 'The shortest time that is looked at.' },
    runs: { kind: 'count', default: 20, min: 1, max: 10_000, says: 'The time is lengthened until it holds this many runs.' },
    maxWindow: { kind: 'duration', default: 12 * WEEK, min: DAY, max: LONG, says: 'The longest time that is looked at.' },
    minRuns: { kind: 'count', default: 5, min: 1, max: 10_000, says: 'With fewer runs than this it is unknown.' },
    suites: SUITES,
  },
  'failure-streak': {
    runs: { kind: 'count', default: null, min: 0, max: 10_000, says: 'At most so many failed runs in a row; with `for` too, it is enough that either holds.' },
    for: { kind: 'duration', default: null, min: MINUTE, max: LONG, says: 'A row of failed runs may last at most this long.' },
    suites: SUITES,
  },
  'run-cadence': {
    within: { kind: 'duration', min: MINUTE, max: LONG, says: 'The longest time without a finished run: of each suite, and of each of its jobs unless the job is configured to run less often.' },
    suites: SUITES,
  },
  'duration-percentile': {
    percentile: { kind: 'share', default: 0.75, says: 'Which percentile of the durations is looked at.' },
    within: { kind: 'duration', min: MINUTE, max: LONG, says: 'How long a run at that percentile may take.' },
    window: { kind: 'duration', default: WEEK, min: DAY, max: LONG, says: 'The time whose runs are looked at.' },
    minRuns: { kind: 'count', default: 5, min: 1, max: 10_000, says: 'With fewer runs than this it is unknown.' },
    suites: SUITES,
  },
  'green-streak': {
    runs: { kind: 'count', default: null, min: 1, max: 10_000, says: 'So many of the newest runs of each job must have passed, one after the other.' },
    for: { kind: 'duration', default: null, min: HOUR, max: LONG, says: 'No run may have failed for this long.' },
    suites: SUITES,
  },
  'same-commit-passes': {
    passes: { kind: 'count', default: 3, min: 2, max: 1_000, says: 'So many passes in a row on one commit.' },
    window: { kind: 'duration', default: 30 * DAY, min: DAY, max: LONG, says: 'The time whose runs are looked at.' },
    suites: SUITES,
  },
  'parity': {
    share: { kind: 'share', default: 0.95, says: 'The share of the tests of the reference platform that run here too, in each suite.' },
    within: RECORD_AGE,
    suites: SUITES,
  },
  'owners-declared': {
    count: { kind: 'count', default: 1, min: 1, max: 1_000, says: 'At least so many owners.' },
    of: { kind: 'choice', of: ['people', 'entries'], default: 'people', says: 'People (members of a team one by one; a team that cannot be read counts as one), or entries of the list.' },
  },
  'owner-response': {
    share: { kind: 'share', says: 'The share of incidents that must be acknowledged and closed in time.' },
    ackWithin: { kind: 'duration', default: WEEK, min: HOUR, max: LONG, says: 'The time to acknowledge.' },
    fixWithin: { kind: 'duration', default: 2 * WEEK, min: HOUR, max: LONG, says: 'The time to close, from the acknowledgement on.' },
    window: { kind: 'duration', default: 90 * DAY, min: DAY, max: LONG, says: 'Incidents opened within this time count.' },
    maxWindow: { kind: 'duration', default: 365 * DAY, min: DAY, max: LONG, says: 'How far it is extended to reach the minimum.' },
    minIncidents: { kind: 'count', default: 5, min: 1, max: 1_000, says: 'With fewer incidents than this, every one must have been acknowledged, late or not.' },
  },
  'active-owners': {
    people: { kind: 'count', default: 1, min: 1, max: 1_000, says: 'At least so many people did something for the platform.' },
    within: { kind: 'duration', default: 180 * DAY, min: DAY, max: LONG, says: 'Within this time.' },
  },
  'time-at-step': {
    step: { kind: 'count', min: 0, max: 99, subject: true, says: 'The step that it has stood on.' },
    for: { kind: 'duration', default: null, min: DAY, max: LONG, says: 'For at least this long.' },
    cycles: { kind: 'count', default: null, min: 1, max: 100, says: 'For at least so many release cycles, counted by the releases that came since.' },
    cycle: { kind: 'duration', default: null, min: WEEK, max: LONG, says: 'How long a release cycle is taken to last where no release dates are known.' },
    resetByDemotion: { kind: 'flag', default: true, says: 'A demotion begins the time anew.' },
    resetUnder: { kind: 'share', default: null, says: 'Two weeks in a row in which a job passed less than this share of its runs begin the time anew.' },
  },
  'native-hardware': {
    within: RECORD_AGE,
    suites: SUITES,
  },
  'artifacts-complete': {
    components: { kind: 'names', default: [], subject: true, says: 'The components whose artifacts must all be published; left out, every one on record.' },
    within: RECORD_AGE,
  },
  'toolchain-support': {
    toolchain: { kind: 'text', subject: true, says: 'The toolchain, as its records name it (`go`, `rustc`).' },
    level: { kind: 'choice', of: ['supported', 'first-class'], default: 'supported', says: 'How well it must support the platform.' },
    within: RECORD_AGE,
  },
  'sign-off': {
    group: { kind: 'text', subject: true, says: 'The group whose recorded acknowledgement is needed.' },
    within: RECORD_AGE,
  },
  'build-switch': {
    build: { kind: 'choice', of: ['off', 'on'], default: null, says: 'Whether it may be built by default; left out, as the step says.' },
    release: { kind: 'choice', of: ['off', 'on'], default: null, says: 'Whether it may be in the release artifacts; left out, as the step says.' },
    requiredCheck: { kind: 'flag', default: true, says: 'Whether its checks may block the merging of changes.' },
  },
} as const satisfies Readonly<Record<CriterionName, Readonly<Record<string, Parameter>>>>;

type Value<P> =
  | (P extends { readonly default: null } ? null : never)
  | (P extends { readonly kind: 'share' | 'duration' | 'count' } ? number
    : P extends { readonly kind: 'names'; readonly of: readonly (infer W)[] } ? readonly W[]
    : P extends { readonly kind: 'names' } ? readonly string[]
    : P extends { readonly kind: 'choice'; readonly of: readonly (infer W)[] } ? W
    : P extends { readonly kind: 'flag' } ? boolean
    : string);

/** The parameters of a criterion, all of them filled in; durations in milliseconds, shares from 0 to 1. */
export type ParamsOf<C extends CriterionName> = { readonly [K in keyof (typeof CRITERION_PARAMETERS)[C]]: Value<(typeof CRITERION_PARAMETERS)[C][K]> };

/** A criterion's parameters as data. */
export const parametersOf = (criterion: CriterionName): Readonly<Record<string, Parameter>> => CRITERION_PARAMETERS[criterion];

/** How a parameter is written in files: `passedWithin` is `passed_within`. */
export const inFile = (key: string): string => key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** The defaults of a criterion's parameters, without those that must be given. */
export const defaultParams = (criterion: CriterionName): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(parametersOf(criterion)).filter(([, p]) => p.default !== undefined).map(([key, p]) => [key, p.default]));
