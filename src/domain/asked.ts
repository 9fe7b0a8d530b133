import { parametersOf } from './criteria.ts';
import type { Board, Job } from './job.ts';
import type { CriterionUse, Ladder } from './ladder.ts';
import { areBuilt, covers, scopeOf, type Scope } from './scope.ts';

/** What a use is about: the same for two uses of which one replaces the other (`criteria.ts`, `subject`). */
export function subjectOf({ criterion, params }: CriterionUse): string {
  const about = Object.entries(parametersOf(criterion)).filter(([, p]) => p.subject === true).map(([key]) => {
    const value = params[key];
    return Array.isArray(value) ? [...value as unknown[]].map(String).sort() : value ?? null;
  });
  return JSON.stringify([criterion, ...about]);
}

/** Whether a use is about a platform at all: it, or its step, may be about certain components only. */
export function isAskedOf({ params, scope }: Pick<AskedUse, 'params' | 'scope'>, built: readonly string[]): boolean {
  const asked = Array.isArray(params['components']) ? (params['components'] as unknown[]).map(String) : [];
  return areBuilt(asked, built) && areBuilt(scope.components, built);
}

export interface AskedUse extends CriterionUse {
  /** The step that asks for it, and what that is about. */
  readonly step: number;
  readonly scope: Scope;
}

/**
 * Everything that it takes to hold a step: its own criteria, and those of the steps below that it does not name again. A
 * criterion takes the place only of one that is about nothing beyond its own scope.
 */
export function heldAt(ladder: Pick<Ladder, 'steps'>, step: number): readonly AskedUse[] {
  let asked: { readonly use: AskedUse; readonly subject: string }[] = [];
  for (const { hold, ...own } of ladder.steps) {
    if (own.step > step) continue;
    for (const use of hold) {
      const next = { use: { ...use, step: own.step, scope: scopeOf(own) }, subject: subjectOf(use) };
      const replaced = asked.filter((u) => u.subject === next.subject && covers(next.use.scope, u.use.scope));
      const [first] = replaced;
      asked = first === undefined ? [...asked, next] : asked.flatMap((u) => u === first ? [next] : replaced.includes(u) ? [] : [u]);
    }
  }
  return asked.map(({ use }) => use);
}

/** Whether a job stands on a board, or counts as if it did: blocking is more than informing, and a ladder may take a dashboard for a board. */
export const standsOn = (job: Pick<Job, 'board' | 'dashboard'>, board: Board, dashboard: string | null): boolean =>
  job.board === 'blocking' || job.board === board || (dashboard !== null && (job.dashboard ?? '').toLowerCase().includes(dashboard.toLowerCase()));
