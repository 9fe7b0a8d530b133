import { parametersOf } from './criteria.ts';
import type { Board, Job } from './job.ts';
import type { CriterionUse, Ladder } from './ladder.ts';

/** What a use is about: the same for two uses of which one replaces the other (`criteria.ts`, `subject`). */
export function subjectOf({ criterion, params }: CriterionUse): string {
  const about = Object.entries(parametersOf(criterion)).filter(([, p]) => p.subject === true).map(([key]) => {
    const value = params[key];
    return Array.isArray(value) ? [...value as unknown[]].map(String).sort() : value ?? null;
  });
  return JSON.stringify([criterion, ...about]);
}

/** Whether a use is about a platform at all: it may be asked only of those of which certain components are built. */
export function isAskedOf({ params }: Pick<CriterionUse, 'params'>, built: readonly string[]): boolean {
  const asked: readonly unknown[] = Array.isArray(params['components']) ? params['components'] : [];
  return asked.length === 0 || built.length === 0 || built.some((component) => asked.includes(component));
}

export interface AskedUse extends CriterionUse {
  /** The step that asks for it. */
  readonly step: number;
}

/** Everything that it takes to hold a step: its own criteria, and those of the steps below that it does not name again. */
export function heldAt(ladder: Pick<Ladder, 'steps'>, step: number): readonly AskedUse[] {
  const asked = new Map<string, AskedUse>();
  for (const { step: number, hold } of ladder.steps) {
    if (number > step) continue;
    for (const use of hold) asked.set(subjectOf(use), { ...use, step: number });
  }
  return [...asked.values()];
}

/** Whether a job stands on a board, or counts as if it did: blocking is more than informing, and a ladder may take a dashboard for a board. */
export const standsOn = (job: Pick<Job, 'board' | 'dashboard'>, board: Board, dashboard: string | null): boolean =>
  job.board === 'blocking' || job.board === board || (dashboard !== null && (job.dashboard ?? '').toLowerCase().includes(dashboard.toLowerCase()));
