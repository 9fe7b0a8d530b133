import { heldAt, isAskedOf } from '../../domain/asked.ts';
import { parametersOf } from '../../domain/criteria.ts';
import type { CriterionUse, Ladder, Step } from '../../domain/ladder.ts';
import { covers, overlap, scopeOf, type Scope } from '../../domain/scope.ts';

/** A criterion as a step asks for it, with the suites that it is about there. One object for all steps that ask for the same. */
export interface JudgedUse extends CriterionUse {
  readonly key: string;
  /** The lowest step that asks for exactly this. */
  readonly step: number;
  /** Null: whichever there are, except those of `others`. */
  readonly suites: readonly string[] | null;
  /** Suites that another use of the same criterion is about. */
  readonly others: readonly string[];
  /** The ladder names the suites in this very use. */
  readonly named: boolean;
  /** What the step that asks for it is about: only jobs of that are looked at. */
  readonly scope: Scope;
}

/** What it takes to hold a step, and to come to it. */
export interface StepUses {
  readonly step: Step;
  readonly hold: readonly JudgedUse[];
  /** Besides `hold`. */
  readonly enter: readonly JudgedUse[];
}

type Asked = CriterionUse & { readonly step: number; readonly scope: Scope };

/** The uses of every step of a ladder, lowest first, as far as they are about a platform of which these components are built. */
export function usesOf(ladder: Ladder, built: readonly string[] = []): readonly StepUses[] {
  const known = new Map<string, JudgedUse>();
  const once = (use: JudgedUse): JudgedUse => {
    if (!known.has(use.key)) known.set(use.key, use);
    return known.get(use.key) ?? use;
  };
  return ladder.steps.map((step) => {
    const isAsked = (use: Asked): boolean => isAskedOf(use, built);
    const hold = heldAt(ladder, step.step).filter(isAsked);
    const enter = step.enter.map((use): Asked => ({ ...use, step: step.step, scope: scopeOf(step) })).filter(isAsked);
    const judged = (uses: readonly Asked[], all: readonly Asked[]): JudgedUse[] => uses.flatMap((use) => judgedUse(use, step, all) ?? []).map(once);
    return { step, hold: judged(hold, hold), enter: judged(enter, [...hold, ...enter]) };
  });
}

/** Null: it is about no suite that is left. */
function judgedUse(use: Asked, step: Step, all: readonly Asked[]): JudgedUse | null {
  const params = paramsOf(use, step);
  const parameters = parametersOf(use.criterion);
  const bySuite = parameters['suites'] !== undefined || use.criterion === 'time-at-step';
  const own = suitesIn(use);
  const asked = [...new Set(all.filter((u) => u.criterion === 'suites-present' && u.params['passedWithin'] === null && overlap(u.scope, use.scope)).flatMap(suitesIn))];
  const others = own.length > 0 || !bySuite ? [] : [...new Set(all.filter((u) => u.criterion === use.criterion && covers(u.scope, use.scope)).flatMap(suitesIn))];
  const left = asked.filter((suite) => !others.includes(suite));
  if (own.length === 0 && bySuite && asked.length > 0 && left.length === 0) return null;
  const suites = own.length > 0 ? own : asked.length > 0 && bySuite ? left : null;
  const except = suites === null ? others : [];
  const key = JSON.stringify([use.criterion, params, suites, except, use.scope]);
  // A use that is carried up and is about more suites there is asked for, like this, by that step.
  return { criterion: use.criterion, params, key, step: own.length > 0 || !bySuite || use.step === step.step ? use.step : step.step, suites, others: except, named: own.length > 0, scope: use.scope };
}

/** The parameters with what the step says where the use says nothing. */
function paramsOf({ criterion, params, scope }: Asked, step: Step): CriterionUse['params'] {
  if (criterion === 'build-switch') return { ...params, build: params['build'] ?? step.build, release: params['release'] ?? step.release };
  const isOfAll = criterion === 'artifacts-complete' && Array.isArray(params['components']) && params['components'].length === 0;
  return isOfAll ? { ...params, components: scope.components } : params;
}

const suitesIn = ({ params }: CriterionUse): string[] => Array.isArray(params['suites']) ? (params['suites'] as unknown[]).map(String) : [];
