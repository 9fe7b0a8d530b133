import type { ParamsOf } from '../../domain/criteria.ts';
import type { CriterionName, CriterionUse } from '../../domain/ladder.ts';
import { activeOwners } from './active-owners.ts';
import { artifactsComplete } from './artifacts-complete.ts';
import { buildSwitch } from './build-switch.ts';
import type { Context, Criterion, Finding } from './criterion.ts';
import { durationPercentile } from './duration-percentile.ts';
import { failureStreak } from './failure-streak.ts';
import { greenStreak } from './green-streak.ts';
import { nativeHardware } from './native-hardware.ts';
import { onBoard } from './on-board.ts';
import { ownerResponse } from './owner-response.ts';
import { ownersDeclared } from './owners-declared.ts';
import { parity } from './parity.ts';
import { passRate } from './pass-rate.ts';
import { runCadence } from './run-cadence.ts';
import { sameCommitPasses } from './same-commit-passes.ts';
import { signOff } from './sign-off.ts';
import { suitesPresent } from './suites-present.ts';
import { timeAtStep } from './time-at-step.ts';
import { toolchainSupport } from './toolchain-support.ts';

/** Every criterion: pure, from its parameters and the record as of a moment to how it stands. */
export const CRITERION: { readonly [C in CriterionName]: Criterion<C> } = {
  'suites-present': suitesPresent, 'on-board': onBoard, 'pass-rate': passRate, 'failure-streak': failureStreak, 'run-cadence': runCadence,
  'duration-percentile': durationPercentile, 'green-streak': greenStreak, 'same-commit-passes': sameCommitPasses, 'parity': parity,
  'owners-declared': ownersDeclared, 'owner-response': ownerResponse, 'active-owners': activeOwners, 'time-at-step': timeAtStep,
  'native-hardware': nativeHardware, 'artifacts-complete': artifactsComplete, 'toolchain-support': toolchainSupport, 'sign-off': signOff,
  'build-switch': buildSwitch,
};

/** The criteria that are judged by runs. */
export const BY_RUNS: ReadonlySet<CriterionName> = new Set([
  'pass-rate', 'failure-streak', 'run-cadence', 'duration-percentile', 'green-streak', 'same-commit-passes',
]);

/** The criteria that look at jobs, so that what a step is about bounds what they see. */
export const LOOKS_AT_JOBS: ReadonlySet<CriterionName> = new Set([...BY_RUNS, 'suites-present', 'on-board', 'native-hardware', 'artifacts-complete']);

/**
 * The criteria that say nothing of a platform where the reference platform fails them too (policy.md, "Not evaluable"): those
 * by which a project is measured as a whole. Who answers for a port, how long it has stood where, and what its step lets it
 * do is its own, whatever the reference does.
 */
export const EXCUSED: ReadonlySet<CriterionName> = new Set([
  ...BY_RUNS, 'suites-present', 'on-board', 'owners-declared', 'toolchain-support', 'native-hardware', 'artifacts-complete',
]);

function judgeOne<C extends CriterionName>(criterion: C, params: CriterionUse['params'], context: Context): Finding {
  // The configuration edge checks a use's parameters against the criterion's own before anything is judged by them.
  return CRITERION[criterion](params as ParamsOf<C>, context);
}

/** How a use of a criterion stands. */
export const judge = ({ criterion, params }: CriterionUse, context: Context): Finding => judgeOne(criterion, params, context);
