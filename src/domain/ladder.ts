/**
 * A ladder of support (policy.md, "The ladder"): steps, what each grants, the criteria that it takes to hold and to enter
 * each, and the clocks by which platforms move. Data: `config/ladders/*.yml`, or written out in a project's file.
 */
export interface Ladder {
  readonly name: string;
  /** The document that it follows. */
  readonly source: string | null;
  /** Lowest first; the numbers grow, and need not be without gaps. */
  readonly steps: readonly Step[];
  readonly promotion: {
    /** Every criterion of the next step must be met on each of this many last evaluable days. */
    readonly days: number;
  };
  readonly demotion: {
    /** A criterion of the present step unmet on this many evaluable days running: a public warning. */
    readonly warnAfter: number;
    /** Unmet this many evaluable days more: a proposal, one step down. */
    readonly proposeAfter: number;
    /** Never in force between code freeze and release. */
    readonly heldInFreeze: boolean;
    /** Criteria whose warning and proposal come sooner. */
    readonly faster: Readonly<Partial<Record<CriterionName, Grace>>>;
    /** Circumstances in which those of every criterion come sooner; left out: none. */
    readonly when?: Hurry | undefined;
  };
  /** `unknown` on this many days running is a warning. */
  readonly unknownAfter: number;
  /** Release cycles from the first evaluation during which findings are dated exceptions, without warnings and proposals. */
  readonly adoptionCycles: number;
}

/** Evaluable days until a warning, and from there to a proposal. */
export interface Grace {
  readonly warnAfter: number;
  readonly proposeAfter: number;
}

/** What speeds up a demotion, whichever criterion does not hold (policy.md, the table of ladders: "faster on …"). */
export const CIRCUMSTANCES = ['owners-unresponsive', 'release-delayed'] as const;
export type CircumstanceName = (typeof CIRCUMSTANCES)[number];

/** The circumstances of a ladder, each with what makes it one; durations in milliseconds. */
export interface Hurry {
  /** The last `incidents` breakages had `ackWithin` each, and nobody has acknowledged any. */
  readonly 'owners-unresponsive'?: (Grace & { readonly incidents: number; readonly ackWithin: number }) | undefined;
  /** The platform delayed `times` releases within this time. */
  readonly 'release-delayed'?: (Grace & { readonly times: number; readonly within: number }) | undefined;
}

export interface Step {
  readonly step: number;
  readonly name: string;
  /** What standing here means, in sentences for people. */
  readonly grants: readonly string[];
  /** Built by default? In the release artifacts? What a change of step proposes for the switches. */
  readonly build: 'off' | 'on';
  readonly release: 'off' | 'on';
  /** What it is about (`scope.ts`): only these components (`client`, `node`, `server`); empty: all. */
  readonly components: readonly string[];
  /** Only these branches, `*` standing for any text; empty or left out: all. */
  readonly branches?: readonly string[] | undefined;
  /** Needed to stand here, besides those of the steps below; one of the same criterion and subject replaces theirs (`criteria.ts`). */
  readonly hold: readonly CriterionUse[];
  /** Needed to come here, besides `hold`; not inherited by the steps above. */
  readonly enter: readonly CriterionUse[];
}

/** A criterion with its numbers; durations in milliseconds, shares from 0 to 1. Which parameters it takes is the criterion's own. */
export interface CriterionUse {
  readonly criterion: CriterionName;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Every criterion there is (policy.md, "Criteria"). */
export const CRITERIA = [
  'suites-present', 'on-board', 'pass-rate', 'failure-streak', 'run-cadence', 'duration-percentile', 'green-streak', 'same-commit-passes', 'parity',
  'owners-declared', 'owner-response', 'active-owners', 'time-at-step', 'native-hardware', 'artifacts-complete', 'toolchain-support', 'sign-off',
  'build-switch',
] as const;
export type CriterionName = (typeof CRITERIA)[number];

export type CriterionVerdict = 'met' | 'unmet' | 'unknown';

/** How a criterion stands at a moment, with what it rests on. Unknown is never met. */
export interface CriterionResult {
  readonly criterion: CriterionName;
  /** The step whose criterion it is: an inherited one names the step that asks for it first with these numbers. */
  readonly step: number;
  readonly verdict: CriterionVerdict;
  /** A sentence with the figures. */
  readonly because: string;
  /** Where a person looks it up: http(s) addresses. */
  readonly links: readonly { readonly words: string; readonly link: string }[];
  /** The documented exception that makes it count as met (epoch ms until when); null: none. */
  readonly exceptedUntil: number | null;
}
