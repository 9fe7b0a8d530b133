import type { IssueRef } from '../domain/incident.ts';
import type { CriterionResult, Ladder } from '../domain/ladder.ts';
import type { Project } from '../domain/project.ts';
import type { Matter, StepMeaning } from '../domain/proposal.ts';
import { isWhole, scopeOf } from '../domain/scope.ts';
import { counted } from '../domain/time.ts';
import { besidesOf } from './besides.ts';
import type { PlatformEvaluation } from './ladder/evaluate.ts';

/** A step that was decided on is not proposed by the program again for this long (ms), whatever the decision was. */
export const RESPITE = 30 * 86_400_000;

export type StepMatter = Extract<Matter, { readonly kind: 'step' }>;

/** Where a step is proposed to go, and why. */
export interface StepWanted {
  readonly to: number;
  /** Why a person asks for it, empty where they do not say; null: the record calls for it. */
  readonly asked: string | null;
  /** For what has to change besides; left out: nothing is known of that. */
  readonly project?: Project;
  /** The issue of the public warning that came before. */
  readonly warned?: IssueRef | null;
}

/** The step below the one that it stands on, of those that are about it; null: it is the lowest. */
export const stepBelow = ({ steps }: Ladder, { step, below }: Pick<PlatformEvaluation, 'step' | 'below'>): number | null =>
  below === undefined ? steps.findLast((s) => s.step < step)?.step ?? null : below;

/** A change of the platform's step with the evidence as it stands: what to decide, ready to be proposed. Null: the ladder has no such step. */
export function stepMatter(evaluation: PlatformEvaluation, ladder: Ladder, { to, asked, project, warned }: StepWanted): StepMatter | null {
  const { platform, step: from } = evaluation;
  const [before, after] = [meaningOf(ladder, from), meaningOf(ladder, to)];
  if (before === null || after === null || from === to) return null;
  const evidence = evidenceFor(evaluation, to);
  const names = ladder.steps.filter((s) => s.step !== from && s.step !== to && evidence.some((r) => r.step === s.step)).map(({ step, name }) => ({ step, name }));
  const hastened = evaluation.proposal?.to === to ? evaluation.proposal.sooner ?? [] : [];
  const sooner = (evaluation.hurry ?? []).filter((h) => hastened.includes(h.name)).map((h) => h.because);
  const due = evaluation.proposal?.to === to ? evaluation.proposal.because : null;
  const opposite = asked === null ? undefined : oppositeOf(evaluation, ladder, to);
  const besides = project === undefined ? [] : besidesOf({ platform, from, to, before, after }, ladder, project);
  return {
    kind: 'step', platform, from, to, before, after, evidence, asked, ...names.length === 0 ? {} : { names }, ...sooner.length === 0 ? {} : { sooner }, ...besides.length === 0 ? {} : { besides }, ...warned ? { warned } : {}, ...opposite === undefined ? {} : { opposite },
    because: due ?? [...new Set(evidence.filter((r) => to > from ? r.step === to && isMet(r) : !isMet(r)).map((r) => r.criterion))],
  };
}

/** The move that the record calls for, where that goes the other way than to `to`. */
function oppositeOf({ step, proposal: due }: PlatformEvaluation, ladder: Ladder, to: number): StepMatter['opposite'] {
  return due === null || (due.to > step) === (to > step) ? undefined : { to: due.to, name: meaningOf(ladder, due.to)?.name ?? '', because: due.because };
}

/** What a person asked for, with what the record calls for by now; the evidence stays as it was told. */
export function withRecordNow(matter: StepMatter, evaluation: PlatformEvaluation, ladder: Ladder): StepMatter {
  const { opposite: _before, ...asked } = matter;
  const opposite = oppositeOf(evaluation, ladder, matter.to);
  return opposite === undefined ? asked : { ...asked, opposite };
}

/** What the ladder says of a step; null: it has none of that number. */
function meaningOf({ steps }: Ladder, step: number): StepMeaning | null {
  const found = steps.find((s) => s.step === step);
  if (found === undefined) return null;
  const { name, grants, build, release, components, branches } = found;
  return { name, grants, build, release, ...isWhole(scopeOf(found)) ? {} : { components, branches } };
}

/** What the step above takes, or what it takes to stay; what is missing comes first. */
function evidenceFor({ criteria, ahead, step }: PlatformEvaluation, to: number): readonly CriterionResult[] {
  const asked = to > step ? [...ahead, ...criteria] : criteria;
  return asked.toSorted((a, b) => Number(isMet(a)) - Number(isMet(b)));
}

export const isMet = ({ verdict }: CriterionResult): boolean => verdict === 'met';

/** Whether it is held against nobody: it is met, or a documented exception makes it count as met. */
export const countsAsMet = (result: CriterionResult): boolean => isMet(result) || result.exceptedUntil !== null;

/** `1 of 11 criteria met, 9 excepted`: what an exception makes count as met is not said to be met. */
export function metWords(results: readonly CriterionResult[]): string {
  const excepted = results.filter((r) => !isMet(r) && countsAsMet(r)).length;
  return `${results.filter(isMet).length} of ${counted(results.length, 'criterion', 'criteria')} met${excepted === 0 ? '' : `, ${excepted} excepted`}`;
}
